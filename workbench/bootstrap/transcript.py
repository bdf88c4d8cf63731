"""What was said in an episode, a row a message."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from workbench.store import Store

TRANSCRIPT = {"step": pl.Int64, "agent": pl.String, "role": pl.String, "said": pl.String}


def transcript(store: Store, episode: str) -> pl.DataFrame:
    """An episode's messages in order, calls of tools as `-> name(arguments)` below the text.

    Columns: step, agent, role (of a tool's result: its name), said.
    """
    steps = store.steps(episode=episode).iter_rows(named=True)
    rows = [row for step in steps for row in _rows(step)]
    return pl.DataFrame(rows, schema=TRANSCRIPT)


def _rows(step: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for message in json.loads(step["messages"]):
        calls = [
            f"-> {call['name']}({json.dumps(call['arguments'], ensure_ascii=False)})"
            for call in message.get("tool_calls", [])
        ]
        said = "\n".join(filter(None, [message.get("content"), *calls]))
        role = message["name"] if message["role"] == "tool" else message["role"]
        yield {"step": step["index"], "agent": step["agent"], "role": role, "said": said}
