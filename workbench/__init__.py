"""The store, the dashboards and the `workbench` command.

    import workbench as wb

    wb.evaluate("helpdesk", model="small", limit=6)   # the scoreboard, as a Polars frame
    wb.compare("run-20260101", "last").families       # paired, with intervals and tests
    store = wb.open()
    store.runs(), store.episodes("last"), store.steps("last")

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.bootstrap.api import evaluate
    from workbench.bootstrap.comparison import Comparison, compare
    from workbench.bootstrap.failures import worst_tasks
    from workbench.bootstrap.lineup import lineup
    from workbench.bootstrap.recordings import import_tau_bench
    from workbench.bootstrap.results import run_details, scoreboard
    from workbench.bootstrap.standing import judges
    from workbench.bootstrap.tables import score_table
    from workbench.bootstrap.transcript import transcript
    from workbench.bootstrap.usage import lengths, repeated_calls, tool_usage
    from workbench.store import Store
    from workbench.store import open_store as open  # noqa: A004 - reads as `wb.open()`

__all__ = [
    "Comparison",
    "Store",
    "compare",
    "evaluate",
    "import_tau_bench",
    "judges",
    "lengths",
    "lineup",
    "open",
    "repeated_calls",
    "run_details",
    "score_table",
    "scoreboard",
    "tool_usage",
    "transcript",
    "worst_tasks",
]

_HOMES = {
    "Comparison": ("workbench.bootstrap.comparison", "Comparison"),
    "compare": ("workbench.bootstrap.comparison", "compare"),
    "Store": ("workbench.store", "Store"),
    "evaluate": ("workbench.bootstrap.api", "evaluate"),
    "import_tau_bench": ("workbench.bootstrap.recordings", "import_tau_bench"),
    "judges": ("workbench.bootstrap.standing", "judges"),
    "lengths": ("workbench.bootstrap.usage", "lengths"),
    "lineup": ("workbench.bootstrap.lineup", "lineup"),
    "open": ("workbench.store", "open_store"),
    "repeated_calls": ("workbench.bootstrap.usage", "repeated_calls"),
    "run_details": ("workbench.bootstrap.results", "run_details"),
    "score_table": ("workbench.bootstrap.tables", "score_table"),
    "scoreboard": ("workbench.bootstrap.results", "scoreboard"),
    "tool_usage": ("workbench.bootstrap.usage", "tool_usage"),
    "transcript": ("workbench.bootstrap.transcript", "transcript"),
    "worst_tasks": ("workbench.bootstrap.failures", "worst_tasks"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
