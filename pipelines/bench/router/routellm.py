"""RouteLLM's recorded answers: per prompt, whether the weak and the strong model were right."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import orjson

from engine.contracts import ModelRequest, RouteAsk, user
from engine.contracts.router_model import RoutedRow
from engine.errors import BadInput, NotFound
from engine.routing.embedding import Embedder
from engine.routing.matrix import Matrix, matrix

SETS: Final = ("mmlu", "gsm8k")
WEAK, STRONG = "weak", "strong"
_EVAL, _TRAIN = "eval_prompt", "train_prompt"
_LABELS: Final = {WEAK: "weak_ok", STRONG: "strong_ok"}


@dataclass(frozen=True, slots=True)
class RecordedSet:
    """One benchmark without contaminated prompts: prompts as numbers, and who was right."""

    name: str
    prompts: tuple[str, ...]
    data: Matrix
    left_out: int

    def right(self, model: str) -> npt.NDArray[np.float64]:
        """1 where the model was right, 0 where it was not."""
        return self.data.outcomes[model]

    def asks(self, count: int) -> list[RouteAsk]:
        """The first prompts as requests."""
        return [
            RouteAsk(request=ModelRequest(messages=(user(prompt),)))
            for prompt in self.prompts[:count]
        ]


def home_of(data: Path) -> Path:
    """Where the recorded answers are: below a folder of public data, or in the one named."""
    return data if (data / f"{SETS[0]}.jsonl.gz").exists() else data / "routellm"


def read_set(home: Path, name: str, embed: Embedder | None) -> RecordedSet:
    """The set by name; raises `NotFound` where it is absent, `BadInput` where it is damaged."""
    path, listed = home / f"{name}.jsonl.gz", home / f"contaminated_{name}.jsonl"
    for file in (path, listed):
        if not file.is_file():
            raise NotFound("no such file", where=str(file), hint="RouteLLM's recorded answers")
    try:
        with gzip.open(path) as lines:
            rows = [orjson.loads(line) for line in lines]
        known = {row[key] for row in _lines(listed) for key in (_EVAL, _TRAIN)}
        kept = [row for row in rows if row["prompt"] not in known]
        labelled = [_row(row) for row in kept]
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"is damaged: {error!r}", where=str(path)) from None
    prompts = tuple(row["prompt"] for row in kept)
    return RecordedSet(name, prompts, matrix(labelled, embed), len(rows) - len(kept))


def _row(row: dict[str, Any]) -> RoutedRow:
    """The prompt and who was right; the subject that a prompt was filed under is not read."""
    outcomes = {model: float(bool(row[label])) for model, label in _LABELS.items()}
    return RoutedRow(prompt=row["prompt"], outcomes=outcomes)


def _lines(path: Path) -> list[dict[str, str]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]
