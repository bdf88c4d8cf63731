"""What a right answer to a task is, for people who judge answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.contracts import Json, Run
from engine.errors import WorkbenchError
from workbench.bootstrap.suite_files import suite_then
from workbench.store import Store
from workbench.store.queries import facts


@dataclass(frozen=True, slots=True)
class Reference:
    """A task's target as text, or why there is none to show."""

    text: str = ""
    why_not: str = ""


class References:
    """Targets of tasks, from the suites as the runs used them; each run's is read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of_run: dict[str, Mapping[str, Json] | str] = {}

    def of(self, run_id: str, task_id: str) -> Reference:
        """The reference of a run's task; where the suite has changed since, it has none."""
        if run_id not in self._of_run:
            self._of_run[run_id] = self._targets(facts.run(self._store.lake, run_id))
        targets = self._of_run[run_id]
        if isinstance(targets, str):
            return Reference(why_not=targets)
        if targets.get(task_id) is None:
            return Reference(why_not="the task has no target")
        return Reference(_text(targets[task_id]))

    def _targets(self, run: Run) -> Mapping[str, Json] | str:
        if run.source != "eval" and "suite" not in run.provenance.settings:
            return f"recorded elsewhere, by {run.source}: no target is kept"
        try:
            return {task.id: task.target for task in suite_then(run, self._store.lake).tasks}
        except WorkbenchError as error:  # the answer can be judged all the same
            return error.message.replace(run.run_id, "its run")  # raters do not see whose it is


def _text(target: Json) -> str:
    return target if isinstance(target, str) else json.dumps(target, indent=2, ensure_ascii=False)
