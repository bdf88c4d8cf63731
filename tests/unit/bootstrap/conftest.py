"""A store in memory with a small evaluation by the baselines."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
