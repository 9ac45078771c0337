"""
The graph store over HTTP: each method, each status, each hostile body.
"""

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import RdfFormat

from loaders.publish import Publisher
from ontology.iris import Iris
from server.settings import Settings
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore
from tests.http.writable import TURTLE, UPDATE, Writable, at, canonical, writable

pytestmark = pytest.mark.xdist_group("store")  # one service for all of them
BASE = Settings().base_iri
PUBLIC = Settings().public_url
ONE = "<http://e/s> <http://e/p> 1 ."
TWO = "<http://e/s> <http://e/p> 2 ."
BLANK = '<http://e/s> <http://e/p> [ <http://e/q> "a" ] .'
_numbers = iter(range(10_000))


def empty(var: Path) -> Path:
    """A folder with a version that holds nothing."""
    with Validator() as validator:
        Publisher(EmbeddedStore(var), validator, Iris(), "tests").clear("tests")
    return var


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writable]:
    """A service that begins with nothing, shared by the tests of this module."""
    with writable(
        empty(tmp_path_factory.mktemp("store") / "var"), write_bytes=20_000_000, deadline=180.0, write_deadline=180.0
    ) as started:
        yield started


@pytest.fixture
def graph() -> str:
    """A graph that nobody has used."""
    return f"http://e/graph/{next(_numbers)}"


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


def test_documents_of_a_form_are_merged(service: Writable, graph: str) -> None:
    """A form merges its files, each in its own format, named by media type or suffix."""
    service.put(graph, ONE)
    files = [
        ("a", ("a.ttl", BLANK.encode(), "text/turtle; charset=utf-8")),
        ("b", ("b.nt", f"{TWO.replace(' 2 ', ' <http://e/o> ')}\n".encode(), "application/octet-stream")),
    ]
    headers = {"Authorization": f"Bearer {service.token}"}
    answer = service.client.post(at(graph), files=files, headers=headers)

    assert 204 == answer.status_code
    assert 4 == service.read(at(graph)).text.count("\n")


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


def test_encoded_body_is_refused(service: Writable, graph: str) -> None:
    """A body that is compressed is not taken for what it is not: 415, and nothing is written."""
    answer = service.send("PUT", at(graph), gzip.compress(ONE.encode()), TURTLE, Content_Encoding="gzip")

    assert 415 == answer.status_code
    assert "without Content-Encoding" in answer.json()["detail"]
    assert 404 == service.client.head(at(graph)).status_code


def test_store_with_a_slash_is_the_store(service: Writable) -> None:
    """A slash behind the store's address names no graph: POST makes one, a parameter names one, GET asks for which."""
    assert 201 == service.send("POST", "/store/", ONE, TURTLE).status_code
    assert [200, 400] == [service.read(each).status_code for each in ("/store/?default", "/store/")]


def test_document_of_a_form_needs_no_file_name(service: Writable, graph: str) -> None:
    """A document in a form is read by its media type, file or not; one that says none is refused with the whole form."""
    headers = {"Authorization": f"Bearer {service.token}"}
    named, nameless = ("a.ttl", ONE.encode(), TURTLE), (None, TWO.encode(), TURTLE)
    refused = service.client.post(at(graph), files=[("a", named), ("b", (None, b"x"))], headers=headers)
    made = service.client.post(at(graph), files=[("a", named), ("b", nameless)], headers=headers)

    assert (415, 201) == (refused.status_code, made.status_code)
    assert "without a Content-Type" in refused.json()["detail"]
    assert canonical(f"{ONE} {TWO}") == canonical(service.read(at(graph)).content)


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        ("<a> <b> .", TURTLE, 400, "line 1"),
        ("<a> <b> <c>", TURTLE, 400, "met"),
        ("<a> <b> <c> .", "application/rdf+xml", 400, "RDF"),
        ("<rdf:RDF", "application/rdf+xml", 400, "met"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x/>', "application/rdf+xml", 400, "document type"),
        ('{"@context": "http://127.0.0.1:9/c", "@id": "x:a"}', "application/ld+json", 400, "never fetched"),
        ('{"@graph": [{"@id": "x:a", "x:b": "c"}], "@id": "x:g"}', "application/ld+json", 400, "names the graph"),
        ("[" * 5000, "application/ld+json", 400, "nested"),
        (b"\xff\xfe<a> <b> <c> .", TURTLE, 400, "UTF-8"),
        (ONE, "text/plain", 415, "text/turtle"),
        (ONE, "application/trig", 415, "text/turtle"),
        (ONE, "", 415, "without a Content-Type"),
        (ONE, "text/turtle; charset=utf-16", 415, "UTF-8"),
        ("x", "multipart/form-data", 400, "boundary"),
        ("x", "multipart/form-data; boundary=b", 400, "form"),
        ("--b--\r\n", "multipart/form-data; boundary=b", 400, "no file"),
    ],
)
def test_hostile_body_is_refused_whole(
    service: Writable, graph: str, body: str | bytes, kind: str, status: int, words: str
) -> None:
    """A body that cannot be read is answered with what is wrong, and changes nothing."""
    service.put(graph, ONE)
    for method in ("PUT", "POST"):
        answer = service.send(method, at(graph), body, kind)

        assert status == answer.status_code, answer.text
        assert words in answer.json()["detail"]
    assert canonical(ONE) == canonical(service.read(at(graph)).content)


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


def test_too_much_is_refused(service: Writable, graph: str) -> None:
    """A body beyond the limit is refused, announced or not, and an encoded one is not unpacked."""
    line = "<http://e/s> <http://e/p> <http://e/o> .\n"
    much = line * (service.settings.write_bytes // len(line) + 1)

    def parts() -> Iterator[bytes]:
        yield from (much[start : start + 1_000_000].encode() for start in range(0, len(much), 1_000_000))

    announced = service.put(graph, much)
    headers = {"Authorization": f"Bearer {service.token}", "Content-Type": TURTLE}
    streamed = service.client.put(at(graph), content=parts(), headers=headers)
    packed = service.put(graph, ONE, Content_Encoding="gzip")

    assert [413, 413, 415] == [each.status_code for each in (announced, streamed, packed)]
    assert 404 == service.read(at(graph)).status_code


@pytest.mark.long
def test_ten_megabytes_go_in_and_out(service: Writable, graph: str) -> None:
    """A graph of ten megabytes is put and comes back whole, statement by statement."""
    body = "".join(f'<http://e/{number}> <http://e/p> "{"x" * 60}" .\n' for number in range(110_000))
    assert len(body) > 10_000_000
    made = service.put(graph, body, "application/n-triples")

    assert 201 == made.status_code, made.text
    assert sorted(body.splitlines()) == sorted(service.read(at(graph)).text.splitlines())
    service.send("DELETE", at(graph))
