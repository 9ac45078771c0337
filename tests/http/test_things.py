"""Things and the documents about them: one address for the thing, and a document in each form."""

import json
from typing import Any

import pytest
from pyld import jsonld
from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from starlette.testclient import TestClient

THING = "https://w3id.org/hankintaverkko/id/measure/ap22-m14"
DOC = "/doc/measure/ap22-m14"
FORMS = {
    "jsonld": "application/ld+json",
    "ttl": "text/turtle",
    "html": "text/html",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
PARSED = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}
PLACES = ["/", "/health", "/ready", "/metrics", "/queries", "/queries/measures", "/sparql", DOC, "/id/measure/ap22-m14", "/context.jsonld",
          "/static/style.css", "/def/Measure", "/concept/role/responsible"]  # fmt: skip


@pytest.fixture(scope="module")
def tree(client: TestClient) -> dict[str, Any]:
    """The JSON-LD document about measure 14."""
    response = client.get(DOC, headers={"Accept": "application/ld+json"})
    assert 200 == response.status_code
    parsed: dict[str, Any] = response.json()
    return parsed


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("accept", ["", "*/*", "application/ld+json", "text/turtle", "text/html"])
def test_thing_names_its_document(client: TestClient, accept: str) -> None:
    """The identifier of a thing answers 303 with the document, whatever the client accepts."""
    response = client.get("/id/measure/ap22-m14", headers={"Accept": accept})

    assert 303 == response.status_code
    assert DOC == response.headers["location"]
    assert 200 == client.get(response.headers["location"], headers={"Accept": accept}).status_code


def test_query_of_the_identifier_is_kept(client: TestClient) -> None:
    """Parameters go along with the redirection."""

    assert f"{DOC}?lang=sv" == client.get("/id/measure/ap22-m14?lang=sv").headers["location"]


@pytest.mark.parametrize(("suffix", "media_type"), FORMS.items())
def test_document_comes_by_suffix_and_by_accept(client: TestClient, suffix: str, media_type: str) -> None:
    """A suffix and the header give the same document, which says where this form of it is and where the others are."""
    by_suffix, by_accept = client.get(f"{DOC}.{suffix}"), client.get(DOC, headers={"Accept": media_type})

    assert (200, 200) == (by_suffix.status_code, by_accept.status_code)
    assert by_suffix.content == by_accept.content
    assert media_type == by_accept.headers["content-type"].partition(";")[0]
    assert f"{DOC}.{suffix}" == by_accept.headers["content-location"]
    others = set(FORMS) - {suffix}
    assert all(
        f'<{DOC}.{other}>; rel="alternate"; type="{FORMS[other]}"' in by_accept.headers["link"] for other in others
    )
    assert "Accept" in by_accept.headers["vary"]


def _triples(client: TestClient, suffix: str) -> set[Triple]:
    return {quad.triple for quad in parse(client.get(f"{DOC}.{suffix}").content, PARSED[suffix])}


def test_forms_have_the_same_triples(client: TestClient, tree: dict[str, Any]) -> None:
    """Turtle, N-Triples, RDF/XML, and JSON-LD expanded by its processor with our context, hold the same statements."""
    context = client.get("/context.jsonld")

    def load(url: str, _: object) -> dict[str, Any]:
        assert "http://127.0.0.1:8000/context.jsonld" == url
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": context.json(),
        }

    written = jsonld.to_rdf(tree, {"format": "application/n-quads", "documentLoader": load})
    found = {quad.triple for quad in parse(written.encode(), RdfFormat.N_QUADS)}
    turtle = _triples(client, "ttl")

    assert "application/ld+json" == context.headers["content-type"]
    assert found == turtle == _triples(client, "nt") == _triples(client, "rdf")
    assert NamedNode(THING) in {triple.subject for triple in turtle}


