"""
The vocabulary as graphs: ontology, alignments, mappings and concept schemes, from the files of the package `ontology`.
"""

from loaders.statements import Graphs
from ontology import modules
from ontology.iris import Iris


def read(iris: Iris) -> Graphs:
    """The graphs ``ontology``, ``align``, ``mappings`` and ``vocab``: sorted, without blank nodes."""
    return {graph: tuple(quads) for graph, quads in modules.read(iris).items()}
