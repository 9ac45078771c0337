# ruff: noqa: E501 - tables of cases are read one case per line
"""
The curated facts: every kind of row becomes nodes with the agreed classes and properties, and so does its document.
"""

import pytest
from pyoxigraph import Literal

from loaders import curated
from ontology.iris import concept
from ontology.namespaces import term
from tests.unit.facts import IRIS, KINDS, about, node, typed


@pytest.fixture(scope="module")
def kinds():
    """The graphs of one row or so of every kind, from document 004."""
    return curated.read(KINDS, IRIS)


@pytest.mark.parametrize(
    ("graph", "subject", "expected"),
    [
        ("src/d004", "indicator/innovative-share", {"rdf:type": "hv:Indicator", "hv:unit": "concept/unit/percent", "hv:hasTarget": "value/innovative-share-target-1", "hv:hasBaseline": "value/innovative-share-baseline-1", "hv:hasEarlierTarget": "value/innovative-share-earlier-target-1", "hv:method": "method/keino-survey"}),
        ("src/d004", "objective/tem34-gp-strategic", {"rdf:type": "hv:Objective", "hv:measuredBy": "indicator/innovative-share", "hv:hasSchedule": "schedule/tem34-gp-strategic-s1"}),
        ("src/d004", "schedule/tem34-gp-strategic-s1", {"hv:deadlineEvent": "event/end-of-parliamentary-term", "hv:precision": "concept/precision/event"}),
        ("src/d004", "value/innovative-share-target-1", {"rdf:type": "hv:TargetValue", "hv:deadlineEvent": "event/end-of-parliamentary-term"}),
        ("src/d004", "value/innovative-share-baseline-1", {"rdf:type": "hv:Observation", "hv:method": "method/keino-survey", "hv:precision": "concept/precision/year"}),
        ("src/d004", "figure/procurement-volume", {"rdf:type": "hv:Figure", "hv:unit": "concept/unit/euro-per-year", "hv:about": "plan/tem34"}),
        ("src/d004", "event/tem34-statements", {"rdf:type": "hv:Event", "dcterms:type": "concept/event-kind/hearing", "hv:about": "plan/tem34", "hv:precision": "concept/precision/day", "hv:hasConsultation": "involvement/tem34-statements-consulted-1"}),
        ("src/d004", "involvement/tem34-statements-consulted-1", {"rdf:type": "hv:Consultation", "hv:roleKind": "concept/role/consulted", "hv:involvedAgent": "actor/vtv"}),
        ("src/d004", "measure/tem34-g08-c1", {"rdf:type": "hv:SubMeasure", "adms:status": "concept/status/conditional", "hv:startMode": "concept/start-mode/continued", "hv:hasFundingCondition": "dependency/tem34-g08-c1-funding-condition-keino-continued-funding"}),
        ("src/d004", "schedule/tem34-g08-c1-s1", {"hv:assertionMode": "concept/assertion-mode/editorial"}),
        ("src/d004", "dependency/tem34-g08-c1-funding-condition-keino-continued-funding", {"rdf:type": "hv:FundingCondition", "hv:dependencyTarget": "decision/keino-continued-funding"}),
        ("src/d004", "document/d004", {"dcterms:type": "concept/document-kind/plan-report", "dcterms:publisher": "actor/mee"}),
        ("registry", "decision/keino-continued-funding", {"rdf:type": "hv:Decision", "adms:status": "concept/decision-status/pending"}),
        ("registry", "membership/mee-keino", {"rdf:type": "org:Membership", "org:member": "actor/mee", "org:organization": "actor/keino", "org:role": "concept/role/participant", "hv:hasSchedule": "schedule/mee-keino-s1"}),
        ("registry", "publication/valovirta-2017", {"rdf:type": "hv:Publication", "dcterms:type": "concept/deliverable-kind/report"}),
    ],
)  # fmt: skip
def test_every_kind_of_row_becomes_nodes(kinds, graph, subject, expected):
    """Every kind of row becomes nodes with the agreed classes and properties."""
    found = about(kinds, graph, subject)

    for predicate, value in expected.items():
        if ":" in value:
            wanted = term(value)
        elif value.startswith("concept/"):
            wanted = concept(*value.removeprefix("concept/").split("/"))
        else:
            wanted = node(value)
        assert [wanted] == [each for known, each in found if known == term(predicate)], predicate


def test_numbers_keep_their_printed_form(kinds):
    """Numbers are canonical decimals and keep their printed form."""
    assert {typed("10", "xsd:decimal"), Literal("10 prosenttiin", language="fi")} == {
        value
        for predicate, value in about(kinds, "src/d004", "value/innovative-share-target-1")
        if predicate in {term("hv:numericValue"), term("hv:verbatim")}
    }


def test_texts_of_ours(kinds):
    """Definitions and the titles of a document that are not printed stand among the translations."""
    definitions = about(kinds, "translations", "indicator/innovative-share")

    assert {"fi", "sv", "en"} == {
        value.language for predicate, value in definitions if predicate == term("skos:definition")
    }
    assert {"en"} == {value.language for _, value in about(kinds, "translations", "document/d004")}


def test_titles_of_a_document(kinds):
    """Title and subtitle stand in the languages in which they are printed, series and number as printed."""
    printed = about(kinds, "src/d004", "document/d004")
    ours = about(kinds, "translations", "document/d004")

    assert {"fi": "Suunnitelma innovatiivisten", "sv": "Plan för ökad användning"} == {
        value.language: " ".join(value.value.split()[: 2 if value.language == "fi" else 4])
        for predicate, value in printed
        if predicate == term("dcterms:alternative")
    }
    assert {"en"} == {value.language for predicate, value in ours if predicate == term("dcterms:alternative")}
    assert (
        term("dcterms:bibliographicCitation"),
        Literal("Työ- ja elinkeinoministeriön julkaisuja 2021:34", language="fi"),
    ) in printed


def test_identifiers_of_a_document(kinds):
    """ISBN and ISSN are identifiers with a datatype of their own."""
    found = {value for _, key in about(kinds, "src/d004", "document/d004") for _, value in _of(kinds, key)}

    assert {
        Literal("978-952-327-781-6", datatype=concept("identifier-scheme", "isbn")),
        Literal("1797-3562", datatype=concept("identifier-scheme", "issn")),
    } <= found


def _of(graphs, subject):
    return {(quad.predicate, quad.object) for quad in graphs[IRIS.graph("src/d004")] if quad.subject == subject}
