# ruff: noqa: E501 - tables of cases are read one case per line
"""
The curated facts: five rows of document 000 become the agreed graphs, and everything that is wrong is refused at once.
"""

import csv
import shutil
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from loaders import curated
from loaders.errors import InputError
from ontology.iris import Iris, concept
from ontology.namespaces import term

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
KINDS = FIVE.with_name("kinds")
IRIS = Iris()


@pytest.fixture(scope="module")
def graphs():
    """The graphs of the five rows."""
    return curated.read(FIVE, IRIS)


def node(path):
    """An entity by its path."""
    return IRIS.entity(path)


def about(graphs, name, subject):
    """What a graph says of something: set of (predicate CURIE-free local part as IRI, object)."""
    return {(quad.predicate, quad.object) for quad in graphs[IRIS.graph(name)] if quad.subject == node(subject)}


def typed(value, datatype):
    """A typed literal."""
    return Literal(value, datatype=term(datatype))


def test_measure(graphs):
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


def test_editorial_texts(graphs):
    """Titles that are not printed and all descriptions stand among the translations, and nowhere else."""
    found = about(graphs, "translations", "measure/ap22-m19")

    assert {"fi", "en"} == {value.language for predicate, value in found if predicate == term("skos:prefLabel")}
    assert {"fi", "sv", "en"} == {
        value.language for predicate, value in found if predicate == term("dcterms:description")
    }


def test_responsibility(graphs):
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
        ("ap22-m19", ("Slutet av 2022 och början av 2023", "2022-09~/2023-04~", "2022-09-01", "2023-04-30", "part-of-year", "false", "editorial")),
    ],
)  # fmt: skip
def test_schedule(graphs, measure, expected):
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


def test_completed(graphs):
    """A completed measure has an execution with mode, confidence and reasons in three languages."""
    found = about(graphs, "src/d000", "execution/ap22-m31-x1")

    assert (term("hv:hadPlan"), node("measure/ap22-m31")) in found
    assert (term("hv:assertionMode"), concept("assertion-mode", "inferred")) in found
    assert (term("hv:confidence"), typed("0.9", "xsd:decimal")) in found
    assert {"fi", "sv", "en"} == {value.language for predicate, value in found if predicate == term("hv:rationale")}


def test_dependency(graphs):
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


def test_document(graphs):
    """The source document has title, language, file name and checksum."""
    found = about(graphs, "src/d000", "document/d000")

    assert {
        (term("rdf:type"), term("hv:SourceDocument")),
        (term("dcterms:title"), Literal("Nya åtgärder i åtgärdsprogrammet för offentlig upphandling", language="sv")),
        (term("dcterms:language"), NamedNode("http://publications.europa.eu/resource/authority/language/SWE")),
        (term("hv:fileName"), Literal("000_671a584318304487.txt")),
    } <= found


def test_actor(graphs):
    """An actor has its class, kind, printed and alternative names; a name that is only abbreviated in print is editorial."""
    found = about(graphs, "registry", "actor/mof")

    assert (term("rdf:type"), term("hv:PublicOrganisation")) in found
    assert (term("org:classification"), concept("actor-kind", "ministry")) in found
    assert (term("skos:altLabel"), Literal("FM", language="sv")) in found
    assert term("skos:prefLabel") not in {predicate for predicate, _ in found}


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
def test_kinds(kinds, graph, subject, expected):
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


def test_numbers(kinds):
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


def test_identifiers_of_a_document(kinds):
    """ISBN and ISSN are identifiers with a datatype of their own."""
    found = {value for _, key in about(kinds, "src/d004", "document/d004") for _, value in _of(kinds, key)}

    assert {
        Literal("978-952-327-781-6", datatype=concept("identifier-scheme", "isbn")),
        Literal("1797-3562", datatype=concept("identifier-scheme", "issn")),
    } <= found


def _of(graphs, subject):
    return {(quad.predicate, quad.object) for quad in graphs[IRIS.graph("src/d004")] if quad.subject == subject}


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


