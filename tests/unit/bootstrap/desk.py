"""A suite in a folder with a store of recorded episodes, to make golden tasks of."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.evals.golden import Reviewed, read_reviewed
from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.golden import Draft, draft, promote_task
from workbench.bootstrap.golden.drafts import Wish
from workbench.settings import Settings
from workbench.store import Store

SUITE = """
name: desk
version: "1"
families:
  - {name: words, team: solo, scorers: [exact]}
  - {name: forms, team: solo, scorers: [json_fields]}
teams:
  - name: solo
    entry: solver
    agents: [{name: solver, instructions: Answer.}]
"""
TASKS = [
    {"id": f"t{n}", "family": "words", "input": f"Say {n}.", "target": f"{n}"} for n in range(3)
]
FIRST = "ep-dddd0000000000000000"
"""The first episode of the imported run."""


@dataclass(frozen=True)
class Desk:
    """A suite in a folder, and a store with recorded episodes."""

    folder: Path
    store: Store
    settings: Settings

    def draft(self, episode: str, **given: Any) -> Draft:
        return draft(self.store, self.settings, episode, Wish(str(self.folder), **given))

    def promote(self, task_id: str, **given: str) -> str:
        names = {"reason": "clear", "reviewer": "bo", "owner": "ann"} | given
        return promote_task(self.store, self.settings, str(self.folder), task_id, **names).state

    def edit(self, old: str, new: str) -> None:
        path = self.folder / "tasks.jsonl"
        path.write_text(path.read_text().replace(old, new))

    def run(self, *states: str, model: str = "") -> str:
        agents = ["default"] if model else ["echo"]
        request = Request(str(self.folder), models=[model], agents=agents, states=states)
        return asyncio.run(evaluate(request, Bench(self.settings, self.store)))[0]

    def facts(self, *columns: str) -> list[tuple[Any, ...]]:
        return self.store.sql("FROM golden_tasks ORDER BY changed_at").select(columns).rows()

    @property
    def reviewed(self) -> Reviewed:
        return read_reviewed(self.folder)
