"""What other libraries cost and do, measured from the environment that `make rivals` makes."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pipelines.bench.result import Options, Result

_PYTHON: Final = Path(".rivals/reliability/bin/python")
_SCRIPT: Final = Path(__file__).parents[1] / "rivals" / "reliability.py"
_TIMEOUT_S: Final = 120
_CALLS: Final = 2_000
_UNITS: Final[Mapping[str, str]] = {
    "pipeline_us": "us",
    "breaker_us": "us",
    "retry_us": "us",
    "half_open_admitted": "calls",
    "opens_at_half": "yes",
}
_DO: Final[Mapping[str, tuple[str, ...]]] = {
    "pipeline_us": ("hyx",),
    "breaker_us": ("purgatory", "pybreaker", "aiobreaker", "hyx"),
    "retry_us": ("tenacity", "stamina", "hyx"),
    "half_open_admitted": ("purgatory", "pybreaker", "aiobreaker", "hyx"),
    "opens_at_half": ("purgatory", "pybreaker", "aiobreaker", "hyx"),
}
"""Who has what: of the six, hyx alone has all four primitives."""
_REMARKS: Final[Mapping[str, str]] = {"pybreaker": ", synchronous calls, one at a time"}


def measure(options: Options) -> Iterator[Result]:
    """Each rival's figures, null with a note where it is not installed."""
    found, note = _found(_CALLS * (10 if options.full else 1))
    for metric, names in _DO.items():
        for name in names:
            figures = found.get(name, {})
            value = figures.get(metric)
            told = f"{name} {figures['version']}{_REMARKS.get(name, '')}" if figures else note
            yield Result(
                f"{metric}@{name}", None if value is None else float(value), _UNITS[metric], told
            )


def _found(calls: int) -> tuple[dict[str, dict[str, Any]], str]:
    if not _PYTHON.exists():
        return {}, "not installed: make rivals"
    command = [str(_PYTHON), str(_SCRIPT), str(calls)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return {}, f"not done within {_TIMEOUT_S} s"
    if done.returncode:
        return {}, f"failed: {done.stderr.strip().splitlines()[-1]}"
    return json.loads(done.stdout), ""
