"""What a program tells of its own episode, as records."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_jsonable_python

from engine.contracts import ErrorSpec, Json, MessageSpec, ModelResponse, Usage, assistant
from engine.models.prices import UNKNOWN, Price, Prices
from engine.models.wire_request import read_message


def model_call(
    said: Sequence[MessageSpec], model: str, usage: Usage, cost_usd: float | None, prices: Prices
) -> ModelResponse | None:
    """The model call that a step told by hand begins with; null where no agent speaks."""
    if not said or said[0].role != "assistant":
        return None
    used = usage.model_copy(update={"calls": usage.calls or int(bool(model))})
    price = Price(cost_usd=cost_usd, source="card")
    if cost_usd is None:
        price = _price(model, used, prices)
    return ModelResponse(
        message=said[0],
        finish_reason="tool_calls" if said[0].tool_calls else "stop",
        usage=used,
        model=model,
        cost_usd=price.cost_usd,
        price_source=price.source,
    )


def error_spec(error: BaseException | str) -> ErrorSpec:
    """A tool's error, given as an exception or in words."""
    if isinstance(error, str):
        return ErrorSpec(code="ToolError", message=error)
    return ErrorSpec.of(error)


def message_of(given: MessageSpec | Mapping[str, Any] | str) -> MessageSpec:
    """A message given as a record, in the protocol's form, or as what the agent says."""
    if isinstance(given, str):
        return assistant(given)
    if isinstance(given, MessageSpec):
        return given
    return read_message(json_of(dict(given)))


def json_of(value: Any) -> Any:
    """As JSON; what has no such form as its text."""
    found: Json = to_jsonable_python(value, fallback=str, inf_nan_mode="null")
    return found


def _price(model: str, usage: Usage, prices: Prices) -> Price:
    if not model:
        return Price(cost_usd=0.0, source="zero")
    return prices.price(model, None, usage) if usage.total_tokens else UNKNOWN
