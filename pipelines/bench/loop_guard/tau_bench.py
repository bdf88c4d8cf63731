"""The public tau-bench recordings as episodes that a guard can be shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.contracts import Episode, Score, Step
from engine.interchange import FORMATS, read_recordings
from engine.orchestration.guard import Act, Observation


@dataclass(frozen=True, slots=True)
class Recorded:
    """One episode of a task, and whether it passed."""

    task: str
    steps: tuple[Observation, ...]
    passed: bool


def recorded(home: Path) -> list[Recorded]:
    """The episodes in the order of the file; raises `NotFound` or `BadInput` naming the file."""
    found = []
    for facts in read_recordings(FORMATS["tau-bench"], home, now=0.0):
        steps = [fact for fact in facts if isinstance(fact, Step)]
        for episode in (fact for fact in facts if isinstance(fact, Episode)):
            passed = any(fact.passed for fact in facts if isinstance(fact, Score))
            found.append(Recorded(episode.task_id, tuple(_observed(steps)), passed))
    return found


def _observed(steps: Sequence[Step]) -> Iterator[Observation]:
    for at, step in enumerate(steps):
        if step.kind == "model":
            replied = any(after.kind == "human" for after in steps[at + 1 : at + 2])
            yield _seen(step, replied=replied)


def _seen(step: Step, *, replied: bool) -> Observation:
    said, *answers = step.messages
    results = {message.tool_call_id: message.content for message in answers}
    acts = []
    for call in said.tool_calls:
        result = results.get(call.id, "")
        acts.append(Act(call.name, call.arguments, result, failed=result.startswith("Error")))
    return Observation("agent", tuple(acts), text=said.content, replied=replied)
