"""
A service of its own for the suites: an empty version, the strict dataset of the standard, a token to write with.
"""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from tests.cli.conftest import COMMAND, environment
from tests.conformance import solutions
from tests.conformance.engine import format_of
from tests.conformance.manifests import Data, Document

_START = 60.0  # seconds
_EMPTY = Data()
QUERY, UPDATE, FORM = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Service:
    """
    A service at *address*; *token* lets one write. It *holds* the data that it was last given, until somebody writes.
    """

    address: str
    token: str
    client: httpx.Client
    holds: Data | None = field(default=None)

    def hold(self, data: Data) -> None:
        """Make *data* the whole of its dataset, by the Graph Store Protocol."""
        if self.holds == data:
            return
        self.update("DROP ALL")
        for document in data.default:
            if format_of(document).supports_datasets:
                self._post_dataset(document)
            else:
                self._post("default", *_with_base(document))
        for name, document in data.named:
            self._post(f"graph={quote(name, safe='')}", *_with_base(document))
        self.holds = data

    def _post_dataset(self, document: Document) -> None:
        graphs: dict[str, list[Triple]] = {}
        for quad in parse(path=document.path, format=format_of(document), base_iri=document.iri):
            named = isinstance(quad.graph_name, NamedNode)
            key = f"graph={quote(quad.graph_name.value, safe='')}" if named else "default"
            graphs.setdefault(key, []).append(quad.triple)
        for graph, triples in graphs.items():
            self._post(graph, serialize(triples, format=RdfFormat.N_TRIPLES) or b"", "application/n-triples")

    def _post(self, graph: str, content: bytes, media_type: str) -> None:
        response = self.write("POST", f"/store?{graph}", content, media_type)
        assert response.is_success, (graph, response.status_code, response.text)

    def write(self, method: str, path: str, content: bytes | None, media_type: str) -> httpx.Response:
        """The response to a request that may change something."""
        self.holds = None
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media_type}
        return self.client.request(method, path, content=content, headers=headers)

    def update(self, text: str) -> None:
        """Carry out an update."""
        response = self.write("POST", "/update", text.encode(), UPDATE)
        assert response.is_success, (text, response.status_code, response.text)

    def ask(self, text: str, accept: str, way: str = "direct") -> httpx.Response:
        """The response to a query by GET, as a form, or direct."""
        headers = {"Accept": accept}
        match way:
            case "get":
                return self.client.get("/sparql", params={"query": text}, headers=headers)
            case "form":
                return self.client.post("/sparql", data={"query": text}, headers=headers)
        return self.client.post("/sparql", content=text.encode(), headers=headers | {"Content-Type": QUERY})

    def answer(self, query: Document, suffix: str, way: str) -> solutions.Answer:
        """What it answers to *query* in the format of files with that *suffix*."""
        accept = solutions.media_type(suffix)
        response = self.ask(based(query), accept, way)
        assert response.status_code == 200, (response.status_code, response.text)
        assert accept == response.headers["content-type"].partition(";")[0]
        return solutions.read(response.content, suffix, query.iri)


def based(document: Document) -> str:
    """The query or update in *document*, whose own address is its base: over HTTP the service has another."""
    return f"BASE <{document.iri}>\n{document.text}"


def _with_base(document: Document) -> tuple[bytes, str]:
    # The default graph has no address that relative IRIs could be resolved against.
    if format_of(document) is RdfFormat.TURTLE:
        return f"@base <{document.iri}> .\n{document.text}".encode(), "text/turtle"
    triples = parse(path=document.path, format=format_of(document), base_iri=document.iri)
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b"", "application/n-triples"


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Service]:
    """A service over an empty version in *folder*; all its processes end with the block."""
    address = f"http://127.0.0.1:{_free_port()}"
    settings = {
        **environment(folder / "var"),
        "HANKINTA_UNION_DEFAULT_GRAPH": "off",
        "HANKINTA_PUBLIC_URL": address,
        "HANKINTA_MEMORY_TRIPLES": "0",  # every test makes versions, and none is asked often
        "HANKINTA_KEEP": "3",
    }

    def hankinta(*arguments: str) -> str:
        command = [*COMMAND, *arguments]
        return subprocess.run(command, env=settings, cwd=folder, check=True, capture_output=True, text=True).stdout

    hankinta("build", "--data", "none")
    token = hankinta("token", "create", "--name", "suites").split()[-1]
    command = [*COMMAND, "serve", "--port", address.rpartition(":")[2]]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=settings, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(process, address)
            with httpx.Client(base_url=address, timeout=30) as client:
                yield Service(address, token, client)
        finally:
            _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    end = time.monotonic() + _START
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/ready", timeout=5).is_success:
                return
        assert process.poll() is None, "hankinta serve ended"
        assert time.monotonic() < end, f"hankinta serve was not there after {_START:g} seconds"
        time.sleep(0.1)


def _end(process: "subprocess.Popen[bytes]") -> None:
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    _, alive = psutil.wait_procs(family, timeout=20)
    for each in alive:
        each.kill()
    process.wait(10)
