"""The guard around a LangGraph agent: a node after the tools that warns the model or ends the run.

Run with LangGraph and agent-workbench installed; the model here is a stand-in that never stops
calling its tool, so that the guard has something to do.
"""

from collections.abc import Callable

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

from engine.contracts import Action, GuardVerdict
from engine.orchestration.guard import Act, Guard, Observation


@tool
def look_up(word: str) -> str:
    """Look a word up."""
    return f"nothing about {word}"


def model(state: MessagesState) -> MessagesState:
    """Ask for the same thing again, whatever came before."""
    call = {"name": "look_up", "args": {"word": "kea"}, "id": f"call-{len(state['messages'])}"}
    return {"messages": [AIMessage("", tool_calls=[call])]}


def observation(messages: list) -> Observation:
    """The latest model answer with the results of its calls."""
    at = max(i for i, message in enumerate(messages) if isinstance(message, AIMessage))
    results = {m.tool_call_id: m for m in messages[at:] if isinstance(m, ToolMessage)}
    acts = tuple(
        Act(call["name"], call["args"], str(done.content), done.status == "error")
        for call in messages[at].tool_calls
        if (done := results.get(call["id"]))
    )
    return Observation(agent="agent", acts=acts, text=str(messages[at].content))


def guarded(guard: Guard) -> tuple[Callable, Callable, list[GuardVerdict]]:
    """A node that shows the guard each step, and where to go after it."""
    verdicts: list[GuardVerdict] = []

    def watch(state: MessagesState) -> MessagesState:
        verdict = guard.after(len(verdicts), observation(state["messages"]))
        verdicts.append(verdict)
        said = verdict.action in {Action.WARN, Action.DEGRADE}
        return {"messages": [HumanMessage(verdict.message)] if said else []}

    def onward(_state: MessagesState) -> str:
        return END if verdicts[-1].action in {Action.CUT, Action.ESCALATE} else "model"

    return watch, onward, verdicts


def main() -> None:
    """Run the graph until the guard cuts it, and say why it did."""
    watch, onward, verdicts = guarded(Guard())
    graph = StateGraph(MessagesState)
    graph.add_node("model", model)
    graph.add_node("tools", ToolNode([look_up]))
    graph.add_node("guard", watch)
    graph.add_edge(START, "model")
    graph.add_edge("model", "tools")
    graph.add_edge("tools", "guard")
    graph.add_conditional_edges("guard", onward)
    graph.compile().invoke({"messages": [HumanMessage("What is a kea?")]})
    print(f"{verdicts[-1].action} after {len(verdicts)} steps: {verdicts[-1].rule}")


if __name__ == "__main__":
    main()
