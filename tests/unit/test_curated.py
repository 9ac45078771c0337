"""
The curated facts: five rows of document 000 become the agreed graphs.
"""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from loaders import curated
from ontology.iris import Iris, concept
from ontology.namespaces import term
from tests.unit.facts import FIVE, IRIS, about, node, typed


@pytest.fixture(scope="module")
def graphs():
    """The graphs of the five rows."""
    return curated.read(FIVE, IRIS)


def test_measure_is_linked_to_what_belongs_to_it(graphs):
    """A measure has its class, code, order, whole, status, theme, printed title and links to what belongs to it."""
    expected = {
        (term("rdf:type"), term("hv:Measure")),
        (term("dcterms:identifier"), Literal("ap22-m19")),
        (term("skos:notation"), Literal("ap22-m19")),
        (term("skos:prefLabel"), Literal("Användningen av öppenhetsannonser främjas", language="sv")),
        (term("hv:order"), typed("19", "xsd:integer")),
        (term("hv:isPartOf"), node("programme/hankinta-suomi")),
        (term("adms:status"), concept("status", "planned")),
        (term("hv:theme"), node("theme/t4")),
        (term("hv:produces"), node("deliverable/ap22-m19-information")),
        (term("hv:hasSchedule"), node("schedule/ap22-m19-s1")),
        (term("hv:hasUse"), node("dependency/ap22-m19-uses-hilma")),
        (term("hv:evidence"), node("fragment/d000-measure-ap22-m19")),
        *((term("hv:hasResponsibility"), node(f"involvement/ap22-m19-r{order}")) for order in range(1, 5)),
    }

    assert expected == about(graphs, "src/d000", "measure/ap22-m19")


def test_editorial_texts_stand_apart(graphs):
    """Titles that are not printed and all descriptions stand among the translations, and nowhere else."""
    found = about(graphs, "translations", "measure/ap22-m19")

    assert {"fi", "en"} == {value.language for predicate, value in found if predicate == term("skos:prefLabel")}
    assert {"fi", "sv", "en"} == {
        value.language for predicate, value in found if predicate == term("dcterms:description")
    }


def test_responsibility_keeps_the_printed_name(graphs):
    """A responsibility names actor, role, order, the name as printed with its language, and the printed name as evidence."""
    expected = {
        (term("rdf:type"), term("hv:Responsibility")),
        (term("dcterms:identifier"), Literal("ap22-m06-r3")),
        (term("hv:involvedAgent"), node("actor/haus")),
        (term("hv:roleKind"), concept("role", "responsible")),
        (term("hv:order"), typed("3", "xsd:integer")),
        (term("hv:nameAsPrinted"), Literal("HAUS kehittämiskeskus Oy", language="fi")),
        (term("hv:assertionMode"), concept("assertion-mode", "stated")),
        (term("hv:evidence"), node("fragment/d000-involvement-ap22-m06-r3")),
    }

    assert expected == about(graphs, "src/d000", "involvement/ap22-m06-r3")
    assert (term("oa:exact"), Literal("HAUS kehittämiskeskus Oy")) in about(
        graphs, "src/d000", "selector/d000-involvement-ap22-m06-r3-quote"
    )


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("ap22-m01", ("10/2022–5/2023", "2022-10/2023-05", "2022-10-01", "2023-05-31", "month", "false", "normalised")),
        ("ap22-m06", ("10/2022 ->", "2022-10/..", "2022-10-01", None, "month", "true", "normalised")),
        ("ap22-m19",
         ("Slutet av 2022 och början av 2023", "2022-09~/2023-04~", "2022-09-01", "2023-04-30", "part-of-year", "false", "editorial")),
    ],
)  # fmt: skip
def test_schedule_keeps_its_words(graphs, measure, expected):
    """A schedule keeps the words and states EDTF, envelope, precision, openness and how we know."""
    words, edtf, start, end, precision, openness, mode = expected
    found = about(graphs, "src/d000", f"schedule/{measure}-s1")

    assert {
        (term("rdf:type"), term("hv:Schedule")),
        (term("dcterms:identifier"), Literal(f"{measure}-s1")),
        (term("hv:verbatim"), Literal(words, language="sv")),
        (term("hv:edtf"), typed(edtf, "edtf:EDTF-level1")),
        (term("hv:precision"), concept("precision", precision)),
        (term("hv:openEnded"), typed(openness, "xsd:boolean")),
        (term("hv:assertionMode"), concept("assertion-mode", mode)),
        (term("hv:evidence"), node(f"fragment/d000-schedule-{measure}-s1")),
        *([(term("hv:earliestStart"), typed(start, "xsd:date"))] if start else []),
        *([(term("hv:latestEnd"), typed(end, "xsd:date"))] if end else []),
    } == found


