"""What a register gives of the end of 2021, kept whatever the years before brought; what it does not give stands to it
as those years left it.
"""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms
from sim.start.given import Given
from sim.tables.parameters import Parameters


def keep_given(firms: Firms, given: Given, numbers: Parameters) -> None:
    """Write fixed assets, debt and taxes of the firms of a register, and that they are on the list of above-scale
    firms. With its own fixed assets a firm can make what it could with those that the past left it.
    """
    rows, capital = given.amount("fixed_assets")
    scale = capital / firms.capital[rows]
    firms.capital[rows], firms.capital_extra[rows] = capital, scale - 1.0
    firms.pipeline[rows] *= scale
    firms.debt[rows] *= scale
    rows, debt = given.amount("debt")
    firms.debt[rows] = debt
    rows, tax = given.amount("tax")
    firms.year_local_tax[rows] = firms.last_local_tax[rows] = numbers.local_tax_share * tax
    firms.above_scale[given.rows] = firms.ever_above_scale[given.rows] = True
    _balance(firms, given.rows)


def _balance(firms: Firms, rows: np.ndarray) -> None:
    firms.net_worth[rows] = firms.cash[rows] + firms.capital[rows] + firms.pipeline[rows] - firms.debt[rows]
