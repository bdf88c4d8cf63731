"""Files that a suite is made of, read with clear errors."""

from pathlib import Path
from typing import Any, Final

import yaml
from pydantic_core import to_jsonable_python

from engine.errors import BadInput, NotFound

SUITE_FILE: Final = "suite.yaml"
TASKS_FILE: Final = "tasks.jsonl"
TOOLS_FILE: Final = "tools.py"


def read_bytes(path: Path) -> bytes:
    """A file's bytes; raises `NotFound` where there is none, `BadInput` where it is unreadable."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("no such file", where=str(path)) from None
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping a YAML file holds, as plain JSON data; `BadInput` with the line at fault."""
    try:
        data = yaml.safe_load(read_bytes(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise BadInput(f"no YAML: {getattr(error, 'problem', error)}", where=where) from None
    if not isinstance(data, dict):
        raise BadInput("holds no mapping of names to values", where=str(path))
    plain: dict[str, Any] = to_jsonable_python(data)
    return plain
