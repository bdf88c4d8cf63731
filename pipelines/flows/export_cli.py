"""`workbench export`: runs and episodes as a file for other programs, or another workbench."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine.contracts import Manifest
from pipelines.flows.export import Export, export
from workbench.bootstrap.bundling import rows_of, together
from workbench.bootstrap.exporting import Exported, Format, count, selections
from workbench.cli.output import AsJson, console, print_json, progress_console
from workbench.cli.session import opened, settings_of
from workbench.cli.signals import interruptible

_SUFFIXES: Final = {Format.JSONL: ".jsonl", Format.OTLP: ".otlp.json", Format.BUNDLE: ".wbz"}

app = typer.Typer()


@app.command("export", epilog="Example: workbench export last --format bundle --redact -o last.wbz")
def export_(  # noqa: PLR0917 - a parameter is an option of the command
    ctx: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(help="Runs and episodes by id, the beginning of one, or last."),
    ],
    kind: Annotated[
        Format,
        typer.Option(
            "--format",
            help="jsonl: all facts, importable again. otlp: traces with GenAI attributes; a trace "
            "a line where the file ends with .jsonl. bundle: opens in another workbench.",
        ),
    ] = Format.JSONL,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file. Default: the id and a suffix.")
    ] = None,
    redact: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--redact", help="Mask personal data and secrets in all texts.")
    ] = False,
    report: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option(help="Put an HTML report of each run into a bundle.")
    ] = True,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Export runs or episodes to one file, which is there whole or not at all."""
    with opened(ctx) as store, interruptible():
        some = selections(store, names)
        path = out or Path(f"{_name(some)}{_SUFFIXES[kind]}")
        bundle = kind is Format.BUNDLE
        total = rows_of(store, together(some)) if bundle else count(store, some)
        with _bar(quiet=as_json) as bar:
            task = bar.add_task("rows" if bundle else "episodes", total=total)
            order = Export(path, kind, redact, report)
            done, manifest = export(
                settings_of(ctx), store, some, order, lambda n: bar.advance(task, n)
            )
    _print(done, manifest, kind, as_json=as_json)


def _name(some: list[Any]) -> str:
    first = some[0]
    return str(first.episodes[0] if first.episodes else first.runs[0])


def _print(done: Exported, manifest: Manifest | None, kind: Format, *, as_json: bool) -> None:
    missing = (
        {r.run_id: r.suite.missing for r in manifest.runs if r.suite.missing} if manifest else {}
    )
    if as_json:
        told = {"path": str(done.path), "format": kind.value, "runs": done.runs}
        numbers = {"episodes": done.episodes, "bytes": done.bytes}
        print_json({**told, **numbers, "without_suite": missing})
        return
    console.print(
        f"{done.path}: {done.episodes} episodes of {len(done.runs)} runs, {done.bytes} bytes",
        soft_wrap=True,
    )
    for run, reason in missing.items():
        console.print(f"{run} without its suite's files: {reason}", soft_wrap=True)


def _bar(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=progress_console,
        disable=quiet,
    )
