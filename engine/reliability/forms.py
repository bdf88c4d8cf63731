"""What the primitives have in common: the decorator form, and how errors are named."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

Errors = type[Exception] | tuple[type[Exception], ...] | Callable[[Exception], bool]
"""Exception classes, or a function that says whether it means an exception."""


def matcher(errors: Errors) -> Callable[[Exception], bool]:
    """A function that says whether an exception is meant."""
    if isinstance(errors, type | tuple):
        return lambda error: isinstance(error, errors)
    return errors


class Wraps(ABC):
    """A primitive that calls functions: plainly by `call` and `acall`, or as a decorator."""

    @abstractmethod
    def call(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call a function under protection and give its result."""

    @abstractmethod
    async def acall(
        self, function: Callable[P, Awaitable[R]], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `call`, for an asynchronous function."""

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """The function under protection; an asynchronous one stays asynchronous."""
        if iscoroutinefunction(function):
            inner: Callable[..., Awaitable[Any]] = function

            async def guarded(*args: Any, **kwargs: Any) -> Any:
                return await self.acall(inner, *args, **kwargs)

            return cast("Callable[P, R]", wraps(function)(guarded))

        @wraps(function)
        def protected(*args: P.args, **kwargs: P.kwargs) -> R:
            return self.call(function, *args, **kwargs)

        return protected
