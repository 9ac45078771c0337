"""
What was found, as tables: the service beside its peers, its engine and a bare server, and what runaway questions do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import methodcaller

from benchmarks.driver import DISTURBS, Driven, together
from benchmarks.loads import COLD, WARM, Cell, Plan, Rounds
from benchmarks.processes import Absent
from benchmarks.questions import QUESTIONS
from benchmarks.rush import RUNAWAYS, Rush
from benchmarks.subject import Measurement
from benchmarks.table import Value, aligned, number

UNCHANGED = "ASK, unchanged (304)"
"""The words of the question whose answer the client has already."""
_MIB = 1 << 20
_SHARES = (0.5, 0.99, 1)  # what is told of durations
_OF_ROUNDS = "ratio, median of the rounds"
_ALLOWED, _MORE = 1.2, 0.001  # times the engine in process, and seconds beside that


@dataclass(frozen=True, slots=True)
class Found:
    """
    Everything measured over *quads*: this service and the *others*; by cell the *rounds* in which this service and another
    were asked in turn, the engine in process where the cell is cold and a bare server where it is warm; runaway questions.
    """

    quads: int
    ours: Measurement
    others: Sequence[Measurement | Absent]
    rounds: Mapping[Cell, Rounds]
    rush: Rush


def written(found: Found, plan: Plan) -> str:
    """The tables, one after the other."""
    peers = [found.ours, *(each for each in found.others if isinstance(each, Measurement))]
    parts = [f"{found.quads:,} quads, {plan.measures:,} measures; cells of {plan.seconds:g} s"]
    for temperature in (COLD, WARM):
        for connections in plan.connections:
            asked = [peer for peer in peers if _was_asked(peer, connections)]
            parts += [_rates(asked, temperature, connections), _delays(asked, temperature, connections)]
    parts += [_isolation(found), *(_bare(found, count) for count in plan.connections), _rush(found.rush, plan)]
    parts.append(_peers(peers))
    parts += [f"{each.name} was not measured: {each.why}." for each in found.others if isinstance(each, Absent)]
    return "\n\n".join(parts)


def _was_asked(peer: Measurement, connections: int) -> bool:
    return any(cell.connections == connections for cell in peer.cells)


def _rates(peers: Sequence[Measurement], temperature: str, connections: int) -> str:
    header = [f"{_over(temperature, connections)}: answers/s", *(peer.name for peer in peers)]
    header += [f"times {peer.name}" for peer in peers[1:]]
    rows = []
    for question in QUESTIONS:
        cells = [peer.cells.get(Cell(question.words, temperature, connections)) for peer in peers]
        row = [_rate(cell) if cell else _why(peer, question.words) for peer, cell in zip(peers, cells, strict=True)]
        ours = cells[0].rate if cells[0] else None
        rows.append((question.words, *row, *(number(_ratio(ours, cell.rate if cell else None)) for cell in cells[1:])))
    return aligned(header, rows, len(header) - 1)


def _delays(peers: Sequence[Measurement], temperature: str, connections: int) -> str:
    header = [f"{_over(temperature, connections)}: ms"]
    for peer in peers:
        header += [f"{peer.name}: p50", "p99"]
    rows = []
    for question in QUESTIONS:
        row = [question.words]
        for peer in peers:
            cell = peer.cells.get(Cell(question.words, temperature, connections))
            row += [number(_milli(cell.quantile(share))) if cell else "-" for share in (0.5, 0.99)]
        rows.append(row)
    return aligned(header, rows, len(header) - 1)


def _over(temperature: str, connections: int) -> str:
    return f"{temperature}, {connections} connection{'s' if connections > 1 else ''}"


def _why(peer: Measurement, words: str) -> str:
    return peer.missing.get(words, "-")


def _rate(cell: Driven) -> str:
    """Answers per second; what was not answered well is said."""
    words = [number(cell.rate)]
    words += [f"{cell.refused} refused"] if cell.refused else []
    words += [f"{cell.unanswered} unanswered"] if cell.unanswered else []
    return ", ".join(words)


def _isolation(found: Found) -> str:
    header = ("cold, 1 connection, p50 in ms", "engine in process", "over HTTP", "ratio", "within 20 % and 1 ms")
    rows: list[tuple[str, ...]] = []
    for question in QUESTIONS:
        rounds = found.rounds.get(Cell(question.words, COLD, 1))
        if not rounds:
            rows.append((question.words, "-", "-", "-", "-"))
            continue
        inside, over = (together(each).quantile(0.5) for each in (rounds.theirs, rounds.ours))
        within = "-" if over is None or inside is None else "yes" if over <= _ALLOWED * inside + _MORE else "no"
        ratio = rounds.ratio(lambda driven: driven.quantile(0.5))
        rows.append((question.words, number(_milli(inside)), number(_milli(over)), number(ratio), within))
    return aligned(header, rows, 3)


def _bare(found: Found, connections: int) -> str:
    header = (_over(WARM, connections), "bytes", "bare server: answers/s", "this service: answers/s", "ratio")
    rows: list[tuple[str, ...]] = []
    for words in (*(question.words for question in QUESTIONS), UNCHANGED):
        rounds = found.rounds.get(Cell(words, WARM, connections))
        if not rounds:
            rows.append((words, "-", "-", "-", "-"))
            continue
        rates = [number(together(each).rate) for each in (rounds.theirs, rounds.ours)]
        ratio = number(rounds.ratio(lambda driven: driven.rate))
        rows.append((words, f"{found.ours.sizes.get(words, 0):,}", *rates, ratio))
    return aligned(header, rows, 4)


def _rush(rush: Rush, plan: Plan) -> str:
    alone, beside = "by itself", f"beside {RUNAWAYS} runaway questions"
    header = (f"ASK, cold, {plan.pace:g} a second", "answers", "p50 ms", "p99 ms", "longest ms", "refused")
    rows: list[Sequence[str]] = []
    for words, rounds in ((alone, rush.small.theirs), (beside, rush.small.ours)):
        cell = together(rounds)
        delays = [number(_milli(cell.quantile(share))) for share in _SHARES]
        rows.append((words, f"{len(cell.durations):,}", *delays, str(cell.refused)))
    rows.append((_OF_ROUNDS, "", *(number(rush.small.ratio(methodcaller("quantile", share))) for share in _SHARES)))
    for words, rounds in ((alone, rush.small.theirs), (beside, rush.small.ours)):
        cell = together(rounds)
        delays = [number(_milli(cell.quantile_undisturbed(share))) for share in _SHARES]
        rows.append((f"{words}, undisturbed", f"{len(cell.undisturbed):,}", *delays))
    ratios = [number(rush.small.ratio(methodcaller("quantile_undisturbed", share))) for share in _SHARES]
    rows.append((f"undisturbed: {_OF_ROUNDS}", "", *ratios))
    statuses = sorted(rush.runaways.statuses.items())
    became = [f"{count} x {status}" for status, count in statuses]
    became += [f"{rush.runaways.unanswered} unanswered"] if rush.runaways.unanswered else []
    return "\n\n".join(
        (
            aligned(header, rows, 5),
            f"Undisturbed are the answers during which the hypervisor kept no processor from this machine for {DISTURBS:g} s.",
            f"What became of the runaway questions: {', '.join(became) or 'no answer'}.",
        )
    )


def _peers(peers: Sequence[Measurement]) -> str:
    header = ("", *(peer.name for peer in peers), "unit")
    rows: list[tuple[str, ...]] = [
        ("loading the data", *(number(peer.loading) if peer.loading else "-" for peer in peers), "s"),
        ("memory with the data (PSS)", *(number(peer.held / _MIB) for peer in peers), "MiB"),
        ("memory after all questions (PSS)", *(number(peer.holds / _MIB) for peer in peers), "MiB"),
    ]
    for question in QUESTIONS:
        counts = [peer.results.get(question.words) for peer in peers]
        shown = ["-" if count is None else f"{count:,}" for count in counts]
        unit = "triples" if question.gives_graph else "the number" if question.counts else "rows"
        rows.append((f"{question.words}: results", *shown, unit))
    return aligned(header, rows, len(peers))


def _milli(seconds: float | None) -> Value:
    return None if seconds is None else 1000 * seconds


def _ratio(one: float | None, other: float | None) -> Value:
    return one / other if one is not None and other else None
