"""The OpenAPI document as a client gets it."""

from starlette.testclient import TestClient


def test_document_is_found_and_kept(client: TestClient) -> None:
    """The document can be read from other origins, is asked for again by its tag, and names this service."""
    answer = client.get("/openapi.json")
    again = client.get("/openapi.json", headers={"If-None-Match": answer.headers["etag"]})

    assert (200, 304) == (answer.status_code, again.status_code)
    assert "*" == answer.headers["access-control-allow-origin"]
    assert "http://127.0.0.1:8000" == answer.json()["servers"][0]["url"]
    assert (
        "cq-10-measures-running-on-a-day"
        == answer.json()["paths"]["/queries/cq-10-measures-running-on-a-day"]["get"]["operationId"]
    )
