"""Whatever way a secret takes into a log line, the line does not show it."""

import io
import logging
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given

from engine.contracts import Episode, ErrorSpec, Exchange, StopReason, Usage, user
from engine.privacy import Detector
from engine.telemetry import FactLog, bind, configure, get_logger
from tests.property.secrets import ANY_SECRET, Planted

REDACT = Detector(without=("URL",)).redact_data


@dataclass
class Holder:
    """Shows what it holds, as dataclasses do."""

    held: Any


class Opaque:
    """Shows what it holds in a `repr` of its own."""

    def __init__(self, held: str) -> None:
        self._held = held

    def __repr__(self) -> str:
        return f"Opaque\n{self._held}"


def _raise(text: str) -> None:
    raise ValueError(text)


def _chained(text: str) -> None:
    try:
        _raise(text)
    except ValueError as inner:
        raise RuntimeError("outer") from inner


def _exception(text: str) -> None:
    try:
        _chained(text)
    except RuntimeError:
        get_logger().exception("failed")


def _library_exception(text: str) -> None:
    try:
        _chained(text)
    except RuntimeError:
        logging.getLogger("library").exception("failed")


def _bound(text: str) -> None:
    with bind(who=text):
        get_logger().warning("bound")


def _facts(text: str) -> None:
    error = ErrorSpec(code="tool_error", message=f"failed: {text}")
    ids: dict[str, Any] = {"run_id": "run-1", "episode_id": "ep-1", "error": error}
    times: dict[str, Any] = {"started_at": 0.0, "ended_at": 1.0}
    call: dict[str, Any] = {"step_index": 1, "position": 1, "kind": "tool", "request_hash": ""}
    sample: dict[str, Any] = {
        "task_id": "t",
        "family": "f",
        "epoch": 0,
        "steps": 1,
        "usage": Usage(),
    }
    log = FactLog({})
    log.add(Exchange(name=text, request={}, **call, **ids, **times))
    end = {"agent": "a", "model": "m", "stop_reason": StopReason.ERROR, "cost_usd": None}
    log.add(Episode(**sample, **end, **ids, **times))  # type: ignore[arg-type]


PATHS: dict[str, Callable[[str], None]] = {
    "event": lambda text: get_logger().warning(f"said {text}"),
    "event of another type": lambda text: get_logger().warning({"said": text}),
    "positional argument": lambda text: get_logger().warning("said %s", text),
    "value": lambda text: get_logger().warning("event", value=text),
    "bytes": lambda text: get_logger().warning("event", value=text.encode()),
    "nested value": lambda text: get_logger().warning("event", value={"a": [{"b": (text,)}]}),
    "set": lambda text: get_logger().warning("event", value={text}),
    "key": lambda text: get_logger().warning("event", **{text: 1}),
    "nested key": lambda text: get_logger().warning("event", value={"a": {text: 1}}),
    "record": lambda text: get_logger().warning("event", value=user(text)),
    "dataclass": lambda text: get_logger().warning("event", value=Holder(Holder(text))),
    "object": lambda text: get_logger().warning("event", value=[Opaque(text)]),
    "error as a value": lambda text: get_logger().warning("event", value=ValueError(text)),
    "bound logger": lambda text: get_logger().bind(who=text).warning("event"),
    "bound context": _bound,
    "chained exception": _exception,
    "library": lambda text: logging.getLogger("library").warning(text),
    "library argument": lambda text: logging.getLogger("library").warning("said %r", text),
    "library mapping": lambda text: logging.getLogger("library").warning("%(a)s", {"a": text}),
    "library misfit": lambda text: logging.getLogger("library").warning(*("%d %d", text)),
    "library exception": _library_exception,
    "facts": _facts,
}


def _written(form: Literal["console", "json"], path: str, text: str) -> str:
    with redirect_stderr(io.StringIO()) as written:
        configure(redact=REDACT, form=form, level="debug")
        PATHS[path](text)
    return written.getvalue()


@pytest.mark.parametrize("form", ["console", "json"])
@pytest.mark.parametrize("path", PATHS)
@given(secret=ANY_SECRET)
def test_no_path_shows_a_secret(
    form: Literal["console", "json"], path: str, secret: Planted
) -> None:
    """A secret of any type does not stand in what is written, and something is written."""
    written = _written(form, path, secret.text)
    assert written
    assert secret.needle not in written


@given(secret=ANY_SECRET)
def test_each_is_found_as_its_type(secret: Planted) -> None:
    """The detector gives a generated secret the type it was made as."""
    assert secret.type in {span.type for span in Detector(without=("URL",)).find(secret.text)}
