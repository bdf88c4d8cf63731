"""On whose behalf models are asked: what a request does not say itself."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Asking:
    """Tenant, epoch, conversation, task and its kind."""

    tenant: str = "local"
    epoch: int = 0
    conversation: str | None = None
    family: str = ""
    task: str = ""
    times: Counter[str] = field(default_factory=Counter)
    """How often each request has been asked."""


_ASKING: Final[ContextVar[Asking | None]] = ContextVar("asking", default=None)


@contextmanager
def asking(
    tenant: str,
    epoch: int,
    *,
    conversation: str | None = None,
    family: str = "",
    task: str = "",
) -> Iterator[None]:
    """In the block, and in tasks begun in it, models are asked on this behalf."""
    token = _ASKING.set(Asking(tenant, epoch, conversation, family, task))
    try:
        yield
    finally:
        _ASKING.reset(token)


def asked_by() -> Asking | None:
    """On whose behalf the present task asks; null: nobody has said."""
    return _ASKING.get()
