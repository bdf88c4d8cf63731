"""`workbench golden`: the review of tasks, and what is wrong with them."""

from typing import Annotated, Any

import polars as pl
import typer

from engine.errors import BadInput
from engine.evals import known_suites
from engine.evals.golden.pairs import NEAR
from engine.evals.golden.reading import STATES
from workbench.bootstrap.golden import Changed, differences, golden_tasks, lint_suites, task_details
from workbench.bootstrap.golden.listing import COLUMNS
from workbench.bootstrap.places import suite_folders
from workbench.cli import golden_changes
from workbench.cli.output import AsJson, console, print_frame, print_json, print_table
from workbench.cli.session import opened

HELP = """Golden tasks: which tasks of a suite have been reviewed, by whom and why.

A task goes from draft to reviewed to golden, and at last is retired. Its state stands in
golden.jsonl beside tasks.jsonl, a line a task, to be kept in git; each change is also a fact in the
store. Drafts and retired tasks do not run unless asked for (eval --state draft). Who reviews a task
is never its owner. A task whose content changes is a draft again, of the next version. A task
without a line has not been reviewed, and runs.
"""

app = typer.Typer(
    no_args_is_help=True,
    help=HELP,
    rich_markup_mode=None,
    epilog="Example: workbench golden list helpdesk --state draft",
)
app.command("add", epilog="Example: workbench golden add ep-0193 --step 4 --suite my_suite")(
    golden_changes.add
)
app.command(
    epilog="Example: workbench golden promote my_suite policy-7 --reviewer bo --reason 'is clear'"
)(golden_changes.promote)
app.command(epilog="Example: workbench golden retire my_suite policy-7 --reason 'rule is gone'")(
    golden_changes.retire
)

_COLUMNS = ("suite", "task_id", "family", "state", "version", "owner", "reviewer", "reason")
_HISTORY = ("changed_at", "version", "state", "author", "owner", "reviewer", "reason")

Suite = Annotated[str, typer.Argument(help="A suite by name, or its folder.")]


@app.command("list", epilog="Example: workbench golden list helpdesk --state draft --json")
def list_(
    ctx: typer.Context,
    suite: Annotated[
        list[str] | None, typer.Argument(help="Suites by name or folder. Default: all at hand.")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(help=f"Only in this state: {', '.join(STATES)}.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List tasks with state, version, owner and reviewer."""
    if unknown := set(state or ()) - set(STATES):
        hint = f"states: {', '.join(STATES)}"
        raise BadInput(f"no state {', '.join(sorted(unknown))}", where="--state", hint=hint)
    names = suite or list(known_suites(suite_folders()))
    with opened(ctx) as store:
        frames = [golden_tasks(store, name) for name in names]
    frame = pl.concat([pl.DataFrame(schema=COLUMNS), *frames])
    chosen = frame.filter(pl.col("state").is_in(state)) if state else frame
    print_frame(chosen if as_json else chosen.select(_COLUMNS), as_json=as_json)
    if not as_json:
        _print_counts(frame)


def _print_counts(frame: pl.DataFrame) -> None:
    for [name], tasks in frame.group_by(["suite"], maintain_order=True):
        counts = dict(tasks["state"].value_counts().iter_rows())
        said = ", ".join(f"{counts[state]} {state}" for state in STATES if state in counts)
        console.print(f"{name}: {tasks.height} tasks: {said}")


@app.command(epilog="Example: workbench golden show helpdesk policy-01")
def show(
    ctx: typer.Context,
    suite: Suite,
    task: Annotated[str, typer.Argument(help="A task by its id.")],
    as_json: AsJson = False,
) -> None:
    """One task: its content, its state, every change of it, the runs that used it."""
    with opened(ctx) as store:
        details = task_details(store, suite, task)
    if as_json:
        print_json(details)
        return
    for name, value in {**details["task"], **details["content"]}.items():
        if value not in {None, ""} if isinstance(value, str | None) else True:
            console.print(f"{name:>12}  {value}", soft_wrap=True)
    if details["history"]:
        rows = pl.DataFrame(details["history"]).select(
            pl.from_epoch(pl.col("changed_at").cast(pl.Int64)), *_HISTORY[1:]
        )
        print_frame(rows, as_json=False, title="Changes")
    print_runs(details["runs"])


def print_runs(runs: list[dict[str, Any]]) -> None:
    """The latest runs that used a task, with the version."""
    rows = [[run["run_id"], str(run["version"]), run["content_hash"]] for run in runs[:10]]
    if rows:
        print_table(["run id", "version", "content hash"], rows, title="Latest runs with it")


@app.command(epilog="Example: workbench golden diff my_suite policy-7 --versions 1 2")
def diff(
    ctx: typer.Context,
    suite: Suite,
    task: Annotated[str | None, typer.Argument(help="A task by its id. Default: all.")] = None,
    versions: Annotated[
        tuple[int, int] | None, typer.Option(help="Two versions of the task, as in `show`.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What the suite's files say and the store does not know yet; or two versions of a task."""
    if versions is not None and task is None:
        raise BadInput("versions are of one task: name it", where="--versions")
    with opened(ctx) as store:
        found = differences(store, suite, task, versions)
    if as_json:
        names = ("task_id", "field", "before", "after")
        print_json([{name: getattr(changed, name) for name in names} for changed in found])
        return
    for changed in found:
        _print_changed(changed)
    if not found:
        console.print("No difference.")


def _print_changed(changed: Changed) -> None:
    console.print(f"{changed.task_id}  {changed.field}", style="bold")
    for line in changed.lines:
        style = {"-": "red", "+": "green"}.get(line[:1], "dim")
        console.print(f"  {line}", style=style, soft_wrap=True)


@app.command(epilog="Example: workbench golden lint my_suite helpdesk --near 0.7")
def lint(
    suite: Annotated[
        list[str], typer.Argument(help="Suites by name or folder; of several, leaks between them.")
    ],
    near: Annotated[
        float,
        typer.Option(help="Share of the runs of three words in common that makes inputs alike."),
    ] = NEAR,
    as_json: AsJson = False,
) -> None:
    """Find doubles, leaks between splits or suites, ambiguous answers, missing rubrics.

    A split is what a task's metadata name so. Exits with 1 where there is an error.
    """
    found = lint_suites(suite, near)
    errors = sum(finding.severity == "error" for finding in found)
    names = ("severity", "rule", "where", "task_id", "message", "other")
    if as_json:
        rows = [{name: getattr(finding, name) for name in names} for finding in found]
        print_json({"errors": errors, "warnings": len(found) - errors, "findings": rows})
    else:
        for f in found:
            other = f" [{f.other}]" if f.other else ""
            who = f" {f.task_id}:" if f.task_id else ""
            console.print(
                f"{f.where}: {f.severity}: {f.rule}:{who} {f.message}{other}", soft_wrap=True
            )
        console.print(f"{errors} errors, {len(found) - errors} warnings")
    raise typer.Exit(1 if errors else 0)
