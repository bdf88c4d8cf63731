"""Metrics out of the store."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from engine.contracts import Fact, Step
from engine.telemetry import METRICS, FactMetrics, Metrics, Tee
from tests.browser.samples import Sample, a_run, facts_of, step
from tests.browser.world import FINISHED, fill
from workbench.bootstrap.exposition import exposition
from workbench.store import Store


@pytest.fixture(scope="module")
def text() -> Iterator[str]:
    """The exposition of a store with one of everything."""
    with Store.memory() as store:
        fill(store)
        yield exposition(store).decode()


def value(text: str, name: str, **labels: str) -> float:
    """One sample's value."""
    samples = (s for family in text_string_to_metric_families(text) for s in family.samples)
    return next(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_promtool_accepts_it(text: str) -> None:
    """Names, types, help and units are as Prometheus wants them."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("needs promtool on the PATH")
    done = subprocess.run(
        [promtool, "check", "metrics"], check=False, input=text, text=True, capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_metric_is_there(text: str) -> None:
    """Also those nothing has been counted for."""
    assert [m.name for m in METRICS if f"# TYPE {m.name} {m.kind}\n" not in text] == []


def test_counters_are_sums_over_the_store(text: str) -> None:
    """The errors of a finished run are still there after it."""
    who = {"agent": "default", "model": "small"}
    assert value(text, "episodes_total", stop_reason="answered", **who) == 11
    assert value(text, "episodes_total", stop_reason="error", **who) == 1
    assert value(text, "model_unpriced_total", model="small") == 1


def test_violations_and_unknown_fields_are_there(text: str) -> None:
    """By boundary and code, and by sender and place."""
    broken = {"boundary": "model.answer", "code": "model_garbled"}
    assert value(text, "contract_violations_total", **broken) == 1
    assert value(text, "wire_unknown_fields_total", source="small", field="/usage/queue_time") == 11


def test_buckets_grow_up_to_the_count(text: str) -> None:
    """Episodes of 3 s lie above 2.5 s and below 5 s."""
    who = {"agent": "constant", "model": ""}
    at = [value(text, "episode_seconds_bucket", le=le, **who) for le in ("2.5", "5.0", "+Inf")]
    assert at == [0, 12, 12]
    assert value(text, "episode_seconds_sum", **who) == 36


def test_imported_work_is_not_counted(text: str) -> None:
    """Taking in history is no traffic."""
    assert "gpt-x" not in text


def test_the_store_says_of_safety_what_was_said_live() -> None:
    """The same facts, counted as they come and read back, give the same numbers."""
    live = Metrics()
    with Store.memory() as store:
        with store.recorder() as recorder:
            tee = Tee(recorder, FactMetrics(live))
            tee.add(*guarded_run())
        read = exposition(store).decode()
    names = ("loop_", "progress_", "safety_", "degradation", "budget_", "escalations_")
    lines = [
        sorted(
            line for line in text.splitlines() if line.startswith(names) and "_created" not in line
        )
        for text in (read, live.exposition().decode())
    ]
    assert lines[0] == lines[1]
    assert 'degradation_rung{agent="default"} 5.0' in lines[0]


def test_attempts_and_answers_given_again_are_summed() -> None:
    """Over the calls of every step, by tool."""
    told = {"1": {"tool": "pay", "attempts": 3}, "2": {"tool": "pay", "replayed": True}}
    with Store.memory() as store:
        with store.recorder() as recorder:
            for fact in guarded_run():
                if isinstance(fact, Step) and fact.kind == "model":
                    fact = fact.model_copy(update={"attributes": {"tool_calls": told}})  # noqa: PLW2901
                recorder.add(fact)
        text = exposition(store).decode()
        [(models,)] = store.lake.frame("SELECT count(*) FROM steps WHERE kind = 'model'").rows()
    assert value(text, "tool_retries_total", tool="pay") == 2 * models > 0
    assert value(text, "idempotent_replays_total", tool="pay") == models


def guarded_run() -> Iterator[Fact]:
    """Two episodes of one agent: verdicts, rungs, progress; the later one came down to `force`."""
    run = a_run(FINISHED, "default", "small", 0)
    yield run
    for number, rung in enumerate(("tell", "force")):
        sample = Sample(run, number, "policy", 0, passed=True)
        *told, episode, score = facts_of(sample)
        yield from told
        for at, said in enumerate(({"action": "cut", "rule": "cycle"}, {"rungs": [rung]})):
            yield step(sample, 2 + at, "guard", (), (0, 0), attributes=said)
        yield step(sample, 4, "model", (), (0, 0), attributes={"progress": True})
        about = {"agents": [], "budget_left": 0.25, "rung": rung}
        yield episode.model_copy(update={"metadata": about})
        yield score