def test_another_base(graphs):
    """With another base, entities and graphs move and terms and concepts stay."""
    moved = curated.read(FIVE, Iris("http://example.org/x/"))
    texts = "\n".join(str(quad) for said in moved.values() for quad in said)

    assert sum(map(len, graphs.values())) == sum(map(len, moved.values()))
    assert "hankintaverkko/id/" not in texts
    assert "https://w3id.org/hankintaverkko/concept/status/planned" in texts


@pytest.fixture
def changing(tmp_path):
    """Change cells of the five rows, read them again, and return the problems as text."""
    folder = tmp_path / "data"
    shutil.copytree(FIVE, folder)

    def change(file, **cells):
        path = folder / file
        row = cells.pop("row", 0)
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if row == len(rows):
            rows.append(dict.fromkeys(rows[0], ""))
        rows[row].update(cells)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(dict.fromkeys(name for each in rows for name in each)))
            writer.writeheader()
            writer.writerows(rows)
        return folder

    def read():
        try:
            curated.read(folder, IRIS)
        except InputError as error:
            return [str(problem) for problem in error.problems]
        return []

    change.read = read
    change.folder = folder
    return change


CASES = [
    ("d000/measures.csv", {"id": "measure/ap22-m06"}, 'row 3, column id: met "measure/ap22-m06" a second time; give it an id of its own; d000/measures.csv row 2 has it'),
    ("d000/measures.csv", {"status": "planed"}, 'row 2, column status: met "planed"; write one of planned, conditional, started, ongoing, completed, superseded, unknown (did you mean planned?)'),
    ("d000/measures.csv", {"kind": "Mesure"}, 'row 2, column kind: met "Mesure"; write one of Measure, SubMeasure'),
    ("d000/measures.csv", {"kind": "Programme"}, 'row 2, column kind: met "Programme" for measure/ap22-m01; begin the id with programme/'),
    ("d000/measures.csv", {"id": "measure/Ap22"}, 'row 2, column id: met "measure/Ap22"; write lower-case letters a-z, digits and single hyphens'),
    ("d000/measures.csv", {"id": "actor/x"}, 'row 2, column id: met "actor/x"; begin with one of measure/, plan/'),
    ("d000/measures.csv", {"themes": "theme/t9"}, 'row 2, column themes: met "theme/t9", which nothing defines; name something that exists (did you mean theme/t8 or theme/t4 or theme/t3?)'),
    ("d000/measures.csv", {"themes": "theme/t1; theme/t1"}, 'row 2, column themes: met "theme/t1; theme/t1"; name each thing once'),
    ("d000/measures.csv", {"themes": "theme/t1;"}, 'row 2, column themes: met "theme/t1;"; separate items by one semicolon'),
    ("d000/measures.csv", {"part_of": "theme/t1"}, 'row 2, column part_of: met "theme/t1"; name something that begins with one of measure/, plan/'),
    ("d000/measures.csv", {"part_of": "programme/hankinta-soumi"}, 'row 2, column part_of: met "programme/hankinta-soumi", which nothing defines; name something that exists (did you mean programme/hankinta-suomi?)'),
    ("d000/measures.csv", {"order": "1.0"}, 'row 2, column order: met "1.0"; write a whole number from 1 on'),
    ("d000/measures.csv", {"responsible_as_printed": "FM; Hansel Ab"}, "row 2, column responsible_as_printed: met 2 printed names of 4 responsible actors"),
    ("d000/measures.csv", {"responsible": "actor/mof; Kommunförbundet; Hansel; Statskontoret"}, 'row 2, column responsible: met "Hansel", a name of no actor; write an id (actor/…) or a known name (did you mean Hansel Oy or Hansel Ab'),
    ("d000/measures.csv", {"schedule": "14.11."}, 'row 2, column schedule: met "14.11." (the year is missing); write the day with its year'),
    ("d000/measures.csv", {"schedule": "syksyllä 2020"}, 'row 2, column schedule: met "syksyllä 2020" (the words are Finnish); mark them as such: syksyllä 2020@fi'),
    ("d000/measures.csv", {"schedule": "2023@de"}, 'row 2, column schedule: met "2023@de"; mark another language by one of @fi, @sv, @en'),
    ("d000/measures.csv", {"edtf": "2020-24"}, 'row 2, column edtf: met "2020-24" (a winter lies in two years); write EDTF such as'),
    ("d000/measures.csv", {"edtf": "2023", "schedule": ""}, "row 2, column schedule: met an empty cell; write the words of the schedule as printed"),
    ("d000/measures.csv", {"lines": "27-7"}, 'row 2, column lines: met "27-7"; write a line or a range of lines'),
    ("d000/measures.csv", {"anchor": ""}, "row 2, column anchor: met an empty cell, though other columns of the evidence are filled in; fill it in (At most eight consecutive words"),
    ("d000/measures.csv", {"anchor": "a b c d e f g h i"}, 'row 2, column anchor: met "a b c d e f g h i"; write at most 8 words'),
    ("d000/measures.csv", {"anchor": "skriv a(at)b.fi"}, 'row 2, column anchor: met "skriv a(at)b.fi"; choose words without contact data'),
    ("d000/measures.csv", {"printed": "sw"}, 'row 2, column printed: met "sw"; list fi, sv, en separated by spaces, or write none'),
    ("d000/measures.csv", {"printed": "fi sv", "title_fi": ""}, "row 2, column title_fi: met no title_fi, though it is printed in that language"),
    ("d000/measures.csv", {"document": "d004"}, 'row 2, column document: met "d004"; write the key of a known document: d000'),
    ("d000/measures.csv", {"row": 4, "status_confidence": ""}, "row 6, column status_confidence: met an empty cell, though status_mode is inferred; fill it in: Confidence in the status"),
    ("d000/measures.csv", {"row": 4, "status_confidence": "1,0"}, 'row 6, column status_confidence: met "1,0"; write a number from 0 to 1 with a decimal point'),
    ("d000/measures.csv", {"status": "", "status_mode": "stated"}, 'row 2, column status_mode: met "stated"; write a status'),
    ("d000/dependencies.csv", {"type": "part-of"}, 'row 2, column type: met "part-of"; write one of requires'),
    ("d000/dependencies.csv", {"type": "funding-condition"}, "row 2, column condition_fi: met an empty cell, though type is funding-condition; fill it in: Funding condition"),
    ("d000/dependencies.csv", {"condition_fi": "x"}, 'row 2, column condition_fi: met "x"; empty the cell'),
    ("d000/dependencies.csv", {"rationale_en": ""}, "row 2, column rationale_en: met an empty cell, though mode is inferred; fill it in: Reason for an inferred claim"),
    ("d000/dependencies.csv", {"row": 1, "from": "measure/ap22-m01", "type": "related", "to": "measure/ap22-m13", "condition_fi": ""}, "row 3: met something that takes the identifier dependency/ap22-m01-related-ap22-m13, which d000/dependencies.csv row 2 has; delete one of the two rows, or change the key of one target"),
    ("d000/pages.csv", {"url": "mmm.fi/sv"}, 'row 2, column url: met "mmm.fi/sv"; write an address that begins with http'),
    ("registry/actors.csv", {"name_sv": "Statskontoret", "printed": "sv"}, 'row 5, column name_sv: met the name "Statskontoret", which actor/mof (registry/actors.csv row 2) has too; merge the two actors'),
    ("registry/actors.csv", {"kind": ""}, "row 2, column kind: met an empty cell; fill it in, every row needs it: Kind of actor"),
    ("registry/actors.csv", {"mode": "inferred"}, 'row 2, column mode: met "inferred"; write stated, normalised or editorial'),
    ("registry/actors.csv", {"document": ""}, "row 2, column document: met an empty cell, though other columns of the evidence are filled in; write the key of the document: d000, or empty section, lines, anchor too"),
    ("registry/services.csv", {"kind": "system"}, 'row 2, column kind: met "system"; write one of'),
]  # fmt: skip


