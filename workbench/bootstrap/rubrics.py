"""The rubrics that people are asked by: those of files, those of suites, and `overall`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from engine.errors import BadInput, NotFound, WorkbenchError
from engine.evals import Suite
from engine.evals.judge.rubric import Criterion, Rubric
from engine.evals.scorers.composite import Composite
from engine.evals.task import Scorer
from workbench.bootstrap.suite_files import suite_of
from workbench.store import Store
from workbench.store.queries import facts, ratings

OVERALL: Final = Rubric(
    name="overall",
    criteria=(Criterion(name="good_enough", question="Is the answer good enough?"),),
)
"""What is asked where no rubric is given: one question of the answer as a whole."""


def by_name(rubrics: Iterable[Rubric]) -> dict[str, Rubric]:
    """Rubrics on offer, `overall` first; raises `BadInput` where two have one name."""
    found = {OVERALL.name: OVERALL}
    for rubric in rubrics:
        if found.setdefault(rubric.name, rubric).hash != rubric.hash:
            raise BadInput(f"two rubrics are named {rubric.name!r}", hint="rename one of them")
    return found


def rubrics_in_use(store: Store) -> list[Rubric]:
    """The rubrics of judges and people in the suites of which the store has runs, once a name.

    Suites that are not at hand have none; of two rubrics of one name that of the suite used last
    is taken.
    """
    found: dict[str, Rubric] = {}
    for runs in ratings.runs_by_suite(store.lake).values():
        try:
            suite = suite_of(facts.run(store.lake, runs[0]), store.lake)
        except (WorkbenchError, OSError):  # gone, changed or imported: people can still use a file
            continue
        for rubric in _of_suite(suite):
            found.setdefault(rubric.name, rubric)
    return list(found.values())


def find_rubric(name: str, offered: Mapping[str, Rubric]) -> Rubric:
    """The rubric of that name, `overall` for none; raises `NotFound` with those on offer."""
    found = offered.get(name or OVERALL.name)
    if found is None:
        hint = f"known: {', '.join(offered)}; workbench dashboards --rubric FILE.yaml adds one"
        raise NotFound(f"no rubric {name!r}", hint=hint)
    return found


def _of_suite(suite: Suite) -> Iterator[Rubric]:
    scorers = [scorer for family in suite.families for scorer in family.scorers]
    scorers += [scorer for task in suite.tasks for scorer in task.scorers]
    for scorer in scorers:
        yield from _of_scorer(scorer)


def _of_scorer(scorer: Scorer) -> Iterator[Rubric]:
    if isinstance(scorer, Composite):
        for part in scorer.parts:
            yield from _of_scorer(part.scorer)
    elif isinstance(rubric := getattr(scorer, "rubric", None), Rubric):
        yield rubric
