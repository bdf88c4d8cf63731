"""What a judge says of an answer, read strictly, and several sayings put together."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import orjson
from pydantic import Field

from engine.contracts import ErrorSpec, JsonObject, Record, Usage
from engine.errors import BadInput
from engine.evals.judge.rubric import Criterion, Rubric

_PERCENT: Final = 100


class CriterionOpinion(Record):
    """A judge's word on one criterion."""

    criterion: str = Field(description="By name.")
    verdict: str = Field(description="One of the criterion's verdicts.")
    passed: bool = Field(description="Whether that is good enough.")
    score: float = Field(ge=0, le=100, description="On the criterion's scale.")
    value: float = Field(ge=0, le=1, description="The score as a share of its scale.")
    confidence: float = Field(ge=0, le=1, description="How sure the judge says it is.")
    reason: str = Field(description="Why, in the judge's words.")


class Opinion(Record):
    """A judge's word on one answer, of one asking or of several."""

    judge: str = Field(description="The model by name.")
    rubric: str = Field(description="The rubric by name.")
    rubric_hash: str = Field(description="Digest of the rubric.")
    method: str = Field(description="How it was asked.")
    value: float = Field(default=0.0, ge=0, le=1, description="How good the answer is.")
    passed: bool = Field(default=False, description="Whether that is good enough.")
    confidence: float = Field(default=0.0, ge=0, le=1, description="How sure the judge says it is.")
    agreement: float = Field(
        default=0.0, ge=0, le=1, description="Share of the askings that say the same."
    )
    repeats: int = Field(ge=1, description="How often it was asked.")
    reason: str = Field(default="", description="Why, for people.")
    criteria: tuple[CriterionOpinion, ...] = Field(default=(), description="By criterion.")
    usage: Usage = Field(default=Usage(), description="Tokens and calls that it took.")
    cost_usd: float | None = Field(default=0.0, ge=0, description="US dollars; null: unknown.")
    error: ErrorSpec | None = Field(
        default=None, description="Set where no judgement came about: then nothing is said."
    )


class _Said(Record):
    """A judge's answer to one criterion, as its schema has it."""

    reason: str = Field(description="Why.")
    verdict: str = Field(description="One of the verdicts.")
    score: int = Field(description="On the scale.")
    confidence: int = Field(ge=0, le=100, description="In percent.")


Saying = tuple[CriterionOpinion, ...]
"""What one asking gave, in the order of the criteria."""


def read_saying(text: str, rubric: Rubric) -> Saying:
    """The whole text as the JSON that the schema asks for; raises `BadInput` for anything else."""
    said = read_object(text)
    names = [criterion.name for criterion in rubric.criteria]
    if {*said} != {*names}:
        raise BadInput(f"criteria are {', '.join(names)}, it speaks of {', '.join(said)}")
    return tuple(_read(said[criterion.name], criterion) for criterion in rubric.criteria)


def read_object(text: str) -> dict[str, Any]:
    """A JSON object that is the whole text; raises `BadInput`."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"the judge's answer is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadInput("the judge's answer is no JSON object")
    return value


def _read(value: Any, criterion: Criterion) -> CriterionOpinion:
    if not isinstance(value, dict):
        raise BadInput("is no object", where=criterion.name)
    said = _Said.parse(value, where=criterion.name)
    if said.verdict not in criterion.verdicts:
        raise BadInput(f"no verdict {said.verdict!r}", where=criterion.name)
    if not criterion.lowest <= said.score <= criterion.highest:
        raise BadInput(f"a score of {said.score} is off the scale", where=criterion.name)
    return CriterionOpinion(
        criterion=criterion.name,
        verdict=said.verdict,
        passed=said.verdict in criterion.passing,
        score=said.score,
        value=criterion.share(said.score),
        confidence=said.confidence / _PERCENT,
        reason=said.reason,
    )


def combined(sayings: Sequence[Saying], rubric: Rubric) -> JsonObject:
    """What several askings come to, as fields of an `Opinion`.

    Each criterion has its commonest verdict, of equals the worst by the rubric's order, the mean
    score and confidence, and the reason first given for it. The agreement is the share of askings
    that, taken alone, pass or fail the answer as the whole does.
    """
    criteria = [_joined(words) for words in zip(*sayings, strict=True)]
    passed = rubric.passes({word.criterion: word.passed for word in criteria})
    alone = [rubric.passes({word.criterion: word.passed for word in one}) for one in sayings]
    return {
        "value": rubric.mean({word.criterion: word.value for word in criteria}),
        "passed": passed,
        "confidence": rubric.mean({word.criterion: word.confidence for word in criteria}),
        "agreement": alone.count(passed) / len(alone),
        "reason": "; ".join(f"{word.criterion}: {word.reason}" for word in criteria),
        "criteria": [word.model_dump(mode="json") for word in criteria],
    }


def _joined(words: Sequence[CriterionOpinion]) -> CriterionOpinion:
    counts = Counter(word.verdict for word in words)
    most = max(counts.values())
    common = [word for word in words if counts[word.verdict] == most]
    chosen = min(common, key=lambda word: (word.passed, word.value))
    verdict = next(word for word in words if word.verdict == chosen.verdict)
    count = len(words)
    return verdict.model_copy(
        update={
            name: sum(getattr(word, name) for word in words) / count
            for name in ("score", "value", "confidence")
        }
    )
