"""
Names in a query that are those of nothing here: why an answer may be empty though the query is right SPARQL.
"""

import re
from collections.abc import Collection
from urllib.parse import urljoin

from ontology.namespaces import CONCEPT, DEF
from sparql.tokens import Token, tokens, unescaped

_LONGEST = 20_000  # characters; a longer query was written by a program
_MOST = 10  # names that are told
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_RELATIVE = re.compile(r"[A-Za-z/#][^?&=]*")  # what a comparison without spaces looks like is none
_DATASET = {"FROM", "NAMED", "GRAPH"}  # what the IRI of a graph stands behind


def strangers(text: str, terms: Collection[str], graphs: Collection[str]) -> tuple[str, ...]:
    """
    The names in the query *text* that cannot find anything, as they are written, in their order, each once.

    That are names of our vocabulary which are none of its *terms*, names of graphs that are none of *graphs*, and relative
    IRIs without ``BASE``, which are resolved with the address of the endpoint. At most ten; none of a very long query.
    """
    if len(text) > _LONGEST:
        return ()
    prefixes: dict[str, str] = {}
    base: str | None = None
    found: dict[str, None] = {}
    before, last = "", ""
    for token in tokens(unescaped(text)):
        written = token.text
        if before == "PREFIX" and token.kind == "iri":
            prefixes[last] = _resolved(written[1:-1], base)
        elif last.upper() == "BASE" and token.kind == "iri":
            base = _resolved(written[1:-1], base)
        elif last.upper() != "PREFIX":
            iri = _iri(token, prefixes, base)
            if iri is not None and _leads_nowhere(iri, terms, graphs, names_graph=last.upper() in _DATASET):
                found[written] = None
        before, last = last.upper(), written
    return tuple(found)[:_MOST]


def _iri(token: Token, prefixes: dict[str, str], base: str | None) -> str | None:
    """What *token* names, relative when nobody says to what; None when it names nothing that can be judged."""
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        namespace = prefixes.get(f"{prefix}:")
        return None if namespace is None else namespace + local.replace("\\", "")
    if token.kind != "iri":
        return None
    inside = token.text[1:-1]
    return _resolved(inside, base) if _ABSOLUTE.match(inside) or _RELATIVE.fullmatch(inside) else None


def _leads_nowhere(iri: str, terms: Collection[str], graphs: Collection[str], *, names_graph: bool) -> bool:
    if names_graph:
        return iri not in graphs
    local = next((iri[len(space) :] for space in (DEF, CONCEPT) if iri.startswith(space)), "")
    return not _ABSOLUTE.match(iri) or (bool(local) and iri not in terms)


def _resolved(iri: str, base: str | None) -> str:
    return iri if base is None else urljoin(base, iri)
