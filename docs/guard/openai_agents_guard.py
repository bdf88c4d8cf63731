"""The guard around an agent of the OpenAI Agents SDK: run hooks that end a run that loops.

Run with openai-agents and agent-workbench installed; the model here is a stand-in that never stops
calling its tool, so that the guard has something to do.
"""

import asyncio
import json
from typing import Any

from agents import Agent, ModelResponse, RunConfig, RunHooks, Runner, Usage, function_tool
from agents.models.interface import Model
from openai.types.responses import ResponseFunctionToolCall

from engine.contracts import Action, GuardVerdict
from engine.orchestration.guard import CONTINUE, Act, Guard, Observation


class Cut(Exception):
    """The guard has ended the run."""

    def __init__(self, verdict: GuardVerdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict


class GuardHooks(RunHooks):
    """Shows the guard every tool call; a cut is raised ahead of the next model call."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.seen = 0
        self.verdict = CONTINUE

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        """Judge the step that has just ended."""
        act = Act(tool.name, json.loads(context.tool_arguments or "{}"), str(result))
        self.verdict = self.guard.after(self.seen, Observation(agent=agent.name, acts=(act,)))
        self.seen += 1

    async def on_llm_start(self, *_args: Any) -> None:
        """Keep a run that loops from asking again: an error raised here comes out of the run."""
        if self.verdict.action in {Action.CUT, Action.ESCALATE}:
            raise Cut(self.verdict)


@function_tool
def look_up(word: str) -> str:
    """Look a word up."""
    return f"nothing about {word}"


class Stubborn(Model):
    """Asks for the same thing again, whatever came before."""

    def __init__(self) -> None:
        self.asked = 0

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """One more call of the same tool."""
        self.asked += 1
        call = ResponseFunctionToolCall(
            type="function_call",
            name="look_up",
            arguments='{"word": "kea"}',
            call_id=f"call-{self.asked}",
        )
        return ModelResponse(output=[call], usage=Usage(), response_id=None)

    def stream_response(self, *args: Any, **kwargs: Any) -> Any:
        """Not asked for here."""
        raise NotImplementedError


async def main() -> None:
    """Run the agent until the guard cuts it, and say why it did."""
    hooks = GuardHooks(Guard())
    agent = Agent(name="agent", tools=[look_up], model=Stubborn())
    config = RunConfig(tracing_disabled=True)
    try:
        await Runner.run(agent, "What is a kea?", hooks=hooks, max_turns=50, run_config=config)
    except Cut as cut:
        print(f"{cut.verdict.action} after {hooks.seen} steps: {cut.verdict.rule}")


if __name__ == "__main__":
    asyncio.run(main())
