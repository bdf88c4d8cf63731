"""Labels that people gave, out of a file: answers that pass or fail, or which of two is better."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import orjson
from pydantic import Field

from engine.contracts import Record
from engine.errors import BadInput
from engine.evals.files import read_bytes


class LabelledAnswer(Record):
    """An answer that people have judged."""

    id: str = Field(default="", description="By which it is listed; empty: its place.")
    task: str = Field(default="", description="Answers to one task are not independent.")
    input: str = Field(description="What was asked.")
    answer: str = Field(description="What was answered.")
    reference: str | None = Field(default=None, description="What a right answer is.")
    passed: bool = Field(description="What people say.")
    raters: dict[str, bool] = Field(
        default_factory=dict, description="What each of them says, by name."
    )


class LabelledPair(Record):
    """Two answers of which people have named the better one, in the manner of LLMBar."""

    id: str = Field(default="", description="By which it is listed; empty: its place.")
    task: str = Field(default="", description="Pairs of one task are not independent.")
    input: str = Field(description="What was asked.")
    output_1: str = Field(description="One answer.")
    output_2: str = Field(description="The other answer.")
    reference: str | None = Field(default=None, description="What a right answer is.")
    label: Literal[1, 2] = Field(description="Which is the better one.")


Entry = LabelledAnswer | LabelledPair


def read_labels(path: Path) -> Sequence[Entry]:
    """The answers, or the pairs, of a JSONL file or a JSON array, in order.

    A line with `label` is a pair. Raises `BadInput` naming the line at fault, `NotFound` where
    there is no file.
    """
    found = [_entry(value, where) for where, value in _values(path)]
    if not found:
        raise BadInput("holds no label", where=str(path))
    if len({type(entry) for entry in found}) > 1:
        raise BadInput("holds answers and pairs", where=str(path), hint="put them into two files")
    return found


def _entry(value: object, where: str) -> Entry:
    if not isinstance(value, dict):
        raise BadInput("is no object", where=where)
    entry = (LabelledPair if "label" in value else LabelledAnswer).parse(value, where=where)
    name = entry.id or where.rpartition("/")[2]
    return entry.model_copy(update={"id": name, "task": entry.task or name})


def _values(path: Path) -> list[tuple[str, object]]:
    data = read_bytes(path)
    if data.lstrip().startswith(b"["):
        whole = _json(data, str(path))
        return [(f"{path}:{at}", value) for at, value in enumerate(whole, 1)]
    lines = enumerate(data.split(b"\n"), start=1)
    return [(f"{path}:{at}", _json(line, f"{path}:{at}")) for at, line in lines if line.strip()]


def _json(data: bytes, where: str) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"no JSON: {error}", where=where) from None
