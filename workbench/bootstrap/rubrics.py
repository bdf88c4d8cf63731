"""The rubrics that people are asked by: those of files, those of suites, and `overall`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.errors import BadInput, NotFound, WorkbenchError
from engine.evals.judge.rubric import Criterion, Rubric
from workbench.bootstrap.judging import every_scorer
from workbench.bootstrap.suite_files import suite_to_judge
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


def find_rubric(name: str, offered: Mapping[str, Rubric]) -> Rubric:
    """The rubric of that name, `overall` for none; raises `NotFound` with those on offer."""
    found = offered.get(name or OVERALL.name)
    if found is None:
        hint = f"known: {', '.join(offered)}; or a file: --rubric FILE.yaml"
        raise NotFound(f"no rubric {name!r}", hint=hint)
    return found


class Rubrics:
    """What raters can be asked by: `overall`, those of files, and those of the runs' suite.

    A suite is read once. Of rubrics of one name the first of these counts.
    """

    def __init__(self, store: Store, given: Iterable[Rubric] = ()) -> None:
        self._lake = store.lake
        self._given = by_name(given)
        self._of_run: dict[str, Mapping[str, Rubric]] = {}

    def of(self, run_ids: Sequence[str]) -> dict[str, Rubric]:
        """By name, for the answers of these runs; a suite that is not at hand has none.

        A suite's are those of its judges and people, as the newest of the runs has them.
        """
        newest = ratings.newest_of_a_suite(self._lake, run_ids)
        return {**(self._known(newest) if newest else {}), **self._given}

    def find(self, name: str, run_ids: Sequence[str] | None = None) -> Rubric:
        """The rubric of that name for these runs; null: for those of any suite.

        Raises `NotFound` with those there are, `BadInput` where suites have several of that name.
        """
        if name in {"", OVERALL.name}:
            return OVERALL
        suites = ratings.runs_by_suite(self._lake).values() if run_ids is None else [run_ids]
        every = [self.of(runs) for runs in suites]
        found = {offered[name].hash: offered[name] for offered in every if name in offered}
        if len(found) > 1:
            raise BadInput(f"several suites have a rubric {name!r}", hint="name its file, or --run")
        known = {key: rubric for offered in every for key, rubric in offered.items()}
        return find_rubric(name, self._given | known)

    def _known(self, run_id: str) -> Mapping[str, Rubric]:
        if run_id not in self._of_run:
            self._of_run[run_id] = self._of_suite(run_id)
        return self._of_run[run_id]

    def _of_suite(self, run_id: str) -> Mapping[str, Rubric]:
        try:
            suite = suite_to_judge(facts.run(self._lake, run_id), self._lake)
        except (WorkbenchError, OSError):  # gone or malformed: people can be asked by a file's
            suite = None
        found: dict[str, Rubric] = {}
        for scorer in every_scorer(suite) if suite else ():
            if isinstance(rubric := getattr(scorer, "rubric", None), Rubric):
                found.setdefault(rubric.name, rubric)
        return found
