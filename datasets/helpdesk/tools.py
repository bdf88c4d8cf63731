"""What the helpdesk's agents may call: a calculator, the handbook's search, three decisions."""

import ast
import json
import math
import operator
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from pydantic import Field

from engine.errors import ToolError

HITS = 2
K1, B = 1.2, 0.75  # the customary constants of BM25
STOP_WORDS = re.compile(
    r"\b(?:a|an|and|are|be|can|do|does|for|how|i|in|is|it|many|much|of|on|the|to|which)\b"
)
OPERATORS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def calculate(expression: Annotated[str, Field(examples=["(12 + 3) * 4"])]) -> float:
    """Work out an expression of numbers, + - * / and brackets."""
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError) as error:
        raise ToolError(f"cannot work out {expression!r}: {error}") from None
    return round(value, 6)


def search(query: str) -> str:
    """Find passages of the shop's handbook."""
    words = set(_words(query))
    scores = [_bm25(words, bag) for bag in BAGS]
    best = sorted(range(len(scores)), key=lambda place: -scores[place])[:HITS]
    found = [PASSAGES[place][1] for place in best if scores[place] > 0]
    return " ".join(found) or "Nothing found."


def approve() -> str:
    """Take the goods back and pay what they cost."""
    return "The goods are taken back."


def refuse() -> str:
    """Say no to the request."""
    return "The request is refused."


def escalate() -> str:
    """Pass the request on to a superior."""
    return "A superior will decide."


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left), _value(right))
    raise ValueError("only numbers, + - * / and brackets")


def _passages(file: Path) -> list[tuple[str, str]]:
    """Title and sentence of each passage."""
    pages = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    sentences = [(page["title"], page["text"].removesuffix(".").split(". ")) for page in pages]
    return [(title, f"{text}.") for title, texts in sentences for text in texts]


def _words(text: str) -> list[str]:
    """Words that mean something, without case and plural."""
    words = re.findall(r"[a-z0-9]+", STOP_WORDS.sub(" ", text.lower()))
    return [word.rstrip("s") for word in words]


PASSAGES = _passages(Path(__file__).with_name("documents.jsonl"))
BAGS = [Counter(_words(f"{title} {text}")) for title, text in PASSAGES]
MEAN_LENGTH = sum(bag.total() for bag in BAGS) / len(BAGS)


def _bm25(words: set[str], bag: Counter[str]) -> float:
    """Okapi BM25 of a query's words on a passage."""
    score = 0.0
    for word in sorted(words & bag.keys()):
        holding = sum(word in other for other in BAGS)
        rarity = math.log(1 + (len(BAGS) - holding + 0.5) / (holding + 0.5))
        length = 1 - B + B * bag.total() / MEAN_LENGTH
        score += rarity * bag[word] * (K1 + 1) / (bag[word] + K1 * length)
    return score


TOOLS = [calculate, search, approve, refuse, escalate]
