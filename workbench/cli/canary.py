"""`workbench canary`: tiers on trial with a share of some tenants' conversations."""

import math
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer

from engine.contracts import Canary, CanaryEvidence, CanaryPolicy, CanaryState
from engine.errors import BadInput
from engine.routing.canary_evidence import evidence, tenant_limit, tenants_worse, totals
from workbench.bootstrap import canary_acts
from workbench.bootstrap.canaries import trials_of
from workbench.bootstrap.canary_acts import Act, NewTrial, policy_of
from workbench.cli.output import NOTHING, AsJson, console, moment, print_json, print_table
from workbench.cli.session import opened, settings_of

HELP = """Canaries: a tier on trial with 5 to 10 % of some tenants' conversations.

A conversation is drawn by a hash of its id and stays where it was drawn. Quality, errors, latency
and cost are compared with those of the tier that may be replaced, by a test that may be looked at
after every outcome: a canary as good as that one is rolled back in 5 % of trials at most (alpha).

\b
  running -> promoted        its quality is shown to lack less than the margin
          -> rolled_back     by one metric it is shown to be worse than it may be; for good
          -> inconclusive    paused: neither could be shown in time, or you paused it
  promoted -> rolled_back    its quality drifts

What you do here is written down with your name (WORKBENCH_AUTHOR) and what was known then.
"""

app = typer.Typer(
    no_args_is_help=True,
    help=HELP,
    rich_markup_mode=None,
    epilog="Example: workbench canary start mini-1 --router main --tier small --baseline large "
    "--tenant acme",
)

Name = Annotated[str, typer.Argument(help="The trial by its id.")]
Note = Annotated[str, typer.Option(help="Why: kept with the change.")]
_UNITS: Final = {"quality": "", "error": "", "latency": " ms", "cost": " USD"}


