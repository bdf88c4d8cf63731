"""Two answers are judged in both orders, and a word that depends on the order is a tie."""

import json

import pytest

from engine.contracts import ModelRequest, ModelResponse
from engine.evals.judge import Criterion, PairOpinion, Rubric, judge_pair
from engine.models.scripted import Scripted, reply

RUBRIC = Rubric(name="r", criteria=(Criterion(name="right", question="Is it right?"),))


def verdict(word: str) -> str:
    return json.dumps({"reason": "so", "verdict": word, "confidence": 60})


async def opinion(*words: str) -> PairOpinion:
    model = Scripted([verdict(word) for word in words])
    return await judge_pair(model, RUBRIC, "task", ("one", "two"))


@pytest.mark.parametrize(
    ("as_shown", "swapped", "winner", "consistent", "first_shown"),
    [
        ("1", "2", 1, True, 0.5),
        ("2", "1", 2, True, 0.5),
        ("1", "1", 0, False, 1.0),
        ("2", "2", 0, False, 0.0),
        ("tie", "tie", 0, True, 0.5),
        ("1", "tie", 0, False, 0.75),
    ],
)
async def test_both_orders_decide(
    as_shown: str, swapped: str, winner: int, *, consistent: bool, first_shown: float
) -> None:
    """Only a word that holds in both orders names a winner."""
    found = await opinion(as_shown, swapped)
    assert (found.winner, found.consistent) == (winner, consistent)
    assert found.first_shown == first_shown


async def test_the_second_asking_shows_them_swapped() -> None:
    """The answers change places, and nothing else."""
    shown = []

    def answer(request: ModelRequest) -> ModelResponse:
        content = request.messages[1].content
        shown.append(content.index("one") < content.index("two"))
        return reply(verdict("1"))

    await judge_pair(Scripted(answer), RUBRIC, "task", ("one", "two"))
    assert shown == [True, False]


async def test_a_pair_without_a_form_is_an_error() -> None:
    """What is no verdict is asked for again, then given up, and no tie."""
    found = await judge_pair(Scripted(["no"], repeat=True), RUBRIC, "task", ("one", "two"))
    assert found.error is not None
    assert found.usage.calls == 2
