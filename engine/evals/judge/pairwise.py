"""Which of two answers is better, always asked in both orders."""

from typing import Any, Final, Literal

from pydantic import Field

from engine.contracts import ErrorSpec, Model, ModelRequest, Record, Usage
from engine.errors import BadInput, ModelGarbled, WorkbenchError
from engine.evals.judge.judge import RETRY_SEED, TRIES, Spent, said
from engine.evals.judge.opinion import read_object
from engine.evals.judge.prompt import VERSION, pair_request
from engine.evals.judge.rubric import Rubric

METHOD: Final = "pair, prompt {}, both orders, {} reference"
Winner = Literal[1, 2, 0]
"""Which of the two answers, by their own numbers; 0: neither."""

_AS_SHOWN: Final[dict[str, Winner]] = {"1": 1, "2": 2, "tie": 0}
_SWAPPED: Final[dict[str, Winner]] = {"1": 2, "2": 1, "tie": 0}


class PairOpinion(Record):
    """A judge's word on two answers; order-inconsistent words are a tie, and said to be."""

    judge: str = Field(description="The model by name.")
    rubric: str = Field(description="The rubric by name.")
    rubric_hash: str = Field(description="Digest of the rubric.")
    method: str = Field(description="How it was asked.")
    as_shown: Winner | None = Field(default=None, description="The winner, the first shown first.")
    swapped: Winner | None = Field(default=None, description="The winner, the second shown first.")
    confidence: float = Field(default=0.0, ge=0, le=1, description="Mean of both orders.")
    reason: str = Field(default="", description="Why, of both orders.")
    usage: Usage = Field(default=Usage(), description="Tokens and calls that it took.")
    cost_usd: float | None = Field(default=0.0, ge=0, description="US dollars; null: unknown.")
    error: ErrorSpec | None = Field(default=None, description="Set where no judgement came about.")

    @property
    def consistent(self) -> bool:
        """Whether both orders name the same winner, or neither."""
        return self.as_shown == self.swapped

    @property
    def winner(self) -> Winner:
        """The winner in both orders; else neither."""
        return self.as_shown if self.consistent and self.as_shown is not None else 0

    @property
    def first_shown(self) -> float:
        """Share of its words for whichever was shown first: 1/2 without a position bias."""
        words = ((self.as_shown, 1), (self.swapped, 2))
        return sum(0.5 if winner == 0 else float(winner == first) for winner, first in words) / 2


class _Said(Record):
    """A judge's answer, as its schema has it."""

    reason: str = Field(description="Why.")
    verdict: Literal["1", "2", "tie"] = Field(description="Which is better, as shown.")
    confidence: int = Field(ge=0, le=100, description="In percent.")


def pair_method(*, reference: bool) -> str:
    """The way of asking in a word."""
    return METHOD.format(VERSION, "with" if reference else "without")


async def judge_pair(
    model: Model,
    rubric: Rubric,
    task: str,
    answers: tuple[str, str],
    *,
    reference: str | None = None,
    seed: int = 0,
) -> PairOpinion:
    """Ask about two answers in both orders; an opinion with an error where one asking fails."""
    spent = Spent()
    about: dict[str, Any] = {
        "judge": model.name,
        "rubric": rubric.name,
        "rubric_hash": rubric.hash,
        "method": pair_method(reference=reference is not None),
    }
    orders = (answers, answers[::-1])
    requests = [pair_request(rubric, task, *o, reference=reference, seed=seed) for o in orders]
    try:
        one, other = [await _ask(model, request, spent) for request in requests]
    except WorkbenchError as error:
        about |= {"error": ErrorSpec.of(error), "reason": f"no judgement: {error}"}
        return PairOpinion(**about, usage=spent.usage, cost_usd=spent.cost_usd)
    return PairOpinion(
        **about,
        as_shown=_AS_SHOWN[one.verdict],
        swapped=_SWAPPED[other.verdict],
        confidence=(one.confidence + other.confidence) / 200,
        reason=f"as shown: {one.reason} swapped: {other.reason}",
        usage=spent.usage,
        cost_usd=spent.cost_usd,
    )


async def _ask(model: Model, request: ModelRequest, spent: Spent) -> _Said:
    for number in range(TRIES):
        seed = (request.seed or 0) + number * RETRY_SEED
        text = await said(model, request.model_copy(update={"seed": seed}), spent)
        try:
            return _Said.parse(read_object(text), where="judge")
        except BadInput as error:
            fault = error
    raise ModelGarbled(f"{model.name} did not judge as asked, twice: {fault}")
