"""
SPARQL updates as text: which graphs one may change, and the dataset that the protocol gives to its patterns.

The engine knows neither: it tells nobody what it has changed, and takes no dataset beside the update.

Source: SPARQL 1.1 Update sections 3 and 4; SPARQL 1.1 Protocol section 2.2.3.
"""

import re
from collections.abc import Iterable, Sequence

from pyoxigraph import DefaultGraph, NamedNode

from sparql.canonical import GraphName
from sparql.tokens import tokens, unescaped

_ELSEWHERE = {"GRAPH", "WITH", "USING", "INTO", "TO", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "LOAD"}
_GRAPH = re.compile(r"\bgraph\b(?P<named>\s*(?:<|[\w.-]*:))?", re.IGNORECASE)
_PREFIX = re.compile(r"\bprefix\b(?:\s+(?P<name>[^\s:<]*):\s*<(?P<iri>[^<>\s]*)>)?", re.IGNORECASE)
_ANYWHERE = re.compile(r"\b(?:all|named|base)\b|<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\s]*>", re.IGNORECASE)


def touchable(text: str, graphs: Iterable[NamedNode]) -> list[GraphName] | None:
    """
    The stored default graph, and those of *graphs* that the update *text* may change; None when it may be any.

    Never one too few: a graph counts when its IRI, or a prefix of it, is anywhere in the text, and a graph that a
    variable or a relative IRI may name makes the answer None.
    """
    plain = unescaped(text)
    prefixes = list(_PREFIX.finditer(plain))
    named = all(match["named"] for match in _GRAPH.finditer(plain))
    if not named or _ANYWHERE.search(plain) or not all(match["iri"] for match in prefixes):
        return None
    namespaces = tuple(match["iri"] for match in prefixes)
    found = (graph for graph in graphs if f"<{graph.value}>" in plain or graph.value.startswith(namespaces))
    return [DefaultGraph(), *found]


def names_graphs(text: str) -> bool:
    """Whether the update *text* may speak of any graph but its default graph."""
    plain = unescaped(text)
    return any(token.kind == "word" and token.text.upper() in _ELSEWHERE for token in tokens(plain))


def with_dataset(text: str, default: Sequence[NamedNode], named: Sequence[NamedNode]) -> str:
    """
    The update *text* whose patterns look at the graphs *default* and *named*: a USING clause before every WHERE.

    ``DELETE WHERE`` takes no such clause, so it becomes the longer form that means the same.
    """
    if not default and not named:
        return text
    clauses = "".join([*(f"USING {graph} " for graph in default), *(f"USING NAMED {graph} " for graph in named)])
    parts, place, depth = [], 0, 0
    before = ""
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if token.kind == "mark":
            depth += token.text.count("{") - token.text.count("}")
        elif depth == 0 and word == "WHERE":
            pattern = _group(text, token.offset + len(word)) if before == "DELETE" else ""
            parts += [text[place : token.offset], pattern, f" {clauses}"]
            place = token.offset
        before = word
    return "".join([*parts, text[place:]])


def _group(text: str, start: int) -> str:
    """The group in braces that begins after *start*; empty when none closes, which the engine then says."""
    depth = 0
    for token in tokens(text[start:]):
        for place, sign in enumerate(token.text if token.kind == "mark" else "", start + token.offset):
            depth += (sign == "{") - (sign == "}")
            if sign == "}" and depth == 0:
                return text[start : place + 1]
    return ""
