"""Another way where the first has failed: a second source, a stored answer, a default."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, ParamSpec, TypeVar

from engine.reliability.forms import Errors, Wraps, matcher

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FellBack:
    """A way has failed, and the next is taken."""

    name: str
    way: int
    """Which failed: 0 is the function itself, 1 the first alternative."""
    error: Exception


class Fallback(Wraps):
    """Calls alternatives in their order, with the same arguments, until one succeeds.

    `on` says which errors lead on to the next; any other is raised at once, and where all fail the
    last error. Alternatives of an asynchronous call may be of either kind. `on_event` hears of each
    way that failed and must not raise.
    """

    def __init__(
        self,
        *alternatives: Callable[..., Any],
        name: str = "",
        on: Errors = Exception,
        on_event: Callable[[FellBack], None] | None = None,
    ) -> None:
        self.name = name
        self._alternatives = alternatives
        self._means = matcher(on)
        self._on_event = on_event

    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of the first way that succeeds."""
        ways: tuple[Callable[..., R], ...] = (function, *self._alternatives)
        for number, way in enumerate(ways[:-1]):
            try:
                return way(*args, **kwargs)
            except Exception as error:
                if not self._leads_on(number, error):
                    raise
        return ways[-1](*args, **kwargs)

    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The result of the first way that succeeds."""
        ways: tuple[Callable[..., Awaitable[R] | R], ...] = (function, *self._alternatives)
        for number, way in enumerate(ways[:-1]):
            try:
                return await _answer(way(*args, **kwargs))
            except Exception as error:
                if not self._leads_on(number, error):
                    raise
        return await _answer(ways[-1](*args, **kwargs))

    def guard(self, default: T) -> "Held[T]":
        """A block that sets a value, `default` where it fails; `with` and `async with` alike.

        `with fallback.guard(0) as held: held.value = …`; the alternatives play no part.
        """
        return Held(default, self._leads_on)

    def _leads_on(self, way: int, error: Exception) -> bool:
        if not self._means(error):
            return False
        if self._on_event is not None:
            self._on_event(FellBack(self.name, way, error))
        return True

    def __repr__(self) -> str:
        return f"Fallback({self.name!r}, {len(self._alternatives)} alternatives)"


class Held(Generic[T]):
    """A value that its block may set; the default where the block fails."""

    __slots__ = ("_default", "_leads_on", "fell_back", "value")

    def __init__(self, default: T, leads_on: Callable[[int, Exception], bool]) -> None:
        self.value = default
        self.fell_back = False
        self._default = default
        self._leads_on = leads_on

    def __enter__(self) -> "Held[T]":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception) and self._leads_on(0, error):
            self.value, self.fell_back = self._default, True
        return self.fell_back

    async def __aenter__(self) -> "Held[T]":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        return self.__exit__(kind, error, trace)


async def _answer(result: Awaitable[R] | R) -> R:
    return await result if isinstance(result, Awaitable) else result
