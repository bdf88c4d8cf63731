"""What lint finds wrong with tasks beside each other: doubles, leaks, two answers to one input."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from engine.contracts import Json, canonical
from engine.evals.entries import TaskEntry
from engine.evals.golden.alike import alike
from engine.evals.golden.finding import Finding
from engine.evals.golden.reading import ReviewedTask
from engine.evals.scorers.normal import normal

NEAR: Final = 0.8
"""The resemblance from which on two inputs are nearly the same."""


@dataclass(frozen=True)
class Item:
    """A task of one of the suites that are looked at together."""

    suite: str
    task: ReviewedTask

    @cached_property
    def text(self) -> str:
        """What is asked, with the choices; blanks, case and forms of letters aside."""
        return normal("\n".join([asked(self.task.task), *self.task.task.choices]))

    @property
    def split(self) -> Json:
        """`metadata.split`; null: it belongs to none."""
        return self.task.task.metadata.get("split")

    @property
    def place(self) -> tuple[str, str]:
        """Tasks of one place are one set of questions of one kind."""
        return self.suite, self.task.task.family


def asked(task: TaskEntry) -> str:
    """The input as one text."""
    if isinstance(task.input, str):
        return task.input
    return "\n".join(message.content for message in task.input)


def lint_pairs(items: Sequence[Item], near: float) -> Iterator[Finding]:
    """Each task that says again what an earlier one says, once for each way in which it is wrong.

    The same input in two families of a suite is asked in two ways, and no double.
    """
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        yield from _against(item, groups[item.text])
        groups[item.text].append(item)
    firsts = [group[0] for group in groups.values()]
    for one, other, found in alike([item.text for item in firsts], near):
        yield from _nearly(firsts[one], firsts[other], found)


def _against(item: Item, earlier: Sequence[Item]) -> Iterator[Finding]:
    leak = next((old for old in earlier if _apart(old, item)), None)
    if leak is not None:
        yield _finding("leak", "error", item, leak, f"the same input is in {_set_of(leak, item)}")
    twin = next((o for o in earlier if o.place == item.place and not _apart(o, item)), None)
    if twin is None:
        return
    name = twin.task.task.id
    if canonical(twin.task.task.target) == canonical(item.task.task.target):
        yield _finding("duplicate", "error", item, twin, f"it is {name} again")
    else:
        message = f"{name} has the same input and another target"
        yield _finding("ambiguous_answer", "error", item, twin, message)


def _nearly(one: Item, other: Item, found: float) -> Iterator[Finding]:
    like = f"{found:.0%} of their runs of three words are the same"
    if _apart(one, other):
        message = f"nearly the same input is in {_set_of(one, other)}: {like}"
        yield _finding("leak", "warning", other, one, message)
    elif one.place == other.place:
        message = f"nearly the same input as {one.task.task.id}: {like}"
        yield _finding("near_duplicate", "warning", other, one, message)


def _apart(one: Item, other: Item) -> bool:
    """Whether two tasks belong to sets that nothing may stand in twice."""
    splits = one.split is not None and other.split is not None and one.split != other.split
    return one.suite != other.suite or splits


def _set_of(one: Item, other: Item) -> str:
    if one.suite != other.suite:
        return f"the suite {one.suite}, as {one.task.task.id}"
    return f"the split {one.split}, as {one.task.task.id}"


def _finding(rule: str, severity: str, item: Item, other: Item, message: str) -> Finding:
    task = item.task
    return Finding(rule, severity, task.where, task.task.id, message, other.task.where)
