"""What an episode has done, by place, so that it can be led back to where it was.

An episode that may have to wait for a person keeps a log of every model answer, tool result, guard
verdict and reading of the clock, each under the place it has in the loop. To go on, a new loop is
run from the beginning with that log: what it holds is not done again, so the loop comes to the
same point in the same state, and goes on live from there. This is how durable execution engines
do it; it asks of the loop that it be deterministic between the entries.

With `keep` each entry is made durable before it is used. A call is then preceded by an intent:
one that has an intent and no result may have had its effect, and is never made again unasked.
"""

from collections.abc import Callable, Iterator, Mapping

from engine.contracts import Decision, ErrorSpec, GuardVerdict, Json, Wait

Keep = Callable[[str, Json], None]


class Parked(Exception):
    """The episode cannot go on without a person."""

    def __init__(self, wait: Wait) -> None:
        super().__init__(wait.message)
        self.wait = wait


class Stopped(Exception):
    """A person has ended the episode."""


class Log:
    """Entries by place; `keep` makes each new one durable."""

    __slots__ = ("_keep", "entries")

    def __init__(self, entries: Mapping[str, Json] | None = None, keep: Keep | None = None) -> None:
        self.entries: dict[str, Json] = dict(entries or {})
        self._keep = keep

    @property
    def durable(self) -> bool:
        """Whether what was cut short can be led back to where it was."""
        return self._keep is not None

    @property
    def steps(self) -> int:
        """One more than the highest index of a step that is known."""
        known = (value[0] for key, value in self.entries.items() if "#" in key)  # type: ignore[index]
        return 1 + max((index for index in known if isinstance(index, int)), default=-1)

    @property
    def elapsed_s(self) -> float:
        """The episode's own time at its latest reading."""
        times = (value[0] for key, value in self.entries.items() if ":at" in key)  # type: ignore[index]
        return max((float(time) for time in times if isinstance(time, int | float)), default=0.0)

    def put(self, key: str, value: Json) -> None:
        """Keep an entry."""
        if self._keep:
            self._keep(key, value)
        self.entries[key] = value

    def once(self, key: str, value: Callable[[], Json]) -> Json:
        """The entry; where there is none, the value, kept."""
        if key not in self.entries:
            self.put(key, value())
        return self.entries[key]

    def numbered(self, key: str, index: int, span: str) -> tuple[int, str]:
        """The index and span id of the step of that key, as they were where it is known."""
        known = self.once(key, lambda: [index, span])
        return (int(known[0]), str(known[1])) if isinstance(known, list) else (index, span)  # type: ignore[arg-type]

    def verdict(self, key: str, verdict: GuardVerdict) -> GuardVerdict:
        """What the guard said there, as it was where it is known."""
        known = self.once(key, lambda: verdict.model_dump(mode="json", exclude_defaults=True))
        return GuardVerdict.parse(known) if isinstance(known, dict) else verdict

    def decision(self, key: str) -> Decision | None:
        """What a person has decided there."""
        found = self.entries.get(key)
        return Decision.parse(found) if isinstance(found, dict) else None

    def decisions(self, key: str) -> Iterator[tuple[str, Decision]]:
        """What people have decided about the call there, each with its place."""
        for begun in range(self.intents(key) + 1):
            place = f"{key}:decision{begun}"
            if decision := self.decision(place):
                yield place, decision

    def intents(self, key: str) -> int:
        """How often the call there has been begun, as far as is known."""
        begun = self.entries.get(f"{key}:intents", 0)
        return begun if isinstance(begun, int) else 0

    def intend(self, key: str) -> None:
        """Note that the call there is about to be made."""
        if self._keep:
            self.put(f"{key}:intents", self.intents(key) + 1)


def outcome_json(outcome: Json | ErrorSpec) -> Json:
    """A tool's outcome as an entry."""
    if isinstance(outcome, ErrorSpec):
        return {"error": outcome.model_dump(mode="json")}
    return {"answer": outcome}


def outcome_of(entry: Json) -> Json | ErrorSpec:
    """What `outcome_json` made an entry of."""
    if isinstance(entry, dict) and "error" in entry:
        return ErrorSpec.model_validate(entry["error"])
    return entry["answer"] if isinstance(entry, dict) else None
