"""The table of commands: name, file, help line."""

from collections.abc import Mapping
from typing import Final

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "eval": ("workbench.cli.eval", "Run a suite with models and agents, and score it."),
    "runs": ("workbench.cli.runs", "List, show, compare, tag and annotate runs."),
    "compare": ("workbench.cli.compare", "Compare two runs over the same tasks, with tests."),
    "judge": ("workbench.cli.judge", "Have models judge answers, and calibrate them on people."),
    "curves": ("workbench.cli.curves", "Reliability, cost and latency, flaky tasks of runs."),
    "episodes": ("workbench.cli.episodes", "List the episodes of a run, or read one."),
    "escalations": ("workbench.cli.escalations", "Decide about episodes that wait for a person."),
    "tools": ("workbench.cli.tools", "Breakers, sagas and the journal of calls; act on them."),
    "ratings": ("workbench.cli.ratings", "What people say of answers, and how far they agree."),
    "replay": ("workbench.cli.replay", "Lead recorded episodes through today's loop."),
    "fork": ("workbench.cli.fork", "Go on live from a step of a recorded episode."),
    "search": ("workbench.cli.search", "Find text in transcripts."),
    "sql": ("workbench.cli.sql", "Ask the store in SQL."),
    "import": ("workbench.cli.importing", "Take in episodes recorded elsewhere."),
    "golden": ("workbench.cli.golden", "Review tasks: drafts, golden and retired ones; lint."),
    "datasets": ("workbench.cli.datasets", "Suites at hand, and public sets we can read."),
    "canary": ("workbench.cli.canary", "Tiers on trial: start, watch, promote, roll back."),
    "cache": ("workbench.cli.cache", "What the cache of model answers holds, and forgetting it."),
    "model": ("workbench.cli.model", "List models, ask one, or serve the embedded one."),
    "contracts": (
        "workbench.cli.contracts",
        "Schemas of records, their changes, and unknown fields.",
    ),
    "router": ("workbench.cli.router", "Which tier a request goes to and why; train it."),
    "metrics": ("workbench.cli.metrics", "Every metric that the workbench exports."),
    "redact": ("workbench.cli.redact", "Mask personal data and secrets in a text."),
    "store": ("workbench.cli.store", "What the store holds, and its maintenance."),
    "dashboards": ("workbench.cli.dashboards", "Serve the dashboards."),
}
