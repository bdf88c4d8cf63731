"""Episodes as OTLP traces."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import EpisodeLine
from engine.interchange.otel_names import NAMES
from engine.interchange.otel_values import any_value, plain, plain_attributes
from engine.interchange.otlp import resource_spans
from tests.unit.interchange.lines import episode_line, failed_line, public_lines
from tests.unit.store import facts

CONVENTIONS = "otel-genai-1.41.0"
MESSAGES = {
    "gen_ai.input.messages": "input-messages",
    "gen_ai.output.messages": "output-messages",
    "gen_ai.system_instructions": "system-instructions",
    "gen_ai.tool.definitions": "tool-definitions",
}


def spans(line: EpisodeLine, **run: Any) -> list[dict[str, Any]]:
    found = resource_spans(facts.run(**run), line)
    return json.loads(json.dumps(found))["scopeSpans"][0]["spans"]


def test_an_episode_is_a_trace() -> None:
    """A span over all, one a model call, one a tool call, one for what else happened."""
    names = [span["name"] for span in spans(episode_line())]
    assert names == [
        "invoke_agent solo",
        "step input",
        "chat small",
        "execute_tool find",
        "chat small",
    ]


def test_ids_are_made_of_ours() -> None:
    """The same episode is the same trace; a step keeps its span, below its parent's."""
    first, again = spans(episode_line()), spans(episode_line())
    assert first == again
    assert len({span["traceId"] for span in first}) == 1
    assert len({span["spanId"] for span in first}) == len(first) == 5
    assert {span.get("parentSpanId") for span in first[1:]} == {first[0]["spanId"]}
    assert [span["spanId"][0] for span in (first[1], first[2], first[4])] == ["a", "b", "c"]


def test_a_call_tells_request_and_answer() -> None:
    """Settings, instructions, messages and the answer's reason are those of the exchange."""
    [called, _] = [s for s in spans(episode_line()) if s["name"].startswith("chat")]
    told = plain_attributes(called["attributes"])
    assert told["gen_ai.request.temperature"] == 0.5
    assert told["gen_ai.system_instructions"] == [{"type": "text", "content": "Be brief."}]
    assert [m["role"] for m in told["gen_ai.input.messages"]] == ["user"]
    assert told["gen_ai.output.messages"][0]["finish_reason"] == "tool_call"
    assert (told["gen_ai.usage.input_tokens"], called["kind"]) == (100, 3)


def test_a_request_that_is_not_recorded_is_inferred() -> None:
    """The conversation so far stands in its place, and that it does is said."""
    last = plain_attributes(spans(episode_line())[-1]["attributes"])
    assert last["agent_workbench.request.inferred"] is True
    roles = [message["role"] for message in last["gen_ai.input.messages"]]
    assert roles == ["user", "assistant", "tool"]


def test_a_tool_call_tells_arguments_and_result() -> None:
    """As data, with the id by which the model named the call."""
    [tool] = [s for s in spans(episode_line()) if s["name"].startswith("execute_tool")]
    told = plain_attributes(tool["attributes"])
    assert told["gen_ai.tool.call.arguments"] == {"user": "mia@example.com", "n": 3}
    assert (told["gen_ai.tool.call.result"], told["gen_ai.tool.call.id"]) == ("mia, 30", "c1")


def test_what_failed_has_a_status() -> None:
    """The error's code and words stand on the episode and on the call."""
    whole, call = spans(failed_line())
    assert whole["status"] == call["status"] == {"code": 2, "message": "too late"}
    assert plain_attributes(call["attributes"])["error.type"] == "model_timeout"


def test_scores_are_events() -> None:
    """Scorer, value and verdict."""
    [event] = spans(episode_line())[0]["events"]
    told = plain_attributes(event["attributes"])
    assert event["name"] == "gen_ai.evaluation.result"
    assert (told["gen_ai.evaluation.name"], told["gen_ai.evaluation.score.value"]) == ("exact", 1.0)
    assert told["gen_ai.evaluation.score.label"] == "pass"


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)  # fmt: skip


@given(value=_json)
def test_values_come_back(value: Any) -> None:
    """Any JSON data as an AnyValue and back."""
    assert plain(json.loads(json.dumps(any_value(value)))) == value


@pytest.mark.data(CONVENTIONS)
def test_names_are_those_of_the_conventions(data_home: Path) -> None:
    """Every attribute of theirs that we write is in their registry."""
    text = (data_home / CONVENTIONS / "model__gen-ai__registry.yaml").read_text()
    known = {entry["id"] for entry in yaml.safe_load(text)["groups"][0]["attributes"]}
    ours = {name for name in NAMES.values() if name.startswith("gen_ai.")}
    assert ours - known == set()


@pytest.mark.data(CONVENTIONS)
@pytest.mark.parametrize("attribute", MESSAGES)
def test_messages_follow_their_schemas(data_home: Path, attribute: str) -> None:
    """Those of our own episodes and, where at hand, of twenty public recordings."""
    file = f"docs__gen-ai__gen-ai-{MESSAGES[attribute]}.json"
    schema = json.loads((data_home / CONVENTIONS / file).read_text())
    validator = jsonschema.Draft202012Validator(schema)
    tau = data_home / "tau-bench"
    lines = [episode_line(), *(public_lines(tau)[::10] if tau.is_dir() else ())]
    found = [plain_attributes(s["attributes"]) for line in lines for s in spans(line)]
    values = [told[attribute] for told in found if attribute in told]
    assert values
    assert [e.message for value in values for e in validator.iter_errors(value)] == []


@pytest.mark.data("tau-bench")
def test_the_public_set_is_written_whole(data_home: Path) -> None:
    """200 episodes, 1,164 tool calls, and a span for each turn of the model."""
    lines = public_lines(data_home / "tau-bench")
    found: Counter[str] = Counter()
    for line in lines:
        [scope] = resource_spans(facts.run(), line)["scopeSpans"]
        found.update(span["name"].split(" ")[0] for span in scope["spans"])
    turns = sum(step.kind == "model" for line in lines for step in line.steps)
    assert (found["invoke_agent"], found["execute_tool"], found["chat"]) == (200, 1164, turns)
