"""The flow `report`: a notebook over a run, as an HTML page."""

from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from pipelines.flows import steps
from pipelines.flows.markdown import report_markdown
from pipelines.flows.reporting import NOTEBOOK, OUT, Order, make_report
from workbench.settings import Settings


@task(task_run_name="{order.notebook}", cache_policy=NO_CACHE)
def write(settings: Settings, order: Order) -> Path:
    """Execute the notebook and write its page."""
    return make_report(settings, order)


@task(cache_policy=NO_CACHE)
def publish(page: Path) -> None:
    """Show where the page lies beside the flow's run."""
    create_markdown_artifact(report_markdown(page), key="report")


@flow
def report(
    run: str | None = None,
    tag: str | None = None,
    notebook: str = NOTEBOOK,
    parameters: dict[str, Any] | None = None,
    out: Path = OUT,
) -> str:
    """Write a report on a run; gives the path of the page.

    Args:
        run: By id, the beginning of one, or last; empty: the newest that asked a model.
        tag: Read the run beside the others that bear this tag; empty: beside the baselines.
        notebook: By name, or a path.
        parameters: Of the notebook, beyond home, run and beside.
        out: Folder of the page.
    """
    order = Order(run=run, tag=tag, notebook=notebook, parameters=parameters or {}, out=out)
    page = write(steps.prepare(), order)
    publish(page)
    return str(page)
