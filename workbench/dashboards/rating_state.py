"""What a rater has chosen on the Label page, and how one gets from question to question."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from engine.errors import BadInput
from engine.evals.judge.rubric import Rubric
from workbench.bootstrap.labelling import ItemKey, Selection
from workbench.bootstrap.rubrics import OVERALL

FIELDS: Final = ("suite", "runs", "sample", "seed", "rubric", "rater")
"""What the address of the page can say."""


@dataclass(frozen=True, slots=True)
class RatingState:
    """The selection as it stands in the address, the rater, and the question on the page."""

    values: Mapping[str, str]
    at: ItemKey | None = None
    """Null: the first question that the rater has not answered."""

    @classmethod
    def of(cls, values: Mapping[str, object], at: ItemKey | None = None) -> Self:
        """From what widgets or an address hold; what is empty is left out."""
        texts = {n: "" if values.get(n) is None else str(values[n]).strip() for n in FIELDS}
        if texts["rubric"] == OVERALL.name:
            texts["rubric"] = ""
        return cls({name: text for name, text in texts.items() if text}, at)

    @property
    def rater(self) -> str:
        """Who rates; empty: nobody has said so yet."""
        return self.values.get("rater", "")

    @property
    def rubric(self) -> str:
        """The name of what is asked; empty: whether the answer is good enough."""
        return self.values.get("rubric", "")

    def selection(self, rubric: Rubric = OVERALL) -> Selection:
        """What is to be labelled by a rubric; raises `BadInput` for what cannot be."""
        runs = (text.strip() for text in self.values.get("runs", "").split(","))
        return Selection(
            suite=self.values.get("suite", ""),
            runs=tuple(filter(None, runs)),
            sample=_whole(self.values.get("sample"), "sample"),
            seed=_whole(self.values.get("seed"), "seed") or 0,
            rubric=rubric,
        )


def next_open(
    keys: Sequence[ItemKey], rated: Collection[ItemKey], at: ItemKey | None
) -> ItemKey | None:
    """The first question after `at` that is not answered, then from the start; null: none is."""
    after = keys.index(at) + 1 if at in keys else 0
    return next((key for key in (*keys[after:], *keys[:after]) if key not in rated), None)


def moved(keys: Sequence[ItemKey], at: ItemKey | None, steps: int) -> ItemKey | None:
    """The question so many steps on, or the last there is; from beyond the end one comes back."""
    place = keys.index(at) if at in keys else len(keys)
    return keys[max(0, min(len(keys) - 1, place + steps))] if keys else None


def following(
    keys: Sequence[ItemKey], marked: Collection[ItemKey], at: ItemKey | None
) -> ItemKey | None:
    """The next of the marked questions after `at`, then from the start; null: none is marked."""
    return next_open(keys, [key for key in keys if key not in marked], at)


def _whole(text: str | None, name: str) -> int | None:
    try:
        return None if text is None else int(text)
    except ValueError:
        raise BadInput(f"{text!r} is no whole number", where=name) from None
