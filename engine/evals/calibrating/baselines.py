"""What an agreement is worth: how right one is without reading the answers."""

import random
from collections.abc import Sequence
from typing import Final

from engine.evals.calibrating.labelled import Labelled, shares

_FOLDS: Final = 5
_COIN: Final = 0.5

Cut = tuple[float, str, str]
"""A length, the word up to it, and the word above it."""


def majority(items: Sequence[Labelled]) -> float:
    """Always saying what people say most often."""
    return max(shares(items).values(), default=_COIN)


def coin(items: Sequence[Labelled]) -> float:
    """Saying either word at random."""
    del items
    return _COIN


def length_only(items: Sequence[Labelled], *, seed: int = 0) -> float:
    """Saying what the length alone suggests, by the best cut on the other four fifths of tasks.

    Tells whether labels can be guessed by counting letters; a judge that does no better has shown
    nothing. The majority where there are too few tasks to hold some out.
    """
    tasks = sorted({item.task for item in items})
    if len(tasks) < _FOLDS:
        return majority(items)
    random.Random(seed).shuffle(tasks)
    fold = {task: place % _FOLDS for place, task in enumerate(tasks)}
    right = 0.0
    for out in range(_FOLDS):
        cut = _best_cut([item for item in items if fold[item.task] != out])
        right += sum(_says(cut, item) == item.truth for item in items if fold[item.task] == out)
    return right / len(items)


def _best_cut(items: Sequence[Labelled]) -> Cut:
    """The cut that is right most often on these items; the first of equals."""
    ordered = sorted(items, key=lambda item: item.length)
    words = sorted({item.truth for item in ordered})
    one, other = (words[0], words[-1])
    above = sum(item.truth == one for item in ordered)
    best, found = -1, (float("inf"), one, other)
    ones = 0  # up to the cut
    for place, item in enumerate(ordered, start=1):
        ones += item.truth == one
        if place < len(ordered) and ordered[place].length == item.length:
            continue
        rights = {(one, other): ones + len(ordered) - place - (above - ones)}
        rights[other, one] = len(ordered) - rights[one, other]
        for sides, right in rights.items():
            if right > best:
                best, found = right, (item.length, *sides)
    return found


def _says(cut: Cut, item: Labelled) -> str:
    length, below, above = cut
    return below if item.length <= length else above
