"""
What ``source.toml`` says of a source document: its metadata, and how many rows a careful reading found in it.

::

    key = "d004"                          # the name of the folder
    title = "…"                           # in the language of the document; title_fi, title_sv, title_en: the others
    subtitle = "…"
    printed = "fi sv"                     # languages in which the titles are printed, else the document's alone
    language = "fi"
    kind = "plan"                         # a code of the scheme document-kind
    publisher = "actor/mee"               # or several: "actor/mee; actor/mof"
    issued = "2021-05-25"                 # a date, month or year, where printed
    url = "https://…"
    file = "004_….txt"                    # name of the text to which lines refer
    sha256 = "…"                          # of that text
    licence = "https://…"
    isbn = "978-952-327-781-6"
    issn = "1797-3562"
    time = "2026-11-21T00:00:00Z"         # when the tables were last compared with the text

    [counts]                              # rows of each table
    measures = 96
    measures_SubMeasure = 59              # rows of that kind (of that role, type or status in other tables)
    responsibilities = 40                 # actors in the column responsible; theme_links and schedules likewise

An empty text is the same as none. Folders that stand for no document (``registry``, ``links``) may hold ``[counts]``
alone.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from loaders.codes import codes
from loaders.columns import LANGUAGES
from loaders.errors import Problems, choice, close, quoted
from loaders.statements import Place, Statements
from ontology.iris import Iris, concept
from ontology.namespaces import term

FILE = "source.toml"
EU_LANGUAGES = {
    language: NamedNode(f"http://publications.europa.eu/resource/authority/language/{code}")
    for language, code in {"fi": "FIN", "sv": "SWE", "en": "ENG"}.items()
}
_ADDRESS = r"https?://[^\s<>\"{}|\\^`]+"
_KEYS: Mapping[str, tuple[str, str]] = {
    "key": ("write the name of the folder", r"\S+"),
    "title": ("write the title as printed", r".*\S.*"),
    **{f"title_{language}": (f"write the title ({language})", r".*\S.*") for language in LANGUAGES},
    "subtitle": ("write the subtitle as printed", r".*\S.*"),
    "printed": ('list languages, such as "fi sv"', r"(fi|sv|en)( (fi|sv|en))*"),
    "language": ("write fi, sv or en", "fi|sv|en"),
    "kind": ("write a code of the scheme document-kind", r"[a-z-]+"),
    "publisher": (
        'name actors, such as "actor/mee"',
        r"actor/[a-z0-9]+(-[a-z0-9]+)*(; *actor/[a-z0-9]+(-[a-z0-9]+)*)*",
    ),
    "issued": ("write a date, month or year, such as 2021-05-25", r"[0-9]{4}(-[0-9]{2}){0,2}"),
    "url": ("write an address that begins with https:// or http://", _ADDRESS),
    "file": ("write the name of the text file", r"[^/\\]+"),
    "sha256": ("write 64 lower-case hexadecimal digits", r"[0-9a-f]{64}"),
    "licence": ("write the address of the licence", _ADDRESS),
    "isbn": ("write the ISBN as printed", r"[0-9Xx -]{10,17}"),
    "issn": ("write the ISSN as printed", r"[0-9]{4}-[0-9]{3}[0-9Xx]"),
    "time": (
        "write a UTC time such as 2026-11-21T00:00:00Z",
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
    ),
}
_NEEDED = ("title", "language", "file", "sha256")
_DATES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}


@dataclass(frozen=True, slots=True)
class Source:
    """
    One folder of tables: *key* is its name, *document* tells whether it stands for a source document.

    *metadata* holds the texts of ``source.toml`` that are not empty, *counts* the expected numbers of rows.
    """

    key: str
    document: bool
    metadata: Mapping[str, str]
    counts: Mapping[str, int]

    @property
    def language(self) -> str | None:
        """The language of the document."""
        return self.metadata.get("language")

    @property
    def graph(self) -> str:
        """The name of the graph that the folder's statements go to."""
        return f"src/{self.key}" if self.document else self.key


