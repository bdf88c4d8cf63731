"""What it costs to have the events of an Inspect log as a frame, beside Inspect's own reader.

The log is drawn from a seed in the format that Inspect writes. Each side reads it in a process of
its own; what counts is CPU time of the reading, start-up and imports aside. Ours gives more columns
(times, models, tokens, tools, errors) than the default ones of `inspect_ai.analysis.events_df`.
"""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pipelines.bench.inspect_log import EVENTS_A_SAMPLE, write_log
from pipelines.bench.result import Options, Result

EVENTS: Final = 50_000
_LONGER: Final = 4
_SEED: Final = 0
_RIVAL: Final = Path(".rivals/inspect/bin/python")
_HERE: Final = Path(__file__).parent
_TIMEOUT_S: Final = 240


def measure(options: Options) -> list[Result]:
    """CPU seconds of both sides, their ratio, and the memory that reading takes."""
    samples = EVENTS // EVENTS_A_SAMPLE * (_LONGER if options.full else 1)
    with TemporaryDirectory() as folder:
        small, log, long = (Path(folder) / f"{name}.eval" for name in ("small", "log", "long"))
        write_log(small, 2, _SEED)
        events = write_log(log, samples, _SEED)
        write_log(long, samples * _LONGER, _SEED)
        size = f"{events:,} events, {log.stat().st_size / 1e6:.1f} MB packed, seed {_SEED}"
        own = _run([sys.executable, str(_HERE / "own_events.py"), str(small), str(log), "whole"])
        streamed = _run(
            [sys.executable, str(_HERE / "own_events.py"), str(small), str(long), "streamed"]
        )
        rival = _rival(small, log)
    return [*_cpu(own, rival, size), *_memory(own, streamed, rival)]


def _cpu(own: dict[str, Any], rival: dict[str, Any], size: str) -> list[Result]:
    ratio = rival["cpu_s"] / own["cpu_s"] if rival.get("cpu_s") else None
    note = rival["note"]
    if ratio and rival["events"] != own["events"]:
        ratio, note = None, "the two do not find the same events"
    return [
        Result("cpu_ratio_vs_inspect", ratio, "x", note),
        Result("events_cpu_s", own["cpu_s"], "CPU s", size),
        Result("events_cpu_s@inspect", rival.get("cpu_s"), "CPU s", note),
    ]


def _memory(own: dict[str, Any], streamed: dict[str, Any], rival: dict[str, Any]) -> list[Result]:
    long = f"{_LONGER} times as many events, frame by frame"
    return [
        Result("peak_mb", own["peak_mb"], "MB of growth", "the whole frame"),
        Result("peak_mb_streamed", streamed["peak_mb"], "MB of growth", long),
        Result("peak_mb@inspect", rival.get("peak_mb"), "MB of growth", rival["note"]),
    ]


def _rival(small: Path, log: Path) -> dict[str, Any]:
    if not _RIVAL.exists():
        return {"note": "Inspect is not installed: make rivals"}
    command = [str(_RIVAL), str(_HERE / "rivals" / "inspect_events.py"), str(small), str(log)]
    try:
        found = _run(command)
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or ["no reason given"]
        return {"note": f"Inspect failed: {said[-1]}"}
    return {**found, "note": f"inspect-ai {found['version']}, events_df, default columns"}


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told
