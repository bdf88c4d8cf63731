"""The calls of models and tools that an Inspect sample's events tell of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.contracts import (
    ErrorSpec,
    Json,
    JsonObject,
    MessageSpec,
    ModelResponse,
    Usage,
    assistant,
)
from engine.contracts.model import FinishReason
from engine.contracts.wire import Report
from engine.errors import BadInput
from engine.interchange.chat_messages import checked
from engine.interchange.inspect.wire import Message, ModelEvent, Offered, Sample, Tokens, ToolEvent
from engine.interchange.times import seconds_of
from engine.models.exchange import response_json

_FINISHES: Final[dict[str, FinishReason]] = {
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
}
_SETTINGS: Final = {
    "temperature": "temperature",
    "max_tokens": "max_output_tokens",
    "seed": "seed",
    "stop_seqs": "stop",
}
"""How Inspect calls what a request of ours says too."""


@dataclass(slots=True)
class Calls:
    """A sample's calls: of models by the id of the message they gave, of tools by their own."""

    models: dict[str, ModelEvent] = field(default_factory=dict)
    others: list[ModelEvent] = field(default_factory=list)
    """Calls of models whose answer bears no id, as those that failed."""
    tools: dict[str, ToolEvent] = field(default_factory=dict)
    wheres: dict[str, str] = field(default_factory=dict)

    def beside(self, conversation: Sequence[Message]) -> dict[str, Usage]:
        """What models used whose answers are not in the conversation, by model: as graders do."""
        said = {message.id for message in conversation}
        found: dict[str, Usage] = {}
        unheard = [event for name, event in self.models.items() if name not in said]
        for event in (*unheard, *self.others):
            found[event.model] = found.get(event.model, Usage()) + used(event)
        return found


def calls_of(sample: Sample, where: str, report: Report) -> Calls:
    """The calls; raises `BadInput` naming the event at fault."""
    calls = Calls()
    for number, event in enumerate(sample.events):
        place = f"{where}: event {number}"
        if event.get("event") == "model":
            _add_model(calls, checked(ModelEvent, event, place, report, "/events/*"))
        elif event.get("event") == "tool":
            tool = checked(ToolEvent, event, place, report, "/events/*")
            calls.tools[tool.id] = tool
    return calls


def _add_model(calls: Calls, event: ModelEvent) -> None:
    said = event.output.choices[0].message.id if event.output.choices else None
    if said is None or event.error:
        calls.others.append(event)
    else:
        calls.models[said] = event


def used(event: ModelEvent) -> Usage:
    """Tokens of a model call."""
    return (event.output.usage or Tokens()).usage()


def times_of(event: ModelEvent | ToolEvent, where: str) -> tuple[float, float]:
    """When a call began and ended."""
    began = seconds_of(event.timestamp, where)
    return began, max(began, seconds_of(event.completed, where) if event.completed else began)


def request_of(event: ModelEvent, sample: Sample, where: str) -> JsonObject:
    """What the model was asked, in the form of our own requests."""
    messages: list[Json] = [_plain(message.spec()) for message in _input(event, sample, where)]
    request: JsonObject = {"messages": messages}
    if event.tools:
        request["tools"] = [_tool(tool) for tool in event.tools]
    for theirs, ours in _SETTINGS.items():
        if event.config.get(theirs) is not None:
            request[ours] = event.config[theirs]
    return request


def _input(event: ModelEvent, sample: Sample, where: str) -> Iterator[Message]:
    if event.input_refs is None:
        yield from event.input
        return
    pool = sample.events_data.messages if sample.events_data else ()
    for first, end in event.input_refs:
        if not 0 <= first <= end <= len(pool):
            raise BadInput("input_refs lead to no message of events_data", where=where)
        yield from pool[first:end]


def response_of(event: ModelEvent) -> JsonObject:
    """What the model answered, in the form of our own responses."""
    choice = event.output.choices[0]
    cost = event.output.usage.total_cost if event.output.usage else None
    said = choice.message.spec()
    return response_json(
        ModelResponse(
            message=assistant(said.content, *said.tool_calls),
            finish_reason=_FINISHES.get(choice.stop_reason, "stop"),
            usage=used(event),
            model=event.output.model or event.model,
            cost_usd=cost,
            price_source="unknown" if cost is None else "inspect",
        )
    )


def failure_of(event: ToolEvent) -> ErrorSpec | None:
    """What a tool failed with, if it did."""
    return ErrorSpec(code="tool_error", message=event.error.message) if event.error else None


def _tool(tool: Offered) -> JsonObject:
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


def _plain(message: MessageSpec) -> JsonObject:
    data: JsonObject = message.model_dump(mode="json", exclude_defaults=True)
    return data
