"""Generated personal data and secrets of every type, each with the part no log may show."""

import string
from typing import NamedTuple

from hypothesis import strategies as st

ALPHANUMERIC = string.ascii_letters + string.digits


class Planted(NamedTuple):
    """A text as a program might log it, and what must not appear of it."""

    type: str
    text: str
    needle: str


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=count, max_size=count)


def _letters(count: int, more: int = 0) -> st.SearchStrategy[str]:
    """Letters and digits in which no word is hidden: the first four are of each kind."""
    rest = st.text(ALPHANUMERIC, min_size=count - 4, max_size=count - 4 + more)
    return rest.map("q7Zk".__add__)


def _luhn(body: str) -> str:
    """The check digit by the rule's own words: every second digit doubled, nines cast out."""
    doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(reversed(body))]
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def _iban(body: str) -> str:
    number = int(body + "131400")  # D and E are 13 and 14, the check digits 00 at first
    return f"DE{98 - number % 97:02}{body}"


_NAMES = st.text(string.ascii_lowercase, min_size=3, max_size=12)
_PREFIXES = {
    "sk-": (24, 24),
    "sk-ant-": (24, 60),
    "sk-proj-": (24, 300),
    "ghp_": (36, 0),
    "gho_": (36, 0),
    "github_pat_": (30, 40),
    "glpat-": (20, 10),
    "xoxb-": (20, 20),
    "AIza": (35, 0),
    "sk_live_": (16, 20),
    "rk_live_": (16, 20),
    "hf_": (34, 6),
    "npm_": (36, 0),
    "eyJ": (30, 900),
    "Bearer ": (12, 600),
}


def _whole(kind: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Planted]:
    return texts.map(lambda text: Planted(kind, text, text))


def _within(kind: str, form: str, needles: st.SearchStrategy[str]) -> st.SearchStrategy[Planted]:
    return needles.map(lambda needle: Planted(kind, form.format(needle), needle))


SECRETS: dict[str, st.SearchStrategy[Planted]] = {
    "email": _whole("EMAIL", st.builds("{}@{}.com".format, _NAMES, _NAMES)),
    "phone": _whole("PHONE", st.builds("+1 202-{}-{}".format, _digits(3), _digits(4))),
    "card": _whole("CARD", _digits(14).map(lambda d: f"4{d}{_luhn('4' + d)}")),
    "iban": _whole("IBAN", _digits(18).map(_iban)),
    "ssn": _whole("US_SSN", st.builds("123-45-{:04}".format, st.integers(1, 9999))),
    "ip": _whole("IP", st.builds("203.{}.{}.7".format, *[st.integers(0, 255)] * 2)),
    "aws": _whole(
        "KEY", st.text(string.ascii_uppercase, min_size=16, max_size=16).map("AKIA{}".format)
    ),
    "pem": _within(
        "KEY", "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", _letters(40)
    ),
    "url": _within("CREDENTIALS", "postgres://ann:{}@db.example/x", _letters(8, 20)),
    "password": _within("SECRET", "password={}", _letters(8, 300)),
    "quoted": _within("SECRET", "{{'api_key': '{} and more'}}", _letters(8, 20)),
    **{
        prefix: _within("KEY", f"{prefix}{{}}", _letters(*size))
        for prefix, size in _PREFIXES.items()
    },
}
ANY_SECRET = st.sampled_from(sorted(SECRETS)).flatmap(SECRETS.__getitem__)
