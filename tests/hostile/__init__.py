"""Queries that mean harm."""
