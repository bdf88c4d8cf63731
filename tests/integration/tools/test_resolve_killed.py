"""A person's word whose process is killed at each of its moments."""

import asyncio
import json
import shutil
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.clock import ManualClock
from engine.contracts import CallKey
from engine.errors import BadInput, ToolError
from engine.tools import Held, KeyedCall
from tests.browser.tool_world import HOUR_S, lead_sagas
from workbench.bootstrap.resolving import resolve
from workbench.bootstrap.tool_state import ToolState
from workbench.settings import Settings
from workbench.store import Store

CALL = KeyedCall(CallKey(tenant="acme", tool="pay", key="k-1"), {"cents": 5})
SAGA = "trip-of-cid"  # whose flight cannot be cancelled
CASES = [("k-1", "done"), (SAGA, "done")]
MORE = [("k-1", "failed"), ("k-1", "retry"), (SAGA, "failed")]


async def broke(_held: Held) -> str:
    raise ToolError("broke off")


@dataclass(frozen=True, slots=True)
class Death:
    """What one process has left behind."""

    home: Path
    killed: bool

    def kept(self) -> dict[str, object]:
        """What the keys, the journal and the sagas hold, times and numbers aside."""
        with closing(ToolState.of(self.home)) as state:
            record = state.keys.get(CALL.key, 0.0)
            saga = state.sagas.get(SAGA)
            return {
                "key": (record.state, record.result) if record else None,
                "journal": sorted((e.key, e.state, e.undone) for e in state.journal.listed()),
                "saga": [saga.state, *(step.state for step in saga.steps)],
            }

    def again(self, subject: str, said: str) -> int:
        """Say the same once more, or be told that nothing waits; gives the audit rows before."""
        given = {"said": said, "reason": "seen"}
        with (
            Store.open(Settings(home=self.home)) as store,
            closing(ToolState.of(self.home)) as tools,
        ):
            audits = store.sql("SELECT * FROM audits").height
            with suppress(BadInput):
                resolve(store, tools, subject, given, author="ann")
        return audits


Case = tuple[list[Death], str, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One call in doubt, one saga parked."""
    made = tmp_path_factory.mktemp("dying") / "home"

    async def lead() -> None:
        clock = ManualClock(time.time() - HOUR_S)
        with closing(ToolState.of(made)) as state:
            with suppress(ToolError):
                await state.calls(clock).call(CALL, broke)
            await lead_sagas(state, clock, "cid")

    asyncio.run(lead())
    Store.open(Settings(home=made)).close()
    return made


@pytest.fixture(
    params=[*CASES, *(pytest.param(case, marks=pytest.mark.full) for case in MORE)], ids="-".join
)
def case(request: pytest.FixtureRequest, home: Path, tmp_path: Path) -> Case:
    """The deaths of one word, the one that was let live last."""
    subject, said = request.param
    own = tmp_path / "home"
    shutil.copytree(home, own)
    script = Path(__file__).with_name("resolving.py")
    command = [sys.executable, str(script), str(own), subject, said]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [Death(Path(line["home"]), line["killed"]) for line in lines], subject, said


def test_the_same_word_again_does_the_rest(case: Case, home: Path) -> None:
    """Whatever was done before; and nothing is ever done without an audit row."""
    deaths, subject, said = case
    whole, untouched = deaths[-1].kept(), Death(home, killed=False).kept()
    assert [death.killed for death in deaths] == [True] * (len(deaths) - 1) + [False]
    for death in deaths[:-1]:
        changed = death.kept() != untouched
        assert death.again(subject, said) >= changed
        assert death.kept() == whole