def read(folder: Path, problems: Problems) -> Source:
    """
    What the folder's ``source.toml`` says; every problem goes to *problems*.
    """
    document = re.fullmatch(r"d[0-9]+[0-9a-z]*", folder.name) is not None
    called = f"{folder.name}/{FILE}"
    try:
        written = tomllib.loads((folder / FILE).read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        if document:
            problems.add(
                called, "no such file", "write title, language, file and SHA-256 of the document and [counts] there"
            )
        return Source(folder.name, document, {}, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(called, f"a file that is no TOML ({error})", "write key = value, text in quotation marks, UTF-8")
        return Source(folder.name, document, {}, {})
    counts = _counts(written.pop("counts", {}), called, problems)
    metadata = {}
    for key, value in written.items():
        text = _checked(key, value, called, problems)
        if text:
            metadata[key] = text
    if metadata.get("key", folder.name) != folder.name:
        problems.add(f"{called} key key", quoted(metadata["key"]), f'write "{folder.name}", the name of the folder')
    if document:
        for key in _NEEDED:
            if not written.get(key):
                problems.add(f"{called} key {key}", "no text", _KEYS[key][0])
    return Source(folder.name, document, metadata, counts)


def _counts(written: Any, called: str, problems: Problems) -> Mapping[str, int]:
    if not isinstance(written, dict):
        problems.add(f"{called} key counts", quoted(str(written)), "write a table: [counts] and then measures = 32")
        return {}
    sound = {key: value for key, value in written.items() if type(value) is int and value >= 0}
    for key in written:
        if key not in sound:
            problems.add(f"{called} key counts.{key}", quoted(str(written[key])), "write a whole number")
    return sound


def _checked(key: str, value: Any, called: str, problems: Problems) -> str | None:
    if key not in _KEYS:
        problems.add(
            f"{called} key {key}", quoted(str(value)), f"write one of these keys{close(key, _KEYS)}: {', '.join(_KEYS)}"
        )
        return None
    accepted, pattern = _KEYS[key]
    text = value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.date) else value
    sound = isinstance(text, str) and (not text or re.fullmatch(pattern, text))
    if sound and text and key == "issued":
        try:
            dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        except ValueError:
            sound = None
    if sound and text and key == "kind" and text not in codes().get("document-kind", ()):
        accepted, sound = f"write {choice(codes().get('document-kind', ('nothing',)))}", None
    if not sound:
        problems.add(f"{called} key {key}", quoted(str(value)), accepted)
        return None
    return str(text)


def describe(source: Source, statements: Statements, iris: Iris) -> None:
    """
    State the document of *source* in its own graph: type, titles, language, publisher, checksum, identifiers.
    """
    place = Place(iris.graph(source.graph), f"{source.key}/{FILE}")
    node = statements.mint(f"document/{source.key}", "hv:SourceDocument", place)
    data, own = source.metadata, source.language or LANGUAGES[0]
    printed = data.get("printed", own).split()
    titles = {own: data["title"]} | {at: data[f"title_{at}"] for at in LANGUAGES if f"title_{at}" in data}
    for language, words in titles.items():
        title = Literal(words, language=language)
        graph = place.graph if language in printed else iris.graph("translations")
        statements.say(graph, node, "dcterms:title", title)
        statements.say(graph, node, "skos:prefLabel", title)
    statements.say(place.graph, node, "dcterms:language", EU_LANGUAGES[own])
    if "subtitle" in data:
        statements.say(place.graph, node, "dcterms:alternative", Literal(data["subtitle"], language=own))
    if "kind" in data:
        statements.say(place.graph, node, "dcterms:type", concept("document-kind", data["kind"]))
    for publisher in data.get("publisher", "").split(";"):
        if publisher.strip():
            statements.say(place.graph, node, "dcterms:publisher", iris.entity(publisher.strip()))
    if "issued" in data:
        issued = Literal(data["issued"], datatype=term(_DATES[len(data["issued"])]))
        statements.say(place.graph, node, "dcterms:issued", issued)
    statements.say(place.graph, node, "hv:sha256", Literal(data["sha256"]))
    statements.say(place.graph, node, "hv:fileName", Literal(data["file"]))
    if "url" in data:
        statements.say(place.graph, node, "schema:url", Literal(data["url"], datatype=term("xsd:anyURI")))
    if "licence" in data:
        statements.say(place.graph, node, "dcterms:license", NamedNode(data["licence"]))
    for scheme in ("isbn", "issn"):
        if scheme in data:
            identifier = statements.mint(f"document/{source.key}-{scheme}", "adms:Identifier", place)
            notation = Literal(data[scheme], datatype=concept("identifier-scheme", scheme))
            statements.say(place.graph, identifier, "skos:notation", notation)
            statements.say(place.graph, node, "adms:identifier", identifier)


def compare(source: Source, found: Mapping[str, int], problems: Problems) -> None:
    """
    Note where the numbers of rows *found* differ from the expected counts.
    """
    for key, expected in source.counts.items():
        if key not in found:
            problems.add(
                f"{source.key}/{FILE} key counts.{key}",
                quoted(key),
                f"count a table, or one of its kinds as in measures_SubMeasure{close(key, found)}",
            )
        elif found[key] != expected:
            problems.add(
                f"{source.key}/{FILE} key counts.{key}",
                f"{found[key]} rows in the tables where {expected} are expected",
                f"{'add the missing' if found[key] < expected else 'take out the surplus'} rows, or correct the count",
            )
