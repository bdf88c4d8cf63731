"""The store, the dashboards and the `workbench` command.

    import workbench as wb

    wb.evaluate("helpdesk", model="small", limit=6)   # the scoreboard, as a Polars frame
    wb.compare("run-20260101", "last").families       # paired, with intervals and tests
    wb.replay("last").diverged                        # recorded episodes through today's loop
    wb.debug("ep-01")                                 # one of them, step by step
    store = wb.open()
    store.runs(), store.episodes("last"), store.steps("last")
    wb.tools(), wb.sagas(), wb.journal(in_doubt=True)   # breakers, sagas, calls as they stand

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.interchange.inspect import events_frame as inspect_events
    from workbench.bootstrap.api import evaluate
    from workbench.bootstrap.bundling import export
    from workbench.bootstrap.comparison import Comparison, compare
    from workbench.bootstrap.curves import pareto, reliability, tradeoff
    from workbench.bootstrap.failures import worst_tasks
    from workbench.bootstrap.golden.drafts import promote
    from workbench.bootstrap.lineup import lineup
    from workbench.bootstrap.opening import import_bundle, import_jsonl
    from workbench.bootstrap.own_agent import record_episode, record_run, recorded_http
    from workbench.bootstrap.recordings import import_recordings
    from workbench.bootstrap.replays import Replays, replay
    from workbench.bootstrap.results import run_details, scoreboard
    from workbench.bootstrap.routed import routes
    from workbench.bootstrap.stability import flaky_tasks, stability
    from workbench.bootstrap.standing import judges
    from workbench.bootstrap.tables import score_table
    from workbench.bootstrap.tool_frames import journal, sagas, tools
    from workbench.bootstrap.tool_state import ToolState
    from workbench.bootstrap.transcript import transcript
    from workbench.bootstrap.usage import lengths, repeated_calls, tool_usage
    from workbench.dashboards.debugger import debug
    from workbench.store import Store
    from workbench.store import open_store as open  # noqa: A004 - reads as `wb.open()`

__all__ = [
    "Comparison",
    "Replays",
    "Store",
    "ToolState",
    "compare",
    "debug",
    "evaluate",
    "export",
    "flaky_tasks",
    "import_bundle",
    "import_jsonl",
    "import_recordings",
    "inspect_events",
    "journal",
    "judges",
    "lengths",
    "lineup",
    "open",
    "pareto",
    "promote",
    "record_episode",
    "record_run",
    "recorded_http",
    "reliability",
    "repeated_calls",
    "replay",
    "routes",
    "run_details",
    "sagas",
    "score_table",
    "scoreboard",
    "stability",
    "tool_usage",
    "tools",
    "tradeoff",
    "transcript",
    "worst_tasks",
]

_HOMES = {
    "Comparison": ("workbench.bootstrap.comparison", "Comparison"),
    "compare": ("workbench.bootstrap.comparison", "compare"),
    "debug": ("workbench.dashboards.debugger", "debug"),
    "ToolState": ("workbench.bootstrap.tool_state", "ToolState"),
    "Store": ("workbench.store", "Store"),
    "evaluate": ("workbench.bootstrap.api", "evaluate"),
    "flaky_tasks": ("workbench.bootstrap.stability", "flaky_tasks"),
    "export": ("workbench.bootstrap.bundling", "export"),
    "import_bundle": ("workbench.bootstrap.opening", "import_bundle"),
    "import_jsonl": ("workbench.bootstrap.opening", "import_jsonl"),
    "import_recordings": ("workbench.bootstrap.recordings", "import_recordings"),
    "inspect_events": ("engine.interchange.inspect", "events_frame"),
    "journal": ("workbench.bootstrap.tool_frames", "journal"),
    "judges": ("workbench.bootstrap.standing", "judges"),
    "lengths": ("workbench.bootstrap.usage", "lengths"),
    "lineup": ("workbench.bootstrap.lineup", "lineup"),
    "open": ("workbench.store", "open_store"),
    "promote": ("workbench.bootstrap.golden.drafts", "promote"),
    "pareto": ("workbench.bootstrap.curves", "pareto"),
    "reliability": ("workbench.bootstrap.curves", "reliability"),
    "record_episode": ("workbench.bootstrap.own_agent", "record_episode"),
    "record_run": ("workbench.bootstrap.own_agent", "record_run"),
    "recorded_http": ("workbench.bootstrap.own_agent", "recorded_http"),
    "Replays": ("workbench.bootstrap.replays", "Replays"),
    "replay": ("workbench.bootstrap.replays", "replay"),
    "repeated_calls": ("workbench.bootstrap.usage", "repeated_calls"),
    "routes": ("workbench.bootstrap.routed", "routes"),
    "run_details": ("workbench.bootstrap.results", "run_details"),
    "sagas": ("workbench.bootstrap.tool_frames", "sagas"),
    "score_table": ("workbench.bootstrap.tables", "score_table"),
    "scoreboard": ("workbench.bootstrap.results", "scoreboard"),
    "stability": ("workbench.bootstrap.stability", "stability"),
    "tool_usage": ("workbench.bootstrap.usage", "tool_usage"),
    "tools": ("workbench.bootstrap.tool_frames", "tools"),
    "tradeoff": ("workbench.bootstrap.curves", "tradeoff"),
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
