"""
The inference rules: what each derives, and that re-deriving after a change gives what deriving anew gives.
"""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from loaders import inference
from ontology import modules
from ontology.iris import Iris
from ontology.namespaces import PREFIXES, term
from sparql.diff import change
from sparql.draft import EmbeddedDraft
from sparql.embedded import EmbeddedStore

IRIS = Iris("https://example.test/")
INFERRED = IRIS.graph("inferred")
FACTS, MORE, ONTOLOGY = (IRIS.graph(name) for name in ("src/d000", "entry/more", "ontology"))

VOCABULARY = """
hv:Measure rdfs:subClassOf hv:PlanElement . hv:SubMeasure rdfs:subClassOf hv:Measure .
hv:MeasurePackage rdfs:subClassOf hv:PlanElement . hv:Objective rdfs:subClassOf hv:PlanElement .
hv:PlanElement rdfs:subClassOf prov:Plan . prov:Plan rdfs:subClassOf prov:Entity .
"""


def _quads(turtle: str, graph: NamedNode) -> list[Quad]:
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    found = parse(prefixes + turtle, format=RdfFormat.TURTLE, base_iri=IRIS.base + "id/")
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found]


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedDraft]:
    """A draft that holds the vocabulary; each test replaces the facts in it."""
    store = EmbeddedStore(Path(tmp_path_factory.mktemp("inference")))
    with store.draft("test") as opened:
        opened.replace_graph(ONTOLOGY, _quads(VOCABULARY, ONTOLOGY))
        yield opened


def _derived(draft: EmbeddedDraft, facts: str) -> set[str]:
    """The derived statements about things of ours, each as "subject predicate object" in short names."""
    draft.drop_graph(MORE)
    draft.replace_graph(FACTS, _quads(facts, FACTS))
    inference.derive(draft, INFERRED)
    return {" ".join(_short(each) for each in list(quad)[:3]) for quad in draft.quads(INFERRED)}


def _short(node: object) -> str:
    if isinstance(node, Literal):
        return f'"{node.value}"'
    assert isinstance(node, NamedNode)
    if node.value.startswith(IRIS.base + "id/"):
        return node.value.removeprefix(IRIS.base + "id/")
    name, iri = next((name, iri) for name, iri in PREFIXES.items() if node.value.startswith(iri) and name != "hvs")
    return f"{name}:{node.value.removeprefix(iri)}"


def test_involvement_becomes_one_statement_each_way(draft: EmbeddedDraft) -> None:
    """A responsibility can be asked for from the measure and from the actor, by its role and in general."""
    found = _derived(draft, "<m> hv:hasResponsibility <m-r1> . <m-r1> hv:involvedAgent <a> .")

    both_ways = {"m hv:responsible a", "m hv:involves a", "a hv:responsibleFor m", "a hv:involvedIn m"}
    assert found == both_ways | {"m hv:hasInvolvement m-r1"}


@pytest.mark.parametrize("row", inference.RULES[0].rows(), ids=lambda row: row[1].value.rpartition("/")[2])
def test_every_role_has_its_statement(draft: EmbeddedDraft, row: list[NamedNode]) -> None:
    """Each of the seven roles gives its own statement, its inverse, and the general one."""
    found = _derived(draft, f"<m> {row[0]} <i> . <i> hv:involvedAgent <a> .")

    assert {f"m {_short(row[1])} a", "m hv:hasInvolvement i"} <= found
    assert len(found) == 5


def test_requirement_makes_a_dependency_at_any_distance(draft: EmbeddedDraft) -> None:
    """What requires something that uses a third thing depends on the third thing, transitively only."""
    found = _derived(
        draft,
        """<m> hv:hasRequirement <d1> . <d1> hv:dependencyTarget <n> .
           <n> hv:hasUse <d2> . <d2> hv:dependencyTarget <s> .""",
    )

    assert {"m hv:requires n", "n hv:isRequiredBy m", "m hv:dependsOn n", "n hv:hasDependent m"} <= found
    assert {"n hv:uses s", "s hv:isUsedBy n", "m hv:dependsOnTransitively s"} <= found
    assert "m hv:dependsOn s" not in found


