"""A report orders its findings, says whether the data may be published, and reads well in each language."""

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from ontology.iris import Iris, shape
from ontology.namespaces import term
from shapes.report import LANGUAGES, Finding, Report, Severity, Term, curie

MEASURE = Iris().entity("measure/ap22-m14")
ACTOR = Iris().entity("actor/mof")
COMPONENT = term("sh:MinCountConstraintComponent")
MESSAGES = {"fi": "Valitse tahtotila.", "sv": "Välj en avsikt.", "en": "Choose a theme."}


def finding(
    focus: NamedNode = MEASURE,
    severity: Severity = "Violation",
    value: Term | None = None,
    path: NamedNode | None = None,
) -> Finding:
    """A finding about themes."""
    names = {"fi": "tahtotila", "sv": "avsikt", "en": "theme"}
    return Finding(focus, path, value, shape("Measure-theme"), severity, MESSAGES, COMPONENT, names, ("S-06",))


def test_a_report_without_findings_conforms() -> None:
    """Data about which nothing is found may be published."""
    assert Report.of([]).conforms


def test_warnings_and_notes_do_not_stop_publishing() -> None:
    """Only a violation stops publishing."""
    assert Report.of([finding(severity="Warning"), finding(severity="Info")]).conforms
    assert not Report.of([finding(severity="Warning"), finding()]).conforms


def test_the_order_does_not_depend_on_the_order_of_finding() -> None:
    """The same findings give the same report, violations first."""
    some = [finding(severity="Info"), finding(ACTOR), finding(), finding(severity="Warning")]

    assert Report.of(some) == Report.of(reversed(some))
    assert ["Violation", "Violation", "Warning", "Info"] == [each.severity for each in Report.of(some).findings]


def test_a_finding_is_reported_once() -> None:
    """What two runs find alike is said once."""
    assert 1 == len(Report.of([finding(), finding()]).findings)


def test_the_text_says_what_to_do_and_where() -> None:
    """The reader sees how much was found, the entry with its name, the property, the instruction and the rule."""
    report = Report.of(
        [finding(value=Literal("tema", language="sv"))], {MEASURE: {"sv": "Utveckling av KEINO", "fi": "Kehittäminen"}}
    )

    assert (
        "Tietoja ei voi julkaista: 1 virhe.\n"
        "\n"
        'Virhe: measure/ap22-m14 "Kehittäminen"\n'
        "  tahtotila: Valitse tahtotila.\n"
        '  nyt: "tema"@sv\n'
        "  sääntö: hvs:Measure-theme S-06\n"
    ) == report.text("fi")
    assert report.text("en").startswith(
        'The data cannot be published: 1 violation.\n\nViolation: measure/ap22-m14 "Utv'
    )


def test_every_language_has_every_word() -> None:
    """A report about every kind of finding can be read in Finnish, Swedish and English."""
    report = Report.of([finding(), finding(severity="Warning"), finding(ACTOR, "Info"), finding(severity="Info")])

    heads = {language: report.text(language).splitlines()[0] for language in LANGUAGES}

    assert {
        "fi": "Tietoja ei voi julkaista: 1 virhe, 1 varoitus, 2 huomautusta.",
        "sv": "Uppgifterna kan inte publiceras: 1 fel, 1 varning, 2 upplysningar.",
        "en": "The data cannot be published: 1 violation, 1 warning, 2 notes.",
    } == heads


def test_a_conforming_report_says_so() -> None:
    """A report without findings is one line."""
    assert "The data can be published: nothing to remark.\n" == Report.of([]).text("en")


def test_turtle_keeps_ill_typed_values_and_languages() -> None:
    """A value that is no valid date is written as it was, and messages keep their languages."""
    wrong = Literal("2022-10-32", datatype=term("xsd:date"))
    document = Report.of([finding(value=wrong, path=term("hv:latestEnd"))]).serialize()

    written = {(quad.predicate, quad.object) for quad in parse(document, format=RdfFormat.TURTLE)}

    assert (term("sh:value"), wrong) in written
    assert (term("sh:resultPath"), term("hv:latestEnd")) in written
    assert (term("sh:conforms"), Literal("false", datatype=term("xsd:boolean"))) in written
    assert {(term("sh:resultMessage"), Literal(text, language=tag)) for tag, text in MESSAGES.items()} <= written


def test_a_path_of_several_steps_is_described_once() -> None:
    """Results about the path of a shape that is no single property lead to one description of it."""
    path = BlankNode("path")
    description = (Triple(path, term("sh:inversePath"), term("hv:theme")),)
    report = Report.of([finding(), finding(ACTOR)], paths={shape("Measure-theme"): description})
    simple = Report.of([finding(path=term("hv:theme"))], paths={shape("Measure-theme"): description})

    assert [path, path] == [each.object for each in report.triples() if each.predicate == term("sh:resultPath")]
    assert 1 == report.triples().count(description[0])
    assert 0 == simple.triples().count(description[0])


def test_a_report_for_people_has_prefixes() -> None:
    """Turtle, which people read, has the prefixes of the project; N-Triples has none to have."""
    report = Report.of([finding()])

    assert b"sh:resultSeverity sh:Violation" in report.serialize()
    assert b"<http://www.w3.org/ns/shacl#resultSeverity>" in report.serialize(RdfFormat.N_TRIPLES)


def test_a_report_without_results_conforms_in_turtle() -> None:
    """``sh:conforms`` is true exactly when there is no result, as the standard says."""
    document = Report.of([]).serialize()

    assert Literal("true", datatype=term("xsd:boolean")) in {
        quad.object for quad in parse(document, format=RdfFormat.TURTLE)
    }


def test_the_same_report_gives_the_same_bytes() -> None:
    """Two runs on the same data can be compared as files."""
    some = [finding(), finding(ACTOR), finding(severity="Info")]

    assert Report.of(some).serialize(RdfFormat.N_TRIPLES) == Report.of(reversed(some)).serialize(RdfFormat.N_TRIPLES)


def test_nodes_are_written_as_people_know_them() -> None:
    """An entry goes by its path, a term by its CURIE, anything else by its IRI."""
    assert "measure/ap22-m14" == curie(MEASURE)
    assert "hvs:Measure-theme" == curie(shape("Measure-theme"))
    assert "http://example.org/x" == curie(NamedNode("http://example.org/x"))
    assert '"5"' == Report.of([]).label(Literal("5"), "fi")
    assert "_:b" == Report.of([]).label(BlankNode("b"), "fi")
