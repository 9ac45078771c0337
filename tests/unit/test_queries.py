"""
Saved queries: their headers, their parameters, and the files that the package carries.
"""

import re
from collections.abc import Mapping

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store, Variable

from ontology.iris import Iris
from ontology.namespaces import PREFIXES, term
from sparql.guard import Form, admit
from sparql.parameters import ParameterError
from sparql.queries import (
    Column,
    HeaderError,
    Parameter,
    SavedQuery,
    UnknownQuery,
    find,
    parse,
    saved,
)

HEADER = """\
# title: Dependents
# title-fi: Riippuvat
# title-sv: Beroende
# answers: what depends on it?
# answers-fi: mikä siitä riippuu?
# answers-sv: vad beror på det?
# params: ?measure IRI (required), ?day date (default 2023-05-31), ?limit integer (optional)
# returns: ?measure IRI, ?label langString fi, sv, en, ?day date (as given);
#   ordered by ?label, ?measure
# cost: 1 ms on 25,000 triples
"""
BODY = "PREFIX hv: <https://w3id.org/hankintaverkko/def/>\n\nSELECT ?measure ?label ?day ?limit\nWHERE { }\n"
BASE = Iris("https://toy.example/")
CONTRACT: Mapping[str, str] = {
    "measures": "measure code source title lang kind parent status verbatim edtf start end openEnded",
    "responsibilities": "measure code order actor actorName role",
    "measure-themes": "measure code theme themeName",
    "actors": "actor name lang nameType kind",
    "memberships": "member memberName organisation organisationName",
    "dependencies": "from fromLabel type to toLabel mode source locator",
    "services": "service name lang kind usedBy",
    "deliverables": "deliverable label kind producedBy",
    "indicators": "indicator label recordType value unit time method",
    "events": "event label edtf about",
    "figures": "figure label value unit verbatim source",
}
"""The result columns that users rely on, in their order."""


@pytest.fixture
def query() -> SavedQuery:
    """A saved query with three parameters."""
    return parse("dependents", HEADER + BODY)


def test_header_says_what_the_query_is(query: SavedQuery) -> None:
    """Titles and the question in three languages, columns with types, the order and the cost are read from the header."""
    assert ("Dependents", "Riippuvat", "Beroende") == tuple(query.title(language) for language in ("en", "fi", "sv"))
    assert {"en": "what depends on it?", "fi": "mikä siitä riippuu?", "sv": "vad beror på det?"} == query.answers
    assert "vad beror på det?" == query.question("sv")
    assert (
        Column("measure", "IRI", ""), Column("label", "langString", "fi, sv, en"), Column("day", "date", "as given"),
    ) == query.columns  # fmt: skip
    assert "?label, ?measure" == query.ordered_by
    assert "1 ms on 25,000 triples" == query.cost
    assert HEADER + BODY == query.text


def test_title_in_a_language_that_is_not_ours_is_the_english_one(query: SavedQuery) -> None:
    """Somebody who reads none of the three languages gets the English title."""
    assert "Dependents" == query.title("de")


def test_parameters_have_types_needs_and_defaults(query: SavedQuery) -> None:
    """The header says which parameters there are, which must be given, and what the others are without a value."""
    assert (
        Parameter("measure", "IRI", True, None),
        Parameter("day", "date", False, "2023-05-31"),
        Parameter("limit", "integer", False, None),
    ) == query.parameters


@pytest.mark.parametrize("words", ["# params: none\n", ""])
def test_query_may_take_no_parameters(words: str) -> None:
    """A query without parameters says none, or nothing."""
    header = re.sub(r"# params: .*\n", words, HEADER)

    assert () == parse("dependents", header + BODY).parameters


def test_values_are_bound_as_terms(query: SavedQuery) -> None:
    """What an asker writes becomes an RDF term of the parameter's type, never text of the query."""
    assert {
        Variable("measure"): NamedNode("https://elsewhere.example/x"),
        Variable("day"): Literal("2022-12-31", datatype=term("xsd:date")),
        Variable("limit"): Literal("12", datatype=term("xsd:integer")),
    } == query.bind({"measure": "https://elsewhere.example/x", "day": " 2022-12-31 ", "limit": "12"}, BASE)


@pytest.mark.parametrize("written", ["measure/ap22-m14", "id/measure/ap22-m14", "/id/measure/ap22-m14"])
def test_path_of_a_thing_stands_for_the_thing(written: str, query: SavedQuery) -> None:
    """A thing of ours can be named as in the tables, whatever the base."""
    assert {Variable("measure"): BASE.entity("measure/ap22-m14")} == query.bind({"measure": written}, BASE)


