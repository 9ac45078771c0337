"""
Evidence: fragments lead to document, section, lines and words, and anchors are found where they are said to be.
"""

import hashlib
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from loaders import curated, evidence
from loaders.errors import InputError, Problems
from loaders.evidence import Passage, Text
from loaders.sources import Source
from ontology.iris import Iris
from ontology.namespaces import term

FIVE = Path(__file__).parents[1] / "fixtures" / "tables" / "five"
TEXT = "En gemensam upphandlings-\nhandbok för hela den  \noffentliga sek\u00adtorn\f\nnästa sida\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with one text and the source that records it."""
    (tmp_path / "000.txt").write_bytes(TEXT.encode())
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    return tmp_path, {"d000": Source("d000", True, {"file": "000.txt", "sha256": digest}, {})}


def checked(folder, anchor, first, last):
    """The problems with one passage."""
    problems = Problems()
    texts = evidence.read(*folder, problems)
    evidence.check(Passage("d000", "rad 1", first, last, anchor), "here", texts, problems)
    return [str(problem) for problem in problems.met]


@pytest.mark.parametrize(
    "anchor", ["gemensam upphandlingshandbok för", "hela den offentliga sektorn", "upphandlings-handbok"]
)
def test_anchor_over_a_line_break(folder, anchor):
    """An anchor is found over line breaks with and without hyphens, soft hyphens and doubled spaces."""
    assert [] == checked(folder, anchor, 1, 3)


def test_lines_are_line_feeds(folder):
    """A form feed does not count as the end of a line, as in the line numbers of cat and nl."""
    assert [] == checked(folder, "nästa sida", 4, 4)


def test_anchor_outside_its_lines_is_refused(folder):
    """An anchor that stands outside its lines is refused, naming words and lines."""
    assert [
        'here: met "nästa sida", which is not in lines 1-3 of d000; quote words that stand there, or correct the lines'
    ] == checked(folder, "nästa sida", 1, 3)


def test_anchor_with_another_capital_is_refused(folder):
    """An anchor with another capital letter is not what is printed."""
    assert 1 == len(checked(folder, "en gemensam", 1, 3))


def test_lines_beyond_the_text(folder):
    """Lines beyond the end of the text are refused, naming how many it has."""
    assert ["here: met line 5; write lines of d000, which has 4"] == checked(folder, "nästa", 4, 5)


def test_text_has_changed(folder):
    """A text whose SHA-256 is not the recorded one is refused, and none of its anchors is judged."""
    (folder[0] / "000.txt").write_text("other", encoding="utf-8")
    problems = checked(folder, "nästa", 1, 2)

    assert [True] == ["compare the tables with 000.txt again" in problem for problem in problems]


def test_text_is_missing(folder):
    """A text that is not in the folder is named."""
    (folder[0] / "000.txt").unlink()

    assert [True] == ['met "000.txt", which cannot be read' in problem for problem in checked(folder, "x", 1, 1)]


def test_documents_without_text():
    """A passage of a document whose text is not at hand is passed over."""
    problems = Problems()
    evidence.check(Passage("d004", "1", 1, 1, "x"), "here", {"d000": Text(("a",))}, problems)

    assert 0 == len(problems)


def test_measure_leads_to_its_fragment():
    """A measure leads to a fragment with document, section, lines, and selectors for its words and its lines."""
    iris = Iris()
    quads = curated.read(FIVE, iris)[iris.graph("src/d000")]
    fragment = iris.entity("fragment/d000-measure-ap22-m06")
    found = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    integer = term("xsd:integer")
    quote, lines = (iris.entity(f"selector/d000-measure-ap22-m06-{kind}") for kind in ("quote", "lines"))

    assert {
        (iris.entity("measure/ap22-m06"), term("hv:evidence"), fragment),
        (fragment, term("rdf:type"), term("hv:SourceFragment")),
        (fragment, term("oa:hasSource"), iris.entity("document/d000")),
        (fragment, term("hv:locator"), Literal("rad 6")),
        (fragment, term("hv:startLine"), Literal("116", datatype=integer)),
        (fragment, term("hv:endLine"), Literal("135", datatype=integer)),
        (fragment, term("oa:hasSelector"), quote),
        (fragment, term("oa:hasSelector"), lines),
        (quote, term("oa:exact"), Literal("Ett mentorprogram för offentlig upphandling startas")),
        (lines, term("rdf:value"), Literal("line=115,135")),
        (lines, term("dcterms:conformsTo"), NamedNode("http://tools.ietf.org/rfc/rfc5147")),
    } <= found


def test_every_printed_name_is_looked_up(tmp_path):
    """With the texts at hand, printed names of actors and words of schedules are looked up as anchors too."""
    lines = [""] * 700
    lines[116] = "Ett mentorprogram för offentlig upphandling startas"
    data = "\n".join(lines).encode()
    (tmp_path / "000_671a584318304487.txt").write_bytes(data)
    with pytest.raises(InputError) as error:
        curated.read(FIVE, Iris(), tmp_path)

    assert [True] == ["key sha256" in str(problem) for problem in error.value.problems]
