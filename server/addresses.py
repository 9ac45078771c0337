"""
The addresses of an answer that comes from a version: the original one, those of its mementos, and those of its TimeMaps.

Source: RFC 7089 sections 2.2 and 3.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

_SAFE = "%/?:@!$&'()*+,;=-._~"  # of an address, everything but what would end a link
_ENDS_LINK = re.compile(f"[^A-Za-z0-9{re.escape(_SAFE)}]")


@dataclass(frozen=True, slots=True)
class Address:
    """
    An address whose answers come from versions: *public* (scheme and host), and the *target*, path and query without ``at``.
    """

    public: str
    target: str

    @classmethod
    def of(cls, public: str, path: str, query_string: bytes) -> "Address":
        """The address of a request; characters that would end a link are percent-encoded."""
        parts = query_string.decode("latin-1").split("&")
        query = "&".join([part for part in parts if part and part.partition("=")[0] != "at"])
        return cls(public, _linkable(f"{path}?{query}" if query else path))

    @property
    def original(self) -> str:
        """The address that always answers from the newest version; it is its own TimeGate."""
        return self.public + self.target

    def memento(self, number: int) -> str:
        """The address of the answer of one version."""
        return f"{self.original}{'&' if '?' in self.target else '?'}at={number}"

    def timemap(self, form: str) -> str:
        """The address of the list of mementos, in *form* ``link`` or ``json``."""
        return f"{self.public}/timemap/{form}{self.target}"


def _linkable(text: str) -> str:
    return quote(text, safe=_SAFE) if _ENDS_LINK.search(text) else text
