"""The public recordings come over whole: counts and sums against plain JSON."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.contracts import Episode, Exchange, Run, Score, Step, UnknownField
from engine.errors import BadInput
from engine.interchange.otel_names import KNOWN
from engine.replay import Recording, heard, imported_setup, replay
from tests.unit.interchange.recordings import of, read


def documents(folder: Path, pattern: str) -> list[Any]:
    return [json.loads(path.read_text()) for path in sorted(folder.glob(pattern))]


@pytest.mark.parametrize("source", ["swe-agent", "atif", "openhands", "inspect"])
@pytest.mark.data("swe-agent")
def test_every_field_is_known(source: str, data_home: Path) -> None:
    """Nothing in the public recordings goes unread without our knowing."""
    assert of(UnknownField, read(source, data_home / source)) == []


@pytest.mark.data("swe-agent")
def test_trajectories_keep_every_message(data_home: Path) -> None:
    """The messages of every history, in ten episodes."""
    facts = read("swe-agent", data_home / "swe-agent")
    histories = [d["history"] for d in documents(data_home / "swe-agent", "*.traj")]
    told = [message["content"] for history in histories for message in history]
    steps = of(Step, facts)
    assert sorted(m.content for s in steps for m in s.messages) == sorted(told)
    assert len(of(Episode, facts)) == len(histories) == 10


@pytest.mark.data("swe-agent")
async def test_trajectories_replay(data_home: Path) -> None:
    """Each of the ten comes to the same states again."""
    facts = read("swe-agent", data_home / "swe-agent")
    for episode in of(Episode, facts):
        own = [f for f in facts if getattr(f, "episode_id", "") == episode.episode_id]
        recording = heard(Recording.of(own))
        assert (await replay(recording, imported_setup(recording))).divergence is None


@pytest.mark.data("atif")
def test_atif_keeps_totals(data_home: Path) -> None:
    """Tokens and cost are those of the final metrics."""
    facts = read("atif", data_home / "atif")
    totals = [d["final_metrics"] for d in documents(data_home / "atif", "*.json")]
    episodes = of(Episode, facts)
    assert sorted(e.cost_usd or 0 for e in episodes) == sorted(t["total_cost_usd"] for t in totals)
    tokens = sum(e.usage.total_tokens for e in episodes)
    assert tokens == sum(t["total_prompt_tokens"] + t["total_completion_tokens"] for t in totals)


@pytest.mark.data("atif")
async def test_what_cannot_be_replayed_says_why(data_home: Path) -> None:
    """A trajectory that begins otherwise than a conversation of ours."""
    facts = read("atif", data_home / "atif")
    first = next(s for s in of(Step, facts) if [m.role for m in s.messages].count("system") > 1)
    own = [f for f in facts if getattr(f, "episode_id", "") == first.episode_id]
    with pytest.raises(BadInput, match="cannot be replayed: it does not begin"):
        imported_setup(heard(Recording.of(own)))


@pytest.mark.data("openhands")
def test_openhands_counts_each_answer_once(data_home: Path) -> None:
    """Tokens by the ids of the answers, however many events repeat one."""
    events = [e for d in documents(data_home / "openhands", "*.json") for e in d]
    asked = [e["tool_call_metadata"] for e in events if e.get("tool_call_metadata")]
    used = {a["model_response"]["id"]: a["model_response"]["usage"] for a in asked}
    facts = read("openhands", data_home / "openhands")
    tokens = sum(episode.usage.input_tokens for episode in of(Episode, facts))
    assert tokens == sum(usage["prompt_tokens"] for usage in used.values())
    calls = {a["tool_call_id"] for a in asked}
    assert len(of(Exchange, facts)) == len(calls)


@pytest.mark.parametrize("name", ["popularity", "security-guide"])
@pytest.mark.data("inspect")
def test_inspect_keeps_results_and_tokens(name: str, data_home: Path) -> None:
    """Accuracy and tokens are those of the log's header; graders' tokens stand apart."""
    path = data_home / "inspect" / f"{name}.eval"
    with zipfile.ZipFile(path) as archive:
        header = json.loads(archive.read("header.json"))
    facts = read("inspect", path)
    scores = [score.value for score in of(Score, facts)]
    metrics = header["results"]["scores"][0]["metrics"]
    assert sum(scores) / len(scores) == metrics["accuracy"]["value"]
    own = sum(episode.usage.total_tokens for episode in of(Episode, facts))
    beside = [u for e in of(Episode, facts) for u in _values(e.metadata.get("other_models"))]
    graders = sum(u["input_tokens"] + u["output_tokens"] for u in beside)
    [usage] = header["stats"]["model_usage"].values()
    assert own + graders == usage["total_tokens"]


@pytest.mark.data("inspect")
def test_runs_of_inspect_have_the_time_of_the_log(data_home: Path) -> None:
    """And its model, suite and packages."""
    [run] = of(Run, read("inspect", data_home / "inspect" / "popularity.eval"))
    assert (run.started_at, run.suite, run.model) == (
        1758629398.0,
        "popularity",
        "openai/gpt-4o-mini",
    )
    assert run.provenance.packages == {"inspect_ai": "0.3.133"}


def _values(mapping: Any) -> list[dict[str, int]]:
    return list(mapping.values()) if mapping else []


@pytest.mark.data("otel-genai-1.41.0")
def test_every_attribute_of_the_conventions_is_known(data_home: Path) -> None:
    """Read, or known and let go: none of them is reported."""
    registry = (data_home / "otel-genai-1.41.0" / "model__gen-ai__registry.yaml").read_text()
    names = {line.split("id: ")[1] for line in registry.splitlines() if "- id: gen_ai." in line}

    assert len(names) > 40
    assert names - KNOWN == set()
