"""The flow `evaluate`: a task for each model and agent, then the score table."""

from typing import Annotated

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from pipelines.flows import steps
from workbench.bootstrap import Request
from workbench.settings import Settings

Count = Annotated[int, Field(ge=1)]


@task(cache_policy=NO_CACHE)
def score(settings: Settings, request: Request) -> list[str]:
    """Evaluate one model with one agent."""
    return steps.score(settings, request)


@task(cache_policy=NO_CACHE)
def publish(settings: Settings, runs: list[str]) -> None:
    """Show the scores beside the flow's run."""
    create_markdown_artifact(steps.score_page(settings, runs), key="scores")


@flow
def evaluate(  # noqa: PLR0917 - a parameter is a field of the form in Prefect's pages
    suite: str = "helpdesk",
    models: tuple[str, ...] = ("small",),
    agents: tuple[str, ...] = ("default", "constant", "echo", "random"),
    epochs: Count = 1,
    limit: Count | None = None,
    concurrency: Count = 4,
    seed: int = 0,
    tags: tuple[str, ...] = (),
    judge: str = "",
) -> list[str]:
    """Evaluate a suite with every model and agent; gives the run ids.

    Args:
        suite: By name, folder, table (JSONL, CSV, Parquet) or FILE.py:name.
        models: By name, as `workbench model list` has them.
        agents: default, a team of the suite, a baseline, FILE.yaml or FILE.py:function.
        epochs: Times each sample is run.
        limit: So many samples, spread over the families; empty: all.
        concurrency: Samples under way at once.
        seed: Of models, baselines and the limit.
        tags: Put on each run.
        judge: Model that judges where a scorer names none; empty: as WORKBENCH_JUDGE says.
    """
    settings = steps.prepare()
    request = Request(
        suite=suite,
        models=models,
        agents=agents,
        epochs=epochs,
        limit=limit,
        concurrency=concurrency,
        seed=seed,
        tags=tags,
        judge=judge,
    )
    runs = []
    for part in steps.parts(request):
        runs += score.with_options(task_run_name=steps.label(part))(settings, part)
    publish(settings, runs)
    return runs
