"""
Progress on a terminal: a bar for what may take longer than a second; silent where nobody watches.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from loaders.publish import Step

STEPS = ("read", "copy", "apply", "infer", "validate", "flip")
_PATIENCE = 1.0  # seconds before a bar appears


@contextmanager
def bar(title: str) -> Iterator[Step]:
    """
    A function to be told the name of each of `STEPS` as it begins; it draws on standard error when that is a terminal.
    """
    with tqdm(
        total=len(STEPS), desc=title, unit="step", delay=_PATIENCE, leave=False, disable=not sys.stderr.isatty()
    ) as drawn:

        def step(name: str) -> None:
            drawn.set_postfix_str(name)
            drawn.update(STEPS.index(name) + 1 - drawn.n)

        yield step