@app.command("list", epilog="Example: workbench canary list --state running --json")
def list_(
    ctx: typer.Context,
    state: Annotated[CanaryState | None, typer.Option(help="Only in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many of the latest.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List trials, the newest first."""
    with opened(ctx) as store, trials_of(settings_of(ctx), store) as (canaries, _):
        found = canaries.listed(limit, state=state)
    if as_json:
        print_json([_summary(one) for one in found])
    elif found:
        columns = ["canary", "state", "cause", "router", "tier", "instead of", "tenants", "share"]
        rows = [_row(one) for one in found]
        print_table([*columns, "outcomes", "since"], rows, right={"share", "outcomes"})
    else:
        console.print("No canary has been started." if state is None else f"None is {state.value}.")


@app.command(epilog="Example: workbench canary show mini-1 --json")
def show(ctx: typer.Context, canary: Name, as_json: AsJson = False) -> None:
    """How a trial stands, and the evidence by metric."""
    with opened(ctx) as store, trials_of(settings_of(ctx), store) as (canaries, _):
        _print(canaries.get(canary), as_json=as_json)


@app.command(
    epilog="Example: workbench canary start mini-1 --router main --tier small --baseline large "
    "--tenant acme --policy 'quality_margin=0.03'"
)
def start(
    ctx: typer.Context,
    canary: Annotated[str, typer.Argument(help="An id for it: letters, digits, dot, dash.")],
    router: Annotated[str, typer.Option(help="The router by name.")],
    tier: Annotated[str, typer.Option(help="The tier on trial.")],
    baseline: Annotated[str, typer.Option(help="The tier that it may replace.")],
    tenant: Annotated[list[str], typer.Option(help="Whose conversations; several are a pool.")],
    policy: Annotated[
        list[str] | None,
        typer.Option(help=f"NAME=VALUE, of: {', '.join(CanaryPolicy.model_fields)}."),
    ] = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Give a tier a share of these tenants' conversations."""
    rules = policy_of(_given(policy or []), where="--policy")
    new = NewTrial(canary, router, tier, baseline, tuple(tenant), rules)
    with opened(ctx) as store:
        made = canary_acts.start(store, settings_of(ctx), new, note)
    _print(made, as_json=as_json)


@app.command(epilog="Example: workbench canary pause mini-1 --note 'the provider is slow today'")
def pause(ctx: typer.Context, canary: Name, note: Note = "", as_json: AsJson = False) -> None:
    """Give the tier on trial no more requests until the trial is resumed."""
    _act(ctx, "pause", canary, note, as_json=as_json)


@app.command(epilog="Example: workbench canary resume mini-1")
def resume(ctx: typer.Context, canary: Name, note: Note = "", as_json: AsJson = False) -> None:
    """Let a paused trial run on, with what is known and as much time again."""
    _act(ctx, "resume", canary, note, as_json=as_json)


@app.command(epilog="Example: workbench canary promote mini-1 --note 'good enough for us'")
def promote(ctx: typer.Context, canary: Name, note: Note = "", as_json: AsJson = False) -> None:
    """Give the tier on trial all requests of the trial's tenants."""
    _act(ctx, "promote", canary, note, as_json=as_json)


@app.command(epilog="Example: workbench canary rollback mini-1 --note 'complaints'")
def rollback(ctx: typer.Context, canary: Name, note: Note = "", as_json: AsJson = False) -> None:
    """Give the tier on trial no more requests, for good."""
    _act(ctx, "roll_back", canary, note, as_json=as_json)


def _act(ctx: typer.Context, act: Act, canary: str, note: str, *, as_json: bool) -> None:
    with opened(ctx) as store:
        changed = canary_acts.act(store, settings_of(ctx), canary, act, note)
    _print(changed, as_json=as_json)


def _given(items: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for item in items:
        name, sign, value = item.partition("=")
        if not sign:
            said = f"{item!r} is not of the form NAME=NUMBER"
            raise BadInput(said, where="--policy", hint="null: not watched")
        given[name] = value
    return given


def _summary(one: Canary) -> dict[str, Any]:
    """All that is of use outside; the trail of looks with it, sums of the tests without."""
    fields = one.model_dump(mode="json", exclude={"strata", "tests", "drift"})
    found = [told.model_dump(mode="json") for told in evidence(one)]
    return fields | {"evidence": found, "log_e_drift": one.drift.log_e}


def _row(one: Canary) -> list[str]:
    outcomes = totals(one, "error")[0].count
    tenants = ", ".join(one.tenants[:3]) + (" …" if len(one.tenants) > 3 else "")  # noqa: PLR2004
    tiers = [one.router, one.tier, one.baseline]
    share = f"{100 * one.share:.0f} %" if one.state is CanaryState.RUNNING else NOTHING
    since = moment(datetime.fromtimestamp(one.changed_at, UTC))
    state = [one.canary_id, one.state.value, one.cause.value]
    return [*state, *tiers, tenants, share, str(outcomes), since]


def _print(one: Canary, *, as_json: bool) -> None:
    if as_json:
        print_json(_summary(one))
        return
    console.print(f"{one.canary_id}: {one.state.value} ({one.cause.value})", soft_wrap=True)
    console.print(
        f"router {one.router}: {one.tier} instead of {one.baseline}, {100 * one.share:.0f} % of "
        f"the conversations of {', '.join(one.tenants)}",
        soft_wrap=True,
    )
    told = evidence(one)
    if not told:
        console.print("No outcome so far.")
        return
    columns = ["metric", "canary", "of", "control", "of", "worse: ln e", "limit", "p", "safe: ln e"]
    print_table(columns, [_evidence_row(found) for found in told], right=set(columns[1:]))
    if own := tenants_worse(one):
        told_of = [f"{tenant} {log_e:.2f}" for tenant, log_e in own.items()]
        said = f"quality worse for one tenant alone, ln e: {', '.join(told_of)}"
        console.print(f"{said}; rolled back at {tenant_limit(one):.2f}", soft_wrap=True)
    if one.drift.count:
        said = f"drift: ln e {one.drift.log_e:.2f} after {one.drift.count} outcomes"
        console.print(f"{said}, rolled back at {-math.log(one.policy.alpha):.2f}")
    if one.late:
        console.print(f"{one.late} outcomes came too late to count")


def _evidence_row(told: CanaryEvidence) -> list[str]:
    unit = _UNITS[told.metric]
    means = [
        NOTHING if mean is None else f"{mean:.4g}{unit}"
        for mean in (told.canary_mean, told.control_mean)
    ]
    safe = NOTHING if told.log_e_safe is None else f"{told.log_e_safe:.2f}"
    counts = [str(told.canary_count), str(told.control_count)]
    evident = [f"{told.log_e_worse:.2f}", f"{told.log_e_limit:.2f}", f"{told.p_worse:.2g}", safe]
    return [told.metric, means[0], counts[0], means[1], counts[1], *evident]
