"""`workbench import bundle` and `import jsonl`: runs that another workbench exported."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from workbench.bootstrap.opening import Opened, import_bundle, import_jsonl
from workbench.cli.output import AsJson, console, print_json, progress_console
from workbench.cli.session import opened
from workbench.cli.signals import interruptible

app = typer.Typer()


@app.command(epilog="Example: workbench import bundle run-20260101-120000-ab12.wbz --with-suites")
def bundle(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A bundle that workbench export wrote (.wbz).")],
    with_suites: Annotated[
        bool,
        typer.Option(
            "--with-suites",
            help="Keep the suites in it for replay, which runs the code of their tools: only from "
            "people you trust.",
        ),
    ] = False,
    files: Annotated[
        Path | None, typer.Option(help="Put reports, suites and environment into this folder.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a run bundle: its runs come into the store; opening it again changes nothing."""
    with opened(ctx) as store, _bar("rows", quiet=as_json) as bar, interruptible():
        task = bar.add_task("rows", total=None)
        done = import_bundle(
            store,
            path,
            with_suites=with_suites,
            files=files,
            on_done=lambda n: bar.advance(task, n),
        )
    _report(done, as_json=as_json)
    if as_json or done.manifest is None:
        return
    for name, missing in {run.suite.name: run.suite.missing for run in done.manifest.runs}.items():
        if missing:
            console.print(f"suite {name}: its files did not come along, {missing}", soft_wrap=True)
        elif not with_suites:
            console.print(f"suite {name}: came along; --with-suites keeps it for replay")


@app.command(epilog="Example: workbench import jsonl last.jsonl")
def jsonl(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="What workbench export --format jsonl wrote.")],
    as_json: AsJson = False,
) -> None:
    """Import runs that were exported as JSON Lines; importing a file again changes nothing."""
    with opened(ctx) as store, _bar("lines", quiet=as_json) as bar, interruptible():
        task = bar.add_task("lines", total=None)
        done = import_jsonl(store, path, on_done=lambda n: bar.advance(task, n))
    _report(done, as_json=as_json)


def _bar(what: str, *, quiet: bool) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn(f"{{task.completed}} {what}"),
        TimeElapsedColumn(),
        console=progress_console,
        disable=quiet,
    )


def _report(done: Opened, *, as_json: bool) -> None:
    taken = done.taken
    if as_json:
        told: dict[str, Any] = {"new": taken.new, "known": taken.known, "rows": taken.rows}
        print_json({**told, "suites": done.suites})
        return
    for run in taken.new:
        console.print(f"{run} imported")
    for run in taken.known:
        console.print(f"{run} in the store already: nothing changed")
    for suite in done.suites:
        console.print(f"suite {suite} kept for replay")
