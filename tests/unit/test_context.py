"""
The JSON-LD context: in step with the vocabulary, and faithful both ways.
"""

import json

import pytest
from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse, serialize

from ontology import context
from ontology.iris import Iris
from ontology.modules import parsed
from ontology.namespaces import DEF, PREFIXES, term

MEASURE = """
<id/measure/ap22-m14> a hv:Measure ;
    dcterms:identifier "ap22-m14" ;
    skos:notation "ap22-m14" ;
    skos:prefLabel "Åtgärd"@sv ;
    skos:prefLabel "Toimenpide"@fi ;
    skos:prefLabel "Measure"@en ;
    skos:altLabel "Å"@sv ;
    skos:altLabel "Åtg."@sv ;
    dcterms:description "Lyhyesti."@fi ;
    hv:order 14 ;
    hv:isPartOf <id/programme/hankinta-suomi> ;
    adms:status <https://w3id.org/hankintaverkko/concept/status/planned> ;
    hv:theme <id/theme/t1> ;
    hv:theme <id/theme/t4> ;
    foaf:page <id/page/p1> ;
    hv:hasSchedule <id/schedule/ap22-m14-s1> ;
    hv:hasResponsibility <id/involvement/ap22-m14-r1> ;
    hv:evidence <id/fragment/d000-measure-ap22-m14> .
<id/schedule/ap22-m14-s1> a hv:Schedule ;
    hv:verbatim "10/2022 ->"@sv ;
    hv:edtf "2022-10/.."^^edtf:EDTF-level1 ;
    hv:earliestStart "2022-10-01"^^xsd:date ;
    hv:precision <https://w3id.org/hankintaverkko/concept/precision/month> ;
    hv:openEnded true .
<id/involvement/ap22-m14-r1> a hv:Responsibility ;
    hv:involvedAgent <id/actor/mof> ;
    hv:order 1 ;
    hv:nameAsPrinted "FM"@sv ;
    hv:confidence 0.8 ;
    hv:rationale "Syy."@fi ;
    hv:rationale "Skäl."@sv .
<id/fragment/d000-measure-ap22-m14> a hv:SourceFragment , oa:SpecificResource ;
    oa:hasSource <id/document/d000> ;
    hv:locator "rad 14" ;
    hv:startLine 212 ;
    hv:endLine 220 ;
    oa:hasSelector <id/selector/d000-measure-ap22-m14-lines> .
<id/selector/d000-measure-ap22-m14-lines> a oa:FragmentSelector ;
    rdf:value "line=211,220" ;
    dcterms:conformsTo <http://tools.ietf.org/rfc/rfc5147> .
<id/page/p1> a hv:ExternalPage ;
    schema:url "https://example.org/"^^xsd:anyURI .
"""


@pytest.fixture(scope="module")
def measure():
    """A measure with everything that hangs on it."""
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    return list(parse(prefixes + MEASURE, format=RdfFormat.TURTLE, base_iri=Iris().base))


@pytest.fixture(scope="module")
def compact(measure):
    """The measure in compact JSON-LD, by the processor of record."""
    expanded = json.loads(serialize(measure, format=RdfFormat.JSON_LD))
    for node in expanded:
        # The serialiser writes the type as an ordinary property, which no term stands for.
        node["@type"] = [value["@id"] for value in node.pop(term("rdf:type").value, [])]
    return jsonld.compact(expanded, context.read())


def canonical(quads):
    """Canonical N-Quads."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def node(document, path):
    """The object for the entity at *path* in a compacted document."""
    return next(item for item in document["@graph"] if item["id"] == Iris().entity(path).value)


def test_committed_context_is_in_step():
    """The committed context is what the vocabulary gives today."""
    assert context.build() == context.read()
    assert 0 == context.main(["--check"])


def test_drift_is_told(tmp_path, monkeypatch, capsys):
    """A context that is out of date is refused with the command that writes it; the command writes it."""
    file = tmp_path / "context.jsonld"
    file.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(context, "FILE", file)

    assert 1 == context.main(["--check"])
    assert "python -m ontology.context" in capsys.readouterr().err
    assert 0 == context.main([])
    assert 0 == context.main(["--check"])


def test_every_term_of_ours_is_in_the_context():
    """Each class and property of the vocabulary is written by its own name."""
    kinds = {term(kind) for kind in ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty")}
    names = {quad.subject.value.removeprefix(DEF) for quad in parsed("core.ttl", Iris()) if quad.object in kinds}

    assert names <= set(context.read()["@context"])


def test_nothing_is_guessed():
    """There is no default vocabulary: a key that is not in the context means nothing."""
    assert "@vocab" not in context.read()["@context"]


def test_measure_survives_the_round_trip(measure, compact):
    """Compacting and expanding a measure gives the same canonical N-Quads."""
    back = parse(jsonld.to_rdf(compact, {"format": "application/n-quads"}), format=RdfFormat.N_QUADS)

    assert canonical(measure) == canonical(Quad(q.subject, q.predicate, q.object) for q in back)


def test_engine_reads_the_compact_form_alike(measure, compact):
    """The engine's own JSON-LD reader understands the compact document as the processor of record does."""
    back = parse(json.dumps(compact), format=RdfFormat.JSON_LD)

    assert canonical(measure) == canonical(back)


def test_labels_are_language_maps(compact):
    """Names are read by language; alternatives are lists by language, however few."""
    found = node(compact, "measure/ap22-m14")

    assert {"fi": "Toimenpide", "sv": "Åtgärd", "en": "Measure"} == found["prefLabel"]
    assert ["Å", "Åtg."] == sorted(found["altLabel"]["sv"])
    assert {"fi": "Lyhyesti."} == found["description"]


def test_values_are_plain_strings(compact):
    """Dates, numbers and EDTF values need no type beside them, and what can be many is always a list."""
    schedule = node(compact, "schedule/ap22-m14-s1")
    found = node(compact, "measure/ap22-m14")

    assert ("2022-10/..", "2022-10-01", "true") == (
        schedule["edtf"],
        schedule["earliestStart"],
        str(schedule["openEnded"]).lower(),
    )
    assert [Iris().entity("involvement/ap22-m14-r1").value] == found["hasResponsibility"]
    assert Iris().entity("schedule/ap22-m14-s1").value == found["hasSchedule"]
    assert "Measure" == found["type"]


def test_no_property_falls_out(compact):
    """Every key of the compact measure is a name from the context, never a full IRI or CURIE."""
    keys = {key for item in compact["@graph"] for key in item}

    assert {key for key in keys if ":" in key} == set()
