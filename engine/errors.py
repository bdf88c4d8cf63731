"""Every error the engine raises on purpose.

WorkbenchError
├── BadInput             unusable input of the caller: exit code 2
│   └── NotFound         a name or id that nothing answers to
├── ModelError           a model call failed
│   ├── ModelUnreachable   no connection, or it broke
│   ├── ModelTimeout       no answer in time
│   ├── ModelRefused       HTTP 4xx: the request is at fault
│   ├── ModelUnavailable   HTTP 429 or 5xx: the server is at fault
│   └── ModelGarbled       an answer that is not what the protocol says
├── ToolError            a tool call failed
│   ├── ToolRefused        the tool did nothing, and says so
│   ├── ToolUnreachable    no connection, or it broke; or its process ended
│   ├── ToolUnavailable    it is overloaded or broken, and says so
│   ├── ToolGarbled        an answer that is not what was agreed
│   ├── ToolBroke          the tool's own code failed
│   ├── KeyReused          an idempotency key came again with other arguments
│   ├── CallInFlight       the same call is being made, by somebody else
│   └── EffectUnknown      nobody can tell whether the call had its effect: a person has to
├── LeaseLost            somebody else has taken over what was held
├── RunFailed            every sample of a run ended with an error
├── DeadlineExceeded     the time given is used up
├── Rejected             a call was not made, to protect what it calls
│   ├── BreakerOpen        it has failed too often of late
│   ├── BulkheadFull       too many calls are under way
│   ├── RateLimited        too many calls a second
│   └── NoTier             no tier of a router may or can take the request
└── StoreError           the store cannot do what was asked
    ├── StoreTooNew        made by a newer version
    ├── StoreFull          no space left; nothing acknowledged is lost
    └── StoreGarbled       a row that is not what its table promises

Any of them carries a `Violation` where data broke a contract at a boundary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """Where data broke a contract; the value itself is left out, it may be a secret."""

    boundary: str
    """Where the data came in, as in `engine.contracts.boundary`."""
    pointer: str
    """JSON pointer (RFC 6901) of the field at fault; empty: the whole."""
    expected: str
    """What should have stood there, and of which JSON type that was which did."""
    correlation_id: str | None = None
    """Leads to the episode, request or file that the data belonged to."""


class WorkbenchError(Exception):
    """An expected failure: what went wrong, and what the user can do about it."""

    code = "error"
    retryable = False
    no_effect = False
    """Whether a call that ended with it is known to have changed nothing."""
    violation: Violation | None = None
    route: Mapping[str, object] | None = None
    """How a router went about the call that failed, as `engine.contracts.Routing`; null: none."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class BadInput(WorkbenchError):
    """The caller's input cannot be used; `where` names the file and line, or the field."""

    code = "bad_input"
    no_effect = True

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message, hint=hint)
        self.where = where


class NotFound(BadInput):
    """Nothing answers to this name or id."""

    code = "not_found"


class ModelError(WorkbenchError):
    """A model call failed; `status` is the HTTP status where there was one."""

    code = "model_error"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.retry_after_s = retry_after_s


class ModelUnreachable(ModelError):
    """No connection to the endpoint, or it broke before the answer was whole."""

    code = "model_unreachable"
    retryable = True


class ModelTimeout(ModelError):
    """The endpoint gave no answer within the time allowed."""

    code = "model_timeout"
    retryable = True


class ModelRefused(ModelError):
    """The endpoint refused the request (HTTP 4xx): sending it again changes nothing."""

    code = "model_refused"


class ModelUnavailable(ModelError):
    """The endpoint is overloaded or broken (HTTP 429 or 5xx)."""

    code = "model_unavailable"
    retryable = True


class ModelGarbled(ModelError):
    """The answer is not JSON, or lacks what the protocol promises."""

    code = "model_garbled"
    retryable = True


class ToolError(WorkbenchError):
    """A tool call failed: unknown tool, arguments that do not fit, or the tool itself."""

    code = "tool_error"
    answered = False
    """Whether the tool is known to be done with the call: nothing of it is under way."""


class ToolRefused(ToolError):
    """The tool did nothing, and says so: the same call is refused again."""

    code = "tool_refused"
    no_effect = True
    answered = True


class ToolUnreachable(ToolError):
    """No connection to the tool, or it broke before the answer was whole.

    `no_effect`: whether it broke before anything was sent.
    """

    code = "tool_unreachable"
    retryable = True

    def __init__(self, message: str, *, hint: str = "", no_effect: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.no_effect = no_effect


class ToolUnavailable(ToolError):
    """The tool says that it is overloaded or broken; `retry_after_s`: when to come again.

    `no_effect`: whether it says so before it has done anything.
    """

    code = "tool_unavailable"
    retryable = True
    answered = True

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        no_effect: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.no_effect = no_effect
        self.retry_after_s = retry_after_s


class ToolGarbled(ToolError):
    """The tool has answered, and the answer is not what was agreed."""

    code = "tool_garbled"
    retryable = True
    answered = True


class ToolBroke(ToolError):
    """The tool's own code failed in a way that it does not name."""

    answered = True


class KeyReused(ToolError):
    """An idempotency key came again with other arguments: which call is meant is not known."""

    code = "key_reused"
    no_effect = True


class CallInFlight(ToolError):
    """The same call is being made by somebody else; `retry_after_s`: until it must be over."""

    code = "call_in_flight"
    retryable = True
    no_effect = True

    def __init__(self, message: str, *, hint: str = "", retry_after_s: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class EffectUnknown(ToolError):
    """A call was begun and nobody can tell whether it had its effect; it is not made again."""

    code = "effect_unknown"


class LeaseLost(WorkbenchError):
    """Somebody else has taken over what was held: what its holder wanted to write is refused."""

    code = "lease_lost"


class RunFailed(WorkbenchError):
    """Every sample that a run tried ended with an error: there is nothing to score."""

    code = "run_failed"


class DeadlineExceeded(WorkbenchError):
    """The time given is used up."""

    code = "deadline_exceeded"


class Rejected(WorkbenchError):
    """A call was not made, to protect what it calls; it may be later."""

    code = "rejected"
    retryable = True
    no_effect = True

    def __init__(self, message: str, *, hint: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after_s = retry_after_s


class BreakerOpen(Rejected):
    """What is called has failed, or been slow, too often of late."""

    code = "breaker_open"


class BulkheadFull(Rejected):
    """Too many calls are under way, or one would wait longer than there is time."""

    code = "bulkhead_full"


class RateLimited(Rejected):
    """Too many calls in too short a time."""

    code = "rate_limited"


class NoTier(Rejected):
    """No tier of a router may or can take the request; `bounds`: by tier, what keeps it out.

    `retryable`: whether a tier would take it that is only down.
    """

    code = "no_tier"

    def __init__(
        self, message: str, *, hint: str = "", bounds: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.bounds = {tier: tuple(names) for tier, names in (bounds or {}).items()}
        self.retryable = any(names == ("down",) for names in self.bounds.values())


class StoreError(WorkbenchError):
    """The store cannot do what was asked."""

    code = "store_error"


class StoreTooNew(StoreError):
    """The store was made by a newer version than this one."""

    code = "store_too_new"


class StoreFull(StoreError):
    """No space is left where the store lies; what was acknowledged is kept."""

    code = "store_full"


class StoreGarbled(StoreError):
    """A row is not what its table promises: it was changed by hand, or by a fault."""

    code = "store_garbled"
