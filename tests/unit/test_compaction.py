"""JSON-LD of graphs: compact with our context while it is small, expanded and streamed beyond, the same statements in both."""

import io
import json
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from ontology.namespaces import PREFIXES
from sparql.compaction import (
    COMPACTED,
    EXPANDED,
    LARGEST,
    Incompressible,
    JsonLdWriter,
    compacted,
    content_type,
    refuse,
)
from sparql.wire import FrameWriter

_RDFC = CanonicalizationAlgorithm.RDFC_1_0
IRIS = st.sampled_from(
    [
        "http://e/a",
        "http://e/b#c",
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["hv"] + "Measure",
        PREFIXES["hv"] + "theme",
        PREFIXES["rdf"] + "type",
        PREFIXES["dcterms"],
        "urn:x:y",
    ]
).map(NamedNode)
LITERALS = st.one_of(
    st.text(max_size=9).map(Literal),
    st.builds(Literal, st.text(max_size=9), language=st.sampled_from(["fi", "sv", "en-gb"])),
    st.builds(Literal, st.sampled_from(["1", "x", "2026-11-21"]), datatype=IRIS),
)
NODES = st.one_of(IRIS, st.sampled_from("ab").map(BlankNode))


class _Frames:
    """What a worker's connection would have taken: the content type, the body, and whether it was ended."""

    def __init__(self, content_type: str) -> None:
        self.content_type, self.body, self.ended = content_type, b"", False

    def write(self, data: bytes) -> int:
        self.body += bytes(data)
        return len(data)

    def finish(self) -> None:
        self.ended = True


def _writer(opened: list[_Frames], *, compact: bool = True) -> JsonLdWriter:
    """A writer whose frames are added to *opened* when it opens them."""

    def open_frames(content_type: str) -> FrameWriter:
        opened.append(_Frames(content_type))
        return cast(FrameWriter, opened[-1])

    return JsonLdWriter(open_frames, compact)


def written(triples: list[Triple], *, compact: bool = True) -> _Frames:
    """*triples* sent through the writer as a worker sends them."""
    opened: list[_Frames] = []
    writer = _writer(opened, compact=compact)
    serialize(triples, cast(IO[bytes], writer), format=RdfFormat.JSON_LD)
    writer.finish()
    (frames,) = opened
    assert frames.ended
    return frames


def read(body: bytes) -> list[Quad]:
    """The canonical statements of JSON-LD, which needs no other document to be read."""
    dataset = Dataset(parse(body, RdfFormat.JSON_LD))
    dataset.canonicalize(_RDFC)
    return sorted(dataset, key=str)


def canonical(triples: list[Triple]) -> list[Quad]:
    """*triples* with canonical blank nodes, in order."""
    dataset = Dataset(Quad(*triple) for triple in triples)
    dataset.canonicalize(_RDFC)
    return sorted(dataset, key=str)


@given(st.lists(st.builds(Triple, NODES, IRIS, st.one_of(NODES, LITERALS)), max_size=12))
def test_small_graph_is_compact_and_says_the_same(triples: list[Triple]) -> None:
    """A small graph comes with our context, and holds the statements that the query gave and no others."""
    sent = written(triples)

    assert content_type(COMPACTED) == sent.content_type
    assert canonical(triples) == read(sent.body)


def test_names_of_our_context_are_used() -> None:
    """A measure of ours is written with the short names that the context gives, its labels by language."""
    measure = NamedNode("http://e/m")
    label = NamedNode(PREFIXES["skos"] + "prefLabel")
    triples = [
        Triple(measure, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["hv"] + "Measure")),
        Triple(measure, label, Literal("toimi", language="fi")),
        Triple(measure, label, Literal("åtgärd", language="sv")),
    ]

    (node,) = json.loads(written(triples).body)["@graph"]
    assert {"id": "http://e/m", "type": "Measure", "prefLabel": {"fi": "toimi", "sv": "åtgärd"}} == node


def test_real_graph_says_the_same(built: Path) -> None:
    """A thousand statements of the published data survive compaction."""
    store = Store.read_only(str(built / "current" / "store"))
    triples = [quad.triple for quad in store][:1000]

    assert canonical(triples) == read(written(triples).body)


def test_large_graph_is_streamed_expanded() -> None:
    """A graph beyond the size is sent expanded while it is being written, and says so."""
    triples = [Triple(NamedNode(f"http://e/{n}"), NamedNode("http://e/p"), Literal("x" * 100)) for n in range(4000)]
    sent = written(triples)

    assert len(sent.body) > LARGEST
    assert content_type(EXPANDED) == sent.content_type
    assert canonical(triples) == read(sent.body)


def test_large_graph_is_not_held_back() -> None:
    """Beyond the size nothing is collected: what comes in goes out."""
    opened: list[_Frames] = []
    writer = io.BufferedWriter(_writer(opened))
    for _ in range(LARGEST // 1024 + 16):
        writer.write(b"x" * 1024)
    writer.flush()

    assert (LARGEST // 1024 + 16) * 1024 == len(opened[0].body)


def test_expanded_is_sent_to_those_who_ask() -> None:
    """Without a context, the smallest graph is expanded."""
    triples = [Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("x"))]

    assert content_type(EXPANDED) == written(triples, compact=False).content_type


def test_no_context_is_fetched() -> None:
    """Whatever context a document names, nothing is fetched for it, and the refusal names it."""
    with pytest.raises(jsonld.JsonLdError, match="the context http://e/context is not fetched"):
        refuse("http://e/context", None)


@pytest.mark.parametrize(
    "triple",
    [
        Triple(NamedNode("http://e/s"), NamedNode("skos:x"), Literal("1")),
        Triple(NamedNode("skos:x"), NamedNode("http://e/p"), Literal("1")),
        Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), NamedNode("skos:x")),
        Triple(NamedNode("http://e/s"), NamedNode(PREFIXES["rdf"] + "type"), NamedNode("skos:x")),
        Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("1", datatype=NamedNode("skos:x"))),
    ],
)
def test_iris_that_look_like_short_names_stay_what_they_are(triple: Triple) -> None:
    """A graph with IRIs that our context would read as short names is sent expanded."""
    sent = written([triple])

    assert [Quad(*triple)] == read(sent.body)
    assert content_type(EXPANDED) == sent.content_type
    with pytest.raises(Incompressible):
        compacted(serialize([triple], format=RdfFormat.JSON_LD) or b"")
