"""Texts as sets of words, small enough to be compared by the dozen in a step.

A text becomes a bit set of its words, one bit of 1,024 a word (a Bloom filter with one hash), so
that the Jaccard index of two texts is two operations on integers. The estimate errs where words
share a bit: by a few percent for texts of a hundred words.
"""

import string
from collections import deque
from functools import reduce
from operator import or_
from typing import Final, Generic, TypeVar
from zlib import crc32

T = TypeVar("T")

BITS: Final = 1024
MOST: Final = 1_500
"""Characters of a text that are looked at: what follows in a page of results adds little."""

_STOP: Final = (
    "the an and or of to in on for with is are was be it this that at by from as please if you "
    "your they their them which who what when where how any all we our can will not no do does "
    "has have had its into also about out up so"
)
_BLANKS: Final = str.maketrans(dict.fromkeys(string.punctuation, " "))
_KEPT: Final = 50_000  # words whose bits are remembered
_EXCHANGED: Final = 2  # words of a name or a date: what an instruction is about


class _Bits(dict[str, int]):
    """The bit of each word; 0 for single letters and very common words."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KEPT:
            self.clear()
            self.update(_IGNORED)
        letter = len(word) == 1 and not word.isdigit()
        bit = self[word] = 0 if letter else 1 << (crc32(word.encode("utf-8", "replace")) % BITS)
        return bit


_IGNORED: Final = dict.fromkeys(_STOP.split(), 0)
_BIT: Final = _Bits(_IGNORED)


def words(text: str) -> int:
    """The bit set of a text's words: case, order and punctuation aside."""
    return reduce(
        or_, map(_BIT.__getitem__, set(text[:MOST].lower().translate(_BLANKS).split())), 0
    )


def likeness(one: int, other: int) -> float:
    """The Jaccard index of two bit sets; 0 where both are empty."""
    union = (one | other).bit_count()
    return (one & other).bit_count() / union if union else 0.0


def shrunk(new: int, old: int) -> bool:
    """Whether `new` says what `old` said with something left out and next to nothing added."""
    return (old & ~new).bit_count() > (new & ~old).bit_count() <= 1


def exchanged(new: int, old: int) -> bool:
    """Whether `new` is `old` with one or two words in the place of as many others."""
    return 1 <= (new & ~old).bit_count() == (old & ~new).bit_count() <= _EXCHANGED


class Past(Generic[T]):
    """The latest bit sets, each with what it belongs to, to be searched for like ones."""

    __slots__ = ("_kept",)

    def __init__(self, most: int) -> None:
        self._kept: deque[tuple[int, int, T]] = deque(maxlen=most)

    def add(self, bits: int, owner: T) -> None:
        """Keep one; the oldest goes where there are too many."""
        self._kept.append((bits, bits.bit_count(), owner))

    def like(self, bits: int, least: float) -> list[tuple[int, T]]:
        """Those with a Jaccard index of at least that, the oldest first."""
        size, found = bits.bit_count(), []
        fewest, most = least * size, size / least
        for old, old_size, owner in self._kept:
            if not fewest <= old_size <= most:
                continue
            common = (bits & old).bit_count()
            if common and common >= least * (size + old_size - common):
                found.append((old, owner))
        return found
