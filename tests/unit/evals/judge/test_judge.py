"""A judge is asked in strict JSON, as often as told, and what it fails to say is an error."""

import json
from typing import Any

import pytest

from engine.contracts import ModelRequest, Usage
from engine.errors import BadInput, ModelUnreachable
from engine.evals.judge import Asking, Criterion, Exhibit, Judge, Rubric
from engine.evals.judge.opinion import read_saying
from engine.models.scripted import Scripted, reply

RUBRIC = Rubric(
    name="desk",
    criteria=(
        Criterion(name="polite", question="Is it polite?", weight=3),
        Criterion(name="right", question="Is it right?", must_pass=True),
    ),
)
EXHIBIT = Exhibit("What is 2 + 2?", "Four.")


def word(verdict: str = "pass", score: int = 5, **more: Any) -> dict[str, Any]:
    return {"reason": "so", "verdict": verdict, "score": score, "confidence": 80, **more}


def said(polite: Any = None, right: Any = None) -> str:
    return json.dumps({"polite": polite or word(), "right": right or word()})


async def test_an_opinion_has_a_word_on_each_criterion() -> None:
    """Verdict, score, reason and confidence come by criterion, and the whole from them."""
    model = Scripted([said(right=word("fail", 2))])
    opinion = await Judge(model, RUBRIC).judge(EXHIBIT)
    assert [(c.criterion, c.verdict, c.score) for c in opinion.criteria] == [
        ("polite", "pass", 5),
        ("right", "fail", 2),
    ]
    assert (opinion.value, opinion.passed, opinion.confidence) == (0.8125, False, 0.8)


async def test_the_reason_comes_before_the_verdict() -> None:
    """The schema asks for the reason first, so that it leads the verdict."""
    model = Scripted([said()])
    await Judge(model, RUBRIC).judge(EXHIBIT)
    assert model.last is not None
    schema: Any = model.last.response_schema
    assert list(schema["properties"]["right"]["properties"]) == [
        *("reason", "verdict", "score", "confidence")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "pass",
        "[]",
        '{"polite": {}}',
        f"Here: {said()}",
        said(right=word("maybe")),
        said(right=word(score=6)),
        said(right=word(confidence=101)),
        said(right=word(note="x")),
        said(right="pass"),
        json.dumps({"polite": word(), "right": word(), "more": word()}),
    ],
)
def test_anything_but_the_form_is_refused(text: str) -> None:
    """Only the whole text, with these fields and no others, is a judgement."""
    with pytest.raises(BadInput):
        read_saying(text, RUBRIC)


async def test_a_malformed_answer_is_asked_for_once_more() -> None:
    """The second try has another seed, and both are counted."""
    seeds = []

    def answer(request: ModelRequest) -> Any:
        seeds.append(request.seed)
        return reply("no" if len(seeds) == 1 else said(), usage=Usage(output_tokens=7, calls=1))

    opinion = await Judge(Scripted(answer), RUBRIC, Asking(seed=5)).judge(EXHIBIT)
    assert opinion.error is None
    assert opinion.usage == Usage(output_tokens=14, calls=2)
    assert len({*seeds}) == 2


async def test_a_judge_that_keeps_to_no_form_has_no_word() -> None:
    """Twice malformed is an error, not a verdict of 0, and what it cost is counted."""
    opinion = await Judge(Scripted(["no"], repeat=True), RUBRIC).judge(EXHIBIT)
    assert opinion.error is not None
    assert (opinion.error.code, opinion.criteria, opinion.usage.calls) == ("model_garbled", (), 2)


async def test_a_judge_that_cannot_be_reached_has_no_word() -> None:
    """A failed call is the opinion's error, with the endpoint's words."""
    opinion = await Judge(Scripted([ModelUnreachable("gone")]), RUBRIC).judge(EXHIBIT)
    assert opinion.error is not None
    assert opinion.error.code == "model_unreachable"


async def test_repeats_give_a_majority_and_their_agreement() -> None:
    """The commonest verdict of a criterion counts, and how many askings say the same."""
    no = said(right=word("fail", 1))
    model = Scripted([said(), no, said()])
    opinion = await Judge(model, RUBRIC, Asking(repeats=3)).judge(EXHIBIT)
    assert (opinion.passed, opinion.agreement, opinion.usage.calls) == (True, 2 / 3, 3)
    assert opinion.criteria[1].score == pytest.approx(11 / 3)


async def test_of_equally_many_the_worse_verdict_counts() -> None:
    """A judge that cannot make up its mind does not let pass."""
    model = Scripted([said(), said(right=word("fail", 1))])
    opinion = await Judge(model, RUBRIC, Asking(repeats=2)).judge(EXHIBIT)
    assert not opinion.passed


async def test_repeats_differ_in_seed_and_are_sampled() -> None:
    """One asking is greedy; of several each has a seed of its own."""
    asked: list[ModelRequest] = []

    def answer(request: ModelRequest) -> Any:
        asked.append(request)
        return reply(said())

    await Judge(Scripted(answer), RUBRIC, Asking(repeats=3)).judge(EXHIBIT)
    assert len({request.seed for request in asked}) == 3
    assert {request.temperature for request in asked} == {0.7}


async def test_a_reference_is_shown_where_there_is_one() -> None:
    """Reference-free and reference-based are two ways of asking."""
    for exhibit, shown in ((EXHIBIT, False), (Exhibit("2 + 2?", "Four.", "4"), True)):
        model = Scripted([said()])
        await Judge(model, RUBRIC).judge(exhibit)
        assert model.last is not None
        assert ("REFERENCE" in model.last.messages[1].content) is shown
