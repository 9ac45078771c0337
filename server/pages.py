"""
The plain HTML pages: server-rendered, without script, in Finnish, Swedish and English.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode, Triple
from starlette.responses import Response

from ontology.namespaces import term
from server.context import Context
from server.words import LANGUAGES

_PAGES = Environment(
    loader=PackageLoader("server", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
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
_LEFT_OUT = {term("skos:prefLabel").value, term("rdfs:label").value}
_PARTS = ("involvement", "schedule", "dependency", "fragment", "selector", "value", "execution", "membership")
_DEPTH = 4  # a measure, its dependency, the evidence, the quotation


@dataclass(frozen=True, slots=True)
class Value:
    """One value as shown: *text*, the *href* it links to, its *language*, or the *rows* of a part shown in place."""

    text: str
    href: str | None = None
    language: str | None = None
    rows: list["Row"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """One property as shown, with its values in order."""

    label: str
    values: list[Value]


def page(name: str, context: Context, language: str, **fields: object) -> Response:
    """The page made by template *name*, with the words of *language*."""

    def say(key: str) -> str:
        return context.words.say(key, language)

    text = _PAGES.get_template(name).render(say=say, language=language, languages=LANGUAGES, **fields)
    return Response(text, headers={**_HEADERS, "Content-Language": language}, media_type="text/html")


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
        named = [(self._context.words.label(key, self._language), key) for key in statements if key not in _LEFT_OUT]
        ordered = sorted(named, key=lambda pair: (first.get(pair[1], last.get(pair[1], len(_FIRST))), pair[0]))
        rows = [Row(label, self._values(statements[key], (*above, iri))) for label, key in ordered]
        return [row for row in rows if row.values]

    def _values(self, values: list[NamedNode | Literal], above: tuple[str, ...]) -> list[Value]:
        literals = [value for value in values if isinstance(value, Literal)]
        tagged = {value.language for value in literals if value.language}
        if self._language in tagged and len(tagged) > 1:
            literals = [value for value in literals if value.language in {None, self._language}]
        shown = [Value(value.value, language=value.language) for value in literals]
        nodes = [value.value for value in values if isinstance(value, NamedNode) and value.value not in above]
        linked = [self._node(iri, above) for iri in nodes]
        return [*shown, *sorted(linked, key=lambda value: value.text)]

    def _node(self, iri: str, above: tuple[str, ...]) -> Value:
        name, language = self._name_of(iri)
        href = self._context.local(iri) or (iri if iri.startswith(("http://", "https://")) else None)
        path = self._context.iris.path(NamedNode(iri))
        is_part = path is not None and path.partition("/")[0] in _PARTS
        rows = self.rows(iri, above) if is_part and len(above) < _DEPTH else []
        return Value("" if rows else name, None if rows else href, language, rows)
