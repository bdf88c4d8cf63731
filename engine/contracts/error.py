"""An error as data: what a run, an exchange or a response keeps of it."""

from typing import Self

from pydantic import Field

from engine.contracts.base import JsonObject, Record
from engine.errors import WorkbenchError


class ErrorSpec(Record):
    """What went wrong, in a form that can be stored, compared and sent.

    Where data broke a contract at a boundary it says at which one, at which field and what was
    expected there, never the value.
    """

    code: str = Field(description="Stable word to branch on, as in `engine.errors`.")
    message: str = Field(description="For people: what was wrong and where.")
    retryable: bool = Field(default=False, description="Whether the same call may succeed later.")
    boundary: str | None = Field(
        default=None, description="Where data that broke a contract came in; null: none did."
    )
    pointer: str | None = Field(
        default=None, description="JSON pointer (RFC 6901) of the field at fault; empty: the whole."
    )
    expected: str | None = Field(
        default=None, description="What the field should have been, and the JSON type it was."
    )
    correlation_id: str | None = Field(
        default=None, description="Leads to the episode, request or file the data belonged to."
    )
    route: JsonObject | None = Field(
        default=None, description="How a router went about the call, a `Routing`; null: none did."
    )

    @classmethod
    def of(cls, error: BaseException, *, correlation_id: str | None = None) -> Self:
        """Take the error's own words; one that is not ours keeps its class name as code.

        `correlation_id` is that of a violation which does not know its own.
        """
        if not isinstance(error, WorkbenchError):
            return cls(code=type(error).__name__, message=str(error) or type(error).__name__)
        plain = cls.model_validate(
            {
                "code": error.code,
                "message": str(error),
                "retryable": error.retryable,
                "route": error.route,
            }
        )
        broken = error.violation
        if broken is None:
            return plain
        return plain.model_copy(
            update={
                "boundary": broken.boundary,
                "pointer": broken.pointer,
                "expected": broken.expected,
                "correlation_id": broken.correlation_id or correlation_id,
            }
        )
