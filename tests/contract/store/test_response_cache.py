"""Every cache of model answers keeps the same promises."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.contracts import CachedAnswer, ResponseCache
from engine.models.scripted import reply
from workbench.store import MemoryResponseCache, SqliteResponseCache

Make = Callable[..., ResponseCache]


def answer(text: str = "a", scope: str = "dev", made_at: float = 100.0) -> CachedAnswer:
    return CachedAnswer(
        scope=scope, tenant="local", model="m", response=reply(text), made_at=made_at
    )


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes an empty cache of each implementation."""
    if request.param == "memory":
        return MemoryResponseCache
    return lambda *bound: SqliteResponseCache(tmp_path / "answers.sqlite", *bound)


def test_what_was_put_is_given(make: Make) -> None:
    """The very answer comes back; another key has none."""
    cache = make()
    cache.put("k", answer())
    assert (cache.get("k"), cache.get("other")) == (answer(), None)


def test_a_second_put_replaces(make: Make) -> None:
    """The later answer counts, and takes no second place."""
    cache = make()
    cache.put("k", answer("old"))
    cache.put("k", answer("new"))
    assert cache.get("k") == answer("new")
    assert [total.answers for total in cache.totals()] == [1]


@pytest.mark.parametrize(("since", "given"), [(99.9, True), (100.0, True), (100.1, False)])
def test_an_old_answer_is_not_given(make: Make, since: float, *, given: bool) -> None:
    """One that was made before `since` is none."""
    cache = make()
    cache.put("k", answer(made_at=100.0))
    assert (cache.get("k", since) is not None) == given


def test_the_least_lately_used_go_first(make: Make) -> None:
    """Beyond the bound the one goes that was neither made nor given for longest."""
    one = make()
    one.put("a", answer())
    [size] = [total.bytes for total in one.totals()]
    one.clear()
    cache = make(2 * size)
    for key in "ab":
        cache.put(key, answer())
    cache.get("a")
    cache.put("c", answer())
    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]


def test_an_answer_beyond_the_bound_is_not_kept(make: Make) -> None:
    """The bound holds also for one alone."""
    cache = make(100)
    cache.put("k", answer("x" * 200))
    assert (cache.get("k"), list(cache.totals())) == (None, [])


def test_totals_count_answers_and_hits(make: Make) -> None:
    """By scope and model, with the times of the oldest and the newest."""
    cache = make()
    cache.put("a", answer(made_at=5.0))
    cache.put("b", answer(made_at=7.0))
    cache.put("c", answer(scope="other"))
    cache.get("a")
    first, second = cache.totals()
    assert (first.scope, first.answers, first.hits) == ("dev", 2, 1)
    assert (first.oldest_at, first.newest_at, second.scope) == (5.0, 7.0, "other")


def test_a_scope_is_cleared_alone(make: Make) -> None:
    """The others keep their answers."""
    cache = make()
    cache.put("a", answer())
    cache.put("b", answer(scope="other"))
    assert cache.clear("dev") == 1
    assert (cache.get("a"), cache.get("b") is not None) == (None, True)


def fill(path: str, name: str) -> None:
    cache = SqliteResponseCache(Path(path))
    for number in range(50):
        cache.put(f"{name}-{number}", answer())
        cache.get(f"{name}-{number}")


def test_two_processes_use_one_file(tmp_path: Path) -> None:
    """Nothing that either puts is lost, and the sum of bytes stays right."""
    path = tmp_path / "answers.sqlite"
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=fill, args=(str(path), name)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    [total] = SqliteResponseCache(path).totals()
    assert (total.answers, total.hits) == (100, 100)


def test_what_was_put_outlives_the_cache(tmp_path: Path) -> None:
    """Another opening of the file finds it, without the first being closed."""
    SqliteResponseCache(tmp_path / "a").put("k", answer())
    assert SqliteResponseCache(tmp_path / "a").get("k") == answer()
