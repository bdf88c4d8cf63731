"""Scores of Inspect as ours: from 0 to 1, or told as they are where they are not that."""

from collections.abc import Iterator
from typing import Any, Final

from engine.interchange.inspect.wire import Score
from engine.interchange.writing import Told

_LETTERS: Final = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""Correct, partially correct, incorrect, no answer."""


def scored(name: str, score: Score) -> Iterator[Told]:
    """A scorer's value, or each of several, as far as it lies between 0 and 1."""
    values = score.value if isinstance(score.value, dict) else {"": score.value}
    for part, value in values.items():
        number = _number(value)
        if number is not None:
            label = f"{name}/{part}" if part else name
            yield Told(label, number, number == 1.0, score.explanation or "")


def unscaled(score: Score) -> bool:
    """Whether a value of it does not lie between 0 and 1, so that it is no score of ours."""
    values = score.value.values() if isinstance(score.value, dict) else [score.value]
    return any(_number(value) is None for value in values)


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return _LETTERS.get(value)
    if isinstance(value, bool | int | float) and 0 <= value <= 1:
        return float(value)
    return None
