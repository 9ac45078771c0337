"""Requests from a grammar and from accidents."""
