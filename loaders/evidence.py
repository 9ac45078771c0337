"""
Evidence: the fragments of source documents that statements rest on, and the check that they are where they should be.

A fragment holds section and line range for readers, a quotation and a line selector for machines.

Source: Web Annotation Data Model section 4.2 (selectors); RFC 5147 section 2.2 (line positions count from 0, between
lines).
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from loaders.errors import Problems
from loaders.sentences import Quoted, Where, sentence
from loaders.sources import FILE, Source
from loaders.statements import Place, Statements, integer

_RFC5147 = NamedNode("http://tools.ietf.org/rfc/rfc5147")
_RESIDUE = re.compile("[\\s\u00ad\u200b\ufeff\u2010\u2011-]")


@dataclass(frozen=True, slots=True)
class Passage:
    """One place in a document: its key, the section in words, first and last line counted from 1, the quoted anchor."""

    document: str
    section: str
    first: int
    last: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a source document, by lines."""

    lines: tuple[str, ...]

    def holds(self, anchor: str, first: int, last: int) -> bool:
        """Whether *anchor* stands within the lines, white space and hyphens of line breaks disregarded."""
        return _bare(anchor) in _bare("\n".join(self.lines[first - 1 : last]))


def _bare(text: str) -> str:
    return _RESIDUE.sub("", unicodedata.normalize("NFC", text))


def read(folder: Path, sources: Mapping[str, Source], problems: Problems) -> Mapping[str, Text]:
    """
    The texts of the documents of *sources* from *folder*, each with the SHA-256 that its ``source.toml`` records.
    """
    found = {}
    for key, source in sources.items():
        name, digest = source.metadata.get("file"), source.metadata.get("sha256")
        if not (source.document and isinstance(name, str)):
            continue
        try:
            data = (folder / name).read_bytes()
        except OSError as error:
            problems.add(
                Where(f"{key}/{FILE}", key="file"),
                sentence("text-unreadable", name=Quoted(name), reason=str(error.strerror)),
            )
            continue
        actual = hashlib.sha256(data).hexdigest()
        if actual != digest:
            problems.add(
                Where(f"{key}/{FILE}", key="sha256"),
                sentence("text-changed", value=Quoted(str(digest)), name=name, actual=actual),
            )
            continue
        # Only line feeds end lines: the texts hold form feeds, which other counts of lines take for ends.
        lines = data.decode("utf-8", errors="replace").removesuffix("\n").split("\n")
        found[key] = Text(tuple(line.removesuffix("\r") for line in lines))
    return found


def check(passage: Passage, where: Where, texts: Mapping[str, Text], problems: Problems) -> None:
    """
    Note a *passage* whose lines or anchor are not in its text; documents without a text are passed over.
    """
    text = texts.get(passage.document)
    if text is None:
        return
    if passage.last > len(text.lines):
        problems.add(
            where,
            sentence("line-beyond", line=str(passage.last), document=passage.document, count=str(len(text.lines))),
        )
    elif not text.holds(passage.anchor, passage.first, passage.last):
        problems.add(
            where,
            sentence(
                "anchor-elsewhere",
                value=Quoted(passage.anchor),
                first=str(passage.first),
                last=str(passage.last),
                document=passage.document,
            ),
        )


def cite(node: NamedNode, path: str, passage: Passage, place: Place, statements: Statements) -> None:
    """
    State that *node*, whose path is *path*, rests on *passage*: a fragment with its two selectors.
    """
    segment, _, owner = path.partition("/")
    key = statements.numbered(f"{passage.document}-{segment}-{owner}")
    fragment = statements.mint(f"fragment/{key}", "hv:SourceFragment", place)
    graph = place.graph
    statements.say(graph, node, "hv:evidence", fragment)
    statements.say(graph, fragment, "oa:hasSource", statements.iris.entity(f"document/{passage.document}"))
    statements.say(graph, fragment, "hv:locator", Literal(passage.section))
    statements.say(graph, fragment, "hv:startLine", integer(passage.first))
    statements.say(graph, fragment, "hv:endLine", integer(passage.last))
    quote = statements.mint(f"selector/{key}-quote", "oa:TextQuoteSelector", place)
    statements.say(graph, fragment, "oa:hasSelector", quote)
    statements.say(graph, quote, "oa:exact", Literal(passage.anchor))
    lines = statements.mint(f"selector/{key}-lines", "oa:FragmentSelector", place)
    statements.say(graph, fragment, "oa:hasSelector", lines)
    statements.say(graph, lines, "rdf:value", Literal(f"line={passage.first - 1},{passage.last}"))
    statements.say(graph, lines, "dcterms:conformsTo", _RFC5147)
