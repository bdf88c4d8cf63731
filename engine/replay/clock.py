"""A clock that shows the times of a recording."""

import asyncio

from engine.replay.recording import Recording


class FollowingClock:
    """Stands where the recording stood after the latest step that was replayed.

    The loop reads the time between the end of one step and the begin of the next: `late` shows
    the latter, otherwise the former. What was read then lies between the two.
    """

    def __init__(self, recording: Recording, *, late: bool = True) -> None:
        steps = recording.steps
        started = recording.episode.started_at
        self._time = started if late or not steps else steps[0].started_at
        ends = [step.ended_at for step in steps]
        begins = [step.started_at for step in steps[1:]] + [recording.episode.ended_at]
        after = begins if late else ends
        self._after = {step.index: time for step, time in zip(steps, after, strict=True)}

    def follow(self, index: int) -> None:
        """The step of that index has been replayed."""
        self._time = max(self._time, self._after.get(index, self._time))

    def resume(self, at: float) -> None:
        """Go on at that time: the episode has waited for a person until then."""
        self._time = max(self._time, at)

    def now(self) -> float:
        """The time then, in seconds since the Unix epoch."""
        return self._time

    def monotonic(self) -> float:
        """The same."""
        return self._time

    async def sleep(self, seconds: float) -> None:
        """Let other tasks run once; nothing is waited for a second time."""
        del seconds
        await asyncio.sleep(0)
