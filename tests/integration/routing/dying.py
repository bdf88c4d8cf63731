"""A trial led by processes that are killed: `dying.py STORE HOME KILL…`, a line of JSON each.

STORE is `sqlite` or the URL of a Postgres. Kill n comes at the n-th moment between two statements
or two changes, 0 never, -n the n-th from the end; the next process goes on with what was kept.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.clock import ManualClock
from engine.contracts import CanaryChange, CanaryOutcome, CanaryPolicy, CanaryState
from engine.errors import NotFound
from engine.routing.canary_evidence import totals
from engine.routing.trials import Trials
from tests.spec.routing.trial import outcome
from workbench.store.canaries import SqlCanaries

ROUNDS = 5


class Dying:
    """A database, and a sink; dies at the n-th moment, also within a change."""

    def __init__(self, database: Any, sink: Path, last: int | None) -> None:
        self._database = database
        self._sink = sink
        self._last = last
        self.reading = database.reading
        self.moments = 0

    def moment(self) -> None:
        self.moments += 1
        if self.moments == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def change(self, doing: str) -> Iterator[Any]:
        """A moment before each statement, before the end, and after it."""
        with self._database.change(doing) as session:
            yield _Session(session, self.moment)
            self.moment()
        self.moment()

    def tell(self, change: CanaryChange) -> None:
        """One write to the end of the file, which a kill does not split."""
        self.moment()
        handle = os.open(self._sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, (json.dumps([change.change_id, change.after]) + "\n").encode())
        os.close(handle)
        self.moment()


class _Session:
    def __init__(self, session: Any, moment: Callable[[], None]) -> None:
        self._session = session
        self._moment = moment

    def __getattr__(self, name: str) -> Any:
        self._moment()
        return getattr(self._session, name)


def seen(name: str, before: int) -> Iterator[CanaryOutcome]:
    """The next outcomes after so many of the canary, and some that were counted before."""
    for number in range(max(0, before - 2), before + ROUNDS):
        yield outcome(name, outcome_id=f"{number}", arm="canary", quality=0.0)
        for control in range(9):
            yield outcome(name, outcome_id=f"{number}.{control}", quality=1.0)


def lead(url: str, home: Path, name: str, last: int | None) -> None:
    """Lead the trial on to its rollback from wherever it is."""
    made = SqlCanaries.sqlite(home / name) if url == "sqlite" else SqlCanaries.postgres(url)
    dying: Any = Dying(made._database, home / f"{name}.told", last)
    canaries = SqlCanaries(dying)
    trials = Trials(canaries, ManualClock())
    trials.tell(dying.tell)
    policy = CanaryPolicy(share=0.1, rollback_min=3, promote_min=100)
    tiers: dict[str, Any] = {"router": name, "tier": "small", "baseline": "large"}
    try:
        canaries.get(name)
    except NotFound:
        trials.start(name, tenants=["acme", "bolt"], policy=policy, **tiers)
    while (now := canaries.get(name)).state is CanaryState.RUNNING:
        trials.observe(list(seen(name, totals(now, "error")[0].count)))
        trials.tell(dying.tell)
    end = canaries.get(name)
    count = sum(tally.count for tally in totals(end, "error"))
    found = {"state": end.state, "seen": count, "fence": end.fence, "moments": dying.moments}
    (home / f"{name}.end").write_text(json.dumps(found))


def forked(url: str, home: Path, name: str, last: int | None) -> bool:
    """Lead it in a process of its own; whether that was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            lead(url, home, name, last)
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or status == 0, f"a process of {name} failed"
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    url, folder = sys.argv[1], Path(sys.argv[2])
    moments = 0
    for given in map(int, sys.argv[3:]):
        number = given if given >= 0 else moments + given
        trial = f"c{number}"
        killed = forked(url, folder, trial, number or None)
        if killed:
            forked(url, folder, trial, None)
        end = json.loads((folder / f"{trial}.end").read_text())
        moments = moments or end["moments"]
        told = [json.loads(line) for line in (folder / f"{trial}.told").read_text().splitlines()]
        print(json.dumps(end | {"killed": killed, "told": told}), flush=True)
