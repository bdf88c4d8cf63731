"""Facts as log lines, and the arguments of tools that no line shows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import Episode, ErrorSpec, Exchange, Fact, Step, StopReason, Usage
from engine.telemetry import FactLog, configure

Err = pytest.CaptureFixture[str]
PIN = "open sesame"
IDS: dict[str, Any] = {"run_id": "run-1", "episode_id": "ep-1", "started_at": 0.0, "ended_at": 1.0}


def plain(value: Any) -> Any:
    return value


def step(message: str = "") -> Step:
    error = ErrorSpec(code="model_error", message=message) if message else None
    return Step(**IDS, index=1, kind="model", agent="a", span_id="0", messages=(), error=error)


def call(message: str, arguments: Any, name: str = "unlock") -> Exchange:
    return Exchange(
        **IDS,
        step_index=1,
        position=1,
        kind="tool",
        name=name,
        request={"name": name, "arguments": arguments},
        request_hash="",
        error=ErrorSpec(code="tool_error", message=message),
    )


def ended(message: str) -> Episode:
    return Episode(
        **IDS,
        task_id="t",
        family="f",
        epoch=0,
        agent="a",
        model="m",
        stop_reason=StopReason.ERROR,
        steps=1,
        usage=Usage(),
        cost_usd=None,
        error=ErrorSpec(code="error", message=message),
    )


def messages(capsys: Err, *facts: Fact) -> list[str]:
    configure(redact=plain, form="json", level="info")
    FactLog({"unlock": ("pin",)}).add(*facts)
    return [json.loads(line).get("message") for line in capsys.readouterr().err.splitlines()]


def test_log_lines_carry_run_episode_and_step(capsys: Err) -> None:
    """A step's line is one JSON object with its three ids."""
    configure(redact=plain, form="json", level="info")
    FactLog({}).add(step())
    line = json.loads(capsys.readouterr().err)
    assert (line["run_id"], line["episode_id"], line["step"]) == ("run-1", "ep-1", 1)


def test_what_a_sensitive_tool_says_is_withheld(capsys: Err) -> None:
    """An error of a tool with sensitive arguments may hold them in any form."""
    assert messages(capsys, call("no emases nepo", {"pin": PIN})) == ["[SENSITIVE]"]


def test_other_tools_say_what_was_wrong(capsys: Err) -> None:
    """A tool without sensitive arguments is logged with its message."""
    assert messages(capsys, call("bad", {"pin": PIN}, name="add")) == ["bad"]


@pytest.mark.parametrize("pin", [PIN, {"a": [PIN]}, [1, PIN.upper()]])
def test_the_value_is_shown_nowhere_in_its_episode(capsys: Err, pin: Any) -> None:
    """Later messages of the episode in which the value stands are withheld."""
    facts = (call("x", {"pin": pin}), step(f"no {PIN}!"), step("fine"), ended(f"{PIN}"))
    shown = messages(capsys, *facts)
    assert shown == ["[SENSITIVE]", "[SENSITIVE]", "fine", "[SENSITIVE]"]


def test_values_are_forgotten_with_their_episode(capsys: Err) -> None:
    """After its end nothing of an episode is kept."""
    assert messages(capsys, call("x", {"pin": "x"}), ended("y"), step("x"))[-1] == "x"


@pytest.mark.parametrize("arguments", [{}, {"pin": None}, {"pin": ""}, {"pin": True}, None])
def test_an_empty_value_hides_nothing(capsys: Err, arguments: Any) -> None:
    """Without a value there is nothing to look for in other messages."""
    assert messages(capsys, call("x", arguments), step("True None"))[-1] == "True None"


@given(pin=st.text(min_size=1) | st.integers())
def test_any_value_is_withheld(pin: str | int) -> None:
    """Whatever the value, a message that holds it is not shown."""
    log = FactLog({"unlock": ("pin",)})
    log._remember(call("x", {"pin": pin}))
    assert log._message(step(f"was {pin} then")) == "[SENSITIVE]"
