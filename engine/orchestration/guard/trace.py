"""How a step is remembered: fingerprints instead of texts."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from engine.contracts import Rule, canonical
from engine.orchestration.guard.observation import Act, Observation
from engine.orchestration.guard.words import MOST, words

_WAITS: Final = (
    "pending", "queued", "running", "processing", "in progress", "in_progress", "not ready",
    "not yet", "not finished", "not complete", "still working", "try again later", "preparing",
    "waiting", "scheduled", "provisioning", "initializing",
)  # fmt: skip
_CLOCK: Final = re.compile(r"\b\d\d:\d\d:\d\d\b")
_LOOKED_AT: Final = 400  # characters of a result: a status stands at its beginning
_SHORT: Final = 24  # bytes of arguments too short to have words that are worth comparing


class Finding(NamedTuple):
    """What a rule has counted, with the steps that show it."""

    rule: Rule
    times: float
    evidence: tuple[int, ...]
    subject: str = ""
    step: "Trace | None" = None

    @property
    def waits(self) -> bool:
        """Whether a result of the step says that it is not ready, to be asked again."""
        return self.step is not None and any(map(_waits, self.step.done))


@dataclass(slots=True)
class Done:
    """A tool call as it is remembered; the words of both sides are read when asked for."""

    act: Act
    call: int
    result: int
    given: bytes
    """The arguments, in lower case."""
    _said: int = -1
    _got: int = -1

    @property
    def said(self) -> int:
        """The words of its arguments."""
        if self._said < 0:
            self._said = words(self.given.decode()) if len(self.given) >= _SHORT else 0
        return self._said

    @property
    def got(self) -> int:
        """The words of its result, times of day to the second aside: they change by themselves."""
        if self._got < 0:
            self._got = words(_CLOCK.sub("", self.act.result[:MOST]))
        return self._got


@dataclass(slots=True)
class Trace:
    """A step as it is remembered."""

    index: int
    seen: Observation
    done: tuple[Done, ...]
    mark: int
    """Equal for steps that did the same and got the same."""
    new: bool = True
    """Whether it brought something that no step before had."""
    repeats_text: bool = False
    """Whether it said what had been said before."""


def trace(index: int, seen: Observation) -> Trace:
    """Remember a step. Arguments that differ in case, blanks or order alone are the same call."""
    done = tuple(map(_done, seen.acts))
    if done or seen.handoff:
        mark = hash((seen.agent, seen.handoff, *[(d.call, d.result) for d in done]))
    else:
        mark = hash((seen.agent, seen.text))
    return Trace(index, seen, done, mark)


def _done(act: Act) -> Done:
    said = canonical(act.arguments).lower()
    if b"  " in said or b"\\n" in said:
        said = b" ".join(said.replace(b"\\n", b" ").split())
    return Done(act, hash((act.tool, said)), hash(act.result), said)


def _waits(done: Done) -> bool:
    status = done.act.result[:_LOOKED_AT].lower()
    return any(word in status for word in _WAITS)
