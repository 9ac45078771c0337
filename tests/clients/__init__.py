"""Tests with other people's clients."""
