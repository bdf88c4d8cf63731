"""`workbench up`: everything that serves, in one command, until Ctrl-C."""

import re
import secrets
from typing import Annotated, Final

import typer

from engine.errors import BadInput
from pipelines.flows import services
from pipelines.flows.ports import claim
from pipelines.flows.services import Plan
from pipelines.flows.supervisor import Supervisor
from pipelines.flows.table import FLOWS, entry
from workbench.cli.output import console
from workbench.cli.session import settings_of
from workbench.cli.signals import interruptible

app = typer.Typer()

_FIELD: Final = r"(\*|\d+(-\d+)?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/\d+)?"
_CRON: Final = re.compile(rf"({_FIELD}(,{_FIELD})*\s+){{4}}{_FIELD}(,{_FIELD})*|@[a-z]+")

_Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]


@app.command(epilog="Example: workbench up --port-jupyter 8890 --cron maintain='*/10 * * * *'")
def up(
    ctx: typer.Context,
    port_prefect: _Port = 4200,
    port_dashboards: _Port = 5006,
    port_jupyter: _Port = 8888,
    cron: Annotated[
        list[str] | None,
        typer.Option(help="NAME=CRON (UTC) in place of a flow's own schedule; NAME= for none."),
    ] = None,
) -> None:
    """Serve Prefect with its schedules, dashboards, /metrics and JupyterLab on 127.0.0.1."""
    wanted = {"prefect": port_prefect, "dashboards": port_dashboards, "jupyter": port_jupyter}
    crons = {name: planned.cron for name, planned in FLOWS.items()}
    crons |= dict(_schedule(text) for text in cron or ())
    home = settings_of(ctx).home.resolve()
    plan = Plan(home, claim(wanted), secrets.token_urlsafe(24), crons)
    try:
        with interruptible(), Supervisor(home / "logs") as supervisor:
            _start(supervisor, plan)
            _print(plan)
            supervisor.watch()
    except KeyboardInterrupt:
        console.print("stopped")


def _start(supervisor: Supervisor, plan: Plan) -> None:
    """Start all at once, the flows when Prefect answers; return when everything does."""
    first = (services.prefect(plan), services.dashboards(plan), services.jupyter(plan))
    console.print(f"Starting; logs are in {plan.home / 'logs'}", soft_wrap=True)
    for service in first:
        supervisor.start(service)
    supervisor.wait(first[0])
    flows = services.flows(plan, supervisor.log("flows"))
    supervisor.start(flows)
    supervisor.wait(*first, flows)


def _print(plan: Plan) -> None:
    for name, url in plan.addresses().items():
        console.print(f"{name:<11} {url}", soft_wrap=True)
    for name, cron in plan.crons.items():
        console.print(f"{'Flow':<11} {name:<9} {cron or 'by hand'} (UTC)")
    console.print("Ctrl-C stops everything.", style="dim")


def _schedule(text: str) -> tuple[str, str]:
    name, sign, cron = text.partition("=")
    if not sign:
        raise BadInput(f"{text!r} is not of the form NAME=CRON", where="--cron")
    if cron and not _CRON.fullmatch(cron.strip()):
        raise BadInput(f"{cron!r} is no cron expression", where="--cron", hint="as in */10 * * * *")
    return entry(name).name, cron
