"""Agents and teams as data."""

from typing import Self

from pydantic import Field, model_validator

from engine.contracts.base import JsonObject, Record, canonical, digest
from engine.contracts.guard import GuardPolicy, LadderSpec


class Limits(Record):
    """Where an episode ends at the latest; each bound ends it with the reason of its name."""

    max_steps: int = Field(default=12, ge=1, description="Model calls in one episode.")
    deadline_s: float = Field(default=300.0, gt=0, description="Seconds of one episode.")
    max_tokens: int = Field(default=100_000, ge=1, description="Input and output tokens together.")
    max_cost_usd: float = Field(default=1.0, ge=0, description="US dollars of all model calls.")
    tool_timeout_s: float = Field(default=60.0, gt=0, description="Seconds of one tool call.")


class AgentSpec(Record):
    """One agent: what it is told, what it may use, to whom it may hand over."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Its own within the team; 1 to 64 letters."
    )
    instructions: str = Field(description="What it is told at first, as the system's message.")
    model: str | None = Field(default=None, description="A model by name; null takes the run's.")
    tools: tuple[str, ...] = Field(default=(), description="Names of tools it may call.")
    handoffs: tuple[str, ...] = Field(default=(), description="Agents that may take over from it.")
    workers: tuple[str, ...] = Field(
        default=(), description="Agents it may ask as a tool and whose answers it gets back."
    )
    description: str = Field(default="", description="What others are told about it.")
    response_schema: JsonObject | None = Field(
        default=None, description="JSON Schema of its final answer."
    )
    temperature: float = Field(
        default=0.0, ge=0, le=2, description="Randomness of its answers; 0: the likeliest words."
    )
    max_output_tokens: int = Field(
        default=512, ge=1, description="Tokens at which each of its answers is cut off."
    )
    approvals: tuple[str, ...] = Field(
        default=(), description="Tools of its own whose calls wait for a person's word."
    )
    ladder: LadderSpec = Field(
        default=LadderSpec(), description="How it is made to do with less near a limit."
    )

    @model_validator(mode="after")
    def _approvals_are_tools(self) -> Self:
        if unknown := set(self.approvals) - set(self.tools):  # else they would be called unasked
            raise ValueError(f"approvals name no tool of {self.name}: {', '.join(sorted(unknown))}")
        return self


class TeamSpec(Record):
    """Agents that work on one episode together, the entry agent first."""

    name: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$", description="What the suite calls it; 1 to 64 letters."
    )
    entry: str = Field(description="The agent that begins.")
    agents: tuple[AgentSpec, ...] = Field(min_length=1, description="Each with a name of its own.")
    limits: Limits = Field(default=Limits(), description="Where an episode of theirs ends.")
    guard: GuardPolicy = Field(default=GuardPolicy(), description="When it is told to turn round.")

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        names = [agent.name for agent in self.agents]
        if len(set(names)) != len(names):
            raise ValueError("two agents have the same name")
        asked = {self.entry}.union(*(set(a.handoffs) | set(a.workers) for a in self.agents))
        if unknown := asked - set(names):
            raise ValueError(f"no agent named {', '.join(sorted(unknown))}")
        return self

    @property
    def may_wait(self) -> bool:
        """Whether an episode of it may come to wait for a person."""
        return bool(self.guard.escalate) or any(agent.approvals for agent in self.agents)

    def agent(self, name: str) -> AgentSpec:
        """The agent of that name; KeyError where there is none."""
        return next(agent for agent in self.agents if agent.name == name)

    @property
    def hash(self) -> str:
        """Digest of everything the team is told and allowed."""
        return digest(canonical(self.model_dump(mode="json")))
