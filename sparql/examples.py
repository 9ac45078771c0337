"""
The saved queries as examples that SPARQL editors show.

Each is a ``sh:SPARQLExecutable`` with its titles in three languages, and refers to the prefixes that the VoID description declares.

Source: SHACL sections 5.2.1 and 5.3; SHACL Advanced Features section 5.
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from ontology.iris import Iris
from ontology.namespaces import term
from sparql.guard import Form, admit
from sparql.queries import SavedQuery
from sparql.void import ordered, prefixes

_FORMS = {
    Form.SELECT: ("sh:SPARQLSelectExecutable", "sh:select"),
    Form.ASK: ("sh:SPARQLAskExecutable", "sh:ask"),
    Form.CONSTRUCT: ("sh:SPARQLConstructExecutable", "sh:construct"),
}


def statements(queries: Iterable[SavedQuery], iris: Iris, endpoint: NamedNode) -> list[Triple]:
    """
    The examples that *queries* are, to be sent to *endpoint*; sorted.
    """
    return ordered(triple for query in queries for triple in _example(query, iris, endpoint))


def _example(query: SavedQuery, iris: Iris, endpoint: NamedNode) -> Iterator[Triple]:
    node = iris.example(query.slug)
    kind, holds = _FORMS[admit(query.text).form]
    yield Triple(node, term("rdf:type"), term("sh:SPARQLExecutable"))
    yield Triple(node, term("rdf:type"), term(kind))
    for language, title in query.titles.items():
        yield Triple(node, term("rdfs:label"), Literal(title, language=language))
    for language, question in query.answers.items():
        yield Triple(node, term("rdfs:comment"), Literal(question, language=language))
    yield Triple(node, term("sh:prefixes"), prefixes(iris))
    yield Triple(node, term(holds), Literal(query.text))
    yield Triple(node, term("schema:target"), endpoint)
