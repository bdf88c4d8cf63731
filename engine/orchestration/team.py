"""How agents reach each other: handing over, and asking a worker, both as tools of the model."""

from pydantic import Field

from engine.contracts import AgentSpec, Record, TeamSpec, ToolSpec

HANDOFF = "transfer_to_"
ASK = "ask_"


class Nothing(Record):
    """What a handoff is called with."""


class Question(Record):
    """What a worker is asked."""

    question: str = Field(description="What the supervisor wants to know.")


def handoff_tool(target: AgentSpec) -> ToolSpec:
    """The tool by which an agent hands the conversation over to `target`."""
    return ToolSpec(
        name=HANDOFF + target.name,
        description=f"Hand the conversation over to {target.name}. {target.description}".strip(),
        parameters={"type": "object", "properties": {}, "additionalProperties": False},
    )


def ask_tool(worker: AgentSpec) -> ToolSpec:
    """The tool by which a supervisor asks `worker` and gets its answer back."""
    return ToolSpec(
        name=ASK + worker.name,
        description=f"Ask {worker.name} and get its answer. {worker.description}".strip(),
        parameters={
            "type": "object",
            "properties": {"question": {"type": "string"}},
            "required": ["question"],
            "additionalProperties": False,
        },
    )


def team_tools(team: TeamSpec, agent: AgentSpec) -> tuple[ToolSpec, ...]:
    """The tools by which `agent` reaches the others of its team."""
    return (
        *(handoff_tool(team.agent(name)) for name in agent.handoffs),
        *(ask_tool(team.agent(name)) for name in agent.workers),
    )
