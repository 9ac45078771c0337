"""
What OWL entails from the vocabulary and from data that uses it: no clash, and nothing that the rules do not say.
"""

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse, serialize

from loaders import curated, inference
from ontology import consistency
from ontology.iris import Iris
from ontology.namespaces import PREFIXES, term

IRIS = Iris()
DATA = Path(__file__).parents[2] / "data"
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
SAMPLE = """
<id/programme/p> a hv:Programme .
<id/measure/a> a hv:Measure ; hv:isPartOf <id/programme/p> ; skos:prefLabel "A"@sv ;
    hv:hasResponsibility <id/involvement/a-r1> ;
    hv:hasRequirement <id/dependency/a-requires-b> ; hv:hasContribution <id/dependency/a-contributes-b> ;
    hv:produces <id/deliverable/d> ; hv:evidence <id/fragment/f> .
<id/measure/b> a hv:Measure ; hv:hasUse <id/dependency/b-uses-s> .
<id/measure/c> a hv:SubMeasure ; hv:isPartOf <id/measure/a> .
<id/involvement/a-r1> a hv:Responsibility ; hv:involvedAgent <id/actor/mof> .
<id/dependency/a-requires-b> a hv:Requirement ; hv:dependencyTarget <id/measure/b> .
<id/dependency/a-contributes-b> a hv:Contribution ; hv:dependencyTarget <id/measure/b> .
<id/dependency/b-uses-s> a hv:Use ; hv:dependencyTarget <id/service/s> .
<id/service/s> a hv:DigitalService .
<id/deliverable/d> a hv:Deliverable .
<id/actor/mof> a hv:PublicOrganisation .
<id/fragment/f> a hv:SourceFragment .
<id/execution/a-x1> a hv:Execution ; hv:hadPlan <id/measure/a> ; hv:evidence <id/fragment/f> .
"""


def quads(text, graph="src/d000"):
    """The statements of a Turtle *text* with all prefixes, in a graph."""
    return [
        Quad(quad.subject, quad.predicate, quad.object, IRIS.graph(graph))
        for quad in parse(HEAD + text, format=RdfFormat.TURTLE, base_iri=IRIS.base)
    ]


@pytest.fixture(scope="module")
def closure():
    """What OWL entails from the vocabulary and the sample."""
    return consistency.close([*consistency.vocabulary(IRIS), *quads(SAMPLE)])


def entails(closure, subject, predicate, value):
    """Whether a statement between entities of ours is in the closure."""
    return (IRIS.entity(subject).value, term(predicate).value, IRIS.entity(value).value) in closure.statements


def test_vocabulary_and_sample_are_consistent(closure):
    """Ontology, alignments and a sample with every pattern have no clash."""
    assert () == closure.clashes


def test_chains_inverses_and_closures_follow(closure):
    """OWL derives binaries, superproperties, inverses and closures from the qualified nodes."""
    assert entails(closure, "measure/a", "hv:responsible", "actor/mof")
    assert entails(closure, "actor/mof", "hv:involvedIn", "measure/a")
    assert entails(closure, "service/s", "hv:hasDependent", "measure/b")
    assert entails(closure, "measure/a", "hv:dependsOnTransitively", "service/s")
    assert entails(closure, "measure/c", "hv:isPartOfTransitively", "programme/p")
    assert entails(closure, "measure/a", "dcterms:requires", "measure/b")


def test_contribution_makes_nothing_depend(closure):
    """What a measure contributes to neither depends on it nor is depended upon for it."""
    alone = consistency.close(
        [*consistency.vocabulary(IRIS), *(quad for quad in quads(SAMPLE) if "a-requires-b" not in str(quad))]
    )

    assert entails(alone, "measure/b", "hv:benefitsFrom", "measure/a")
    assert not entails(alone, "measure/a", "hv:dependsOnTransitively", "measure/b")
    assert entails(closure, "measure/a", "hv:dependsOnTransitively", "measure/b")


