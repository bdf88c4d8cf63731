"""The public Who&When logs (Zhang et al. 2025) as episodes that a guard can be shown.

`Hand-Crafted` are runs of Magentic-One, whose orchestrator keeps a ledger in which it says at each
turn whether it is in a loop. The ledger is the truth here and nothing of it is shown to a guard.
`Algorithm-Generated` are runs of a group chat without a ledger.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from engine.contracts import JsonObject, explain
from engine.errors import BadInput, NotFound
from engine.orchestration.guard import Act, Observation

_IN_LOOP: Final = re.compile(
    r'"is_in_loop"\s*:\s*\{.*?(?<!\\)"answer"\s*:\s*"?(true|false)', re.DOTALL | re.IGNORECASE
)  # a pattern, as some ledgers are no valid JSON
_ORDER: Final = re.compile(r"Orchestrator \(-> (?P<to>.+)\)")
_LEDGER: Final = "Orchestrator (thought)"
_SILENT: Final = ("human", "Orchestrator (termination condition)")
_TERMINAL: Final = "Computer_terminal"


class _Message(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    content: str
    role: str
    name: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    question_id: str = Field(alias="question_ID")
    history: tuple[_Message, ...]


_ADAPTER: Final = TypeAdapter(_File)


@dataclass(frozen=True, slots=True)
class Log:
    """One run: the question's id, its steps, and whether its ledger ever said: in a loop."""

    name: str
    question_id: str
    steps: tuple[Observation, ...]
    in_loop: bool = False


def with_ledger(home: Path) -> list[Log]:
    """The runs of `Hand-Crafted`, by name; raises `NotFound` or `BadInput` naming the file."""
    found = (_ledgered(path.stem, file) for path, file in _files(home / "Hand-Crafted"))
    return [log for log in found if log is not None]


def without_ledger(home: Path) -> list[Log]:
    """The runs of `Algorithm-Generated`, by name; raises as `with_ledger` does."""
    found = _files(home / "Algorithm-Generated")
    return [Log(path.stem, f.question_id, tuple(_chat(f.history[1:]))) for path, f in found]


def _files(folder: Path) -> Iterator[tuple[Path, _File]]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise NotFound("no logs of Who&When", hint="--data names the folder", where=str(folder))
    for path in paths:
        try:
            yield path, _ADAPTER.validate_json(path.read_bytes())
        except ValidationError as error:
            raise BadInput(explain(error), where=str(path)) from None


def _ledgered(name: str, file: _File) -> Log | None:
    """The run with what its ledger said; none where it kept none."""
    ledger = [m.content for m in file.history if m.role == _LEDGER]
    seen = [m for m in file.history if m.role != _LEDGER and m.role not in _SILENT]
    said = _IN_LOOP.findall("\n".join(ledger))
    in_loop = any(answer.lower() == "true" for answer in said)
    return Log(name, file.question_id, tuple(_orders(seen)), in_loop) if said else None


def _orders(messages: Sequence[_Message]) -> Iterator[Observation]:
    """Each instruction with the answer that follows it; empty where none does."""
    for at, message in enumerate(messages):
        if order := _ORDER.fullmatch(message.role):
            follows = messages[at + 1 : at + 2]
            answer = "".join(m.content for m in follows if not _ORDER.fullmatch(m.role))
            act = Act(f"ask_{order['to']}", {"question": message.content}, answer)
            yield Observation("Orchestrator", (act,), asks=(message.content,))


def _chat(messages: Sequence[_Message]) -> Iterator[Observation]:
    """Each message of an agent; what the terminal answers is the result of running it."""
    for at, message in enumerate(messages):
        if message.name == _TERMINAL:
            continue
        ran = [m.content for m in messages[at + 1 : at + 2] if m.name == _TERMINAL]
        code: JsonObject = {"code": message.content}
        acts = tuple(Act("run", code, result, "execution failed" in result[:40]) for result in ran)
        yield Observation(message.name, acts, text=message.content)
