"""What `workbench up` runs: Prefect's server, the flows, the dashboards, JupyterLab."""

import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from pipelines.flows.environment import prefect_environment
from pipelines.flows.ports import HOST, answers
from pipelines.flows.reporting import notebook_folder
from pipelines.flows.supervisor import Service

_LAB_SETTINGS: Final = Path(__file__).parent / "templates" / "jupyter"
_WORKBENCH: Final = ("-c", "from workbench.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything listens, and what lets a visitor in."""

    home: Path
    ports: Mapping[str, int]
    token: str
    crons: Mapping[str, str]

    def url(self, name: str) -> str:
        """The address of a service."""
        return f"http://{HOST}:{self.ports[name]}"

    @property
    def environment(self) -> dict[str, str]:
        """What every service is told."""
        return {
            **prefect_environment(self.home),
            "PREFECT_API_URL": f"{self.url('prefect')}/api",
            "PREFECT_UI_API_URL": f"{self.url('prefect')}/api",
            "WORKBENCH_DASHBOARDS_URL": self.url("dashboards"),
            "WORKBENCH_TOKEN": self.token,
            "JUPYTER_TOKEN": self.token,
        }

    def addresses(self) -> dict[str, str]:
        """What a user opens."""
        dashboards = self.url("dashboards")
        return {
            "Dashboards": f"{dashboards}/?token={self.token}",
            "Metrics": f"{dashboards}/metrics?token={self.token}",
            "Prefect": self.url("prefect"),
            "JupyterLab": f"{self.url('jupyter')}/lab?token={self.token}",
        }


def prefect(plan: Plan) -> Service:
    """Prefect's server and pages."""
    options = ("--host", HOST, "--port", str(plan.ports["prefect"]))
    return Service(
        "prefect",
        (sys.executable, "-m", "prefect", "server", "start", *options),
        partial(answers, f"{plan.url('prefect')}/api/health"),
        plan.environment,
    )


def flows(plan: Plan, log: Path) -> Service:
    """The flows with their schedules; wants Prefect's server. `log` is where it writes."""
    crons = [f"{name}={cron}" for name, cron in plan.crons.items()]
    return Service(
        "flows",
        (sys.executable, "-m", "pipelines.flows.serve", *crons),
        partial(_said, log, "being served"),
        plan.environment,
        signal.SIGINT,  # at SIGTERM it hangs over pausing its schedules
    )


def dashboards(plan: Plan) -> Service:
    """The dashboards and `/metrics`."""
    port = str(plan.ports["dashboards"])
    return Service(
        "dashboards",
        (sys.executable, *_WORKBENCH, "dashboards", "--port", port),
        partial(answers, f"{plan.url('dashboards')}/metrics"),
        plan.environment,
    )


def jupyter(plan: Plan) -> Service:
    """JupyterLab on the notebooks, asking nobody for news or updates."""
    options = (
        "--no-browser",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={plan.ports['jupyter']}",
        "--ServerApp.port_retries=0",
        "--ServerApp.allow_root=True",  # in a container everybody is; the token guards it
        f"--ServerApp.root_dir={notebook_folder()}",
        "--KernelManager.transport_encryption=auto",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.app_settings_dir={_LAB_SETTINGS}",
    )
    return Service(
        "jupyter",
        (sys.executable, "-m", "jupyterlab", *options),
        partial(answers, f"{plan.url('jupyter')}/api"),
        plan.environment,
    )


def _said(log: Path, words: str) -> bool:
    return words in log.read_text(errors="replace")
