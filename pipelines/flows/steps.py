"""What the flows' tasks do, with or without Prefect."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from engine.replay import Mode
from pipelines.flows.markdown import scores_markdown
from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.logs import configure_logs
from workbench.bootstrap.replaying import ReplayReport, replay_episodes, subjects
from workbench.bootstrap.results import scoreboard
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.maintain import MaintenanceReport


def prepare() -> Settings:
    """What the environment sets, with logs as it says."""
    settings = Settings.load()
    configure_logs(settings)
    return settings


def parts(request: Request) -> list[Request]:
    """One request for each run that a request comes to."""
    return [replace(request, models=(model,), agents=(agent,)) for model, agent in request.pairs()]


def label(part: Request) -> str:
    """What a part is called: its agent, and its model where it asks one."""
    return " ".join(filter(None, (*part.agents, *part.models)))


def score(settings: Settings, request: Request) -> list[str]:
    """Evaluate as asked, into the store that the settings name; gives the run ids."""
    with Store.open(settings) as store:
        return asyncio.run(evaluate(request, Bench(settings, store)))


def score_page(settings: Settings, runs: Sequence[str]) -> str:
    """The score table of these runs as Markdown, each run with a link to its page."""
    with Store.open(settings) as store:
        return scores_markdown(scoreboard(store, runs), settings.dashboards_url)


def replay(settings: Settings, names: Sequence[str], tag: str | None, mode: Mode) -> ReplayReport:
    """Replay the episodes that names and tag come to; raises `BadInput` where none can be."""
    with Store.open(settings) as store:
        ids = subjects(store, names, tag)
        report = asyncio.run(replay_episodes(settings, store, ids, mode=mode))
    report.check()
    return report


def maintain(settings: Settings) -> MaintenanceReport:
    """Do the store's maintenance."""
    with Store.open(settings) as store:
        return store.maintain()
