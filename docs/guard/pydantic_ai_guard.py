"""The guard around a Pydantic AI agent: its nodes are gone through one by one and shown to it.

Run with pydantic-ai and agent-workbench installed; the model here is a stand-in that never stops
calling its tool, so that the guard has something to do.
"""

import asyncio

from pydantic_ai import Agent, ModelRequest, ModelResponse, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import FunctionModel

from engine.contracts import Action, GuardVerdict
from engine.orchestration.guard import CONTINUE, Act, Guard, Observation


def stubborn(messages: list, info: object) -> ModelResponse:
    """Ask for the same thing again, whatever came before."""
    return ModelResponse(parts=[ToolCallPart("look_up", {"word": "kea"})])


agent = Agent(FunctionModel(stubborn))


@agent.tool_plain
def look_up(word: str) -> str:
    """Look a word up."""
    return f"nothing about {word}"


def observation(asked: ModelResponse, answered: ModelRequest) -> Observation:
    """A model answer with the results of its calls."""
    calls = {p.tool_call_id: p for p in asked.parts if isinstance(p, ToolCallPart)}
    acts = tuple(
        Act(part.tool_name, calls[part.tool_call_id].args_as_dict(), str(part.content))
        for part in answered.parts
        if isinstance(part, ToolReturnPart)
    )
    return Observation(agent="agent", acts=acts)


async def run(question: str, guard: Guard) -> tuple[GuardVerdict, int]:
    """Run the agent to its end or to the guard's; gives the last verdict and the steps taken."""
    steps, verdict, asked = 0, CONTINUE, None
    async with agent.iter(question) as nodes:
        async for node in nodes:
            if Agent.is_call_tools_node(node):
                asked = node.model_response
            elif Agent.is_model_request_node(node) and asked:
                verdict = guard.after(steps, observation(asked, node.request))
                steps += 1
            if verdict.action in {Action.CUT, Action.ESCALATE}:
                break
    return verdict, steps


if __name__ == "__main__":
    last, taken = asyncio.run(run("What is a kea?", Guard()))
    print(f"{last.action} after {taken} steps: {last.rule}")
