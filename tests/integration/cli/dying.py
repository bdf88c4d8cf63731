"""The command, dying by SIGKILL at a moment that is told: `python dying.py MOMENT ARGUMENTS...`.

A moment is `call NAME` or `return NAME` of a function that keeps something or has an effect, or a
number: at so many of all those calls and returns; behind `eval:` it counts those of a run of
samples, in every thread. Nothing is changed in the program: a profile function watches it.
"""

import os
import signal
import sys
import threading
from typing import Any

WATCHED = {
    *(
        f"SqliteEscalations.{name}"
        for name in ("begin", "keep", "park", "decide", "take_up", "finish")
    ),
    "BatchRecorder.flush",
    "SqlCanaries.save",
    "append_fact",
    "effect",
    "write_line",
    "ArchiveWriter.finish",
    "insert_missing",
}
WATCHED_IN_EVAL = {
    "BatchRecorder.add",
    "BatchRecorder.flush",
    "Buffer.seal",
    "Buffer.done",
    "append_rows",
    "grade",
    "assess",
    "_Runner._keep",
    "_Runner._begin",
}


class Reaper:
    """Kills this process when its moment has come."""

    def __init__(self, moment: str) -> None:
        self._watched = WATCHED_IN_EVAL if moment.startswith("eval:") else WATCHED
        self._moment = moment.removeprefix("eval:")
        self._seen = 0

    def __call__(self, frame: Any, event: str, _argument: object) -> None:
        """Look at a call or a return."""
        if event not in {"call", "return"} or frame.f_code.co_qualname not in self._watched:
            return
        self._seen += 1
        name = frame.f_code.co_qualname.rpartition(".")[2]
        if self._moment in {str(self._seen), f"{event} {name}"}:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from workbench.cli import main

    moment = sys.argv.pop(1)
    reaper = Reaper(moment)
    if moment.startswith("eval:"):
        threading.setprofile(reaper)
    sys.setprofile(reaper)
    main()
