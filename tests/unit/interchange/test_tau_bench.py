"""Reading tau-bench recordings."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import (
    Episode,
    ErrorSpec,
    Exchange,
    Fact,
    Run,
    RunEnd,
    Score,
    Step,
    UnknownField,
)
from engine.errors import BadInput, NotFound
from engine.interchange import FORMATS, read_recordings

TAU_BENCH = FORMATS["tau-bench"]
RECORDING: dict[str, Any] = {
    "task_id": 3,
    "trial": 1,
    "reward": 1.0,
    "info": {"user_cost": 0.01},
    "traj": [
        {"role": "system", "content": "policy"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "who are you?"},
        {"role": "user", "content": "mia"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "find", "arguments": '{"user": "mia"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "name": "find", "content": "found"},
        {"role": "assistant", "content": "done"},
    ],
}


def write(path: Path, *recordings: Any) -> Path:
    path.write_text(json.dumps(list(recordings)))
    return path


def read(path: Path) -> list[Fact]:
    return [fact for group in read_recordings(TAU_BENCH, path, now=5.0) for fact in group]


def test_a_trajectory_becomes_steps(tmp_path: Path) -> None:
    """What came first is the input; each agent turn takes its tool results with it."""
    facts = read(write(tmp_path / "a.json", RECORDING))
    steps = [(f.kind, len(f.messages)) for f in facts if isinstance(f, Step)]
    assert steps == [("input", 2), ("model", 1), ("human", 1), ("model", 2), ("model", 1)]


def test_tool_calls_are_exchanges_with_their_output(tmp_path: Path) -> None:
    """A call's arguments are the request and the tool's message is the response."""
    [exchange] = [f for f in read(write(tmp_path / "a.json", RECORDING)) if isinstance(f, Exchange)]
    assert exchange.request == {"name": "find", "arguments": {"user": "mia"}}
    assert exchange.response == "found"


def test_the_reward_is_the_score(tmp_path: Path) -> None:
    """Task, trial and reward come over; the cost is unknown, the user's cost is not the agent's."""
    facts = read(write(tmp_path / "a.json", RECORDING))
    [score] = [f for f in facts if isinstance(f, Score)]
    [episode] = [f for f in facts if isinstance(f, Episode)]
    assert (score.task_id, score.epoch, score.value, score.passed) == ("3", 1, 1.0, True)
    assert (episode.cost_usd, episode.metadata["user_cost_usd"]) == (None, 0.01)


def test_the_same_file_is_the_same_run(tmp_path: Path) -> None:
    """The run's id depends on the content alone, gzip or not."""
    plain = write(tmp_path / "a.json", RECORDING)
    packed = tmp_path / "b.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    ids = {f.run_id for path in (plain, packed) for f in read(path) if isinstance(f, Run)}
    assert len(ids) == 1


def test_malformed_arguments_are_kept_as_sent(tmp_path: Path) -> None:
    """Arguments that are no JSON object are kept, not dropped."""
    broken = json.loads(json.dumps(RECORDING))
    broken["traj"][4]["tool_calls"][0]["function"]["arguments"] = "{user:"
    steps = [f for f in read(write(tmp_path / "a.json", broken)) if isinstance(f, Step)]
    assert steps[3].messages[0].tool_calls[0].malformed == "{user:"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[]", "no list of episodes"),
        ('[{"task_id": 1}]', "episode 0: trial: Field required"),
    ],
)
def test_a_file_at_fault_is_named(tmp_path: Path, text: str, said: str) -> None:
    """File, episode and field are said."""
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(BadInput, match=said) as caught:
        read(file)
    assert str(file) in str(caught.value)


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """A folder without a recording says what it found."""
    with pytest.raises(NotFound, match="found: none"):
        read(tmp_path)


@pytest.mark.data("tau-bench")
def test_the_public_set_is_read_whole(data_home: Path) -> None:
    """200 episodes with 5,308 messages and 1,164 tool calls, 84 of them rewarded."""
    facts = read(data_home / "tau-bench")
    steps = [f for f in facts if isinstance(f, Step)]
    assert sum(len(step.messages) for step in steps) == 5308
    assert sum(isinstance(f, Exchange) for f in facts) == 1164
    assert [f.passed for f in facts if isinstance(f, Score)].count(True) == 84


def test_fields_that_nobody_knows_are_counted(tmp_path: Path) -> None:
    """They come with the run's end; what was read is as without them."""
    odd = {**RECORDING, "seed": 5, "traj": [{**m, "tokens": 1} for m in RECORDING["traj"]]}
    *_, run, end = read_recordings(TAU_BENCH, write(tmp_path / "a.json", odd), now=5.0)
    found = {(f.source, f.field, f.count) for f in end if isinstance(f, UnknownField)}
    assert found == {("tau-bench", "/seed", 1), ("tau-bench", "/traj/*/tokens", 7)}
    assert isinstance(end[-1], RunEnd)
    assert run


def test_a_recording_that_breaks_its_contract_is_placed(tmp_path: Path) -> None:
    """The error leads to the field in the episode, and tells no value."""
    broken = {**RECORDING, "traj": [{"role": "hunter2"}]}
    with pytest.raises(BadInput) as raised:
        read(write(tmp_path / "a.json", broken))
    spec = ErrorSpec.of(raised.value)
    assert (spec.boundary, spec.pointer) == ("import", "/traj/0/role")
    assert "hunter2" not in spec.model_dump_json()
