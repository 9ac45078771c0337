"""The graph store, asked by date, and asked to replace a part of a graph."""

import pytest

from tests.http.writable import ONE, TURTLE, TWO, Writable, at

pytestmark = pytest.mark.xdist_group("store")  # one service for all of them
LONG_AGO, SOON = "Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"


def test_a_graph_is_not_sent_to_who_has_it(service: Writable, graph: str) -> None:
    """A graph read with the date of the last publication, and nothing since, is answered 304; an entity tag goes before."""
    service.put(graph, ONE)

    def status(**headers: str) -> int:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return service.client.get(at(graph), headers=given).status_code

    assert 304 == status(If_Modified_Since=SOON)
    assert 200 == status(If_Modified_Since=LONG_AGO)
    assert 200 == status(If_Modified_Since="yesterday")
    assert 200 == status(If_Modified_Since=SOON, If_None_Match='"another"')


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_a_change_may_ask_that_nothing_was_published_since(service: Writable, graph: str, method: str) -> None:
    """A change with a date before the last publication is answered 412 and not made; with a later one it is made."""
    service.put(graph, ONE)
    body, kind = ("", "") if method == "DELETE" else (TWO, TURTLE)
    before = service.send(method, at(graph), body, kind, If_Unmodified_Since=LONG_AGO)
    kept = service.read(at(graph))
    after = service.send(method, at(graph), body, kind, If_Unmodified_Since=SOON)

    assert (412, 200, 204) == (before.status_code, kept.status_code, after.status_code)
    assert '"1"' in kept.text
    assert '"2"' not in kept.text


def test_a_date_asks_nothing_of_what_has_none(service: Writable, graph: str) -> None:
    """A date counts neither for a graph that is not there, nor beside an entity tag, nor when it is none."""
    made = service.put(graph, ONE, If_Unmodified_Since=LONG_AGO)
    tag = service.read(at(graph)).headers["ETag"]
    tagged = service.put(graph, TWO, If_Unmodified_Since=LONG_AGO, If_Match=tag)
    vague = service.put(graph, ONE, If_Unmodified_Since="yesterday")

    assert [201, 204, 204] == [each.status_code for each in (made, tagged, vague)]


def test_a_part_does_not_replace_the_whole(service: Writable, graph: str) -> None:
    """PUT with Content-Range, a part of a graph, is answered 400, and the graph is as it was."""
    service.put(graph, ONE)
    refused = service.put(graph, TWO, Content_Range="bytes 0-27/100")

    assert 400 == refused.status_code
    assert "Content-Range" in refused.json()["detail"]
    assert '"1"' in service.read(at(graph)).text
