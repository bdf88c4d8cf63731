"""A judge is any model: the twins and the real ones over HTTP give an opinion of the same form."""

import json
import random

import pytest

from engine.clock import SystemClock
from engine.contracts import Usage
from engine.evals.judge import Asking, Criterion, Exhibit, Judge, Rubric, judge_pair
from engine.models.client import OpenAICompatible
from engine.models.prices import LOCAL, Prices
from engine.models.scripted import Scripted
from engine.models.tool_grammar import ToolGrammar
from engine.reliability.retry import NEVER

RUBRIC = Rubric(name="r", criteria=(Criterion(name="right", question="Is the answer right?"),))
EXHIBIT = Exhibit("What is the capital of France?", "Paris.")
WORD = {"reason": "so", "verdict": "pass", "score": 4, "confidence": 80}


@pytest.fixture(params=["scripted", "http", pytest.param("grammar", marks=pytest.mark.full)])
async def model(request, embedded):
    """A scripted judge, and the embedded server behind the HTTP client."""
    client = OpenAICompatible(
        "local",
        embedded.url,
        embedded.model,
        policy=NEVER,
        prices=Prices([LOCAL]),
        clock=SystemClock(),
        rng=random.Random(0),
    )
    pair = {"reason": "so", "verdict": "1", "confidence": 80}
    answers = [json.dumps({"right": WORD}), json.dumps(pair), json.dumps(pair)]
    made = {"scripted": Scripted(answers), "http": client, "grammar": ToolGrammar(client)}
    yield made[request.param]
    await client.aclose()


async def test_it_gives_an_opinion(model):
    """Strict JSON comes of each: a word on every criterion, counted and priced."""
    opinion = await Judge(model, RUBRIC, Asking(seed=1)).judge(EXHIBIT)
    assert opinion.error is None, opinion.reason
    assert [word.criterion for word in opinion.criteria] == ["right"]
    assert opinion.usage.calls >= 1
    assert opinion.cost_usd == 0.0
    found = await judge_pair(model, RUBRIC, EXHIBIT.task, ("Paris.", "Rome."), seed=1)
    assert found.error is None, found.reason
    assert found.usage != Usage()
