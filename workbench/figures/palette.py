"""Colours and markers of series (Okabe and Ito 2008, "Color Universal Design")."""

from collections.abc import Sequence
from itertools import cycle, islice
from typing import Final

BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
SKY: Final = "#56B4E9"
YELLOW: Final = "#F0E442"
GREY: Final = "#8A8F98"

_SERIES: Final = (BLUE, ORANGE, GREEN, VERMILLION, PURPLE, SKY, YELLOW, GREY)
_MARKERS: Final = ("circle", "square", "triangle", "diamond", "inverted_triangle", "hex", "plus")
_ENDINGS: Final = {
    "answered": GREEN,
    "recorded": SKY,
    "error": VERMILLION,
    "cancelled": GREY,
}


def colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each series, by its place; more than eight begin again."""
    return dict(zip(names, islice(cycle(_SERIES), len(names)), strict=True))


def markers(names: Sequence[str]) -> dict[str, str]:
    """A marker for each series, by its place; more than seven begin again."""
    return dict(zip(names, islice(cycle(_MARKERS), len(names)), strict=True))


def ending(stop_reason: str) -> str:
    """A stop reason's colour: green for an answer, red for an error, orange for a bound."""
    return _ENDINGS.get(stop_reason, ORANGE)
