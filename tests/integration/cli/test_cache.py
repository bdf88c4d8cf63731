"""`workbench eval --cache` and `workbench cache`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from engine.errors import BadInput
from tests.integration.cli.conftest import Run
from workbench.cli import app


def evaluated(workbench: Run, tmp_path: Path, *options: str) -> dict:
    """The scoreboard's whole of an evaluation with a scripted model."""
    script = tmp_path / "script.json"
    script.write_text('["hello"]')
    done = workbench(
        *("eval", "helpdesk", "--limit", "2", "--epochs", "2", "--json"),
        *("--model", f"scripted:{script}", *options),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)[0]


def test_a_second_run_is_answered_by_the_cache(workbench: Run, tmp_path: Path) -> None:
    """All of its calls; the first run's epochs shared none."""
    first = evaluated(workbench, tmp_path, "--cache", "dev")
    again = evaluated(workbench, tmp_path, "--cache", "dev")
    assert (first["kept"], again["kept"]) == (0, again["calls"])
    assert again["latency_p50_s"] is None
    info = json.loads(workbench("cache", "info", "--json").stdout)["scopes"]
    assert [(row["scope"], row["hits"]) for row in info] == [("dev", again["calls"])]


def test_an_impossible_scope_is_refused(home: Path) -> None:
    """Before anything runs, saying what a scope may be."""
    arguments = ["--home", str(home), "eval", "helpdesk", "--cache", "a b"]
    refused = CliRunner().invoke(app, arguments).exception
    assert isinstance(refused, BadInput)
    assert "scope" in str(refused)
