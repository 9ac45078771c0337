"""
RDF files: Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD become quads, literals as they are written.

Nothing is fetched: remote JSON-LD contexts other than our own, entities of RDF/XML and ``owl:imports`` are never
followed.
Problems carry line and column where the parser knows them; as many as it can go on after are listed.

Source: RDF 1.1; JSON-LD 1.1 (PyLD is the processor); W3C media types of each format.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import BlankNode, Quad, RdfFormat, Triple, parse

from loaders import jsonld, parsers
from loaders.errors import Problems
from loaders.limits import DEFAULT, Limits
from loaders.sentences import Quoted, Where, sentence
from ontology.iris import Iris

FORMATS = {
    ".ttl": RdfFormat.TURTLE,
    ".turtle": RdfFormat.TURTLE,
    ".trig": RdfFormat.TRIG,
    ".nt": RdfFormat.N_TRIPLES,
    ".ntriples": RdfFormat.N_TRIPLES,
    ".nq": RdfFormat.N_QUADS,
    ".nquads": RdfFormat.N_QUADS,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
    ".owl": RdfFormat.RDF_XML,
    ".jsonld": RdfFormat.JSON_LD,
    ".json": RdfFormat.JSON_LD,
}
"""The format that a suffix names; other files are known by what they hold."""
SPECIFICATIONS = {
    RdfFormat.TURTLE: "https://www.w3.org/TR/turtle/",
    RdfFormat.TRIG: "https://www.w3.org/TR/trig/",
    RdfFormat.N_TRIPLES: "https://www.w3.org/TR/n-triples/",
    RdfFormat.N_QUADS: "https://www.w3.org/TR/n-quads/",
    RdfFormat.RDF_XML: "https://www.w3.org/TR/rdf-syntax-grammar/",
}
LISTED = 50
"""Most problems of one file; after that it is probably no file of that format."""
_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<!DOCTYPE", re.DOTALL)
_PLACE = re.compile(r"^Parser error(?: at line \d+(?: column \d+| between columns \d+ and \d+)?)?: ?|\s*\(line \d+\)$")
_NQUADS = re.compile(rb"(?:<[^>\s]*>|_:\S+)\s+<[^>\s]*>\s+(?:<[^>\s]*>|_:\S+|\".*\"\S*)\s+(?:<[^>\s]*>|_:\S+)\s*\.")


def format_of(name: str, data: bytes) -> RdfFormat:
    """
    The format of the file *name* by its suffix, else by its first characters; Turtle is read as TriG, which holds it.
    """
    suffix = Path(name).suffix.lower()
    if suffix in FORMATS:
        return FORMATS[suffix]
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096]
    if start.startswith((b"{", b"[")) and not start.startswith(b"[]"):
        return RdfFormat.JSON_LD
    if start.startswith((b"<?xml", b"<rdf:RDF", b"<!")):
        return RdfFormat.RDF_XML
    lines = [line for line in start.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]
    return RdfFormat.N_QUADS if lines and _NQUADS.fullmatch(lines[0].strip()) else RdfFormat.TRIG


def read(
    path: Path,
    iris: Iris,
    problems: Problems,
    *,
    name: str | None = None,
    format: RdfFormat | None = None,
    public: str = "",
    label: str = "b",
    limits: Limits = DEFAULT,
) -> tuple[Quad, ...]:
    """
    The quads of the file at *path*, in its order; every problem goes to *problems*, and then nothing comes back.

    *name* is how problems call the file, *public* the address under which the service is reached (its
    ``context.jsonld`` is ours). Relative IRIs are resolved with the base of *iris*. Blank nodes are named *label* and a
    number, in order of appearance.
    """
    called = name or path.name
    size = path.stat().st_size
    if size > limits.file_bytes:
        problems.add(Where(called), sentence("file-large", bytes=size, limit=limits.file_bytes))
        return ()
    return read_bytes(path.read_bytes(), called, iris, problems, format=format, public=public, label=label)


def read_bytes(
    data: bytes,
    called: str,
    iris: Iris,
    problems: Problems,
    *,
    format: RdfFormat | None = None,
    public: str = "",
    label: str = "b",
    base: str = "",
) -> tuple[Quad, ...]:
    """The quads of a document that is at hand as *data*, likewise. *base*, if given, resolves its relative IRIs."""
    before = len(problems)
    syntax = format or format_of(called, data)
    data = data.removeprefix(b"\xef\xbb\xbf")
    if _not_utf8(data, called, problems):
        return ()
    if syntax == RdfFormat.JSON_LD:
        quads = jsonld.read(data.decode("utf-8"), called, iris, problems, public, base)
    else:
        if syntax == RdfFormat.RDF_XML and _declares(data, called, problems):
            return ()
        quads = _parsed(data, called, syntax, base or iris.base, problems)
    return _renamed(quads, label) if len(problems) == before else ()


def _not_utf8(data: bytes, called: str, problems: Problems) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        problems.add(
            Where(called, line=line, character=column), sentence("not-utf8", byte=f"0x{data[error.start]:02X}")
        )
        return True
    return False


def _declares(data: bytes, called: str, problems: Problems) -> bool:
    for found in _MARKUP.finditer(data):
        if found[0] == b"<!DOCTYPE":
            line = data.count(b"\n", 0, found.start()) + 1
            problems.add(Where(called, line=line), sentence("rdf-doctype"))
            return True
    return False


def _parsed(data: bytes, called: str, syntax: RdfFormat, base: str, problems: Problems) -> list[Quad]:
    quads: list[Quad] = []
    first = len(problems)
    reader = parse(data, format=syntax, base_iri=base)
    while len(problems) - first < LISTED:
        try:
            quad = next(reader)
        except StopIteration:
            break
        except SyntaxError as error:
            noted = len(problems)
            _note(error, called, syntax, problems)
            if len(problems) == noted or syntax == RdfFormat.RDF_XML:
                break  # the parser does not get past this place
            continue
        if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
            problems.add(Where(called), sentence("rdf-triple", value=Quoted(str(quad.object))))
        quads.append(quad)
    return quads


def _note(error: SyntaxError, called: str, syntax: RdfFormat, problems: Problems) -> None:
    message = _PLACE.sub("", error.msg or str(error)).strip(" :") or "broken syntax"
    problems.add(
        Where(called, line=error.lineno or 0, character=(error.lineno and error.offset) or 0),
        sentence(
            "rdf-syntax",
            message=parsers.explained(message),
            format=syntax.name,
            specification=SPECIFICATIONS[syntax],
        ),
    )


def _renamed(quads: Iterable[Quad], label: str) -> tuple[Quad, ...]:
    names: dict[BlankNode, BlankNode] = {}

    def name(node: BlankNode) -> BlankNode:
        return names.setdefault(node, BlankNode(f"{label}{len(names)}"))

    return tuple(
        Quad(
            name(quad.subject) if isinstance(quad.subject, BlankNode) else quad.subject,
            quad.predicate,
            name(quad.object) if isinstance(quad.object, BlankNode) else quad.object,
            name(quad.graph_name) if isinstance(quad.graph_name, BlankNode) else quad.graph_name,
        )
        for quad in quads
    )
