"""`workbench replay`: recorded episodes through today's loop."""

import asyncio
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from engine.replay import Mode, Replayed
from workbench.bootstrap.replaying import COUNTS, ReplayReport, Skipped, replay_episodes, subjects
from workbench.cli.output import AsJson, console, print_json, print_table, progress_console
from workbench.cli.session import opened, settings_of
from workbench.cli.signals import interruptible

SHOWN: Final = 5
"""Divergences that are shown whole; --json has all of them."""
_STYLES: Final = {"+": "green", "-": "red", "@": "cyan"}

app = typer.Typer()


@app.command(epilog="Example: workbench replay last --mode tools-live")
def replay(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Runs and episodes by id, the beginning of one, or last."),
    ] = None,
    tag: Annotated[
        str | None, typer.Option(help="The newest run of each agent and model with this tag.")
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="What is done anew; the rest answers as it was recorded.")
    ] = Mode.STRICT,
    as_json: AsJson = False,
) -> None:
    """Replay recorded episodes; exits with 1 where one parts from its recording."""
    with opened(ctx) as store:
        ids = subjects(store, names or [], tag)
        with _bar(quiet=as_json) as bar, interruptible():
            task = bar.add_task("replay", total=len(ids), note="")

            def show(_done: Replayed | Skipped) -> None:
                bar.advance(task)

            work = replay_episodes(settings_of(ctx), store, ids, mode=mode, on_done=show)
            report = asyncio.run(work)
    report.check()
    if as_json:
        print_json(_as_json(report))
    else:
        _print(report)
    raise typer.Exit(1 if report.diverged else 0)


def _bar(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=progress_console,
        disable=quiet,
    )


def _as_json(report: ReplayReport) -> dict[str, Any]:
    return {
        "mode": report.mode,
        "replayed": len(report.replayed),
        "diverged": len(report.diverged),
        "skipped": [
            {"run_id": s.run_id, "episode_id": s.episode_id, "reason": s.reason}
            for s in report.skipped
        ],
        "episodes": [episode.model_dump(mode="json") for episode in report.replayed],
    }


def _print(report: ReplayReport) -> None:
    rows = [[run, *(str(n[name]) for name in COUNTS)] for run, n in report.counts().items()]
    print_table(["run", *COUNTS], rows, title=f"Replay ({report.mode})", right=COUNTS)
    for reason, count in report.reasons().items():
        console.print(f"{count} skipped: {reason}", style="dim")
    for episode in report.diverged[:SHOWN]:
        _print_divergence(episode)
    if (rest := len(report.diverged) - SHOWN) > 0:
        console.print(f"and {rest} more: --json has all of them")


def _print_divergence(episode: Replayed) -> None:
    found = episode.divergence
    if found is None:
        return
    place = f"step {found.step}" + (f", call {found.position}" if found.position else "")
    head = f"{episode.episode_id} ({episode.task_id})  {place}: {found.kind}"
    console.rule(Text(head), align="left")
    for line in found.shown.splitlines():
        console.print(Text(line, _STYLES.get(line[:1], "")), soft_wrap=True)
