"""Finding a suite by what the user calls it."""

from pathlib import Path

import pytest

from engine.errors import BadInput, NotFound
from engine.evals.sources import known_suites, load_suite

YAML = """
name: mini
version: "1"
families: [{name: f, team: t, scorers: [exact]}]
teams: [{name: t, entry: a, agents: [{name: a, instructions: x}]}]
"""
SCRIPT = """
from engine.contracts import AgentSpec, TeamSpec
from engine.evals import Family, Task, build_suite
from engine.evals.scorers import Exact

TEAM = TeamSpec(name="t", entry="a", agents=(AgentSpec(name="a", instructions="x"),))

def make():
    family, task = Family("f", "t", (Exact(),)), Task("1", "f", "q", "a")
    return build_suite("made", families=[family], teams=[TEAM], tasks=[task])

suite = make()
number = 5
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A search path with one suite, a table and a script beside it."""
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "suite.yaml").write_text(YAML)
    (tmp_path / "mini" / "tasks.jsonl").write_text(
        '{"id": "1", "family": "f", "input": "q", "target": "a"}'
    )
    (tmp_path / "own.csv").write_text("input,target\nq,a\n")
    (tmp_path / "own.py").write_text(SCRIPT)
    (tmp_path / "other").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("ref", "name"),
    [("mini", "mini"), ("{}/mini", "mini"), ("{}/own.csv", "own"), ("{}/own.py", "made")],
)
def test_finds(home: Path, ref: str, name: str) -> None:
    """A name, a folder, a table and a Python file are all suites."""
    assert load_suite(ref.format(home), [home]).name == name


def test_function_of_a_script(home: Path) -> None:
    """A script's function that returns a suite will do."""
    assert load_suite(f"{home}/own.py:make").name == "made"


def test_script_hash(home: Path) -> None:
    """The hash of a script's suite covers the whole file."""
    before = load_suite(f"{home}/own.py").hash
    (home / "own.py").write_text(SCRIPT + "# another\n")
    assert load_suite(f"{home}/own.py").hash != before


@pytest.mark.parametrize(
    ("ref", "kind", "words"),
    [
        ("mino", NotFound, "no suite 'mino' (known: mini;"),
        ("{}/other", BadInput, "other: holds no suite.yaml"),
        ("{}/none.csv", NotFound, "no suite"),
        ("{}/none.py", NotFound, "none.py: no such file"),
        ("{}/own.py:nobody", NotFound, "own.py: has no 'nobody' (has: "),
        ("{}/own.py:number", BadInput, "own.py: number is no Suite but int"),
    ],
)
def test_not_found(home: Path, ref: str, kind: type[BadInput], words: str) -> None:
    """What is no suite is refused with what there is."""
    with pytest.raises(kind) as refused:
        load_suite(ref.format(home), [home])
    assert words in str(refused.value)


def test_fields_are_for_tables(home: Path) -> None:
    """A field map for anything but a table is refused, not passed over."""
    with pytest.raises(BadInput, match="fields and scorers are for tables"):
        load_suite("mini", [home], fields={"input": "q"})


def test_known(home: Path) -> None:
    """The known suites are the folders with a suite file."""
    assert known_suites([home, home / "nowhere"]) == ("mini",)
