"""What a text itself says of how hard it is to answer: counts and shares, in a fixed order."""

import math
import re
from typing import Final

LONGEST: Final = 8_192
"""Characters that are looked at; of a longer text the first three quarters and the end."""

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_DIGIT: Final = re.compile(r"\d")
_UPPER: Final = re.compile(r"[A-Z]")
_SYMBOL: Final = re.compile(r"[-+*/=^_{}$()\\]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CODE: Final = re.compile(
    r"```|\bdef \w+\(|\bclass \w+[:({]|\bfunction\b|\breturn\b.*;|#include|</\w+>|"
    r"\bSELECT\b.+\bFROM\b|\bimport \w+|[;{}]\s*\n|=>|->|\bprint\("
)
_MATHS: Final = re.compile(
    r"\\(?:frac|sqrt|sum|int)|\d\s*[-+*/^=]\s*\d|[xyzn]\s*[\^=]|"
    r"\b(?:solve|equation|integral|derivative|matrix|polynomial|probability|theorem|prove)\b",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MULTIPLES: Final = _words(
    "half twice thrice double triple times third quarter percent each per every remaining left "
    "total altogether rest"
)
_NEGATIONS: Final = _words("not except never no none neither nor without cannot")
_ENGLISH: Final = _words(
    "the of and to in is a that for it on with as are was be this by at from or an which what "
    "how you i do does can"
)

_DOMAINS: Final = {
    "law": "court law statute plaintiff defendant contract liability tort constitutional "
    "jurisdiction attorney crime criminal landlord tenant deed jury trial amendment sued",
    "medicine": "patient disease symptoms blood clinical diagnosis treatment infection therapy "
    "drug cancer artery nerve physician syndrome muscle cell gene protein",
    "finance": "price market tax cost demand supply inflation bank profit investment income "
    "monetary accounting revenue interest capital trade gdp economy firm",
    "science": "energy force electron atom molecule reaction acid velocity particle charge "
    "voltage mass temperature orbit wavelength pressure solution equilibrium species",
    "computing": "algorithm program code data memory processor network function array compiler "
    "bit byte computer software database server protocol cache",
    "humanities": "war century empire political government society moral ethics philosophy "
    "religion culture argument theory state president revolution king",
}
_DOMAIN_OF: Final = {word: name for name, words in _DOMAINS.items() for word in words.split()}
_MANY: Final = 3
"""Words of a domain from which on a text is wholly of it."""

SIGNALS: Final = (
    "log_chars",
    "log_words",
    "lines",
    "digit_share",
    "upper_share",
    "symbol_share",
    "word_length",
    "questions",
    "sentences",
    "numbers",
    "log_numbers",
    "largest_number",
    "decimals",
    "percent",
    "currency",
    "comma_share",
    "distinct_share",
    "negations",
    "conditions",
    "multiples",
    "blank",
    "asks_which",
    "asks_how_many",
    "asks_why",
    "refers_to_list",
    "statements",
    "quotes",
    "long_words",
    "tail_words",
    "code",
    "maths",
    "latin_share",
    "english_share",
    *(f"domain_{name}" for name in _DOMAINS),
)
"""Names of `signals`, in its order."""


def excerpt(text: str) -> str:
    """The part of a text that is looked at."""
    if len(text) <= LONGEST:
        return text
    head = LONGEST * 3 // 4
    return text[:head] + text[head - LONGEST :]


def signals(text: str) -> list[float]:
    """The signals of a text, in the order of `SIGNALS`; 0 throughout for an empty one."""
    text = excerpt(text)
    if not text.strip():
        return [0.0] * len(SIGNALS)
    lower = text.lower()
    words = _WORD.findall(lower)
    return [*_shape(text), *_numbers(text), *_wording(lower, words), *_kind(text, words)]


def _shape(text: str) -> list[float]:
    chunks, size = text.split(), len(text)
    return [
        math.log1p(size),
        math.log1p(len(chunks)),
        float(text.count("\n")),
        len(_DIGIT.findall(text)) / size,
        len(_UPPER.findall(text)) / size,
        len(_SYMBOL.findall(text)) / size,
        sum(map(len, chunks)) / len(chunks),
        float(text.count("?")),
        float(text.count(".")),
    ]


def _numbers(text: str) -> list[float]:
    found = _NUMBER.findall(text)
    values = [float(number.replace(",", "")) for number in found]
    return [
        float(len(found)),
        math.log1p(len(found)),
        math.log1p(min(max(values, default=0.0), 1e12)),
        float(sum("." in number for number in found)),
        float("%" in text),
        float("$" in text or "€" in text),
    ]


def _wording(lower: str, words: list[str]) -> list[float]:
    count = max(1, len(words))
    last = re.split(r"[.!?]\s", lower.strip())[-1]
    return [
        lower.count(",") / count,
        len(set(words)) / count,
        float(sum(word in _NEGATIONS for word in words)),
        float(words.count("if") + words.count("unless") + words.count("suppose")),
        float(sum(word in _MULTIPLES for word in words)),
        float("__" in lower),
        float("which" in words),
        float("how many" in lower or "how much" in lower),
        float("why" in words or "explain" in words),
        float("following" in words),
        float(words.count("statement")),
        float(lower.count('"') + lower.count("\u201c")),
        sum(len(word) > 8 for word in words) / count,  # noqa: PLR2004
        math.log1p(len(last.split())),
    ]


def _kind(text: str, words: list[str]) -> list[float]:
    letters, latin = len(_LETTER.findall(text)), len(_LATIN.findall(text))
    hits = dict.fromkeys(_DOMAINS, 0)
    for word in words:
        if (domain := _DOMAIN_OF.get(word)) is not None:
            hits[domain] += 1
    return [
        float(_CODE.search(text) is not None),
        float(_MATHS.search(text) is not None),
        latin / max(1, letters),
        sum(word in _ENGLISH for word in words) / max(1, len(words)),
        *(min(hit, _MANY) / _MANY for hit in hits.values()),
    ]
