"""
The digest of everything a build is made from: equal digests mean that building again would publish the same statements.
"""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ontology.iris import Iris

_PACKAGES = ("ontology", "shapes", "loaders")
_PASSING = ("__pycache__", ".", "~$")  # how names begin that tools and editors leave behind


def digest(folder: Path, iris: Iris) -> str:
    """
    SHA-256, in hexadecimal, over the tables in *folder*, the vocabulary, the shapes, the rules, the code that reads
    them, its version, and the base of *iris*.
    """
    found = hashlib.sha256(f"{version('hankintaverkko')}\0{iris.base}\0".encode())
    for name, top in (("data", folder), *((package, files(package)) for package in _PACKAGES)):
        for path, content in _files(name, top):
            found.update(f"{path}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()


def _files(path: str, folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.name.startswith(_PASSING):
            continue
        if each.is_dir():
            yield from _files(f"{path}/{each.name}", each)
        else:
            yield f"{path}/{each.name}", each.read_bytes()
