"""What the helpdesk's agents may call: a calculator, the handbook's search, a superior."""

import ast
import json
import math
import operator
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from engine.errors import ToolError

DOCUMENTS = [
    json.loads(line)
    for line in Path(__file__).with_name("documents.jsonl").read_text("utf-8").splitlines()
]
OPERATORS: dict[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}
HITS = 2
K1, B = 1.2, 0.75  # the customary constants of BM25


def calculate(expression: str) -> float:
    """Work out an expression of numbers, + - * / and brackets.

    expression: for example (12 + 3) * 4
    """
    try:
        value = _value(ast.parse(expression.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError) as error:
        raise ToolError(f"cannot work out {expression!r}: {error}") from None
    return round(value, 6)


def search(query: str) -> str:
    """Find pages of the shop's handbook.

    query: words to look for
    """
    scores = [(_bm25(_words(query), page), place) for place, page in enumerate(PAGES)]
    best = [place for score, place in sorted(scores, key=lambda s: -s[0])[:HITS] if score > 0]
    return "\n".join(DOCUMENTS[place]["text"] for place in best) or "Nothing found."


def escalate(reason: str) -> str:
    """Pass the request on to a superior.

    reason: why, in a few words
    """
    return f"A superior will decide: {reason}"


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(left), _value(right))
    raise ValueError("only numbers, + - * / and brackets")


def _words(text: str) -> list[str]:
    """Words without case, cut to a stem of six letters at the most."""
    return [word[:6] for word in re.findall(r"[a-z0-9]+", text.lower())]


PAGES = [Counter(_words(f"{page['title']} {page['text']}")) for page in DOCUMENTS]
MEAN_LENGTH = sum(page.total() for page in PAGES) / len(PAGES)


def _bm25(words: list[str], page: Counter[str]) -> float:
    """Okapi BM25 of a query on a page."""
    score = 0.0
    for word in set(words) & page.keys():
        holding = sum(word in other for other in PAGES)
        rarity = math.log(1 + (len(PAGES) - holding + 0.5) / (holding + 0.5))
        length = 1 - B + B * page.total() / MEAN_LENGTH
        score += rarity * page[word] * (K1 + 1) / (page[word] + K1 * length)
    return score


TOOLS = [calculate, search, escalate]
