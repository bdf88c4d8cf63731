"""Today's side of a replay: what would run now."""

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.contracts import MessageSpec, Model, Spend, TeamSpec
from engine.tools import Toolbox

Worst = Callable[[str, int, int], Spend]
"""What a model by name uses at most that reads and writes so many tokens."""


def plain_worst(_model: str, reads: int, writes: int) -> Spend:
    """So many tokens at no cost."""
    return Spend(reads + writes)


@dataclass(frozen=True, slots=True)
class Setup:
    """The team, its tools, and what it is given, as they are now."""

    team: TeamSpec
    inputs: tuple[MessageSpec, ...]
    tools: Toolbox = field(default_factory=Toolbox)
    replies: tuple[str | None, ...] = ()
    """What people said in turn, each after an answer; null: nothing, the agent went on."""
    seed: int | None = None
    model: str = ""
    """The run's model by name."""
    worst: Worst = plain_worst
    """As the models themselves have it: it decides how much may still be written."""
    live: Callable[[str | None], Model] | None = None
    """Finds models where these are to be asked; null names the run's."""
