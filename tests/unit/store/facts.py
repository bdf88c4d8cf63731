"""Facts for tests of the store: plain ones by hand, arbitrary ones by strategy."""

from typing import Any

from hypothesis import strategies as st

from engine.contracts import (
    Episode,
    ErrorSpec,
    Exchange,
    Fact,
    Label,
    MessageSpec,
    Provenance,
    RoutingDecision,
    Run,
    RunEnd,
    Score,
    Step,
    StopReason,
    ToolCall,
    UnknownField,
    Usage,
    assistant,
)

DECISION: dict[str, Any] = {
    "decision_id": "d1",
    "router": "r",
    "classifier": None,
    "features_version": 1,
    "tenant": "local",
    "task_family": "f",
    "tier": "small",
    "model": "tiny",
    "reason": "default",
    "locked": False,
    "quality_target": 0.8,
    "tiers": [
        {"tier": "small", "model": "tiny", "probability": 0.6, "cost_usd": 0.0, "latency_ms": 9.0},
        {"tier": "large", "model": "big", "probability": 0.9, "cost_usd": 0.5, "latency_ms": None},
    ],
    "features": {"token_count": 3.0},
    "decided_in_us": 12.5,
}
ROUTE: dict[str, Any] = {
    "decision": DECISION,
    "first_tier": "small",
    "acted_tier": "small",
    "tries": [{"tier": "small", "model": "tiny", "outcome": "answered", "latency_ms": 8.0}],
    "canary": {"canary_id": "c1", "arm": "canary", "tier": "small", "share": 0.1},
}

RUN = "run-20261123-081500-ab12"
AT = 1_700_000_000.0


def run(run_id: str = RUN, **given: Any) -> Run:
    """A run of two tasks."""
    plain = {"name": "golden small", "suite": "golden", "agent": "solo", "model": "small"}
    numbers = {"epochs": 1, "planned": 2, "seed": 0, "started_at": AT}
    return Run(run_id=run_id, **{**plain, **numbers, **given})


def routing(step_index: int = 1, route: Any = None) -> RoutingDecision:
    """What a router decided for a step of the first episode."""
    exchange = Exchange(
        run_id=RUN,
        episode_id=f"ep-{0:020x}",
        step_index=step_index,
        position=0,
        kind="model",
        name="router:r",
        request={},
        request_hash="0" * 32,
        response={"route": route or ROUTE},
        started_at=AT,
        ended_at=AT,
    )
    decision = RoutingDecision.of(exchange)
    assert decision is not None
    return decision


def end(run_id: str = RUN, **given: Any) -> RunEnd:
    """A good end, a minute after the start."""
    return RunEnd(run_id=run_id, **{"status": "finished", "ended_at": AT + 60, **given})


def error(code: str = "tool_error", message: str = "no such tool") -> ErrorSpec:
    """What went wrong."""
    return ErrorSpec(code=code, message=message)


def episode(number: int = 0, **given: Any) -> Episode:
    """An episode of one model call that took two seconds."""
    plain: dict[str, Any] = {
        "run_id": RUN,
        "episode_id": f"ep-{number:020x}",
        "task_id": f"task-{number}",
        "family": "sums",
        "epoch": 0,
        "agent": "solo",
        "model": "small",
        "started_at": AT + number,
        "ended_at": AT + number + 2,
        "stop_reason": StopReason.ANSWERED,
        "steps": 1,
        "usage": Usage(input_tokens=100, output_tokens=10, calls=1),
        "cost_usd": 0.5,
    }
    return Episode(**{**plain, **given})


def step(number: int = 0, index: int = 0, **given: Any) -> Step:
    """A model's word in an episode."""
    plain: dict[str, Any] = {
        "run_id": RUN,
        "episode_id": f"ep-{number:020x}",
        "index": index,
        "kind": "model",
        "agent": "solo",
        "span_id": f"{index:016x}",
        "started_at": AT + number + index,
        "ended_at": AT + number + index + 1,
        "messages": (assistant("The answer is 42."),),
        "usage": Usage(input_tokens=100, output_tokens=10, calls=1),
        "cost_usd": 0.5,
    }
    return Step(**{**plain, **given})


