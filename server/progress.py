"""
Progress on a terminal: a bar or a clock for what may take longer than a second; silent where nobody watches.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from loaders.publish import Step
from server import console

STEPS = ("read", "copy", "apply", "infer", "validate", "flip")
_PATIENCE = 1.0  # seconds before a bar appears
_TICK = 0.2  # seconds


@contextmanager
def bar(title: str, language: str) -> Iterator[Step]:
    """
    A function to be told the name of each of `STEPS` as it begins; it draws on standard error when that is a terminal.

    Steps have their names in *language*.
    """
    with tqdm(
        total=len(STEPS),
        desc=title,
        unit=console.step("step", language),
        delay=_PATIENCE,
        leave=False,
        disable=not sys.stderr.isatty(),
    ) as drawn:

        def step(name: str) -> None:
            drawn.set_postfix_str(console.step(name, language))
            drawn.update(STEPS.index(name) + 1 - drawn.n)

        yield step


@contextmanager
def clock(title: str) -> Iterator[None]:
    """
    The seconds that something takes whose steps nobody knows, on standard error when that is a terminal.
    """
    done = threading.Event()

    def tick() -> None:
        with tqdm(
            desc=title, delay=_PATIENCE, leave=False, bar_format="{desc}: {elapsed}", disable=not sys.stderr.isatty()
        ) as drawn:
            while not done.wait(_TICK):
                drawn.update()

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    try:
        yield
    finally:
        done.set()
        ticking.join()
