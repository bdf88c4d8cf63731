"""Golden tasks: their files, their mirror in the lake, and what is done to them."""

from workbench.bootstrap.golden.changes import promote_task, retire_task
from workbench.bootstrap.golden.difference import Changed, differences
from workbench.bootstrap.golden.drafts import Draft, draft, promote
from workbench.bootstrap.golden.linting import lint_suites
from workbench.bootstrap.golden.listing import golden_tasks, task_details
from workbench.bootstrap.golden.mirror import mirror
from workbench.bootstrap.golden.place import golden_folder

__all__ = [
    "Changed",
    "Draft",
    "differences",
    "draft",
    "golden_folder",
    "golden_tasks",
    "lint_suites",
    "mirror",
    "promote",
    "promote_task",
    "retire_task",
    "task_details",
]
