"""Numbers out of prose."""

import re
from collections.abc import Mapping

_SEPARATOR = r"[,'\u2019\u00a0\u2009\u202f]"
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-+\u2212]?)\s?[$€£¥]?"
    rf"(?P<digits>\d{{1,3}}(?:{_SEPARATOR}\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<exponent>[eE][-+]?\d{1,3}(?!\w))?"
)
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b)")


def last_number(
    text: str, units: Mapping[str, float] | None = None, *, percent_as_share: bool = False
) -> float | None:
    """The last finite number in the text, or None.

    Reads 1,234.50, -3 (also with a typographic minus), $18.00, .5 and 1e-3; a comma parts
    thousands, never decimals. A unit of `units` that follows the number multiplies it by the
    unit's factor. With `percent_as_share`, 45 % is 0.45.
    """
    found = None
    for found in _NUMBER.finditer(text):  # noqa: B007 - the last one counts
        pass
    if found is None:
        return None
    digits = re.sub(_SEPARATOR, "", found["digits"]) + (found["exponent"] or "")
    value = float(digits) * (-1 if found["sign"] in ("-", "\u2212") else 1)
    value *= _factor(text[found.end() :], units or {}, percent_as_share=percent_as_share)
    return value if abs(value) != float("inf") else None


def _factor(rest: str, units: Mapping[str, float], *, percent_as_share: bool) -> float:
    if percent_as_share and _PERCENT.match(rest):
        return 0.01
    for unit in sorted(units, key=len, reverse=True):
        if re.match(rf"\s?{re.escape(unit)}(?!\w)", rest):
            return units[unit]
    return 1.0
