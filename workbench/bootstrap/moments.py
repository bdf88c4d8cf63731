"""An episode as the states it went through: one moment after each step, and what changed.

Pure: out of the facts alone. A worker's steps, and those of another conversation of the same
program, have messages of their own; budget, rung and time are the episode's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.contracts import Exchange, JsonObject, MessageSpec, Rung, Step
from workbench.bootstrap.remarks import Remark, remark
from workbench.store import Store
from workbench.store.queries import facts
from workbench.store.queries.resolve import resolve_episode

_DEPTHS: Final = {rung.value: depth for depth, rung in enumerate(Rung)}


@dataclass(frozen=True, slots=True)
class Used:
    """What an episode has used, all steps so far together."""

    calls: int = 0
    """Model calls."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0
    """Null: the price of one is unknown."""
    seconds: float = 0.0
    """Since its first step began."""

    def after(self, step: Step, began: float) -> "Used":
        """With one step more."""
        known = self.cost_usd is not None and step.cost_usd is not None
        return Used(
            calls=self.calls + (step.kind == "model" and step.model is not None),
            input_tokens=self.input_tokens + step.usage.input_tokens,
            output_tokens=self.output_tokens + step.usage.output_tokens,
            cost_usd=self.cost_usd + step.cost_usd if known else None,  # type: ignore[operator]
            seconds=max(self.seconds, step.ended_at - began),
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """The state after a step, and what the step changed in it."""

    step: Step
    messages: tuple[MessageSpec, ...]
    """Of the step's own conversation so far, the step's last."""
    conversation: str
    """Whose conversation it is; empty: the episode's own."""
    agent_before: str | None
    """Who acted in the step before; null: it is the first."""
    hash_before: str
    """Of the same conversation, before the step."""
    used: Used
    used_before: Used
    share: float | None
    """Of the most used limit, as the ladder or the guard last said; null: neither has."""
    rung: str | None
    """The deepest rung of the ladder so far."""
    rung_before: str | None
    remark: Remark | None
    """What the guard, the ladder or a person did in the step."""
    remarks: tuple[tuple[int, Remark], ...]
    """All of those so far, with their step."""
    model: Exchange | None
    """What the model was asked and answered in the step."""
    tools: tuple[Exchange, ...]

    @property
    def added(self) -> tuple[MessageSpec, ...]:
        """The messages that the step added."""
        return self.step.messages

    @property
    def agent_changed(self) -> bool:
        """Whether somebody else acted before."""
        return self.agent_before not in {None, self.step.agent}


def moments(steps: Sequence[Step], exchanges: Iterable[Exchange]) -> list[Moment]:
    """The states of an episode in the order of its steps."""
    asked: defaultdict[int, list[Exchange]] = defaultdict(list)
    for exchange in sorted(exchanges, key=lambda one: (one.step_index, one.position)):
        asked[exchange.step_index].append(exchange)
    walk = _Walk()
    return [walk.take(step, asked[step.index]) for step in sorted(steps, key=lambda s: s.index)]


def moments_of(store: Store, episode: str) -> list[Moment]:
    """The states of a recorded episode, ended or not; raises `NotFound`."""
    with store.at_one_moment() as now:
        episode_id = resolve_episode(now.lake, episode)
        return moments(facts.steps(now.lake, episode_id), facts.exchanges(now.lake, episode_id))


class _Walk:
    """Goes through an episode and remembers where it stands."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._messages: defaultdict[str, tuple[MessageSpec, ...]] = defaultdict(tuple)
        self._hashes: defaultdict[str, str] = defaultdict(str)
        self._spans: dict[str, int] = {}
        self._agent: str | None = None
        self._used = Used()
        self._share: float | None = None
        self._rung: str | None = None
        self._remarks: tuple[tuple[int, Remark], ...] = ()

    def take(self, step: Step, exchanges: Sequence[Exchange]) -> Moment:
        """The moment after a step."""
        began = self._began = step.started_at if self._began is None else self._began
        self._spans[step.span_id] = step.index
        whose = self._whose(step)
        said = remark(step.kind, step.attributes)
        moment = Moment(
            step=step,
            messages=self._messages[whose] + step.messages,
            conversation=whose,
            agent_before=self._agent,
            hash_before=self._hashes[whose],
            used=self._used.after(step, began),
            used_before=self._used,
            share=_share(step.attributes, self._share),
            rung=_deeper(step.attributes, self._rung),
            rung_before=self._rung,
            remark=said,
            remarks=self._remarks + (((step.index, said),) if said else ()),
            model=next((one for one in exchanges if one.kind == "model"), None),
            tools=tuple(one for one in exchanges if one.kind == "tool"),
        )
        self._keep(moment)
        return moment

    def _keep(self, moment: Moment) -> None:
        self._messages[moment.conversation] = moment.messages
        self._hashes[moment.conversation] = moment.step.state_hash
        self._agent = moment.step.agent
        self._used, self._share = moment.used, moment.share
        self._rung, self._remarks = moment.rung, moment.remarks

    def _whose(self, step: Step) -> str:
        """A person's word on a call stands below it, and changes no conversation of its own."""
        if step.parent_span_id is not None and step.kind != "human":
            return f"{step.agent}, asked in step {self._spans.get(step.parent_span_id, '?')}"
        number = step.attributes.get("conversation")
        return f"conversation {number}" if number else ""


def _share(attributes: JsonObject, before: float | None) -> float | None:
    used = attributes.get("used")
    return float(used) if isinstance(used, int | float) else before


def _deeper(attributes: JsonObject, before: str | None) -> str | None:
    rungs = attributes.get("rungs")
    entered = [str(rung) for rung in rungs] if isinstance(rungs, list) else []
    known = [rung for rung in (before, *entered) if rung in _DEPTHS]
    return max(known, key=lambda rung: _DEPTHS[str(rung)], default=None)
