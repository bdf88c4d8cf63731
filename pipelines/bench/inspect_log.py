"""Logs in the format of Inspect (schema version 2), drawn from a seed.

A sample is an agent that calls a tool some times and answers: the events, pools of messages and
members of the zip are those that Inspect writes, Zstandard included.
"""

import random
import struct
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson
import zstandard

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_ZSTD: Final = 93
_VERSION: Final = 63
_BEGAN: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_MODEL: Final = "openai/gpt-4o-mini"
_WORDS: Final = (
    "order refund invoice parcel customer status address payment late damaged returned"
    " checked against policy before answer tool gives list open closed amount date"
)
TURNS: Final = 15
"""Tool calls of a sample."""
EVENTS_A_SAMPLE: Final = 6 + 1 + 6 * TURNS + 2 + 1
"""Events that a sample has."""


def write_log(path: Path, samples: int, seed: int = 0) -> int:
    """Write a log of so many samples; gives the number of its events."""
    ids = list(range(1, samples + 1))
    members = [("_journal/start.json", {"version": 2, "eval": _spec(ids), "plan": _PLAN})]
    drawn = ((f"samples/{n}_epoch_1.json", _Sample(n, seed).document()) for n in ids)
    whole = ("header.json", _header(ids))
    write_members(path, _joined(members, drawn, [whole]))
    return samples * EVENTS_A_SAMPLE


def write_members(path: Path, members: Iterable[tuple[str, Any]]) -> None:
    """Write documents as a zip, each packed with Zstandard."""
    directory, count = b"", 0
    with path.open("wb") as file:
        for name, document in members:
            text = document if isinstance(document, bytes) else orjson.dumps(document)
            data, at = zstandard.compress(text), file.tell()
            sizes = (zlib.crc32(text), len(data), len(text))
            named = name.encode()
            common = (_VERSION, 0, _ZSTD, 0, 33, *sizes, len(named), 0)
            file.write(_LOCAL.pack(b"PK\x03\x04", *common) + named + data)
            directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, *common, 0, 0, 0, 0, at) + named
            count += 1
        at = file.tell()
        file.write(directory)
        file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0))


