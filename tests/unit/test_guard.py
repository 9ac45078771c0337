"""The admission of queries: what reaches out of the machine is refused, what only speaks of it is not."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql.errors import QueryRefused, QuerySyntaxError, QueryTooLong
from sparql.guard import LONGEST_QUERY, Form, admit

REACHING_OUT = {
    "plain": "SELECT * { SERVICE <http://example.org/sparql> { ?s ?p ?o } }",
    "lower case": "select * { service <http://example.org/> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }",
    "variable endpoint": "SELECT * { ?s ?p ?e . SERVICE ?e { ?s ?p ?o } }",
    "no white space": "SELECT*{SERVICE<http://example.org/>{?s ?p ?o}}",
    "comment between": "SELECT * { SERVICE # over there\n <http://example.org/> { ?s ?p ?o } }",
    "after a comment with a quote": "SELECT * { # it's\n SERVICE <http://example.org/> { ?s ?p ?o } }",
    "after a string with a hash": 'SELECT * { ?s ?p "#" . SERVICE <http://example.org/> { ?s ?p ?o } }',
    "after an IRI with a hash": "SELECT * { ?s <http://example.org/#p> ?o . SERVICE <http://example.org/> { ?s ?p ?o } }",
    "after an escaped quote": r'SELECT * { ?s ?p "\"" . SERVICE <http://example.org/> { ?s ?p ?o } }',
    "after a long string": 'SELECT * { ?s ?p """a "quoted" one""" . SERVICE <http://example.org/> { ?s ?p ?o } }',
    "escaped letter": r"SELECT * { \u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
    "long escape": r"SELECT * { SERV\U00000049CE <http://example.org/> { ?s ?p ?o } }",
    "sub-select": "SELECT * { { SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } } } }",
    "in EXISTS": "ASK { ?s ?p ?o FILTER EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } } }",
    "prefixed endpoint": "PREFIX e: <http://example.org/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
    "behind a comparison that looks like an IRI": "SELECT * { ?s ?p ?a , ?b FILTER(?a<?b)SERVICE?x#>\n{?s ?p ?o} }",
    "load": "LOAD <http://example.org/data.ttl>",
    "load in a sequence": "CLEAR DEFAULT ; LOAD SILENT <http://example.org/data.ttl> INTO GRAPH <http://example.org/g>",
    "behind a comparison that looks like an IRI with a quote": "SELECT * { FILTER(?a<'x>') SERVICE <http://e/> {} #'\n }",
    "behind a comparison and a string": "SELECT * { FILTER(?a<?b)?s:p'x'SERVICE?x#>\n{} }",
    "behind a comparison with a keyword": "SELECT * { FILTER(true<?b)SERVICE?x#>\n{} }",
    "endpoint that looks like a name": "PREFIX : <http://e/> SELECT * { ?s ?p ?o.SERVICE:x{?a ?b ?c} }",
    "name with dots before": "PREFIX : <http://e/> SELECT * { ?s ?p true.SERVICE:x{?a ?b ?c} }",
    "declared prefix": "PREFIX service: <http://x/> PREFIX : <http://e/> SELECT * { service:x {?a ?b ?c} }",
    "escaped quote in a name": "SELECT * { ?s ?p :o\u0300\\'x . SERVICE <http://e/> {} #'\n }",
    "unknown escape in a long string": "SELECT * { VALUES ?x {''' a'} SERVICE <http://e/> {} #\\x'''\n }",
    "unterminated string before": "SELECT * { ?s ?p 'abc\n . SERVICE <http://example.org/> { ?s ?p ?o } }",
}

HARMLESS = {
    "string": 'SELECT * { ?s ?p "SERVICE <http://example.org/>" }',
    "long string": "SELECT * { ?s ?p '''a\nSERVICE <x> { }''' }",
    "comment": "SELECT * { ?s ?p ?o } # SERVICE <http://example.org/> { }",
    "variable": "SELECT ?service ?load { ?service ?load ?o }",
    "prefix": "PREFIX service: <http://example.org/> SELECT * { ?s service:load ?o }",
    "local name": "PREFIX e: <http://example.org/> SELECT * { ?s a e:service ; e:load ?o }",
    "IRI after a variable": "SELECT * { ?s <http://example.org/service> ?o }",
    "relative IRI": "SELECT * { ?s <service> ?o }",
    "language tag": 'SELECT * { ?s ?p "x"@service }',
    "blank node": "SELECT * { _:service ?p ?o }",
    "comparison": "SELECT * { ?s ?p ?a , ?b FILTER(?a<?b && ?b>?a) }",
    "our own class": "SELECT * { ?s a <https://w3id.org/hankintaverkko/def/DigitalService> }",
}


@pytest.mark.parametrize("text", REACHING_OUT.values(), ids=REACHING_OUT)
def test_reaching_out_is_refused(text: str) -> None:
    """A query or update that would make the engine speak to another host is refused, however it is written."""
    with pytest.raises(QueryRefused, match="line [0-9]+: (SERVICE|LOAD) is switched off"):
        admit(text)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_speaking_of_services_is_admitted(text: str) -> None:
    """A query in which the words only occur in strings, names, comments and IRIs is admitted."""

    assert text == admit(text).text


@given(
    before=st.sampled_from(["", "# c\n", "'a' ", '"""b"""', "<http://e/#> ", "?x < ?y ", "?x<?y)", "1 ", "e:l "]),
    word=st.sampled_from(["SERVICE", "service", "SeRvIcE", r"\u0053ERVICE", r"S\u0045RVICE"]),
    after=st.sampled_from([" <http://e/> {}", "<http://e/>{}", "?x{}", "\n#c\n<http://e/>{}", " e:x {}"]),
)
def test_no_surrounding_hides_the_keyword(before: str, word: str, after: str) -> None:
    """Whatever stands around it, the keyword is found."""
    with pytest.raises(QueryRefused):
        admit(f"SELECT * {{ {before}{word}{after} }}")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", Form.SELECT),
        ("# SELECT\nASK {}", Form.ASK),
        ("BASE <http://e/> PREFIX a: <http://e/> PREFIX : <#> construct { ?s ?p ?o } { ?s ?p ?o }", Form.CONSTRUCT),
        ("PREFIX select: <http://e/>\nDESCRIBE select:x", Form.DESCRIBE),
        ('VERSION "1.2" SELECT * {}', Form.SELECT),
    ],
)
def test_form_is_read_after_the_prologue(text: str, form: Form) -> None:
    """The form of a query is the first keyword after its prologue."""

    assert form is admit(text).form


@pytest.mark.parametrize(
    ("text", "names"),
    [("SELECT * FROM <http://e/> {}", True), ("SELECT * { ?from ?p 'FROM' }", False), ("ASK FROM NAMED <x> {}", True)],
)
def test_own_dataset_is_seen(text: str, names: bool) -> None:
    """A query with FROM clauses says so; the word in a variable or string does not count."""

    assert names == admit(text).names_dataset


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "error at 1:1: the query is none of SELECT"),
        ("   ", "error at 1:1: the query is none of SELECT"),
        ("# nothing", "error at 1:1: the query is none of SELECT"),
        ("PREFIX a: <http://e/>\n FROG * {}", "error at 2:2: the query is none of SELECT"),
        ("PREFIX", "error at 1:1: the query is none of SELECT"),
        ("# new\nINSERT DATA { <a> <b> <c> }", "line 2: INSERT begins an update; send updates to /update"),
        ("BASE <http://e/> CLEAR ALL", "line 1: CLEAR begins an update; send updates to /update"),
    ],
)
def test_what_is_no_query_is_told_so(text: str, words: str) -> None:
    """What is none of the four forms is told with its place, an update with where updates are sent."""
    with pytest.raises(QuerySyntaxError, match=words):
        admit(text)


@pytest.mark.parametrize(("opening", "closing"), ["()", "[]", "{}"])
def test_nesting_is_bounded(opening: str, closing: str) -> None:
    """Brackets that nest deeper than the engine's stack allows are told with their place, closed ones do not count."""
    flat = f"SELECT * {{ {f'{opening}{closing} ' * 1000} }}"

    assert flat == admit(flat).text
    for deep in (opening * 300 + closing * 300, f"{opening} " * 300):
        with pytest.raises(QuerySyntaxError, match=r"1:\d+: brackets nest deeper than 200"):
            admit(f"SELECT * {{ {deep} }}")


