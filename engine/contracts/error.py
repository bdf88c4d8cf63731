"""An error as data: what a run, an exchange or a response keeps of it."""

from typing import Self

from pydantic import Field

from engine.contracts.base import Record
from engine.errors import WorkbenchError


class ErrorSpec(Record):
    """What went wrong, in a form that can be stored, compared and sent."""

    code: str = Field(description="Stable word to branch on, as in `engine.errors`.")
    message: str = Field(description="For people: what was wrong and where.")
    retryable: bool = Field(default=False, description="Whether the same call may succeed later.")

    @classmethod
    def of(cls, error: BaseException) -> Self:
        """Take the error's own words; one that is not ours keeps its class name as code."""
        if isinstance(error, WorkbenchError):
            return cls(code=error.code, message=str(error), retryable=error.retryable)
        return cls(code=type(error).__name__, message=str(error) or type(error).__name__)
