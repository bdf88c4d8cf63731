"""What lint says of a task."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that makes a task a bad measure; a severity is `error` or `warning`."""

    rule: str
    severity: str
    where: str
    """File and line."""
    task_id: str
    message: str
    other: str = ""
    """File and line of the task that it does not go together with."""