@pytest.mark.parametrize(("file", "cells", "expected"), CASES)
def test_refused(changing, file, cells, expected):
    """A wrong cell is refused with file, row, column, what was met and what is accepted."""
    changing(file, **cells)

    assert [f"{file} {expected}"] == [problem[: len(file) + 1 + len(expected)] for problem in changing.read()][:1]


def test_names_are_resolved(changing):
    """Names of actors, whatever their case, may stand for ids, and then serve as the printed names too."""
    changing(
        "d000/measures.csv", responsible="FM; kommunförbundet; Hansel Ab; Statskontoret", responsible_as_printed=""
    )
    graphs = curated.read(changing.folder, IRIS)

    assert (term("hv:involvedAgent"), node("actor/mof")) in about(graphs, "src/d000", "involvement/ap22-m01-r1")
    assert (term("hv:nameAsPrinted"), Literal("kommunförbundet", language="sv")) in about(
        graphs, "src/d000", "involvement/ap22-m01-r2"
    )


def test_ambiguous_name(changing):
    """A name that two actors have is refused, and both are named."""
    changing("registry/actors.csv", row=1, alternatives_sv="FM")
    changing("d000/measures.csv", responsible="FM; actor/kuntaliitto; actor/hansel; actor/state-treasury")

    assert ['d000/measures.csv row 2, column responsible: met "FM", a name of 2 actors; write the id of the one that is meant: actor/mee or actor/mof'] == changing.read()  # fmt: skip


