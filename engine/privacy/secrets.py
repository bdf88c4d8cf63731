"""The pack of secrets: keys and tokens of common providers, passwords, private keys."""

import re
from typing import Final

from engine.privacy.pattern import END, LocalePack, Pattern

_TOKEN: Final = r"[A-Za-z0-9_.~+/=-]"
_QUOTE: Final = r"\\{0,3}[\"']"
_IS: Final = rf"(?:{_QUOTE})?\s{{0,3}}(?:=>|[:=])\s{{0,3}}"
# Names whose value is a secret whatever it looks like. Not `tokens`: logs count them. By first
# letter, since a pattern that begins with a letter is passed over faster than one with a choice.
_NAMES: Final = {
    "p": r"ass(?:word|wd|phrase)|wd|rivate[_-]?key",
    "s": r"ecret(?:[_-]?(?:access[_-]?)?key)?|igning[_-]?key|ession[_-]?token|et-cookie",
    "a": r"pi[_-]?(?:key|token)|ccess[_-]?(?:key|token)|uth[_-]?token",
    "c": r"lient[_-]?secret|ookie|redentials?|srf[_-]?token",
    "e": r"ncryption[_-]?key",
    "r": r"efresh[_-]?token",
    "b": r"earer[_-]?token",
    "i": r"d[_-]?token",
}
_NAME: Final = (
    f"[{''.join(_NAMES)}{''.join(_NAMES).upper()}]"
    f"(?i:{'|'.join(f'(?<={first})(?:{rest})' for first, rest in _NAMES.items())})"
)
_NO_SECRET: Final = re.compile(
    r"(?i)(?:none|null|nil|true|false|str|bytes|int|required|missing|invalid|empty|unset|optional"
    r"|redacted|hidden|wrong|incorrect|expired|must|should|cannot|could|does|with|from|too|\W*)[.!]*"
)
_SHORTEST: Final = 4  # characters of a password
_LONG: Final = 24  # letters without a digit are a token from here on, if both cases occur


def _key(regex: str, *, before: str = "", tail: str = r"[A-Za-z0-9_-]*") -> Pattern:
    return Pattern("KEY", regex, before=before, tail=tail)


def _quoted(quote: str, *, escaped: bool) -> Pattern:
    """A secret's value in quotes: in escaped ones it ends before a backslash, else after none."""
    part = rf"[^{quote}\\\r\n]" if escaped else rf"(?:[^{quote}\\\r\n]|\\.)"
    opening = (r"\\{1,3}" if escaped else "") + quote
    return Pattern(
        "SECRET", rf"{part}{{1,256}}", before=rf"{_NAME}{_IS}[bru]?{opening}", tail=rf"{part}*"
    )


def token(text: str, start: int, end: int) -> int | None:
    """Confirm what no word would be: it has letters and digits, or is long and of both cases."""
    found = text[start:end]
    letters = any(map(str.isalpha, found))
    mixed = not found.islower() and not found.isupper() and len(found) >= _LONG
    return end if letters and (mixed or any(map(str.isdigit, found))) else None


def password(text: str, start: int, end: int) -> int | None:
    """Confirm an unquoted value of a secret's name, if it is no word about the secret."""
    return None if end - start < _SHORTEST or _NO_SECRET.fullmatch(text, start, end) else end


# A bound on each length keeps the work at a misleading place small; `tail` takes what is longer.
_PROVIDERS: Final = (
    _key(r"sk-ant-[A-Za-z0-9_-]{16,256}"),
    Pattern("KEY", r"sk-[A-Za-z0-9_-]{20,256}", tail=r"[A-Za-z0-9_-]*", confirm=token),
    _key(rf"A(?:KIA|SIA|ROA|IDA|GPA|IPA|NPA|NVA|BIA|CCA)[A-Z0-9]{{16}}{END}", tail=""),
    _key(r"gh[pousr]_[A-Za-z0-9]{30,256}"),
    _key(r"github_pat_[A-Za-z0-9_]{22,256}"),
    _key(r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt|oas)-[A-Za-z0-9_-]{20,256}"),
    _key(r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,256}"),
    _key(r"[A-Za-z0-9/]{20,256}", before=r"hooks\.slack\.com/services/", tail=r"[A-Za-z0-9/]*"),
    _key(r"xapp-[0-9]-[A-Za-z0-9-]{10,256}"),
    _key(r"AIza[A-Za-z0-9_-]{35}"),
    _key(r"ya29\.[A-Za-z0-9_-]{20,256}"),
    _key(r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,256}"),
    _key(r"whsec_[A-Za-z0-9+/=]{20,256}", tail="[A-Za-z0-9+/=]*"),
    _key(r"hf_[A-Za-z0-9]{30,256}"),
    _key(r"npm_[A-Za-z0-9]{36}"),
    _key(r"pypi-[A-Za-z0-9_-]{50,256}"),
    # A JSON object in base64, which is how a JSON web token (RFC 7519) begins.
    _key(r"eyJ[A-Za-z0-9_-]{12,256}", tail=r"[A-Za-z0-9_.=-]*"),
    _key(
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----",
        tail=r"(?:[^-]|-(?!----END))*+(?:-----END[A-Z0-9 ]{0,60}-----)?",
    ),
)

_ASSIGNED: Final = (
    # RFC 9110: Authorization = scheme credentials.
    _key(
        rf"{_TOKEN}{{4,256}}",
        before=rf"[AaPp](?i:(?<=a)|(?<=p)roxy-a)(?i:uthorization){_IS}(?:{_QUOTE})?b?'?[A-Za-z][A-Za-z-]{{2,20}}\s{{1,3}}",
        tail=rf"{_TOKEN}*",
    ),
    Pattern(
        "KEY",
        rf"{_TOKEN}{{8,256}}",
        before=r"[Bb](?i:earer|asic)(?:\s{1,3}|%20|\+)",
        tail=rf"{_TOKEN}*",
        confirm=token,
    ),
    *(_quoted(quote, escaped=escaped) for quote in "\"'" for escaped in (False, True)),
    # RFC 6265: all cookies stand on one line.
    Pattern(
        "SECRET",
        r"[^\r\n\"'\\]{1,256}",
        before=r"[CcSs](?i:(?<=c)|(?<=s)et-c)(?i:ookie):\s{0,3}",
        tail=r"[^\r\n\"'\\]*",
    ),
    Pattern(
        "SECRET",
        r"[^\s\"'\\&,;(){}\[\]<>]{1,256}",
        before=rf"{_NAME}{_IS}",
        tail=r"[^\s\"'\\&,;(){}\[\]<>]*",
        confirm=password,
    ),
    Pattern(
        "SECRET",
        rf"{_TOKEN}{{8,256}}",
        before=rf"[TtSs](?i:(?<=t)oken|(?<=s)ig(?:nature)?){_IS}(?:{_QUOTE})?",
        tail=rf"{_TOKEN}*",
        confirm=token,
    ),
    # RFC 3986 userinfo: the name too, since tokens are often given as one.
    Pattern(
        "CREDENTIALS",
        r"[^\s/?#:@\"'<>]{0,128}:[^\s/?#\"'<>]{1,1024}(?=@)",
        before=r"[A-Za-z][A-Za-z0-9+.-]{0,20}+://",
    ),
)

SECRETS: Final = LocalePack(
    "secrets", _PROVIDERS + _ASSIGNED, secret_names=rf"{_NAME}|(?:proxy[_-])?authorization|token"
)
