"""What a firm's capital can make: firms whose fixed assets a register gives need more or less of it than their
cluster.
"""

from __future__ import annotations

from sim.luck.compiled import rule


@rule
def standard_capital(capital: float, extra: float) -> float:
    """Return the capital with which a firm of the cluster's norm could make as much, million yuan at 2021 prices;
    `extra` is what the firm needs for a unit of output over its cluster's, less one.
    """
    return capital / (1.0 + extra)
