"""Runs leave one store and come into another, the same in every table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.bootstrap.transfer import bundled, everything, lines
from tests.unit.interchange.lines import OTHER, all_facts
from tests.unit.store import facts
from workbench.bootstrap.opening import import_bundle, import_jsonl
from workbench.store import Store


@pytest.fixture
def full(store: Store) -> Store:
    """A store with a fact of every kind."""
    with store.recorder() as recorder:
        recorder.add(*all_facts())
    return store


@pytest.fixture
def second() -> Iterator[Store]:
    """An empty store to take things in."""
    with Store.memory() as opened:
        yield opened


def test_a_bundle_brings_every_table(full: Store, second: Store, tmp_path: Path) -> None:
    """Two runs, with what was said of them and what they refer to."""
    taken = import_bundle(second, bundled(full, tmp_path / "a.wbz", facts.RUN, OTHER)).taken
    assert everything(second) == everything(full)
    assert sorted(taken.new) == [facts.RUN, OTHER]


def test_jsonl_brings_every_table(full: Store, second: Store, tmp_path: Path) -> None:
    """As a bundle does."""
    import_jsonl(second, lines(full, tmp_path / "a.jsonl", facts.RUN, OTHER))
    assert everything(second) == everything(full)


def test_maintenance_changes_no_export(full: Store, tmp_path: Path) -> None:
    """Where rows lie is no matter."""
    before = bundled(full, tmp_path / "a.wbz", facts.RUN).read_bytes()
    full.maintain()
    assert bundled(full, tmp_path / "b.wbz", facts.RUN).read_bytes() == before
