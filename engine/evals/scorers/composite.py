"""Several scorers as one score: weights, conditions, and what each part said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from engine.contracts import Json, JsonObject
from engine.errors import BadInput
from engine.evals.grading import verdict_of
from engine.evals.judge.opinion import Opinion
from engine.evals.late import Assessment, Assessors, Subject, is_late
from engine.evals.outcome import Outcome, Verdict
from engine.evals.scorers.kinds import parse_scorer
from engine.evals.scorers.unbound import Unbound
from engine.evals.task import Scorer, Task

_NO_WORD: Final = "no word: nobody has rated it, or the judge failed"


class CompositeSpec(Unbound):
    """How a composite is written down: its parts as any scorers are."""

    kind: Literal["composite"] = "composite"
    parts: tuple[Json, ...] = Field(min_length=1, description="Scorers by kind, or with options.")
    weights: dict[str, float] = Field(
        default_factory=dict, description="By part's label; 1 where none is given."
    )
    must_pass: tuple[str, ...] = Field(
        default=(), description="Labels of parts without which the whole does not pass."
    )
    threshold: float = Field(default=1.0, ge=0, le=1, description="The least value that passes.")

    def bind(self, folder: Path, where: str = "") -> "Composite":
        """The scorer, its parts ready; raises `BadInput` for a label that no part has."""
        parts = tuple(parse_scorer(entry, folder, where=where) for entry in self.parts)
        labels = [part.label for part in parts]
        if len({*labels}) != len(labels):
            raise BadInput(f"two parts have one label: {', '.join(labels)}", hint="name one")
        if unknown := ({*self.weights} | {*self.must_pass}) - {*labels}:
            known = f"parts: {', '.join(labels)}"
            raise BadInput(f"no part is labelled {', '.join(sorted(unknown))}", hint=known)
        if any(not 0 < weight < float("inf") for weight in self.weights.values()):
            raise BadInput("a weight lies above 0", hint="leave a part out instead")
        return Composite(
            self.name or self.kind,
            tuple(
                Part(p, self.weights.get(p.label, 1.0), p.label in self.must_pass) for p in parts
            ),
            self.threshold,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One scorer of a composite."""

    scorer: Scorer
    weight: float = 1.0
    must_pass: bool = False


@dataclass(frozen=True, slots=True)
class Composite:
    """The weighted mean of its parts; passes at the threshold where all musts pass.

    Parts that only inform, such as a judge without a valid calibration, and parts without a word
    are left out of value and passing, and stand in the details all the same. Where no part may
    gate, the composite informs.
    """

    label: str
    parts: tuple[Part, ...]
    threshold: float = 1.0

    @property
    def late(self) -> bool:
        """Whether a part has to be waited for."""
        return any(is_late(part.scorer) for part in self.parts)

    def judges(self) -> tuple[str, ...]:
        """The models that its parts ask."""
        asked = [part.scorer.judges() for part in self.parts if is_late(part.scorer)]
        return tuple(name for names in asked for name in names)

    def check(self, task: Task) -> None:
        """Every part has to be able to score the task."""
        for part in self.parts:
            try:
                part.scorer.check(task)
            except BadInput as error:
                raise BadInput(f"part {part.scorer.label}: {error.message}") from None

    def score(self, task: Task, outcome: Outcome) -> Verdict:
        """The parts put together; raises `BadInput` where one has to be waited for."""
        found = self._put_together(
            {p.scorer.label: p.scorer.score(task, outcome) for p in self.parts}
        )
        if found is None:
            raise BadInput("no part has a word")
        return found

    async def assess(self, task: Task, subject: Subject, assessors: Assessors) -> Assessment:
        """The parts put together, each asked in its way."""
        words: dict[str, Verdict | None] = {}
        opinions: dict[str, Opinion] = {}
        for part in self.parts:
            scorer = part.scorer
            if is_late(scorer):
                found = await scorer.assess(task, subject, assessors)
                words[scorer.label] = found.verdict
                opinions |= {
                    f"{self.label}.{label}": word for label, word in found.opinions.items()
                }
            else:
                words[scorer.label] = verdict_of(scorer, task, subject.outcome)
        return Assessment(self._put_together(words), opinions)

    def _put_together(self, words: Mapping[str, Verdict | None]) -> Verdict | None:
        spoken = [(p, word) for p in self.parts if (word := words[p.scorer.label]) is not None]
        gating = [(part, word) for part, word in spoken if not word.advisory]
        counted = gating or spoken
        if not counted:
            return None
        value = _mean(counted)
        fails = [p.scorer.label for p, word in counted if p.must_pass and not word.passed]
        passed = not fails and value >= self.threshold - _ROUNDING
        silent = [p.scorer.label for p in self.parts if words[p.scorer.label] is None]
        informing = [p.scorer.label for p, word in spoken if word.advisory] if gating else []
        return Verdict(
            value=value,
            passed=passed,
            reason=_reason(counted, fails, informing, silent),
            advisory=not gating,
            details={
                "parts": [_told(part, words[part.scorer.label]) for part in self.parts],
                "threshold": self.threshold,
                "left_out": [*informing, *silent],
            },
        )


_ROUNDING: Final = 1e-9
Counted = Sequence[tuple[Part, Verdict]]


def _mean(counted: Counted) -> float:
    total = sum(part.weight for part, _ in counted)
    mean = sum(part.weight * word.value for part, word in counted) / total
    return min(1.0, max(0.0, mean))


def _reason(
    counted: Counted, fails: Sequence[str], informing: Sequence[str], silent: Sequence[str]
) -> str:
    short = [(part, word) for part, word in counted if word.value < 1 or not word.passed]
    said = [f"{p.scorer.label}: {word.reason or f'{word.value:.2f}'}" for p, word in short]
    if fails:
        said.insert(0, f"must pass: {', '.join(fails)}")
    if informing:
        said.append(f"left out, for they only inform: {', '.join(informing)}")
    if silent:
        said.append(f"left out, for they have no word: {', '.join(silent)}")
    return "; ".join(said)


def _told(part: Part, word: Verdict | None) -> JsonObject:
    about: JsonObject = {
        "name": part.scorer.label,
        "weight": part.weight,
        "must_pass": part.must_pass,
    }
    if word is None:
        return {**about, "value": None, "passed": None, "reason": _NO_WORD, "counts": False}
    said: JsonObject = {"value": word.value, "passed": word.passed, "reason": word.reason}
    inner: JsonObject = {"details": word.details} if word.details else {}
    return {**about, **said, "counts": not word.advisory, **inner}
