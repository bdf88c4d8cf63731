"""`workbench tools`: how guarded tools stand, what their calls came to, and orders to both."""

from typing import Annotated, Final

import polars as pl
import typer

from engine.clock import SystemClock
from engine.contracts import JournalFilter
from engine.errors import NotFound
from workbench.bootstrap.tool_frames import TOOLS, tool_table
from workbench.bootstrap.tool_orders import Order, order
from workbench.bootstrap.tool_state import state_of
from workbench.cli.output import (
    NOTHING,
    AsJson,
    Formats,
    console,
    moment,
    print_frame,
    print_json,
    share,
)
from workbench.cli.session import opened, settings_of
from workbench.cli.tool_sagas import resolve, saga, sagas
from workbench.store.saga_table import ENTRIES, entry_table

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    epilog="Example: workbench tools trip shop/pay --reason 'the bank is down'",
)

Tool = Annotated[str, typer.Argument(help="A tool's name: suite, slash, tool.")]
Reason = Annotated[str, typer.Option(help="Why: kept with the audit.")]

_SHOWN: Final = ("tool", "effect", "breaker", "since", "calls", "failure_rate", "slow_rate")
_OWN: Final = ("in_flight", "queued", "limit", "retry_budget_left", "processes")
_ENTRY: Final = ("entry_id", "state", "in_doubt", "tool", "key", "scope", "arguments", "changed_at")
_HISTORY: Final = 10
"""Latest calls of a tool that `show` lists."""
_KEY: Final = 16
"""Of a derived key, which is a digest, so much is shown: it tells calls apart."""

_FORMATS: Final[Formats] = {
    **dict.fromkeys(("since", "changed_at", "tries_again_at", "told_at"), moment),
    **dict.fromkeys(("failure_rate", "slow_rate"), share),
    "in_doubt": lambda yes: "in doubt" if yes else "",
    "key": lambda key: key if len(key) < 2 * _KEY else f"{key[:_KEY]}…",
}


@app.callback()
def tools() -> None:
    """Tools that are guarded: breakers, slots, budgets; sagas and the journal of their calls."""


@app.command("list", epilog="Example: workbench tools list --json")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Each tool: its breaker, how many calls failed, slots and retry budget."""
    with state_of(settings_of(ctx)) as state:
        frame = pl.DataFrame(schema=TOOLS) if state is None else tool_table(state)
    if frame.is_empty() and not as_json:
        console.print("No guarded tool has been called yet: see docs/tools.")
        return
    shown = frame if as_json else frame.select(*_SHOWN, *_OWN)
    print_frame(shown, as_json=as_json, formats=_FORMATS)


@app.command(epilog="Example: workbench tools show shop/pay")
def show(ctx: typer.Context, tool: Tool, as_json: AsJson = False) -> None:
    """How one tool stands in each process, and its latest calls."""
    now = SystemClock().now()
    with state_of(settings_of(ctx)) as state:
        if state is None:
            raise NotFound(f"no tool {tool!r} has been called", hint="tools: none yet")
        state.check(tool)
        [row] = tool_table(state).filter(tool=tool).to_dicts()
        told = [status for status in state.board.listed() if status.tool == tool]
        entries = state.journal.browsed(JournalFilter(tool=tool), now, limit=_HISTORY)
    latest = entry_table(entries, now)
    if as_json:
        processes = [status.model_dump(mode="json") for status in told]
        print_json({**row, "by_process": processes, "latest_calls": latest.to_dicts()})
        return
    for name, value in row.items():
        said = _FORMATS[name](value) if name in _FORMATS else NOTHING if value is None else value
        console.print(f"{name.replace('_', ' '):>17}  {said}", soft_wrap=True)
    if not latest.is_empty():
        print_frame(latest.select(_ENTRY), as_json=False, title="Calls", formats=_FORMATS)


@app.command(epilog="Example: workbench tools trip shop/pay --reason 'the bank is down'")
def trip(ctx: typer.Context, tool: Tool, reason: Reason = "", as_json: AsJson = False) -> None:
    """Refuse all calls of a tool, in all processes, until it is reset."""
    _order(ctx, tool, "trip", reason, as_json=as_json)


@app.command(epilog="Example: workbench tools reset shop/pay")
def reset(ctx: typer.Context, tool: Tool, reason: Reason = "", as_json: AsJson = False) -> None:
    """Close a tool's breaker: calls go through again, and its window begins anew."""
    _order(ctx, tool, "reset", reason, as_json=as_json)


@app.command(epilog="Example: workbench tools disable shop/pay --reason 'measured by hand'")
def disable(ctx: typer.Context, tool: Tool, reason: Reason = "", as_json: AsJson = False) -> None:
    """Let all calls through, whatever becomes of them, until the breaker is reset."""
    _order(ctx, tool, "disable", reason, as_json=as_json)


@app.command(epilog="Example: workbench tools journal --in-doubt")
def journal(
    ctx: typer.Context,
    in_doubt: Annotated[
        bool, typer.Option("--in-doubt", help="Only calls that may have had their effect.")
    ] = False,
    tool: Annotated[str, typer.Option(help="Only of this tool.")] = "",
    state: Annotated[str | None, typer.Option(help="Only intent, effect, done, failed, …")] = None,
    key: Annotated[str, typer.Option(help="What the key, episode or saga begins with.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Calls with an effect: those in doubt first, each the newest first."""
    given = {"state": state, "tool": tool, "key": key, "in_doubt": in_doubt}
    find, now = JournalFilter.parse(given, where="journal"), SystemClock().now()
    with state_of(settings_of(ctx)) as found:
        entries = [] if found is None else found.journal.browsed(find, now, limit=limit)
    frame = entry_table(entries, now) if entries else pl.DataFrame(schema=ENTRIES)
    if frame.is_empty() and not as_json:
        console.print("Nothing is in doubt." if in_doubt else "The journal has no such call.")
        return
    print_frame(frame if as_json else frame.select(_ENTRY), as_json=as_json, formats=_FORMATS)


def _order(ctx: typer.Context, tool: str, action: Order, reason: str, *, as_json: bool) -> None:
    with opened(ctx) as store, state_of(settings_of(ctx)) as state:
        if state is None:
            raise NotFound(f"no tool {tool!r} has been called", hint="tools: none yet")
        author = settings_of(ctx).author
        now = order(store, state, tool, action, author=author, reason=reason)
    if as_json:
        print_json({"tool": tool, "action": action, "breaker": now.mode})
    else:
        console.print(f"{tool}: the breaker is {now.mode}; processes obey within a second")


app.command(epilog="Example: workbench tools sagas --state parked")(sagas)
app.command(epilog="Example: workbench tools saga trip-of-ann")(saga)
app.command(
    epilog="Example: workbench tools resolve trip-of-ann --as done --reason 'cancelled by phone'"
)(resolve)