def exchange(number: int = 0, index: int = 0, position: int = 0, **given: Any) -> Exchange:
    """A model call and its answer."""
    plain: dict[str, Any] = {
        "run_id": RUN,
        "episode_id": f"ep-{number:020x}",
        "step_index": index,
        "position": position,
        "kind": "model",
        "name": "small",
        "request": {"messages": []},
        "request_hash": "0" * 32,
        "response": {"content": "42"},
        "started_at": AT,
        "ended_at": AT + 1,
    }
    return Exchange(**{**plain, **given})


def score(number: int = 0, *, passed: bool = True, **given: Any) -> Score:
    """What a scorer says of an episode."""
    plain: dict[str, Any] = {
        "run_id": RUN,
        "episode_id": f"ep-{number:020x}",
        "task_id": f"task-{number}",
        "family": "sums",
        "epoch": 0,
        "scorer": "exact",
        "value": float(passed),
        "passed": passed,
        "scored_at": AT + number + 2,
    }
    return Score(**{**plain, **given})


def label(text: str = "good", **given: Any) -> Label:
    """A tag on the run."""
    return Label(run_id=RUN, **{"kind": "tag", "text": text, "labelled_at": AT, **given})


def unknown_field(field: str = "/choices/*/weird", count: int = 1, **given: Any) -> UnknownField:
    """A field of a model's answers that nobody knows."""
    plain: dict[str, Any] = {"run_id": RUN, "source": "small", "example_type": "string"}
    times = {"first_seen_at": AT, "last_seen_at": AT + 1}
    return UnknownField(field=field, count=count, **{**plain, **times, **given})


_text = st.text(max_size=20)
_time = st.integers(0, 4 * 10**15).map(lambda micros: micros / 1e6)
_count = st.integers(0, 2**63 - 1)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
_object = st.dictionaries(_text, _json, max_size=3)
_error = st.none() | st.builds(
    ErrorSpec,
    code=_text,
    message=_text,
    retryable=st.booleans(),
    boundary=st.none() | _text,
    pointer=st.none() | _text,
    expected=st.none() | _text,
    correlation_id=st.none() | _text,
)
_usage = st.builds(
    Usage, input_tokens=_count, output_tokens=_count, cached_tokens=_count, calls=_count
)
_call = st.builds(ToolCall, id=_text, name=_text, arguments=_object, malformed=st.none() | _text)
_message = st.builds(
    MessageSpec,
    role=st.sampled_from(("system", "user", "assistant", "tool")),
    content=_text,
    tool_calls=st.lists(_call, max_size=2).map(tuple),
    tool_call_id=st.none() | _text,
    name=st.none() | _text,
)
_ids = {"tenant": _text, "run_id": _text}
_in_episode = {**_ids, "episode_id": _text}
_span = {"started_at": _time, "ended_at": _time}
_cost = st.none() | st.floats(0, 1e6)

any_fact: st.SearchStrategy[Fact] = st.one_of(
    st.builds(
        Run,
        **_ids,
        name=_text,
        started_at=_time,
        epochs=st.integers(1, 2**63 - 1),
        planned=_count,
        seed=st.integers(-(2**63), 2**63 - 1),
        provenance=st.builds(Provenance, command=_text, git_dirty=st.none() | st.booleans()),
    ),
    st.builds(RunEnd, **_ids, ended_at=_time, error=_error),
    st.builds(
        Episode,
        **_in_episode,
        **_span,
        epoch=_count,
        steps=_count,
        usage=_usage,
        cost_usd=_cost,
        answer=st.none() | _text,
        error=_error,
        metadata=_object,
    ),
    st.builds(
        Step,
        **_in_episode,
        **_span,
        index=_count,
        messages=st.lists(_message, max_size=3).map(tuple),
        usage=_usage,
        cost_usd=_cost,
        error=_error,
        attributes=_object,
    ),
    st.builds(
        Exchange,
        **_in_episode,
        **_span,
        step_index=_count,
        position=_count,
        request=_object,
        response=_json,
        error=_error,
    ),
    st.builds(Score, **_in_episode, epoch=_count, value=st.floats(0, 1), scored_at=_time),
    st.builds(
        UnknownField,
        **_ids,
        field=_text,
        count=st.integers(1, 2**63 - 1),
        first_seen_at=_time,
        last_seen_at=_time,
    ),
    st.builds(
        Label,
        **_ids,
        episode_id=st.none() | _text,
        text=st.text(min_size=1, max_size=20),
        labelled_at=_time,
    ),
)
"""Any fact that has a row."""
