"""A home whose router has two scripted tiers, and a suite that only one of them does well."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.contracts import Canaries, Canary, CanaryPolicy
from engine.routing.trials import Trials
from workbench.bootstrap import Bench, Request, evaluate
from workbench.bootstrap.canaries import trials_of
from workbench.settings import Settings
from workbench.store import Store

SUITE = """
name: said
version: "1"
families: [{name: words, team: solo, scorers: [exact]}]
teams: [{name: solo, entry: solver, agents: [{name: solver, instructions: Answer.}]}]
"""
TASKS = 50
GOOD, BAD = [{"content": "yes"}], [{"content": "no"}]
BROKEN = [{"error": {"code": "model_refused", "message": "no such field"}}]


class Home:
    """Evaluates over `router:main`, whose default tier is `old` and the other one `new`."""

    def __init__(
        self,
        folder: Path,
        new: list[dict[str, Any]],
        *,
        policy: str = "direct",
        expected_quality: float | None = None,
    ) -> None:
        self.settings = Settings(home=folder / "home")
        self.suite = folder / "said"
        self.suite.mkdir()
        (self.suite / "suite.yaml").write_text(SUITE)
        tasks = ({"id": f"t{n}", "input": f"{n}?", "target": "yes"} for n in range(TASKS))
        lines = [json.dumps({"family": "words", **task}) for task in tasks]
        (self.suite / "tasks.jsonl").write_text("\n".join(lines))
        routers = self.settings.home / "routers"
        routers.mkdir(parents=True)
        tiers = []
        for name, script in (("new", new), ("old", GOOD)):
            path = folder / f"{name}.json"
            path.write_text(json.dumps(script))
            about = {"model": f"scripted:{path}", "expected_quality": expected_quality}
            tiers.append({"name": name, "max_context_tokens": 9_000, **about})
        learning = {"explore": 1.0}
        spec = {"name": "main", "default_tier": "old", "policy": policy, "learning": learning}
        spec["tiers"] = tiers
        (routers / "main.yaml").write_text(json.dumps(spec))

    def started(self, **policy: float) -> None:
        """With `new` on trial in the place of `old`."""
        with self.trials() as (_, trials):
            tiers = {"router": "main", "tier": "new", "baseline": "old"}
            rules = {"share": 0.1, **policy}
            trials.start("c1", tenants=["local"], policy=CanaryPolicy.parse(rules), **tiers)

    def run(self, epochs: int = 1) -> str:
        """The suite over the router; gives the run's id."""
        request = Request(str(self.suite), models=["router:main"], epochs=epochs)
        with Store.open(self.settings) as store:
            return asyncio.run(evaluate(request, Bench(self.settings, store)))[0]

    def canary(self) -> Canary:
        """The trial, once all outcomes are counted."""
        with self.trials() as (canaries, _):
            return canaries.get("c1")

    @contextmanager
    def trials(self) -> Iterator[tuple[Canaries, Trials]]:
        """As the commands have them."""
        with Store.open(self.settings) as store, trials_of(self.settings, store) as found:
            yield found

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the store says."""
        with Store.open(self.settings) as store:
            return store.sql(sql).rows()
