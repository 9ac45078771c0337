"""
The plain HTML pages: server-rendered, without script, in Finnish, Swedish and English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from ontology.namespaces import term
from server import context as contexts
from server import words
from server.context import Context
from server.words import LANGUAGES
from sparql.media import parse_accept, quality_of

_PAGES = Environment(
    loader=PackageLoader("server", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
# What a reader looks for first; the rest follows by name.
_FIRST = [
    "dcterms:description", "skos:definition", "skos:notation", "rdf:type", "adms:status", "hv:isPartOf", "hv:theme", "hv:hasResponsibility",
    "hv:hasImplementation", "hv:hasCommissioning", "hv:hasParticipation", "hv:hasSchedule", "hv:verbatim", "hv:edtf", "hv:involvedAgent",
    "hv:nameAsPrinted", "hv:dependencyTarget",
]  # fmt: skip
_LAST = ["dcterms:identifier", "hv:evidence"]
_LEFT_OUT = {term(curie).value for curie in ("skos:prefLabel", "rdfs:label", "foaf:isPrimaryTopicOf")}
# Of a part, its place on the page tells what the first three would.
_LEFT_OUT_OF_PARTS = {
    term(curie).value for curie in ("rdf:type", "dcterms:identifier", "hv:order", "hv:roleKind", "hv:dependencyKind")
}
_PARTS = ("involvement", "schedule", "dependency", "value", "execution", "membership")
QUOTES = {"fi": ("”", "”"), "sv": ("”", "”"), "en": ("“", "”")}
"""The opening and the closing quotation mark of each language."""
Term = NamedNode | BlankNode | Literal | Triple
_UNTYPED = {term(curie).value for curie in ("xsd:string", "rdf:langString")}
_DEPTH = 3  # a measure, its involvement, the schedule of that


@dataclass(frozen=True, slots=True)
class Value:
    """
    One value as shown: *text*, the *href* it links to, its *language*, or the *rows* of a part shown in place.

    *note* is the datatype or the language of a literal, for whoever wants to see it.
    """

    text: str
    href: str | None = None
    language: str | None = None
    rows: list["Row"] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One property as shown, with its values in order."""

    label: str
    values: list[Value]


