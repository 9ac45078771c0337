"""
The front doors: HTTP and the command line. The only ring that reads the environment.
"""
