"""Runs that have ended, with those that failed: where the next runs follow from the last, it goes on without them.

What was found without a failed run is built upon, so such a run stays failed when the experiment is resumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_FAILED = 0.05  # share of runs; above it what is left may tell a world of its own, and nothing is told


class Ended(Mapping[int, Any]):
    """Values by run; None of one that failed."""

    def __init__(self, values: Mapping[int, Any], failed: Mapping[int, str]) -> None:
        self._values, self._failed = values, failed

    def __getitem__(self, number: int) -> Any:
        return self._values[number] if number in self._values else self._failed[number] and None

    def __contains__(self, number: object) -> bool:
        return number in self._values or number in self._failed

    def __iter__(self) -> Iterator[int]:
        return iter(sorted({*self._values, *self._failed}))

    def __len__(self) -> int:
        return len({*self._values, *self._failed})


def too_many(failed: int, ended: int) -> bool:
    """Tell whether so many runs failed that nothing may be told."""
    return failed > MOST_FAILED * ended
