"""How a suite is written down: `suite.yaml` and a line of `tasks.jsonl`."""

from pydantic import Field

from engine.contracts import Json, JsonObject, MessageSpec, Record, TeamSpec


class ConstantEntry(Record):
    """What the constant baseline does on each task of a family."""

    answer: str
    agent: str = Field(default="", description="Who answers; empty: the team's entry agent.")
    tools: tuple[str, ...] = Field(default=(), description="Tools called first, no arguments.")


class FamilyEntry(Record):
    """A family of tasks; a scorer is a kind, or an object with a kind and options."""

    name: str = Field(min_length=1)
    team: str
    scorers: tuple[Json, ...] = Field(min_length=1)
    description: str = ""
    constant: ConstantEntry = ConstantEntry(answer="")


class SuiteEntry(Record):
    """The file `suite.yaml`."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    version: str
    description: str = ""
    families: tuple[FamilyEntry, ...] = Field(min_length=1)
    teams: tuple[TeamSpec, ...] = Field(min_length=1)


class TaskEntry(Record):
    """A line of `tasks.jsonl`; scorers of its own replace its family's."""

    id: str = Field(min_length=1)
    family: str
    input: str | tuple[MessageSpec, ...]
    target: Json
    choices: tuple[str, ...] = ()
    scorers: tuple[Json, ...] = ()
    metadata: JsonObject = Field(default_factory=dict)
