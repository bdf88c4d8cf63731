"""The commands that pipelines add to `workbench`: name, file, help line."""

from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "bench": ("pipelines.bench.cli", "Measure a part of the workbench beside its rivals."),
    "report": ("pipelines.flows.report_cli", "Turn a run into an HTML report."),
    "export": ("pipelines.flows.export_cli", "Write runs and episodes to a file for others."),
    "flows": ("pipelines.flows.cli", "List flows and run one now."),
    "up": ("pipelines.flows.up", "Serve Prefect, dashboards, JupyterLab and /metrics."),
}
