"""Recorded tau-bench episodes (Yao et al. 2024): messages, tool calls, rewards.

The recordings carry neither times nor the agent's token counts: every fact has the time of the
import, tokens are 0 and the cost is unknown. The cost they do carry is the simulated user's and
stands in the episode's metadata. A file is one JSON document, which is read whole.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from engine.contracts import MessageSpec, StepKind, Usage, Wire
from engine.contracts.wire import Report
from engine.errors import BadInput
from engine.interchange.chat_messages import ChatMessage, checked
from engine.interchange.files import document
from engine.interchange.reading import Format, Head
from engine.interchange.writing import Sample, Told, Turn, turns_of

SOURCE = "tau-bench"


class _Recording(Wire):
    task_id: int | str
    trial: int = Field(ge=0)
    reward: float = Field(ge=0, le=1)
    traj: tuple[ChatMessage, ...] = Field(min_length=1)
    info: dict[str, Any] = Field(default_factory=dict)


def _samples(files: Sequence[Path], report: Report) -> Iterator[Sample]:
    for file in files:
        items = document(file)
        if not isinstance(items, list) or not items:
            raise BadInput("is no list of episodes", where=str(file))
        for number, item in enumerate(items):
            yield _sample(checked(_Recording, item, f"{file}: episode {number}", report), file)


def _sample(recording: _Recording, file: Path) -> Sample:
    reward = recording.reward
    turns = turns_of([message.spec() for message in recording.traj])
    return Sample(
        task_id=str(recording.task_id),
        family=SOURCE,
        epoch=recording.trial,
        turns=[_turn(_model(file), kind, messages) for kind, messages in turns],
        metadata={"user_cost_usd": recording.info.get("user_cost")},
        scores=[Told("reward", reward, reward == 1.0)],
    )


def _turn(model: str, kind: StepKind, messages: Sequence[MessageSpec]) -> Turn:
    said = kind == "model"
    return Turn(
        kind=kind,
        messages=tuple(messages),
        agent="user" if kind == "human" else "agent",
        model=model if said else None,
        usage=Usage(calls=int(said)),
        cost_usd=None if said else 0.0,
    )


def _head(files: Sequence[Path]) -> Head:
    return Head(model=_model(files[0]))


def _model(file: Path) -> str:
    """The recordings name no model, but their file does."""
    return file.name.removesuffix(".gz").removesuffix(".json")


TAU_BENCH = Format(
    source=SOURCE, suffixes=(".json", ".json.gz"), samples=_samples, head=_head, each=True
)
"""Results of tau-bench; each file is a run."""
