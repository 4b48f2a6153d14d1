"""Whether a world is defined: every sum it measured is a finite number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.measure.outcomes import Result
from sim.tables.catalogue import QUOTIENTS, outcomes


class UndefinedWorld(ArithmeticError):
    """What a world measured is no number from some quarter on."""


def refuse_undefined(result: Result) -> None:
    """Refuse a world in which something is no number that is one in any world.

    A quotient without a whole has no value, nor has what an instrument measures where it is missing.

    Raises:
        UndefinedWorld: naming the first quarter, or the first year, and the outcome.
    """
    for labels, tables in (
        (result.quarter_labels, (result.quarters, result.city)),
        (result.year_labels, (result.years, result.size_years)),
    ):
        found = [pair for measured in tables for pair in _first(labels, measured)]
        if found:
            when, name = min(found, key=lambda pair: pair[0])
            raise UndefinedWorld(f"{when}: {name} is not a number")


def _first(labels: Sequence[object], measured: Mapping[str, np.ndarray]) -> Iterator[tuple[str, str]]:
    """Yield the first time at which an outcome is no number, for each outcome that is not always one."""
    for name in measured:
        fine = _is_defined(name, measured)
        if not fine.all():
            yield str(labels[int(np.flatnonzero(~fine.reshape(len(labels), -1).all(axis=1))[0])]), name


def _is_defined(name: str, measured: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return where an outcome is a number, or need not be one."""
    values, known = measured[name], outcomes().get(name)
    fine: np.ndarray = np.isfinite(values)
    if known is not None and known.whole in measured:
        return fine | ~(measured[known.whole] > 0.0)
    if known is not None and (known.kind in QUOTIENTS or known.needs):
        return ~np.isinf(values)
    return fine
