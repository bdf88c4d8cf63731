"""The metrics registry and what feeds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import ErrorSpec, Exchange, Fact, Step, UnknownField, Usage
from engine.telemetry import METRICS, FactMetrics, Metrics, Tee, safety_gauges


def step(**changes: object) -> Step:
    fields = {
        "run_id": "run-1",
        "episode_id": "ep-1",
        "index": 1,
        "kind": "model",
        "agent": "a",
        "span_id": "0" * 16,
        "started_at": 0.0,
        "ended_at": 1.0,
        "messages": (),
        "model": "m",
        "usage": Usage(input_tokens=7, output_tokens=3, calls=1),
    }
    return Step(**(fields | changes))  # type: ignore[arg-type]


def exchange(error: ErrorSpec | None = None) -> Exchange:
    return Exchange(
        run_id="run-1",
        episode_id="ep-1",
        step_index=1,
        position=1,
        kind="tool",
        name="add",
        request={},
        request_hash="",
        error=error,
        started_at=0.0,
        ended_at=2.0,
    )


def test_every_metric_says_unit_and_meaning() -> None:
    """No metric without a unit and a meaning; names are unique."""
    assert all(metric.unit and metric.meaning for metric in METRICS)
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_an_unknown_label_is_refused() -> None:
    """A label outside the registry is an error, not a new series."""
    with pytest.raises(ValueError, match="label"):
        Metrics().count("steps_total", colour="red")


def test_tokens_are_counted_by_direction() -> None:
    """A model step adds its tokens under input and output."""
    metrics = Metrics()
    FactMetrics(metrics).add(step(), step())
    assert metrics.value("model_tokens_total", model="m", direction="input") == 14


def test_violations_and_unknown_fields_are_counted() -> None:
    """A violation once, by boundary and code; a field as often as it came."""
    metrics = Metrics()
    error = ErrorSpec(code="model_garbled", message="x", boundary="model.answer")
    times = {"first_seen_at": 1.0, "last_seen_at": 2.0}
    field = UnknownField(
        run_id="run-1", source="m", field="/x", count=3, example_type="null", **times
    )
    FactMetrics(metrics).add(exchange(error), exchange(ErrorSpec(code="x", message="y")), field)
    broken = {"boundary": "model.answer", "code": "model_garbled"}
    assert metrics.value("contract_violations_total", **broken) == 1
    assert metrics.value("wire_unknown_fields_total", source="m", field="/x") == 3


def test_an_unknown_price_is_counted_apart() -> None:
    """A call without a price adds to the unpriced calls and nothing to the cost."""
    metrics = Metrics()
    FactMetrics(metrics).add(step(cost_usd=None))
    assert metrics.value("model_unpriced_total", model="m") == 1
    assert metrics.value("model_cost_usd_total", model="m") is None


def test_failed_calls_stand_under_their_code() -> None:
    """A tool call's outcome is ok or the error's code."""
    metrics = Metrics()
    FactMetrics(metrics).add(exchange(), exchange(ErrorSpec(code="tool_error", message="x")))
    assert metrics.value("tool_calls_total", tool="add", outcome="tool_error") == 1


def test_exposition_is_prometheus_text() -> None:
    """Names, help lines and values stand in the text format."""
    metrics = Metrics()
    FactMetrics(metrics).add(step())
    text = metrics.exposition().decode()
    assert "# TYPE steps_total counter" in text
    assert 'steps_total{agent="a",kind="model"} 1.0' in text


class Listed:
    """Keeps facts in a list."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def add(self, *facts: Fact) -> None:
        self.facts.extend(facts)

    def flush(self) -> None:
        pass


@given(st.lists(st.integers(0, 5), max_size=8))
def test_a_tee_hands_every_fact_to_every_recorder(indexes: list[int]) -> None:
    """Whatever is added reaches all recorders in order."""
    left, right = Listed(), Listed()
    Tee(left, right).add(*(step(index=i) for i in indexes))
    assert [f.index for f in left.facts] == indexes  # type: ignore[attr-defined]
    assert right.facts == left.facts


def test_a_verdict_counts_as_a_violation_and_a_cut_as_a_cut() -> None:
    """Each under its rule."""
    metrics = Metrics()
    for action in ("warn", "cut"):
        said = {"action": action, "rule": "cycle"}
        FactMetrics(metrics).add(step(kind="guard", model=None, attributes=said))
    assert metrics.value("safety_violations_total", rule="cycle") == 2
    assert metrics.value("loop_cut_total", rule="cycle") == 1


def test_every_rung_entered_is_counted() -> None:
    """Also where several are entered at once."""
    metrics = Metrics()
    said = {"rung": "force", "rungs": ["tell", "force"], "used": 0.96}
    FactMetrics(metrics).add(step(kind="guard", model=None, attributes=said))
    rungs = [metrics.value("degradations_total", rung=rung) for rung in ("tell", "force")]
    assert rungs == [1, 1]


def test_progress_is_counted_by_step() -> None:
    """Only steps that brought something new."""
    metrics = Metrics()
    for new in (True, False):
        FactMetrics(metrics).add(step(attributes={"progress": new}))
    assert metrics.value("progress_events_total") == 1


@pytest.mark.parametrize(("rung", "depth"), [(None, 0), ("tell", 1), ("force", 5), ("stop", 6)])
def test_rungs_are_numbered_by_their_depth(rung: str | None, depth: int) -> None:
    """0 is none; an episode without a guard says nothing at all."""
    assert safety_gauges({"budget_left": 0.5, "rung": rung}) == {
        "budget_left_ratio": 0.5,
        "degradation_rung": depth,
    }
    assert safety_gauges({"agents": []}) == {}


def test_what_a_step_says_of_its_tool_calls_is_counted() -> None:
    """Attempts beyond the first, and answers that were given again."""
    metrics = Metrics()
    told = {"1": {"tool": "pay", "attempts": 3}, "2": {"tool": "pay", "replayed": True}}
    FactMetrics(metrics).add(step(attributes={"tool_calls": told}), step())
    assert metrics.value("tool_retries_total", tool="pay") == 2
    assert metrics.value("idempotent_replays_total", tool="pay") == 1
