"""A saga as a DBOS workflow: one process of it, which may be told to die at its n-th moment.

Reads a JSON object: the folder of state, the URL of the system database, the saga's name, the
steps, the step that nothing undoes, the one that is refused, how often undoing the flight fails,
and the moment of death. Prints how the saga ended. Its tools have an effect once per key; DBOS runs
a step again that died before it was kept.
"""

import json
import os
import signal
import sys
from pathlib import Path

from dbos import DBOS, SetWorkflowID

GIVEN = json.loads(sys.argv[1])
DONE, TRIES = Path(GIVEN["home"]) / "effects", Path(GIVEN["home"]) / "tries"
MOMENTS = [0]

DBOS(
    config={
        "name": "trip",
        "system_database_url": GIVEN["database"],
        "executor_id": "one",
        "application_version": "1",
        "log_level": "CRITICAL",
    }
)


class Later(Exception):
    """Try again."""


def moment() -> None:
    """Die here where it is the one."""
    MOMENTS[0] += 1
    if MOMENTS[0] == GIVEN["kill"]:
        os.kill(os.getpid(), signal.SIGKILL)


def lines(path: Path) -> list[list[str]]:
    """What has been done so far."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def append(path: Path, key: str, tool: str) -> None:
    """Have an effect."""
    with path.open("a") as file:
        file.write(json.dumps([key, tool]) + "\n")


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=0.01)
def call(key: str, tool: str) -> bool:
    """One call of a tool; whether it was not refused."""
    moment()
    if tool == GIVEN["fails"]:
        return False
    if tool == "undo flight" and len(lines(TRIES)) < GIVEN["undo_fails"]:
        append(TRIES, "", tool)
        raise Later
    if [key, tool] not in lines(DONE):
        append(DONE, key, tool)
    moment()
    return True


@DBOS.workflow()
def saga(name: str) -> str:
    """Every step, or those before the refused one undone in reverse."""
    made: list[str] = []
    for step in GIVEN["steps"]:
        moment()
        if not call(f"{name}/{step}", step):
            break
        made.append(step)
    else:
        return "done"
    for step in reversed(made):
        moment()
        if step != GIVEN["kept"]:
            call(f"{name}/{step}/undo", f"undo {step}")
    return "compensated"


if __name__ == "__main__":
    DBOS.launch()
    with SetWorkflowID(GIVEN["name"]):
        handle = DBOS.start_workflow(saga, GIVEN["name"])
    print(json.dumps({"state": handle.get_result(), "moments": MOMENTS[0]}), flush=True)
    os._exit(0)
