"""The events of a log as a frame, by us: `own_events.py SMALL LOG whole|streamed`.

A process of its own, as the rival has: SMALL is read first, so that what is loaded at the first
call does not count. Prints CPU seconds (the median of five), events by kind and memory as JSON.
"""

import json
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from engine.interchange.inspect import event_frames, events_frame


def _whole(log: Path) -> Counter[str]:
    return Counter(dict(events_frame(log)["event"].value_counts().iter_rows()))


def _streamed(log: Path) -> Counter[str]:
    """Each frame is let go of before the next one is made."""
    found: Counter[str] = Counter()
    for frame in event_frames(log):
        found.update(dict(frame["event"].value_counts().iter_rows()))
    return found


def _peak_kb() -> int:
    """The most memory this program had (proc(5)); `ru_maxrss` would count that of its parent."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    small, log = map(Path, sys.argv[1:3])
    read = _whole if sys.argv[3] == "whole" else _streamed
    read(small)
    before = _peak_kb()
    events = read(log)
    grown = _peak_kb() - before
    rounds = []
    for _ in range(5):
        began = time.process_time()
        read(log)
        rounds.append(time.process_time() - began)
    told = {"cpu_s": statistics.median(rounds), "events": events, "peak_mb": grown / 1024}
    sys.stdout.write(json.dumps(told))
