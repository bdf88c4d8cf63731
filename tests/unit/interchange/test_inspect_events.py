"""The events of an Inspect log as a frame."""

import json
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.errors import BadInput
from engine.interchange.inspect import EVENTS, event_frames, events_frame
from pipelines.bench.inspect_log import EVENTS_A_SAMPLE, write_log
from tests.unit.interchange.recordings import HEADER, SAMPLE, log, small, write


def test_each_event_is_a_row(tmp_path: Path) -> None:
    """In their order, with what a column has of them."""
    frame = events_frame(small("inspect", tmp_path))
    assert frame["event"].to_list() == ["span_begin", "model", "tool", "model", "model"]
    assert frame["input_tokens"].to_list() == [None, 5, None, 6, 90]
    assert frame["tool_call_id"].to_list() == [None, None, "c1", None, None]
    assert frame["completed"][1] == datetime(2026, 1, 1, 0, 0, 3, tzinfo=UTC)


def test_a_log_without_events_is_an_empty_frame(tmp_path: Path) -> None:
    """With all its columns."""
    frame = events_frame(log(tmp_path / "a.eval", {**SAMPLE, "events": []}))
    assert (frame.height, dict(frame.schema)) == (0, dict(EVENTS))


def test_frames_together_are_the_whole(tmp_path: Path) -> None:
    """A long log comes in several, none of them far beyond the bound."""
    write_log(tmp_path / "a.eval", 210)
    heights = [frame.height for frame in event_frames(tmp_path / "a.eval")]
    assert (sum(heights), len(heights)) == (210 * EVENTS_A_SAMPLE, 2)


def test_old_and_new_forms_read_alike(tmp_path: Path) -> None:
    """Deflated members, packed ones, and one document."""
    old = tmp_path / "old.eval"
    with zipfile.ZipFile(old, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samples/0_epoch_1.json", json.dumps(SAMPLE))
        archive.writestr("header.json", json.dumps(HEADER))
    whole = write(tmp_path / "log.json", {**HEADER, "samples": [SAMPLE]})
    frames = [events_frame(path) for path in (old, small("inspect", tmp_path), whole)]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ({**SAMPLE, "epoch": "x"}, r"0_epoch_1\.json: .*\$\.epoch"),
        ({**SAMPLE, "events": [{}]}, r"field `event` - at `\$\.events\[0\]`"),
        ({**SAMPLE, "events": [{"event": "a", "timestamp": "now"}]}, "of another shape"),
        ([], "Expected `object`"),
    ],
)
def test_an_event_at_fault_is_placed(sample: Any, said: str, tmp_path: Path) -> None:
    """File, sample and place in it."""
    with pytest.raises(BadInput, match=said):
        events_frame(log(tmp_path / "a.eval", sample))


def test_nan_in_what_is_passed_over_is_no_fault(tmp_path: Path) -> None:
    """Inspect writes it for scores."""
    text = json.dumps({**SAMPLE, "scores": {"s": {"value": float("nan")}}}).encode()
    assert events_frame(log(tmp_path / "a.eval", text)).height == 5


@pytest.mark.data("inspect")
@pytest.mark.parametrize("name", ["popularity", "security-guide"])
def test_public_logs_are_read_whole(data_home: Path, name: str) -> None:
    """As many events of each kind, and as many tokens, as plain JSON has."""
    path, kinds, tokens = data_home / "inspect" / f"{name}.eval", Counter[str](), 0
    with zipfile.ZipFile(path) as archive:
        for member in (n for n in archive.namelist() if n.startswith("samples/")):
            for event in json.loads(archive.read(member))["events"]:
                kinds[event["event"]] += 1
                tokens += event.get("output", {}).get("usage", {}).get("input_tokens", 0)
    frame = events_frame(path)
    assert dict(frame["event"].value_counts().iter_rows()) == kinds
    assert frame["input_tokens"].sum() == tokens
