"""The documents about the shapes, whose unnamed nodes have labels."""

import hashlib
import os
import subprocess
import sys

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad

from server import vocabulary
from shapes.library import library

_WRITTEN = """
import hashlib
from ontology.iris import Iris
from ontology.namespaces import SHAPE
from pyoxigraph import NamedNode, RdfFormat
from server import vocabulary
from sparql import documents

for triples in (vocabulary.whole(Iris())[vocabulary.SHAPES], vocabulary.shape(NamedNode(SHAPE + "Measure"))):
    print(hashlib.sha256(documents.written(triples, RdfFormat.TURTLE)).hexdigest())
    print(hashlib.sha256(documents.written(triples, RdfFormat.RDF_XML)).hexdigest())
"""


def _digests(seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _WRITTEN],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.split()


def test_every_process_gives_the_same_bytes() -> None:
    """The documents about all shapes and about one are the same, byte for byte, in every process, and so are their tags."""
    first, second = _digests("1"), _digests("2")

    assert first == second
    assert len(set(first)) == 4
    assert hashlib.sha256().hexdigest() not in first


def test_unnamed_nodes_of_two_files_stay_apart() -> None:
    """The document about all shapes says what the files say, and takes no two of their unnamed nodes for one."""
    triples = [triple for file in library().files for triple in vocabulary._said(file)]
    labelled = {node for triple in triples for node in triple if isinstance(node, BlankNode)}
    read = Dataset(quad for file in library().files for quad in library().graph(file))
    unnamed = {node for quad in read for node in (quad.subject, quad.object) if isinstance(node, BlankNode)}
    together = Dataset(Quad(*triple) for triple in triples)
    for each in (read, together):
        each.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    assert len(unnamed) == len(labelled) > 0
    assert set(read) == set(together)


def test_a_shape_comes_with_its_unnamed_parts() -> None:
    """The document about any shape says everything of the parts of it that have no name, and there are such shapes."""
    documents = [vocabulary.shape(iri) for iri in library().shapes]
    parts = [{triple.object for triple in said if isinstance(triple.object, BlankNode)} for said in documents]

    assert any(parts)
    for said, unnamed in zip(documents, parts, strict=True):
        assert unnamed <= {triple.subject for triple in said}