def test_measure_has_all_that_was_promised(tree: dict[str, Any]) -> None:
    """The compact JSON-LD of a measure has its actors, theme, schedule, dependencies and evidence, names as language maps."""
    assert THING == tree["id"]
    assert "http://127.0.0.1:8000/context.jsonld" == tree["@context"]
    assert ["fi", "sv", "en"] == list(tree["prefLabel"])
    assert all(isinstance(name, str) and name for name in tree["prefLabel"].values())
    assert _each(tree["hasResponsibility"])
    for responsibility in _each(tree["hasResponsibility"]):
        assert {"fi", "sv"} & responsibility["involvedAgent"]["prefLabel"].keys()
        assert responsibility["nameAsPrinted"]
    assert _each(tree["theme"])
    assert tree["hasSchedule"]
    assert "@graph" not in tree
    assert "_:" not in json.dumps(tree)


@pytest.mark.parametrize("key", ["hasResponsibility", "hasSchedule"])
def test_every_statement_leads_to_its_evidence(tree: dict[str, Any], key: str) -> None:
    """From the measure, its involvements and its schedule one comes to document, place and quoted words."""
    parts = [tree, *_each(tree[key])]

    assert len(parts) > 1
    for part in parts:
        assert _each(part["evidence"]), part["id"]
        for fragment in _each(part["evidence"]):
            assert "/id/fragment/" in fragment["id"]
            assert fragment["locator"]
            assert "/id/document/d000" in json.dumps(fragment["hasSource"])
            assert any("exact" in selector for selector in _each(fragment["hasSelector"]))


def test_every_dependency_of_every_measure_leads_to_its_evidence(client: TestClient) -> None:
    """Documents of measures that depend on something hold the dependency with its target, kind and evidence."""
    listed = client.get("/queries/dependencies.json").json()["results"]["bindings"]
    sources = sorted({row["from"]["value"] for row in listed if "/id/measure/" in row["from"]["value"]})[:8]
    found = 0
    for source in sources:
        document = client.get("/doc/" + source.partition("/id/")[2]).json()
        for key, value in document.items():
            for part in _each(value):
                if isinstance(part, dict) and "/id/dependency/" in part.get("id", "") and "dependencyTarget" in part:
                    found += 1
                    assert part["evidence"], (source, key)
                    assert all(fragment["locator"] for fragment in _each(part["evidence"]))

    assert found >= len(sources) > 0


@pytest.mark.parametrize(
    "path",
    [
        "/doc/measure/ap22-m999", "/doc/measure/", "/doc/", "/doc/nothing/x", "/doc/measure/AP22", "/doc/measure/ap22-m14.pdf",
        "/doc/measure/ap22-m14/more", "/doc/measure/ap22-m14%3Fx", "/doc/measure/ap22-m14%23x", "/doc/measure%2Fap22-m999",
        "/doc/measure/%F0%9F%92%A9", "/doc/measure/%00", "/doc/measure/%ED%A0%80", "/doc/..%2f..%2fetc%2fpasswd", "/def/Nothing",
        "/def/%3Cx%3E", "/def/a%20b", "/def/", "/def/%22%7D", "/concept/role/nothing", "/concept/%5C", "/queries/nothing",
        "/static/..%2fpages.py", "/static/nothing.js", "/nothing", "/doc/measure/" + "x" * 20_000, "/def/" + "é" * 5000,
    ],
)  # fmt: skip
def test_unknown_address_is_told(client: TestClient, path: str) -> None:
    """What is not there is answered 404 with a problem document, readable across origins, whatever the path holds."""
    response = client.get(path)

    assert 404 == response.status_code
    assert "application/problem+json" == response.headers["content-type"]
    assert response.json()["detail"]
    assert "*" == response.headers["access-control-allow-origin"]


@pytest.mark.parametrize("host", ["evil.example", "a/doc/measure/ap22-m1?", "[", "x:y:z", "", "h\xe4st", "a b", "x#"])
def test_host_header_decides_nothing(client: TestClient, host: str) -> None:
    """Whatever host a request claims, the answer is the same and names it nowhere."""
    headers = {"Host": host.encode("latin-1")}
    document, missing = client.get(DOC + ".jsonld", headers=headers), client.get("/doc/measure/x", headers=headers)
    thing = client.get("/id/measure/ap22-m14?lang=sv", headers=headers)

    assert 200 == document.status_code
    assert client.get(DOC + ".jsonld").content == document.content
    assert "evil" not in str(document.headers)
    assert 404 == missing.status_code
    assert f"{DOC}?lang=sv" == thing.headers["location"]
    assert 404 == client.get("/queries/", headers=headers).status_code


