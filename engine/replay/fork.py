"""Leads a recorded episode to one of its steps again, and lets it go on live from there."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from engine.clock import Clock
from engine.contracts import (
    Fact,
    Json,
    JsonObject,
    Model,
    ModelChunk,
    ModelRequest,
    ModelResponse,
    Spend,
    Step,
)
from engine.errors import BadInput
from engine.orchestration import Emit, Key, Loop, Parts
from engine.replay.clock import FollowingClock
from engine.replay.edit import Edit
from engine.replay.recording import Recording
from engine.replay.setup import Setup
from engine.replay.standin import Answers, StandInTools
from engine.tools import Site, Toolbox


def forked(
    recording: Recording, edit: Edit, setup: Setup, *, key: Key, emit: Emit, clock: Clock
) -> Loop:
    """A loop that comes to the step of the edit as the recording did, and goes on live.

    It is an episode of its own: run it on the inputs of `edit.setup(setup)`. Raises `BadInput`
    where the recording cannot be led through a loop, or the setup finds no live models. Where
    today's side no longer leads to the step, the episode ends with the error `Unrecorded`.
    """
    recording.check()
    if recording.imported or setup.live is None:
        raise BadInput(f"{recording.episode.episode_id} cannot go on: no model of it is here")
    past, today = edit.past(recording), edit.setup(setup)
    branch = Branch(past, clock)
    answers, played = Answers(past), StandInTools.playing(today.tools, past)
    tools = ForkTools(today.tools.tools, past=played, is_live=lambda: branch.live)
    find = setup.live

    def emit_on(fact: Fact) -> None:
        if isinstance(fact, Step) and not branch.live:
            branch.follow(fact.index)
        emit(fact)

    parts = Parts(
        model=lambda name: ForkModel(find(name), answers, branch),
        tools=tools,
        emit=emit_on,
        clock=branch,
        seed=setup.seed,
    )
    return Loop(today.team, parts, key)


class Branch:
    """Whether a fork is live yet, and its clock: the recording's own time until then."""

    def __init__(self, past: Recording, clock: Clock) -> None:
        self.live = False
        self._past = FollowingClock(past)
        self._clock = clock
        self._offset = 0.0
        self.now = clock.now
        self.sleep = clock.sleep

    def go_live(self) -> None:
        """From now on time passes as it does."""
        if not self.live:
            self.live = True
            self._offset = self._past.monotonic() - self._clock.monotonic()

    def follow(self, index: int) -> None:
        """The recorded step of that index has come again."""
        self._past.follow(index)

    def monotonic(self) -> float:
        """The episode's time: what it took until the fork, and what it takes since."""
        return self._clock.monotonic() + self._offset if self.live else self._past.monotonic()


class ForkModel:
    """Answers as was recorded as long as there is something, and then as the live model does."""

    def __init__(self, live: Model, answers: Answers, branch: Branch) -> None:
        self.name = live.name
        self._live = live
        self._answers = answers
        self._branch = branch

    async def complete(self, request: ModelRequest) -> ModelResponse:
        """The recorded answer, or the live model's; raises as these do."""
        if self._answers:
            return self._answers.give(request)
        self._branch.go_live()
        return await self._live.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelChunk]:
        """The answer in one piece."""
        response = await self.complete(request)
        yield ModelChunk(text=response.message.content, response=response)

    def worst(self, reads: int, writes: int) -> Spend:
        """The live model's."""
        return self._live.worst(reads, writes)

    async def aclose(self) -> None:
        """Leave the live model to whoever made it."""


@dataclass(frozen=True, slots=True)
class ForkTools(Toolbox):
    """Tools that give what was recorded until the fork is live, and are called from then on."""

    past: StandInTools = field(default_factory=StandInTools)
    is_live: Callable[[], bool] = bool

    async def call(
        self,
        name: str,
        arguments: JsonObject,
        *,
        limit_s: float | None = None,
        site: Site | None = None,
    ) -> Json:
        """What the same call gave, or gives now; raises `Unrecorded` where it gave nothing."""
        if self.is_live():
            return await self.find(name).call(arguments, limit_s=limit_s, site=site)
        return await self.past.take(name, arguments)
