"""The packs of every country: addresses and numbers whose form is international, and of the US."""

from typing import Final

from engine.privacy.addresses import email, ip, url
from engine.privacy.numbers import card, iban, ssn
from engine.privacy.pattern import END, LocalePack, Pattern
from engine.privacy.phone import nanp, phone

_URL: Final = r"[^\s<>\"'`\\]"
_EXTENSION: Final = r"(?:[ ,]{0,2}(?:x|[Ee]xt\.?|[Ee]xtension)[ .:]{0,2}[0-9]{1,6})?"
_LOCAL: Final = rf"[0-9]{{3}}[ .-][0-9]{{4}}{_EXTENSION}{END}"

UNIVERSAL: Final = LocalePack(
    "universal",
    (
        Pattern(
            "URL",
            rf"[A-Za-z](?:[A-Za-z0-9+.-]{{1,20}}+://|(?<=w)ww\.){_URL}{{1,256}}",
            tail=rf"(?:{_URL}*[^\s<>\"'`\\.,;:!?)\]}}])?",
            confirm=url,
        ),
        # `%40` and `%2B` are the at sign and the plus of a URL's query.
        Pattern(
            "EMAIL",
            r"\w(?<!\\[nrt])[\w.+'-]{0,255}+(?:%2[Bb][\w.+'-]{1,255}+)?(?:@|%40)"
            r"(?:[\w-]{1,63}+\.){1,8}[^\W\d_]{2,24}",
            confirm=email,
        ),
        Pattern(
            "IBAN",
            r"[A-Za-z][A-Za-z][0-9][0-9](?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?",
            confirm=iban,
        ),
        Pattern("CARD", rf"[0-9][0-9]{{11,18}}{END}", confirm=card),
        Pattern("CARD", rf"[0-9][0-9]{{3}}(?:[ -][0-9]{{4}}){{3}}{END}", confirm=card),
        Pattern(
            "CARD", rf"[0-9][0-9]{{3}}(?:[ -][0-9]{{4}}){{3}}[ -][0-9]{{3}}{END}", confirm=card
        ),
        Pattern("CARD", rf"[0-9][0-9]{{3}}[ -][0-9]{{6}}[ -][0-9]{{4,5}}{END}", confirm=card),
        Pattern("IP", r"[0-9][0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![A-Za-z0-9]|\.[0-9])", confirm=ip),
        Pattern(
            "IP",
            r"[0-9A-Fa-f][0-9A-Fa-f]{0,3}+(?::[0-9A-Fa-f]{0,4}){2,7}(?![A-Za-z0-9:]|\.[0-9])",
            confirm=ip,
        ),
        Pattern(
            "PHONE",
            rf"[+(0-9]\(?[0-9]?(?:[ .()/-]{{0,3}}[0-9]){{6,14}}{_EXTENSION}{END}",
            confirm=phone,
        ),
    ),
)

UNITED_STATES: Final = LocalePack(
    "us",
    (
        Pattern(
            "US_SSN", rf"[0-9][0-9]{{2}}(?:-[0-9]{{2}}-| [0-9]{{2}} )[0-9]{{4}}{END}", confirm=ssn
        ),
        Pattern("US_SSN", rf"[0-9][0-9]{{8}}{END}", confirm=ssn),
        Pattern("PHONE", rf"[2-9][0-9]{{2}}[.-]{_LOCAL}", confirm=nanp),
        Pattern("PHONE", rf"\([2-9][0-9]{{2}}\)[ .-]?{_LOCAL}", confirm=nanp),
        Pattern(
            "PHONE",
            r"[+01](?:(?<=\+)1|(?<=0)01|(?<=1))[ .-]?"
            rf"(?:\([2-9][0-9]{{2}}\)[ .-]?|[2-9][0-9]{{2}}[.-]){_LOCAL}",
            confirm=nanp,
        ),
    ),
)
