"""What is said of an effect of which too few worlds tell: no mean, but in how many it is higher and lower."""

from __future__ import annotations

import math
from typing import Any

from sim.inference.differing import share_of_worlds
from sim.tables.units import PER_CENT


def seldom(row: Any, low: float, worlds: int) -> tuple[str, str] | None:
    """Return the words in English and Chinese; None where a mean is told, or the effect is not defined.

    Args:
        row: with `above_zero` and `below_zero`. low: end of the interval of the mean, nan where none is told.
    """
    if worlds < 2 or not math.isnan(low) or math.isnan(row.above_zero):
        return None
    above, below = (round(share * worlds) for share in (row.above_zero, row.below_zero))
    if above == below == 0:
        most = PER_CENT * share_of_worlds(0, worlds)[1]
        return (
            f"0 of {worlds} worlds differ, so at most {most:.1f} % of all do (95 % confidence)",
            f"{worlds}个世界均无差别，有差别的世界至多占{most:.1f}%（95%置信度）",
        )
    return (
        f"too few worlds differ for a mean: higher in {above} of {worlds} worlds ({_of_all(above, worlds)[0]}), "
        f"lower in {below} ({_of_all(below, worlds)[0]})",
        f"有差别的世界过少，不列均值：{worlds}个世界中{above}个较高（{_of_all(above, worlds)[1]}），{below}个较低"
        f"（{_of_all(below, worlds)[1]}）",
    )


def _of_all(hits: int, worlds: int) -> tuple[str, str]:
    """Return what share of all worlds so many may stand for."""
    low, high = (f"{PER_CENT * end:.1f}" for end in share_of_worlds(hits, worlds))
    if hits == 0:
        return f"at most {high} % of all, 95 % confidence", f"至多占{high}%，95%置信度"
    if hits == worlds:
        return f"at least {low} % of all, 95 % confidence", f"至少占{low}%，95%置信度"
    return f"{low} to {high} % of all, 95 % interval", f"占{low}%至{high}%，95%区间"
