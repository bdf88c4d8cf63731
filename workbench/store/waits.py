"""How waits come and go, wherever they are kept, and what keeps them in memory."""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence

from engine.contracts import (
    Decision,
    Escalation,
    EscalationState,
    Json,
    LogEntries,
    OpenEpisode,
    Wait,
)
from engine.errors import BadInput, NotFound


def new_wait(episode: OpenEpisode, wait: Wait, *, number: int, now: float) -> Escalation:
    """The episode's wait of that number, counted from 1."""
    name = f"esc-{episode.episode_id.removeprefix('ep-')}-{number}"
    return Escalation(**episode.model_dump(), escalation_id=name, wait=wait, parked_at=now)


def decided(wait: Escalation, decision: Decision) -> Escalation:
    """The wait with its decision; raises `BadInput` where it has one, or where it does not fit."""
    if wait.state != "waiting":
        by = wait.decision and (wait.decision.author or "someone")
        said = f"decided already: {wait.decision.action} by {by}" if wait.decision else wait.state
        raise BadInput(f"{wait.escalation_id} is {said}", hint="see workbench escalations")
    if decision.arguments is not None and wait.wait.call is None:
        hint = "say what the agent is to do with a note"
        raise BadInput(f"{wait.escalation_id} waits for no call whose arguments count", hint=hint)
    return wait.model_copy(update={"decision": decision, "state": "decided"})


def refuse_waiting(waits: Sequence[Escalation]) -> None:
    """Raise `BadInput` where one of these still waits."""
    for wait in waits:
        if wait.state == "waiting":
            hint = f"decide it first: workbench escalations show {wait.escalation_id}"
            raise BadInput(f"{wait.escalation_id} waits for a person", hint=hint)


class MemoryEscalations:
    """The port `Escalations` in this process alone, gone when it ends."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._open: dict[str, OpenEpisode] = {}
        self._logs: dict[str, LogEntries] = {}
        self._waits: dict[str, Escalation] = {}

    def begin(self, episode: OpenEpisode) -> None:
        """Open an episode."""
        with self._lock:
            self._open[episode.episode_id] = episode
            self._logs[episode.episode_id] = {}

    def keep(self, episode_id: str, key: str, value: Json) -> None:
        """Put an entry into the log of an open episode, in place of one of that key."""
        with self._lock:
            self._episode(episode_id)
            self._logs[episode_id][key] = value

    def park(self, episode_id: str, wait: Wait, now: float) -> Escalation:
        """Let an open episode wait; its wait before, if any, is done."""
        with self._lock:
            number = 1 + self._set_all(episode_id, "done")
            new = new_wait(self._episode(episode_id), wait, number=number, now=now)
            self._waits[new.escalation_id] = new
            return new

    def decide(self, escalation_id: str, decision: Decision) -> Escalation:
        """Put the decision into the episode's log; raises `BadInput` where it does not wait."""
        with self._lock:
            found = decided(self.get(escalation_id), decision)
            self._waits[escalation_id] = found
            self._logs[found.episode_id][found.wait.key] = decision.model_dump(mode="json")
            return found

    def take_up(self, episode_id: str) -> LogEntries:
        """The log of an open episode that goes on now; raises `BadInput` while it waits."""
        with self._lock:
            self._episode(episode_id)
            latest = [w for w in self._waits.values() if w.episode_id == episode_id][-1:]
            refuse_waiting(latest)
            for wait in latest:
                self._set(wait, "continuing")
            return dict(self._logs[episode_id])

    def finish(self, episode_id: str) -> None:
        """The episode has ended and is kept elsewhere: its log goes, its waits are done."""
        with self._lock:
            self._set_all(episode_id, "done")
            self._open.pop(episode_id, None)
            self._logs.pop(episode_id, None)

    def get(self, escalation_id: str) -> Escalation:
        """One wait; raises `NotFound`."""
        with self._lock:
            if escalation_id not in self._waits:
                raise NotFound(f"no escalation {escalation_id}")
            return self._waits[escalation_id]

    def listed(self, run_id: str | None = None) -> list[Escalation]:
        """Every wait, or a run's, in the order of their parking."""
        with self._lock:
            return [w for w in self._waits.values() if run_id in {None, w.run_id}]

    def open(self, run_id: str) -> list[OpenEpisode]:
        """A run's open episodes, those that wait among them, in the order of their beginning."""
        with self._lock:
            return [e for e in self._open.values() if e.run_id == run_id]

    def counts(self) -> Mapping[EscalationState, int]:
        """How many waits are in each state; differs after every change of one."""
        with self._lock:
            return Counter(wait.state for wait in self._waits.values())

    def close(self) -> None:
        """Nothing is held."""

    def _episode(self, episode_id: str) -> OpenEpisode:
        if episode_id not in self._open:
            raise NotFound(f"no open episode {episode_id}")
        return self._open[episode_id]

    def _set(self, wait: Escalation, state: EscalationState) -> None:
        self._waits[wait.escalation_id] = wait.model_copy(update={"state": state})

    def _set_all(self, episode_id: str, state: EscalationState) -> int:
        """Put all waits of an episode into a state; gives how many there are."""
        own = [wait for wait in self._waits.values() if wait.episode_id == episode_id]
        for wait in own:
            self._set(wait, state)
        return len(own)
