"""Recordings at fault are refused with their place, and tell no value."""

from pathlib import Path
from typing import Any

import pytest

from engine.contracts import Fact, UnknownField
from engine.errors import BadInput, NotFound
from engine.interchange import FORMATS, read_recordings
from tests.unit.interchange.recordings import (
    ATIF,
    CHAT,
    HEADER,
    OPENHANDS,
    SAMPLE,
    SPANS,
    TRAJECTORY,
    export,
    log,
    of,
    read,
    small,
    write,
)

_MODEL_EVENT = SAMPLE["events"][1]
_BAD_REFS = {**_MODEL_EVENT, "input_refs": [[0, 9]]}

FAULTS: list[tuple[str, Any, str]] = [
    ("chat", "{", "line 1: is no JSON"),
    ("chat", [CHAT, {"messages": []}], "line 2: messages: "),
    ("chat", {"messages": [{"role": "hunter2"}]}, "line 1: messages.0.role: "),
    ("swe-agent", {**TRAJECTORY, "history": []}, "fix.traj: history: "),
    ("swe-agent", {**TRAJECTORY, "info": {"model_stats": {"tokens_sent": -1}}}, "tokens_sent: "),
    ("atif", {**ATIF, "schema_version": "ATIF-v9.0"}, "schema_version: is of a version"),
    ("atif", {**ATIF, "steps": [{"step_id": 1, "source": "cat"}]}, "steps.0.source: "),
    (
        "atif",
        {**ATIF, "steps": [{"step_id": 4, "source": "user", "timestamp": "hunter2"}]},
        "step 4: is no ISO 8601 moment",
    ),
    ("openhands", {}, "is no list of events"),
    ("openhands", [*OPENHANDS[:2], {"id": "x"}], "event 2: id: "),
    ("openhands", [{"id": 1, "observation": "null"}], "holds no episode"),
    ("otlp", {"resourceLogs": []}, "line 1: resourceSpans: Field required"),
    ("otlp", export({**SPANS[0], "startTimeUnixNano": "soon"}), "startTimeUnixNano: "),
    (
        "otlp",
        export({**SPANS[0], "attributes": [{"key": "a", "value": {"intValue": "hunter2"}}]}),
        "an attribute's value is none",
    ),
    ("inspect", {**SAMPLE, "epoch": 0}, "samples/0_epoch_1.json: epoch: "),
    ("inspect", {**SAMPLE, "events": [{"event": "model"}]}, "event 0: timestamp: Field required"),
    ("inspect", {**SAMPLE, "events": [_BAD_REFS]}, "input_refs lead to no message"),
]
NAMES = {"chat": "a.jsonl", "swe-agent": "fix.traj", "otlp": "a.jsonl"}


def faulty(source: str, folder: Path, content: Any) -> Path:
    path = folder / NAMES.get(source, "a.json")
    if isinstance(content, str):
        path.write_text(content)
    elif source == "inspect":
        path = log(folder / "a.eval", content)
    else:
        many = source == "chat" and isinstance(content, list)
        write(path, *(content if many else [content]))
    return path


@pytest.mark.parametrize(("source", "content", "said"), FAULTS)
def test_a_fault_is_placed(source: str, content: Any, said: str, tmp_path: Path) -> None:
    """File, sample and field are named, and the value is not."""
    with pytest.raises(BadInput, match=said) as caught:
        read(source, faulty(source, tmp_path, content))
    assert str(tmp_path) in str(caught.value) or "span" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("source", FORMATS)
def test_a_fault_anywhere_comes_before_any_fact(source: str, tmp_path: Path) -> None:
    """What is not JSON is refused as a whole."""
    suffix = FORMATS[source].suffixes[0]
    (tmp_path / f"a{suffix}").write_text("hunter2")
    groups: list[tuple[Fact, ...]] = []
    with pytest.raises(BadInput):
        groups.extend(read_recordings(FORMATS[source], tmp_path, now=0.0))
    assert groups == []


@pytest.mark.parametrize("source", FORMATS)
def test_an_empty_folder_is_told(source: str, tmp_path: Path) -> None:
    """What was looked for, and what was found, is said."""
    (tmp_path / "notes.txt").touch()
    with pytest.raises(NotFound, match=r"found: notes\.txt"):
        read(source, tmp_path)


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_log_is_refused(damage: str, tmp_path: Path) -> None:
    """A zip that is cut off, or of which a byte is another, is told by its file."""
    path = small("inspect", tmp_path)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    else:
        data[100] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(BadInput, match=r"log\.eval"):
        read("inspect", path)


def test_a_zip_that_is_no_log_is_refused(tmp_path: Path) -> None:
    """It says what it is not."""
    with pytest.raises(BadInput, match=r"header\.json: is no JSON object"):
        read("inspect", log(tmp_path / "a.eval", SAMPLE, header=[]))


UNKNOWN: list[tuple[str, Any, set[tuple[str, int]]]] = [
    ("chat", {**CHAT, "mood": 1}, {("/mood", 1)}),
    (
        "chat",
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
        {("/messages/*/content/*/image_url", 1)},
    ),
    ("swe-agent", {**TRAJECTORY, "colour": "red"}, {("/colour", 1)}),
    ("atif", {**ATIF, "agent": {**ATIF["agent"], "hat": 1}}, {("/agent/hat", 1)}),
    ("openhands", [{**event, "fur": 1} for event in OPENHANDS], {("/fur", 6)}),
    (
        "otlp",
        export(*({**s, "attributes": [*s["attributes"], {"key": "a/b", "value": {}}]}
                 for s in SPANS)),
        {("/resourceSpans/*/scopeSpans/*/spans/*/attributes/a~1b", 4)},
    ),
    ("otlp", export(*SPANS, {**SPANS[0], "attributes": []}),
     {("/resourceSpans/*/scopeSpans/*/spans/*", 1)}),
    ("inspect", {**SAMPLE, "aura": 1, "events": [{**_MODEL_EVENT, "glow": 1}]},
     {("/aura", 1), ("/events/*/glow", 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "content", "found"), UNKNOWN)
def test_what_is_not_read_is_counted(
    source: str, content: Any, found: set[tuple[str, int]], tmp_path: Path
) -> None:
    """Each unknown field by its place, once for each time that it came."""
    facts = of(UnknownField, read(source, faulty(source, tmp_path, content)))
    assert {(fact.field, fact.count) for fact in facts} == found
    assert {fact.source for fact in facts} == {source}


def test_no_known_field_is_called_unknown(tmp_path: Path) -> None:
    """The small recordings hold nothing that is not known."""
    for source in ("chat", "swe-agent", "atif", "openhands", "otlp", "inspect"):
        (tmp_path / source).mkdir()
        assert of(UnknownField, read(source, small(source, tmp_path / source))) == []


def test_numbers_that_json_does_not_know_are_read(tmp_path: Path) -> None:
    """Inspect writes NaN; such a score is none of ours."""
    path = tmp_path / "log.json"
    write(path, {**HEADER, "samples": [{**SAMPLE, "scores": {"s": {"value": float("nan")}}}]})
    assert "NaN" in path.read_text()
    assert read("inspect", path)
