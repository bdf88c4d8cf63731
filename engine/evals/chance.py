"""Random JSON values that fit a schema, made of what a text holds."""

import random
import re

from engine.contracts import Json, JsonObject

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS_AT_MOST = 4


def draw(schema: JsonObject, text: str, rng: random.Random) -> Json:
    """A value under the schema: enum and const as they say, strings and numbers out of the text.

    Arrays have one item; of several types or alternatives one is drawn. A schema that says
    nothing gives words.
    """
    if "const" in schema:
        return schema["const"]
    for key in ("enum", "anyOf", "oneOf"):
        options = schema.get(key)
        if isinstance(options, list):
            drawn = rng.choice(options)
            return drawn if key == "enum" else draw(_object(drawn), text, rng)
    named = schema.get("type", "string")
    kind = rng.choice(named) if isinstance(named, list) else named
    return _of_type(kind, schema, text, rng)


def draw_text(text: str, rng: random.Random) -> str:
    """A number of the text, or where it has none a few of its words in a row."""
    numbers = _NUMBER.findall(text)
    return rng.choice(numbers) if numbers else _words(text, rng)


def _of_type(kind: Json, schema: JsonObject, text: str, rng: random.Random) -> Json:
    match kind:
        case "object":
            properties = _object(schema.get("properties"))
            return {name: draw(_object(part), text, rng) for name, part in properties.items()}
        case "array":
            return [draw(_object(schema.get("items")), text, rng)]
        case "integer" | "number":
            number = _number(text, rng)
            return round(number) if kind == "integer" else number
        case "boolean":
            return rng.random() < 0.5  # noqa: PLR2004 - a fair coin
        case "null":
            return None
        case _:
            return _words(text, rng)


def _number(text: str, rng: random.Random) -> float:
    return float(rng.choice(_NUMBER.findall(text) or ["0"]))


def _words(text: str, rng: random.Random) -> str:
    words = text.split()
    start = rng.randrange(len(words)) if words else 0
    return " ".join(words[start : start + rng.randint(1, _WORDS_AT_MOST)])


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