def test_redirection_stays_here(client: TestClient) -> None:
    """An identifier that looks like another host leads nowhere else, and no header is written by the path."""
    for path in ("/id//evil.example/x", "/id/%2f%2fevil.example", "/id/x%0d%0aSet-Cookie:%20a=b"):
        response = client.get(path)

        assert response.status_code in {303, 404}
        assert response.headers.get("location", "/doc/").startswith("/doc/")
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize("accept", ["image/png", "application/pdf, image/*", "text/turtle;q=0"])
def test_what_cannot_be_sent_is_listed(client: TestClient, accept: str) -> None:
    """When no form fits, 406 lists those that there are."""
    response = client.get(DOC, headers={"Accept": accept})

    assert 406 == response.status_code
    assert all(media_type in response.json()["detail"] for media_type in FORMS.values())


@pytest.mark.parametrize("suffix", ["jsonld", "ttl", "nt", "rdf"])
def test_unchanged_document_is_not_sent_again(client: TestClient, suffix: str) -> None:
    """Who has the document gets 304."""
    first = client.get(f"{DOC}.{suffix}")
    again = client.get(f"{DOC}.{suffix}", headers={"If-None-Match": first.headers["etag"]})

    assert 304 == again.status_code
    assert b"" == again.content
    assert first.headers["etag"] == again.headers["etag"]


@pytest.mark.parametrize("path", [*PLACES, "/nothing", "/doc/measure/nothing"])
def test_other_origins_may_read(client: TestClient, path: str) -> None:
    """A browser page of another origin may read every address, answers and errors alike, and may ask beforehand."""
    origin = {"Origin": "https://example.org"}
    read = client.get(path, headers=origin)
    preflight = client.options(path, headers={**origin, "Access-Control-Request-Method": "GET"})

    assert "*" == read.headers["access-control-allow-origin"]
    if path != "/nothing":
        assert 204 == preflight.status_code
        assert "GET" in preflight.headers["access-control-allow-methods"]
    assert "*" == preflight.headers["access-control-allow-origin"]


@pytest.mark.parametrize("path", PLACES)
def test_head_says_what_get_would(client: TestClient, path: str) -> None:
    """HEAD has the status and the headers of GET."""
    get, head = client.get(path), client.head(path)

    assert get.status_code == head.status_code
    for name in ("content-type", "content-location", "etag", "link", "location", "hankinta-version"):
        assert get.headers.get(name) == head.headers.get(name)


@pytest.mark.parametrize("path", PLACES)
def test_reading_addresses_take_no_writing(client: TestClient, path: str) -> None:
    """A method that an address does not have is answered 405 with those it has."""
    response = client.put(path)

    assert 405 == response.status_code
    assert "GET" in response.headers["allow"]
    assert "application/problem+json" == response.headers["content-type"]
    assert "*" == response.headers["access-control-allow-origin"]


@pytest.mark.parametrize("path", ["/def/Measure", "/def/responsible", "/concept/role/responsible", "/concept/role"])
def test_terms_are_dereferenced(client: TestClient, path: str) -> None:
    """A term of the vocabulary and a concept have documents with labels in three languages."""
    response = client.get(path + ".nt")

    assert 200 == response.status_code
    assert all(f"@{language} ." in response.text for language in ("fi", "sv", "en"))


def test_every_kind_of_thing_has_a_document(client: TestClient) -> None:
    """A thing of each type has a document in JSON-LD and as a page."""
    query = "SELECT (SAMPLE(?s) AS ?one) { ?s a ?class FILTER(REGEX(STR(?s), '/id/')) } GROUP BY ?class"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]

    assert len(rows) > 25
    for row in rows:
        path = "/doc/" + row["one"]["value"].partition("/id/")[2]
        document, page = client.get(path), client.get(path, headers={"Accept": "text/html"})
        assert (200, 200) == (document.status_code, page.status_code), path
        assert row["one"]["value"] == document.json()["id"]
