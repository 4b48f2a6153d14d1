"""Where a value stands: scales, round ticks, and how ticks are written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_EXACT = 10  # digits to which a tick is held, so that sums of steps stay round


@dataclass(frozen=True, slots=True)
class Scale:
    """A line from values to places: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value stands, rounded to a tenth; a value beyond the ends stands beyond them."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def step(span: float, most: int) -> float:
    """Return the least round step (1, 2, 2.5 or 5 times a power of ten) that cuts a span in at most so many pieces."""
    rough = span / most
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(r for r in _ROUND if r * power >= rough * (1.0 - 1e-9))


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers at equal steps whose first and last enclose two values; of values that are all one, a span
    about it.
    """
    if not high > low:
        half = abs(low) / 10.0 or 1.0
        low, high = low - half, low + half
    one = step(high - low, most)
    first, last = math.floor(low / one + 1e-9), math.ceil(high / one - 1e-9)
    return [float(f"{n * one:.{_EXACT}g}") for n in range(first, last + 1)]


def reach(values: Iterable[float], *, also: Iterable[float] = ()) -> tuple[float, float]:
    """Return the least and the greatest of the values that are defined, and of others that must be seen; 0 and 1 where
    there is none.
    """
    seen = [value for value in (*values, *also) if math.isfinite(value)]
    return (min(seen), max(seen)) if seen else (0.0, 1.0)


def written(shown: list[float]) -> list[str]:
    """Return ticks as people read them, all with as many digits after the point as their step needs."""
    one = min((b - a for a, b in pairwise(shown)), default=1.0)
    digits = next((d for d in range(7) if abs(round(one, d) - one) < 1e-7 * one), 7)
    return [f"{value + 0.0:,.{digits}f}" for value in shown]
