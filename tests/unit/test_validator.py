"""The validator judges what was written, in the graph that it would join, and says in three languages what to do."""

import datetime as dt
import os
import signal
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from ontology import modules
from ontology.iris import Iris, concept, shape
from ontology.namespaces import PREFIXES, term
from shapes import worker
from shapes.engine import Engine, Task
from shapes.errors import EngineError
from shapes.jobs import Job
from shapes.report import Report
from shapes.validator import Validator
from tests.shacl.conftest import Statements

IRIS = Iris("https://example.org/")
SOURCE = IRIS.graph("src/d000")
HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One worker process."""
    with Engine(processes=1, deadline=120) as engine:
        yield engine


@pytest.fixture(scope="module")
def validator(engine: Engine) -> Validator:
    """A validator on that process."""
    return Validator(engine)


def quads(turtle: str, graph: NamedNode = SOURCE) -> list[Quad]:
    """The quads of some Turtle with all prefixes, in one graph."""
    parsed = parse((HEAD + turtle).encode(), format=RdfFormat.TURTLE, base_iri=IRIS.base)
    return [Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def hit(report: Report) -> set[str]:
    """Local names of the shapes that a report speaks of."""
    return {finding.shape.value.rpartition("/")[2] for finding in report.findings}


def test_a_measure_without_a_title_is_refused_in_three_languages(validator: Validator) -> None:
    """A measure without a title is refused with the three messages."""
    report = validator.full(quads("<id/measure/a> a hv:Measure ."), name="entry")
    (finding,) = (each for each in report.findings if each.shape == shape("Named-name"))

    assert not report.conforms
    assert {
        "fi": "Anna nimi vähintään yhdellä kielellä.",
        "sv": "Ange namnet på minst ett språk.",
        "en": "Give the name in at least one language.",
    } == finding.messages


def test_messages_of_sparql_rules_keep_their_languages(validator: Validator) -> None:
    """A rule written in SPARQL speaks three languages too, although pySHACL loses them."""
    report = validator.full(
        quads("<id/measure/a> hv:theme <id/theme/t1> ; hv:primaryTheme <id/theme/t2> ."), name="entry"
    )
    (finding,) = (each for each in report.findings if each.shape == shape("Measure-primaryThemeListed"))

    assert {"fi", "sv", "en"} == set(finding.messages)
    assert IRIS.entity("theme/t2") == finding.value


def test_what_was_written_is_judged_and_not_what_the_store_makes_of_it(validator: Validator) -> None:
    """A number of the wrong kind is refused, even if the store would silently have made it right."""
    fragment = '<id/fragment/f> a hv:SourceFragment ; hv:startLine "7"^^xsd:nonNegativeInteger .'
    written = quads(fragment)
    stored = Store()
    stored.extend(written)
    assert '"7"^^<http://www.w3.org/2001/XMLSchema#integer>' in {str(quad.object) for quad in stored}

    full = validator.full(written, name="entry")
    entry = validator.entry([], written, Statements(written))

    start = shape("SourceFragment-start")
    full_start, entry_start = (
        {each.key for each in report.findings if each.shape == start} for report in (full, entry)
    )

    assert {term("sh:DatatypeConstraintComponent")} == {each.component for each in full.findings if each.shape == start}
    assert full_start == entry_start


def test_an_ill_formed_date_is_refused_and_reported_as_written(validator: Validator) -> None:
    """A date that does not exist stands in the report as it was written."""
    wrong = Literal("2022-10-32", datatype=term("xsd:date"))
    report = validator.full(quads('<id/event/e> a hv:Event ; hv:latestEnd "2022-10-32"^^xsd:date .'), name="entry")

    assert wrong in {finding.value for finding in report.findings if finding.shape == shape("Dated-end")}
    assert wrong in {quad.object for quad in parse(report.serialize(), format=RdfFormat.TURTLE)}


def test_an_ill_formed_date_leaves_no_stack_trace(capfd: pytest.CaptureFixture[str]) -> None:
    """What is told in the report is not told to the operator as a failure."""
    with Engine(processes=1, deadline=120) as engine:
        Validator(engine).full(quads('<id/event/e> hv:latestEnd "2022-10-32"^^xsd:date .'), name="entry")

    assert "" == capfd.readouterr().err


def test_a_passed_end_date_is_noted_only_when_the_day_is_known(validator: Validator) -> None:
    """That a schedule has passed is said for the day of the validation, which the caller knows."""
    data = quads(
        f"<id/measure/a> a hv:Measure ; adms:status {concept('status', 'planned')} ."
        "<id/measure/a> hv:hasSchedule <id/schedule/a-s1> ."
        '<id/schedule/a-s1> hv:latestEnd "2023-05-31"^^xsd:date .'
    )

    assert "PlanElement-overdue" not in hit(validator.full(data, name="entry"))
    assert "PlanElement-overdue" in hit(validator.full(data, name="entry", today=dt.date(2023, 6, 1)))
    assert "PlanElement-overdue" not in hit(validator.full(data, name="entry", today=dt.date(2023, 5, 31)))


@pytest.mark.parametrize(("document", "found"), [("d000", False), ("d003", True)])
def test_a_source_graph_cites_its_own_document(validator: Validator, document: str, found: bool) -> None:
    """A statement in the graph of one document with evidence in another is refused, in a dataset and in an entry."""
    data = quads(
        "<id/measure/a> a hv:Measure ; hv:evidence <id/fragment/f> ."
        f"<id/fragment/f> a hv:SourceFragment ; oa:hasSource <id/document/{document}> ."
    )
    elsewhere = [Quad(quad.subject, quad.predicate, quad.object, IRIS.graph("registry")) for quad in data[2:]]

    assert found == ("SourceGraph-document" in hit(validator.full(data, name="entry")))
    assert found == ("SourceGraph-document" in hit(validator.entry([], data[:2], Statements([*data[:2], *elsewhere]))))


def test_a_nested_shape_is_judged_when_the_value_is_not_in_focus(validator: Validator) -> None:
    """What a changed node points at is looked at, although it did not change itself."""
    theme = quads("<id/theme/t1> a hv:Theme .", IRIS.graph("registry"))
    written = quads("<id/measure/a> a hv:Measure ; hv:theme <id/theme/t1> .")

    report = validator.entry([], written, Statements([*theme, *written]))

    assert "Measure-themeInScheme" in hit(report)
    assert "Theme-name" not in hit(report)


def test_what_lost_its_ground_is_judged_again(validator: Validator) -> None:
    """Taking the responsible actor from a package is found at the sub-measure two levels below."""
    below = quads(
        "<id/measure/b> a hv:SubMeasure ; hv:isPartOf <id/measure/a> ."
        "<id/measure/a> a hv:Measure ; hv:isPartOf <id/package/p> ."
    )
    before = quads("<id/package/p> hv:hasResponsibility <id/involvement/p-r1> .", IRIS.graph("entry/x"))

    report = validator.entry(before, [], Statements(below))

    assert {IRIS.entity("measure/a"), IRIS.entity("measure/b")} == {
        finding.focus for finding in report.findings if finding.shape == shape("Measure-responsible")
    }


def test_inferred_statements_are_not_taken_for_asserted_ones(validator: Validator) -> None:
    """What the rules derived may stand in its own graph, and nowhere else."""
    inferred = quads("<id/measure/a> hv:isPartOfTransitively <id/plan/p> .", IRIS.graph("inferred"))
    written = quads("<id/measure/a> a hv:Measure .")
    asserted = quads("<id/measure/a> a hv:Measure ; hv:isPartOfTransitively <id/plan/p> .")

    assert "Derived-absent" not in hit(validator.full(written, inferred, name="entry"))
    assert "Derived-absent" not in hit(validator.entry([], written, Statements([*written, *inferred])))
    assert "Derived-absent" in hit(validator.entry([], asserted, Statements([*asserted, *inferred])))


def test_types_that_exclude_each_other_are_found_with_the_inferred_ones(validator: Validator) -> None:
    """Disjoint types are looked for among asserted and inferred types together."""
    inferred = quads("<id/service/hilma> a hv:Actor .", IRIS.graph("inferred"))
    written = quads("<id/service/hilma> a hv:DigitalService .")

    assert "Type-single" in hit(validator.full(written, inferred, name="entry"))
    assert "Type-single" in hit(validator.entry([], written, Statements([*written, *inferred])))


def test_the_vocabulary_is_sound_and_is_not_judged_as_data(validator: Validator) -> None:
    """The published vocabulary meets its own shapes, and the shapes of data say nothing about it."""
    vocabulary = [quad for quads in modules.read(IRIS).values() for quad in quads]

    report = validator.full(vocabulary, name="ontology")

    assert [] == [finding for finding in report.findings if finding.severity == "Violation"]
    assert set() == hit(validator.full(vocabulary, name="entry"))


def test_a_concept_without_a_name_in_swedish_is_found(validator: Validator) -> None:
    """The vocabulary is judged by its shapes when it is part of what is built."""
    broken = [
        quad
        for quads in modules.read(IRIS).values()
        for quad in quads
        if not (quad.subject == concept("status", "planned") and "@sv" in str(quad.object))
    ]

    assert "Concept-name" in hit(validator.full(broken, name="ontology"))


def test_the_catalogue_is_left_to_its_own_shapes(validator: Validator) -> None:
    """Contact points of the catalogue are no personal data in the entries."""
    catalogue = quads(
        '<id/actor/a> foaf:mbox <mailto:a@example.org> ; rdfs:label "a@example.org" .', IRIS.graph("catalog")
    )

    assert () == validator.full(catalogue, name="entry").findings


def test_a_reader_recognises_a_node_without_a_name(validator: Validator) -> None:
    """A schedule goes by the name of its measure."""
    data = quads(
        '<id/measure/a> a hv:Measure ; skos:prefLabel "Pilotti"@fi ; hv:hasSchedule <id/schedule/a-s1> .'
        "<id/schedule/a-s1> a hv:Schedule ."
    )

    assert 'schedule/a-s1 "Pilotti"' in validator.full(data, name="entry").text("fi")
    assert 'schedule/a-s1 "Pilotti"' in validator.entry([], data, Statements(data)).text("fi")


def test_what_is_no_text_is_no_name(validator: Validator) -> None:
    """A thing whose label or title is an IRI is reported without a name."""
    data = quads("<id/measure/a> a hv:Measure ; rdfs:label <x:label> ; dcterms:title <x:title> .")

    for report in (validator.full(data, name="entry"), validator.entry([], data, Statements(data))):
        assert not report.conforms
        assert "x:" not in report.text("en")


def test_a_complex_path_stands_in_the_report(validator: Validator) -> None:
    """The report in Turtle describes the path of a shape that looks further than one property."""
    document = validator.full(quads("<id/dependency/a> a hv:Requirement ."), name="entry").serialize()

    assert term("sh:alternativePath") in {quad.predicate for quad in parse(document, format=RdfFormat.TURTLE)}


def test_a_worker_that_dies_gives_no_verdict_and_is_replaced() -> None:
    """A crash is never taken for a verdict, and does not end the validator."""
    task = Task(
        [Triple(IRIS.entity("measure/a"), term("rdf:type"), term("hv:Measure"))],
        (),
        None,
        [Job("label.ttl", "asserted")],
    )
    with Engine(processes=1, deadline=60) as engine:
        assert engine.run(task)[0]
        os.kill(engine._workers[0]._process.pid, signal.SIGKILL)
        with pytest.raises(EngineError, match="ended before it answered"):
            engine.run(task)

        assert engine.run(task)[0]


def test_a_validation_that_takes_too_long_is_ended() -> None:
    """No validation runs past its deadline."""
    task = Task(
        [Triple(IRIS.entity("measure/a"), term("rdf:type"), term("hv:Measure"))],
        (),
        None,
        [Job("label.ttl", "asserted")],
    )
    with Engine(processes=1, deadline=0.01) as engine, pytest.raises(EngineError, match="ended before it answered"):
        engine.run(task)


def test_validation_does_not_use_the_network() -> None:
    """Whatever a shape or an entry names, the worker does not fetch it."""
    with pytest.raises(PermissionError, match="does not use the network"):
        worker.fence("socket.connect", ())
    worker.fence("open", ())


def test_a_job_that_cannot_be_judged_says_which() -> None:
    """A failure inside the worker names the file of shapes."""
    task = Task((), (), None, [Job("nothing.ttl", "asserted")])
    with Engine(processes=1, deadline=60) as engine, pytest.raises(EngineError, match=r"nothing\.ttl: KeyError"):
        engine.run(task)


def test_an_unknown_profile_is_refused(validator: Validator) -> None:
    """The name of a profile that is not there is answered with those that are."""
    with pytest.raises(KeyError, match="dataset, entry, ontology"):
        validator.full([], name="everything")
