"""What a small recording of each format comes to."""

from pathlib import Path

import pytest

from engine.contracts import Episode, Exchange, Run, RunEnd, Score, Step
from engine.replay import Recording, heard, imported_setup, replay
from tests.unit.interchange.recordings import (
    ATIF,
    CHAT,
    HEADER,
    OPENHANDS,
    SAMPLE,
    SPANS,
    TRAJECTORY,
    export,
    log,
    of,
    read,
    small,
    span,
    write,
)

SOURCES = ("chat", "swe-agent", "atif", "openhands", "otlp", "inspect")
NEW_YEAR = 1767225600.0

STEPS = {
    "chat": [("input", 2), ("model", 2), ("model", 1)],
    "swe-agent": [("input", 2), ("model", 2)],
    "atif": [("input", 2), ("model", 2), ("model", 1), ("human", 1)],
    "openhands": [("input", 2), ("model", 2), ("model", 1)],
    "otlp": [("input", 2), ("model", 2), ("model", 1)],
    "inspect": [("input", 2), ("model", 2), ("model", 1)],
}
SPENT = {  # input and output tokens, calls, US dollars
    "chat": (0, 0, 2, None),
    "swe-agent": (30, 5, 1, 0.25),
    "atif": (7, 3, 2, 0.03),
    "openhands": (18, 4, 2, None),
    "otlp": (8, 2, 2, None),
    "inspect": (11, 5, 2, None),
}
MODELS = {
    "chat": "m-1",
    "swe-agent": "m-2",
    "atif": "m-3",
    "openhands": "m-4",
    "otlp": "m-5",
    "inspect": "m-6",
}
CALLS = {
    "chat": ("look", {"x": 1}, "found"),
    "swe-agent": ("bash", {"c": "ls"}, "a.txt"),
    "atif": ("run", {"n": 2}, "ran"),
    "openhands": ("bash", {}, None),
    "otlp": ("get", {"at": "Rome"}, "sun"),
    "inspect": ("add", {"a": 1}, "2"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_messages_become_steps(source: str, tmp_path: Path) -> None:
    """What comes before the agent speaks is the input; a turn takes its tool results with it."""
    steps = of(Step, read(source, small(source, tmp_path)))
    assert [(step.kind, len(step.messages)) for step in steps] == STEPS[source]


@pytest.mark.parametrize("source", SOURCES)
def test_what_was_spent_comes_over(source: str, tmp_path: Path) -> None:
    """Tokens, calls and cost; a cost that is not told is unknown, not nothing."""
    [episode] = of(Episode, read(source, small(source, tmp_path)))
    usage = episode.usage
    told = (usage.input_tokens, usage.output_tokens, usage.calls, episode.cost_usd)
    assert told == SPENT[source]


@pytest.mark.parametrize("source", SOURCES)
def test_the_model_is_named(source: str, tmp_path: Path) -> None:
    """By the recording, for the whole run."""
    [run] = of(Run, read(source, small(source, tmp_path)))
    assert run.model == MODELS[source]


@pytest.mark.parametrize("source", SOURCES)
def test_tool_calls_are_exchanges(source: str, tmp_path: Path) -> None:
    """Name, arguments and what came back."""
    exchanges = of(Exchange, read(source, small(source, tmp_path)))
    first = next(exchange for exchange in exchanges if exchange.kind == "tool")
    assert (first.name, first.request["arguments"], first.response) == CALLS[source]


@pytest.mark.parametrize("source", SOURCES)
async def test_a_replay_comes_to_the_same(source: str, tmp_path: Path) -> None:
    """Every step is led through the loop again; a last call without a result is left out."""
    recording = heard(Recording.of(read(source, small(source, tmp_path))))
    replayed = await replay(recording, imported_setup(recording))
    whole = len(STEPS[source]) - (source == "openhands")
    assert (replayed.divergence, replayed.steps) == (None, whole)


@pytest.mark.parametrize(
    ("source", "seconds"), [("atif", 5.0), ("openhands", 3.0), ("otlp", 5.0), ("inspect", 5.0)]
)
def test_times_come_over(source: str, seconds: float, tmp_path: Path) -> None:
    """An episode lasts from its first moment to its last; a step without any is at its place."""
    [episode] = of(Episode, read(source, small(source, tmp_path)))
    assert round(episode.ended_at - episode.started_at, 3) == seconds
    assert "times" not in episode.metadata


def test_a_recording_without_times_says_so(tmp_path: Path) -> None:
    """Its facts have the time of the import."""
    [episode] = of(Episode, read("chat", small("chat", tmp_path)))
    assert (episode.started_at, episode.metadata["times"]) == (5e9, "unknown")


def test_a_failed_tool_is_an_error(tmp_path: Path) -> None:
    """An error observation of OpenHands is what the call failed with."""
    [first] = [e for e in of(Exchange, read("openhands", small("openhands", tmp_path))) if e.error]
    assert first.error is not None
    assert (first.error.code, first.error.message) == ("tool_error", "no make")


def test_events_outside_the_conversation_are_counted(tmp_path: Path) -> None:
    """The state changes of OpenHands are no steps."""
    [episode] = of(Episode, read("openhands", write(tmp_path / "a.json", OPENHANDS)))
    assert episode.metadata["left_out"] == {"agent_state_changed": 1}


def test_actions_without_a_tool_call_are_calls_too(tmp_path: Path) -> None:
    """What an agent of OpenHands did by its text is paired with what it caused."""
    run = {"id": 7, "source": "agent", "action": "run", "args": {"command": "ls", "thought": "Hm."}}
    saw = {"id": 8, "source": "agent", "observation": "run", "content": "a", "cause": 7}
    facts = read("openhands", write(tmp_path / "a.json", [*OPENHANDS[:2], run, saw]))
    [exchange] = of(Exchange, facts)
    assert (exchange.name, exchange.response) == ("run", "a")


def test_tries_of_one_task_are_epochs(tmp_path: Path) -> None:
    """Trajectories of the same name, in different folders, are tries of one task."""
    for number, folder in enumerate("ab"):
        (tmp_path / folder).mkdir()
        odd = {**TRAJECTORY, "environment": f"box {number}"}
        write(tmp_path / folder / "fix.traj", odd)
    episodes = of(Episode, read("swe-agent", tmp_path))
    assert [(e.task_id, e.epoch) for e in episodes] == [("fix", 0), ("fix", 1)]


def test_the_same_content_twice_is_one_episode(tmp_path: Path) -> None:
    """A copy of a file adds nothing."""
    for name in ("a.json", "b.json"):
        write(tmp_path / name, ATIF)
    assert len(of(Episode, read("atif", tmp_path))) == 1


def test_a_later_history_of_spans_is_not_said_twice(tmp_path: Path) -> None:
    """Of a call's input only what is new becomes a step."""
    messages = [m.content for s in of(Step, read("otlp", small("otlp", tmp_path)))
                for m in s.messages]  # fmt: skip
    assert messages == ["Be kind.", "weather?", "", "sun", "sunny"]


def test_spans_of_one_conversation_may_lie_anywhere(tmp_path: Path) -> None:
    """Order and lines do not matter."""
    lines = [export(one) for one in reversed(SPANS)]
    scattered = of(Step, read("otlp", write(tmp_path / "a.jsonl", *lines)))
    assert [(step.kind, len(step.messages)) for step in scattered] == STEPS["otlp"]
    assert {step.agent for step in scattered} == {"guide"}


def test_spans_without_texts_still_tell_calls_and_tokens(tmp_path: Path) -> None:
    """Texts are opt-in: the spans of tools say what was called, and what it gave."""
    spans = (
        span("m1", "chat", 1, 2, request__model="m", usage__input_tokens=3),
        span("x1", "execute_tool", 3, 4, tool__name="get", tool__call__result="sun"),
    )
    facts = read("otlp", write(tmp_path / "a.jsonl", export(*spans)))
    [exchange] = of(Exchange, facts)
    assert (exchange.name, exchange.response, exchange.started_at) == ("get", "sun", 3.0)


def test_graders_are_counted_apart(tmp_path: Path) -> None:
    """What a model used that is not part of the conversation is not the agent's."""
    [episode] = of(Episode, read("inspect", small("inspect", tmp_path)))
    assert episode.metadata["other_models"] == {
        "judge": {"input_tokens": 90, "output_tokens": 1, "cached_tokens": 0, "calls": 1}
    }


def test_scores_that_are_none_of_ours_are_kept_as_told(tmp_path: Path) -> None:
    """Letters and parts become scores from 0 to 1; what does not lie there is in the metadata."""
    facts = read("inspect", small("inspect", tmp_path))
    scores = [(s.scorer, s.value, s.passed) for s in of(Score, facts)]
    assert scores == [("match", 1.0, True), ("rubric/tone", 0.5, False)]
    [episode] = of(Episode, facts)
    assert episode.metadata["unscaled_scores"] == {"rubric": {"tone": 0.5, "length": 12}}


def test_what_a_model_was_asked_is_kept(tmp_path: Path) -> None:
    """Messages out of the pool, tools, settings; attachments are put back in the answer."""
    exchanges = of(Exchange, read("inspect", small("inspect", tmp_path)))
    first = next(exchange for exchange in exchanges if exchange.kind == "model")
    assert [m["role"] for m in first.request["messages"]] == ["system", "user"]  # type: ignore[index,union-attr,call-overload]
    assert first.request["temperature"] == 0.5
    assert first.response["message"]["content"] == "Let me add."  # type: ignore[index,call-overload]
    assert (first.started_at, first.ended_at) == (NEW_YEAR + 1, NEW_YEAR + 3)


def test_a_log_without_an_end_makes_a_run_that_failed(tmp_path: Path) -> None:
    """It says that it does not say how the evaluation ended."""
    path = log(tmp_path / "a.eval", SAMPLE, header={**HEADER, "status": "started"})
    [end] = of(RunEnd, read("inspect", path))
    assert (end.status, end.error is not None) == ("failed", True)


def test_a_log_in_one_document_reads_alike(tmp_path: Path) -> None:
    """`.json` and `.eval` have the same samples."""
    whole = write(tmp_path / "log.json", {**HEADER, "samples": [SAMPLE]})
    steps = [of(Step, read("inspect", path)) for path in (whole, small("inspect", tmp_path))]
    assert [s.state_hash for s in steps[0]] == [s.state_hash for s in steps[1]]


def test_tool_definitions_are_kept(tmp_path: Path) -> None:
    """A conversation's tools stand in its metadata."""
    [episode] = of(Episode, read("chat", write(tmp_path / "a.jsonl", CHAT)))
    assert episode.metadata["tools"] == [{"name": "look", "parameters": {}}]
