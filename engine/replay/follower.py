"""The loop's scribe in a replay: what is plainly as recorded is not built as a fact again."""

from engine.clock import Clock
from engine.contracts import ErrorSpec, Json, ModelRequest, ModelResponse, ToolCall
from engine.orchestration import Emit, Key, Scribe, Turn
from engine.replay.tape import Tape


class Follower(Scribe):
    """Emits to the tape only what it has to look at closely."""

    __slots__ = ("_requests", "_tape")

    def __init__(
        self, key: Key, emit: Emit | None, clock: Clock, *, tape: Tape, requests: bool
    ) -> None:
        super().__init__(key, emit, clock)
        self._tape = tape
        self._requests = requests

    def step(self, turn: Turn, parent_span: str | None, state_hash: str) -> None:
        """Compare a turn that has come to its end, or as far as it got."""
        if not self._tape.knows_step(turn, state_hash):
            super().step(turn, parent_span, state_hash)

    def model(
        self,
        turn: Turn,
        name: str,
        request: ModelRequest,
        started: float,
        outcome: ModelResponse | ErrorSpec,
    ) -> None:
        """Compare what a model is asked, where that was recorded."""
        if self._requests:
            super().model(turn, name, request, started, outcome)

    def tool(
        self, turn: Turn, position: int, call: ToolCall, started: float, outcome: Json | ErrorSpec
    ) -> None:
        """Compare a call with its outcome."""
        if isinstance(outcome, ErrorSpec) or not self._tape.knows_call(
            turn.index, position, call, outcome
        ):
            super().tool(turn, position, call, started, outcome)
