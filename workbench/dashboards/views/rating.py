"""What the Label page shows."""

from typing import Any, Final

import polars as pl

from workbench.bootstrap.labelling import MARKS, ItemKey
from workbench.dashboards.markup import render
from workbench.dashboards.numbers.rating import Question, RatingNumbers

_MARK_OF: Final = {value: mark for mark, (value, _) in MARKS.items()}


def mark_text(value: float) -> str:
    """A rating in the words of the keys; one from elsewhere as its number."""
    return _MARK_OF.get(value, f"{value:g}")


def draw_progress(numbers: RatingNumbers, rater: str) -> str:
    """How far the rater has come."""
    return render(
        "label_progress.html",
        done=len(numbers.own),
        total=len(numbers.items),
        rater=rater,
        runs=numbers.runs,
        suite=numbers.suite,
        rubric=numbers.rubric.name,
    )


def draw_question(
    question: Question | None,
    total: int,
    finished: bool,  # noqa: FBT001 - drawn anew when it changes
    shown: bool,  # noqa: FBT001
) -> str:
    """The task, the answer, and the reference where it is shown; not whose answer it is."""
    own = question.own if question else None
    return render(
        "label_question.html",
        question=question,
        total=total,
        finished=finished,
        shown=shown,
        mark=mark_text(own["value"]) if own else "",
    )


def draw_agreement(numbers: RatingNumbers) -> str:
    """How far raters agree over this queue, and where they do not, by place in the queue."""
    found = numbers.agreement
    return render(
        "label_agreement.html",
        found=found,
        pairs=found.pairs.to_dicts() if found else [],
        first=numbers.first.pairs.to_dicts() if numbers.first else [],
        criteria=found.criteria.to_dicts() if found else [],
        apart=_apart(numbers, found.disagreements) if found else [],
    )


def _apart(numbers: RatingNumbers, disagreements: pl.DataFrame) -> list[dict[str, Any]]:
    places = {key: place for place, key in enumerate(numbers.keys, 1)}
    rows = []
    for row in disagreements.to_dicts():
        key = ItemKey(row.pop("episode_id"), row["criterion"])
        said = [one | {"mark": mark_text(one["value"])} for one in row["said"]]
        here = key == numbers.at
        rows.append(row | {"said": said, "place": places.get(key, 0), "here": here})
    return sorted(rows, key=lambda row: row["place"])
