"""
What two writings of one query have in common, and whether its answer is the same each time.

Both serve the cache: a query is known again whatever its layout, and one that asks for the time or for chance is never kept.
"""

import re

from sparql.tokens import unescaped

# What white space is left alone in, and white space. Without escapes and long strings, every line begins outside of both.
_PIECE = re.compile(
    r"""(?P<kept><[^<>"{}|^`\\\x00-\x20]*+>|"[^"\r\n]*+"|'[^'\r\n]*+'|\#[^\r\n]*+)|(?P<space>[ \t\r\n]++)""", re.VERBOSE
)
_QUOTED = re.compile(r"""<[^<>"{}|^`\\\x00-\x20']*+'[^<>"{}|^`\\\x00-\x20]*+>""")
# Without comments, strings alone keep their white space. A number sign begins none in an IRI, and what goes on with ``://``
# behind a less-than is no operand.
_STRING = re.compile(r"""("[^"\r\n]*+"|'[^'\r\n]*+')""")
_RUN = re.compile(r"[\t\r\n][ \t\r\n]*+| [ \t\r\n]++")  # all white space but a lone space
_FRAGMENT = re.compile(r"""<[A-Za-z][A-Za-z0-9+.-]*+://[^<>"{}|^`\\\x00-\x20\#]*+\#[^<>"{}|^`\\\x00-\x20\#]*+>""")
# A comment may stand before what follows the word; then nobody looks further, so that time stays linear.
_CHANGING = re.compile(
    r"""\b(?:(?:NOW|RAND|UUID|STRUUID|BNODE)[ \t\r\n]*+[(#]|SERVICE[ \t\r\n]*+(?:SILENT\b|[<?$#]|[^\s(){}:"']*+:))""",
    re.IGNORECASE,
)
_SIGNS = ("now", "rand", "uuid", "bnode", "service")  # no changing answer without one of them; quicker to look for


def normalised(text: str) -> str:
    """
    The query *text* with each run of white space between its tokens as one space; where it has comments, as one line end if
    there was any. Comments stay.

    Equal normal forms mean equal queries. Where that is not certain (escapes, long strings, a quotation mark in what may be
    an IRI or a comparison), the text itself is its normal form.
    """
    if "\\" in text or "'''" in text or '"""' in text or ("'" in text and _QUOTED.search(text)):
        return text
    text = text.strip(" \t\r\n")
    if (signs := text.count("#")) and signs != len(_FRAGMENT.findall(text)):
        return _by_pieces(text)
    parts = _STRING.split(text)
    parts[::2] = [_RUN.sub(" ", part) for part in parts[::2]]
    return "".join(parts)


def _by_pieces(text: str) -> str:
    """The normal form of *text*, which may have comments."""
    has_lines = any(_may_comment(piece["kept"]) for piece in _PIECE.finditer(text) if piece["kept"])

    def shortened(piece: re.Match[str]) -> str:
        if piece["kept"]:
            return piece["kept"]
        return "\n" if has_lines and ("\n" in piece[0] or "\r" in piece[0]) else " "

    return _PIECE.sub(shortened, text)


def _may_comment(piece: str) -> bool:
    """Whether *piece* is a comment, or holds one if its ``<`` is a comparison; an operand does not go on with ``://``."""
    return "#" in piece and piece[0] in "#<" and "://" not in piece.partition("#")[0]


def is_steady(text: str) -> bool:
    """
    Whether the query *text* gives the same answer each time it is asked of one version.

    It may not when it calls NOW, RAND, UUID, STRUUID or BNODE, or asks somebody else; what only looks like that, in a string
    or a comment, counts as well.

    Source: SPARQL 1.1 Query Language sections 17.4.2.7, 17.4.2.12, 17.4.2.13, 17.4.4.5 and 17.4.5.1.
    """
    if "\\" in text:
        text = unescaped(text)
    lowered = text.lower()
    return not (any(word in lowered for word in _SIGNS) and _CHANGING.search(text))
