"""The style sheet: colours that everybody can read, in light and in dark."""

import re

import pytest

from server.settings import CHECKOUT

_SHEET = (CHECKOUT / "server" / "static" / "style.css").read_text(encoding="utf-8")
_ROOTS = re.findall(r":root \{(.*?)\}", _SHEET, re.DOTALL)
SCHEMES = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", each)) for each in _ROOTS]
TEXT = [
    ("text", "ground"), ("text", "panel"), ("soft", "ground"), ("soft", "panel"), ("soft", "alarm-panel"), ("text", "alarm-panel"),
    ("accent", "ground"), ("accent", "panel"), ("visited", "ground"), ("brand", "ground"), ("on-brand", "brand"),
]  # fmt: skip
EDGES = [("field", "ground"), ("accent", "ground"), ("accent", "panel"), ("alarm", "ground")]


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) > 4 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(scheme: dict[str, str], one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(scheme[one]), _luminance(scheme[other])))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
def test_colours_can_be_read(scheme: dict[str, str]) -> None:
    """Text stands out 4.5 to 1 from what is behind it, edges of fields and the focus ring 3 to 1. Source: WCAG 2.2, 1.4."""
    assert [] == [pair for pair in TEXT if _contrast(scheme, *pair) < 4.5]
    assert [] == [pair for pair in EDGES if _contrast(scheme, *pair) < 3]


def test_both_schemes_have_every_colour() -> None:
    """A colour that is there in light is there in dark."""
    assert 2 == len(SCHEMES)
    assert SCHEMES[0].keys() == SCHEMES[1].keys()
