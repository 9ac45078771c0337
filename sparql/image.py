"""
The image of a version in memory: read whole, or made from another version's image by applying what changed.

RocksDB survives no fork, so a zygote must not open it. A process of its own reads the disk and writes N-Quads into a pipe;
it is started as ``python -m sparql.image PATH`` for a whole version, and as ``python -m sparql.image OLD NEW`` for what must
go and, after a line ``#``, what must come. Graphs whose hashes agree are not read.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, RdfFormat, Store, parse

from sparql import counts
from sparql.counts import Counts
from sparql.store import GraphName, graph_of
from sparql.versions import RECORD

_BETWEEN = b"#\n"  # no line of N-Quads that an engine writes is this


@dataclass(frozen=True, slots=True)
class Image:
    """A version in memory: what it holds, and what has been counted of that."""

    store: Store
    counts: Counts


def load(path: str) -> Image:
    """
    The version whose store is at *path*, in memory.

    Raises:
        OSError: It could not be read.
    """
    store = Store()
    with _reader(path) as reader:
        # Parsed and not loaded: loading gives blank nodes new names, and a later change could not find them.
        store.bulk_extend(parse(_output(reader), RdfFormat.N_QUADS))
    _check(reader, path)
    return Image(store, counts.take(store))


def change(image: Image, old: str, new: str) -> Image:
    """
    What *image*, which holds the version whose store is at *old*, becomes when it is made to hold that at *new*.

    Raises:
        OSError: One of the two could not be read; *image* is then of no use.
    """
    with _reader(old, new) as reader:
        found = _output(reader).read()
    _check(reader, new)
    gone, _, come = found.partition(_BETWEEN)
    went, came = (parse(lines, RdfFormat.N_QUADS) for lines in (gone, come))
    return Image(image.store, counts.change(image.store, image.counts, went, came))


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> set[str]:
    """The keys of the graphs whose hashes in the records of two versions differ, those that only one of them has included."""
    return {key for key in {*old, *new} if old.get(key) != new.get(key)}


def _hashes(path: str) -> dict[str, str]:
    record: dict[str, dict[str, str]] = json.loads((Path(path).parent / RECORD).read_text(encoding="utf-8"))
    return record["hashes"]


def _reader(*paths: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "sparql.image", *paths]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _output(reader: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert reader.stdout is not None  # noqa: S101 - a pipe was asked for
    return reader.stdout


def _check(reader: "subprocess.Popen[bytes]", path: str) -> None:
    if reader.returncode:
        raise OSError(f"the store at {path} could not be read into memory")


def _lines(store: Store, graph: GraphName) -> set[bytes]:
    dump = store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph) or b""
    end = b" .\n" if isinstance(graph, DefaultGraph) else f" <{graph.value}> .\n".encode()
    return {line[:-2] + end for line in dump.split(b"\n") if line}


def main(arguments: list[str]) -> int:
    """Write a version, or what changed from one to another, to standard output."""
    out = sys.stdout.buffer
    try:
        if len(arguments) == 1:
            Store.read_only(arguments[0]).dump(out, RdfFormat.N_QUADS)
            return 0
        old, new = map(Store.read_only, arguments)
        come: set[bytes] = set()
        for graph in map(graph_of, differing(*map(_hashes, arguments))):
            before, after = _lines(old, graph), _lines(new, graph)
            out.writelines(before - after)
            come |= after - before
        out.write(_BETWEEN)
        out.writelines(come)
    except BrokenPipeError:
        return 1  # the zygote that asked has been stopped
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