@pytest.mark.parametrize(
    "clash",
    [
        "<id/measure/a> a prov:Activity .",
        "<id/service/s> a hv:OrganisationUnit .",
        "<id/involvement/a-r1> a hv:Funding .",
        "<id/programme/p> hv:isPartOf <id/measure/c> . <id/measure/c> hv:isPartOf <id/programme/p> .",
        "<id/actor/mof> owl:sameAs <id/measure/a> .",
        "<id/actor/mof> owl:sameAs <id/actor/x> ; owl:differentFrom <id/actor/x> .",
        "<id/actor/mof> a owl:Nothing .",
        "<https://w3id.org/hankintaverkko/concept/role> a skos:Concept , skos:ConceptScheme .",
    ],
    ids=[
        "plan-and-activity",
        "service-and-actor",
        "two-roles",
        "circle-of-parts",
        "merged",
        "same-and-different",
        "nothing",
        "concept-and-scheme",
    ],
)
def test_clashes_are_found(clash):
    """Types that exclude each other, a part of its own part, and identity against difference are told."""
    assert consistency.close([*consistency.vocabulary(IRIS), *quads(SAMPLE + clash)]).clashes


def test_claims_beyond_owl_are_found(closure):
    """A derived statement that OWL does not entail is told; inherited ones and labels in the same words are not."""
    derived = quads(
        """<id/measure/a> hv:responsible <id/actor/mof> ; rdfs:label "A"@sv ; rdfs:label "B"@sv .
        <id/measure/c> hv:inheritedResponsible <id/actor/mof> ; hv:responsible <id/actor/mof> .""",
        "inferred",
    )

    assert [(IRIS.entity("measure/a"), "B"), (IRIS.entity("measure/c"), IRIS.entity("actor/mof").value)] == [
        (quad.subject, quad.object.value) for quad in consistency.beyond(derived, quads(SAMPLE), closure)
    ]


def derived_from(asserted):
    """What the inference rules derive, each from what is asserted and what rules before it derive."""
    store = Store()
    store.extend(asserted)
    derived = []
    for rule in inference.RULES:
        result = store.query(rule.text, use_default_graph_as_union=True)
        derived += [Quad(*triple, IRIS.graph("inferred")) for triple in result]
        store.extend(derived)
    return derived


def test_rules_derive_nothing_beyond_owl(closure):
    """What the inference rules derive from a sample with every pattern is entailed, but for what is inherited."""
    derived = derived_from([*consistency.vocabulary(IRIS), *quads(SAMPLE)])
    about_data = [quad for quad in derived if quad.subject.value.startswith(IRIS.base + "id/")]

    assert {term("hv:responsible"), term("hv:hasDependent"), term("rdfs:label"), term("rdf:type")} <= {
        quad.predicate for quad in about_data
    }
    assert () == consistency.beyond(about_data, quads(SAMPLE), closure)


@pytest.mark.long
def test_whole_dataset_is_consistent(tmp_path, graphs):
    """Vocabulary, alignments and all the facts have no clash, and the rules derive nothing from them beyond OWL."""
    facts = [quad for graph in curated.read(DATA, IRIS).values() for quad in graph]
    words = [quad for graph in graphs.values() for quad in graph]
    file = tmp_path / "dataset.nq"
    serialize([*words, *facts, *derived_from([*words, *facts])], output=file, format=RdfFormat.N_QUADS)

    assert () == consistency.prove([file], IRIS)


def test_command_proves_a_file(tmp_path, capsys):
    """The command tells consistent data from a clash and from a file it cannot read."""
    good, bad, other = tmp_path / "good.ttl", tmp_path / "bad.ttl", tmp_path / "data.csv"
    good.write_text(f"@base <{IRIS.base}> .\n{HEAD}{SAMPLE}", encoding="utf-8")
    bad.write_text(f"@base <{IRIS.base}> .\n{HEAD}<id/measure/a> a hv:Measure , hv:Actor .", encoding="utf-8")
    other.write_text("id\n", encoding="utf-8")

    assert 0 == consistency.main([str(good)])
    assert 1 == consistency.main([str(bad)])
    assert "disjoint" in capsys.readouterr().out.lower()
    assert 2 == consistency.main([str(other)])
    assert ".nq" in capsys.readouterr().err
