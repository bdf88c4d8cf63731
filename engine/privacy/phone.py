"""Telephone numbers: which candidates are plausible, and which words tell that one follows."""

import re
from typing import Final

from engine.privacy.numbers import part_of_number

# ITU-T E.164 country codes; that of North America has a rule of its own.
_COUNTRY: Final = re.compile(
    r"7|20|27|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
    r"|2[1-69]\d|3[578]\d|42\d|5[09]\d|6[7-9]\d|8[0578]\d|9[679]\d"
)
_INTERNATIONAL: Final = range(8, 14)  # digits, code included; longer ones are ids
_NATIONAL: Final = range(7, 13)
_NANP: Final = 11  # digits of a number of country code 1
_UNTOLD: Final = range(10, 12)  # digits of a national number that no word announces
_NEAR: Final = 48  # characters before a number in which a word may announce it
_GROUPS: Final = range(2, 7)

_SAYS_PHONE: Final = re.compile(
    r"""(?ix) (?<![a-z])
    (?:phone|telephone|tel|mobile|cell(?:phone)?|fax|desk|landline|hotline|whatsapp|sms)
    (?![a-z])
    (?:[\W_]{1,3}(?:numbers?|no|nr|num|is|was|at|on|me|us|work|home|my|the))*
    [\W_]{0,6} $"""
)
# Words of everyday logs ("call", "message") count only in a phrase that ends in a preposition.
_HINTS_AT_PHONE: Final = re.compile(
    r"""(?ix) (?<![a-z])
    (?:call(?:ed|ing)?|dial(?:ed|ing)?|ring|reach(?:ed)?|contact(?:ed)?|text(?:ed)?|messages?
      |answer(?:ing|ed)?|phoned|(?:my|his|her|your|our|their)\ (?:new\ |old\ )?number)
    (?:\ [a-z']+){0,3}? \ (?:at|to|on|is|was|registered|number) \W{1,2} $"""
)
_DATE: Final = re.compile(r"\d{4}([-./ ])\d{2}\1\d{2}|\d{2}([-./ ])\d{2}\2\d{4}")
_TRUNK: Final = re.compile(r"0[1-9]\d{0,3}(?: \d{2,4}){2,4}")
_EXTENSION: Final = re.compile(r"[ ,]{0,2}(?:x|ext\.?|extension)[ .:]{0,2}[0-9]+$", re.IGNORECASE)


def phone(text: str, start: int, end: int) -> int | None:
    """Confirm a number by its country code, by a word before it, or by a trunk zero.

    Where digits of something else follow, the number ends with the last group that leaves it
    plausible.
    """
    if _inside_id(text, start):
        return None
    told = _told(text, start)
    if not told and text[start] not in "+0":
        return None
    for place in _ends(text, start, end):
        if _plausible(text[start:place], told) and not part_of_number(text, start, place):
            return place
    return None


def nanp(text: str, start: int, end: int) -> int | None:
    """Confirm a North American number that is written as one."""
    return None if _inside_id(text, start) or part_of_number(text, start, end) else end


def _plausible(number: str, told: str) -> bool:
    number = _EXTENSION.sub("", number)
    digits = re.sub(r"\D", "", number)
    if number.startswith("+") or (told and digits.startswith("00")):
        digits = digits.removeprefix("00")
        return len(digits) in _INTERNATIONAL and _calls_a_country(digits)
    if _DATE.fullmatch(number) or len(digits) not in _NATIONAL:
        return False
    groups = re.split(r"\D+", number.strip("()"))
    if number.count(".") == 1 and len(groups) == 2:  # noqa: PLR2004 - a decimal fraction
        return False
    if told == "phone":
        return len(groups) < _GROUPS.stop
    if told == "hint":
        return len(groups) in _GROUPS
    return bool(_TRUNK.fullmatch(number)) and len(digits) in _UNTOLD


def _calls_a_country(digits: str) -> bool:
    if digits[0] == "1":
        return len(digits) == _NANP and digits[1] > "1"
    return bool(_COUNTRY.match(digits))


def _told(text: str, start: int) -> str:
    before = text[max(0, start - _NEAR) : start]
    if _SAYS_PHONE.search(before):
        return "phone"
    return "hint" if _HINTS_AT_PHONE.search(before) else ""


def _inside_id(text: str, start: int) -> bool:
    before = text[max(0, start - 2) : start]
    return before[:1].isalnum() and before[1:] in {"-", "_", ".", "/"}


def _ends(text: str, start: int, end: int) -> list[int]:
    """The candidate's end, then the end of each group before it, from the right."""
    groups = re.finditer(r"[0-9](?![0-9])", text[start:end])
    return sorted({end, *(start + group.end() for group in groups)}, reverse=True)
