"""`workbench import`: take in episodes recorded elsewhere."""

from pathlib import Path
from typing import Annotated, Final

import typer

from workbench.bootstrap.recordings import Imported, import_recordings
from workbench.cli.output import AsJson, print_frame, print_json, progress_console
from workbench.cli.reading_bar import ReadingBar
from workbench.cli.scoreboard import print_scoreboard
from workbench.cli.session import opened
from workbench.cli.taking_in import app as taking_in
from workbench.store import Store
from workbench.store.queries.contracts import unknown_fields

app = typer.Typer(no_args_is_help=True, epilog="Example: workbench import inspect logs/")
app.add_typer(taking_in)

Paths = Annotated[list[Path], typer.Argument(help="Files, or folders that hold them.")]
SuiteName = Annotated[
    str, typer.Option("--suite-name", help="What to call the suite; else as the recording says.")
]
Tenant = Annotated[str, typer.Option(help="The customer on whose behalf it was recorded.")]

_KINDS: Final = {
    "tau-bench": ("tau-bench results (.json, .json.gz)", "recordings/airline.json.gz"),
    "inspect": ("logs of Inspect (.eval; .json where named)", "logs/"),
    "swe-agent": ("trajectories of SWE-agent (.traj)", "trajectories/"),
    "atif": ("trajectories in the ATIF format (.json), v1.0 to v1.7", "trajectory.json"),
    "openhands": ("event lists of OpenHands (.json)", "sessions/"),
    "otlp": ("traces with GenAI attributes (OTLP/JSON: .json, .jsonl)", "traces.jsonl"),
    "chat": ("chat completions, a conversation a line (.jsonl)", "conversations.jsonl"),
}
"""What each format is, and a path that shows it."""


@app.callback()
def importing() -> None:
    """Take in episodes recorded elsewhere, as runs like any other."""


def _register(name: str, what: str, example: str) -> None:
    def command(
        ctx: typer.Context,
        paths: Paths,
        suite_name: SuiteName = "",
        tenant: Tenant = "local",
        as_json: AsJson = False,
    ) -> None:
        with opened(ctx) as store:
            with ReadingBar(quiet=as_json) as bar:
                runs = import_recordings(
                    store, paths, format=name, suite=suite_name, tenant=tenant, on_progress=bar.show
                )
            _print(store, runs, as_json=as_json)

    command.__doc__ = f"Import {what}; importing a file again changes nothing."
    app.command(name, epilog=f"Example: workbench import {name} {example}")(command)


for _name, (_what, _example) in _KINDS.items():
    _register(_name, _what, _example)


def _print(store: Store, runs: list[Imported], *, as_json: bool) -> None:
    if as_json:
        print_json([_report(store, run) for run in runs])
        return
    for run in runs:
        how = f"imported: {run.new} episodes" if run.new else "in the store already"
        progress_console.print(f"{run.run_id} {how}")
    if len(runs) > _BESIDE:
        progress_console.print(f"{len(runs)} runs: workbench runs lists them")
    else:
        print_scoreboard(store, [run.run_id for run in runs], as_json=False)
    for run in runs:
        unknown = unknown_fields(store.lake, run_id=run.run_id).select("field", "count", "type")
        if not unknown.is_empty():
            print_frame(unknown, as_json=False, title=f"Fields that were not read: {run.run_id}")


_BESIDE: Final = 4
"""Runs whose scores fit side by side."""


def _report(store: Store, run: Imported) -> dict[str, object]:
    unknown = unknown_fields(store.lake, run_id=run.run_id).select("field", "count", "type")
    return {
        "run_id": run.run_id,
        "episodes": run.episodes,
        "new": run.new,
        "unknown_fields": unknown.to_dicts(),
    }
