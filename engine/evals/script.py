"""Objects out of Python files that a suite brings along."""

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.errors import BadInput, NotFound


def load_module(path: Path) -> ModuleType:
    """Run a Python file as a module of its own; raises `BadInput` with the line where it fails.

    The file's folder is not put on the import path, and running a file twice runs it twice.
    """
    if not path.is_file():
        raise NotFound("no such file", where=str(path))
    name = f"suite_{hashlib.blake2b(str(path.resolve()).encode(), digest_size=8).hexdigest()}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput("is no Python file", where=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where pydantic and dataclasses look up a class's own module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise _fault(path, error) from error
    return module


def called(path: Path, function: Callable[[], Any]) -> Any:
    """What a function of a file gives; raises `BadInput` with the line where it fails."""
    try:
        return function()
    except (Exception, SystemExit) as error:
        raise _fault(path, error) from error


def load_object(path: Path, name: str) -> Any:
    """What a file calls `name`; raises `NotFound` with the names it has."""
    module = load_module(path)
    if not hasattr(module, name):
        public = sorted(word for word in vars(module) if not word.startswith("_"))
        raise NotFound(f"has no {name!r}", where=str(path), hint=f"has: {', '.join(public)}")
    return getattr(module, name)


def load_callable(reference: str, folder: Path) -> Callable[..., Any]:
    """The function of `file.py:name`, the file relative to `folder`."""
    file, colon, name = reference.rpartition(":")
    if not colon or not file.endswith(".py"):
        raise BadInput(f"{reference!r} is not of the form file.py:function")
    function = load_object(folder / file, name)
    if not callable(function):
        raise BadInput(f"{name} is no function", where=str(folder / file))
    found: Callable[..., Any] = function
    return found


def _fault(path: Path, error: BaseException) -> BadInput:
    return BadInput(f"{type(error).__name__}: {error}", where=_line(path, error))


def _line(path: Path, error: BaseException) -> str:
    """File and line where the fault lies, in the file itself where it has a part in it."""
    if isinstance(error, SyntaxError):
        return f"{path}:{error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path.resolve()]
    return f"{path}:{lines[-1]}" if lines else str(path)