def language_of(request: Request) -> str:
    """The language of the page that answers *request*: ``?lang=``, else what the browser prefers, else Finnish."""
    return words.chosen(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def wanted(request: Request, data: Iterable[str]) -> bool:
    """
    Whether the client wants a page rather than any of the media types *data*: a browser does.

    A page must be asked for by name; the wildcard that browsers add counts for less than that. Of two that are wanted
    alike, the one that is named first counts.
    """
    accept = request.headers.get("accept", "")
    if "html" not in accept.lower():
        return False
    ranges = parse_accept(accept)
    types = frozenset(data)
    named = [each for each in ranges if each.type.name in types or each.type.name == "text/html"]
    best = max(named, key=lambda each: each.quality, default=None)
    if best is None or best.type.name != "text/html" or not best.quality:
        return False
    return best.quality >= max((quality_of(each, ranges) for each in types), default=0.0)


def page(
    name: str,
    request: Request,
    headers: Mapping[str, str],
    *,
    title: str,
    version: int | None = None,
    status: int = 200,
    **fields: object,
) -> Response:
    """
    The page made by template *name*, in the language of *request*, over *version* of the data where it shows any.

    *headers* go out beside those of every page. What ``?lang=`` and ``?at=`` chose goes along in the links to this host.
    """
    language = language_of(request)
    links = _Links(request)
    text = _PAGES.get_template(name).render(
        say=lambda key: contexts.of(request).words.say(key, language),
        language=language,
        languages=LANGUAGES,
        path=request.scope["path"],
        number=lambda count: number(count, language),
        asked_language=links.language,
        asked_version=links.at,
        to=links.to,
        same=links.same,
        title=title,
        version=version,
        **fields,
    )
    return Response(text, status, headers_of(headers, language), "text/html")


def headers_of(headers: Mapping[str, str], language: str) -> dict[str, str]:
    """*headers* and those that every page in *language* has."""
    varies = [*headers.get("Vary", "Accept").split(", "), "Accept-Language"]
    return {**headers, **_HEADERS, "Vary": ", ".join(dict.fromkeys(varies)), "Content-Language": language}


def value(term: Term | None, context: Context, *, typed: bool = False) -> Value:
    """
    A term of an answer as shown in a table, linked where it is an IRI that leads somewhere; None gives an empty value.

    *typed*: with its datatype, unless that is string, or its language as a note.
    """
    match term:
        case None:
            return Value("")
        case NamedNode():
            href = context.local(term.value) or (term.value if term.value.startswith(("http://", "https://")) else None)
            return Value(context.iris_text(term.value), href)
        case Literal():
            plain = term.datatype.value in _UNTYPED
            note = term.language or ("" if plain else context.words.label(term.datatype.value, ""))
            return Value(term.value, language=term.language, note=note if typed else "")
        case _:
            return Value(str(term))


def number(count: int, language: str) -> str:
    """*count* with its thousands apart, as *language* writes them."""
    return f"{count:,}" if language == "en" else f"{count:,}".replace(",", "\N{NO-BREAK SPACE}")


def counted(context: Context, language: str, rows: int, offset: int, *, more: bool) -> str:
    """How many *rows* there are; of a part of an answer, which they are, and that there are *more*."""
    say = context.words.say
    if not more and not offset:
        return f"{number(rows, language)} {say('row', language) if rows == 1 else say('rows', language)}"
    shown = f"{say('rows-from', language)} {number(offset + 1, language)}–{number(offset + rows, language)}."
    return f"{shown} {say('more-rows', language)}" if more else shown


def written(parameters: Mapping[str, str]) -> str:
    """*parameters* as the query part of an address, with its question mark; empty when there are none."""
    return f"?{urlencode(parameters)}" if parameters else ""


class _Links:
    """The addresses that the links of one page lead to."""

    def __init__(self, request: Request) -> None:
        self._parameters = request.query_params.multi_items()
        asked = request.query_params.get("lang")
        self.language = asked if asked in LANGUAGES else None
        self.at = request.query_params.get("at")
        self._kept = {name: value for name, value in (("lang", self.language), ("at", self.at)) if value}

    def to(self, href: str) -> str:
        """*href*, with the language and the version that the reader chose when it is an address of this host."""
        if not self._kept or not href.startswith("/"):
            return href
        return f"{href}{'&' if '?' in href else '?'}{urlencode(self._kept)}"

    def same(self, **changed: object) -> str:
        """The address of this page with *changed* parameters, without those changed to None, and the others as they are."""
        kept = [(name, value) for name, value in self._parameters if name not in changed]
        return "?" + urlencode([*kept, *((name, value) for name, value in changed.items() if value is not None)])


class Shown:
    """A document as rows of a page: what `sparql.documents` gives, in one language, parts inside what they qualify."""

    def __init__(self, document: Iterable[Triple], context: Context, language: str) -> None:
        self._context, self._language = context, language
        self._statements: dict[str, dict[str, list[NamedNode | Literal]]] = {}
        for triple in document:
            if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
                values = self._statements.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, [])
                values.append(triple.object)

    def name(self, iri: str) -> str:
        """What a thing is called in the page's language, else in another, else its IRI."""
        return self._name_of(iri)[0]

    def _name_of(self, iri: str) -> tuple[str, str | None]:
        statements = self._statements.get(iri, {})
        names = {
            value.language: value.value
            for key in ("skos:prefLabel", "rdfs:label", "dcterms:title")
            for value in statements.get(term(key).value, [])
            if isinstance(value, Literal)
        }
        for language in (self._language, *LANGUAGES):
            if language in names:
                return names[language], language
        return self._context.words.label(iri, self._language), None

    def rows(self, iri: str, above: tuple[str, ...] = ()) -> list[Row]:
        """The rows about *iri*; those *above* it on the page are not shown again inside it."""
        statements = self._statements.get(iri, {})
        first = {term(curie).value: rank for rank, curie in enumerate(_FIRST)}
        last = {term(curie).value: len(_FIRST) + 1 for curie in _LAST}
        hidden = _LEFT_OUT | _LEFT_OUT_OF_PARTS if above else _LEFT_OUT
        named = [(self._context.words.label(key, self._language), key) for key in statements if key not in hidden]
        ordered = sorted(named, key=lambda pair: (first.get(pair[1], last.get(pair[1], len(_FIRST))), pair[0]))
        rows = [Row(label, self._values(key, statements[key], (*above, iri))) for label, key in ordered]
        return [row for row in rows if row.values]

    def _values(self, key: str, values: list[NamedNode | Literal], above: tuple[str, ...]) -> list[Value]:
        literals = [value for value in values if isinstance(value, Literal)]
        tagged = {value.language for value in literals if value.language}
        if self._language in tagged and len(tagged) > 1:
            literals = [value for value in literals if value.language in {None, self._language}]
        shown = [self._literal(value) for value in literals]
        nodes = sorted({value.value for value in values if isinstance(value, NamedNode)} - set(above), key=self._place)
        if key == term("rdf:type").value:
            # Superclasses, which inference adds for machines, tell a reader nothing new.
            nodes = [iri for iri in nodes if iri in self._context.words.narrowest(nodes)]
        return [*shown, *(self._node(iri, above) for iri in nodes)]

    def _literal(self, literal: Literal) -> Value:
        if literal.datatype == term("xsd:boolean"):
            say = self._context.words.say
            return Value(
                say("true", self._language) if literal.value in {"true", "1"} else say("false", self._language)
            )
        return Value(literal.value, language=literal.language)

    def _place(self, iri: str) -> tuple[int, str]:
        return int(self._one(iri, "hv:order") or 0), self.name(iri)

    def _one(self, iri: str, curie: str) -> str:
        return next((value.value for value in self._statements.get(iri, {}).get(term(curie).value, [])), "")

    def _evidence(self, iri: str) -> Value:
        """A place in a document on one line: what is quoted, where, and in which lines of the text."""
        selectors = [value.value for value in self._statements[iri].get(term("oa:hasSelector").value, [])]
        quote = next((found for each in selectors if (found := self._one(each, "oa:exact"))), "")
        source = self._one(iri, "oa:hasSource")
        first, last = self._one(iri, "hv:startLine"), self._one(iri, "hv:endLine")
        lines = self._context.words.say("lines", self._language)
        place = f"{self.name(source)}, {self._one(iri, 'hv:locator')} ({lines} {first}–{last})"
        opening, closing = QUOTES[self._language]
        return Value(f"{opening}{quote}{closing} – {place}", self._context.local(iri))

    def _node(self, iri: str, above: tuple[str, ...]) -> Value:
        name, language = self._name_of(iri)
        href = self._context.local(iri) or (iri if iri.startswith(("http://", "https://")) else None)
        path = self._context.iris.path(NamedNode(iri))
        if path is not None and path.startswith("fragment/") and iri in self._statements and above:
            return self._evidence(iri)
        is_part = path is not None and path.partition("/")[0] in _PARTS
        rows = self.rows(iri, above) if is_part and len(above) < _DEPTH else []
        return Value("" if rows else name, None if rows else href, language, rows)
