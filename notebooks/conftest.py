"""Under test the notebooks have a store of their own, empty at first: no user's store is touched."""

import os
from tempfile import TemporaryDirectory

HOME = TemporaryDirectory(prefix="workbench-")


def pytest_configure() -> None:
    os.environ["WORKBENCH_HOME"] = HOME.name


def pytest_unconfigure() -> None:
    HOME.cleanup()
