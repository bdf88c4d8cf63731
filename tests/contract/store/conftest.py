"""Every implementation of the store, empty and with a small run in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.store import facts
from workbench.store import Lake, Location, Store


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that was made and closed: a copy opens faster than a new one is made."""
    home = tmp_path_factory.mktemp("store") / "home"
    Lake.open(Location(home)).close()
    return home


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, empty_home: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    if request.param == "memory":
        lake = Lake.memory()
    else:
        lake = Lake.open(Location(Path(shutil.copytree(empty_home, tmp_path / "home"))))
    with Store(lake, author="ann") as opened:
        yield opened


@pytest.fixture
def recorded(store: Store) -> Store:
    """A finished run of two samples, the first passed, the second failed with an error."""
    with store.recorder() as recorder:
        recorder.add(facts.run())
        recorder.add(facts.step(0), facts.exchange(0), facts.episode(0), facts.score(0))
        recorder.add(facts.step(1), facts.step(1, 1, messages=()))
        broken = facts.episode(1, error=facts.error(), stop_reason=facts.StopReason.ERROR)
        recorder.add(broken, facts.score(1, passed=False))
        recorder.add(facts.end())
    return store
