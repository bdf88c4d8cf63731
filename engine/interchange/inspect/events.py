"""The events of an Inspect log as a Polars frame, without building an object for each.

Samples are read one after the other; their events go column by column into frames of some thousand
rows. Beside the resulting frame no more than one sample and one such frame are held.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from engine.errors import BadInput
from engine.interchange.inspect.archive import sample_texts

_AT_ONCE: Final = 20_000
"""Events of one frame: large enough that its own cost does not count."""
_TEXT: Final = ("event_id", "event", "span_id", "model", "function", "tool_call_id", "error")
_MOMENTS: Final = ("timestamp", "completed")
_NUMBERS: Final = ("working_start", "working_time")
_COUNTS: Final = ("input_tokens", "output_tokens")

EVENTS: Final[Mapping[str, Any]] = {
    "sample_id": pl.String,
    "epoch": pl.Int64,
    **dict.fromkeys(_TEXT[:3], pl.String),
    **dict.fromkeys(_MOMENTS, pl.Datetime("us", "UTC")),
    **dict.fromkeys(_NUMBERS, pl.Float64),
    **dict.fromkeys(_TEXT[3:], pl.String),
    **dict.fromkeys(_COUNTS, pl.Int64),
}
"""Columns of the frame; what an event does not have is null. Epochs count from 1, as in the log."""

_RAW: Final = {name: pl.String if name in _MOMENTS else kind for name, kind in EVENTS.items()}
_Columns = defaultdict[str, list[Any]]


def events_frame(path: Path) -> pl.DataFrame:
    """All events of a log (`.eval`, or `.json`), in their order, with the columns of `EVENTS`.

    Raises `BadInput` naming the sample whose events cannot be read.
    """
    return pl.concat([pl.DataFrame(schema=EVENTS), *event_frames(path)], rechunk=False)


def event_frames(path: Path) -> Iterator[pl.DataFrame]:
    """The events in frames of some thousand rows, of which the sample that ends one is whole."""
    columns: _Columns = defaultdict(list)
    for where, sample in sample_texts(path):
        _add(columns, sample, where)
        if len(columns["event"]) >= _AT_ONCE:
            yield _frame(columns, path)
            columns = defaultdict(list)
    if columns:
        yield _frame(columns, path)


def _add(columns: _Columns, sample: Any, where: str) -> None:
    try:
        events = sample.get("events") or []
        columns["sample_id"] += [str(sample["id"])] * len(events)
        columns["epoch"] += [sample["epoch"]] * len(events)
        columns["event_id"] += [event.get("uuid") for event in events]
        for name in ("event", "span_id", *_MOMENTS, *_NUMBERS, "model", "function"):
            columns[name] += [event.get(name) for event in events]
        for name, read in _READ.items():
            columns[name] += [read(event) for event in events]
    except (AttributeError, KeyError, TypeError):
        raise BadInput("is no sample with a list of events", where=where) from None


def _tokens(name: str) -> Callable[[dict[str, Any]], Any]:
    def read(event: dict[str, Any]) -> Any:
        output = event.get("output")
        usage = output.get("usage") if output else None
        return usage.get(name) if usage else None

    return read


def _call_id(event: dict[str, Any]) -> Any:
    return event.get("id") if event.get("event") == "tool" else None


def _error(event: dict[str, Any]) -> Any:
    """A model's error is text, a tool's has a message."""
    error = event.get("error")
    return error.get("message") if isinstance(error, dict) else error


_READ: Final[Mapping[str, Callable[[dict[str, Any]], Any]]] = {
    "tool_call_id": _call_id,
    "error": _error,
    **{name: _tokens(name) for name in _COUNTS},
}


def _frame(columns: Mapping[str, Sequence[Any]], path: Path) -> pl.DataFrame:
    try:
        raw = pl.DataFrame(columns, schema=_RAW, orient="col", strict=True)
        moments = pl.col(_MOMENTS).str.to_datetime("%+", time_unit="us", time_zone="UTC")
        return raw.with_columns(moments)
    except (pl.exceptions.PolarsError, TypeError) as error:
        said = str(error).splitlines()[0]
        raise BadInput(f"has an event of another shape: {said}", where=str(path)) from None
