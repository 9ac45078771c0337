"""
What ``source.toml`` says of a source document: its metadata, and how many rows a careful reading found in it.

::

    key = "d004"                          # the name of the folder
    title = "…"                           # in the language of the document; title_fi, title_sv, title_en: the others
    subtitle = "…"                        # likewise, with subtitle_fi, subtitle_sv, subtitle_en
    series = "… 2021:34"                  # series and number
    printed = "fi sv"                     # languages in which title and subtitle are printed, else the document's alone
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
from loaders.errors import Problems
from loaders.sentences import Choice, Quoted, Sentence, Where, near, sentence
from loaders.statements import Place, Statements
from ontology.iris import Iris, concept
from ontology.namespaces import term

FILE = "source.toml"
EU_LANGUAGES = {
    language: NamedNode(f"http://publications.europa.eu/resource/authority/language/{code}")
    for language, code in {"fi": "FIN", "sv": "SWE", "en": "ENG"}.items()
}
_ADDRESS = r"https?://[^\s<>\"{}|\\^`]+"
_KEYS: Mapping[str, tuple[Sentence, str]] = {
    "key": (sentence("folder"), r"\S+"),
    "title": (sentence("title"), r".*\S.*"),
    **{f"title_{language}": (sentence("title-in", language=language), r".*\S.*") for language in LANGUAGES},
    "subtitle": (sentence("subtitle"), r".*\S.*"),
    **{f"subtitle_{language}": (sentence("subtitle-in", language=language), r".*\S.*") for language in LANGUAGES},
    "series": (sentence("series"), r".*\S.*"),
    "printed": (sentence("printed-in"), r"(fi|sv|en)( (fi|sv|en))*"),
    "language": (sentence("language-code"), "fi|sv|en"),
    "kind": (sentence("kind", choice=Choice(codes()["document-kind"])), r"[a-z-]+"),
    "publisher": (sentence("publisher"), r"actor/[a-z0-9]+(-[a-z0-9]+)*(; *actor/[a-z0-9]+(-[a-z0-9]+)*)*"),
    "issued": (sentence("issued"), r"[0-9]{4}(-[0-9]{2}){0,2}"),
    "url": (sentence("address"), _ADDRESS),
    "file": (sentence("text-file"), r"[^/\\]+"),
    "sha256": (sentence("sha256"), r"[0-9a-f]{64}"),
    "licence": (sentence("licence"), _ADDRESS),
    "isbn": (sentence("isbn"), r"[0-9Xx -]{10,17}"),
    "issn": (sentence("issn"), r"[0-9]{4}-[0-9]{3}[0-9Xx]"),
    "time": (sentence("time"), r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"),
}
_NEEDED = ("title", "language", "file", "sha256")
_TITLES = {"title": ("dcterms:title", "skos:prefLabel"), "subtitle": ("dcterms:alternative",)}
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
            problems.add(Where(called), sentence("source-none"))
        return Source(folder.name, document, {}, {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(Where(called), sentence("source-toml", reason=str(error)))
        return Source(folder.name, document, {}, {})
    counts = _counts(written.pop("counts", {}), called, problems)
    metadata = {}
    for key, value in written.items():
        text = _checked(key, value, called, problems)
        if text:
            metadata[key] = text
    if metadata.get("key", folder.name) != folder.name:
        said = sentence("source-folder", value=Quoted(metadata["key"]), name=folder.name)
        problems.add(Where(called, key="key"), said)
    if document:
        for key in _NEEDED:
            if not written.get(key):
                problems.add(Where(called, key=key), sentence("source-empty", advice=_KEYS[key][0]))
    return Source(folder.name, document, metadata, counts)


def _counts(written: Any, called: str, problems: Problems) -> Mapping[str, int]:
    if not isinstance(written, dict):
        problems.add(Where(called, key="counts"), sentence("counts-table", value=Quoted(str(written))))
        return {}
    sound = {key: value for key, value in written.items() if type(value) is int and value >= 0}
    for key in written:
        if key not in sound:
            where = Where(called, key=f"counts.{key}")
            problems.add(where, sentence("counts-number", value=Quoted(str(written[key]))))
    return sound


def _checked(key: str, value: Any, called: str, problems: Problems) -> str | None:
    if key not in _KEYS:
        said = sentence("source-key", value=Quoted(str(value)), near=near(key, _KEYS), keys=", ".join(_KEYS))
        problems.add(Where(called, key=key), said)
        return None
    accepted, pattern = _KEYS[key]
    text = value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.date) else value
    sound = isinstance(text, str) and (not text or re.fullmatch(pattern, text))
    if sound and text and key == "issued":
        try:
            dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        except ValueError:
            sound = None
    if sound and text and key == "kind" and text not in codes()["document-kind"]:
        sound = None
    if not sound:
        problems.add(Where(called, key=key), sentence("source-value", value=Quoted(str(value)), advice=accepted))
        return None
    return str(text)


def describe(source: Source, statements: Statements, iris: Iris) -> None:
    """
    State the document of *source* in its own graph: type, titles, series, language, publisher, checksum, identifiers.

    Titles and subtitles that are not printed go to the translations.
    """
    place = Place(iris.graph(source.graph), Where(f"{source.key}/{FILE}"))
    node = statements.mint(f"document/{source.key}", "hv:SourceDocument", place)
    data, own = source.metadata, source.language or LANGUAGES[0]
    printed = data.get("printed", own).split()
    for key, predicates in _TITLES.items():
        for language, words in _in_languages(data, key, own).items():
            graph = place.graph if language in printed else iris.graph("translations")
            for predicate in predicates:
                statements.say(graph, node, predicate, Literal(words, language=language))
    statements.say(place.graph, node, "dcterms:language", EU_LANGUAGES[own])
    if "series" in data:
        series = Literal(data["series"], language=own)
        statements.say(place.graph, node, "dcterms:bibliographicCitation", series)
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


def _in_languages(data: Mapping[str, str], key: str, own: str) -> dict[str, str]:
    """The texts of *key* by language; the key without a language holds that of the document's *own*."""
    plain = {own: data[key]} if key in data else {}
    return plain | {at: data[f"{key}_{at}"] for at in LANGUAGES if f"{key}_{at}" in data}


def compare(source: Source, found: Mapping[str, int], problems: Problems) -> None:
    """
    Note where the numbers of rows *found* differ from the expected counts.
    """
    for key, expected in source.counts.items():
        where = Where(f"{source.key}/{FILE}", key=f"counts.{key}")
        if key not in found:
            problems.add(where, sentence("counts-key", value=Quoted(key), near=near(key, found)))
        elif found[key] < expected:
            problems.add(where, sentence("counts-few", found=found[key], expected=expected))
        elif found[key] > expected:
            problems.add(where, sentence("counts-surplus", found=found[key], expected=expected))
