"""Logs of Who&When as a guard is shown them: instructions and answers, nothing of the ledger."""

import json
import re
from pathlib import Path

import pytest

from engine.errors import BadInput, NotFound
from pipelines.bench.loop_guard.who_and_when import with_ledger, without_ledger

YES = (
    '{"is_in_loop": {"reason": "again", "answer": true}, "is_request_satisfied": {"answer": false}}'
)
NO = '{"is_in_loop": {"reason": "no", "answer": false}, "is_request_satisfied": {"answer": true}}'
BROKEN = '{"is_in_loop": {"reason": "a "quoted" word", "answer": true}, "next": {'


def _write(home: Path, *history: tuple[str, str], folder: str = "Hand-Crafted") -> Path:
    messages = [{"role": role, "content": content} for role, content in history]
    path = home / folder / "1.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"question_ID": "q", "history": messages}))
    return home


def _ledger(home: Path, *said: str) -> Path:
    return _write(home, *[("Orchestrator (thought)", f"Updated Ledger:\n{text}") for text in said])


@pytest.mark.parametrize(
    ("said", "label"), [([NO, YES, NO], "loop"), ([NO, NO], "none"), ([BROKEN], "loop")]
)
def test_label(tmp_path: Path, said: list[str], label: str) -> None:
    """A log is a loop where its ledger says so once, also in a ledger that is no valid JSON."""
    (log,) = with_ledger(_ledger(tmp_path, *said))
    assert log.in_loop is (label == "loop")


def test_no_ledger(tmp_path: Path) -> None:
    """A log whose ledger never says anything about loops has no label and is left out."""
    assert with_ledger(_write(tmp_path, ("human", "What is it?"))) == []


def test_steps(tmp_path: Path) -> None:
    """An instruction is a step with the answer that follows; thoughts and the question are none."""
    history = [
        ("human", "What is it?"),
        ("Orchestrator (thought)", YES),
        ("Orchestrator (-> WebSurfer)", "Look."),
        ("Orchestrator (thought)", "Next speaker WebSurfer"),
        ("WebSurfer", "Seen."),
        ("Orchestrator (-> FileSurfer)", "Read."),
    ]
    (log,) = with_ledger(_write(tmp_path, *history))
    first, second = (step.acts[0] for step in log.steps)
    assert [step.asks for step in log.steps] == [("Look.",), ("Read.",)]
    assert first == ("ask_WebSurfer", {"question": "Look."}, "Seen.", False)
    assert (second.tool, second.result) == ("ask_FileSurfer", "")


def test_chat(tmp_path: Path) -> None:
    """In a group chat each message is a step, and what the terminal says is its result."""
    said = [
        ("boss", "task"),
        ("coder", "run this"),
        ("Computer_terminal", "exitcode: 0"),
        ("x", "ok"),
    ]
    messages = [{"role": "user", "name": name, "content": text} for name, text in said]
    path = tmp_path / "Algorithm-Generated" / "7.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"question_ID": "q", "history": messages}))
    (log,) = without_ledger(tmp_path)
    assert [(step.agent, step.text, len(step.acts)) for step in log.steps] == [
        ("coder", "run this", 1),
        ("x", "ok", 0),
    ]


def test_damaged(tmp_path: Path) -> None:
    """A log that is not what it should be is named with what is wrong."""
    path = tmp_path / "Hand-Crafted" / "9.json"
    path.parent.mkdir()
    path.write_text('{"history": []}')
    with pytest.raises(BadInput, match=r"9\.json: question_ID: Field required"):
        with_ledger(tmp_path)


def test_absent(tmp_path: Path) -> None:
    """A folder without logs is named."""
    with pytest.raises(NotFound, match="Hand-Crafted: no logs"):
        with_ledger(tmp_path)


@pytest.mark.data("who-and-when")
def test_counts(data_home: Path) -> None:
    """The public half has 31 logs with a ledger, 14 of them in a loop, and 71 without one."""
    ledgered = with_ledger(data_home / "who-and-when")
    others = without_ledger(data_home / "who-and-when")
    assert (len(ledgered), sum(log.in_loop for log in ledgered), len(others)) == (31, 14, 71)


@pytest.mark.data("who-and-when")
def test_ledger_is_stripped(data_home: Path) -> None:
    """Nothing that the ledger says of loops and progress reaches a step."""
    home = data_home / "who-and-when"
    for log in with_ledger(home):
        shown = "\n".join(text for step in log.steps for text in (*step.asks, str(step.acts)))
        messages = json.loads((home / "Hand-Crafted" / f"{log.name}.json").read_text())["history"]
        thoughts = "\n".join(m["content"] for m in messages if m["role"].endswith("(thought)"))
        reasons = re.findall(r'_(?:loop|made)": {\s*"reason": "([^"\\]+)', thoughts)
        hidden = ["is_in_loop", "is_progress_being_made", "Updated Ledger", *reasons]
        assert reasons
        assert not [text for text in hidden if text in shown]