@pytest.mark.parametrize("brackets", ["(", "{", "[", "({", "[(", "({["])
def test_brackets_of_all_kinds_nest_together(brackets: str) -> None:
    """Two hundred open brackets are admitted, of whatever kinds, and one more is told with its line and column."""
    opened = "{" + (brackets * 200)[:199]
    text = f"SELECT *\n{' '.join(opened)} ?s"

    assert text == admit(text).text
    with pytest.raises(QuerySyntaxError, match="error at 2:401: brackets nest deeper than 200"):
        admit(f"SELECT *\n{' '.join(opened)} {brackets[0]} ?s")


def test_longest_query_is_bounded() -> None:
    """A query of the longest length is admitted, one character more is not."""
    filler = "SELECT * {} #"
    admit(filler + "x" * (LONGEST_QUERY - len(filler)))
    with pytest.raises(QueryTooLong):
        admit(filler + "x" * (LONGEST_QUERY - len(filler) + 1))


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    """Whatever text comes, the guard answers with a verdict and never with another error."""
    try:
        admit(text)
    except (QueryRefused, QuerySyntaxError):
        return


@pytest.mark.parametrize(
    "piece", ['\\"', '\\"""', "'''\\x", "a.", "<#>", "<a", "<?a)'", "<\\u00000000", "(", "a-", "service:x #\n"]
)
def test_no_text_takes_long_to_judge(piece: str) -> None:
    """The guard takes time in proportion to the length of a text, whatever the text."""
    text = "SELECT * { service1 " + piece * (100_000 // len(piece))
    started = time.process_time()
    with contextlib.suppress(QueryRefused, QuerySyntaxError):
        admit(text)

    assert time.process_time() - started < 5
