"""
RDF terms as text in N-Triples syntax, for where a term must travel through JSON or a form.
"""

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

Bindable = NamedNode | Literal


def parse_term(text: str) -> Bindable:
    """
    The IRI or literal that *text* writes in N-Triples syntax. Inverse of ``str(term)``.

    Raises:
        ValueError: It is no IRI and no literal.

    Source: RDF 1.1 N-Triples section 2.
    """
    try:
        quads = list(parse(f"<urn:s> <urn:p> {text} .", RdfFormat.N_TRIPLES))
    except SyntaxError as met:
        raise ValueError(f"{text} is no IRI and no literal in N-Triples syntax: {met}") from met
    if len(quads) != 1 or not isinstance(quads[0].object, NamedNode | Literal):
        raise ValueError(f'{text} is not one IRI or literal; write <https://example.org/a> or "text"@en')
    return quads[0].object
