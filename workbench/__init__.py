"""The store, the dashboards and the `workbench` command.

    import workbench as wb

    wb.evaluate("helpdesk", model="small", limit=6)   # the scoreboard, as a Polars frame
    store = wb.open()
    store.runs(), store.episodes("last"), store.steps("last")

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.bootstrap.api import evaluate
    from workbench.bootstrap.results import run_details, scoreboard
    from workbench.store import Store
    from workbench.store import open_store as open  # noqa: A004 - reads as `wb.open()`

__all__ = ["Store", "evaluate", "open", "run_details", "scoreboard"]

_HOMES = {
    "Store": ("workbench.store", "Store"),
    "evaluate": ("workbench.bootstrap.api", "evaluate"),
    "open": ("workbench.store", "open_store"),
    "run_details": ("workbench.bootstrap.results", "run_details"),
    "scoreboard": ("workbench.bootstrap.results", "scoreboard"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'workbench' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
