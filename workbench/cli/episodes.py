"""`workbench episodes`: the episodes of a run, and one of them to read."""

import json
from typing import Annotated, Any

import polars as pl
import typer
from rich.panel import Panel
from rich.text import Text

from workbench.bootstrap.remarks import remark
from workbench.bootstrap.side_by_side import side_by_side
from workbench.cli.output import (
    NOTHING,
    AsJson,
    console,
    print_frame,
    print_json,
    print_table,
    seconds,
    usd,
)
from workbench.cli.session import opened
from workbench.store import Store
from workbench.store.queries.resolve import resolve_episode, resolve_run

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench episodes show ep-0193")

_COLUMNS = (
    "episode_id",
    "task_id",
    "family",
    "epoch",
    "passed",
    "stop_reason",
    "steps",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "latency_s",
    "answer",
)
_STYLES = {"system": "dim", "user": "cyan", "assistant": "green", "tool": "yellow"}
_MOST = 80  # characters of an answer that a table shows


@app.command("list", epilog="Example: workbench episodes list last --failed")
def list_(
    ctx: typer.Context,
    run: Annotated[str, typer.Argument(help="A run's id, the beginning of one, or last.")] = "last",
    failed: Annotated[bool, typer.Option("--failed", help="Only those not passed.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the episodes of a run with verdict, ending and cost."""
    with opened(ctx) as store:
        frame = store.episodes(resolve_run(store.lake, run))
    if failed:
        frame = frame.filter(pl.col("passed").not_().fill_null(value=True))
    if not as_json:
        frame = frame.select(name for name in _COLUMNS if name in frame.columns).with_columns(
            pl.col("answer").str.replace_all("\n", " ").str.slice(0, _MOST)
        )
    print_frame(frame, as_json=as_json, formats={"cost_usd": usd, "latency_s": seconds})


@app.command(epilog="Example: workbench episodes show ep-0193 --json")
def show(
    ctx: typer.Context,
    episode: Annotated[str, typer.Argument(help="An episode's id, or the beginning of one.")],
    as_json: AsJson = False,
) -> None:
    """Print an episode's transcript, step by step."""
    with opened(ctx) as store:
        episode_id = resolve_episode(store.lake, episode)
        steps = store.steps(episode=episode_id).to_dicts()
        scores = store.scores(episode=episode_id).to_dicts()
    if as_json:
        print_json({"episode_id": episode_id, "steps": steps, "scores": scores})
        return
    for step in steps:
        print_step(step)
    for score in scores:
        verdict = Text("passed", "green") if score["passed"] else Text("failed", "red")
        console.print(f"{score['scorer']}:", verdict, f"{score['value']:.2f}", score["reason"])


@app.command(epilog="Example: workbench episodes diff ep-0193 ep-0194")
def diff(
    ctx: typer.Context,
    one: Annotated[str, typer.Argument(help="An episode's id, or the beginning of one.")],
    other: Annotated[str, typer.Argument(help="Another's, such as its fork.")],
    as_json: AsJson = False,
) -> None:
    """Two episodes side by side, step by step."""
    with opened(ctx) as store:
        if as_json:
            print_json(side_by_side(store, one, other).to_dicts())
        else:
            print_beside(store, one, other)


def print_beside(store: Store, one: str, other: str) -> None:
    """Print two episodes side by side; what is the same is said once."""
    rows = [
        [str(row["step"]), row["one"] or NOTHING, "=" if row["same"] else row["other"] or NOTHING]
        for row in side_by_side(store, one, other).to_dicts()
    ]
    print_table(["step", one, other], rows)


def print_step(step: dict[str, Any]) -> None:
    """A step with its messages."""
    tokens = f"{step['input_tokens']} + {step['output_tokens']} tokens"
    head = f"{step['index']}  {step['kind']}  {step['agent']}"
    console.rule(Text(f"{head}  {tokens}" if step["kind"] == "model" else head), align="left")
    if said := remark(step["kind"], json.loads(step["attributes"])):
        console.print(f"{said.action}: {said.text}", soft_wrap=True)
    for message in json.loads(step["messages"]):
        body = message.get("content") or ""
        for call in message.get("tool_calls", []):
            body += f"\n-> {call['name']}({json.dumps(call['arguments'])})"
        role = message["role"]
        title = " ".join(filter(None, [role, message.get("name")]))
        console.print(
            Panel(Text(body.strip()), title=Text(title), style=_STYLES[role], title_align="left")
        )
    if step["error"]:
        console.print(str(step["error"]), style="red")
