"""
``hankinta serve`` as an operator runs it, to be shot at.
"""

from tests.live.conftest import serve

__all__ = ["serve"]
