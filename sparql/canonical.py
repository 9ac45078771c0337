"""
Canonical N-Quads of a graph: the lines, their count, and the two hashes that a version records.

A graph that is replaced whole is known by the SHA-256 of its sorted lines: what ``sha256sum`` says of a sorted dump.
A graph that is changed in place (derived statements, provenance) is known by the sum, modulo 2^256, of the SHA-256 of
each of its lines: adding one line to a million costs one addition, where sorting would cost the million again. Both
depend on the set of statements alone.

Source: RDF Dataset Canonicalization (RDFC-1.0) section 5; RDF 1.2 N-Quads section 4, canonical form.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, Quad, RdfFormat, Store

GraphName: TypeAlias = NamedNode | DefaultGraph
Kind: TypeAlias = Literal["sha256", "sum"]
MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """
    What a version records of one graph: its *count* of statements and its *hash* with the *kind* of hash in front.
    """

    count: int
    hash: str

    @property
    def kind(self) -> Kind:
        """How the hash was made."""
        return "sum" if self.hash.startswith("sum:") else "sha256"

    @property
    def total(self) -> int:
        """The sum that a hash of kind ``sum`` stands for."""
        return int(self.hash.partition(":")[2], 16)


EMPTY_SUM = Fingerprint(0, f"sum:{0:064x}")


def lines(store: Store, graph: GraphName) -> list[bytes]:
    """
    The statements of one graph as canonical N-Quads lines without line ends, in no particular order.
    """
    dump = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b""
    end = b" ." if isinstance(graph, DefaultGraph) else f" <{graph.value}> .".encode()
    found = [line[:-2] + end for line in dump.split(b"\n") if line]
    return _relabelled(found) if any(map(has_blank_node, found)) else found


def has_blank_node(line: bytes) -> bool:
    """Whether the subject or the object of the statement in a *line* of N-Triples or N-Quads is a blank node."""
    subject, _, rest = line.partition(b" ")
    return subject.startswith(b"_:") or rest.partition(b" ")[2].startswith(b"_:")


def _relabelled(found: list[bytes]) -> list[bytes]:
    dataset = Dataset(pyoxigraph.parse(b"\n".join(found) + b"\n", format=RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return _written(dataset).split(b"\n")[:-1]


def fingerprint(found: Iterable[bytes], kind: Kind) -> Fingerprint:
    """
    Count and hash of a graph given by its *found* lines, each of them once, in any order.
    """
    if kind == "sum":
        each = [_number(line) for line in found]
        return Fingerprint(len(each), f"sum:{sum(each) % MODULUS:064x}")
    ordered = sorted(found)
    digest = hashlib.sha256()
    for line in ordered:
        digest.update(line + b"\n")
    return Fingerprint(len(ordered), "sha256:" + digest.hexdigest())


def changed(before: Fingerprint, added: Iterable[bytes], removed: Iterable[bytes]) -> Fingerprint:
    """
    The fingerprint, of kind ``sum``, after lines that were absent are *added* and lines that were there are *removed*.
    """
    plus, minus = [_number(line) for line in added], [_number(line) for line in removed]
    total = (before.total + sum(plus) - sum(minus)) % MODULUS
    return Fingerprint(before.count + len(plus) - len(minus), f"sum:{total:064x}")


def line_of(quad: Quad) -> bytes:
    """One statement as a canonical N-Quads line without its line end."""
    return _written([quad])[:-1]


def stored(quads: Iterable[Quad]) -> list[Quad]:
    """
    The statements as the store keeps them, each once: it rewrites some literals (``"007"`` to ``"7"``).
    """
    store = Store()
    store.extend(quads)
    return list(store)


def _written(quads: Iterable[Quad]) -> bytes:
    return pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""


def _number(line: bytes) -> int:
    return int.from_bytes(hashlib.sha256(line + b"\n").digest(), "big")
