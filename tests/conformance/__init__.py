"""W3C's suites."""
