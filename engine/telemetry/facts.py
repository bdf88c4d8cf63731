"""Metrics and log lines out of the facts that are recorded anyway."""

from collections.abc import Mapping
from typing import Any

from engine.contracts import Episode, ErrorSpec, Exchange, Fact, Recorder, Rung, Score, Step
from engine.telemetry.logs import get_logger
from engine.telemetry.metrics import Metrics


def safety_gauges(metadata: Mapping[str, Any]) -> dict[str, float]:
    """What an episode's metadata say of its safety, by metric; empty where it had no guard."""
    if "budget_left" not in metadata:
        return {}
    rung = metadata["rung"]
    depth = 1 + list(Rung).index(Rung(rung)) if rung else 0
    return {"budget_left_ratio": metadata["budget_left"], "degradation_rung": depth}


class FactMetrics:
    """A recorder that keeps nothing but counts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

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
                case Score():
                    passed = str(fact.passed).lower()
                    self._metrics.count("scores_total", scorer=fact.scorer, passed=passed)

    def flush(self) -> None:
        """Nothing is buffered."""

    def _exchange(self, fact: Exchange, prefix: str, label: str) -> None:
        outcome = fact.error.code if fact.error else "ok"
        self._metrics.count(f"{prefix}s_total", **{label: fact.name, "outcome": outcome})
        self._metrics.observe(
            f"{prefix}_seconds", fact.ended_at - fact.started_at, **{label: fact.name}
        )

    def _step(self, step: Step) -> None:
        metrics = self._metrics
        metrics.count("steps_total", agent=step.agent, kind=step.kind)
        if step.kind == "guard":
            self._safety(step.attributes)
        elif step.attributes.get("progress") is True:
            metrics.count("progress_events_total")
        if step.model is None:
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
    """

    def add(self, *facts: Fact) -> None:
        """Log each fact of those kinds."""
        for fact in facts:
            match fact:
                case Episode(episode_id=episode, stop_reason=stop, error=error):
                    _log("episode ended", fact, error, episode_id=episode, stop_reason=str(stop))
                case Step(episode_id=episode, index=index, kind=kind, error=error):
                    _log("step", fact, error, episode_id=episode, step=index, kind=kind)
                case Exchange(episode_id=episode, step_index=index, name=name, error=error):
                    _log(
                        f"{fact.kind} call", fact, error, episode_id=episode, step=index, name=name
                    )

    def flush(self) -> None:
        """Nothing is buffered."""


def _log(event: str, fact: Fact, error: ErrorSpec | None, **fields: object) -> None:
    log = get_logger()
    about = {"run_id": fact.run_id, "tenant": fact.tenant, **fields}
    if error is None:
        log.info(event, **about)
        return
    write = log.warning if isinstance(fact, Episode) else log.info
    write(event, code=error.code, message=error.message, **about)


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
