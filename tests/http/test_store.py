"""
The graph store over HTTP: each method, each address, each status.
"""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from server.settings import Settings
from tests.http.writable import BLANK, ONE, TURTLE, TWO, UPDATE, Writable, at, canonical, empty, writable

pytestmark = pytest.mark.xdist_group("store")  # one service for all of them
BASE = Settings().base_iri
PUBLIC = Settings().public_url


def test_graph_is_put_read_and_taken_away(service: Writable, graph: str) -> None:
    """A graph is made, replaced, read in each format, and taken away, each with its status and version."""
    made = service.put(graph, BLANK)
    replaced = service.put(graph, ONE)
    read = [
        (service.read(at(graph), accept), format_)
        for accept, format_ in (
            ("text/turtle", RdfFormat.TURTLE),
            ("application/n-triples", RdfFormat.N_TRIPLES),
            ("application/rdf+xml", RdfFormat.RDF_XML),
            ("application/ld+json", RdfFormat.JSON_LD),
        )
    ]
    gone = service.send("DELETE", at(graph))

    assert [201, 204, 204] == [each.status_code for each in (made, replaced, gone)]
    assert f"{PUBLIC}{at(graph)}" == made.headers["Location"]
    numbers = [int(each.headers["Hankinta-Version"]) for each in (made, replaced, gone)]
    assert [numbers[0], numbers[0] + 1, numbers[0] + 2] == numbers
    for answer, format_ in read:
        assert canonical(ONE) == canonical(answer.content, format_)
    assert [404, 404] == [service.read(at(graph)).status_code, service.send("DELETE", at(graph)).status_code]


def test_graph_without_accept_is_turtle(service: Writable, graph: str) -> None:
    """A client that accepts anything gets Turtle in UTF-8, and nothing fitting is told with what there is."""
    service.put(graph, BLANK)
    answer = service.read(at(graph), "*/*")
    wrong = service.read(at(graph), "image/png")

    assert "text/turtle; charset=utf-8" == answer.headers["Content-Type"]
    assert canonical(BLANK) == canonical(answer.content, RdfFormat.TURTLE)
    assert 406 == wrong.status_code
    assert "text/turtle" in wrong.json()["alternates"]


def test_head_has_the_headers_of_get(service: Writable, graph: str) -> None:
    """HEAD answers with the headers of GET and no body; of a graph that is not there, 404."""
    service.put(graph, ONE)
    head, get = service.client.head(at(graph)), service.client.get(at(graph))

    assert (200, b"") == (head.status_code, head.content)
    for name in ("Content-Type", "ETag", "Hankinta-Version", "Vary", "Cache-Control"):
        assert get.headers[name] == head.headers[name]
    assert 404 == service.client.head(at(graph + "x")).status_code


def test_post_merges(service: Writable, graph: str) -> None:
    """POST adds to what is there; blank nodes of two requests stay two nodes."""
    statuses = [service.send("POST", at(graph), BLANK, TURTLE).status_code for _ in range(2)]
    statuses.append(service.send("POST", at(graph), TWO, TURTLE).status_code)

    assert [201, 204, 204] == statuses
    assert 5 == service.read(at(graph)).text.count("\n")


def test_post_without_a_graph_makes_one(service: Writable) -> None:
    """POST to the store itself makes a graph, which is read at its Location, and by naming that."""
    made = service.send("POST", "/store", BLANK, TURTLE)
    location = made.headers["Location"]

    assert 201 == made.status_code
    assert location.startswith(f"{PUBLIC}/graph/")
    for address in (location.removeprefix(PUBLIC), at(location), at(location.replace(f"{PUBLIC}/", BASE))):
        assert canonical(BLANK) == canonical(service.read(address).content)


def test_empty_bodies_change_nothing(service: Writable, graph: str) -> None:
    """An empty POST answers 204; an empty PUT empties the graph."""
    service.put(graph, ONE)
    posted = [service.send("POST", at(graph)), service.send("POST", at(graph), "", TURTLE)]

    assert [204, 204] == [each.status_code for each in posted]
    assert canonical(ONE) == canonical(service.read(at(graph)).content)
    assert [204, 404] == [service.put(graph, "").status_code, service.read(at(graph)).status_code]


def test_the_same_again_makes_no_version(service: Writable, graph: str) -> None:
    """What is there already is put again without a new version."""
    first, second = service.put(graph, BLANK), service.put(graph, BLANK)

    assert first.headers["Hankinta-Version"] == second.headers["Hankinta-Version"]


def test_default_graph_is_always_there(service: Writable) -> None:
    """The stored default graph is replaced, merged into, emptied, and never missing."""
    statuses = [
        service.put("default", ONE).status_code,
        service.send("POST", "/store?default", TWO, TURTLE).status_code,
    ]
    held = service.read("/store?default").text
    statuses.append(service.send("DELETE", "/store?default").status_code)
    again = service.send("DELETE", "/store?default")
    empty_ = service.read("/store?default")

    assert [204, 204, 204, 204] == [*statuses, again.status_code]
    assert 2 == held.count("\n")
    assert (200, "") == (empty_.status_code, empty_.text)


