"""What an extra unit of what an instrument is meant to move costs the public purse.

The money is what the whole package costs more than the same package without this one instrument, the effect what it
brings more: another may pay for the same things where this one does not. What the instrument itself paid stands beside
them. All are of the whole years and gross of what comes back later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments.experiment import Values
from sim.experiments.unit_cost import NO_COST, Cost, Found, unit_cost
from sim.inference.means import mean_interval
from sim.policies import get
from sim.tables.catalogue import PUBLIC_MONEY, Outcome, outcomes

if TYPE_CHECKING:
    from sim.experiments.watch import Watched

COLUMNS = [
    "instrument",
    "outcome",
    "unit",
    *("paid", "paid_low", "paid_high"),
    *("extra_money", "extra_money_low", "extra_money_high"),
    *("effect", "effect_low", "effect_high"),
    *("cost_per_unit", "cost_low", "cost_high"),
    "found",
    "worlds",
    "name_zh",
]


def aimed_at(full: Watched, twin: Watched, instrument: str) -> dict[str, Any]:
    """Return what an instrument paid and what all public money is beyond the twin without it, both in the whole years,
    million yuan, and by outcome what it is meant to move beyond that twin, all years together, in the outcome's unit.
    """

    def beyond(outcome: str) -> float:
        return full.together[outcome] - twin.together[outcome]

    moved = {aim: beyond(aim) for aim in get(instrument).aims}
    return {"paid": full.paid[instrument], "money": beyond(PUBLIC_MONEY), "moved": moved}


def cost_table(values: Values) -> pd.DataFrame:
    """Return money, effect and cost per extra unit of each outcome that an instrument is meant to move, with 95 %
    intervals: million yuan, and units of the outcome. Of an outcome of which less is better a unit less is extra.
    """
    runs = [run for _, run in sorted(values.items())]
    rows: list[tuple[Any, ...]] = []
    for instrument in runs[0]["names"]:
        told = [run["aims"][instrument] for run in runs]
        paid, money = (np.array([world[name] for world in told]) for name in ("paid", "money"))
        for aim in get(instrument).aims:
            known, effect = outcomes()[aim], np.array([world["moved"][aim] for world in told])
            mean, low, high = mean_interval(paid)
            shown = (mean, max(low, 0.0), high, *mean_interval(money), *mean_interval(effect))
            cost, found = cost_of(paid, money, known.sign * effect, known, apart=get(instrument).apart)
            words = len(runs), f"{get(instrument).title_zh}：{known.chinese}"
            rows.append((instrument, aim, known.unit, *shown, *cost, str(found), *words))
    return pd.DataFrame(rows, columns=COLUMNS)


def cost_of(
    paid: np.ndarray, money: np.ndarray, extra: np.ndarray, outcome: Outcome, *, apart: bool
) -> tuple[Cost, Found]:
    """Return the cost of an extra unit with its interval, and what can be said of it; nan where there is no cost.

    Args:
        paid, money, extra: million yuan that the instrument paid and that the package costs more with it, and units
            more of what is wanted, one value per world. apart: whether its money and its effect are assumed apart.
    """
    if not paid.any():
        return NO_COST, Found.NO_MONEY
    cost, found = unit_cost(money, extra, outcome)
    if found in (Found.NO_VALUE, Found.NO_EFFECT, Found.TOO_SMALL, Found.UNCERTAIN):
        return cost, found
    if extra.mean() < 0.0:
        return NO_COST, Found.CONTRARY
    return (NO_COST, Found.APART) if apart else (cost, found)
