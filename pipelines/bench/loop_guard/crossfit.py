"""Thresholds chosen on one half of the episodes and tried on the other, both ways round."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from engine.contracts import GuardPolicy, Threshold, digest
from pipelines.bench.loop_guard.case import Case, Detector, Score
from pipelines.bench.loop_guard.detectors import at_length, guard

Half = Sequence[Case]
_SIMILAR: Final = (0.5, 0.6, 0.7, 0.8)
_CUT_AT: Final = (2, 3, 4, 5, 6)
_LENGTHS: Final = range(2, 61)


class Fitted(NamedTuple):
    """What came of it: the counts of both halves together, and what was chosen on each."""

    score: Score
    chosen: tuple[str, str]


def halves(cases: Mapping[str, Case]) -> tuple[Half, Half]:
    """Cases by question id in two halves: a question's hash decides where it belongs."""
    odd = {key: int(digest(key.encode())[-1], 16) % 2 for key in cases}
    first, second = ([case for key, case in cases.items() if odd[key] == n] for n in (0, 1))
    return first, second


def grid() -> dict[str, Detector]:
    """Guards by their thresholds, the strictest first: those that stop the fewest episodes."""
    return {
        f"text_similarity {similar:g}, similar_text.cut_at {cut}": guard(
            GuardPolicy(
                text_similarity=similar,
                similar_text=Threshold(warn_at=min(3, cut), cut_at=cut),
            )
        )
        for similar in reversed(_SIMILAR)
        for cut in reversed(_CUT_AT)
    }


def lengths() -> dict[str, Detector]:
    """Cuts at n steps, the strictest first."""
    return {f"n = {most}": at_length(most) for most in reversed(_LENGTHS)}


def crossfit(detectors: Mapping[str, Detector], first: Half, second: Half) -> Fitted:
    """Choose on one half, count on the other; swap; add."""
    there, back = best(detectors, first), best(detectors, second)
    score = Score.of(detectors[there], second) + Score.of(detectors[back], first)
    return Fitted(score, (there, back))


def best(detectors: Mapping[str, Detector], cases: Half) -> str:
    """The one with the best F1; of several equals the middle one, farthest from where it falls."""
    scores = {name: Score.of(detector, cases).f1 for name, detector in detectors.items()}
    most = max(scores.values())
    equals = [name for name, score in scores.items() if score == most]
    return equals[len(equals) // 2]
