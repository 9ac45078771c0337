"""
The parameters of saved queries: what a value may be, and the RDF term that it writes.
"""

import datetime as dt
import re
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from ontology.iris import Iris
from ontology.namespaces import term

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
PARAMETER_TYPES = {
    "string": (r"[\s\S]*", "any text"),
    "integer": (r"[+-]?[0-9]+", "a whole number, such as 12"),
    "decimal": (r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", "a number with a decimal point, such as 0.8"),
    "boolean": ("true|false", "true or false"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date, such as 2023-05-31"),
    "IRI": (r"[\s\S]+", "an IRI, or the path of a thing, such as measure/ap22-m14"),
}
"""The types of parameters: how a value is written, and that in words."""


class ParameterError(Exception):
    """A parameter of a saved query is missing, unknown or not of its type; the message says what is accepted."""

    def __init__(self, name: str, met: str, accepted: str) -> None:
        super().__init__(f'parameter "{name}": {met}; {accepted}')
        self.name = name


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    A variable of a query that the asker may give a value: *kind* is a type of the header format.

    An optional parameter that is not given leaves the variable free; one with a *default* has it in the query itself.
    """

    name: str
    kind: str
    required: bool
    default: str | None

    def term(self, value: str, iris: Iris) -> NamedNode | Literal:
        """
        The RDF term that *value* writes; a path such as ``measure/ap22-m14`` stands for the thing under ``id/``.

        Raises:
            ParameterError: The value is not of the parameter's type.
        """
        pattern, accepted = PARAMETER_TYPES[self.kind]
        text = value if self.kind == "string" else value.strip()
        refusal = ParameterError(self.name, f'"{value}"', f"write {accepted}")
        if not re.fullmatch(pattern, text):
            raise refusal
        if self.kind == "string":
            return Literal(text)
        if self.kind == "IRI":
            return _node(text, iris, refusal)
        if self.kind == "date":
            try:
                dt.date.fromisoformat(text)
            except ValueError:
                raise refusal from None
        return Literal(text, datatype=term(f"xsd:{self.kind}"))


def _node(text: str, iris: Iris, refusal: ParameterError) -> NamedNode:
    try:
        if _ABSOLUTE.fullmatch(text):
            return NamedNode(text)
        return iris.entity(text.removeprefix("/").removeprefix("id/"))
    except ValueError:
        raise refusal from None
