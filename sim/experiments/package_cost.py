"""What a package costs: three ways to count, and the words for each.

Public money alone can be saved by doing harm: a tighter cap stops firms from crossing the lines that pay. So the usual
cost charges output: each yuan of it lost counts like a yuan paid, each yuan gained is taken off.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

HIT, CASH, WITHOUT, TAX, OUTPUT = range(5)
"""Places of what a run of a search found: whether the target is reached (0 or 1); public money; whether it is reached
without any policy in the same world; local tax and real output above that world; money and output in million yuan, all
years together."""
FOUND = 5


class PackageCost(StrEnum):
    """Ways to count what a package costs."""

    OUTPUT = "net-of-output"
    BUDGET = "net-budget"
    CASH = "public-cash"


COSTS = {
    PackageCost.OUTPUT: (
        "public money less the real output it brings, at 2021 prices (output lost is added), against the same worlds "
        "without any policy",
        "财政投入减去所增实际产出（2021年价，损失的产出计入成本），与同一世界无政策时相比",
    ),
    PackageCost.BUDGET: (
        "public money less the local tax it brings (tax lost is added), against the same worlds without any policy",
        "财政投入减去所增地方税收（损失的税收计入成本），与同一世界无政策时相比",
    ),
    PackageCost.CASH: (
        "public money paid; output and tax lost are not counted",
        "财政投入；产出和税收的损失未计入",
    ),
}
"""What each way counts, in English and Chinese."""


def cost_of(found: np.ndarray, way: str) -> np.ndarray:
    """Return the cost in each run, million yuan; `found` is (runs, FOUND)."""
    taken_off = {PackageCost.OUTPUT: OUTPUT, PackageCost.BUDGET: TAX}
    cash = found[:, CASH]
    return np.asarray(cash if way == PackageCost.CASH else cash - found[:, taken_off[PackageCost(way)]])
