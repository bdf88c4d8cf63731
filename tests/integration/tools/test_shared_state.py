"""The state of tools on real servers that several homes share."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from engine.contracts import BreakerMode, ToolPolicy
from engine.errors import BadInput, BreakerOpen, StoreError
from engine.evals import Suite
from engine.tools import FunctionTool, Site, Toolbox
from tests.browser.tool_world import TRIP
from tests.contract.durable.conftest import emptied
from workbench.bootstrap import Bench
from workbench.bootstrap.tool_state import ToolState
from workbench.bootstrap.tooling import equipped
from workbench.settings import Settings
from workbench.store import Store

DEAD = {
    "redis_url": SecretStr("redis://:hunter2@127.0.0.1:1/0"),
    "postgres_url": SecretStr("postgresql://u:hunter2@127.0.0.1:1/db"),
}


@dataclass
class Bank:
    """A tool that counts its effects, under a suite of a name of its own."""

    paid: int = 0

    def suite(self, name: str) -> Suite:
        """The suite of that tool."""

        def pay(cents: int) -> str:
            """Pay."""
            self.paid += 1
            return f"{cents} paid"

        return Suite(
            name, "1", (), (), (), tools=Toolbox.of(FunctionTool.of(pay, policy=ToolPolicy()))
        )


@pytest.fixture
def homes(tmp_path: Path, redis_url: str, postgres_url: str) -> list[Settings]:
    """Two machines that share two servers."""
    shared = {
        "redis_url": SecretStr(redis_url),
        "postgres_url": SecretStr(emptied(postgres_url)),
    }
    return [Settings(home=tmp_path / name, **shared) for name in "ab"]


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.memory() as made:
        yield made


async def test_a_call_is_made_once_by_all_machines(homes: list[Settings], store: Store) -> None:
    """The key is in Redis, its journal in Postgres, and nothing in the homes."""
    bank, name, here = Bank(), uuid4().hex, Site("acme", f"ep-{uuid4().hex}", "1.1")
    for settings in homes:
        async with equipped(bank.suite(name), Bench(settings, store)) as ready:
            assert await ready.tools.call("pay", {"cents": 7}, site=here) == "7 paid"
    with closing(ToolState.open(homes[1])) as state:
        assert [entry.state for entry in state.journal.listed()] == ["done"]
        assert [told.tool for told in state.board.listed()] == [f"{name}/pay"] * 1
    assert bank.paid == 1
    assert not any(settings.home.exists() for settings in homes)


async def test_an_order_reaches_the_other_machine(homes: list[Settings], store: Store) -> None:
    """Its breaker is held open."""
    name = uuid4().hex
    suite = Bank().suite(name)
    async with equipped(suite, Bench(homes[0], store)) as ready:
        await ready.tools.call("pay", {"cents": 7})
        found = ToolState.found(homes[1])
        assert found is not None
        with closing(found):
            found.order(f"{name}/pay", BreakerMode.FORCED_OPEN)
    async with equipped(suite, Bench(homes[0], store)) as ready:
        with pytest.raises(BreakerOpen):
            await ready.tools.call("pay", {"cents": 8})


async def test_a_saga_is_led_on_by_another_machine(homes: list[Settings]) -> None:
    """From the one queue."""
    first, second = (ToolState.open(settings) for settings in homes)
    with closing(first), closing(second):
        first.worker([TRIP]).submit("trip", {"guest": "ann"}, saga_id="s-1")
        await second.worker([TRIP]).drain()
        assert first.sagas.get("s-1").state == "done"


@pytest.mark.parametrize("name", DEAD)
def test_a_server_that_is_not_there_is_a_store_error(tmp_path: Path, name: str) -> None:
    """At the first question, in words, without the password."""
    settings = Settings(home=tmp_path, **{name: DEAD[name]})
    with closing(ToolState.open(settings)) as state, pytest.raises(StoreError) as caught:
        state.known()
    assert "hunter2" not in f"{caught.value}{settings!r}"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port", "redis://[::1"])
def test_a_url_that_is_none_is_bad_input(tmp_path: Path, url: str) -> None:
    """Before anything is asked."""
    with pytest.raises(BadInput, match="redis_url"):
        ToolState.open(Settings(home=tmp_path, redis_url=SecretStr(url)))
