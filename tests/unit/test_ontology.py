"""
The vocabulary: its profile, its hierarchy, its graphs without blank nodes.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from ontology.axioms import PROFILES, Profile, violations
from ontology.context import SINGLE
from ontology.iris import Iris, concept, scheme
from ontology.modules import GRAPHS, MODULES, module_iri, parsed, read, scheme_files, skolemised
from ontology.namespaces import DEF, PREFIXES, term

IRIS = Iris()
DATA = Path(__file__).parents[2] / "data"
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
ROLES = ["responsible", "implementer", "principal", "funder", "participant", "consulted", "lead"]
DEPENDENCIES = [
    ("requires", "Requirement", "hasRequirement", "requires", "isRequiredBy", True),
    ("follows", "Succession", "hasSuccession", "follows", "precedes", True),
    ("uses", "Use", "hasUse", "uses", "isUsedBy", True),
    (
        "funding-condition",
        "FundingCondition",
        "hasFundingCondition",
        "conditionalOnFunding",
        "isFundingConditionOf",
        True,
    ),
    ("contributes", "Contribution", "hasContribution", "contributesTo", "benefitsFrom", False),
    ("supersedes", "Supersession", "hasSupersession", "supersedes", "isSupersededBy", False),
    ("related", "Relation", "hasRelation", "isRelatedTo", "isRelatedTo", False),
]


def quads(text, graph="src/d000"):
    """The statements of a Turtle *text* with all prefixes, in a graph."""
    return [
        Quad(quad.subject, quad.predicate, quad.object, IRIS.graph(graph))
        for quad in parse(HEAD + text, format=RdfFormat.TURTLE, base_iri=IRIS.base)
    ]


# -- modules -----------------------------------------------------------------------------------------------------------


def test_vocabulary_has_four_graphs(graphs):
    """Ontology, alignments, mappings and concept schemes are published as graphs of their own, none of them empty."""
    assert {IRIS.graph(name) for name in GRAPHS} == set(graphs)
    assert all(graphs.values())


def test_published_vocabulary_has_no_blank_node(graphs):
    """Lists and axioms have IRIs in the published vocabulary."""
    nodes = [term for graph in graphs.values() for quad in graph for term in (quad.subject, quad.object)]

    assert [] == [node for node in nodes if isinstance(node, BlankNode)]


def test_chains_survive_without_blank_nodes(statements):
    """The list of a property chain can be followed from IRI to IRI."""
    (head,) = [
        value for s, p, value in statements if s == term("hv:responsible") and p == term("owl:propertyChainAxiom")
    ]
    members = []
    while head != term("rdf:nil"):
        members += [value for s, p, value in statements if s == head and p == term("rdf:first")]
        (head,) = [value for s, p, value in statements if s == head and p == term("rdf:rest")]

    assert [term("hv:hasResponsibility"), term("hv:involvedAgent")] == members


def test_published_lists_keep_their_address(statements):
    """The IRI of a published list is the same in every release in which its axiom is unchanged."""
    head = IRIS.skolem("d879f3ea06474274-c14n1")

    assert (term("hv:responsible"), term("owl:propertyChainAxiom"), head) in statements


def test_reading_twice_gives_the_same(graphs):
    """The published vocabulary depends on the files alone: quads, their order and the names of former blank nodes."""
    assert graphs == read(IRIS)


def test_skolem_names_do_not_move():
    """An axiom keeps its IRIs when another is added or the blank nodes are renamed."""
    one = skolemised(quads("hv:a owl:propertyChainAxiom ( hv:b hv:c ) ."), IRIS)
    two = skolemised(
        quads(
            """[] a owl:AllDisjointClasses ; owl:members ( hv:X hv:Y ) .
            hv:a owl:propertyChainAxiom _:z . _:z rdf:first hv:b ; rdf:rest _:y . _:y rdf:first hv:c ; rdf:rest () ."""
        ),
        IRIS,
    )

    assert set(one) < set(two)


def test_skolem_names_tell_axioms_apart():
    """Two axioms on different terms never share a former blank node."""
    both = skolemised(
        quads("hv:a owl:propertyChainAxiom ( hv:b hv:c ) . hv:d owl:propertyChainAxiom ( hv:b hv:c ) ."), IRIS
    )
    heads = [quad.object for quad in both if quad.predicate == term("owl:propertyChainAxiom")]

    assert 2 == len(set(heads))


@given(st.permutations(range(6)))
def test_skolem_names_do_not_depend_on_order(order):
    """However the statements are ordered, the same names come out."""
    given_quads = quads('hv:a owl:propertyChainAxiom ( hv:b hv:c ) ; rdfs:label "a"@en .')

    assert skolemised(given_quads, IRIS) == skolemised(
        [given_quads[index] for index in order if index < len(given_quads)], IRIS
    )


@pytest.mark.parametrize("name", [*(name for names in MODULES.values() for name in names), *scheme_files()])
def test_module_names_itself(name):
    """Each file describes the ontology or scheme that it is named after."""
    kinds = {
        quad.object
        for quad in parsed(name, IRIS)
        if quad.subject == module_iri(name) and quad.predicate == term("rdf:type")
    }

    assert kinds <= {term("owl:Ontology"), term("skos:ConceptScheme")}
    assert kinds


def test_instances_follow_the_base():
    """Mappings of the strategic intents are published under the base of the deployment; terms are not."""
    elsewhere = read(Iris("http://127.0.0.1:8000/"))
    subjects = {quad.subject for quad in elsewhere[Iris("http://127.0.0.1:8000/").graph("mappings")]}

    assert NamedNode("http://127.0.0.1:8000/id/theme/t5") in subjects
    assert term("hv:Indicator") in subjects


# -- terms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", DEPENDENCIES, ids=lambda row: row[0])
def test_type_of_dependency_has_all_its_terms(statements, row):
    """Each type of dependency has its concept, class, qualified property, binary and inverse; four of them depend."""
    code, kind, qualified, binary, inverse, closed = row
    hv = {name: NamedNode(DEF + name) for name in (kind, qualified, binary, inverse)}

    assert (concept("dependency-type", code), term("skos:inScheme"), scheme("dependency-type")) in statements
    assert (hv[kind], term("rdfs:subClassOf"), term("hv:Dependency")) in statements
    assert (hv[qualified], term("rdfs:subPropertyOf"), term("hv:hasDependency")) in statements
    assert (hv[qualified], term("schema:rangeIncludes"), hv[kind]) in statements
    assert closed == ((hv[binary], term("rdfs:subPropertyOf"), term("hv:dependsOn")) in statements)
    assert ((hv[inverse], term("owl:inverseOf"), hv[binary]) in statements) or (
        (hv[binary], term("rdf:type"), term("owl:SymmetricProperty")) in statements and binary == inverse
    )


@pytest.mark.parametrize("role", ROLES)
def test_role_has_its_binary(statements, role):
    """Each role of an involvement has a concept and a binary property of the same name below hv:involves."""
    assert (concept("role", role), term("rdf:type"), term("org:Role")) in statements
    assert (NamedNode(DEF + role), term("rdfs:subPropertyOf"), term("hv:involves")) in statements


def test_a_plan_element_is_no_activity(statements):
    """Measures are plans in PROV, executions are activities, and the two are kept apart."""
    assert (term("hv:PlanElement"), term("rdfs:subClassOf"), term("prov:Plan")) in statements
    assert (term("hv:Execution"), term("rdfs:subClassOf"), term("prov:Activity")) in statements
    assert (term("prov:Activity"), term("owl:disjointWith"), term("prov:Entity")) in statements


def test_themes_are_left_to_the_data(statements):
    """The scheme of strategic intents has a header here and its concepts among the instances."""
    assert [] == [s for s, p, o in statements if p == term("skos:inScheme") and o == scheme("intent")]
    assert (scheme("intent"), term("rdf:type"), term("skos:ConceptScheme")) in statements


def test_single_valued_names_are_properties(statements):
    """The properties written as one value in JSON exist."""
    assert all((NamedNode(DEF + name), term("rdf:type"), term("owl:ObjectProperty")) in statements for name in SINGLE)


# -- profiles ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_module_keeps_to_its_profile(name):
    """The core uses axioms that OWL 2 RL and EL share, rules and alignments those of RL, mappings none."""
    assert [] == violations(parsed(name, IRIS), PROFILES[name], parsed("core.ttl", IRIS))


@pytest.mark.parametrize(
    ("profile", "axiom"),
    [
        (Profile.CORE, "hv:a owl:inverseOf hv:b ."),
        (Profile.CORE, "hv:a a owl:FunctionalProperty ."),
        (Profile.CORE, "hv:a rdfs:range xsd:date ."),
        (Profile.CORE, "hv:a rdfs:domain hv:A ."),
        (Profile.CORE, "hv:A owl:disjointWith hv:B ."),
        (Profile.CORE, "hv:A rdfs:subClassOf [ owl:onProperty hv:p ; owl:someValuesFrom hv:B ] ."),
        (Profile.CORE, "hv:A owl:equivalentClass [ owl:unionOf ( hv:B hv:C ) ] ."),
        (Profile.CORE, "hv:A owl:equivalentClass hv:B ."),
        (Profile.CORE, 'hv:a hv:undeclaredNote "x"@en .'),
        (Profile.CORE, '<https://e.org/o> owl:priorVersion "0.9" .'),
        (Profile.CORE, "hv:a owl:propertyChainAxiom ( [ owl:inverseOf hv:b ] hv:c ) ."),
        (Profile.RL, "hv:a a owl:ReflexiveProperty ."),
        (Profile.RL, "hv:A owl:disjointUnionOf ( hv:B hv:C ) ."),
        (Profile.RL, "hv:A rdfs:subClassOf [ owl:onProperty hv:p ; owl:cardinality 1 ] ."),
        (Profile.RL, "hv:a rdfs:range hv:A ."),
        (Profile.RL, "_:list rdf:first hv:A ; rdf:rest () ."),
    ],
)
def test_other_axioms_are_refused(profile, axiom):
    """An axiom form that is not on the profile's list is told."""
    assert violations(quads(axiom), profile)


@pytest.mark.parametrize(
    ("profile", "axiom"),
    [
        (
            Profile.CORE,
            'hv:a a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:subPropertyOf hv:b ; rdfs:label "a"@en .',
        ),
        (Profile.CORE, "hv:a owl:propertyChainAxiom ( hv:b hv:c ) ."),
        (Profile.CORE, 'hv:note a owl:AnnotationProperty . hv:a hv:note "x"@en .'),
        (Profile.RL, "[] a owl:AllDisjointClasses ; owl:members ( hv:A hv:B ) ."),
        (Profile.RL, "hv:a owl:inverseOf hv:b . hv:a a owl:AsymmetricProperty ."),
    ],
)
def test_listed_axioms_are_accepted(profile, axiom):
    """The axiom forms that the modules need are accepted."""
    assert [] == violations(quads(axiom), profile)
