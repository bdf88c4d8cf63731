"""Models by name."""

import pytest
from pydantic import SecretStr

from engine.errors import BadInput, NotFound
from engine.models.catalog import Catalog, Endpoint
from engine.models.embedded import SharedServer

LOCALHOST = Endpoint(base_url="http://127.0.0.1:9/v1", api_key=SecretStr("sk-12345"))


class FakeServer:
    """Stands for a running server."""

    url = "http://127.0.0.1:9/v1"
    model = "tiny"
    running = True
    started = 0

    def __init__(self):
        type(self).started += 1

    def close(self):
        self.running = False


@pytest.fixture
def starts():
    """A factory of servers that counts them."""
    return type("Counted", (FakeServer,), {})


@pytest.mark.parametrize(
    "name",
    ["tiny", "nowhere/model", "home", "home/", "http://127.0.0.1:9/v1", "https://h/v1#", ""],
)
async def test_an_unknown_name_lists_what_there_is(name):
    """The error names the models and the forms of names."""
    async with Catalog({"home": LOCALHOST}) as catalog:
        with pytest.raises(NotFound, match=r"small, large, home/MODEL, http://HOST"):
            catalog.get(name)


@pytest.mark.parametrize("name", ["home/org/model-7b", "http://127.0.0.1:9/v1#m"])
async def test_a_model_goes_by_the_name_it_was_asked_for(name):
    """What a run calls it is what the user typed; a model's name may hold slashes."""
    async with Catalog({"home": LOCALHOST}) as catalog:
        assert catalog.get(name).name == name


async def test_a_model_is_made_once(starts):
    """Asking again gives the same object."""
    async with Catalog(embedded=SharedServer(starts)) as catalog:
        assert catalog.get("small") is catalog.get("small")


async def test_both_tiers_share_one_server(starts):
    """Small and large are the same weights in the same process."""
    shared = SharedServer(starts)
    async with Catalog(embedded=shared) as catalog:
        assert {catalog.get(name).name for name in ("small", "large")} == {"small", "large"}
        server = shared.acquire()
        shared.release()
    assert (starts.started, server.running) == (1, False)


async def test_no_server_starts_unasked(starts):
    """A run on remote models starts no local one."""
    async with Catalog({"home": LOCALHOST}, embedded=SharedServer(starts)) as catalog:
        catalog.get("home/m")
    assert starts.started == 0


async def test_catalogs_of_one_process_share_the_server(starts):
    """It stops with the last catalog that uses it."""
    shared = SharedServer(starts)
    async with Catalog(embedded=shared) as outer:
        outer.get("small")
        async with Catalog(embedded=shared) as inner:
            inner.get("small")
        server = shared.acquire()
        assert server.running
        shared.release()
    assert (starts.started, server.running) == (1, False)


def test_a_crashed_server_is_started_anew(starts):
    """The next user does not get a dead one."""
    shared = SharedServer(starts)
    shared.acquire().running = False
    assert shared.acquire().running
    assert starts.started == 2


async def test_the_key_shows_nowhere():
    """Neither the endpoint nor the model prints it."""
    async with Catalog({"home": LOCALHOST}) as catalog:
        assert "12345" not in f"{LOCALHOST!r} {catalog.get('home/m')!r}"


async def test_a_password_in_an_address_is_refused_and_not_repeated():
    """It would end up in the records of the run."""
    async with Catalog() as catalog:
        with pytest.raises(BadInput, match="holds a password") as raised:
            catalog.get("http://me:hunter2@127.0.0.1:9/v1#m")
    assert "hunter2" not in str(raised.value)


async def test_a_key_that_no_header_can_hold_is_refused():
    """A line break pasted with the key is found before the first call."""
    endpoint = Endpoint(base_url="http://127.0.0.1:9/v1", api_key=SecretStr("sk-1\n"))
    async with Catalog({"home": endpoint}) as catalog:
        with pytest.raises(BadInput, match="API key") as raised:
            catalog.get("home/m")
    assert "sk-1" not in str(raised.value)


async def test_a_script_is_a_model(tmp_path):
    """`scripted:FILE` plays the file."""
    path = tmp_path / "script.jsonl"
    path.write_text('"hello"')
    async with Catalog() as catalog:
        assert catalog.get(f"scripted:{path}").name == f"scripted:{path}"
