"""`workbench escalations`: the episodes that wait for a person, and what is to become of them."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import orjson
import polars as pl
import typer
from rich.text import Text

from engine.contracts import JsonObject
from engine.errors import BadInput
from workbench.bootstrap import Bench, Listener, decide, go_on
from workbench.cli.episodes import print_step
from workbench.cli.output import AsJson, console, moment, print_frame, print_json, progress_console
from workbench.cli.session import opened, settings_of
from workbench.store import Store
from workbench.store.queries.resolve import resolve_run
from workbench.store.waitlist import resolve_wait

HELP = """Episodes that wait for a person: list, read and decide them.

An episode waits where its team says so. In suite.yaml, or in an agent's own file:

\b
  teams:
    - name: desk
      entry: clerk
      guard: {escalate: [same_result, token_budget]}
      agents:
        - name: clerk
          instructions: Help the customer.
          tools: [lookup, refund]
          approvals: [refund]
          ladder: {rungs: [{rung: tell, at: 0.6}, {rung: force, at: 0.9}]}

Calls of `approvals` are not made before a person approves them. A rule named in `escalate` asks
where it would have cut the episode. `ladder` says how the agent is made to do with less.
"""

app = typer.Typer(
    invoke_without_command=True,
    no_args_is_help=False,
    rich_markup_mode=None,  # the example's brackets are no markup
    epilog="Example: workbench escalations approve esc-0193",
)

Wait = Annotated[str, typer.Argument(help="An escalation's id, or the beginning of one.")]
Later = Annotated[
    bool, typer.Option("--later", help="Decide only; see resume, and workbench eval --resume.")
]
Note = Annotated[str, typer.Option(help="Why: kept with the decision.")]

_COLUMNS = ("escalation_id", "state", "kind", "agent", "message", "task_id", "run_id", "parked_at")
_FORMATS = {"parked_at": moment}


class _Said(Listener):
    """Says why nothing seems to happen."""

    def held_up(self, run_id: str) -> None:
        progress_console.print(f"decided; another process works on {run_id}, and is waited for")


@app.callback(help=HELP)
def list_(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those decided and done too.")] = False,
    run: Annotated[str | None, typer.Option(help="Only of this run.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what waits; see the sub-commands for one."""
    if ctx.invoked_subcommand is not None:
        return
    with opened(ctx) as store:
        frame = store.escalations(run)
    if not every:
        frame = frame.filter(pl.col("state") == "waiting")
    if as_json or not frame.is_empty():
        shown = frame if as_json else frame.select(_COLUMNS)
        print_frame(shown, as_json=as_json, formats=_FORMATS)
    else:
        console.print("Nothing waits." if not every else "Nothing has ever waited.")


@app.command(epilog="Example: workbench escalations show esc-0193 --tail 10")
def show(
    ctx: typer.Context,
    escalation: Wait,
    tail: Annotated[int, typer.Option(min=1, help="So many of the latest steps.")] = 4,
    as_json: AsJson = False,
) -> None:
    """What an episode waits for, why, and what led there."""
    with opened(ctx) as store:
        found = resolve_wait(store.waits, escalation)
        steps = store.steps(episode=found.episode_id).to_dicts()
    verdict = found.wait.verdict
    evidence = [step for step in steps if verdict and step["index"] in verdict.evidence]
    if as_json:
        latest = {"evidence": evidence, "steps": steps[-tail:]}
        print_json({"escalation": found.model_dump(mode="json"), **latest})
        return
    for step in steps[-tail:]:
        print_step(step)
    console.rule(Text(found.escalation_id), align="left")
    print_wait(found.model_dump(mode="json"))
    shown = [step["index"] for step in evidence]
    if shown:
        console.print(f"evidence: steps {', '.join(map(str, shown))} of {found.episode_id}")


def print_wait(found: dict[str, Any]) -> None:
    """Whose wait it is, what for, and what was decided."""
    wait, decision = found["wait"], found["decision"]
    names = ("state", "run_id", "task_id", "epoch", "episode_id")
    rows = {name: found[name] for name in names} | {"agent": wait["agent"], "why": wait["message"]}
    if wait["verdict"]:
        rows["rule"] = f"{wait['verdict']['rule']}: {wait['verdict']['count']:g} counted, "
        rows["rule"] += f"limit {wait['verdict']['limit']:g}"
    if wait["call"]:
        rows["call"] = f"{wait['call']['name']}({json.dumps(wait['call']['arguments'])})"
    if decision:
        rows["decision"] = f"{decision['action']} by {decision['author']} {decision['note']}"
    for name, value in rows.items():
        console.print(f"{name:>10}  {value}", soft_wrap=True)


