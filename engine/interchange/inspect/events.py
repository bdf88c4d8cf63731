"""The events of an Inspect log as a Polars frame.

Only what the columns hold is taken from the JSON text; the rest is passed over without becoming
objects, which is what makes it quick. Samples are read one after the other: beside the resulting
frame no more than one sample, and some thousand rows, are held.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from engine.errors import BadInput
from engine.interchange.files import parsed, whole
from engine.interchange.inspect.archive import Archive, is_archive

_AT_ONCE: Final = 20_000
"""Events of one frame: large enough that its own cost does not count."""
_MOMENTS: Final = ("timestamp", "completed")

EVENTS: Final[Mapping[str, Any]] = {
    "sample_id": pl.String,
    "epoch": pl.Int64,
    "event_id": pl.String,
    "event": pl.String,
    "span_id": pl.String,
    **dict.fromkeys(_MOMENTS, pl.Datetime("us", "UTC")),
    "working_start": pl.Float64,
    "working_time": pl.Float64,
    "model": pl.String,
    "input_tokens": pl.Int64,
    "output_tokens": pl.Int64,
    "function": pl.String,
    "tool_call_id": pl.String,
    "error": pl.String,
}
"""Columns of the frame; what an event does not have is null. Epochs count from 1, as in the log."""

_RAW: Final = {name: pl.String if name in _MOMENTS else kind for name, kind in EVENTS.items()}
_Columns = defaultdict[str, list[Any]]


class _Usage(msgspec.Struct, gc=False):
    input_tokens: int | None = None
    output_tokens: int | None = None


_NO_USAGE: Final = _Usage()


class _Output(msgspec.Struct, gc=False):
    usage: _Usage | None = None


class _Error(msgspec.Struct, gc=False):
    message: str | None = None


class _Event(msgspec.Struct, gc=False):
    event: str
    uuid: str | None = None
    span_id: str | None = None
    timestamp: str | None = None
    completed: str | None = None
    working_start: float | None = None
    working_time: float | None = None
    model: str | None = None
    function: str | None = None
    id: str | int | None = None
    error: str | _Error | None = None
    output: _Output | None = None


class _Sample(msgspec.Struct, gc=False):
    id: str | int
    epoch: int
    events: list[_Event] = []


class _Log(msgspec.Struct, gc=False):
    eval: dict[str, Any]
    samples: list[_Sample] = []


_AS_SAMPLE: Final = msgspec.json.Decoder(_Sample)
_AS_LOG: Final = msgspec.json.Decoder(_Log)


def events_frame(path: Path | str) -> pl.DataFrame:
    """All events of a log (`.eval`, or `.json`), in their order, with the columns of `EVENTS`.

    Raises `BadInput` naming the sample whose events cannot be read, and the place in it.
    """
    return pl.concat([pl.DataFrame(schema=EVENTS), *event_frames(Path(path))], rechunk=False)


def event_frames(path: Path) -> Iterator[pl.DataFrame]:
    """The events in frames of some thousand rows; the sample with which one ends is whole."""
    columns: _Columns = defaultdict(list)
    for sample in _samples(path):
        _add(columns, sample)
        if len(columns["event"]) >= _AT_ONCE:
            yield _frame(columns, path)
            columns = defaultdict(list)
    if columns:
        yield _frame(columns, path)


def _samples(path: Path) -> Iterator[_Sample]:
    if not is_archive(path):
        yield from _decoded(_AS_LOG, whole(path), str(path)).samples
        return
    with Archive(path) as archive:
        for where, data in archive.samples():
            yield _decoded(_AS_SAMPLE, data, where)


def _decoded(decoder: msgspec.json.Decoder[Any], data: bytes, where: str) -> Any:
    try:
        return _read(decoder, data, where)
    except msgspec.ValidationError as error:
        raise BadInput(f"is not as a log has it: {error}", where=where) from None


def _read(decoder: msgspec.json.Decoder[Any], data: bytes, where: str) -> Any:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # it may hold NaN, which JSON does not know and Inspect writes
        return msgspec.convert(parsed(data, where), decoder.type)


def _add(columns: _Columns, sample: _Sample) -> None:
    events = sample.events
    columns["sample_id"] += [str(sample.id)] * len(events)
    columns["epoch"] += [sample.epoch] * len(events)
    columns["event_id"] += [event.uuid for event in events]
    columns["event"] += [event.event for event in events]
    columns["span_id"] += [event.span_id for event in events]
    columns["timestamp"] += [event.timestamp for event in events]
    columns["completed"] += [event.completed for event in events]
    columns["working_start"] += [event.working_start for event in events]
    columns["working_time"] += [event.working_time for event in events]
    columns["model"] += [event.model for event in events]
    columns["function"] += [event.function for event in events]
    columns["tool_call_id"] += [event.id if event.event == "tool" else None for event in events]
    columns["error"] += [_said(event.error) for event in events]
    used = [(event.output and event.output.usage) or _NO_USAGE for event in events]
    columns["input_tokens"] += [usage.input_tokens for usage in used]
    columns["output_tokens"] += [usage.output_tokens for usage in used]


def _said(error: str | _Error | None) -> str | None:
    """A model's error is text, a tool's has a message."""
    return error.message if isinstance(error, _Error) else error


def _frame(columns: Mapping[str, Sequence[Any]], path: Path) -> pl.DataFrame:
    try:
        raw = pl.DataFrame(columns, schema=_RAW, orient="col", strict=True)
        moments = pl.col(_MOMENTS).str.to_datetime("%+", time_unit="us", time_zone="UTC")
        return raw.select(pl.col(*_RAW)).with_columns(moments)
    except (pl.exceptions.PolarsError, TypeError) as error:
        said = str(error).splitlines()[0]
        raise BadInput(f"has an event of another shape: {said}", where=str(path)) from None
