"""`workbench runs`: list, show, compare, tag and annotate runs."""

from typing import Annotated, Any

import polars as pl
import typer

from workbench.bootstrap.results import run_details
from workbench.cli.output import AsJson, console, print_frame, print_json, share, usd
from workbench.cli.scoreboard import print_scoreboard
from workbench.cli.session import opened
from workbench.store.queries.resolve import resolve_run
from workbench.store.queries.run import differences

app = typer.Typer(
    invoke_without_command=True,
    no_args_is_help=False,
    epilog="Example: workbench runs show last",
)

RunName = Annotated[str, typer.Argument(help="A run's id, the beginning of one, or last.")]
Subject = Annotated[str, typer.Argument(help="A run or an episode by id, or the beginning of one.")]

_COLUMNS = (
    "run_id",
    "suite",
    "agent",
    "model",
    "status",
    "done",
    "score",
    "failures",
    "cost",
    "started",
    "tags",
)
_FORMATS = {
    "score": share,
    "cost": usd,
    "started": lambda at: f"{at:%m-%d %H:%M}",
    "tags": lambda tags: ", ".join(tags or []),
}


@app.callback()
def latest(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="So many of the latest.")] = 20,
    search: Annotated[str | None, typer.Option(help="Text in name, suite, agent or model.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only runs with this tag.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the latest runs; see the sub-commands for one run."""
    if ctx.invoked_subcommand is not None:
        return
    with opened(ctx) as store:
        frame = store.runs(limit=limit, search=search, tag=tag)
    if not as_json:
        frame = _short(frame)
    print_frame(frame, as_json=as_json, formats=_FORMATS)
    if frame.is_empty() and not as_json:
        console.print("No runs yet. Begin with: workbench eval helpdesk --limit 6")


@app.command(epilog="Example: workbench runs show last --json")
def show(ctx: typer.Context, run: RunName = "last", as_json: AsJson = False) -> None:
    """Scores by family with intervals, stop reasons, cost, and what the run was made with."""
    with opened(ctx) as store:
        run_id = resolve_run(store.lake, run)
        details = run_details(store, run_id)
        if as_json:
            print_json(details)
            return
        print_scoreboard(store, [run_id], as_json=False)
        if details["tasks"]:
            states = ", ".join(f"{count} {state}" for state, count in details["tasks"].items())
            console.print(f"{sum(details['tasks'].values())} tasks: {states}")
        print_frame(pl.DataFrame(details["stop_reasons"]), as_json=False, title="Stop reasons")
        if details["labels"]:
            print_frame(pl.DataFrame(details["labels"]), as_json=False, title="Tags and notes")
        _print_mapping("Provenance", details["provenance"])


@app.command(epilog="Example: workbench runs diff run-20260101-0101 last")
def diff(ctx: typer.Context, a: RunName, b: RunName, as_json: AsJson = False) -> None:
    """Where the configurations of two runs differ."""
    with opened(ctx) as store:
        frame = differences(store.lake, resolve_run(store.lake, a), resolve_run(store.lake, b))
    print_frame(frame, as_json=as_json)
    if frame.is_empty() and not as_json:
        console.print("The two runs were configured alike.")


@app.command(epilog="Example: workbench runs tag last nightly")
def tag(
    ctx: typer.Context,
    subject: Subject,
    text: Annotated[str, typer.Argument(help="The tag.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the tag away.")] = False,
) -> None:
    """Put a tag on a run or an episode, or take it away."""
    with opened(ctx) as store:
        (store.untag if remove else store.tag)(subject, text)
    console.print(f"{'removed' if remove else 'tagged'}: {text}")


@app.command(epilog='Example: workbench runs note last "new prompt, see the policy family"')
def note(
    ctx: typer.Context, subject: Subject, text: Annotated[str, typer.Argument(help="The note.")]
) -> None:
    """Put a note on a run or an episode."""
    with opened(ctx) as store:
        store.note(subject, text)
    console.print("noted")


def _short(frame: pl.DataFrame) -> pl.DataFrame:
    """What a terminal has room for; --json has all of it."""
    done = pl.format("{}/{}", "done", "planned").alias("done")
    names = {"cost_usd": "cost", "started_at": "started"}
    return frame.with_columns(done).rename(names).select(_COLUMNS)


def _print_mapping(title: str, values: dict[str, Any]) -> None:
    rows = [{"": key, title: str(value)} for key, value in values.items()]
    print_frame(pl.DataFrame(rows), as_json=False)
