"""What lint finds wrong with one task by itself."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from engine.contracts import Json
from engine.evals.golden.finding import Finding
from engine.evals.golden.reading import ReviewedTask
from engine.evals.scorers.normal import normal

LONG_WORDS: Final = 12
"""A free answer of more words than this is hardly ever given to the letter."""


def lint_task(task: ReviewedTask) -> Iterator[Finding]:
    """Doubled choices, an ambiguous target, a judge without a rubric, a target nobody will hit."""
    found = (*_choices(task), *_rubric(task), *_long(task), *_changed(task))
    for rule, severity, message in found:
        yield Finding(rule, severity, task.where, task.task.id, message)


_Said = Iterator[tuple[str, str, str]]


def _choices(task: ReviewedTask) -> _Said:
    doubled = [text for text, count in Counter(map(normal, task.task.choices)).items() if count > 1]
    if doubled:
        yield "doubled_choices", "error", f"choices are the same: {', '.join(doubled)}"
    target = task.task.target
    if not isinstance(target, str):
        return
    hits = list(dict.fromkeys(c for c in task.task.choices if _matches(c, target)))
    if len({normal(hit) for hit in hits}) > 1:
        yield "ambiguous_target", "error", f"several choices are its target: {', '.join(hits)}"


def _matches(choice: str, target: str) -> bool:
    if normal(choice) == normal(target):
        return True
    try:
        return float(choice) == float(target)
    except ValueError:
        return False


def _rubric(task: ReviewedTask) -> _Said:
    for scorer in _scorers(task.scorers):
        if scorer.get("kind") == "judge" and not scorer.get("rubric"):
            yield "missing_rubric", "error", "a judge scores it without a rubric"


def _long(task: ReviewedTask) -> _Said:
    target = task.task.target
    if task.task.choices or not isinstance(target, str) or len(target.split()) <= LONG_WORDS:
        return
    kinds = [scorer.get("kind") for scorer in _scorers(task.scorers)]
    if "exact" in kinds and "judge" not in kinds:
        said = f"a target of {len(target.split())} words has to be met to the letter (exact)"
        yield "missing_rubric", "warning", f"{said}: a judge with a rubric reads such answers"


def _changed(task: ReviewedTask) -> _Said:
    if task.entry and task.written and task.entry is not task.written:
        was = f"it was {task.written.state} as version {task.written.version}"
        yield "changed", "warning", f"{was}; its content has changed since: it is {task.state}"


def _scorers(entries: Iterable[Json]) -> Iterator[dict[str, Json]]:
    """Each scorer as an object, those that others are put together from too."""
    for entry in entries:
        if isinstance(entry, str):
            yield {"kind": entry}
        elif isinstance(entry, dict):
            yield entry
            for inner in entry.values():
                if isinstance(inner, list):
                    yield from _scorers(part for part in inner if isinstance(part, dict))
                elif isinstance(inner, dict):
                    yield from _scorers([inner])
