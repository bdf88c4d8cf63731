"""Routers from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.contracts import Episode, Run, Score, Step, StopReason, Usage, user
from engine.errors import BadInput
from tests.integration.cli.conftest import Run as Process
from tests.spec.routing.asked import STRICT
from tests.unit.bootstrap.trialled import GOOD
from tests.unit.bootstrap.trialled import Home as World
from tests.unit.routing.conftest import made
from workbench.cli import router
from workbench.settings import Settings
from workbench.store import Store


def done(home: Path, *arguments: str) -> Any:
    """What the command prints as JSON, in this process; raises what it fails with."""
    found = CliRunner().invoke(router.app, [*arguments, "--json"], obj=home, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def rows_file(tmp_path: Path) -> str:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(row.model_dump_json() + "\n" for row in made(120)))
    return str(path)


def evaluated(home: Path, models: tuple[str, ...] = ("small", "large")) -> None:
    """A run of each model over the same tasks, kept in the store."""
    store = Store.open(Settings(home=home))
    with store.recorder() as recorder:
        for model in models:
            of = {"run_id": f"run-{model}"}
            about = {"suite": "desk", "agent": "a", "model": model, "epochs": 1, "seed": 0}
            recorder.add(Run(**of, **about, name=model, planned=60, started_at=0.0))
            for at, row in enumerate(made(60)):
                record(recorder, model, at, row)
    store.close()


def record(recorder: Any, model: str, at: int, row: Any) -> None:
    of = {"run_id": f"run-{model}", "episode_id": f"ep-{model}-{at:04}"}
    task = {"task_id": f"t{at}", "family": "f", "epoch": 0}
    times = {"started_at": 0.0, "ended_at": 1.0}
    recorder.add(
        Episode(
            **of,
            **task,
            **times,
            agent="a",
            model=model,
            stop_reason=StopReason.ANSWERED,
            steps=1,
            usage=Usage(),
            cost_usd=0.0,
        )
    )
    messages = (user(row.prompt),)
    recorder.add(
        Step(**of, **times, index=0, kind="input", agent="a", span_id="0", messages=messages)
    )
    good = bool(row.outcomes[model])
    recorder.add(Score(**of, **task, scorer="s", value=float(good), passed=good, scored_at=1.0))


def test_a_classifier_is_trained_on_a_file(home: Path, tmp_path: Path) -> None:
    """It is put into the home, and the next decision is by it."""
    card = done(home, "train", "--file", rows_file(tmp_path), "--no-embedding")
    assert (card["rows"], card["embedder"]) == (120, None)
    assert done(home, "show")["classifier"]["digest"] == card["digest"]
    found = done(home, "explain", "aaa", "--quality", "0.7")
    assert (found["tier"], found["classifier"]) == ("small", card["digest"])
    assert done(home, "explain", "aaa" + " 12" * 7, "--quality", "0.7")["tier"] == "large"


def test_every_version_is_kept(home: Path, tmp_path: Path) -> None:
    """By the digest that decisions name; the latest is at work."""
    file = rows_file(tmp_path)
    train = ("train", "--file", file, "--no-embedding", "--seed")
    first, second = (done(home, *train, seed)["digest"] for seed in ("0", "1"))
    shown = done(home, "show")
    assert (shown["classifier"]["digest"], set(shown["versions"])) == (second, {first, second})
    old = str(home / "routers" / "versions" / f"{first}.json")
    assert done(home, "explain", "a", "--classifier", old)["classifier"] == first


def test_a_classifier_is_trained_on_runs(home: Path, tmp_path: Path) -> None:
    """A row for each task, with the share that each model passed."""
    evaluated(home)
    runs = ("--run", "run-small", "--run", "run-large")
    card = done(home, "train", *runs, "--no-embedding", "--out", str(tmp_path / "c.json"))
    assert (card["rows"], card["data"]) == (60, "runs run-large, run-small")
    rates = {one["model"]: one["base_rate"] for one in card["figures"]}
    passed = [row.outcomes["small"] for row in made(60)]
    assert rates["small"] == pytest.approx(sum(passed) / 60)


def test_a_schema_file_locks(home: Path, tmp_path: Path) -> None:
    """And what is asked under it is explained."""
    (tmp_path / "schema.json").write_text(json.dumps(STRICT))
    found = done(home, "explain", "x", "--schema", str(tmp_path / "schema.json"))
    assert (found["reason"], found["locked"]) == ("early_exit", True)


def test_a_tools_file_locks(home: Path, tmp_path: Path) -> None:
    """Where a tool has to be called whose arguments are strict; as a choice it does not."""
    path = tmp_path / "tools.json"
    tool = {"name": "pay", "description": "Pays.", "parameters": STRICT}
    path.write_text(json.dumps([tool, {"type": "function", "function": {**tool, "name": "ask"}}]))
    ask = ("explain", "x", "--tools", str(path))
    found = done(home, *ask, "--tool-choice", "required")
    assert (found["reason"], found["locked"]) == ("early_exit", True)
    assert (found["features"]["tool_count"], found["features"]["tool_strictness"]) == (2, 1)
    assert not done(home, *ask)["locked"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "tools.json: is no JSON"),
        ("{}", "tools.json: is no list of tools"),
        ("[3]", "tool 1: is no object with a name"),
        ('[{"type": "function"}]', "tool 1: offers no function"),
        ('[{"name": "a"}]', "tool 1: parameters: Field required"),
        ('[{"name": "a", "parameters": {"type": 3}}]', "tool 1: is no JSON Schema: 3"),
        ('[{"name": "a", "parameters": {"$ref": "b"}}]', "it refers to b, which is not in it"),
        ('[{"name": "a", "parameters": {}}, {"name": "a", "parameters": {}}]', "two tools of one"),
    ],
)
def test_a_file_of_tools_that_cannot_be_is_said(
    home: Path, tmp_path: Path, text: str, said: str
) -> None:
    """With the file, and the tool at fault."""
    path = tmp_path / "tools.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        done(home, "explain", "x", "--tools", str(path))


def test_who_asks_by_default_is_who_facts_are_of(home: Path, tmp_path: Path) -> None:
    """What a router's file says of the tenant `local` is what is explained."""
    path = tmp_path / "router.yaml"
    tiers = [{"name": n, "model": n, "max_context_tokens": 4000} for n in ("a", "b")]
    tenants = [{"tenant": "local", "default_tier": "b"}]
    spec = {"name": "own", "default_tier": "a", "tiers": tiers, "tenants": tenants}
    path.write_text(json.dumps(spec))
    assert done(home, "explain", "x", "--router", str(path))["tier"] == "b"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train",), "name either runs or a file"),
        (("train", "--file", "no.jsonl"), "no.jsonl: No such file"),
        (("train", "--run", "nope"), "no run 'nope'"),
        (("explain", "x", "--classifier", "no.json"), "no.json: No such file"),
        (("explain", "x", "--router", "no.yaml"), "no.yaml: No such file"),
        (("explain", "x", "--down", "medium"), "no tier medium"),
        (("explain", "x", "--tools", "no.json"), "no.json: no such file"),
        (("explain", "x", "--schema", "no.json"), "no.json: no such file"),
    ],
)
def test_what_cannot_be_is_said(home: Path, arguments: tuple[str, ...], said: str) -> None:
    """With what to do."""
    with pytest.raises(BadInput, match=said):
        done(home, *arguments)


