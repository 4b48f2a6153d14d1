"""Which numbers may fix the luck of an experiment."""

from __future__ import annotations

from numbers import Integral

LARGEST_SEED = 2**63 - 1


def refuse_other_than_seed(seed: object) -> None:
    """Refuse what fixes no luck.

    Raises:
        ValueError: if it is no whole number, or out of range.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= int(seed) <= LARGEST_SEED:
        raise ValueError(f"seed: {str(seed)[:60]} is no seed; write a whole number from 0 to {LARGEST_SEED:,}")
