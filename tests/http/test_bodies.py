"""Bodies sent to the graph store: documents and forms that are read, and every kind that is refused whole."""

import gzip
from collections.abc import Iterator

import pytest

from tests.http.writable import BLANK, ONE, TURTLE, TWO, Writable, at, canonical

pytestmark = pytest.mark.xdist_group("store")  # one service for all of them


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


def test_encoded_body_is_refused(service: Writable, graph: str) -> None:
    """A body that is compressed is not taken for what it is not: 415, and nothing is written."""
    answer = service.send("PUT", at(graph), gzip.compress(ONE.encode()), TURTLE, Content_Encoding="gzip")

    assert 415 == answer.status_code
    assert "without Content-Encoding" in answer.json()["detail"]
    assert 404 == service.client.head(at(graph)).status_code


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
