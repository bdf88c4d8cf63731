"""Conversations in the chat format, one JSON object a line (`.jsonl`, `.jsonl.gz`).

A line is `{"messages": [...]}`, with `tools`, `metadata`, `id` and `model` where they are known:
the form in which chat completions are stored and models are tuned. It has no times, tokens or
scores. A line is read whole; no more than one is held.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from engine.contracts import JsonObject, Usage, Wire
from engine.contracts.wire import Report
from engine.interchange.chat_messages import ChatMessage, ChatTool, checked, named
from engine.interchange.files import lines, parsed
from engine.interchange.reading import Format, Tries
from engine.interchange.writing import Sample, Turn, turns_of

SOURCE = "chat"


class _Line(Wire):
    known: ClassVar[frozenset[str]] = frozenset({"parallel_tool_calls"})
    messages: tuple[ChatMessage, ...] = Field(min_length=1)
    tools: tuple[ChatTool, ...] = ()
    metadata: dict[str, Any] | None = None
    id: str | int | None = None
    model: str | None = None


def _samples(files: Sequence[Path], report: Report) -> Iterator[Sample]:
    tries = Tries()
    for file in files:
        for number, data in lines(file):
            where = f"{file}: line {number}"
            line = checked(_Line, parsed(data, where), where, report)
            task = str(number if line.id is None else line.id)
            yield _sample(line, number, task, tries.epoch(task))


def _sample(line: _Line, number: int, task: str, epoch: int) -> Sample:
    metadata: JsonObject = dict(line.metadata or {})
    if line.tools:
        metadata["tools"] = [tool.function for tool in line.tools]
    messages = named([message.spec() for message in line.messages])
    return Sample(
        task_id=task,
        epoch=epoch,
        key=str(number),
        family=SOURCE,
        turns=[
            Turn(
                kind=kind,
                messages=tuple(said),
                agent="user" if kind == "human" else "agent",
                model=line.model if kind == "model" else None,
                usage=Usage(calls=int(kind == "model")),
                cost_usd=None if kind == "model" else 0.0,
            )
            for kind, said in turns_of(messages)
        ],
        metadata=metadata,
    )


CHAT = Format(source=SOURCE, suffixes=(".jsonl", ".jsonl.gz"), samples=_samples, each=True)
"""Chat completions, one conversation a line; each file is a run."""
