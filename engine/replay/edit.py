"""What is changed of an episode where it is forked."""

from dataclasses import replace
from typing import Self

from pydantic import Field

from engine.contracts import AgentSpec, Exchange, Json, Record, StepKind
from engine.errors import BadInput, NotFound
from engine.replay.recording import Recording
from engine.replay.setup import Setup


class Edit(Record):
    """A step of an episode, and what is to be other from there on.

    Without any change the model is asked again at that step.
    """

    at: int = Field(ge=0, description="Index of the step.")
    agent: str = Field(description="The agent whose step it is.")
    kind: StepKind = Field(description="The step's kind.")
    message: str | None = Field(default=None, description="Said at that step; null: as it was.")
    result: str | None = Field(
        default=None, description="What a tool call of that step gave; null: as it was."
    )
    position: int = Field(default=1, ge=1, description="Of `result`: which of its calls.")
    instructions: str | None = Field(
        default=None, description="What the agent is told; null: as its suite says."
    )
    model: str | None = Field(default=None, description="Who is asked; null: the run's.")
    tools: tuple[str, ...] | None = Field(
        default=None, description="What the agent may call; null: as its suite says."
    )

    @classmethod
    def of(cls, recording: Recording, at: int, **changes: object) -> Self:
        """The edit of a recording; raises `NotFound` or `BadInput` where it has no such thing."""
        step = recording.by_index.get(at)
        if step is None:
            last = recording.steps[-1].index if recording.steps else 0
            raise NotFound(f"no step {at}", hint=f"steps: 0 to {last}")
        edit = cls.parse({"at": at, "agent": step.agent, "kind": step.kind, **changes}, "edit")
        edit._check(recording)
        return edit

    @property
    def keeps_step(self) -> bool:
        """Whether what was recorded at the step itself is kept, but for the edit."""
        return self.message is not None or self.result is not None

    def past(self, recording: Recording) -> Recording:
        """What of a recording comes before the fork, as edited."""
        end = self.at + 1 if self.keeps_step else self.at
        step = recording.by_index[self.at]
        then = step.ended_at if self.keeps_step else step.started_at
        return Recording(
            recording.episode.model_copy(update={"ended_at": then}),
            tuple(step for step in recording.steps if step.index < end),
            tuple(self._edited(e) for e in recording.exchanges if e.step_index < end),
        )

    def setup(self, setup: Setup) -> Setup:
        """Today's side, as edited; raises `BadInput` where a tool or the agent is not there."""
        agents = tuple(self._agent(agent, setup) for agent in setup.team.agents)
        inputs = setup.inputs
        if self.kind == "input" and self.message is not None:
            inputs = (*inputs[:-1], inputs[-1].model_copy(update={"content": self.message}))
        team = setup.team.model_copy(update={"agents": agents})
        return replace(setup, team=team, inputs=inputs)

    def _agent(self, agent: AgentSpec, setup: Setup) -> AgentSpec:
        if agent.name != self.agent:
            return agent
        changes: dict[str, object] = {"instructions": self.instructions, "model": self.model}
        if self.tools is not None:
            _known(self.tools, setup)
            changes["tools"] = self.tools
        given = {name: value for name, value in changes.items() if value is not None}
        return agent.model_copy(update=given)

    def _edited(self, exchange: Exchange) -> Exchange:
        if exchange.step_index != self.at:
            return exchange
        if exchange.kind == "model" and self.message is not None:
            return exchange.model_copy(update={"response": self._saying(exchange.response)})
        if exchange.position == self.position and self.result is not None:
            return exchange.model_copy(update={"response": self.result, "error": None})
        return exchange

    def _saying(self, response: Json) -> Json:
        """The answer with another text and the calls it made."""
        if not isinstance(response, dict) or not isinstance(response["message"], dict):
            return response
        return {**response, "message": {**response["message"], "content": self.message}}

    def _check(self, recording: Recording) -> None:
        """Refuse an edit of what the step does not have."""
        if self.message is not None and self.kind not in {"input", "model"}:
            said = f"step {self.at} is a {self.kind} step, not an input or a model's answer"
            raise BadInput(said, hint="only what was said there can be edited")
        place = (self.at, self.position)
        if self.result is not None and place not in recording.by_place:
            raise BadInput(f"step {self.at} has no tool call {self.position}")


def _known(names: tuple[str, ...], setup: Setup) -> None:
    if missing := [name for name in names if name not in setup.tools]:
        known: str = ", ".join(setup.tools) or "none"
        raise NotFound(f"no tool named {', '.join(missing)}", hint=f"tools: {known}")
