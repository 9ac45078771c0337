"""
The routes, one module for each kind of address. Hot ones are plain Starlette endpoints.
"""
