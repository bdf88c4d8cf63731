"""The agent loop in LangGraph: a scripted model and its tools, without a checkpointer.

Runs in an environment of its own (`make rivals`) and prints CPU microseconds per step as JSON.
"""

import asyncio
import json
import sys
import time
from importlib.metadata import version
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.prebuilt import ToolNode, tools_condition


class State(TypedDict):
    """The conversation."""

    messages: Annotated[list[AnyMessage], add_messages]


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def agent(steps: int) -> Any:
    """A compiled graph whose model asks for one tool call a step, then answers."""

    def model(state: State) -> dict[str, list[AnyMessage]]:
        done = len(state["messages"]) // 2
        if done >= steps:
            return {"messages": [AIMessage("done")]}
        call = {"name": "add", "args": {"a": done, "b": 1}, "id": f"call-{done}"}
        return {"messages": [AIMessage("", tool_calls=[call])]}

    graph = StateGraph(State)
    graph.add_node("agent", model)
    graph.add_node("tools", ToolNode([add]))
    graph.add_edge(START, "agent")
    graph.add_conditional_edges("agent", tools_condition)
    graph.add_edge("tools", "agent")
    return graph.compile()


async def measure(steps: int, episodes: int) -> float:
    """CPU microseconds per step, after one episode to warm up."""
    graph = agent(steps)
    start: dict[str, Any] = {"messages": [HumanMessage("go")]}
    config: Any = {"recursion_limit": 10 * steps}
    await graph.ainvoke(start, config)
    began = time.process_time()
    for _ in range(episodes):
        await graph.ainvoke(start, config)
    return (time.process_time() - began) / (episodes * (steps + 1)) * 1e6


if __name__ == "__main__":
    us = asyncio.run(measure(int(sys.argv[1]), int(sys.argv[2])))
    print(json.dumps({"step_us": us, "version": version("langgraph")}))
