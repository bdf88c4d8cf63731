"""The saga that the documentation shows."""

import os
import subprocess
import sys
from pathlib import Path

from tests.integration.durable.conftest import ROOT


def test_the_trip_is_undone(tmp_path: Path) -> None:
    """And found as it is by a second worker in the same folder."""
    command = [sys.executable, str(ROOT / "docs" / "durable" / "trip.py"), str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(2):
        done = subprocess.run(command, env=env, capture_output=True, timeout=60, check=True)
        assert b"no cars left" in done.stdout
        assert b"cancelled: room for ann" in done.stdout
