"""The suite of a run, in its place or as it came with the run."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.contracts import Run
from engine.errors import BadInput, NotFound
from tests.unit.bootstrap.desk import FIRST, SUITE, TASKS, Desk
from tests.unit.bootstrap.transfer import bundled
from workbench.bootstrap import Bench, Request, evaluate, resume
from workbench.bootstrap.court import hearings
from workbench.bootstrap.opening import import_bundle
from workbench.bootstrap.references import References
from workbench.bootstrap.suite_files import files_of, suite_of, suite_then
from workbench.settings import Settings
from workbench.store import Store
from workbench.store.queries import facts


@dataclass(frozen=True)
class Came:
    """A run that came in a bundle with its suite, whose folder was there when it was made."""

    folder: Path
    bench: Bench
    run: Run

    @property
    def store(self) -> Store:
        return self.bench.store


@pytest.fixture
def came(tmp_path: Path) -> Iterator[Came]:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "tasks.jsonl").write_text("\n".join(map(json.dumps, TASKS)))
    settings = Settings(home=tmp_path / "home")
    with Store.memory() as made, Store.open(settings) as store:
        bench = Bench(Settings(home=tmp_path), made)
        [run_id] = asyncio.run(evaluate(Request(str(folder), agents=("echo",), limit=2), bench))
        import_bundle(store, bundled(made, tmp_path / "a.wbz", run_id), with_suites=True)
        yield Came(folder, Bench(settings, store), facts.run(store.lake, run_id))


def gone(came: Came) -> None:
    """The suite's folder is no more."""
    shutil.rmtree(came.folder)


def changed(came: Came) -> None:
    """A target in the suite's folder is another."""
    tasks = came.folder / "tasks.jsonl"
    tasks.write_text(tasks.read_text().replace('"target": "', '"target": "not '))


@pytest.mark.parametrize("lost", [gone, changed])
def test_what_came_with_a_run_serves_all_that_need_its_suite(
    came: Came, lost: Callable[[Came], None]
) -> None:
    """References of raters, judges, resumption and the next bundle alike."""
    lost(came)

    async def judged() -> int:
        async with hearings(came.bench, [came.run.run_id]) as (hearing,):
            return len(hearing.tasks)

    task = came.store.episodes(came.run.run_id)["task_id"][0]
    assert References(came.store).of(came.run.run_id, task).text == task[1:]
    assert asyncio.run(judged()) == 3
    assert asyncio.run(resume(came.run.run_id, came.bench)) == [came.run.run_id]
    assert len(files_of(came.run, came.store.lake).files) == 2


def test_a_suite_as_it_is_now_goes_before_the_one_that_came(came: Came) -> None:
    """A replay runs against today's; what a run was scored by is that of then."""
    changed(came)
    targets = [
        suite.task("t0").target
        for suite in (
            suite_of(came.run, came.store.lake),
            suite_then(came.run, came.store.lake),
        )
    ]
    assert targets == ["not 0", "0"]


def test_without_what_came_a_lost_suite_is_told(came: Came) -> None:
    """By name where it is gone, as changed where it is another."""
    shutil.rmtree(came.bench.settings.home / "suites")
    changed(came)
    with pytest.raises(BadInput, match="the suite has changed since"):
        suite_then(came.run, came.store.lake)
    assert "has changed" in (files_of(came.run, came.store.lake).about.missing or "")
    gone(came)
    with pytest.raises(NotFound, match="no suite"):
        suite_then(came.run, came.store.lake)


def test_a_judge_is_put_to_the_states_that_a_run_was_asked_for(desk: Desk) -> None:
    """Calibrations hold for the tasks of a run: drafts are asked for, so they alone are its."""
    drafted = desk.draft(FIRST, family="words").task.id
    run_id = desk.run("draft")

    async def heard() -> list[str]:
        async with hearings(Bench(desk.settings, desk.store), [run_id]) as (hearing,):
            return list(hearing.tasks)

    assert asyncio.run(heard()) == [drafted]
