"""What a kind of saga does: its steps, what undoes them, and how patient it is with each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from engine.contracts import Json, JsonObject, Saga, SagaStep, ToolEffect
from engine.errors import BadInput
from engine.tools.keyed import Probe, Run
from engine.tools.saga import checked_steps

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """What the arguments of a call are made of: the saga's input, and the answers so far."""

    saga_id: str
    input: JsonObject
    results: Mapping[str, Json]
    """By step."""


def the_input(view: View) -> JsonObject:
    """The saga's input as it is."""
    return view.input


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, and how often it is tried."""

    limit_s: float = 30.0
    attempts: int = 3
    """Calls in all, the first included."""
    base_s: float = 0.5
    """Seconds before the second call; doubled for each further one."""
    cap_s: float = 30.0

    def wait_s(self, failed: int, draw: float) -> float:
        """Seconds to wait after so many failures; full jitter, `draw` uniform in [0, 1)."""
        return draw * min(self.cap_s, self.base_s * 2.0 ** min(failed - 1, 32))


@dataclass(frozen=True, slots=True)
class Act:
    """One call of a saga."""

    tool: str
    run: Run
    effect: ToolEffect = "destructive"
    arguments: Callable[[View], JsonObject] = the_input
    probe: Probe | None = None
    """Asked after a crash whether the call has had its effect."""
    patience: Patience = Patience()


@dataclass(frozen=True, slots=True)
class Step:
    """A step and what undoes it; null: nothing has to."""

    name: str
    act: Act
    compensation: Act | None = None


@dataclass(frozen=True, slots=True)
class SagaSpec:
    """A kind of saga."""

    kind: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        """Refuse steps of one name with `BadInput`."""
        self.new_steps()

    def new_steps(self) -> tuple[SagaStep, ...]:
        """The steps of a saga that has not begun."""
        return checked_steps(tuple(_new(step) for step in self.steps))

    def fits(self, saga: Saga) -> None:
        """Raise `BadInput` where a saga was begun with other steps than these."""
        if [step.name for step in saga.steps] != [step.name for step in self.steps]:
            raise BadInput(
                f"the saga {saga.saga_id} was begun with other steps of {self.kind}",
                hint="let a worker of the version that began it lead it on",
            )


def _new(step: Step) -> SagaStep:
    return SagaStep(
        name=step.name,
        compensable=step.compensation is not None,
        tool=step.act.tool,
        undo_tool=step.compensation.tool if step.compensation else "",
    )


def view_of(saga: Saga) -> View:
    """What the next call's arguments are made of."""
    results = {step.name: step.result for step in saga.steps if step.state != "pending"}
    return View(saga.saga_id, saga.input, results)
