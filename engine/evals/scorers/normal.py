"""Texts made comparable."""

import re
import unicodedata

_ARTICLES = re.compile(r"\b(a|an|the)\b", re.IGNORECASE)


def normal(
    text: str,
    *,
    case: bool = True,
    space: bool = True,
    punctuation: bool = False,
    articles: bool = False,
) -> str:
    """The text in Unicode form NFKC without the differences named, trimmed.

    `case` folds letters, `space` makes any run of white space one blank, `punctuation` drops
    what Unicode counts as such, `articles` drops English a, an, the.
    """
    text = unicodedata.normalize("NFKC", text)
    text = text.casefold() if case else text
    text = _without_punctuation(text) if punctuation else text
    text = _ARTICLES.sub(" ", text) if articles else text
    return " ".join(text.split()) if space or articles else text.strip()


def mentions(text: str, phrase: str) -> bool:
    """Whether the phrase stands in the text as whole words."""
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def _without_punctuation(text: str) -> str:
    return "".join(c for c in text if not unicodedata.category(c).startswith("P"))
