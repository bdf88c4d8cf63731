"""The events of a log as a frame, by Inspect itself: `inspect_events.py SMALL LOG`.

Runs in an environment of its own (`make rivals`). SMALL is read first, so that what is loaded at
the first call does not count. Prints CPU seconds, events by kind and memory as JSON.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

from inspect_ai.analysis import events_df


def peak_kb() -> int:
    """The most memory this program had (proc(5)); `ru_maxrss` would count that of its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    small, log = sys.argv[1:]
    events_df(small, quiet=True)
    before = peak_kb()
    began = time.process_time()
    frame = events_df(log, quiet=True)
    cpu_s = time.process_time() - began
    grown = peak_kb() - before
    told = {
        "cpu_s": cpu_s,
        "events": frame["event"].value_counts().to_dict(),
        "peak_mb": grown / 1024,
        "version": version("inspect-ai"),
    }
    print(json.dumps(told))