def test_all_files_in_one_run(changing):
    """Problems of all files are listed in one run."""
    changing("d000/measures.csv", status="x")
    changing("d000/pages.csv", url="x")
    changing("registry/actors.csv", kind="x")

    assert ["d000/measures.csv", "d000/pages.csv", "registry/actors.csv"] == [
        problem.split()[0] for problem in changing.read()
    ]


def test_counts(changing):
    """A count that differs from the expected one is refused, with both numbers."""
    toml = changing.folder / "d000" / "source.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("themes = 5", "themes = 6\nmeasures_SubMeasure = 1\nmeasure = 5"),
        encoding="utf-8",
    )

    assert [
        "d000/source.toml key counts.themes: met 5 rows in the tables where 6 are expected; add the missing rows, or correct the count",
        "d000/source.toml key counts.measures_SubMeasure: met 0 rows in the tables where 1 are expected; add the missing rows, or correct the count",
        'd000/source.toml key counts.measure: met "measure"; count a table, or one of its kinds as in measures_SubMeasure (did you mean measures',
    ] == [problem[:135] if "counts.measure:" in problem else problem for problem in changing.read()]  # fmt: skip


def test_surplus(changing):
    """A row too many is refused as well."""
    toml = changing.folder / "d000" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("themes = 5", "themes = 4"), encoding="utf-8")

    assert ["take out the surplus rows, or correct the count"] == [each.partition("; ")[2] for each in changing.read()]


