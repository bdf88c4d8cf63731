"""Metrics and log lines out of the facts that are recorded anyway."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from engine.contracts import (
    BreakerMode,
    Episode,
    Exchange,
    Fact,
    Json,
    Recorder,
    RoutingDecision,
    Rung,
    Score,
    Step,
    ToolStatus,
    UnknownField,
)
from engine.telemetry.logs import get_logger
from engine.telemetry.metrics import Metrics
from engine.telemetry.routes import RouteMetrics

WITHHELD: Final = "[SENSITIVE]"


def safety_gauges(metadata: Mapping[str, Any]) -> dict[str, float]:
    """What an episode's metadata say of its safety, by metric; empty where it had no guard."""
    if "budget_left" not in metadata:
        return {}
    rung = metadata["rung"]
    depth = 1 + list(Rung).index(Rung(rung)) if rung else 0
    return {"budget_left_ratio": metadata["budget_left"], "degradation_rung": depth}


_STATES: Final = {
    BreakerMode.CLOSED: 0,
    BreakerMode.HALF_OPEN: 1,
    BreakerMode.OPEN: 2,
    BreakerMode.FORCED_OPEN: 3,
    BreakerMode.DISABLED: 4,
    BreakerMode.METRICS_ONLY: 5,
}


def status_gauges(status: ToolStatus) -> dict[str, float]:
    """How a tool stands, by metric; what it does not have is left out."""
    found: dict[str, float] = {
        "bulkhead_in_flight": status.in_flight,
        "bulkhead_queued": status.queued,
    }
    if status.breaker_state is not None:
        found["breaker_state"] = _STATES[status.breaker_state]
    if status.retry_budget_left is not None:
        found["retry_budget_left"] = status.retry_budget_left
    return found


def is_cached(response: Json) -> bool:
    """Whether a model's answer, as data, came from a cache."""
    return isinstance(response, dict) and response.get("cached") is True


