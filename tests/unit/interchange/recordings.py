"""Small recordings of every format, written by hand, and how tests read them."""

import json
from pathlib import Path
from typing import Any, TypeVar

from engine.contracts import Fact
from engine.interchange import FORMATS, read_recordings
from pipelines.bench.inspect_log import write_members

F = TypeVar("F", bound=Fact)

CHAT: dict[str, Any] = {
    "id": "greet",
    "model": "m-1",
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {
                    "id": "c1",
                    "type": "function",
                    "function": {"name": "look", "arguments": '{"x": 1}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "found"},
        {"role": "assistant", "content": "done"},
    ],
    "tools": [{"type": "function", "function": {"name": "look", "parameters": {}}}],
}

TRAJECTORY: dict[str, Any] = {
    "environment": "box",
    "trajectory": [
        {"action": "ls", "observation": "a.txt", "state": '{"dir": "/"}', "execution_time": 0.5}
    ],
    "history": [
        {"role": "system", "content": "You fix things.", "agent": "main"},
        {"role": "user", "content": "Fix it.", "agent": "main"},
        {
            "role": "assistant",
            "content": "Looking.",
            "agent": "main",
            "tool_calls": [{"id": "c1", "function": {"name": "bash", "arguments": '{"c": "ls"}'}}],
        },
        {"role": "tool", "content": "a.txt", "agent": "main", "tool_call_ids": ["c1"]},
    ],
    "info": {
        "exit_status": "submitted",
        "submission": "diff",
        "model_stats": {
            "instance_cost": 0.25,
            "tokens_sent": 30,
            "tokens_received": 5,
            "api_calls": 1,
        },
    },
    "replay_config": '{"agent": {"model": {"name": "m-2"}}}',
}

ATIF: dict[str, Any] = {
    "schema_version": "ATIF-v1.5",
    "session_id": "s1",
    "agent": {"name": "smith", "version": "2", "model_name": "m-3"},
    "steps": [
        {"step_id": 1, "source": "system", "message": "Obey."},
        {"step_id": 2, "source": "user", "message": "Go.", "timestamp": "2026-01-01T00:00:00Z"},
        {
            "step_id": 3,
            "source": "agent",
            "message": "Going.",
            "timestamp": "2026-01-01T00:00:05Z",
            "tool_calls": [{"tool_call_id": "t1", "function_name": "run", "arguments": {"n": 2}}],
            "observation": {"results": [{"source_call_id": "t1", "content": "ran"}]},
            "metrics": {"prompt_tokens": 7, "completion_tokens": 3, "cost_usd": 0.01},
        },
        {
            "step_id": 4,
            "source": "agent",
            "message": "Press enter.",
            "observation": {"results": [{"content": "screen"}]},
            "metrics": {"cost_usd": 0.02},
        },
    ],
}


def _asked(call_id: str, name: str, response: str) -> dict[str, Any]:
    call = {"id": call_id, "type": "function", "function": {"name": name, "arguments": "{}"}}
    said = {"role": "assistant", "content": "Thinking.", "tool_calls": [call]}
    return {
        "function_name": name,
        "tool_call_id": call_id,
        "total_calls_in_response": 1,
        "model_response": {
            "id": response,
            "model": "m-4",
            "choices": [{"index": 0, "finish_reason": "tool_calls", "message": said}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
        },
    }


OPENHANDS: list[dict[str, Any]] = [
    {"id": 0, "source": "agent", "action": "system", "args": {"content": "Help."}},
    {
        "id": 1,
        "source": "user",
        "action": "message",
        "args": {"content": "Build."},
        "timestamp": "2026-01-01T00:00:00",
    },
    {"id": 2, "source": "environment", "observation": "agent_state_changed", "content": ""},
    {
        "id": 3,
        "source": "agent",
        "action": "run",
        "args": {"command": "make"},
        "timestamp": "2026-01-01T00:00:02",
        "tool_call_metadata": _asked("t1", "bash", "r1"),
    },
    {
        "id": 4,
        "source": "agent",
        "observation": "error",
        "content": "no make",
        "cause": 3,
        "timestamp": "2026-01-01T00:00:03",
        "tool_call_metadata": _asked("t1", "bash", "r1"),
    },
    {
        "id": 5,
        "source": "agent",
        "action": "finish",
        "args": {},
        "tool_call_metadata": _asked("t2", "finish", "r2"),
    },
]


def _value(value: Any) -> dict[str, Any]:
    names = {str: "stringValue", int: "intValue", float: "doubleValue"}
    return {names[type(value)]: str(value) if isinstance(value, int) else value}


def span(span_id: str, operation: str, begin: int, end: int, **attributes: Any) -> dict[str, Any]:
    """A span with GenAI attributes; `a__b` is the attribute `gen_ai.a.b`."""
    named = {f"gen_ai.{name.replace('__', '.')}": value for name, value in attributes.items()}
    named["gen_ai.operation.name"] = operation
    return {
        "traceId": "t" * 32,
        "spanId": span_id,
        "name": operation,
        "startTimeUnixNano": str(begin * 10**9),
        "endTimeUnixNano": str(end * 10**9),
        "attributes": [{"key": name, "value": _value(v)} for name, v in named.items()],
    }


def _message(role: str, **part: Any) -> dict[str, Any]:
    return {"role": role, "parts": [part], "finish_reason": "stop"}


ASKED = [_message("user", type="text", content="weather?")]
CALLED = _message("assistant", type="tool_call", id="c1", name="get", arguments={"at": "Rome"})
SPANS: list[dict[str, Any]] = [
    span("a1", "invoke_agent", 10, 20, agent__name="guide", conversation__id="talk"),
    span(
        "m1",
        "chat",
        11,
        12,
        response__model="m-5",
        usage__input_tokens=8,
        usage__output_tokens=2,
        system_instructions=json.dumps([{"type": "text", "content": "Be kind."}]),
        input__messages=json.dumps(ASKED),
        output__messages=json.dumps([CALLED]),
    )
    | {"parentSpanId": "a1"},
    span("x1", "execute_tool", 13, 14, tool__name="get", tool__call__id="c1")
    | {"parentSpanId": "a1"},
    span(
        "m2",
        "chat",
        15,
        16,
        request__model="m-5",
        system_instructions=json.dumps([{"type": "text", "content": "Be kind."}]),
        input__messages=json.dumps(
            [*ASKED, CALLED, _message("tool", type="tool_call_response", id="c1", response="sun")]
        ),
        output__messages=json.dumps([_message("assistant", type="text", content="sunny")]),
    )
    | {"parentSpanId": "a1"},
]


def export(*spans: dict[str, Any]) -> dict[str, Any]:
    """Spans as an export."""
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": spans}]}]}


def _event(kind: str, at: int, end: int, **more: Any) -> dict[str, Any]:
    moments = {"timestamp": f"2026-01-01T00:00:{at:02}+00:00"}
    return {"event": kind, **moments, "completed": f"2026-01-01T00:00:{end:02}+00:00", **more}


_SAID = {
    "id": "m3",
    "role": "assistant",
    "content": "attachment://long",
    "tool_calls": [{"id": "c1", "function": "add", "arguments": {"a": 1}, "type": "function"}],
}
_ANSWER = {"id": "m5", "role": "assistant", "content": "two"}
SAMPLE: dict[str, Any] = {
    "id": "sum",
    "epoch": 2,
    "input": "1+1?",
    "target": "two",
    "messages": [
        {"id": "m1", "role": "system", "content": "Add."},
        {"id": "m2", "role": "user", "content": "1+1?"},
        _SAID,
        {"id": "m4", "role": "tool", "content": "2", "tool_call_id": "c1", "function": "add"},
        _ANSWER,
    ],
    "scores": {
        "match": {"value": "C", "explanation": "as said"},
        "rubric": {"value": {"tone": 0.5, "length": 12}},
    },
    "events": [
        _event("span_begin", 1, 1, id="s", name="s"),
        _event(
            "model",
            1,
            3,
            model="m-6",
            input=[],
            input_refs=[[0, 2]],
            tools=[{"name": "add", "description": "", "parameters": {"type": "object"}}],
            config={"temperature": 0.5},
            output={
                "model": "m-6-mini",
                "choices": [{"message": _SAID, "stop_reason": "tool_calls"}],
                "usage": {"input_tokens": 5, "output_tokens": 4, "total_tokens": 9},
            },
        ),
        _event("tool", 3, 4, id="c1", function="add", arguments={"a": 1}, result="2"),
        _event(
            "model",
            5,
            6,
            model="m-6",
            input=[],
            output={
                "model": "m-6-mini",
                "choices": [{"message": _ANSWER, "stop_reason": "stop"}],
                "usage": {"input_tokens": 6, "output_tokens": 1, "total_tokens": 7},
            },
        ),
        _event(
            "model",
            7,
            8,
            model="judge",
            input=[],
            output={
                "model": "judge",
                "choices": [{"message": {"id": "g", "role": "assistant", "content": "C"}}],
                "usage": {"input_tokens": 90, "output_tokens": 1, "total_tokens": 91},
            },
        ),
    ],
    "attachments": {"long": "Let me add."},
}
SAMPLE["events_data"] = {"messages": SAMPLE["messages"][:2], "calls": []}
HEADER: dict[str, Any] = {
    "version": 2,
    "status": "success",
    "eval": {"task": "sums", "model": "m-6", "created": "2026-01-01T00:00:00+00:00"},
    "stats": {
        "started_at": "2026-01-01T00:00:00+00:00",
        "completed_at": "2026-01-01T00:00:09+00:00",
    },
}


def log(path: Path, *samples: Any, header: Any = HEADER) -> Path:
    """An Inspect log, packed as Inspect packs it."""
    named = [(f"samples/{n}_epoch_1.json", sample) for n, sample in enumerate(samples)]
    write_members(path, [*named, ("header.json", header)])
    return path


def write(path: Path, *documents: Any) -> Path:
    """Documents, one a line."""
    path.write_text("".join(json.dumps(document) + "\n" for document in documents))
    return path


def small(source: str, folder: Path) -> Path:
    """The small recording of a format."""
    if source == "inspect":
        return log(folder / "log.eval", SAMPLE)
    named = {
        "chat": ("talk.jsonl", [CHAT]),
        "swe-agent": ("fix.traj", [TRAJECTORY]),
        "atif": ("go.json", [ATIF]),
        "openhands": ("build.json", [OPENHANDS]),
        "otlp": ("spans.jsonl", [export(*SPANS)]),
    }
    name, documents = named[source]
    return write(folder / name, *documents)


def read(source: str, path: Path) -> list[Fact]:
    """The facts of a recording."""
    return [fact for group in read_recordings(FORMATS[source], path, now=5e9) for fact in group]


def of(kind: type[F], facts: list[Fact]) -> list[F]:
    """The facts of one type."""
    return [fact for fact in facts if isinstance(fact, kind)]
