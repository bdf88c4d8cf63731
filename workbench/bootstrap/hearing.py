"""Who hears the HTTP clients of a program on behalf of its episode."""

from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, ParamSpec, TypeVar

from engine.contracts import JsonObject
from engine.errors import BadInput, WorkbenchError
from engine.models.overhear import Call, Heard, Listener

P = ParamSpec("P")
T = TypeVar("T")

_NOW: Final[ContextVar[Listener | None]] = ContextVar("listener", default=None)


def listening() -> Listener | None:
    """Who hears what a recorded HTTP client says now, in this thread or task."""
    return _NOW.get()


def listen(listener: Listener | None) -> Listener | None:
    """Let that one hear from now on; gives who heard before."""
    before = _NOW.get()
    _NOW.set(listener)
    return before


def bound(listener: Listener, function: Callable[P, T]) -> Callable[P, T]:
    """The function as one that is heard by that listener in whatever thread it runs."""

    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        token = _NOW.set(listener)
        try:
            return function(*args, **kwargs)
        finally:
            _NOW.reset(token)

    return inside


class Ear:
    """Hears HTTP clients for an episode; what goes wrong here never reaches the client's code."""

    def __init__(self, hear: Callable[[Heard], None]) -> None:
        self._hear = hear
        self._calls: set[Call] = set()
        self._missed: Counter[str] = Counter()
        self.fault: WorkbenchError | None = None
        """What kept the store from taking a fact."""

    def begun(self, call: Call) -> None:
        """A request goes out."""
        self._calls.add(call)

    def heard(self, call: Call, heard: Heard) -> None:
        """Its answer has come to an end."""
        self._calls.discard(call)
        try:
            self._hear(heard)
        except BadInput as error:
            self._missed[f"{heard.method} {heard.url}: {error}"] += 1
        except WorkbenchError as error:
            self.fault = self.fault or error

    def passed(self, method: str, url: str) -> None:
        """A request was let pass; it is counted."""
        self._missed[f"{method} {url}"] += 1

    def cut(self) -> None:
        """The episode ends: answers that are still being read are kept as far as they came."""
        for call in tuple(self._calls):
            call.cut()

    def about(self) -> JsonObject:
        """For the metadata: requests that were heard and are no chat completions, by number."""
        return {"not_recorded": dict(self._missed)} if self._missed else {}