def test_direct_address_is_the_graph_of_that_name(service: Writable) -> None:
    """Under /graph/ a graph is at its own address, percent-encoding and all, and means the name under the base."""
    path = "/graph/person/%C3%A5-%31.ttl"
    made = service.send("PUT", path, "<#me> <http://e/p> <x> .", TURTLE)
    name = f"{BASE}{path[1:]}"

    assert 201 == made.status_code
    assert f"{PUBLIC}{path}" == made.headers["Location"]
    assert f"<{name}#me> <http://e/p> <{BASE}graph/person/x> .\n" == service.read(at(name)).text
    assert 404 == service.read("/graph/person/%C3%A5-1.ttl").status_code
    assert 204 == service.send("DELETE", path).status_code


def test_address_under_the_store_is_the_name_of_a_graph(service: Writable) -> None:
    """Under /store/ a graph is named by its address, percent-encoding and all, and is asked for by that name as well."""
    path = "/store/person/%C3%A5-%31.ttl"
    made = service.send("PUT", path, "<#me> <http://e/p> <x> .", TURTLE)
    added = service.send("POST", path, "<#me> <http://e/p> <y> .", TURTLE)

    assert [201, 204] == [made.status_code, added.status_code]
    assert f"{PUBLIC}{path}" == made.headers["Location"]
    assert f"<{PUBLIC}{path}#me> <http://e/p> <{PUBLIC}/store/person/x> .\n" in service.read(at(f"{PUBLIC}{path}")).text
    assert service.read(path).text == service.read(at(f"{PUBLIC}{path}")).text
    assert [404, 404] == [service.client.head(each).status_code for each in (f"{path}x", "/store/person/")]
    assert [204, 404] == [service.send("DELETE", path).status_code for _ in range(2)]


def test_store_with_a_slash_is_the_store(service: Writable) -> None:
    """A slash behind the store's address names no graph: POST makes one, a parameter names one, GET asks for which."""
    assert 201 == service.send("POST", "/store/", ONE, TURTLE).status_code
    assert [200, 400] == [service.read(each).status_code for each in ("/store/?default", "/store/")]


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/store", 400),
        ("GET", "/store?graph=a/b", 400),
        ("GET", "/store?graph=", 400),
        ("GET", "/store?graph=http://e/a%20b", 400),
        ("GET", "/store?graph=http://e/a&default", 400),
        ("GET", "/store?graph=http://e/a&graph=http://e/b", 400),
        ("GET", "/store?graphs=http://e/a", 400),
        ("PUT", "/store", 400),
        ("DELETE", "/store", 400),
        ("QUERY", "/store?default", 405),
        ("TRACE", "/graph/a", 405),
        ("GET", "/update", 405),
        ("PUT", "/update", 405),
    ],
)
def test_wrong_request_is_told(service: Writable, method: str, address: str, status: int) -> None:
    """A request that names no graph, or too many, or takes a wrong method, is answered with what is possible."""
    answer = service.send(method, address, ONE, TURTLE)

    assert status == answer.status_code, answer.text
    if status == 405:
        assert "POST" in answer.headers["Allow"]


def test_options_tell_the_methods(service: Writable) -> None:
    """OPTIONS lists what may be done, and lets scripts of other pages send a token."""
    for address in ("/store", "/graph/a", "/update"):
        answer = service.client.options(address)
        assert 204 == answer.status_code
        assert "POST" in answer.headers["Allow"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    ("authorization", "challenge"),
    [("", None), ("Bearer wrong", "invalid_token"), ("Basic dTpw", "invalid_token"), ("Bearer", "invalid_token")],
)
def test_writing_needs_a_token(
    service: Writable, graph: str, method: str, authorization: str, challenge: str | None
) -> None:
    """Without a token, and with a wrong one, nothing is written; the answer says how to get one."""
    headers = {"Content-Type": TURTLE} | ({"Authorization": authorization} if authorization else {})
    answer = service.client.request(method, at(graph), content=ONE, headers=headers)

    assert 401 == answer.status_code
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert challenge is None or challenge in answer.headers["WWW-Authenticate"]
    assert "hankinta token create" in answer.json()["detail"]
    assert "no-store" == answer.headers["Cache-Control"]
    assert "Authorization" in answer.headers["Vary"]
    assert 404 == service.read(at(graph)).status_code


def test_without_any_token_nobody_writes(tmp_path: Path) -> None:
    """A service for which no token was made refuses to write, whatever is sent, and says what to do."""
    with writable(empty(tmp_path / "var")) as service:
        (service.var / "tokens.json").unlink()
        answers = [service.put("http://e/g", ONE), service.update("CLEAR ALL")]

        assert [403, 403] == [each.status_code for each in answers]
        assert "hankinta token create" in answers[0].json()["detail"]


def test_patch_changes_one_graph(service: Writable, graph: str) -> None:
    """PATCH updates its graph, which is the default graph of the update; another graph it may not touch."""
    service.put(graph, ONE)
    done = service.send("PATCH", at(graph), "DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 }", UPDATE)
    other = service.send("PATCH", at(graph), "INSERT DATA { GRAPH <http://e/other> { <a> <b> 1 } }", UPDATE)
    wrong = service.send("PATCH", at(graph), "INSERT DATA", UPDATE)
    kind = service.send("PATCH", at(graph), ONE, TURTLE)

    assert [204, 422, 400, 415] == [each.status_code for each in (done, other, wrong, kind)]
    assert canonical(TWO) == canonical(service.read(at(graph)).content)
    assert 201 == service.send("PATCH", at(graph + "/new"), "INSERT DATA { <a> <b> 1 }", UPDATE).status_code
