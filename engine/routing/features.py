"""What a router looks at: facts of the request alone, by name, in a fixed order.

Nothing else is looked at: no data set, file or label. `embedding` adds what a text means,
`history` how tiers did before, and the classifier how far a text lies from what it has seen.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.contracts import RouteAsk, canonical
from engine.routing.signals import SIGNALS, signals
from engine.routing.strictness import strictness

FEATURES_VERSION: Final = 1
"""Rises with every change of a feature's meaning: a classifier reads its own version alone."""
BYTES_PER_TOKEN: Final = 4
"""Of prose; what is expected to be paid for."""
BYTES_PER_TOKEN_AT_LEAST: Final = 2
"""Prose has 3 to 5, code 3, base64 and Chinese about 2: by this no context is overrun."""

OUTLINE: Final = (
    "token_count",
    "json_schema_strictness",
    "tool_strictness",
    "tool_count",
    "turns",
    "tool_results",
)
"""Names of `outline`, in its order."""
FEATURES: Final = (*OUTLINE[1:], *SIGNALS)
"""Names of what a classifier reads, in the order of `vector`: all but `token_count`, which decides
price and context. Instructions and tools of the same agent make it large whatever is asked."""


def outline(ask: RouteAsk) -> dict[str, float]:
    """What is known without reading the text: enough for an early exit.

    `token_count` is expected, of messages, tools and schema together; `tool_strictness` is that of
    the loosest tool, 0 without tools; `turns` are the user's.
    """
    request = ask.request
    roles = [message.role for message in request.messages]
    grades = [strictness(tool.parameters) for tool in request.tools]
    schema = request.response_schema
    return {
        "token_count": float(-(-size(ask) // BYTES_PER_TOKEN)),
        "json_schema_strictness": 0.0 if schema is None else strictness(schema),
        "tool_strictness": min(grades, default=0.0),
        "tool_count": float(len(request.tools)),
        "turns": float(roles.count("user")),
        "tool_results": float(roles.count("tool")),
    }


def features(ask: RouteAsk, known: Mapping[str, float] | None = None) -> dict[str, float]:
    """Every feature by name; `known` is the outline where that is made already."""
    values = dict(outline(ask) if known is None else known)
    values.update(zip(SIGNALS, signals(text_of(ask)), strict=True))
    return values


def vector(values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """The features in the order of `FEATURES`; KeyError where one is missing."""
    return np.array([values[name] for name in FEATURES])


def text_of(ask: RouteAsk) -> str:
    """What is to be answered: the user's last message; the last of any where no user speaks."""
    messages = ask.request.messages
    for message in reversed(messages):
        if message.role == "user":
            return message.content
    return messages[-1].content if messages else ""


def size(ask: RouteAsk) -> int:
    """Bytes of messages, tools and schema in the prompt."""
    request = ask.request
    total = sum(len(message.content.encode("utf-8", "replace")) for message in request.messages)
    for message in request.messages:
        total += sum(len(canonical(call.arguments)) for call in message.tool_calls)
    total += sum(len(canonical(tool.parameters)) + len(tool.description) for tool in request.tools)
    return total + (len(canonical(request.response_schema)) if request.response_schema else 0)
