"""
The words of SPARQL that stand alone: keywords, and the names of functions and aggregates.

Source: SPARQL 1.1 Query Language section 19.8 and SPARQL 1.1 Update; SPARQL 1.2 for VERSION, triple terms and directions.
"""

import itertools
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from sparql.tokens import Token

KEYWORDS = frozenset(
    """
    A ADD ALL AS ASC ASK BASE BIND BY CLEAR CONSTRUCT COPY CREATE DATA DEFAULT DELETE DESC DESCRIBE DISTINCT DROP EXISTS FALSE
    FILTER FROM GRAPH GROUP HAVING IN INSERT INTO LIMIT LOAD MINUS MOVE NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT
    SEPARATOR SERVICE SILENT TO TRUE UNDEF UNION USING VALUES VERSION WHERE WITH
    ABS ADJUST AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HASLANG
    HASLANGDIR HOURS IF IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR LANGMATCHES LCASE MAX MD5 MIN MINUTES
    MONTH NOW OBJECT PREDICATE RAND REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE
    STRDT STRENDS STRLANG STRLANGDIR STRLEN STRSTARTS STRUUID SUBJECT SUBSTR SUM TIMEZONE TRIPLE TZ UCASE URI UUID YEAR
    """.split()  # noqa: SIM905 - a list of words is read as a list of words
)
_LIKENESS = 0.75  # of two words, 1 when they are the same
_MOST = 20  # words that are compared


def strange(read: Iterable[Token]) -> Iterator[tuple[Token, str | None]]:
    """
    Each of the tokens *read* that is a word and none of SPARQL, with the one of `KEYWORDS` that it is most like, None when
    it is like none; at most twenty.
    """
    found = (token for token in read if token.kind == "word" and token.text.upper() not in KEYWORDS)
    for token in itertools.islice(found, _MOST):
        yield token, next(iter(get_close_matches(token.text.upper(), sorted(KEYWORDS), 1, _LIKENESS)), None)
