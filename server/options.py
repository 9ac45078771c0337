"""
Options that several commands have.
"""

from enum import StrEnum
from typing import Annotated

import typer


class Language(StrEnum):
    """Languages of what is written for people."""

    FI = "fi"
    SV = "sv"
    EN = "en"


Lang = Annotated[Language, typer.Option("--lang", show_default=False)]
Why = Annotated[str, typer.Option()]
