"""Numbers that carry their own check: payment cards, IBAN, US social security numbers."""

import re
from typing import Final

# ISO/IEC 7812 prefixes in use, with the lengths each network issues.
_NETWORKS: Final = (
    (re.compile(r"4"), (13, 16, 19)),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile(r"3[47]"), (15,)),  # American Express
    (re.compile(r"30[0-5]|3[689]"), (14, 16, 19)),  # Diners Club
    (re.compile(r"6011|64[4-9]|65"), (16, 19)),  # Discover
    (re.compile(r"35"), (16, 19)),  # JCB
    (re.compile(r"2131|1800"), (15,)),  # JCB, older
    (re.compile(r"62|81"), (16, 17, 18, 19)),  # UnionPay
    (re.compile(r"50|5[6-8]|6"), (12, 13, 14, 15, 16, 17, 18, 19)),  # Maestro
)
# Counters have as many digits: at these lengths only a word beside the number tells a card.
_SHORT: Final = 13
_CARD_WORD: Final = re.compile(
    r"(?i)(?<![a-z])(?:cards?|cc|credit|debit|visa|master_?card|maestro|amex|pan)(?![a-z])"
)
_NEAR: Final = 32  # characters before a number in which a word may tell what it is

# Length of an IBAN by country (SWIFT IBAN registry).
_IBAN_LENGTHS: Final = dict(
    re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 "
        "CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 "
        "GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 "
        "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 "
        "MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 "
        "RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 "
        "UA29 VA22 VG24 XK20 YE30",
    )
)
_MODULUS: Final = 97
_WORD: Final = re.compile(r"[A-Za-z0-9]")

_SSN_WORD: Final = re.compile(r"(?i)(?<![a-z])(?:ssn|social[\s_-]?security)(?![a-z])")


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def mod97(iban: str) -> bool:
    """Whether the check digits of an IBAN, in capitals without blanks, are right (ISO 13616)."""
    number = "".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])
    return int(number) % _MODULUS == 1


def card(text: str, start: int, end: int) -> int | None:
    """Confirm a card number by network, length and check digit."""
    if part_of_number(text, start, end):
        return None
    digits = re.sub(r"[ -]", "", text[start:end])
    if not _issued(digits) or not luhn(digits):
        return None
    return end if len(digits) > _SHORT or after(_CARD_WORD, text, start) else None


def iban(text: str, start: int, end: int) -> int | None:
    """Confirm an IBAN by its country's length and its check digits."""
    length = int(_IBAN_LENGTHS.get(text[start : start + 2].upper(), "0"))
    seen = 0
    for place in range(start, end):
        seen += text[place] not in "- "
        if length and seen == length:
            whole = re.sub(r"[ -]", "", text[start : place + 1]).upper()
            goes_on = _WORD.match(text, place + 1)
            return place + 1 if mod97(whole) and not goes_on else None
    return None


def ssn(text: str, start: int, end: int) -> int | None:
    """Confirm a US social security number: no area 000, 666 or 9xx, no group 00, no serial 0000.

    Nine digits in a row are one only after a word that says so.
    """
    digits = re.sub(r"[ -]", "", text[start:end])
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area in {"000", "666"} or area[0] == "9" or group == "00" or serial == "0000":
        return None
    if part_of_number(text, start, end):
        return None
    return end if len(digits) < end - start or after(_SSN_WORD, text, start) else None


def after(word: re.Pattern[str], text: str, start: int) -> bool:
    """Whether `word` stands shortly before `start`."""
    return word.search(text, max(0, start - _NEAR), start) is not None


def part_of_number(text: str, start: int, end: int) -> bool:
    """Whether the digits go on across a point or dash: a float, a date, a longer id."""
    before = text[max(0, start - 2) : start]
    behind = text[end : end + 2]
    return (before[:1].isdigit() and before[1:] in {".", "-"}) or (
        behind[:1] in {".", "-"} and behind[1:].isdigit()
    )


def _issued(digits: str) -> bool:
    return any(len(digits) in lengths and head.match(digits) for head, lengths in _NETWORKS)
