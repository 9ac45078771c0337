"""Tests of the web service in process."""
