"""
A service that may be written to: its client, its token, and what a test asks of both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from httpx import Response
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
from starlette.testclient import TestClient

from loaders.publish import Publisher
from ontology.iris import Iris
from server.app import create
from server.serving import pool
from server.settings import Settings
from server.tokens import Tokens
from shapes.validator import Validator
from sparql.embedded import EmbeddedStore
from tests.http.asking import PATIENCE

TURTLE, UPDATE = "text/turtle", "application/sparql-update"
ONE = "<http://e/s> <http://e/p> 1 ."
TWO = "<http://e/s> <http://e/p> 2 ."
BLANK = '<http://e/s> <http://e/p> [ <http://e/q> "a" ] .'


@dataclass
class Writable:
    """The service over the versions in *var*, and the *token* that opens it."""

    client: TestClient
    token: str
    var: Path
    settings: Settings
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, address: str, body: str | bytes = b"", kind: str = "", **headers: str) -> Response:
        """A request with the token; *kind* is its media type, underscores in names of *headers* are hyphens."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if kind:
            given["Content-Type"] = kind
        sent = {"Authorization": f"Bearer {self.token}"} | given
        return self.client.request(method, address, content=body, headers=sent)

    def put(self, graph: str, body: str, kind: str = TURTLE, **headers: str) -> Response:
        """PUT a graph at its name."""
        return self.send("PUT", at(graph), body, kind, **headers)

    def update(self, text: str, query: str = "", **headers: str) -> Response:
        """POST an update."""
        return self.send("POST", f"/update{query}", text, UPDATE, **headers)

    def read(self, address: str, accept: str = "application/n-triples") -> Response:
        """GET a graph, without a token."""
        return self.client.get(address, headers={"Accept": accept})

    def ask(self, query: str) -> bool:
        """What an ASK query is answered."""
        answer = self.client.get("/sparql", params={"query": query}, headers={"Accept": "application/json"})
        assert 200 == answer.status_code, answer.text
        return bool(answer.json()["boolean"])


def at(graph: str) -> str:
    """The address of a graph, which is named by its IRI or is the default one."""
    return "/store?default" if graph == "default" else f"/store?graph={quote(graph, safe='')}"


def canonical(body: bytes | str, format_: RdfFormat = RdfFormat.TURTLE) -> str:
    """The statements of a document, in a form in which equal graphs are equal text."""
    dataset = Dataset(parse(body if isinstance(body, bytes) else body.encode(), format=format_))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(f"{quad.triple}" for quad in dataset))


def empty(var: Path) -> Path:
    """A folder with a version that holds nothing."""
    with Validator() as validator:
        Publisher(EmbeddedStore(var), validator, Iris(), "tests").clear("tests")
    return var


@contextmanager
def writable(var: Path, **settings: Any) -> Iterator[Writable]:
    """A service over the versions in *var*, with a token of its own; time runs out only where it is set."""
    chosen = Settings(var=var, query_workers=2, **{"deadline": PATIENCE, "write_deadline": PATIENCE} | settings)
    token = Tokens(var).create(f"tests-{len(Tokens(var).all())}", datetime.now(UTC))
    app = create(chosen)
    with pool(chosen):
        try:
            yield Writable(TestClient(app, follow_redirects=False), token, var, chosen)
        finally:
            app.context.writer.close()
