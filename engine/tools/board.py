"""How the tools of one process stand, kept in memory."""

import threading
from collections.abc import Sequence

from engine.contracts import ToolStatus


class MemoryToolBoard:
    """The port `ToolBoard` for the threads of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str], ToolStatus] = {}

    def publish(self, statuses: Sequence[ToolStatus]) -> None:
        """Put these in place of what the same process told of the same tools."""
        with self._lock:
            self._told |= {(status.tool, status.process): status for status in statuses}

    def listed(self, since: float = 0.0) -> list[ToolStatus]:
        """What was told since, by tool and process."""
        with self._lock:
            told = sorted(self._told.items(), key=lambda item: item[0])
        return [status for _, status in told if status.updated_at >= since]

    def close(self) -> None:
        """Nothing is held."""

    def __repr__(self) -> str:
        return f"MemoryToolBoard({len(self._told)} tools)"