@app.command(epilog="Example: workbench escalations approve esc-0193")
def approve(
    ctx: typer.Context,
    escalation: Wait,
    note: Note = "",
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Let it go on: the call is made, the rule counts anew, the limit is granted once more."""
    _act(ctx, escalation, {"action": "approve", "note": note}, later=later, as_json=as_json)


@app.command(
    epilog="Example: workbench escalations edit esc-0193 --arguments '{\"cents\": 500}'",
)
def edit(
    ctx: typer.Context,
    escalation: Wait,
    note: Annotated[
        str, typer.Option(help="A word to the agent; of a call: its result, without the call.")
    ] = "",
    arguments: Annotated[
        str | None, typer.Option(help="Arguments to make the call with: JSON, or @FILE.")
    ] = None,
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """Change what comes next: a word to the agent, other arguments, or a result of your own."""
    said: JsonObject = {"action": "edit", "note": note}
    if arguments is not None:
        said["arguments"] = _arguments(arguments)
    _act(ctx, escalation, said, later=later, as_json=as_json)


@app.command(epilog='Example: workbench escalations stop esc-0193 --note "not that customer"')
def stop(
    ctx: typer.Context,
    escalation: Wait,
    note: Note = "",
    later: Later = False,
    as_json: AsJson = False,
) -> None:
    """End the episode with the best answer so far."""
    _act(ctx, escalation, {"action": "stop", "note": note}, later=later, as_json=as_json)


@app.command(epilog="Example: workbench escalations resume esc-0193")
def resume(ctx: typer.Context, escalation: Wait, as_json: AsJson = False) -> None:
    """Lead an episode on that is decided about, and has not gone on or was killed on its way."""
    with opened(ctx) as store:
        found = resolve_wait(store.waits, escalation)
        if found.state not in {"decided", "continuing"}:
            raise BadInput(f"{found.escalation_id} is {found.state}", hint="decide it first")
        asyncio.run(go_on(found, Bench(settings_of(ctx), store, _Said())))
        report = _report(store, found.escalation_id)
    if as_json:
        print_json(report)
    else:
        _print_report(report)


def _act(
    ctx: typer.Context, escalation: str, said: JsonObject, *, later: bool, as_json: bool
) -> None:
    with opened(ctx) as store:
        settings = settings_of(ctx)
        found = decide(store, escalation, said, author=settings.author)
        if not later:
            asyncio.run(go_on(found, Bench(settings, store, _Said())))
        report = _report(store, found.escalation_id)
    if as_json:
        print_json(report)
        return
    console.print(f"{said['action']}: {found.escalation_id}")
    if later:
        on = f"workbench escalations resume {found.escalation_id}"
        console.print(f"it goes on with: {on}", soft_wrap=True)
    else:
        _print_report(report)


def _print_report(report: dict[str, Any]) -> None:
    if report["waits_again"]:
        console.print(f"it waits again: workbench escalations show {report['waits_again']}")
    elif report["episode"]:
        ended = report["episode"]
        console.print(f"it ended: {ended['stop_reason']}, {ended['answer'] or 'without an answer'}")
    else:
        console.print("another process goes on with it")


def _report(store: Store, escalation_id: str) -> dict[str, Any]:
    """The wait, the one that came after it, if any, and how the episode ended, if it did."""
    found = store.waits.get(escalation_id)
    own = (w for w in store.waits.listed(found.run_id) if w.episode_id == found.episode_id)
    ended = store.episodes(found.run_id).filter(pl.col("episode_id") == found.episode_id)
    return {
        "escalation": found.model_dump(mode="json"),
        "waits_again": next((w.escalation_id for w in own if w.state == "waiting"), None),
        "episode": next(iter(ended.to_dicts()), None),
    }


def print_waiting(store: Store, runs: list[str]) -> None:
    """How many episodes of these runs wait, and how to go on; nothing where none does."""
    for run in runs:
        states = [wait.state for wait in store.waits.listed(resolve_run(store.lake, run))]
        if waiting := states.count("waiting"):
            one = waiting == 1
            progress_console.print(
                f"{waiting} episode{'' if one else 's'} wait{'s' if one else ''} for a person: "
                f"workbench escalations --run {run}",
                soft_wrap=True,
            )


def _arguments(text: str) -> JsonObject:
    try:
        data = Path(text[1:]).read_text() if text.startswith("@") else text
        found = orjson.loads(data)
    except OSError as error:
        raise BadInput(f"{text[1:]}: {error.strerror}", where="--arguments") from None
    except orjson.JSONDecodeError as error:
        raise BadInput(f"no JSON: {error}", where="--arguments") from None
    if not isinstance(found, dict):
        raise BadInput("a JSON object is expected, argument names to values", where="--arguments")
    return found
