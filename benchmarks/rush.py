"""
Many questions at once that never end, and what they do to small ones.
"""

import time
from dataclasses import dataclass

from benchmarks.driver import Driven, Load, together
from benchmarks.loads import Driving, Plan, Rounds, driven
from benchmarks.processes import Peer, settle
from benchmarks.questions import QUESTIONS, RUNAWAY, request

_ALL_AT_WORK = 1.0  # seconds until each of the runaways is at work or in the queue
_CLIENTS = 8  # connections over which small questions come
RUNAWAYS = 32


@dataclass(frozen=True, slots=True)
class Rush:
    """Small questions beside runaway ones and by themselves, in turn, and what became of the *runaways*."""

    small: Rounds
    runaways: Driven


def rush(peer: Peer, plan: Plan) -> Rush:
    """
    Ask small cold questions at the pace of *plan*, by themselves and then beside runaway ones, in rounds. The runaways
    of a round are sent at once, over a connection each, and end at the deadline that they ask for.
    """
    small = QUESTIONS[0]
    requests = [request(peer.path, text, small.accept) for text in small.cold(plan.measures)]
    load = Load(peer.port, requests, _CLIENTS, plan.window, plan.patience, plan.pace)
    lasting = plan.window + _ALL_AT_WORK
    wild = [request(peer.path, RUNAWAY, small.accept, timeout=f"{lasting:g}")]
    quiet, beside, runaways = [], [], []
    for _ in range(plan.rounds):
        settle(peer, plan.patience)
        quiet.append(driven(load))
        driving = Driving(Load(peer.port, wild, RUNAWAYS, 0.0, lasting + plan.patience))
        time.sleep(_ALL_AT_WORK)
        beside.append(driven(load))
        runaways.append(driving.outcome())
    return Rush(Rounds(beside, quiet), together(runaways))
