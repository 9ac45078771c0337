"""
The VoID description of a version: what its census counted, as triples without a blank node.

Numbers are those of SPARQL over the union of all graphs. Every partition has an IRI made from what it is a partition by, so
that it keeps its name from version to version.

Source: Describing Linked Datasets with the VoID Vocabulary, sections 2 to 5.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from ontology.iris import Iris
from ontology.namespaces import DEF, ONTOLOGY, PREFIXES, term
from sparql.census import Census, ClassCount

Node = NamedNode | Literal
_LOCAL = re.compile(r"[A-Za-z0-9_]+(?:[-.][A-Za-z0-9_]+)*")


def dataset(iris: Iris) -> NamedNode:
    """The dataset of everything published, as VoID and the service description name it."""
    return iris.description("dataset")


def statements(census: Census, iris: Iris, endpoint: NamedNode) -> list[Triple]:
    """
    The description of the version that *census* counted, asked at *endpoint*; sorted, without duplicates. What the census
    does not know is not said.
    """
    return ordered(_all(census, iris, endpoint))


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """*triples* once each, by their N-Triples lines: the same statements in the same order."""
    return sorted(set(triples), key=str)


def integer(value: int) -> Literal:
    """*value* as VoID writes it, an ``xsd:integer``."""
    return Literal(value)


def digest(text: str) -> str:
    """16 hexadecimal digits that stand for *text* where it has no name of ours."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def part(kind: str, name: str, iris: Iris) -> NamedNode:
    """
    The part of the description that is about *name*, an IRI: ``kind/prefix/local``, else ``kind/`` and a digest.

    Different IRIs have different parts: a digest is 16 characters long, and no prefix of ours stands before it.
    """
    for prefix, namespace in PREFIXES.items():
        local = name.removeprefix(namespace)
        if local != name and _LOCAL.fullmatch(local):
            return iris.description(f"{kind}/{prefix}/{local}")
    return iris.description(f"{kind}/{digest(name)}")


def prefixes(iris: Iris) -> NamedNode:
    """The node of which every prefix of `ontology.namespaces` is declared. Source: SHACL section 5.2.1."""
    return iris.description("prefixes")


def _all(census: Census, iris: Iris, endpoint: NamedNode) -> Iterator[Triple]:
    whole = dataset(iris)
    document = iris.description()
    yield Triple(document, term("rdf:type"), term("void:DatasetDescription"))
    yield Triple(document, term("foaf:primaryTopic"), whole)
    for predicate, value in census.catalogue:
        yield Triple(whole, predicate, value)
        if predicate == term("dcterms:title"):
            yield Triple(document, predicate, value)
    about: list[tuple[str, Node]] = [
        ("rdf:type", term("void:Dataset")),
        ("owl:versionInfo", Literal(str(census.version.number))),
        ("dcterms:modified", Literal(census.version.time.isoformat(), datatype=term("xsd:dateTime"))),
        ("void:sparqlEndpoint", endpoint),
        ("void:uriSpace", Literal(iris.base)),
        ("void:triples", integer(census.version.triples)),
        *((curie, integer(number)) for curie, number in _totals(census) if number is not None),
        *(("void:vocabulary", each) for each in _vocabularies(census)),
    ]
    yield from (Triple(whole, term(curie), value) for curie, value in about)
    yield from _class_partitions(census, iris)
    yield from _property_partitions(census, iris)
    yield from _links(census, iris)
    yield from _declarations(iris)


def _totals(census: Census) -> Iterator[tuple[str, int | None]]:
    yield "void:entities", census.entities
    yield "void:classes", census.classes
    yield "void:properties", census.properties
    yield "void:distinctSubjects", census.subjects
    yield "void:distinctObjects", census.objects


def _class_partitions(census: Census, iris: Iris) -> Iterator[Triple]:
    for each in census.class_counts:
        node = part("class", each.name.value, iris)
        yield Triple(dataset(iris), term("void:classPartition"), node)
        yield Triple(node, term("void:class"), each.name)
        yield Triple(node, term("void:entities"), integer(each.entities))
        if each.space is not None:
            yield Triple(node, term("void:uriSpace"), Literal(each.space))
        if (example := _example(each, iris)) is not None:
            yield Triple(node, term("void:exampleResource"), example)
            if each.name.value.startswith(DEF):
                yield Triple(dataset(iris), term("void:exampleResource"), example)


def _example(each: ClassCount, iris: Iris) -> NamedNode | None:
    """A thing of the class that has a document of its own."""
    return each.first if each.first is not None and iris.path(each.first) is not None else None


def _property_partitions(census: Census, iris: Iris) -> Iterator[Triple]:
    for each in census.property_counts:
        node = part("property", each.name.value, iris)
        yield Triple(dataset(iris), term("void:propertyPartition"), node)
        yield Triple(node, term("void:property"), each.name)
        yield Triple(node, term("void:triples"), integer(each.triples))
        yield Triple(node, term("void:distinctSubjects"), integer(each.subjects))
        yield Triple(node, term("void:distinctObjects"), integer(each.objects))


def _links(census: Census, iris: Iris) -> Iterator[Triple]:
    names = {namespace: prefix for prefix, namespace in PREFIXES.items()}
    for each in census.link_counts:
        name = names.get(each.space) or digest(each.space)
        target = iris.description(f"target/{name}")
        node = iris.description(f"links/{part('by', each.predicate.value, iris).value.partition('#by/')[2]}/{name}")
        yield Triple(dataset(iris), term("void:subset"), node)
        yield Triple(node, term("rdf:type"), term("void:Linkset"))
        yield Triple(node, term("void:linkPredicate"), each.predicate)
        yield Triple(node, term("void:subjectsTarget"), dataset(iris))
        yield Triple(node, term("void:objectsTarget"), target)
        yield Triple(node, term("void:triples"), integer(each.triples))
        yield Triple(target, term("rdf:type"), term("void:Dataset"))
        yield Triple(target, term("void:uriSpace"), Literal(each.space))


def _declarations(iris: Iris) -> Iterator[Triple]:
    for prefix, namespace in PREFIXES.items():
        node = iris.description(f"prefix/{prefix}")
        yield Triple(prefixes(iris), term("sh:declare"), node)
        yield Triple(node, term("rdf:type"), term("sh:PrefixDeclaration"))
        yield Triple(node, term("sh:prefix"), Literal(prefix))
        yield Triple(node, term("sh:namespace"), Literal(namespace, datatype=term("xsd:anyURI")))


def _vocabularies(census: Census) -> set[NamedNode]:
    """The namespaces of all classes and properties in use: no more, and none left out."""
    classes = (each.name.value for each in census.class_counts)
    properties = (each.name.value for each in census.property_counts)
    found = {_namespace(name) for name in (*classes, *properties)}
    return {NamedNode(ONTOLOGY if space == DEF else space) for space in found}


def _namespace(name: str) -> str:
    known = [namespace for namespace in PREFIXES.values() if name.startswith(namespace)]
    # A name such as urn:isbn:1 has neither slash nor hash.
    return max(known, key=len) if known else re.sub(r"[^/#]*$", "", name) or re.sub(r"[^:]*$", "", name)
