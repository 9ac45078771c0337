"""Tests that kill, fill and race."""
