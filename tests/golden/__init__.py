"""Answers kept as files."""
