"""The flow `replay`: recorded episodes through today's loop, and where they part from it."""

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE

from engine.errors import WorkbenchError
from engine.replay import Mode
from pipelines.flows import steps
from pipelines.flows.markdown import replay_markdown
from workbench.bootstrap.replaying import ReplayReport
from workbench.settings import Settings


@task(cache_policy=NO_CACHE)
def play(settings: Settings, names: tuple[str, ...], tag: str | None, mode: Mode) -> ReplayReport:
    """Replay every episode."""
    return steps.replay(settings, names, tag, mode)


@task(cache_policy=NO_CACHE)
def publish(settings: Settings, report: ReplayReport) -> None:
    """Show the divergences beside the flow's run."""
    create_markdown_artifact(replay_markdown(report, settings.dashboards_url), key="divergences")


@flow
def replay(names: tuple[str, ...] = (), tag: str | None = None, mode: Mode = Mode.STRICT) -> int:
    """Replay recorded episodes; gives how many, and fails where one diverges.

    Args:
        names: Runs and episodes by id, the beginning of one, or last.
        tag: The newest run of each agent and model that bears this tag.
        mode: What is done anew; the rest answers as it was recorded.
    """
    settings = steps.prepare()
    report = play(settings, names, tag, mode)
    publish(settings, report)
    if report.diverged:
        said = f"{len(report.diverged)} of {len(report.replayed)} episodes diverge"
        raise WorkbenchError(said, hint="see the artifact `divergences`")
    return len(report.replayed)
