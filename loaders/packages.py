"""
The package that an XLSX file is: a zip archive of XML parts, streamed one tag at a time and never held as a tree.

Numbers and unpacked sizes of the parts are bounded before any of it is unpacked, and a part that declares a document
type (the way to entity bombs and to files of this machine) is refused: what a hostile file costs is bounded too.

Source: ECMA-376 part 2 (packages).
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from xml.parsers import expat

from loaders.limits import Limits
from loaders.sentences import Quoted, Sentence, sentence

_CHUNK = 1 << 16
_UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)
"""What reading a part of a broken archive raises; NotImplementedError where it is packed in a way that nobody here knows."""
Attributes: TypeAlias = Mapping[str, str]


class PackageError(ValueError):
    """A package that cannot be read, as *said*."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Handlers:
    """
    What is to be told of a part: *start* and *end* of an element by its local name, and the *text* in it. Attributes keep
    their prefixes.
    """

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None] = lambda _: None
    text: Callable[[str], None] = lambda _: None


class Package:
    """
    The parts of the XLSX file *data*, by name.

    Raises:
        PackageError: It is no such file, has more or larger parts than *limits* allow, or is encrypted.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (ValueError, *_UNREADABLE) as error:
            raise PackageError(sentence("workbook-none")) from error
        parts = self._archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > limits.parts or unpacked > limits.unpacked_bytes:
            raise PackageError(
                sentence(
                    "workbook-large",
                    parts=len(parts),
                    bytes=unpacked,
                    most=limits.parts,
                    limit=limits.unpacked_bytes,
                )
            )
        if any(part.flag_bits & 1 for part in parts):
            raise PackageError(sentence("workbook-password"))
        if self._tags(limits.tags) > limits.tags:
            raise PackageError(sentence("workbook-tags"))

    def _tags(self, most: int) -> int:
        """How many tags the parts hold in all, counted no further than *most*."""
        found = 0
        try:
            for part in self._archive.infolist():
                with self._archive.open(part) as stream:
                    while found <= most and (chunk := stream.read(_CHUNK)):
                        found += chunk.count(b"<")
        except _UNREADABLE as error:
            raise broken(error) from error
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._archive.NameToInfo

    def stream(self, name: str, handlers: Handlers) -> Iterator[None]:
        """
        Tell *handlers* what the part *name* holds; whoever iterates may take what they have gathered, piece by piece.

        Raises:
            PackageError: There is no such part, it is broken, or declares a document type.
        """
        try:
            with self._archive.open(name) as part:
                reader = _reader(name, handlers)
                while chunk := part.read(_CHUNK):
                    reader.Parse(chunk, False)
                    yield
                reader.Parse(b"", True)
                yield
        except PackageError:
            raise
        except (expat.ExpatError, LookupError, ValueError, OverflowError, *_UNREADABLE) as error:
            raise broken(error) from error

    def read(self, name: str, handlers: Handlers) -> None:
        """As `stream`, to the end of the part."""
        for _ in self.stream(name, handlers):
            pass

    def relations(self, name: str) -> Mapping[str, tuple[str, str]]:
        """What the part *name* refers to: type (its last segment) and name of the part, by the id of the relation."""
        folder, file = posixpath.split(name)
        listed = posixpath.join(folder, "_rels", f"{file}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
                found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target)

        if listed in self:
            self.read(listed, Handlers(start))
        return found


def broken(error: Exception) -> PackageError:
    """The *error* of a part that is not as it should be."""
    return PackageError(sentence("workbook-broken", reason=Quoted(str(error))))


def _bare(tag: str) -> str:
    return tag if ":" not in tag else tag.rpartition(":")[2]


def _reader(name: str, handlers: Handlers) -> expat.XMLParserType:
    reader = expat.ParserCreate()  # prefixes are taken off here: as names of cells have none, that is twice as fast
    reader.buffer_text = True

    def declared(*_: object) -> None:
        raise PackageError(sentence("workbook-doctype", part=name))

    reader.StartDoctypeDeclHandler = declared
    reader.StartElementHandler = lambda tag, attributes: handlers.start(_bare(tag), attributes)
    reader.EndElementHandler = lambda tag: handlers.end(_bare(tag))
    reader.CharacterDataHandler = handlers.text
    return reader
