"""Changes upon a condition: tags of graphs, what was read before, and many writers at once."""

import threading

import httpx
import pytest

from tests.http.writable import ONE, TURTLE, TWO, UPDATE, Writable, at, canonical

pytestmark = pytest.mark.xdist_group("store")  # one service for all of them


def test_entity_tag_is_that_of_the_content(service: Writable, graph: str) -> None:
    """A graph unchanged is answered 304; its tag changes with its statements and its format, not with other graphs."""
    service.put(graph, ONE)
    first = service.read(at(graph))
    service.put(graph + "/other", ONE)
    tag = first.headers["ETag"]
    same = service.client.get(at(graph), headers={"Accept": "application/n-triples", "If-None-Match": f'"x", {tag}'})
    other = service.client.get(at(graph), headers={"Accept": "text/turtle", "If-None-Match": tag})
    service.put(graph, TWO)

    assert (304, b"", tag) == (same.status_code, same.content, same.headers["ETag"])
    assert 200 == other.status_code
    assert tag != service.read(at(graph)).headers["ETag"]


def test_change_upon_what_was_read(service: Writable, graph: str) -> None:
    """If-Match lets a change through that is made upon what the client has read, in any format; else 412."""
    service.put(graph, ONE)
    tag = service.read(at(graph), "application/rdf+xml").headers["ETag"]
    passed = service.put(graph, TWO, If_Match=tag)
    late = [
        service.put(graph, ONE, If_Match=tag),
        service.send("DELETE", at(graph), If_Match=tag),
        service.put(graph, ONE, If_Match=f"W/{tag}"),
        service.put(graph, ONE, If_None_Match="*"),
        service.put(graph + "/new", ONE, If_Match="*"),
        service.send("POST", at(graph), ONE, TURTLE, If_Match=tag),
        service.send("PATCH", at(graph), "CLEAR ALL", UPDATE, If_Match=tag),
    ]
    wrong = service.put(graph, ONE, If_Match="abc")

    assert 204 == passed.status_code
    assert [412] * len(late) == [each.status_code for each in late]
    assert 400 == wrong.status_code
    assert canonical(TWO) == canonical(service.read(at(graph)).content)
    assert 201 == service.put(graph + "/new", ONE, If_None_Match="*").status_code


def test_of_writers_at_once_one_wins(service: Writable, graph: str) -> None:
    """Many who change a graph upon the same state: one succeeds, the others are told, and nothing is lost."""
    service.put(graph, ONE)
    tag = service.read(at(graph)).headers["ETag"]
    found: list[httpx.Response] = []

    def write(number: int) -> None:
        found.append(service.put(graph, f"<http://e/s> <http://e/p> {number} .", If_Match=tag))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(10, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [204, 412, 412, 412, 412, 412] == sorted(each.status_code for each in found)


def test_merges_at_once_are_all_kept(service: Writable, graph: str) -> None:
    """Statements posted at the same moment are all there at the end."""

    def write(number: int) -> None:
        service.send("POST", at(graph), f"<http://e/s> <http://e/p> {number} .", TURTLE)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 6 == service.read(at(graph)).text.count("\n")
