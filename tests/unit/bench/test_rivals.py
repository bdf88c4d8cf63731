"""The rivals stop where their makers say they do, and not a step before."""

import pytest

from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard.rivals import RIVALS


def did(tool: str, result: str = "ok", *, failed: bool = False) -> Observation:
    return Observation("agent", (Act(tool, {}, result, failed),))


def said(text: str, *, replied: bool = False) -> Observation:
    return Observation("agent", text=text, replied=replied)


A, B, C = did("a"), did("b"), did("c")
FULL = [did(f"t{at}", "context window exceeded", failed=True) for at in range(10)]


@pytest.mark.parametrize(
    ("rival", "steps", "stop"),
    [
        ("openhands", [A] * 4, 3),
        ("openhands", [did("a", str(at)) for at in range(9)], None),
        ("openhands", [did("a", str(at), failed=True) for at in range(3)], 2),
        ("openhands", [said("hello")] * 3, 2),
        ("openhands", [said("hello"), said("well"), said("hello")], None),
        ("openhands", [A, B] * 3, 5),
        ("openhands", [A, B, C] * 5, None),
        ("openhands", FULL, 9),
        ("openhands", [*FULL[:9], A, FULL[9]], None),
        ("openhands", [said("hello", replied=True)] * 3, None),
        ("gemini_cli", [A] * 5, 4),
        ("gemini_cli", [did("a", str(at)) for at in range(5)], 4),
        ("gemini_cli", [A, B, C, did("d"), did("e")] * 5, 24),
        ("gemini_cli", [*[A, B] * 4, A, C], None),
        ("gemini_cli", [said("The same sentence comes again and again, word by word. ")] * 12, 9),
        (
            "gemini_cli",
            [said(f"Line {at} of a poem that has many lines. ") for at in range(20)],
            None,
        ),
        ("cline", [A] * 5, 4),
        ("cline", [*[A] * 4, B, A], None),
        ("cline", [*[A] * 3, said("hm", replied=True), *[A] * 3], None),
    ],
)
def test_stop(rival: str, steps: list[Observation], stop: int | None) -> None:
    """The step at which each would stop is that of its description."""
    assert RIVALS[rival](steps) == stop
