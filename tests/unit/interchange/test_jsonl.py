"""Runs and episodes as JSON Lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.contracts import EpisodeLine, Fact, RunLine
from engine.errors import BadInput, NotFound
from engine.interchange.jsonl import read_lines, write_line
from tests.unit.interchange.lines import EPISODE, episode_line, run_line
from tests.unit.store import facts
from workbench.store.tables import BY_FACT, BY_NAME


def test_every_table_has_a_place() -> None:
    """No kind of fact is lost: each table stands on the run's line or on the episode's."""
    assert set(BY_NAME) <= {*RunLine.model_fields, *EpisodeLine.model_fields}


def test_lines_come_back(tmp_path: Path) -> None:
    """What is read is what was written, a fact of every kind among it."""
    lines = [run_line(), episode_line()]
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"".join(map(write_line, lines)))
    assert list(read_lines(file)) == lines
    assert {BY_FACT[type(f)].name for line in lines for f in line.facts()} == set(BY_NAME)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(some=st.lists(facts.any_fact, max_size=8))
def test_any_facts_come_back(tmp_path: Path, some: list[Fact]) -> None:
    """Whatever texts, numbers and data they hold."""
    parts: dict[str, Any] = {}
    for fact in some:
        name = BY_FACT[type(fact)].name
        if name in EpisodeLine.model_fields:
            own = fact.model_copy(update={"run_id": facts.RUN, "episode_id": EPISODE})
            parts[name] = (*parts.get(name, ()), own)
    lines = [run_line(), EpisodeLine(run_id=facts.RUN, episode_id=EPISODE, **parts)]
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"".join(map(write_line, lines)))
    assert list(read_lines(file)) == lines


def changed(line: RunLine | EpisodeLine, **values: Any) -> str:
    return json.dumps({**json.loads(write_line(line)), **values})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{"], ":1: is no JSON"),
        (["[]"], ":1: is no line of agent-workbench.jsonl"),
        ([changed(run_line(), kind="trace")], ":1: is no line"),
        ([changed(run_line(), version=2)], ":1: has version 2 of the format"),
        ([changed(run_line(), weather="fine")], ":1: weather: Extra inputs"),
        ([changed(run_line(), runs=[])], ":1: runs: "),
        ([changed(episode_line())], ":1: the line of run .* has to stand before"),
        ([changed(run_line()), changed(episode_line(), episode_id="ep-1")], ":2: .* another epis"),
        ([changed(run_line(), run_id="run-1")], ":1: Run belongs to another run"),
        ([], "holds no run"),
    ],
)
def test_a_file_at_fault_is_told(tmp_path: Path, lines: list[str], said: str) -> None:
    """Line and field are named."""
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(lines))
    with pytest.raises(BadInput, match=said):
        list(read_lines(file))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    """It is no empty one."""
    with pytest.raises(NotFound):
        list(read_lines(tmp_path / "none.jsonl"))


def test_a_line_is_given_before_the_next_is_read(tmp_path: Path) -> None:
    """One line is in memory at a time, however long the file."""
    file = tmp_path / "a.jsonl"
    file.write_bytes(write_line(run_line()) + b"{")
    assert next(read_lines(file)) == run_line()
