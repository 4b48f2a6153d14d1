"""What a firm does for support: how much it spends on what each further yuan of which is worth less than the last."""

from __future__ import annotations

import math

from sim.luck.compiled import rule
from sim.treasury.support import Support
from sim.treasury.supported import supported

_LEAST_PRICE = 0.05  # of a yuan spent: however much is promised, nobody wants without end


@rule
def answered(support: Support, row: int, usual: float, elasticity: float, later: float) -> float:
    """Return what a firm spends that would spend `usual` without support, million yuan.

    The last yuan of a spending is worth (spending / usual) ^ (-1 / elasticity), so at a price p of a yuan it spends
    usual x p ^ -elasticity; support above its cap, or below what earns none, lowers no price. The firm takes what
    brings most of: that under each scheme alone and under all together, and where each scheme begins or ends.

    Args:
        later: yuan of later support that a yuan spent today costs.
    """
    best, most = usual, 0.0
    if usual <= 0.0 or elasticity <= 0.0:
        return best
    before, together = supported(support, row, usual), 0.0
    for scheme in range(support.floor.size):
        rate = support.rate[scheme, row]
        together += rate
        if rate > 0.0:
            ends = support.beyond[scheme, row] + support.cap[scheme] / rate
            for spending in (_wanted(support, rate, usual, elasticity, later), support.floor[scheme], ends):
                gain = _gain(support, row, usual, spending, elasticity, later) - before
                if gain > most:
                    best, most = spending, gain
    if support.floor.size < 2:
        return best
    spending = _wanted(support, together, usual, elasticity, later)
    return spending if _gain(support, row, usual, spending, elasticity, later) - before > most else best


@rule
def _wanted(support: Support, rate: float, usual: float, elasticity: float, later: float) -> float:
    """Return what a firm wants to spend at one rate of support: usual x price ^ -elasticity, million yuan."""
    price = 1.0 - min(rate, support.most) + later
    wanted: float = usual * max(price, _LEAST_PRICE) ** -elasticity
    return wanted


@rule
def _gain(support: Support, row: int, usual: float, spending: float, elasticity: float, later: float) -> float:
    """Return support less what spending beyond the usual costs above its worth, and later support lost, million yuan:

    support - usual x (ratio - 1 - the integral of z ^ (-1 / elasticity) from 1 to ratio) - later x usual x (ratio - 1)
    where ratio = spending / usual; nothing is gained by spending less than usual.
    """
    ratio = spending / usual
    if ratio <= 1.0 or not math.isfinite(ratio):
        return 0.0
    power = 1.0 - 1.0 / elasticity
    worth = math.log(ratio) if abs(power) < 1e-9 else (ratio**power - 1.0) / power
    return supported(support, row, spending) - usual * ((1.0 + later) * (ratio - 1.0) - worth)