def test_a_router_of_ones_own(workbench: Process, tmp_path: Path) -> None:
    """In YAML; a request that no tier may take ends with exit code 1 and says why."""
    path = tmp_path / "router.yaml"
    path.write_text(
        "name: own\ndefault_tier: a\ntiers:\n- {name: a, model: m, max_context_tokens: 4000}\n"
    )
    refused = workbench("router", "explain", "x", "--router", str(path), "--region", "eu")
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert "router own may or can take the request: a: region" in refused.stderr


def test_a_thin_log_is_no_ground_to_adopt(tmp_path: Path) -> None:
    """What it says so far is shown, nothing is changed, and the exit code is 1."""
    world = World(tmp_path, GOOD, policy="bandit", expected_quality=0.9)
    world.run(epochs=2)
    home = world.settings.home
    found = done(home, "learn", "main")
    assert (found["choices"], found["verdict"]["verdict"]) == (100, "undecided")
    told = CliRunner().invoke(router.app, ["learn", "main", "--adopt"], obj=home)
    assert told.exit_code == 1
    assert "effective rows, 200 are needed" in told.stdout
    assert "nothing was changed" in told.stdout
    forgotten = CliRunner().invoke(router.app, ["forget", "main"], obj=home)
    assert isinstance(forgotten.exception, BadInput)


def test_drift_is_held_against_the_classifier_in_the_home(home: Path, tmp_path: Path) -> None:
    """Without one it is said how to train it; before any decision there is nothing to compare."""
    with pytest.raises(BadInput, match="there is no classifier"):
        done(home, "drift")
    card = done(home, "train", "--file", rows_file(tmp_path), "--no-embedding")
    found = done(home, "drift")
    assert (found["classifier"], found["decisions"]) == (card["digest"], 0)
    told = CliRunner().invoke(router.app, ["drift"], obj=home)
    assert "router embedded has decided nothing" in told.stdout
