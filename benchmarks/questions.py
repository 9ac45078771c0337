"""
The twelve kinds of question that the service is measured with, over the synthetic data.

Each is asked in two ways: *cold*, in a text that nobody has sent before, and *warm*, in one of a few texts again and
again. A cold text differs from others by the name of a variable, so that it asks for the same work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from benchmarks.driver import UNIQUE
from benchmarks.plans import document_key

_PREFIXES = """PREFIX hv: <https://w3id.org/hankintaverkko/def/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_ID = "https://w3id.org/hankintaverkko/id/"
_VARIANTS = 32
_SOLUTIONS, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_MARK = "?unique"


@dataclass(frozen=True, slots=True)
class Question:
    """
    One kind of question: its *words* for the table, its *text*, in which ``$measure``, ``$dependent`` and ``$theme`` stand
    for IRIs, and whether it *gives a graph* or *counts*, so that its one result is a number.
    """

    words: str
    text: str
    gives_graph: bool = False
    counts: bool = False

    @property
    def accept(self) -> str:
        """The media type that it is asked in."""
        return _TRIPLES if self.gives_graph else _SOLUTIONS

    def cold(self, measures: int) -> Sequence[str]:
        """Texts with a place for a number that makes each of them new; about `_VARIANTS` different things."""
        return [_PREFIXES + text.replace(_MARK, f"?v{UNIQUE}") for text in self._texts(measures)]

    def warm(self, measures: int) -> Sequence[str]:
        """The texts that are asked again and again."""
        return [_PREFIXES + text.replace(_MARK, "?v") for text in self._texts(measures)]

    def _texts(self, measures: int) -> Sequence[str]:
        plans = max(1, measures // 50)
        found = []
        for at in range(_VARIANTS):
            plan = at * plans // _VARIANTS + 1
            document = document_key(plan)
            text = self.text.replace("$measure", f"<{_ID}measure/{document}-m{10 * (at % 4) + 1:02d}>")
            text = text.replace("$dependent", f"<{_ID}measure/{document}-m46>")
            found.append(text.replace("$theme", f"<{_ID}theme/t{at % 8 + 1}>"))
        return list(dict.fromkeys(found))


QUESTIONS = (
    Question("ASK", "ASK { $measure hv:theme ?unique }"),
    Question("lookup of an IRI", "SELECT ?property ?unique WHERE { $measure ?property ?unique }"),
    Question(
        "labels, with a language to fall back on",
        """SELECT ?part (COALESCE(?swedish, ?english, ?finnish) AS ?unique) WHERE {
  ?part hv:isPartOf $measure .
  OPTIONAL { ?part skos:prefLabel ?swedish FILTER(LANG(?swedish) = "sv") }
  OPTIONAL { ?part skos:prefLabel ?english FILTER(LANG(?english) = "en") }
  OPTIONAL { ?part skos:prefLabel ?finnish FILTER(LANG(?finnish) = "fi") }
}""",
    ),
    Question(
        "search in labels (CONTAINS)",
        """SELECT ?thing ?unique WHERE {
  ?thing skos:prefLabel ?unique
  FILTER(CONTAINS(LCASE(STR(?unique)), "kunta 1"))
}""",
    ),
    Question(
        "join of four patterns, with a filter on dates",
        """SELECT ?measure ?label ?unique WHERE {
  ?measure hv:theme $theme .
  ?measure hv:hasSchedule ?schedule .
  ?schedule hv:latestEnd ?unique .
  ?measure skos:prefLabel ?label
  FILTER(?unique < "2022-12-01"^^xsd:date && LANG(?label) = "fi")
}""",
    ),
    Question(
        "number of measures for each actor",
        """SELECT ?actor (COUNT(?measure) AS ?unique) WHERE {
  ?measure hv:hasResponsibility ?responsibility .
  ?responsibility hv:involvedAgent ?actor
} GROUP BY ?actor""",
    ),
    Question("transitive dependencies", "SELECT ?unique WHERE { $dependent hv:dependsOn+ ?unique }"),
    Question("COUNT(*)", "SELECT (COUNT(*) AS ?unique) WHERE { ?subject ?property ?object }", counts=True),
    Question("DESCRIBE", "DESCRIBE ?unique WHERE { VALUES ?unique { $measure } }", gives_graph=True),
    Question(
        "CONSTRUCT of 10,000 triples",
        "CONSTRUCT { ?thing skos:prefLabel ?unique } WHERE { ?thing skos:prefLabel ?unique } LIMIT 10000",
        gives_graph=True,
    ),
    Question(
        "SELECT of 1,000 rows",
        """SELECT ?thing ?code ?unique WHERE {
  ?thing skos:notation ?code .
  ?thing skos:prefLabel ?unique
} LIMIT 1000""",
    ),
    Question(
        "ORDER BY and LIMIT",
        "SELECT ?schedule ?unique WHERE { ?schedule hv:latestEnd ?unique } ORDER BY DESC(?unique) ?schedule LIMIT 10",
    ),
)

RUNAWAY = _PREFIXES + (
    f"SELECT (COUNT(*) AS ?v{UNIQUE}) WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
    'FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "") }'
)
"""A question that no engine answers within its deadline."""


def target(path: str, text: str, **parameters: str) -> str:
    """What is asked of the endpoint at *path* to have *text* answered, with more *parameters*."""
    return f"{path}?{urlencode({'query': text, **parameters}, quote_via=quote)}"


def request(path: str, text: str, accept: str, *headers: str, **parameters: str) -> str:
    """
    The GET request that asks *text*, whole as it goes over the wire, with more *headers*, ``name: value``, and *parameters*.
    """
    lines = (f"GET {target(path, text, **parameters)} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}", *headers)
    return "\r\n".join((*lines, "", ""))
