"""Where the Tools page finds the state of tools, which all visits share."""

import threading

from workbench.bootstrap.tool_state import ToolState
from workbench.settings import Settings
from workbench.store import Store


class ToolsAt:
    """The stores that the settings name, opened once there are any; safe for several threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.author = settings.author
        self._settings = settings
        self._lock = threading.Lock()
        self._state: ToolState | None = None

    @property
    def state(self) -> ToolState | None:
        """The state of tools; null as long as no guarded tool and no saga ever was."""
        with self._lock:
            if self._state is None:
                self._state = ToolState.found(self._settings)
            return self._state