@pytest.mark.parametrize("qualified", ["hasContribution", "hasSupersession", "hasRelation"])
def test_what_merely_contributes_makes_nothing_wait(draft: EmbeddedDraft, qualified: str) -> None:
    """Contributions, supersessions and relations are no dependencies in the sense of waiting."""
    found = _derived(draft, f"<m> hv:{qualified} <d> . <d> hv:dependencyTarget <n> .")

    assert "m hv:hasDependency d" in found
    assert len(found) == 3
    assert not any("ependsOn" in each or "Dependent" in each for each in found)


def test_relation_holds_both_ways(draft: EmbeddedDraft) -> None:
    """What is related to a thing has that thing related to it."""
    found = _derived(draft, "<m> hv:hasRelation <d> . <d> hv:dependencyTarget <n> .")

    assert found == {"m hv:isRelatedTo n", "n hv:isRelatedTo m", "m hv:hasDependency d"}


def test_responsibility_comes_from_the_nearest_whole(draft: EmbeddedDraft) -> None:
    """A measure that names nobody inherits from the nearest whole that does, and from none beyond it."""
    found = _derived(
        draft,
        """<plan> hv:hasResponsibility <plan-r1> . <plan-r1> hv:involvedAgent <far> .
           <package> a hv:MeasurePackage ; hv:isPartOf <plan> ; hv:hasResponsibility <p-r1> .
           <p-r1> hv:involvedAgent <near> .
           <group> a hv:Measure ; hv:isPartOf <package> .
           <action> a hv:SubMeasure ; hv:isPartOf <group> .
           <aim> a hv:Objective ; hv:isPartOf <package> .""",
    )

    assert {each for each in found if "inheritedResponsible" in each} == {
        "group hv:inheritedResponsible near",
        "action hv:inheritedResponsible near",
    }


def test_own_responsibility_ends_inheritance(draft: EmbeddedDraft) -> None:
    """A measure with a responsible actor of its own inherits nobody."""
    found = _derived(
        draft,
        """<plan> hv:hasResponsibility <plan-r1> . <plan-r1> hv:involvedAgent <far> .
           <m> a hv:Measure ; hv:isPartOf <plan> ; hv:hasResponsibility <m-r1> . <m-r1> hv:involvedAgent <own> .""",
    )

    assert not any("inheritedResponsible" in each for each in found)


def test_funding_condition_reaches_the_parts(draft: EmbeddedDraft) -> None:
    """What is part of something that waits for money waits too, unless it says so itself."""
    found = _derived(
        draft,
        """<group> hv:hasFundingCondition <d1> . <d1> hv:dependencyTarget <decision> .
           <part> hv:isPartOf <group> . <own> hv:isPartOf <group> ; hv:hasFundingCondition <d2> .
           <d2> hv:dependencyTarget <decision> .""",
    )

    assert {each for each in found if "inheritedFunding" in each} == {"part hv:inheritedFundingCondition decision"}


def test_types_reach_one_level_beyond_ours(draft: EmbeddedDraft) -> None:
    """A sub-measure is a measure, a plan element and a PROV plan; what a PROV plan is, PROV may say."""
    found = _derived(draft, "<m> a hv:SubMeasure .")

    assert found == {"m rdf:type hv:Measure", "m rdf:type hv:PlanElement", "m rdf:type prov:Plan"}


def test_preferred_labels_become_plain_labels(draft: EmbeddedDraft) -> None:
    """Every preferred label is a plain label too; alternative ones are not."""
    found = _derived(draft, '<m> skos:prefLabel "nimi"@fi, "namn"@sv ; skos:altLabel "n"@sv .')

    assert found == {'m rdfs:label "nimi"', 'm rdfs:label "namn"'}


