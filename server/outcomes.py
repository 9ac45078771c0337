"""
What a command says when it is done: what was published, or why nothing was, and where the whole report lies.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from loaders.publish import Graphs, Outcome, Published, Refused, Unchanged
from ontology.namespaces import term
from server import console
from shapes.report import Report
from sparql.store import Snapshot, Version

REPORT = "report.ttl"
"""The last report, in the folder of the versions."""
_PARTS = frozenset(
    {"involvement", "schedule", "dependency", "fragment", "selector", "value", "execution", "membership"}
)


def tell(outcome: Outcome, language: str) -> bool:
    """
    Say what came of publishing, with every warning; whether what was asked for is now published.
    """
    match outcome:
        case Published(report=Report() as report) if report.count("Warning"):
            sys.stderr.write(without_notes(report).text(language))
    return told(outcome, language)


def told(outcome: Outcome, language: str) -> bool:
    """As `tell`, with warnings counted and not written out: for whoever did not write the data."""
    match outcome:
        case Published(version, report, times):
            print(_published(version, report, times, language), flush=True)
            return True
        case Refused(report, _):
            sys.stderr.write(without_notes(report).text(language))
            sys.stderr.write(f"{console.line('nothing-published', language)}\n")
            return False
        case Unchanged(version):
            print(console.line("unchanged", language, number=str(version.number if version else 0)), flush=True)
            return True


def _published(version: Version, report: Report | None, times: Mapping[str, float], language: str) -> str:
    steps = (
        console.line("step-took", language, step=console.step(name, language), seconds=seconds)
        for name, seconds in times.items()
    )
    return console.line(
        "published",
        language,
        number=str(version.number),
        triples=console.counted("triples", version.triples, language),
        graphs=console.counted("graphs", len(version.counts), language),
        steps=", ".join(steps),
        warnings=_counted(report, language),
    )


def _counted(report: Report | None, language: str) -> str:
    if report is None or not (many := report.count("Warning")):
        return ""
    return console.line("warned", language, warnings=console.counted("warnings", many, language), file=REPORT)


def keep(outcome: Outcome, folder: Path) -> None:
    """Leave the report of *outcome*, if it has one, as a file in *folder*, in place of the one before."""
    match outcome:
        case Published(report=Report() as report) | Refused(report=Report() as report):
            beside = folder / f"{REPORT}.new"
            beside.write_bytes(report.serialize())
            beside.replace(folder / REPORT)


def gone(current: Snapshot, graphs: Graphs) -> list[str]:
    """
    The things that *graphs*, by being replaced, would no longer describe: paths under ``id/``, measures and actors alike.
    """
    kind = term("rdf:type")
    before = {quad.subject for graph in graphs for quad in current.quads(graph) if quad.predicate == kind}
    after = {quad.subject for quads in graphs.values() for quad in quads if quad.predicate == kind}
    paths = [str(node).strip("<>").partition("/id/")[2] for node in before - after]
    return sorted(path for path in paths if path.partition("/")[0] not in _PARTS)


def without_notes(report: Report) -> Report:
    """*report* without its notes: advice, which `hankinta validate` gives and publishing does not repeat."""
    return Report(
        tuple(finding for finding in report.findings if finding.severity != "Info"), report.labels, report.paths
    )


def as_json(report: Report) -> str:
    """
    *report* as a JSON object: whether it conforms, its findings with their messages in every language, no problems.
    """
    findings = [
        {
            "severity": finding.severity,
            "focus": str(finding.focus),
            "path": finding.path.value if finding.path else None,
            "value": str(finding.value) if finding.value is not None else None,
            "shape": finding.shape.value,
            "messages": dict(finding.messages),
        }
        for finding in report.findings
    ]
    return json.dumps({"conforms": report.conforms, "findings": findings, "problems": []}, ensure_ascii=False, indent=2)
