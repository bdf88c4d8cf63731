"""Say what has become of a call or a saga, dying by SIGKILL one change later each time.

`python resolving.py HOME SUBJECT SAID` prints for each death where the copy of HOME lies that it
leaves; the last one is of the process that came to its end.
"""

import json
import os
import shutil
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

from tests.integration.durable.trip import Moments
from workbench.bootstrap.resolving import resolve
from workbench.bootstrap.tool_state import ToolState
from workbench.settings import Settings
from workbench.store import Store


def died(home: Path, subject: str, said: str, moment: int) -> bool:
    """Whether a process of its own was killed at that moment."""
    child = os.fork()
    if child == 0:
        around, state = Moments(moment).around, ToolState.of(home)
        dying = replace(
            state,
            keys=around(state.keys),
            journal=around(state.journal),
            sagas=around(state.sagas),
        )
        with Store.open(Settings(home=home)) as store:
            resolve(store, dying, subject, {"said": said, "reason": "seen"}, author="ann")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(home: Path, subject: str, said: str) -> None:
    """Die at each moment in turn, always in the same state."""
    for moment in count(1, 2):  # what is after a change is before the next
        copy = home.with_name(f"{home.name}-{moment}")
        shutil.copytree(home, copy)
        killed = died(copy, subject, said, moment)
        print(json.dumps({"killed": killed, "home": str(copy)}))
        if not killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
