"""A trial led by processes that are killed: `dying.py STORE HOME FIRST LAST`, a line of JSON each.

STORE is `sqlite` or the URL of a Postgres. Kill n comes at the n-th moment before or after
something is written; what follows it goes on with what was kept.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from engine.clock import ManualClock
from engine.contracts import CanaryChange, CanaryPolicy, CanaryState
from engine.errors import NotFound
from engine.routing.canary_evidence import totals
from engine.routing.trials import Trials
from tests.spec.routing.trial import outcome
from workbench.store.canaries import SqlCanaries

WRITES = {"add", "save", "told"}
ROUNDS = 5


class Dying:
    """The store of trials, and a sink; dies at the n-th moment."""

    def __init__(self, store: SqlCanaries, sink: Path, last: int | None) -> None:
        self._store = store
        self._sink = sink
        self._last = last
        self.moments = 0

    def moment(self) -> None:
        self.moments += 1
        if self.moments == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def tell(self, change: CanaryChange) -> None:
        """One write to the end of the file, which a kill does not split."""
        self.moment()
        handle = os.open(self._sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, (json.dumps([change.change_id, change.after]) + "\n").encode())
        os.close(handle)
        self.moment()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name not in WRITES:
            return found

        def write(*args: Any) -> Any:
            self.moment()
            answer = found(*args)
            self.moment()
            return answer

        return write


def lead(url: str, home: Path, name: str, last: int | None) -> None:
    """Lead the trial on to its rollback from wherever it is."""
    sql = SqlCanaries.sqlite(home / name) if url == "sqlite" else SqlCanaries.postgres(url)
    store: Any = Dying(sql, home / f"{name}.told", last)
    trials = Trials(store, ManualClock())
    trials.tell(store.tell)
    policy = CanaryPolicy(share=0.1, rollback_min=3, promote_min=100)
    tiers: dict[str, Any] = {"router": name, "tier": "small", "baseline": "large"}
    try:
        sql.get(name)
    except NotFound:
        trials.start(name, tenants=["acme", "bolt"], policy=policy, **tiers)
    made = [outcome(name, arm="canary", quality=0.0), *[outcome(name, quality=1.0)] * 9] * ROUNDS
    while sql.get(name).state is CanaryState.RUNNING:
        trials.observe(made)
        trials.tell(store.tell)
    end = sql.get(name)
    seen = sum(tally.count for tally in totals(end, "error"))
    found = {"state": end.state, "seen": seen, "fence": end.fence, "moments": store.moments}
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
    url, folder, first, last = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:5])
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, last + 1):
        trial = f"c{number}"
        killed = forked(url, folder, trial, number or None)
        if killed:
            forked(url, folder, trial, None)
        end = json.loads((folder / f"{trial}.end").read_text())
        told = [json.loads(line) for line in (folder / f"{trial}.told").read_text().splitlines()]
        print(json.dumps(end | {"killed": killed, "told": told}), flush=True)