def test_text_is_bound_as_it_is() -> None:
    """Text that looks like SPARQL is text."""
    text = '" } DELETE { ?s ?p ?o } #'
    header = re.sub(r"# params: .*", "# params: ?words string (required)", HEADER)

    assert {Variable("words"): Literal(text)} == parse("dependents", header + BODY).bind({"words": text}, BASE)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, 'parameter "measure": no value; write an IRI, or the path of a thing, such as measure/ap22-m14'),
        ({"measure": ""}, 'parameter "measure": no value; write an IRI'),
        ({"measure": "measure/x", "when": "now"}, 'parameter "when": there is no such parameter; give measure'),
        ({"measure": "nothing/x"}, 'parameter "measure": "nothing/x"; write an IRI'),
        ({"measure": "https://x.example/a b"}, 'parameter "measure": "https://x.example/a b"; write an IRI'),
        ({"measure": "http://["}, 'parameter "measure": "http://["; write an IRI'),
        ({"measure": "x:%zz"}, 'parameter "measure": "x:%zz"; write an IRI'),
        ({"measure": "measure/x", "day": "2023-02-30"}, 'parameter "day": "2023-02-30"; write a date'),
        ({"measure": "measure/x", "day": "May"}, 'parameter "day": "May"; write a date, such as 2023-05-31'),
        ({"measure": "measure/x", "limit": "many"}, 'parameter "limit": "many"; write a whole number, such as 12'),
    ],
)
def test_value_that_does_not_fit_is_refused_with_what_is_accepted(
    values: dict[str, str], sentence: str, query: SavedQuery
) -> None:
    """A wrong, missing or unknown parameter is refused in one sentence that says what to write."""
    with pytest.raises(ParameterError) as refused:
        query.bind(values, BASE)

    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("# title-sv: Beroende\n", "", 'line 1 of dependents.rq: the header has no "title-sv"; add a line'),
        ("# cost: 1 ms", "# price: 1 ms", 'line 10 of dependents.rq: "# price: 1 ms on 25,000 triples" is not a line'),
        ("# answers: what", "# title: what", 'line 4 of dependents.rq: a second "title"; join it'),
        ("what depends on it?", "", 'line 4 of dependents.rq: "answers" says nothing'),
        ("(required)", "(please)", 'line 7 of dependents.rq: the parameter "?measure IRI (please)"'),
        ("day date (d", "day moment (d", 'line 7 of dependents.rq: the parameter "?day moment (default 2023-05-31)"'),
        ("?measure IRI, ?label", "measure, ?label", 'line 8 of dependents.rq: the column "measure"'),
    ],
)
def test_header_out_of_order_is_refused_with_its_line(before: str, after: str, sentence: str) -> None:
    """A header that cannot be read is refused with file, line, what was met and what to write."""
    assert before in HEADER
    with pytest.raises(HeaderError) as refused:
        parse("dependents", HEADER.replace(before, after, 1) + BODY)

    assert sentence in str(refused.value)


def test_file_name_is_in_kebab_case() -> None:
    """A saved query is found by its file name, which is lower-case words with hyphens."""
    with pytest.raises(HeaderError, match="not kebab case"):
        parse("Measures_By_Theme", HEADER + BODY)


def test_unknown_query_is_answered_with_names_like_it() -> None:
    """A name that is nearly right leads to the right one."""
    with pytest.raises(UnknownQuery, match='no saved query "mesures"; did you mean measures'):
        find("mesures")


def test_contract_has_eleven_queries_and_thirty_questions() -> None:
    """The package carries the agreed queries and the competency questions 1 to 30, each once."""
    questions = [slug for slug in saved() if slug.startswith("cq-")]

    assert set(CONTRACT) == set(saved()) - set(questions)
    assert [f"cq-{number:02}" for number in range(1, 31)] == [slug[:5] for slug in questions]


@pytest.mark.parametrize("slug", CONTRACT)
def test_columns_are_those_of_the_contract(slug: str) -> None:
    """The columns of the agreed queries are the agreed ones, in their order."""
    assert CONTRACT[slug].split() == [column.name for column in find(slug).columns]


@pytest.mark.parametrize("slug", saved())
def test_header_tells_the_columns_that_the_query_gives(slug: str) -> None:
    """Header and query agree: on columns, on parameters (which the engine wants among the columns), on defaults."""
    query = find(slug)
    found = Store().query(query.text)

    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    assert names == [column.name for column in query.columns]
    assert {parameter.name for parameter in query.parameters} <= set(names)
    for parameter in query.parameters:
        if parameter.default:
            assert f'"{parameter.default}"^^xsd:{parameter.kind}' in query.text


@pytest.mark.parametrize("slug", saved())
def test_saved_query_keeps_the_rules_of_the_house(slug: str) -> None:
    """A saved query is a SELECT with named columns and an order, reaches nowhere, and uses the project's prefixes."""
    query = find(slug)
    declared = re.findall(r"^PREFIX (\S+): <(\S+)>$", query.text, re.MULTILINE)
    body = query.text.rpartition("PREFIX")[2]

    assert Form.SELECT is admit(query.text).form
    assert "ORDER BY" in query.text
    assert "SELECT *" not in query.text
    assert query.ordered_by
    assert "not measured" not in query.cost
    assert [name for name, _ in declared] == sorted(name for name, _ in declared)
    assert {name: PREFIXES[name] for name, _ in declared} == dict(declared)
    assert {name for name, _ in declared if f"{name}:" not in body.partition(">")[2]} == set()
    assert len({*query.titles.values()}) == len(query.titles), "three languages, three titles"


@pytest.mark.parametrize("slug", saved())
def test_parameters_are_columns(slug: str) -> None:
    """A parameter of a saved SELECT query is one of its columns, since the engine binds no other variable."""
    query = saved()[slug]
    if query.columns:
        assert {each.name for each in query.parameters} <= {each.name for each in query.columns}