def test_across_documents(changing):
    """A dependency between elements of two documents needs evidence in both, and then has it."""
    other = changing.folder / "d004"
    other.mkdir()
    (other / "source.toml").write_text(
        f'title = "Suunnitelma"\nlanguage = "fi"\nfile = "004.txt"\nsha256 = "{"0" * 64}"\n', encoding="utf-8"
    )
    (other / "measures.csv").write_text("id,kind,title_fi\nmeasure/tem34-g03,Measure,Kolmas\n", encoding="utf-8")
    links = changing.folder / "links"
    links.mkdir()
    header = "from,type,to,document,section,lines,anchor,document_2,section_2,lines_2,anchor_2\n"
    row = "measure/ap22-m01,follows,measure/tem34-g03,d000,rad 1,7-9,x,{}\n"
    (links / "dependencies.csv").write_text(header + row.format(",,,"), encoding="utf-8")

    assert [
        "links/dependencies.csv row 2, column document_2: met an empty cell, though the ends come from d000 and d004; name the evidence in the other document too"
    ] == changing.read()
    (links / "dependencies.csv").write_text(header + row.format("d004,4 A 3,5,y"), encoding="utf-8")
    found = about(curated.read(changing.folder, IRIS), "links", "dependency/ap22-m01-follows-tem34-g03")
    assert {
        node("fragment/d000-dependency-ap22-m01-follows-tem34-g03"),
        node("fragment/d004-dependency-ap22-m01-follows-tem34-g03"),
    } == {value for predicate, value in found if predicate == term("hv:evidence")}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('language = "sv"', "", "d000/source.toml key language: met no text; write fi, sv or en"),
        ('language = "sv"', 'language = "se"', 'd000/source.toml key language: met "se"; write fi, sv or en'),
        ('key = "d000"', 'key = "d001"', 'd000/source.toml key key: met "d001"; write "d000"'),
        ("sha256", "sha", 'd000/source.toml key sha: met "55d64d4e'),
        (
            'kind = "measure-table"',
            'kind = "table"',
            'd000/source.toml key kind: met "table"; write one of measure-table',
        ),
        (
            'kind = "measure-table"',
            'issued = "2021-02-30"',
            'd000/source.toml key issued: met "2021-02-30"; write a date',
        ),
        ("measures = 5", "measures = five", "d000/source.toml: met a file that is no TOML"),
        ("themes = 5", 'themes = "5"', 'd000/source.toml key counts.themes: met "5"; write a whole number'),
    ],
)
def test_source(changing, old, new, expected):
    """What is wrong in source.toml is refused with the key, what was met and what is accepted."""
    toml = changing.folder / "d000" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    assert expected == changing.read()[0][: len(expected)]


def test_stray_files(changing):
    """Files that are no table, and tables with unknown names, are refused rather than passed over."""
    (changing.folder / "d000" / "notes.txt").write_text("x", encoding="utf-8")
    (changing.folder / "d000" / "measure.csv").write_text("x", encoding="utf-8")
    (changing.folder / "d000" / "~$measures.xlsx").write_text("lock file of a spreadsheet", encoding="utf-8")

    assert [
        'd000/measure.csv: met a table named "measure"',
        "d000/notes.txt: met a file that is no table",
    ] == [problem.split(";")[0] for problem in changing.read()]


def test_foreign_evidence(changing):
    """A document's folder cites its own document only."""
    shutil.copytree(changing.folder / "d000", changing.folder / "d003")
    for path in (changing.folder / "d003").glob("*.csv"):
        path.unlink()
    toml = changing.folder / "d003" / "source.toml"
    toml.write_text(toml.read_text(encoding="utf-8").partition("[counts]")[0].replace("d000", "d003"), encoding="utf-8")
    changing("d000/measures.csv", document="d003")

    assert "cite d000 here; put this row into registry or links" in changing.read()[0]


def test_further_evidence(changing):
    """The table evidence adds numbered fragments after the first one."""
    (changing.folder / "d000" / "evidence.csv").write_text(
        "of,section,lines,anchor\nmeasure/ap22-m01,rad 1,9-10,x\nactor/mof,rad 2,40,FM\n", encoding="utf-8"
    )
    graphs = curated.read(changing.folder, IRIS)
    cited = {
        value for predicate, value in about(graphs, "src/d000", "measure/ap22-m01") if predicate == term("hv:evidence")
    }

    assert {node("fragment/d000-measure-ap22-m01"), node("fragment/d000-measure-ap22-m01-2")} == cited
    assert {(term("hv:evidence"), node("fragment/d000-actor-mof-2"))} == about(graphs, "src/d000", "actor/mof")


def test_nothing_to_read(tmp_path):
    """A folder without tables is refused rather than read as no facts."""
    with pytest.raises(InputError, match="no folders of tables"):
        curated.read(tmp_path, IRIS)
