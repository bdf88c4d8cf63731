"""What of a task makes a new version when it changes."""

from engine.contracts import JsonObject, canonical, digest
from engine.evals.entries import TaskEntry


def content_of(entry: TaskEntry) -> JsonObject:
    """A task as it was written but for its id; what says nothing, such as no choices, is left out.

    Family, input, target, choices, scorers of its own, metadata. The scorers and the team of its
    family are the suite's.
    """
    content: JsonObject = entry.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
    return content


def content_hash(entry: TaskEntry) -> str:
    """32 hex digits that the same content has however its line is laid out."""
    return digest(canonical(content_of(entry)))