def test_nothing_is_derived_about_blank_nodes(draft: EmbeddedDraft) -> None:
    """What has no name takes part in no derived statement, whether all is derived anew or after a change."""
    before = _derived(draft, "<m> a hv:Measure ; hv:isPartOf <p> .")
    added = _quads("<m> hv:isPartOf [ hv:isPartOf <m> ] ; hv:dependsOn [] . [] a hv:Measure .", MORE)
    draft.change_graph(MORE, added, ())
    inference.rederive(draft, INFERRED, [change(MORE, [], added)])
    changed = set(draft.quads(INFERRED))
    inference.derive(draft, INFERRED)

    assert not any(isinstance(end, BlankNode) for quad in changed for end in (quad.subject, quad.object))
    assert changed == set(draft.quads(INFERRED))
    assert before < {" ".join(_short(each) for each in list(quad)[:3]) for quad in changed}


def test_rules_say_what_the_ontology_says() -> None:
    """Every inverse and every general property that the rules derive is declared so in the ontology."""
    declared = [quad for quads in modules.read(IRIS).values() for quad in quads]
    inverse = {frozenset((each.subject, each.object)) for each in declared if each.predicate == term("owl:inverseOf")}
    symmetric = {each.subject for each in declared if each.object == term("owl:SymmetricProperty")}
    below = {(each.subject, each.object) for each in declared if each.predicate == term("rdfs:subPropertyOf")}
    involvements, dependencies, inverses = (rule.rows() for rule in inference.RULES[:3])

    assert {frozenset(row) for row in inverses} <= inverse | {frozenset((each,)) for each in symmetric}
    assert {(row[1], term("hv:involves")) for row in involvements} <= below
    assert {tuple(row[1:]) for row in dependencies if len(row) == 3} <= below
    assert {each for each, general in below if general == term("hv:dependsOn")} == {
        row[1] for row in dependencies if len(row) == 3
    }


def test_rules_derive_what_the_code_looks_up() -> None:
    """No rule derives a statement that re-deriving would not find and take away again."""
    for rule in inference.RULES:
        head = rule.text.partition("CONSTRUCT {")[2].partition("}")[0]
        statements = re.findall(r"(\?\w+) (\S+) \?\w+ \.", head)
        assert len(statements) == head.count(" .") > 0, rule.name
        for subject, predicate in statements:
            known = inference._OF_THIS if subject == "?this" else inference._INVERSE
            named = {term("rdf:type" if predicate == "a" else predicate)} if not predicate.startswith("?") else set()

            assert named <= known, rule.name


@pytest.mark.parametrize(
    ("facts", "entry"),
    [
        (
            "<m> hv:hasRelation <d> . <d> hv:dependencyTarget <n> .",
            "<n> hv:hasRelation <e> . <e> hv:dependencyTarget <m> .",
        ),
        (
            "<a> hv:hasUse <d> . <d> hv:dependencyTarget <b> . <c> hv:hasUse <f> . <f> hv:dependencyTarget <g> .",
            "<b> hv:hasUse <e> . <e> hv:dependencyTarget <c> .",
        ),
        (
            "<part> a hv:Measure ; hv:isPartOf <m> . <m> a hv:Measure ; hv:isPartOf <plan> .",
            "<plan> hv:hasResponsibility <r> . <r> hv:involvedAgent <a> .",
        ),
        ("<part> a hv:Measure ; hv:isPartOf <m> .", "<m> hv:isPartOf <plan> . <plan> hv:isPartOf <part> ."),
        ("<m> a hv:Measure .", "hv:Measure rdfs:subClassOf hv:Step ."),
    ],
    ids=["said from both ends", "between two dependencies", "above two levels", "a cycle", "a new superclass"],
)
def test_entry_that_comes_and_goes_changes_what_it_reaches(draft: EmbeddedDraft, facts: str, entry: str) -> None:
    """An entry changes what is derived for things far from it, and its withdrawal changes that back."""
    draft.drop_graph(MORE)
    draft.replace_graph(FACTS, _quads(facts, FACTS))
    inference.derive(draft, INFERRED)
    before = set(draft.quads(INFERRED))
    draft.replace_graph(MORE, _quads(entry, MORE))
    inference.rederive(draft, INFERRED, [change(MORE, (), draft.quads(MORE))])
    during = set(draft.quads(INFERRED))
    inference.derive(draft, INFERRED)
    assert during == set(draft.quads(INFERRED))
    old = list(draft.quads(MORE))
    draft.drop_graph(MORE)
    inference.rederive(draft, INFERRED, [change(MORE, old, ())])

    assert set(draft.quads(INFERRED)) == before
    assert during - before or "hasRelation" in facts


