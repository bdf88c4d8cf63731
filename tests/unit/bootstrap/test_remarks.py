"""What guard, ladder and people did, in words."""

import pytest

from engine.contracts import JsonObject
from workbench.bootstrap.remarks import Remark, remark

VERDICT: JsonObject = {
    "action": "warn",
    "rule": "cycle",
    "count": 3.0,
    "limit": 3.0,
    "evidence": [1, 4],
    "message": "Stop that.",
}


@pytest.mark.parametrize(
    ("kind", "attributes", "said"),
    [
        ("guard", VERDICT, Remark("warn", "cycle: 3 counted, limit 3", (1, 4))),
        (
            "guard",
            {"rung": "force", "rungs": ["shorten", "force"], "used": 0.951},
            Remark("ladder", "shorten, force at 95 % of a limit"),
        ),
        (
            "human",
            {"action": "edit", "author": "ann", "note": "less", "arguments": {"cents": 5}},
            Remark("edit", 'by ann arguments {"cents":5} “less”'),
        ),
        ("human", {"action": "stop", "author": "", "note": ""}, Remark("stop", "by someone")),
        (
            "model",
            {"tool_calls": {"1": {"tool": "pay", "attempts": 3, "breaker": "half_open"}}},
            Remark("tools", "pay, tried 3 times, its breaker half open"),
        ),
        (
            "model",
            {
                "tool_calls": {
                    "1": {"tool": "pay", "replayed": True},
                    "2": {"tool": "look", "fallback": "old"},
                }
            },
            Remark(
                "tools", "pay, not called again, its stored answer given; look, replaced by old"
            ),
        ),
        ("human", {}, None),
        ("model", {"action": "ls -F", "thought": "look around"}, None),
        ("model", {"tool_calls": [{"name": "bash"}]}, None),
        ("human", {"tool_calls": {}}, None),
        ("model", {"finish_reason": "stop"}, None),
    ],
)
def test_a_step_says_what_was_done(kind: str, attributes: JsonObject, said: Remark | None) -> None:
    """The action first, then why, and the steps that show it."""
    assert remark(kind, attributes) == said
