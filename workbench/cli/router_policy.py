"""`workbench router learn | forget | drift`: what a router's log teaches, and whether it holds."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.clock import SystemClock
from engine.contracts import DriftReport
from engine.contracts.bandit import PolicyKind
from engine.errors import BadInput
from workbench.bootstrap import policies
from workbench.bootstrap.drifting import WINDOW, Drift, drift_in
from workbench.bootstrap.policies import Lesson
from workbench.bootstrap.router import EMBEDDED
from workbench.bootstrap.routers import open_router
from workbench.cli.output import AsJson as Json
from workbench.cli.output import console, print_json, print_table, progress_console
from workbench.cli.session import opened, settings_of

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The router by name, or FILE.yaml; as in router:NAME.")]
_SHOWN = 12


@app.command(epilog="Example: workbench router learn main --kind thompson --adopt")
def learn(
    ctx: typer.Context,
    router: Name,
    kind: Annotated[PolicyKind, typer.Option(help="How the policy explores.")] = "thompson",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Choices from then on (UTC).")
    ] = None,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Let the router draw by it, if the log speaks for it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Teach a policy by what the router's own one logged, and weigh it before it is adopted.

    It is taught by the earlier half of the choices and weighed by the later one: IPS, SNIPS, DR.

    Exit code 1: --adopt was asked for, and the log does not surely speak for it.
    """
    settings = settings_of(ctx)
    spec, now = open_router(router, settings.home).spec, SystemClock().now()
    with opened(ctx) as store:
        with progress_console.status("reading what was chosen"):
            lesson = policies.learn(store, spec, kind, now, since)
        speaks = lesson.verdict.verdict == "adopt"
        if adopt and speaks:
            policies.put(store, settings.home, lesson.policy, settings.author, now)
    path = policies.policy_file(settings.home, spec.name)
    if as_json:
        print_json(_told(lesson, path if adopt and speaks else None))
    else:
        _print(lesson)
        console.print(_outcome(adopt, speaks, path), soft_wrap=True)
    if adopt and not speaks:
        raise typer.Exit(1)


@app.command(epilog="Example: workbench router forget main")
def forget(ctx: typer.Context, router: Name) -> None:
    """Let a router choose by itself again: what was adopted for it is deleted."""
    settings = settings_of(ctx)
    spec, now = open_router(router, settings.home).spec, SystemClock().now()
    with opened(ctx) as store:
        if not policies.forget(store, settings.home, spec.name, settings.author, now):
            raise BadInput("no policy was adopted", where=spec.name)
    console.print(f"router {spec.name} chooses by itself again")


@app.command(epilog="Example: workbench router drift embedded --json")
def drift(
    ctx: typer.Context,
    router: Name = EMBEDDED.name,
    window: Annotated[
        int, typer.Option(min=10, max=100_000, help="So many of the latest decisions.")
    ] = WINDOW,
    as_json: Json = False,
) -> None:
    """Whether requests, and what chances are worth, are as when the classifier was trained."""
    home = settings_of(ctx).home
    with opened(ctx) as store, store.at_one_moment() as now:
        name = open_router(router, home).spec.name
        found = drift_in(home, now.lake, name, window)
    if found is None:
        raise BadInput("there is no classifier", hint="workbench router train --run RUN")
    if as_json:
        told = {"router": name, "classifier": found.classifier, "decisions": found.decisions}
        print_json(told | found.report.model_dump(mode="json"))
    else:
        _print_drift(found)


def _told(lesson: Lesson, adopted: Path | None) -> dict[str, Any]:
    log = lesson.log
    return {
        "router": lesson.policy.router,
        "kind": lesson.policy.state.kind,
        "choices": len(log.rows),
        "waiting": log.waiting,
        "missed": dict(log.missed),
        "taught": lesson.policy.rows,
        "verdict": lesson.verdict.model_dump(mode="json"),
        "adopted": adopted and str(adopted),
    }


def _print(lesson: Lesson) -> None:
    log, verdict = lesson.log, lesson.verdict
    missed = ", ".join(f"{count} of {arm}" for arm, count in sorted(log.missed.items())) or "none"
    console.print(
        f"{len(log.rows)} choices with an outcome, {log.waiting} whose outcome may still come, "
        f"outcomes that never came: {missed}",
        soft_wrap=True,
    )
    rows = [["as logged", _number(verdict.logged), "", ""]] + [
        [one.method.upper(), _number(one.value), _number(one.low), _number(one.high)]
        for one in verdict.estimates
    ]
    console.print(f"Mean reward of {lesson.policy.state.kind} over {verdict.rows} later choices:")
    print_table(["estimate", "reward", "low", "high"], rows, right={"reward", "low", "high"})
    console.print(
        f"{verdict.verdict}: {verdict.reason}. {verdict.confidence:.0%} intervals, "
        f"{verdict.effective_rows:.0f} effective rows, largest weight {verdict.largest_weight:.1f}",
        soft_wrap=True,
    )


def _outcome(adopt: bool, speaks: bool, path: Path) -> str:  # noqa: FBT001 - two answers
    if adopt and speaks:
        return f"adopted: {path}"
    return "nothing was changed" + ("; --adopt lets the router draw by it" if speaks else "")


def _print_drift(found: Drift) -> None:
    told = found.report
    if not found.decisions:
        console.print(f"router {found.router} has decided nothing by classifier {found.classifier}")
        return
    moved = [one.feature for one in told.features if one.moved]
    rows = [
        [one.feature, f"{one.psi:.3f}", f"{one.noise:.3f}", "moved" if one.moved else ""]
        for one in told.features[:_SHOWN]
    ]
    console.print(f"Router {found.router}: the latest {found.decisions} decisions beside training")
    print_table(["feature", "PSI", "noise", ""], rows, right={"PSI", "noise"})
    console.print(_chances(told), soft_wrap=True)
    console.print(f"moved: {', '.join(moved)}" if moved else "no feature has moved")


def _chances(told: DriftReport) -> str:
    evident = (
        f"ln e {told.log_e_over:.2f} that they are too high, {told.log_e_under:.2f} too low, "
        f"over {told.outcomes} outcomes"
    )
    return f"chances {'no longer hold' if told.miscalibrated else 'hold'}: {evident}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
