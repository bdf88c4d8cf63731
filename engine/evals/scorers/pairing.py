"""Pairing rows with columns."""

from collections.abc import Sequence


def all_paired(fits: Sequence[Sequence[bool]]) -> bool:
    """Whether every row can be given a fitting column of its own (Kuhn's augmenting paths)."""
    owner: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for column, fit in enumerate(fits[row]):
            if not fit or column in tried:
                continue
            tried.add(column)
            if column not in owner or place(owner[column], tried):
                owner[column] = row
                return True
        return False

    return all(place(row, set()) for row in range(len(fits)))
