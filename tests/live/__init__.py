"""Tests of served processes."""
