"""Write a draft again and again, dying by SIGKILL one system call later each time.

`python dying.py FOLDER` prints a JSON line for each death with what the files then hold, and a last
one for the write that came to its end. Nothing is changed in the program: a profile function
watches it.
"""

import json
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from engine.evals.entries import TaskEntry
from engine.evals.golden import Said, begun, content_hash, write_draft

TASK = TaskEntry(id="new", family="words", input="Say new.", target="new")
ENTRY = begun("new", content_hash(TASK), "ann", Said("ann", "seen", 1_767_600_000.0))
WATCHED = {"open", "write", "flush", "fsync", "fchmod", "rename", "replace", "close", "stat"}


class Reaper:
    """Kills this process at the n-th call or return of what touches files."""

    def __init__(self, moment: int) -> None:
        self._left = moment

    def __call__(self, _frame: object, event: str, function: Any) -> None:
        """Look at a call into C, or its return."""
        if event in {"c_call", "c_return"} and function.__name__ in WATCHED:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def died(folder: Path, moment: int) -> bool:
    """Whether a process of its own was killed at that moment of its write."""
    child = os.fork()
    if child == 0:
        sys.setprofile(Reaper(moment))
        write_draft(folder, TASK, ENTRY)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(folder: Path) -> None:
    """Die at each moment in turn, always over the same files."""
    for moment in count(1):
        copy = folder.with_name(f"copy-{moment}")
        shutil.copytree(folder, copy)
        killed = died(copy, moment)
        files = ("tasks.jsonl", "golden.jsonl")
        print(json.dumps({"killed": killed, **{name: (copy / name).read_text() for name in files}}))
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
