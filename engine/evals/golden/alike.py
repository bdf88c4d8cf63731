"""Texts that are nearly the same.

Two texts are as alike as the Jaccard index of their shingles, the runs of three words (Broder,
"On the resemblance and containment of documents", 1997). All pairs above a limit are found exactly,
without comparing each with each: of two such texts the rarest shingles have one in common (the
prefix filter of Chaudhuri, Ganti and Kaushik, "A primitive operator for similarity joins", 2006).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from engine.evals.scorers.normal import normal

WORDS: Final = 3
_ROUNDING: Final = 1e-9

Shingle = tuple[str, ...]


def shingles(text: str) -> frozenset[Shingle]:
    """Runs of three words, whatever their case; a shorter text is one run."""
    words = normal(text).split()
    last = max(len(words) - WORDS, 0)
    return frozenset(tuple(words[at : at + WORDS]) for at in range(last + 1))


def resemblance(one: frozenset[Shingle], other: frozenset[Shingle]) -> float:
    """The Jaccard index, from 0 to 1."""
    return len(one & other) / len(one | other)


def alike(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Places of every two texts with a resemblance of at least that (above 0), and it."""
    sets = [shingles(text) for text in texts]
    common = Counter(shingle for found in sets for shingle in found)
    index: defaultdict[Shingle, list[int]] = defaultdict(list)
    for at in sorted(range(len(sets)), key=lambda place: len(sets[place])):
        rarest = sorted(sets[at], key=lambda shingle: (common[shingle], shingle))
        size = len(rarest)
        candidates: set[int] = set()
        for shingle in rarest[: size - ceil(least * size - _ROUNDING) + 1]:
            fits = (old for old in index[shingle] if len(sets[old]) >= least * size - _ROUNDING)
            candidates.update(fits)
            index[shingle].append(at)
        for old in sorted(candidates):
            found = resemblance(sets[old], sets[at])
            if found >= least:
                yield min(old, at), max(old, at), found