class FactMetrics:
    """A recorder that keeps nothing but counts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._routes = RouteMetrics(metrics)

    def add(self, *facts: Fact) -> None:
        """Count each fact under its metrics."""
        for fact in facts:
            match fact:
                case Exchange(kind="model"):
                    self._exchange(fact, "model_call", "model")
                case Exchange():
                    self._exchange(fact, "tool_call", "tool")
                case Step():
                    self._step(fact)
                case Episode():
                    self._episode(fact)
                case UnknownField():
                    named = {"source": fact.source, "field": fact.field}
                    self._metrics.count("wire_unknown_fields_total", fact.count, **named)
                case RoutingDecision():
                    self._routes.add(fact)
                case Score():
                    passed = str(fact.passed).lower()
                    self._metrics.count("scores_total", scorer=fact.scorer, passed=passed)

    def flush(self) -> None:
        """Nothing is buffered."""

    def _exchange(self, fact: Exchange, prefix: str, label: str) -> None:
        cached = fact.kind == "model" and is_cached(fact.response)
        outcome = fact.error.code if fact.error else "cached" if cached else "ok"
        self._metrics.count(f"{prefix}s_total", **{label: fact.name, "outcome": outcome})
        if not cached:
            took = fact.ended_at - fact.started_at
            self._metrics.observe(f"{prefix}_seconds", took, **{label: fact.name})
        if fact.error and fact.error.boundary:
            broken = {"boundary": fact.error.boundary, "code": fact.error.code}
            self._metrics.count("contract_violations_total", **broken)

    def _step(self, step: Step) -> None:
        metrics = self._metrics
        metrics.count("steps_total", agent=step.agent, kind=step.kind)
        if calls := step.attributes.get("tool_calls"):
            self._tool_calls(calls)
        if step.kind == "guard":
            self._safety(step.attributes)
        elif step.attributes.get("progress") is True:
            metrics.count("progress_events_total")
        if step.model is None:
            return
        if step.attributes.get("cached") is True:
            saved = step.attributes.get("saved_usd")
            metrics.count("model_cache_hits_total", model=step.model)
            metrics.count(
                "model_cache_saved_usd_total",
                float(saved) if isinstance(saved, int | float) else 0.0,
                model=step.model,
            )
            return
        usage = step.usage
        metrics.count("model_tokens_total", usage.input_tokens, model=step.model, direction="input")
        metrics.count(
            "model_tokens_total", usage.output_tokens, model=step.model, direction="output"
        )
        if step.cost_usd is None:
            metrics.count("model_unpriced_total", model=step.model)
        else:
            metrics.count("model_cost_usd_total", step.cost_usd, model=step.model)

    def _tool_calls(self, calls: Json) -> None:
        for call in calls.values() if isinstance(calls, dict) else ():
            told: Mapping[str, Any] = call if isinstance(call, dict) else {}
            if (attempts := told.get("attempts", 1)) > 1:
                self._metrics.count("tool_retries_total", attempts - 1, tool=told["tool"])
            if told.get("replayed") is True:
                self._metrics.count("idempotent_replays_total", tool=told["tool"])

    def _safety(self, said: Mapping[str, Any]) -> None:
        for rung in said.get("rungs", ()):
            self._metrics.count("degradations_total", rung=rung)
        if "action" in said:
            self._metrics.count("safety_violations_total", rule=said["rule"])
        if said.get("action") == "cut":
            self._metrics.count("loop_cut_total", rule=said["rule"])

    def _episode(self, episode: Episode) -> None:
        who = {"agent": episode.agent, "model": episode.model}
        self._metrics.count("episodes_total", stop_reason=str(episode.stop_reason), **who)
        self._metrics.observe("episode_seconds", episode.ended_at - episode.started_at, **who)
        for name, value in safety_gauges(episode.metadata).items():
            self._metrics.set(name, value, agent=episode.agent)


class FactLog:
    """A recorder that keeps nothing but writes a log line for each step, exchange and episode.

    At info; an episode that ended with an error at warning. A tool that refuses its arguments is
    the agent's everyday life and no warning.

    `sensitive` names, by tool, arguments whose values are never shown. What such a tool says of an
    error is withheld, and so is every message of the episode in which such a value stands.
    """

    def __init__(self, sensitive: Mapping[str, Collection[str]]) -> None:
        self._sensitive = sensitive
        self._values: dict[str, set[str]] = {}  # of episodes that have not ended, by id

    def add(self, *facts: Fact) -> None:
        """Log each fact of those kinds."""
        for fact in facts:
            match fact:
                case Episode(episode_id=episode, stop_reason=stop):
                    self._log("episode ended", fact, stop_reason=str(stop))
                    self._values.pop(episode, None)
                case Step(index=index, kind=kind):
                    self._log("step", fact, step=index, kind=kind)
                case Exchange(step_index=index, name=name):
                    self._remember(fact)
                    self._log(f"{fact.kind} call", fact, step=index, name=name)

    def flush(self) -> None:
        """Nothing is buffered."""

    def _log(self, event: str, fact: Episode | Step | Exchange, **fields: object) -> None:
        log = get_logger()
        ids = {"run_id": fact.run_id, "tenant": fact.tenant, "episode_id": fact.episode_id}
        if fact.error is None:
            log.info(event, **ids, **fields)
            return
        write = log.warning if isinstance(fact, Episode) else log.info
        write(event, code=fact.error.code, message=self._message(fact), **ids, **fields)

    def _remember(self, exchange: Exchange) -> None:
        names = self._sensitive.get(exchange.name, ()) if exchange.kind == "tool" else ()
        arguments = exchange.request.get("arguments")
        if names and isinstance(arguments, dict):
            values = self._values.setdefault(exchange.episode_id, set())
            values.update(*(_leaves(arguments.get(name)) for name in names))

    def _message(self, fact: Episode | Step | Exchange) -> str:
        message = fact.error.message if fact.error else ""
        said = message.casefold()
        silent = isinstance(fact, Exchange) and fact.kind == "tool" and fact.name in self._sensitive
        shown = not any(value in said for value in self._values.get(fact.episode_id, ()))
        return message if shown and not silent else WITHHELD


def _leaves(value: Json) -> Iterator[str]:
    """The texts and numbers in a value, in small letters."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    elif value not in (None, "") and not isinstance(value, bool):
        yield str(value).casefold()


class Tee:
    """Hands facts to several recorders, the durable one first."""

    def __init__(self, *recorders: Recorder) -> None:
        self._recorders = recorders

    def add(self, *facts: Fact) -> None:
        """Hand on; a recorder that raises keeps the facts from those after it."""
        for recorder in self._recorders:
            recorder.add(*facts)

    def flush(self) -> None:
        """Flush each in turn."""
        for recorder in self._recorders:
            recorder.flush()
