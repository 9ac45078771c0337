"""
Update requests as they are read: without being run, and so that a mistake is told where it was written.
"""

import pyoxigraph
import pytest

from sparql import operations
from sparql.errors import QuerySyntaxError

BASE = "http://example.test/"


def test_forgiving_changes_nothing_else() -> None:
    """What neither makes nor empties a graph, or is silent already, is run as it was sent."""
    text = 'DROP SILENT ALL ; CREATE SILENT GRAPH <x:g> ; INSERT DATA { <x:DROP> <x:p> "CLEAR ALL" } # DROP ALL'

    assert text == operations.forgiving(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("LOAD <http://127.0.0.1:9/>\nINTO ALL", "2:9"),
        ("PREFIX x: <x:>\nDROP ALL ; DROP", "2:16"),
        ("PREFIX x <x:> DROP ALL", "1:9"),
        ("DROP ALL ;\nPREFIX x: <x:> DROP ALL ; DROP", "2:31"),
        ("DROP ALL ; PREFIX x: <x:> DROP ALL ;\nPREFIX y: <y:>\nINSERT DATA { x:a y:b }", "3:23"),
    ],
)
def test_mistake_in_an_update_is_found_without_running_it(text: str, place: str) -> None:
    """An update is read and not run, and a mistake is told at the place where it was written."""
    operations.check("PREFIX x: <x:> LOAD <http://127.0.0.1:9/> ; BASE <x:> INSERT DATA { x:a x:b 1 }", BASE)
    with pytest.raises(QuerySyntaxError, match=f"^error at {place}: "):
        operations.check(text, BASE)


def test_update_of_one_prologue_is_run_as_it_is() -> None:
    """What has its prefixes at the beginning is not taken apart."""
    text = "PREFIX b: <b/> DELETE DATA { b:s b:p 1 ; b:q 2 } ; INSERT DATA { b:s b:p '; PREFIX x: <x:> ' }"

    assert [text] == operations.requests(text)


def test_engine_reads_no_prologue_behind_a_semicolon() -> None:
    """The engine refuses what the grammar allows; when it no longer does, requests need not be taken apart."""
    with pytest.raises(SyntaxError):
        pyoxigraph.Store().update("CLEAR ALL ; PREFIX x: <x:> CLEAR ALL")
