"""Records a step, says that it is durable, and is killed in the midst of the episode."""

import os
import signal
import sys

import workbench as wb

with wb.record_episode("task", home=sys.argv[1]) as episode:
    episode.step({"role": "user", "content": "hello"})
    episode.step("half an answer")
    episode.flush()
    sys.stdout.write(f"{episode.episode_id}\n")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)
