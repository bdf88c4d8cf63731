"""What scripted episodes are about: thirty instructions with the calls that carry them out."""

from functools import cache
from pathlib import Path
from typing import Final

import yaml

from engine.contracts import JsonObject, Record
from engine.orchestration.guard import Act, Observation
from pipelines.bench.loop_guard.reword import plain

_FILE: Final = Path(__file__).parent / "material.yaml"


class Topic(Record):
    """An instruction, the call that carries it out and what it gives."""

    ask: str
    tool: str
    arguments: JsonObject
    result: str

    def called(self, *, result: str | None = None, failed: bool = False) -> Observation:
        """The step of an agent that makes the call itself."""
        given = self.result if result is None else result
        return Observation("agent", (Act(self.tool, self.arguments, given, failed),))

    def asked(self, said: str = "", *, result: str | None = None) -> Observation:
        """The step of a planner that has somebody else do it, in these words."""
        said = said or plain(self.ask)
        given = self.result if result is None else result
        return Observation("planner", (Act("ask_worker", {"question": said}, given),), asks=(said,))


@cache
def topics() -> tuple[Topic, ...]:
    """All of them, in the order of the file."""
    rows = yaml.safe_load(_FILE.read_text("utf-8"))
    return tuple(Topic.parse(row) for row in rows)
