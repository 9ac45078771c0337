"""
What a validation found: findings, and the report that orders, renders and serialises them.

Source: SHACL section 3.6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal as Choice
from typing import cast

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ontology.namespaces import PREFIXES, term

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal
Severity = Choice["Violation", "Warning", "Info"]
Words = Mapping[str, str]

SEVERITIES: tuple[Severity, ...] = ("Violation", "Warning", "Info")
LANGUAGES = ("fi", "sv", "en")
_TYPE = term("rdf:type")
_BOOLEAN = term("xsd:boolean")

_SEVERITY_WORDS: dict[str, dict[Severity, tuple[str, str]]] = {
    "fi": {
        "Violation": ("virhe", "virhettä"),
        "Warning": ("varoitus", "varoitusta"),
        "Info": ("huomautus", "huomautusta"),
    },
    "sv": {
        "Violation": ("fel", "fel"),
        "Warning": ("varning", "varningar"),
        "Info": ("upplysning", "upplysningar"),
    },
    "en": {
        "Violation": ("violation", "violations"),
        "Warning": ("warning", "warnings"),
        "Info": ("note", "notes"),
    },
}
_WORDS: dict[str, dict[str, str]] = {
    "fi": {
        "good": "Tiedot voidaan julkaista",
        "bad": "Tietoja ei voi julkaista",
        "value": "nyt",
        "rule": "sääntö",
        "none": "ei huomautettavaa",
    },
    "sv": {
        "good": "Uppgifterna kan publiceras",
        "bad": "Uppgifterna kan inte publiceras",
        "value": "nu",
        "rule": "regel",
        "none": "inget att anmärka",
    },
    "en": {
        "good": "The data can be published",
        "bad": "The data cannot be published",
        "value": "now",
        "rule": "rule",
        "none": "nothing to remark",
    },
}


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One result: *shape* was not met by *focus*.

    *path* is the property when the shape speaks of a single one, *value* the value node if there is one, *messages* the
    instruction in each language, *names* what the shape speaks of in each language, *rules* the numbers of the
    constraint in the catalogue of rules (``S-18``).
    """

    focus: Term
    path: NamedNode | None
    value: Term | None
    shape: NamedNode
    severity: Severity
    messages: Words
    component: NamedNode
    names: Words = field(default_factory=dict)
    rules: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """What makes two findings the same, as text that sorts: severity, focus, shape, path, value, component."""
        return (
            str(SEVERITIES.index(self.severity)),
            str(self.focus),
            self.shape.value,
            str(self.path or ""),
            str(self.value or ""),
            self.component.value,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """
    The findings of one validation, ordered by severity, focus node, shape, path and value; equal findings once.

    *labels* holds names of focus and value nodes for the reader, *paths* the description of each complex property path
    by shape (its first triple has the path as subject).
    """

    findings: tuple[Finding, ...]
    labels: Mapping[Term, Words] = field(default_factory=dict)
    paths: Mapping[NamedNode, Sequence[Triple]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        findings: Iterable[Finding],
        labels: Mapping[Term, Words] | None = None,
        paths: Mapping[NamedNode, Sequence[Triple]] | None = None,
    ) -> "Report":
        """The report that holds *findings* in their order, each once."""
        unique = {finding.key: finding for finding in findings}
        return cls(tuple(unique[key] for key in sorted(unique)), labels or {}, paths or {})

    @property
    def conforms(self) -> bool:
        """
        Whether the data may be published: there is no violation. Warnings and notes do not count.
        """
        return not any(finding.severity == "Violation" for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def text(self, language: str) -> str:
        """
        The report as a person reads it, in *language* (``fi``, ``sv`` or ``en``), ending in a line break.
        """
        words, severities = _WORDS[language], _SEVERITY_WORDS[language]
        counted = [
            f"{number} {severities[severity][number != 1]}"
            for severity in SEVERITIES
            if (number := self.count(severity))
        ]
        lines = [f"{words['good' if self.conforms else 'bad']}: {', '.join(counted) or words['none']}."]
        for finding in self.findings:
            what = _in(finding.names, language)
            lines += [
                "",
                f"{severities[finding.severity][0].capitalize()}: {self.label(finding.focus, language)}",
                f"  {what + ': ' if what else ''}{_in(finding.messages, language)}",
            ]
            if finding.value is not None and finding.value != finding.focus:
                lines.append(f"  {words['value']}: {self.label(finding.value, language)}")
            lines.append(f"  {words['rule']}: {' '.join((curie(finding.shape), *finding.rules))}")
        return "\n".join(lines) + "\n"

    def label(self, node: Term, language: str) -> str:
        """
        How a person recognises *node*: its path and its name in *language* (else in sv, fi, en), or the literal itself.
        """
        if isinstance(node, Literal):
            return f'"{node.value}"' + (f"@{node.language}" if node.language else "")
        if isinstance(node, BlankNode):
            return str(node)
        name = _in(self.labels.get(node, {}), language)
        return f'{curie(node)} "{name}"' if name else curie(node)

    def triples(self) -> list[Triple]:
        """
        The report in the vocabulary of SHACL.

        ``sh:conforms`` is what the standard says (no result at all), not `conforms`.
        """
        report, conforms = BlankNode("report"), Literal("false" if self.findings else "true", datatype=_BOOLEAN)
        triples = [Triple(report, _TYPE, term("sh:ValidationReport")), Triple(report, term("sh:conforms"), conforms)]
        described: set[NamedNode] = set()
        for number, finding in enumerate(self.findings, start=1):
            result = BlankNode(f"result{number}")
            path: Node | None = finding.path
            if path is None and (description := self.paths.get(finding.shape)):
                path = cast(Node, description[0].subject)  # no path begins with a quoted triple
                if finding.shape not in described:
                    described.add(finding.shape)
                    triples += description
            facts: list[tuple[str, Term | None]] = [
                ("rdf:type", term("sh:ValidationResult")),
                ("sh:focusNode", finding.focus),
                ("sh:resultPath", path),
                ("sh:value", finding.value),
                ("sh:resultSeverity", term("sh:" + finding.severity)),
                ("sh:sourceShape", finding.shape),
                ("sh:sourceConstraintComponent", finding.component),
            ]
            facts += [
                ("sh:resultMessage", Literal(text, language=language))
                for language, text in sorted(finding.messages.items())
            ]
            triples.append(Triple(report, term("sh:result"), result))
            triples += [Triple(result, term(curie_), value) for curie_, value in facts if value is not None]
        return triples

    def serialize(self, format: RdfFormat = RdfFormat.TURTLE) -> bytes:
        """
        The report as an RDF document, written by pyoxigraph: rdflib's writer breaks on ill-typed literals.
        """
        prefixes = PREFIXES if format in {RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML} else None
        return cast(bytes, serialize(self.triples(), format=format, prefixes=prefixes))


def curie(node: NamedNode) -> str:
    """The shortest unambiguous way to write *node* for a person: path under ``id/``, CURIE, or the IRI."""
    _, found, path = node.value.partition("/id/")
    if found:
        return path
    for prefix, namespace in PREFIXES.items():
        if (
            node.value.startswith(namespace)
            and (local := node.value.removeprefix(namespace)).replace("-", "").isalnum()
        ):
            return f"{prefix}:{local}"
    return node.value


def _in(words: Words, language: str) -> str:
    return next((words[tag] for tag in (language, "sv", "fi", "en") if tag in words), next(iter(words.values()), ""))
