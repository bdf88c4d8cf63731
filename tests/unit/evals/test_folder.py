"""Suites out of folders: what is read, what is refused and with what words."""

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from engine.errors import BadInput, NotFound
from engine.evals import Suite
from engine.evals.folder import load_folder

SUITE = """
name: small
version: "1"
families:
  - {name: sums, team: solo, scorers: [numeric]}
  - {name: words, team: solo, scorers: [exact, {kind: custom, function: own.py:long}]}
teams:
  - name: solo
    entry: solver
    agents: [{name: solver, instructions: Answer., tools: [double]}]
"""
TASK = {"id": "a", "family": "sums", "input": "1 + 1?", "target": 2}
FILES = {
    "suite.yaml": SUITE,
    "tools.py": "def double(n: int) -> int:\n    return 2 * n\n\nTOOLS = [double]\n",
    "own.py": "def long(task, outcome):\n    return len(outcome.answer) > 3\n",
    "tasks.jsonl": orjson.dumps(TASK).decode(),
}
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a suite, with some of its files exchanged."""

    def write(**changes: str) -> Path:
        for name, text in {**FILES, **{k.replace("_", "."): v for k, v in changes.items()}}.items():
            (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return write


def _lines(*tasks: dict[str, object] | str) -> str:
    return "\n".join(t if isinstance(t, str) else orjson.dumps(TASK | t).decode() for t in tasks)


def _refused(folder: Path) -> str:
    with pytest.raises(BadInput) as refused:
        load_folder(folder)
    return str(refused.value).replace(f"{folder}/", "")


def test_loads(make: Make) -> None:
    """Families, teams, tools and tasks are read, custom scorers bound."""
    suite = load_folder(make())
    assert (suite.name, [t.id for t in suite.tasks], list(suite.tools)) == (
        "small",
        ["a"],
        ["double"],
    )
    assert [s.label for s in suite.family("words").scorers] == ["exact", "long"]


def test_messages_as_input(make: Make) -> None:
    """An input may be a conversation."""
    turns = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yes?"}]
    suite = load_folder(make(tasks_jsonl=_lines({"input": turns})))
    assert [m.content for m in suite.tasks[0].messages] == ["hi", "yes?"]


def test_own_scorers(make: Make) -> None:
    """A task's own scorers replace its family's."""
    suite = load_folder(make(tasks_jsonl=_lines({"scorers": ["contains"]})))
    assert [s.label for s in suite.scorers(suite.tasks[0])] == ["contains"]


@pytest.mark.parametrize("file", sorted(FILES))
def test_hash_covers_every_file(make: Make, file: str) -> None:
    """A change of any file is another suite."""
    before = load_folder(make()).hash
    key = file.replace(".", "_")
    assert load_folder(make(**{key: FILES[file] + "\n\n"})).hash != before


def test_hash_leaves_out_what_python_writes(make: Make) -> None:
    """Compiled files and hidden ones are not content."""
    before = load_folder(make()).hash
    folder = make()
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__" / "tools.pyc").write_text("x")
    (folder / ".notes").write_text("x")
    assert load_folder(folder).hash == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "tasks.jsonl:2: value: Invalid JSON"),
        ("[]", "tasks.jsonl:2: value: Input should be an object"),
        ({"id": "a"}, "tasks.jsonl:2: a second task with the id 'a'"),
        (
            {"id": "b", "family": "sum"},
            "tasks.jsonl:2: no family named 'sum', there are: sums, words",
        ),
        ({"id": "b", "target": "no"}, "tasks.jsonl:2: scorer numeric: target has to be a number"),
        ({"id": "b", "targets": 1}, "tasks.jsonl:2: targets: Extra inputs are not permitted"),
        ({"id": 7}, "tasks.jsonl:2: id: Input should be a valid string"),
        ({"id": "b", "scorers": ["equal"]}, "tasks.jsonl:2: no scorer of kind 'equal' (kinds: "),
        (
            {"id": "b", "scorers": [{"kind": "exact", "case": True}]},
            "scorer exact has no option case (options: answer_field, ignore_articles",
        ),
        (
            {"id": "b", "scorers": [{"kind": "numeric", "absolute": "1"}]},
            "tasks.jsonl:2: scorer numeric: absolute: Input should be a valid number",
        ),
        ({"id": "b", "scorers": ["exact", "exact"]}, "two scorers are labelled 'exact'"),
    ],
)
def test_line_at_fault(make: Make, line: dict[str, object] | str, words: str) -> None:
    """A line that cannot be used is named by file and number, with what is wrong."""
    assert words in _refused(make(tasks_jsonl=_lines({}, line)))


def test_missing_target(make: Make) -> None:
    """A task without a target is refused, also where null would be taken."""
    line = '{"id": "a", "family": "sums", "input": "?"}'
    assert _refused(make(tasks_jsonl=line)) == "tasks.jsonl:1: target: Field required"


def test_blank_lines_count(make: Make) -> None:
    """Blank lines are passed over and counted."""
    assert "tasks.jsonl:4: " in _refused(make(tasks_jsonl=_lines({}, "", "", "{")))


def test_all_faults_at_once(make: Make) -> None:
    """Each line at fault is named, up to five; the others are counted."""
    message = _refused(make(tasks_jsonl=_lines(*["{"] * 8)))
    assert message.count("tasks.jsonl:") == 5
    assert message.endswith("; and 3 more")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("version:", "versoin:", "suite.yaml: version: Field required; versoin: Extra inputs"),
        ('"1"', "1", "suite.yaml: version: Input should be a valid string"),
        ("name: small", "name: [", "suite.yaml:4: no YAML: "),
        (
            "team: solo",
            "team: duo",
            "suite.yaml: family sums: no team named 'duo', there are: solo",
        ),
        ("[double]", "[triple]", "agent solver: no tool named 'triple', there are: double"),
        ("name: words", "name: sums", "suite.yaml: two families are named sums"),
        ("own.py:long", "own.py:short", "own.py: has no 'short' (has: long)"),
        ("own.py:long", "none.py:long", "none.py: no such file"),
        ("own.py:long", "long", "'long' is not of the form file.py:function"),
        ("[numeric]", "[]", "families.0.scorers: Tuple should have at least 1 item"),
        ("entry: solver", "entry: boss", "teams.0: Value error, no agent named boss"),
        (
            "[numeric]",
            "[numeric], constant: {answer: x, agent: y}",
            "its constant's agent is none of",
        ),
    ],
)
def test_suite_file_at_fault(make: Make, old: str, new: str, words: str) -> None:
    """A suite file that cannot be used is named, with the field and what is wrong."""
    assert words in _refused(make(suite_yaml=SUITE.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n", "tools.py:1: SyntaxError"),
        ("x = 1\ny = 1 / 0\n", "tools.py:2: ZeroDivisionError: division by zero"),
        ("def f():\n    return 1 / 0\n\nf()\n", "tools.py:2: ZeroDivisionError"),
        ("x = 1\n", "tools.py: has no 'TOOLS' (has: x)"),
        ("TOOLS = 5\n", "tools.py: TOOLS has to be a list of functions"),
        ("def f(a): ...\nTOOLS = [f]\n", "tool f: parameter a has no type"),
    ],
)
def test_tools_at_fault(make: Make, text: str, words: str) -> None:
    """Tools that cannot be loaded are refused with the line or function at fault."""
    assert words in _refused(make(tools_py=text))


def test_no_tasks(make: Make) -> None:
    """A suite without tasks is refused."""
    assert "there are no tasks" in _refused(make(tasks_jsonl=""))


@pytest.mark.parametrize("file", ["suite.yaml", "tasks.jsonl"])
def test_missing_file(make: Make, file: str) -> None:
    """A file that every suite has is missed by name."""
    folder = make()
    (folder / file).unlink()
    with pytest.raises(NotFound, match=rf"{file}: no such file"):
        load_folder(folder)


def test_tools_are_optional(make: Make) -> None:
    """A suite whose agents have no tools needs no tool file."""
    folder = make(suite_yaml=SUITE.replace(", tools: [double]", ""))
    (folder / "tools.py").unlink()
    suite: Suite = load_folder(folder)
    assert len(suite.tools) == 0
