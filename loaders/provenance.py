"""
Where each named graph comes from: the statements of ``graph/prov``.

Every graph is a ``prov:Bundle`` made by one of three activities: the build from the tables, the derivation by rules,
the publishing of somebody's entry. Who did it and when stands in the record of the version, so that the same facts give
the same bytes.

Source: PROV-O; ``docs/data-model.md``, named graphs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Quad

from ontology.iris import Iris, concept
from ontology.namespaces import term
from sparql.store import Draft

_TYPE, _MADE_BY, _FROM = term("rdf:type"), term("prov:wasGeneratedBy"), term("prov:wasDerivedFrom")
_DOCUMENT, _SOURCE, _CLASS = term("hv:SourceDocument"), term("oa:hasSource"), term("prov:Bundle")
_ACTIVITIES = {
    "build": {
        "fi": "Verkon rakentaminen taulukoista",
        "sv": "Uppbyggnad av grafen ur tabeller",
        "en": "Building the graph from tables",
    },
    "inference": {"fi": "Tietojen johtaminen säännöillä", "sv": "Härledning med regler", "en": "Derivation by rules"},
    "publishing": {"fi": "Tietojen julkaiseminen", "sv": "Publicering av uppgifter", "en": "Publishing of entries"},
}


def of_build(graphs: Mapping[NamedNode, Sequence[Quad]], iris: Iris) -> list[Quad]:
    """
    The statements about the *graphs* that a build makes, the derived graph, and the activities, sorted.

    A graph is derived from the documents that it describes or whose passages it cites.
    """
    made = [quad for graph, quads in graphs.items() for quad in _graph(graph, "build", iris, _documents(quads))]
    inferred = iris.graph("inferred")
    made += _graph(inferred, "inference", iris, (graph for graph in graphs if graph != iris.graph("catalog")))
    translations = iris.graph("translations")
    if translations in graphs:
        made.append(_quad(translations, term("hv:assertionMode"), concept("assertion-mode", "editorial"), iris))
    for key, labels in _ACTIVITIES.items():
        activity = iris.entity(f"activity/{key}")
        made.append(_quad(activity, _TYPE, term("prov:Activity"), iris))
        made.append(_quad(activity, term("dcterms:identifier"), Literal(key), iris))
        made += (
            _quad(activity, term("skos:prefLabel"), Literal(words, language=language), iris)
            for language, words in labels.items()
        )
    return sorted(set(made), key=str)


def of_entry(graph: NamedNode, quads: Iterable[Quad], iris: Iris) -> list[Quad]:
    """The statements about a *graph* that somebody published, sorted; *quads* are its content."""
    return sorted(set(_graph(graph, "publishing", iris, _documents(quads))), key=str)


def about(draft: Draft, graph: NamedNode, iris: Iris) -> list[Quad]:
    """What ``graph/prov`` says of *graph* in *draft*."""
    return list(draft.pattern(graph, None, None, iris.graph("prov")))


def built(draft: Draft, iris: Iris) -> frozenset[NamedNode]:
    """The graphs in *draft* that a build made and nobody has replaced since."""
    found = draft.pattern(None, _MADE_BY, iris.entity("activity/build"), iris.graph("prov"))
    return frozenset(quad.subject for quad in found if isinstance(quad.subject, NamedNode))


def _graph(graph: NamedNode, activity: str, iris: Iris, sources: Iterable[NamedNode]) -> Iterator[Quad]:
    yield _quad(graph, _TYPE, _CLASS, iris)
    yield _quad(graph, _MADE_BY, iris.entity(f"activity/{activity}"), iris)
    for source in sources:
        yield _quad(graph, _FROM, source, iris)


def _documents(quads: Iterable[Quad]) -> Iterator[NamedNode]:
    for quad in quads:
        if quad.predicate == _SOURCE and isinstance(quad.object, NamedNode):
            yield quad.object
        elif quad.object == _DOCUMENT and quad.predicate == _TYPE and isinstance(quad.subject, NamedNode):
            yield quad.subject


def _quad(subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal, iris: Iris) -> Quad:
    return Quad(subject, predicate, value, iris.graph("prov"))
