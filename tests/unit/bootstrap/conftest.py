"""A store in memory with a small evaluation by the baselines."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.world import fill
from tests.unit.bootstrap.desk import SUITE, TASKS, Desk
from workbench.bootstrap import Bench, Request, evaluate
from workbench.settings import Settings
from workbench.store import Store

Evaluate = Callable[..., list[str]]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.memory() as store:
        yield store


@pytest.fixture
def evaluated(store: Store, tmp_path: Path) -> Evaluate:
    """Evaluate a few samples of the bundled suite; gives the run ids."""

    def run(*agents: str, limit: int = 6, tag: str = "", epochs: int = 1) -> list[str]:
        tags = (tag,) if tag else ()
        request = Request("helpdesk", agents=agents, limit=limit, epochs=epochs, tags=tags)
        return asyncio.run(evaluate(request, Bench(Settings(home=tmp_path), store)))

    return run


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Three tasks that nobody has reviewed."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, TASKS)))
    with Store.memory() as store:
        fill(store)
        yield Desk(folder, store, Settings(home=tmp_path / "home", author="ann"))
