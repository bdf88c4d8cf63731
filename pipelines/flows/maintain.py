"""The flow `maintain`: the store's maintenance, and what it did."""

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from pipelines.flows import steps
from pipelines.flows.markdown import maintenance_markdown
from workbench.settings import Settings
from workbench.store.maintain import MaintenanceReport


@task(cache_policy=NO_CACHE)
def tidy(settings: Settings) -> MaintenanceReport:
    """Move fresh rows, merge small files, drop what is not needed."""
    return steps.maintain(settings)


@task(cache_policy=NO_CACHE)
def publish(done: MaintenanceReport) -> None:
    """Show what was done beside the flow's run."""
    create_markdown_artifact(maintenance_markdown(done), key="maintenance")


@flow
def maintain() -> None:
    """Keep the store small and fast."""
    done = tidy(steps.prepare())
    publish(done)