_NODES = st.sampled_from([f"n{number}" for number in range(6)])
_LINKS = st.sampled_from([f"q{number}" for number in range(5)])
_QUALIFIED = st.sampled_from(["hasResponsibility", "hasFunding", "hasRequirement", "hasUse", "hasRelation"]) | (
    st.sampled_from(["hasFundingCondition", "hasContribution"])
)
_SINGLE = (
    st.tuples(_NODES, st.just("isPartOf"), _NODES)
    | st.tuples(_NODES, _QUALIFIED, _LINKS)
    | st.tuples(_LINKS, st.sampled_from(["involvedAgent", "dependencyTarget"]), _NODES)
    | st.tuples(_NODES, st.just("a"), st.sampled_from(["Measure", "SubMeasure", "Objective", "Actor"]))
    | st.tuples(_NODES, st.sampled_from(["produces", "responsible"]), _NODES)
    | st.tuples(_NODES, st.just("label"), st.sampled_from(["one", "two"]))
)
_WHOLE = st.builds(  # a dependency or involvement with both its ends, named after them as ours are
    lambda of, kind, to: [
        (of, kind, f"{of}-{kind}-{to}"),
        (
            f"{of}-{kind}-{to}",
            "involvedAgent" if kind in {"hasResponsibility", "hasFunding"} else "dependencyTarget",
            to,
        ),
    ],
    _NODES,
    _QUALIFIED,
    _NODES,
)
_STATEMENTS = st.lists(_SINGLE.map(lambda each: [each]) | _WHOLE, max_size=14).map(
    lambda found: list(chain.from_iterable(found))
)


def _stated(statements: list[tuple[str, str, str]], graph: NamedNode) -> list[Quad]:
    def of(subject: str, predicate: str, value: str) -> str:
        if predicate == "a":
            return f"<{subject}> a hv:{value} ."
        if predicate == "label":
            return f'<{subject}> skos:prefLabel "{value}"@en .'
        return f"<{subject}> hv:{predicate} <{value}> ."

    return _quads("\n".join(of(*each) for each in statements), graph)


@given(facts=_STATEMENTS, before=_STATEMENTS, after=_STATEMENTS)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rederiving_after_a_change_is_deriving_anew(
    draft: EmbeddedDraft,
    facts: list[tuple[str, str, str]],
    before: list[tuple[str, str, str]],
    after: list[tuple[str, str, str]],
) -> None:
    """Whatever an entry says, drops or closes into a cycle, the derived graph is that of a full derivation."""
    draft.replace_graph(FACTS, _stated(facts, FACTS))
    draft.replace_graph(MORE, _stated(before, MORE))
    inference.derive(draft, INFERRED)
    old = set(draft.quads(MORE))
    draft.replace_graph(MORE, _stated(after, MORE))
    inference.rederive(draft, INFERRED, [change(MORE, old, draft.quads(MORE))])
    found = set(draft.quads(INFERRED))
    inference.derive(draft, INFERRED)

    assert found == set(draft.quads(INFERRED))
