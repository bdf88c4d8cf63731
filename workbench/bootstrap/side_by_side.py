"""Two episodes step by step: what is the same, and where they part."""

import polars as pl

from engine.contracts import Step, json_text
from workbench.store import Store
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_episode

SIDE_BY_SIDE = {"step": pl.Int64, "same": pl.Boolean, "one": pl.String, "other": pl.String}


def side_by_side(store: Store, one: str, other: str) -> pl.DataFrame:
    """The steps of two episodes beside each other, by index.

    Columns: step, same (both said and did the same), one, other (what was said and called; null:
    no such step). Raises `NotFound` where there is no such episode.
    """
    sides = [_said(store, resolve_episode(store.lake, text)) for text in (one, other)]
    left, right = sides
    rows = [
        {
            "step": at,
            "same": left.get(at) == right.get(at),
            "one": left.get(at),
            "other": right.get(at),
        }
        for at in sorted({*left, *right})
    ]
    return pl.DataFrame(rows, schema=SIDE_BY_SIDE)


def _said(store: Store, episode_id: str) -> dict[int, str]:
    return {step.index: _text(step) for step in facts.steps(store.lake, episode_id)}


def _text(step: Step) -> str:
    """A step as people read it, a line a message or call."""
    lines = [f"{step.kind} {step.agent}"]
    for message in step.messages:
        said = [message.content] if message.content else []
        calls = [f"-> {call.name}({json_text(call.arguments)})" for call in message.tool_calls]
        lines += [f"{message.role}: {line}" for line in [*said, *calls]]
    return "\n".join(lines)