def _joined(*parts: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for part in parts:
        yield from part


class _Sample:
    """Draws a sample event by event."""

    def __init__(self, number: int, seed: int) -> None:
        self._rng = random.Random(f"{seed}:{number}")
        self._number = number
        self._at = _BEGAN + timedelta(seconds=7 * number)
        self._first = self._at
        self._events: list[dict[str, Any]] = []
        self._messages: list[dict[str, Any]] = []

    def document(self) -> dict[str, Any]:
        """The sample as a member of the log."""
        question = self._text(20)
        self._say("system", self._text(60))
        self._say("user", question, source="input")
        self._begin("init", question)
        for turn in range(TURNS):
            self._turn(turn)
        self._answer()
        score = {"value": self._rng.choice("CI"), "answer": "yes", "explanation": self._text(12)}
        self._add("score", "scorers", score=score, target="yes", intermediate=False)
        return {
            "id": self._number,
            "epoch": 1,
            "input": question,
            "target": "yes",
            "messages": self._messages,
            "output": {"model": _MODEL, "choices": [], "completion": "yes"},
            "scores": {"match": score},
            "metadata": {},
            "store": {},
            "events": self._events,
            "model_usage": {_MODEL: self._usage()},
            "total_time": (self._at - self._first).total_seconds(),
            "uuid": self._id(22),
            "attachments": {},
            "events_data": {"messages": self._messages, "calls": []},
        }

    def _begin(self, span: str, question: str) -> None:
        sample = {"input": question, "target": "yes", "id": self._number}
        state = {"messages": self._messages[:], "tools": [], "store": {}, "completed": False}
        self._add("sample_init", span, sample=sample, state=state)
        for name in ("init", "solvers", "agent"):
            self._span(name)

    def _span(self, name: str) -> None:
        self._add("span_begin", name, id=name, type=name, name=name)
        self._add("span_end", name, id=name)

    def _turn(self, turn: int) -> None:
        call = {"id": f"call_{self._id(24)}", "function": "find_order", "type": "function"}
        arguments = {"query": self._text(4), "limit": turn}
        self._model([{**call, "arguments": arguments}], self._text(15))
        self._span(f"tool-{turn}")
        result = self._text(60)
        completed = self._moment()
        self._add("tool", f"tool-{turn}", type="function", id=call["id"], function="find_order",
                  arguments=arguments, result=result, events=[], completed=completed,
                  working_time=0.2, message_id=self._id(22))  # fmt: skip
        said = {"tool_call_id": call["id"], "function": "find_order"}
        changed = self._say("tool", result, **said)
        place = f"/messages/{len(self._messages) - 1}"
        self._add("state", "agent", changes=[{"op": "add", "path": place, "value": changed}])
        self._add("info", "agent", source="agent", data=f"turn {turn}")

    def _answer(self) -> None:
        self._model([], "yes")
        self._add(
            "state", "agent", changes=[{"op": "replace", "path": "/completed", "value": True}]
        )

    def _model(self, calls: list[dict[str, Any]], text: str) -> None:
        seen = len(self._messages)
        began = self._moment()
        message = self._say("assistant", text, source="generate", model=_MODEL, tool_calls=calls)
        choice = {"message": message, "stop_reason": "tool_calls" if calls else "stop"}
        answer = {"id": self._id(29), "model": _MODEL, "choices": [choice], "object": "chat"}
        output = {"model": _MODEL, "choices": [choice], "completion": text,
                  "usage": self._usage(), "time": 0.8}  # fmt: skip
        self._add("model", "agent", model=_MODEL, input=[], input_refs=[[0, seen]], tools=_TOOLS,
                  tool_choice="auto", config={"temperature": 0.0}, output=output,
                  call={"request": {"model": _MODEL, "tools": _TOOLS}, "response": answer},
                  completed=began, working_time=0.8)  # fmt: skip

    def _say(self, role: str, content: str, **more: Any) -> dict[str, Any]:
        message = {"id": self._id(22), "content": content, "role": role, **more}
        self._messages.append(message)
        return message

    def _add(self, event: str, span: str, **more: Any) -> None:
        told = {"uuid": self._id(22), "span_id": f"{self._number:08x}-{span}"}
        at = {"timestamp": self._moment(), "working_start": self._rng.random()}
        self._events.append({**told, **at, "event": event, **more})

    def _moment(self) -> str:
        self._at += timedelta(milliseconds=self._rng.randint(1, 400))
        return self._at.isoformat()

    def _usage(self) -> dict[str, int]:
        read, written = self._rng.randint(200, 4000), self._rng.randint(1, 300)
        return {"input_tokens": read, "output_tokens": written, "total_tokens": read + written}

    def _text(self, words: int) -> str:
        return " ".join(self._rng.choices(_WORDS.split(), k=words))

    def _id(self, length: int) -> str:
        return f"{self._rng.getrandbits(4 * length):0{length}x}"


_TOOLS: Final = [
    {
        "name": "find_order",
        "description": "Find orders by words of their text.",
        "parameters": {
            "type": "object",
            "properties": {"query": {"type": "string"}, "limit": {"type": "integer"}},
            "required": ["query"],
            "additionalProperties": False,
        },
    }
]
_PLAN: Final = {"name": "plan", "steps": [{"solver": "react", "params": {}}], "config": {}}


def _spec(ids: list[int]) -> dict[str, Any]:
    return {
        "eval_id": "bench", "run_id": "bench", "created": _BEGAN.isoformat(), "task": "orders",
        "task_id": "orders", "dataset": {"name": "orders", "samples": len(ids), "sample_ids": ids},
        "model": _MODEL, "config": {"epochs": 1}, "packages": {},
    }  # fmt: skip


def _header(ids: list[int]) -> dict[str, Any]:
    moments = {"started_at": _BEGAN.isoformat(), "completed_at": _BEGAN.isoformat()}
    return {"version": 2, "status": "success", "eval": _spec(ids), "plan": _PLAN, "stats": moments}
