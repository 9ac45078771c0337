"""Tests of the shapes, and of what validates with them."""
