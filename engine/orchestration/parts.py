"""What a loop needs from outside."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.clock import Clock, SystemClock
from engine.contracts import Model
from engine.orchestration.guard.progress import Progress
from engine.orchestration.log import Log
from engine.orchestration.scribe import Emit, Key, Scribe
from engine.tools import Toolbox


@dataclass(frozen=True, slots=True)
class Parts:
    """What a loop needs from outside: models by name (null: the run's), tools, time, randomness.

    Without `emit` no step is built at all: the loop then costs what its decisions cost. `progress`
    measures how far the episode has come, for the guard. `log` and `elapsed_s` are those of a
    parked episode that goes on. `scribe` makes what builds the facts.
    """

    model: Callable[[str | None], Model]
    tools: Toolbox
    emit: Emit | None = None
    clock: Clock = field(default_factory=SystemClock)
    rng: random.Random = field(default_factory=random.Random)
    seed: int | None = None
    progress: Progress | None = None
    log: Log | None = None
    elapsed_s: float = 0.0
    scribe: Callable[[Key, Emit | None, Clock], Scribe] = Scribe
