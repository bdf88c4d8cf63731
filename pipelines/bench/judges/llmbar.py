"""The public LLMBar recordings: pairs of answers with a human label, judged in both orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from engine.errors import BadInput, NotFound

Winner = str | None
"""`1`, `2`, or null where the judge's words held no verdict; the answers' own numbers, whichever
order they were shown in."""

SETS: Final = {"natural": "Natural", "neighbor": "Adversarial/Neighbor"}
_ORDERS: Final = ("swap = False", "swap = True")
_VOTE: Final = {"1": 1.0, "2": -1.0, None: 0.0}


@dataclass(frozen=True, slots=True)
class JudgeRun:
    """One judge, a model with a way of asking, over all pairs of a set."""

    name: str
    winners: tuple[tuple[Winner, Winner], ...]
    """By pair: as shown, and with the answers swapped."""
    published: dict[str, Any]
    """What its authors say of it."""

    @property
    def votes(self) -> list[float]:
        """By pair 1 for the first answer, -1 for the second; 0 where the orders disagree."""
        return [(_VOTE[one] + _VOTE[other]) / 2 for one, other in self.winners]


@dataclass(frozen=True, slots=True)
class PairSet:
    """The pairs' labels, `1` or `2`, and all judges' runs, by name."""

    labels: tuple[str, ...]
    runs: tuple[JudgeRun, ...]

    @property
    def judges(self) -> list[str]:
        """Names of the judges."""
        return [run.name for run in self.runs]

    @property
    def signs(self) -> list[int]:
        """Labels as votes are: 1 for the first answer, -1 for the second."""
        return [1 if label == "1" else -1 for label in self.labels]

    @property
    def votes(self) -> list[list[float]]:
        """A row a pair, a column a judge."""
        columns = [run.votes for run in self.runs]
        return [list(row) for row in zip(*columns, strict=True)]


def read_pairs(home: Path, part: str) -> PairSet:
    """One set below LLMBar's folder; raises `NotFound` or `BadInput` naming the file."""
    folder = home / SETS[part]
    labels = tuple(str(pair["label"]) for pair in _read(folder / "dataset.json"))
    runs = tuple(_runs(folder / "evaluators", labels))
    if not runs:
        raise NotFound("no judge's run", where=str(folder / "evaluators"))
    return PairSet(labels, runs)


def _runs(folder: Path, labels: tuple[str, ...]) -> Iterator[JudgeRun]:
    for path in sorted(folder.glob("*/*/verdicts.json")):
        name = "/".join(path.parent.parts[-2:])
        winners = tuple(_winners(path, labels))
        yield JudgeRun(name, winners, _read(path.with_name("statistics.json")))


def _winners(path: Path, labels: tuple[str, ...]) -> Iterator[tuple[Winner, Winner]]:
    rows = _read(path)
    if [str(row["label"]) for row in rows] != [*labels]:
        raise BadInput("its labels are not those of dataset.json", where=str(path))
    for row in rows:
        one, other = (row[order]["winner"] for order in _ORDERS)
        if not {one, other} <= _VOTE.keys():
            raise BadInput(f"pair {row['index']}: a winner is 1, 2 or null", where=str(path))
        yield one, other


def _read(path: Path) -> Any:
    try:
        return orjson.loads(path.read_bytes())
    except FileNotFoundError:
        raise NotFound("no such file", where=str(path)) from None
    except orjson.JSONDecodeError as error:
        raise BadInput(f"no JSON: {error}", where=str(path)) from None