def test_completed_measure_has_an_execution(graphs):
    """A completed measure has an execution with mode, confidence and reasons in three languages."""
    found = about(graphs, "src/d000", "execution/ap22-m31-x1")

    assert (term("hv:hadPlan"), node("measure/ap22-m31")) in found
    assert (term("hv:assertionMode"), concept("assertion-mode", "inferred")) in found
    assert (term("hv:confidence"), typed("0.9", "xsd:decimal")) in found
    assert {"fi", "sv", "en"} == {value.language for predicate, value in found if predicate == term("hv:rationale")}


def test_dependency_is_a_node_between_its_ends(graphs):
    """A dependency is a node between its two ends, with kind, mode and evidence."""
    found = about(graphs, "src/d000", "dependency/ap22-m01-related-ap22-m13")

    assert {
        (term("rdf:type"), term("hv:Relation")),
        (term("hv:dependencyKind"), concept("dependency-type", "related")),
        (term("hv:dependencyTarget"), node("measure/ap22-m13")),
        (term("hv:assertionMode"), concept("assertion-mode", "inferred")),
    } <= found
    assert (term("hv:hasRelation"), node("dependency/ap22-m01-related-ap22-m13")) in about(
        graphs, "src/d000", "measure/ap22-m01"
    )


def test_document_is_told_with_its_checksum(graphs):
    """The source document has title, language, file name and checksum."""
    found = about(graphs, "src/d000", "document/d000")

    assert {
        (term("rdf:type"), term("hv:SourceDocument")),
        (term("dcterms:title"), Literal("Nya åtgärder i åtgärdsprogrammet för offentlig upphandling", language="sv")),
        (term("dcterms:language"), NamedNode("http://publications.europa.eu/resource/authority/language/SWE")),
        (term("hv:fileName"), Literal("000_671a584318304487.txt")),
    } <= found


def test_actor_has_printed_and_editorial_names(graphs):
    """An actor has its class, kind, printed and alternative names; a name that is only abbreviated in print is editorial."""
    found = about(graphs, "registry", "actor/mof")

    assert (term("rdf:type"), term("hv:PublicOrganisation")) in found
    assert (term("org:classification"), concept("actor-kind", "ministry")) in found
    assert (term("skos:altLabel"), Literal("FM", language="sv")) in found
    assert term("skos:prefLabel") not in {predicate for predicate, _ in found}


def test_no_blank_nodes_and_no_repetition(graphs):
    """No graph holds a blank node, or a statement twice; reading again gives the same quads in the same order."""
    quads = [quad for said in graphs.values() for quad in said]

    assert [] == [quad for quad in quads if BlankNode in (type(quad.subject), type(quad.object))]
    assert len(set(quads)) == len(quads)
    assert graphs == curated.read(FIVE, IRIS)


def test_every_node_is_known_by_its_key(graphs):
    """Every entity that is the subject of statements has one type and its key as identifier."""
    quads = {quad for said in graphs.values() for quad in said}
    kinds, keys = {}, {}
    for quad in quads:
        if quad.predicate == term("rdf:type"):
            kinds.setdefault(quad.subject, []).append(quad.object)
        elif quad.predicate == term("dcterms:identifier"):
            keys[quad.subject] = quad.object.value

    assert {quad.subject for quad in quads} == kinds.keys() == keys.keys()
    assert {1} == {len(each) for each in kinds.values()}
    assert [] == [subject for subject, key in keys.items() if not subject.value.endswith(f"/{key}")]


def test_another_base_moves_entities_alone(graphs):
    """With another base, entities and graphs move and terms and concepts stay."""
    moved = curated.read(FIVE, Iris("http://example.org/x/"))
    texts = "\n".join(str(quad) for said in moved.values() for quad in said)

    assert sum(map(len, graphs.values())) == sum(map(len, moved.values()))
    assert "hankintaverkko/id/" not in texts
    assert "https://w3id.org/hankintaverkko/concept/status/planned" in texts
