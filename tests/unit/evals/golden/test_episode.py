"""What a task is made of, out of what is recorded of an episode."""

from typing import Any

import pytest

from engine.contracts import (
    Episode,
    Exchange,
    MessageSpec,
    ModelRequest,
    Step,
    ToolCall,
    assistant,
    system,
    tool_result,
    user,
)
from engine.errors import BadInput
from engine.evals.golden.episode import at_step, whole
from tests.browser.samples import START, Sample, a_run, facts_of, step

SAMPLE = Sample(a_run("run-20260101-000000-aaaa", "desk", "m", 0), 0, "words", 0, passed=True)
CALL = ToolCall(id="c1", name="look", arguments={"page": 2})
TURNS: tuple[tuple[str, tuple[MessageSpec, ...]], ...] = (
    ("input", (system("Be kind."), user("Where is it?"))),
    ("model", (assistant("", CALL), tool_result(CALL, "page two"))),
    ("model", (assistant("On page two."),)),
    ("input", (user("Thanks. And the other?"),)),
    ("model", (assistant("On page three."),)),
)
STEPS = tuple(
    step(SAMPLE, index, kind, said, (START, START)) for index, (kind, said) in enumerate(TURNS)
)
EPISODE = next(fact for fact in facts_of(SAMPLE) if isinstance(fact, Episode))


def test_a_whole_episode_is_its_first_question() -> None:
    """One message of the user is a text; the answer is the last word."""
    taken = whole(EPISODE, STEPS)
    assert (taken.input, taken.answer) == ("Where is it?", "Answer 0.")


def test_a_step_is_what_was_said_before_it() -> None:
    """Questions, answers, calls and results, but for the instructions."""
    taken = at_step(EPISODE, STEPS, (), 4)
    said = [message for _, messages in TURNS[:4] for message in messages]
    assert (list(taken.input), taken.answer) == (said[1:], "On page three.")


def test_calls_are_expected_as_calls() -> None:
    """With a scorer that reads them, whatever the family's are."""
    taken = at_step(EPISODE, STEPS, (), 1)
    assert taken.answer == [{"look": {"page": [2]}}]
    assert taken.scorers == ({"kind": "tool_calls", "extra": True},)


def test_what_the_model_was_asked_counts_where_it_is_recorded() -> None:
    """A window of the conversation, say, not all of it."""
    request = ModelRequest(messages=(system("Be kind."), user("In short?")))
    about = {"run_id": EPISODE.run_id, "episode_id": EPISODE.episode_id, "step_index": 4}
    times = {"started_at": START, "ended_at": START}
    given: dict[str, Any] = {"position": 0, "kind": "model", "name": "m", "request_hash": ""}
    asked = Exchange(**about, **times, **given, request=request.model_dump(mode="json"))
    assert at_step(EPISODE, STEPS, (asked,), 4).input == "In short?"


@pytest.mark.parametrize(
    ("index", "message"), [(3, "a model did in 1, 2, 4"), (9, "there is no such step")]
)
def test_a_step_without_an_answer(index: int, message: str) -> None:
    """The ones that have an answer are named."""
    with pytest.raises(BadInput, match=message):
        at_step(EPISODE, STEPS, (), index)


def test_an_episode_without_a_question() -> None:
    """Nothing can be asked anew."""
    steps: tuple[Step, ...] = STEPS[1:]
    with pytest.raises(BadInput, match="nothing was asked before it"):
        whole(EPISODE, steps)
