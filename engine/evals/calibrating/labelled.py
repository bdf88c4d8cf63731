"""An answer, or a pair of answers, that both people and a judge have judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["answer", "pair"]
WORDS: Final[dict[Kind, tuple[str, ...]]] = {
    "answer": ("pass", "fail"),
    "pair": ("1", "2", "tie"),
}
"""What can be said: of a pair which answer is better. People name no tie."""
TIE: Final = "tie"


@dataclass(frozen=True, slots=True)
class Labelled:
    """One item with what people and the judge say of it."""

    item: str
    """The episode, or the place in a file."""
    task: str
    """Items of one task are not independent."""
    truth: str
    """What people say, by majority."""
    said: str
    """What the judge says."""
    confidence: float
    length: float
    """Logarithm of the answer's letters; of a pair that of the first over the second."""
    reason: str = ""
    raters: tuple[str, ...] = ()
    """What each of the people says; empty where one label is all that is known."""
    agreement: float = 1.0
    """Share of the judge's askings that say the same."""
    first_shown: float | None = None
    """Of a pair: share of the judge's words for the answer that was shown first."""
    consistent: bool = True
    """Of a pair: whether both orders gave the same word."""

    @property
    def right(self) -> float:
        """1 where the judge says what people say, 1/2 of a tie, which a coin would decide."""
        return 0.5 if self.said == TIE else float(self.said == self.truth)

    @property
    def units(self) -> tuple[str, ...]:
        """The words of all who judged it, the judge first."""
        return (self.said, *(self.raters or (self.truth,)))


def shares(items: Sequence[Labelled]) -> dict[str, float]:
    """How often people say what."""
    truths = [item.truth for item in items]
    return {word: truths.count(word) / len(truths) for word in dict.fromkeys(truths)}
