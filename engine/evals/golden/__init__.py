"""The review of a suite's tasks: states, versions, the file it is kept in, and what lint finds."""

from engine.evals.golden.content import content_hash, content_of
from engine.evals.golden.entry import GOLDEN_FILE, GoldenEntry, Origin
from engine.evals.golden.finding import Finding
from engine.evals.golden.lifecycle import Said, begun, current, promoted, retired
from engine.evals.golden.lint import lint
from engine.evals.golden.reading import Reviewed, ReviewedTask, read_reviewed
from engine.evals.golden.writing import write_draft, write_entry

__all__ = [
    "GOLDEN_FILE",
    "Finding",
    "GoldenEntry",
    "Origin",
    "Reviewed",
    "ReviewedTask",
    "Said",
    "begun",
    "content_hash",
    "content_of",
    "current",
    "lint",
    "promoted",
    "read_reviewed",
    "retired",
    "write_draft",
    "write_entry",
]
