"""
What was found, as tables: the service beside its peers, its engine and a bare server, and what runaway questions do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.driver import Driven
from benchmarks.loads import COLD, WARM, Cell, Measurement, Plan, Rush
from benchmarks.peers import Absent
from benchmarks.questions import QUESTIONS
from benchmarks.table import Value, aligned, number

_MIB = 1 << 20
_ALLOWED, _MORE = 1.2, 0.001  # times the engine in process, and seconds beside that


@dataclass(frozen=True, slots=True)
class Found:
    """
    Everything measured over *quads*: this service and the *others*; the durations of the *engine* in process, in seconds,
    by the words of a question; what a *bare* server makes of answers of so many bytes; answers that are *unchanged*.
    """

    quads: int
    ours: Measurement
    others: Sequence[Measurement | Absent]
    engine: Mapping[str, Sequence[float]]
    bare: Mapping[int, Driven]
    unchanged: Driven
    rush: Rush


def written(found: Found, plan: Plan) -> str:
    """The tables, one after the other."""
    peers = [found.ours, *(each for each in found.others if isinstance(each, Measurement))]
    parts = [f"{found.quads:,} quads, {plan.measures:,} measures; cells of {plan.seconds:g} s"]
    for temperature in (COLD, WARM):
        for connections in plan.connections:
            asked = [peer for peer in peers if Cell(QUESTIONS[0].words, temperature, connections) in peer.cells]
            parts.append(_table(asked, temperature, connections))
    parts += [_isolation(found), _bare(found, plan), _rush(found.rush), _peers(peers)]
    parts += [f"{each.name} was not measured: {each.why}." for each in found.others if isinstance(each, Absent)]
    return "\n\n".join(parts)


def _table(peers: Sequence[Measurement], temperature: str, connections: int) -> str:
    header = [f"{temperature}, {connections} connection{'s' if connections > 1 else ''}"]
    for peer in peers:
        header += [f"{peer.name}: answers/s", "p50 ms", "p99 ms"]
    header += [f"times {peer.name}" for peer in peers[1:]]
    rows = []
    for question in QUESTIONS:
        cells = [peer.cells.get(Cell(question.words, temperature, connections)) for peer in peers]
        row = [question.words]
        for cell in cells:
            row += _figures(cell)
        ours = cells[0].rate if cells[0] else None
        rows.append((*row, *(number(_ratio(ours, cell.rate if cell else None)) for cell in cells[1:])))
    return aligned(header, rows, len(header) - 1)


def _figures(cell: Driven | None) -> list[str]:
    if cell is None:
        return ["none in time", "-", "-"]
    return [_rate(cell), number(_milli(cell.quantile(0.5))), number(_milli(cell.quantile(0.99)))]


def _rate(cell: Driven) -> str:
    """Answers per second; what was not answered well is said."""
    refused = sum(count for status, count in cell.statuses.items() if status != "200")
    words = [number(cell.rate)]
    words += [f"{refused} refused"] if refused else []
    words += [f"{cell.unanswered} unanswered"] if cell.unanswered else []
    return ", ".join(words)


def _isolation(found: Found) -> str:
    header = ("cold, 1 connection, p50 in ms", "engine in process", "over HTTP", "ratio", "within 20 % and 1 ms")
    rows = []
    for question in QUESTIONS:
        inside = median(found.engine[question.words])
        over = found.ours.cells[Cell(question.words, COLD, 1)].quantile(0.5)
        within = "-" if over is None else "yes" if over <= _ALLOWED * inside + _MORE else "no"
        rows.append((question.words, number(1000 * inside), number(_milli(over)), number(_ratio(over, inside)), within))
    return aligned(header, rows, 3)


def _bare(found: Found, plan: Plan) -> str:
    many = plan.connections[-1]
    header = (f"warm, {many} connections", "bytes", "bare server: answers/s", "this service: answers/s", "ratio")
    rows = []
    for question in QUESTIONS:
        size = found.ours.sizes[question.words]
        bare, ours = found.bare[size].rate, found.ours.cells[Cell(question.words, WARM, many)].rate
        rows.append((question.words, number(size), number(bare), number(ours), number(_ratio(ours, bare))))
    statuses = ", ".join(sorted(found.unchanged.statuses))
    bare, ours = found.bare[0].rate, found.unchanged.rate
    rows.append((f"ASK, unchanged ({statuses})", "0", number(bare), number(ours), number(_ratio(ours, bare))))
    return aligned(header, rows, 4)


def _rush(rush: Rush) -> str:
    header = ("ASK, cold, 1 connection", "answers/s", "p50 ms", "p99 ms", "refused")
    rows = [
        (
            words,
            number(cell.rate),
            number(_milli(cell.quantile(0.5))),
            number(_milli(cell.quantile(0.99))),
            str(sum(count for status, count in cell.statuses.items() if status != "200")),
        )
        for words, cell in (("by itself", rush.quiet), ("beside 32 runaway questions", rush.beside))
    ]
    ratio = number(_ratio(rush.beside.quantile(0.99), rush.quiet.quantile(0.99)))
    became = ", ".join(f"{count} x {status}" for status, count in sorted(rush.runaways.statuses.items()))
    table = aligned(header, [*rows, ("ratio", "", "", ratio, "")], 4)
    return f"{table}\n\nWhat became of the runaway questions: {became or 'no answer'}."


def _peers(peers: Sequence[Measurement]) -> str:
    header = ("", *(peer.name for peer in peers), "unit")
    rows: list[tuple[str, ...]] = [
        ("loading the data", *(number(peer.loading) if peer.loading else "-" for peer in peers), "s"),
        ("memory after all questions", *(number(peer.memory / _MIB) for peer in peers), "MiB"),
    ]
    for question in QUESTIONS:
        counts = [peer.results.get(question.words) for peer in peers]
        shown = ["-" if count is None else f"{count:,}" for count in counts]
        rows.append((f"{question.words}: results", *shown, "rows or triples"))
    return aligned(header, rows, len(peers))


def _milli(seconds: float | None) -> Value:
    return None if seconds is None else 1000 * seconds


def _ratio(one: float | None, other: float | None) -> Value:
    return one / other if one is not None and other else None
