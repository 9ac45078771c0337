"""
Errors of this package::

    ShapesError
    └── EngineError    the validation could not be carried out; nothing is known about the data
"""


class ShapesError(Exception):
    """No verdict could be reached."""


class EngineError(ShapesError):
    """A worker process failed or ran out of time."""
