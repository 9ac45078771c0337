"""
The write side: documents and tables become quads, are validated, and are published as a new version.
"""
