"""Traces of our own come back as the episodes they were made of."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import (
    Episode,
    EpisodeLine,
    Exchange,
    Fact,
    ModelRequest,
    Score,
    Step,
    UnknownField,
    assistant,
    user,
)
from engine.errors import BadInput
from engine.interchange.otel_values import any_value
from engine.interchange.otlp import resource_spans
from tests.unit.interchange.lines import episode_line, failed_line, public_lines
from tests.unit.interchange.recordings import of, read, write
from tests.unit.store import facts


def traces(*lines: EpisodeLine) -> list[dict[str, Any]]:
    """A document an episode."""
    return [{"resourceSpans": [resource_spans(facts.run(), line)]} for line in lines]


def back(folder: Path, *lines: EpisodeLine) -> list[Fact]:
    """What an export of these comes to."""
    return read("otlp", write(folder / "a.jsonl", *traces(*lines)))


def told(step: Step) -> dict[str, Any]:
    """What a step says, whenever it was and wherever."""
    kept = {"index", "kind", "agent", "messages", "model", "usage", "cost_usd", "attributes"}
    return step.model_dump(include=kept)


def test_steps_come_back(tmp_path: Path) -> None:
    """Their messages, agents, tokens and costs; no attribute of ours is unknown."""
    line = episode_line()
    found = back(tmp_path, line)
    assert [told(step) for step in of(Step, found)] == [told(step) for step in line.steps]
    assert of(UnknownField, found) == []


def test_steps_of_one_moment_keep_their_order(tmp_path: Path) -> None:
    """Recordings without times have one for all; spans may lie in any order."""
    words = [user("?"), *(assistant(str(n)) for n in range(30))]
    kinds = ["input", *("model" for _ in range(30))]
    steps = [
        facts.step(0, n, kind=kind, messages=(word,), span_id=f"{31 - n:016x}", started_at=5.0)
        for n, (word, kind) in enumerate(zip(words, kinds, strict=True))
    ]
    found = back(tmp_path, episode_line(steps=tuple(steps), exchanges=()))
    assert [m for step in of(Step, found) for m in step.messages] == words


def test_exchanges_come_back(tmp_path: Path) -> None:
    """A request that was recorded as one of ours, a tool's as it was; none is made up."""
    model, tool = of(Exchange, back(tmp_path, episode_line()))
    asked, called = episode_line().exchanges
    assert ModelRequest.parse(model.request) == ModelRequest.parse(asked.request)
    assert (tool.request, tool.response) == (called.request, called.response)
    assert (model.position, tool.position, tool.step_index) == (0, 1, 1)


def test_the_episode_comes_back(tmp_path: Path) -> None:
    """Its task and what it took; how it ended is told beside, for it is a recording now."""
    [before] = episode_line().episodes
    [after] = of(Episode, back(tmp_path, episode_line()))
    kept = {"task_id", "family", "epoch", "usage", "cost_usd", "answer"}
    assert after.model_dump(include=kept) == before.model_dump(include=kept)
    assert (after.stop_reason, after.metadata["stop_reason"]) == ("recorded", "answered")


def test_scores_come_back(tmp_path: Path) -> None:
    """One that only informs still does not decide."""
    scores = (facts.score(), facts.score(scorer="tone", value=0.25, passed=False, advisory=True))
    found = of(Score, back(tmp_path, episode_line(scores=scores)))
    kept = {"scorer", "value", "passed", "reason", "advisory"}
    assert [s.model_dump(include=kept) for s in found] == [
        s.model_dump(include=kept) for s in scores
    ]


def test_failures_come_back(tmp_path: Path) -> None:
    """With code and words, of the episode and its step."""
    found = back(tmp_path, failed_line())
    errors = [fact.error for kind in (Episode, Step) for fact in of(kind, found)]
    assert [(e.code, e.message) for e in errors if e] == [("model_timeout", "too late")] * 2


FAULTS: list[tuple[int, str, Any, str]] = [
    (1, "agent_workbench.step.kind", "dream", "kind: "),
    (1, "agent_workbench.step.index", -1, "index: "),
    (2, "agent_workbench.step.messages", [{"role": "dog"}], "messages.0.role: "),
    (0, "agent_workbench.epoch", "one", "epoch: "),
    (0, "agent_workbench.stop_reason", "tired", "stop_reason: "),
]


@pytest.mark.parametrize(("place", "name", "value", "said"), FAULTS)
def test_what_cannot_be_is_refused(
    tmp_path: Path, place: int, name: str, value: Any, said: str
) -> None:
    """The span at fault is named, and the field."""
    [document] = traces(episode_line())
    span = document["resourceSpans"][0]["scopeSpans"][0]["spans"][place]
    [pair] = [pair for pair in span["attributes"] if pair["key"] == name]
    pair["value"] = any_value(value)
    with pytest.raises(BadInput, match=f"span {span['spanId']}: {said}"):
        read("otlp", write(tmp_path / "a.jsonl", document))


@pytest.mark.parametrize("place", ["attributes", "events"])
def test_a_value_that_is_none_is_refused(tmp_path: Path, place: str) -> None:
    """Of a score's attributes too."""
    [document] = traces(episode_line())
    span = document["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    pairs = span["attributes"] if place == "attributes" else span["events"][0]["attributes"]
    pairs[0]["value"] = {"intValue": "many"}
    with pytest.raises(BadInput, match=f"span {span['spanId']}: an attribute's value is none"):
        read("otlp", write(tmp_path / "a.jsonl", document))


@pytest.mark.data("tau-bench")
@pytest.mark.parametrize("every", [10, pytest.param(1, marks=pytest.mark.full)])
def test_the_public_set_comes_back(data_home: Path, tmp_path: Path, every: int) -> None:
    """Every message, state, tool call with its result, and reward."""
    lines = public_lines(data_home / "tau-bench")[::every]
    before, after = [fact for line in lines for fact in line.facts()], back(tmp_path, *lines)
    for kind in (Step, Exchange, Score):
        assert said(of(kind, before)) == said(of(kind, after))
    assert len(of(Episode, after)) == 200 // every


def said(some: list[Any]) -> Counter[str]:
    """What facts say but for ids and times of their own."""
    own = {"run_id", "episode_id", "span_id", "started_at", "ended_at", "scored_at"}
    return Counter(
        json.dumps(fact.model_dump(mode="json", exclude=own), sort_keys=True) for fact in some
    )
