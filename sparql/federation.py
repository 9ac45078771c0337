"""
Parts of a query that other endpoints answer: found, asked for, and put back as data.

The engine would do HTTP itself, unchecked, and its workers have no network. So each ``SERVICE <endpoint> { … }`` is taken out
of the query before the engine sees it, and ``VALUES`` with what the endpoint answered stands in its place: the same
solutions, since a SERVICE pattern is evaluated on its own and then joined. What comes out goes through the guard like any
other query, so a SERVICE that was overlooked here is refused there.

Source: SPARQL 1.1 Federated Query sections 2 and 4.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from sparql.errors import QueryRefused, QuerySyntaxError, ServiceFailed
from sparql.guard import Form, line_of
from sparql.tokens import Token, readings, tokens, unescaped

MOST_CALLS = 5  # in one query
MOST_ROWS = 10_000  # solutions of one call
_FORMS = frozenset(Form.__members__)
_SKOLEM = "urn:hankinta:blank:"


@dataclass(frozen=True, slots=True)
class Call:
    """
    One SERVICE pattern: the *endpoint* that is asked the *query*, *silent* when its failure counts as an empty answer; it
    stands from *start* to *end* in the text.
    """

    endpoint: str
    query: str
    silent: bool
    start: int
    end: int


def calls(text: str, allowed: Collection[str]) -> list[Call]:
    """
    The calls of *text*, a query, in their order; none when it has none.

    Raises:
        QueryRefused: An endpoint is not among those *allowed*, is a variable, or the text can be read in two ways.
        QuerySyntaxError: A pattern does not end.
    """
    if "service" not in unescaped(text).lower():
        return []
    found = list(tokens(text))
    places = [place for place, token in enumerate(found) if _is_service(token)]
    if {token.offset for token in readings(text) if _is_service(token)} != {found[place].offset for place in places}:
        raise QueryRefused(
            "the query can be read in two ways, and one of them asks another endpoint; write a space around each < and "
            "no \\u escapes"
        )
    if len(places) > MOST_CALLS:
        raise QueryRefused(f"the query asks other endpoints {len(places)} times; at most {MOST_CALLS} are accepted")
    prologue = _prologue(text, found)
    made: list[Call] = []
    for place in places:
        if made and found[place].offset < made[-1].end:
            raise QueryRefused(f"line {line_of(text, found[place])}: a SERVICE inside a SERVICE is not passed on")
        made.append(_call(text, found, place, prologue, allowed))
    return made


def _is_service(token: Token) -> bool:
    return token.kind == "word" and token.text.upper() == "SERVICE"


def _prologue(text: str, found: Sequence[Token]) -> str:
    form = next((token for token in found if token.kind == "word" and token.text.upper() in _FORMS), None)
    return text[: form.offset] if form else ""


def _call(text: str, found: Sequence[Token], place: int, prologue: str, allowed: Collection[str]) -> Call:
    start, line = found[place].offset, line_of(text, found[place])
    rest = iter(found[place + 1 :])
    named = next(rest, None)
    silent = named is not None and named.kind == "word" and named.text.upper() == "SILENT"
    if silent:
        named = next(rest, None)
    endpoint = _endpoint(named, found)
    if endpoint is None:
        raise QueryRefused(f"line {line}: name the endpoint of SERVICE by its IRI; one from a variable is not asked")
    if endpoint not in allowed:
        known = ", ".join(f"<{each}>" for each in sorted(allowed))
        raise QueryRefused(f"line {line}: <{endpoint}> is not among the endpoints that are asked from here: {known}")
    depth, opened = 0, None
    for token in rest:
        if opened is None and not token.text.startswith("{"):
            break
        for offset, mark in enumerate(token.text if token.kind == "mark" else "", token.offset):
            opened = offset if opened is None else opened
            depth += (mark == "{") - (mark == "}")
            if not depth:
                return Call(endpoint, f"{prologue} SELECT * {text[opened : offset + 1]}", silent, start, offset + 1)
    raise QuerySyntaxError(f"error at {line}:1: the pattern of SERVICE does not begin with {{ or does not end with }}")


def _endpoint(named: Token | None, found: Sequence[Token]) -> str | None:
    if named is None or named.kind not in {"iri", "name"}:
        return None
    if named.kind == "iri":
        return named.text[1:-1]
    prefix, _, local = named.text.partition(":")
    for word, name, iri in zip(found, found[1:], found[2:], strict=False):
        if word.kind == "word" and word.text.upper() == "PREFIX" and name.text == f"{prefix}:" and iri.kind == "iri":
            return iri.text[1:-1] + re.sub(r"\\(.)", r"\1", local)
    return None


def values(answer: bytes, endpoint: str) -> str:
    """
    A group pattern with the solutions of *answer*, SPARQL results in JSON. A blank node becomes an IRI of its endpoint's.

    Raises:
        ServiceFailed: It is no such document, or has more than `MOST_ROWS` solutions.
    """
    try:
        results = parse_query_results(answer, QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise ServiceFailed(f"<{endpoint}> answered with no solutions")
        names = [variable.value for variable in results.variables]
        rows = []
        for solution in results:
            rows.append(f"({' '.join(_written(solution[name], endpoint) for name in names)})")
            if len(rows) > MOST_ROWS:
                raise ServiceFailed(
                    f"<{endpoint}> answered with more than {MOST_ROWS:,} solutions; narrow the SERVICE pattern"
                )
    except (SyntaxError, ValueError) as met:
        raise ServiceFailed(f"<{endpoint}> answered with what is no SPARQL result in JSON: {met}") from met
    return f"{{ VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }} }}"


NOTHING = "{ }"  # what a silent call that failed is: one solution without bindings


def _written(term: object, endpoint: str) -> str:
    match term:
        case None:
            return "UNDEF"
        case BlankNode():
            return str(NamedNode(f"{_SKOLEM}{endpoint}#{term.value}"))
        case NamedNode() | Literal():
            return str(term)
        case _:
            raise ServiceFailed(f"<{endpoint}> answered with a triple term, which is not taken over")


def replaced(text: str, made: Sequence[Call], patterns: Sequence[str]) -> str:
    """
    *text* with each of the calls *made* replaced by the pattern at its place among *patterns*.

    A comment says where it comes from, so that nobody takes the answer for one that stays the same (`sparql.normal`).
    """
    parts: list[str] = []
    place = 0
    for call, pattern in zip(made, patterns, strict=True):
        parts += [text[place : call.start], f"\n# SERVICE <{call.endpoint}>\n", pattern, " "]
        place = call.end
    return "".join([*parts, text[place:]])
