"""Canaries from the command line, and what is written down of what was done."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.contracts import CanaryState
from engine.errors import BadInput
from engine.routing.canary_evidence import totals
from tests.integration.cli.conftest import Run
from tests.unit.bootstrap.trialled import BAD, Home
from workbench.cli import canary, sql

START = ("start", "mini-1", "--router", "main", "--tier", "small", "--baseline", "large")
OTHER = ("start", "mini-2", *START[2:], "--tenant", "acme")


def done(home: Path, *arguments: str, app: Any = canary.app) -> Any:
    """What the command prints as JSON, in this process; raises what it fails with."""
    found = CliRunner().invoke(app, [*arguments, "--json"], obj=home, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_every_act_is_written_down(home: Path) -> None:
    """With the person, the reason and what was known, a row a tenant."""
    done(home, *START, "--tenant", "acme", "--tenant", "bolt")
    for act in ("pause", "resume", "promote", "rollback"):
        done(home, act, "mini-1", "--note", f"to {act}")
    asked = "select action, details from audits where tenant = 'bolt' order by acted_at"
    rows = done(home, asked, app=sql.app)
    acts = [row["action"].removeprefix("canary ") for row in rows]
    assert acts == ["start", "pause", "resume", "promote", "roll back"]
    assert [json.loads(row["details"])["note"] for row in rows[1:3]] == ["to pause", "to resume"]
    assert done(home, "list", "--state", "rolled_back")[0]["canary_id"] == "mini-1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "nope"), "no canary 'nope'.*workbench canary list"),
        ((*START, "--tenant", "acme"), "there is a canary 'mini-1' already"),
        ((*OTHER, "--policy", "share=0.5"), "share: Input should be less than"),
        ((*OTHER, "--policy", "share"), "not of the form NAME=NUMBER"),
        ((*OTHER, "--policy", "shares=0.1"), "shares: Extra inputs"),
        (
            (*OTHER[:2], "--router", "embedded", "--tier", "huge", *OTHER[6:]),
            "router embedded has no tier huge.*its tiers: small, large",
        ),
        (("resume", "mini-1"), "it is running, and only one that is inconclusive"),
    ],
)
def test_what_cannot_be_is_said(home: Path, arguments: tuple[str, ...], said: str) -> None:
    """What is wrong, and what to do."""
    done(home, *START, "--tenant", "bolt")
    with pytest.raises(BadInput, match=said):
        done(home, *arguments)


def test_a_trial_is_shown_to_people(home: Path) -> None:
    """Whose share of what it has, and that nothing came of it yet."""
    done(home, *START, "--tenant", "acme")
    shown = CliRunner().invoke(canary.app, ["show", "mini-1"], obj=home)
    assert "small instead of large, 5 % of the conversations of acme" in shown.output
    assert "No outcome so far." in shown.output


def test_another_process_sees_the_trial(workbench: Run) -> None:
    """And says what cannot be done with it, with exit code 2."""
    assert workbench("canary", *START, "--tenant", "acme").returncode == 0
    refused = workbench("canary", "resume", "mini-1")
    assert (refused.returncode, "it is running" in refused.stderr) == (2, True)
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    "moment",
    [
        "return save",
        pytest.param("call save", marks=pytest.mark.full),
        pytest.param("call append_fact", marks=pytest.mark.full),
    ],
)
def test_killed_while_counting_no_outcome_is_lost(home: Path, workbench: Run, moment: str) -> None:
    """Nor counted twice: after the run is resumed each of its episodes counts in one arm."""
    world = Home(home.parent, BAD)
    assert world.settings.home == home
    world.started(rollback_min=3)
    dying = [sys.executable, str(Path(__file__).parent / "dying.py"), moment, "--home", str(home)]
    evaluate = ("eval", str(world.suite), "--model", "router:main", "--epochs", "8")
    killed = subprocess.run([*dying, *evaluate], capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = workbench("eval", "--resume", "last")
    assert resumed.returncode == 0, resumed.stderr
    end = world.canary()
    assert end.state is CanaryState.ROLLED_BACK
    [[placed]] = world.rows(
        "SELECT count(DISTINCT episode_id) FROM routing_decisions WHERE canary_id = 'c1' "
        "AND CAST(details->'$.canary.share' AS DOUBLE) > 0"
    )
    assert sum(tally.count for tally in totals(end, "error")) + end.late == placed
    [[told]] = world.rows("SELECT count(DISTINCT change_id) = count(*) FROM canary_changes")
    assert told
