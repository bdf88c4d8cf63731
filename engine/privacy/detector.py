"""Finds personal data and secrets in text, and masks them: the project's only detector."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.privacy.pattern import LocalePack, Pattern, Span, mask
from engine.privacy.plain import plain
from engine.privacy.secrets import SECRETS
from engine.privacy.universal import UNITED_STATES, UNIVERSAL

PACKS: Final = (SECRETS, UNITED_STATES, UNIVERSAL)

# A find begins where a word does. Escapes that end in a letter or digit belong to no word: those
# of `repr` and JSON (`\n`, `\x1b`, `\u0027`), a URL's (`%20`), a terminal's colours.
_START: Final = (
    r"(?:(?<![A-Za-z0-9])|(?<=[0-9A-Fa-fnrtm])(?:"
    r"(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2})|(?<=\\x[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})"
    r"|(?<=\[[0-9]m)|(?<=[\[;][0-9]{2}m)))"
)
# What a label can tell the meaning of: the digits of a short telephone number, or more.
_NUMBER: Final = re.compile(r"[0-9](?:[^0-9]{0,3}[0-9]){6}")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class _Single:
    """One pattern on its own; its candidate is group 1."""

    pattern: Pattern
    regex: re.Pattern[str]
    tail: re.Pattern[str]

    @classmethod
    def of(cls, pattern: Pattern) -> "_Single":
        regex = re.compile(f"{pattern.before}({pattern.regex})")
        return cls(pattern, regex, re.compile(pattern.tail))

    def at(self, text: str, place: int) -> Span | None:
        """What is confirmed of the candidate whose match begins here."""
        found = self.regex.match(text, place)
        if found is None:
            return None
        start, end = found.span(1)
        confirm = self.pattern.confirm
        confirmed = confirm(text, start, end) if confirm else end
        if confirmed is None:
            return None
        if confirmed == end and (rest := self.tail.match(text, end)):
            confirmed = rest.end()
        return Span(start, confirmed, self.pattern.type)


class Detector:
    """Finds what the packs describe, except the types in `without`.

    One pass of one compiled alternation finds the places; at each the patterns' own checks decide.
    Of several finds at a place the longest wins, then the one whose pattern stands first. Work is
    linear in the text's length.
    """

    def __init__(
        self, packs: Sequence[LocalePack] = PACKS, *, without: Collection[str] = ()
    ) -> None:
        patterns = [p for pack in packs for p in pack.patterns if p.type not in without]
        self._singles = tuple(map(_Single.of, patterns))
        options = "|".join(f"{p.before}(?:{p.regex})()" for p in patterns)
        self._any = re.compile(f"{_START}(?:{options})")
        names = "|".join(pack.secret_names for pack in packs if pack.secret_names)
        self._secret_name = re.compile(rf"(?:^|[^a-z])(?:{names or '(?!)'})(?:\.|$)")
        self.types: tuple[str, ...] = tuple(dict.fromkeys(p.type for p in patterns))

    def __repr__(self) -> str:
        return f"Detector(types={', '.join(self.types)})"

    def find(self, text: str) -> tuple[Span, ...]:
        """Every find in order, none overlapping another."""
        return tuple(self._spans(text))

    def redact(self, text: str, label: str = "") -> str:
        """The text with each find masked by its type, such as `[EMAIL]`; masks stay as they are.

        A `label` is the name under which the text stands: it is read with it, as `phone` in
        `phone: 555 0143`, but not given back. Of a secret's name, nothing of the text is shown.
        """
        if text and label and self._secret_name.search(_CAMEL.sub("_", label).lower()):
            return mask("SECRET")
        if not label or not _NUMBER.search(text):
            return self._masked(text, 0)
        head = f"{label}: "
        return self._masked(head + text, len(head))

    def redact_data(self, value: Any) -> Any:
        """Anything as plain data, with each text in it redacted, keys as well.

        Objects become the text that a log would show of them. The keys of nested mappings, joined
        by points, are the label of a value.
        """
        return plain(value, self.redact)

    def _masked(self, text: str, at: int) -> str:
        """What stands from `at` on, each find masked as far as it reaches there."""
        parts = []
        for span in self._spans(text):
            if span.end > at:
                parts += [text[at : max(at, span.start)], mask(span.type)]
                at = span.end
        return "".join([*parts, text[at:]])

    def _spans(self, text: str) -> Iterator[Span]:
        at = 0
        while hit := self._any.search(text, at):
            span = self._best(text, hit)
            if span is None:
                at = hit.start() + 1
            else:
                yield span
                at = span.end

    def _best(self, text: str, hit: re.Match[str]) -> Span | None:
        first = (hit.lastindex or 1) - 1  # the patterns before it do not match here
        found = (single.at(text, hit.start()) for single in self._singles[first:])
        return max(filter(None, found), key=lambda span: span.end, default=None)
