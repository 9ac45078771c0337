"""
The table of prefixes: one prefix per namespace, the same in code and in every Turtle file.
"""

import pytest
from pyoxigraph import NamedNode

from ontology import layout
from ontology.namespaces import CONCEPT, DEF, PREFIXES, PROJECT, SHAPE, term


def test_one_prefix_per_namespace():
    """No namespace has two prefixes."""
    assert len(PREFIXES) == len(set(PREFIXES.values()))


def test_prefixes_are_alphabetical():
    """The table can be read from top to bottom."""
    assert sorted(PREFIXES) == list(PREFIXES)


def test_namespaces_can_be_continued():
    """Every namespace ends where a local name can begin."""
    assert all(namespace[-1] in "/#" for namespace in PREFIXES.values())


def test_own_namespaces_are_fixed():
    """Terms, shapes and concepts live under the project's address whatever the base of instances is."""
    assert ["def/", "shape/", "concept/"] == [namespace.removeprefix(PROJECT) for namespace in (DEF, SHAPE, CONCEPT)]


def test_term_expands_a_curie():
    """A CURIE stands for its namespace and local name."""
    assert NamedNode("https://w3id.org/hankintaverkko/def/Measure") == term("hv:Measure")


def test_unknown_prefix_is_refused():
    """A prefix that is not in the table is an error, never an IRI."""
    with pytest.raises(KeyError):
        term("dc:title")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@prefix hv: <https://example.org/> .\nhv:a hv:b hv:c .\n", "stands for <https://example.org/>"),
        ("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n", "is declared and not used"),
        (
            (
                "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
                "@prefix hv: <https://w3id.org/hankintaverkko/def/> .\nhv:a skos:note hv:b .\n"
            ),
            "not in alphabetical order",
        ),
        (
            '@prefix hv: <https://w3id.org/hankintaverkko/def/> .\nhv:a hv:b "x"@en , "y"@fi .\n',
            "line 2 holds two languages",
        ),
    ],
    ids=["prefix-mismatch", "prefix-unused", "prefix-order", "two-languages"],
)
def test_turtle_out_of_form_is_told(tmp_path, text, problem):
    """A Turtle file with a foreign prefix, an idle one, a wrong order or two languages on a line is reported."""
    path = tmp_path / "file.ttl"
    path.write_text(text, encoding="utf-8")

    (found,) = layout.problems(path)

    assert problem in found


def test_turtle_of_the_vocabulary_is_in_form():
    """The vocabulary's Turtle uses the prefixes of the table and one language per line."""
    own = [path for path in layout.paths() if path.is_relative_to(layout.ROOT / "ontology")]

    assert [] == [problem for path in own for problem in layout.problems(path)]


def test_formatter_leaves_the_vocabulary_alone():
    """The vocabulary's Turtle is as the formatter writes it."""
    assert layout.formatted([layout.ROOT / "ontology"], check=True)


def test_formatter_sees_a_difference(tmp_path):
    """Turtle that is written otherwise does not pass for formatted."""
    path = tmp_path / "file.ttl"
    path.write_text("<urn:a>   <urn:b> <urn:c>.", encoding="utf-8")

    assert not layout.formatted([path], check=True)
