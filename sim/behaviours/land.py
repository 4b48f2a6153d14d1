"""Land: expansions take the plots that they paid for, what stands beside them takes what it needs, and idle land finds
another user, by itself or because a budget takes it back.

Only a budget limits anybody; without one this keeps the books.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calendar.year import QUARTERS
from sim.firms import land
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.ground import FREE
from sim.firms.land import PlotRules, new_plot, own_plot
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting
from sim.tables.units import DUST

_ROUNDING = 1.0 + DUST


class StandingCapital(NamedTuple):
    """Capital that stands and that is being built, what its firm will need, and what was paid of the order for which
    it was allotted land.
    """

    active: PerFirm
    key: PerFirm
    capital: PerFirm
    capital_extra: PerFirm
    pipeline: PerFirm
    expected_demand: PerFirm
    wanted_expansion: PerFirm
    expansion: PerFirm
    land_allotted: PerFirm


class Plots(NamedTuple):
    """Land of firms, mu; capital that it carries, million yuan at 2021 prices; idle plots of firms that closed, mu;
    quarters in which land has been idle.
    """

    land: PerFirm
    land_capacity: PerFirm
    vacant_land: PerFirm
    idle_quarters: PerFirm


class IdleRules(NamedTuple):
    """Use of a firm's land below which it is idle, quarters after which idle land is taken back (never at zero), share
    of closed firms' land that stays idle for another quarter, and capital per yuan of annual output.
    """

    below: float
    patience: int
    stays: float
    capital_output: PerCluster


@declared(reads=(StandingCapital,), writes=(Plots,))
def take(firms: Firms, setting: Setting) -> None:
    """Write what firms stand on after what was built this quarter, mu."""
    numbers, technology, budget = setting.numbers, setting.technology, setting.terms.land or FREE
    idle = IdleRules(
        below=budget.idle_below,
        patience=budget.patience,
        stays=(1.0 - numbers.vacant_land_resold) ** (1.0 / QUARTERS),
        capital_output=technology.capital_output,
    )
    luck = land.plot_luck(setting.seed)
    _take(rows_in(firms), bundle(StandingCapital, firms), luck, setting.plots(), idle, bundle(Plots, firms))


@kernel
def _take(
    rows: Rows, standing: StandingCapital, luck: np.uint64, rules: PlotRules, idle: IdleRules, plots: Plots
) -> None:
    """Let land change hands in a quarter, mu.

    taken = allotted x paid / ordered, and for capital beyond what plots then carry as much as a new plot has
    used = min(capital, capital that expected demand needs); idle where used < below x capital that the land carries
    back, after `patience` idle quarters = what carries no capital; all of a firm that closed
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not standing.active[i]:
                if plots.vacant_land[i] > 0.0:
                    plots.idle_quarters[i] += 1
                    gone = idle.patience > 0 and plots.idle_quarters[i] >= idle.patience
                    plots.vacant_land[i] = 0.0 if gone else plots.vacant_land[i] * idle.stays
                continue
            stands, carried, taken = standing.capital[i] + standing.pipeline[i], plots.land_capacity[i], 0.0
            if standing.land_allotted[i] > 0.0 or stands > carried * _ROUNDING:
                plot = new_plot(own_plot(luck, standing.key[i], rules), rules)
                if standing.land_allotted[i] > 0.0:
                    taken = standing.land_allotted[i] * standing.expansion[i] / standing.wanted_expansion[i]
                    carried += taken / plot
                if stands > carried * _ROUNDING:
                    taken += plot * (stands - carried)
                    carried = stands
                plots.land[i] += taken
                plots.land_capacity[i] = carried
            if idle.patience <= 0:
                continue
            asked = idle.capital_output[c] * (1.0 + standing.capital_extra[i]) * standing.expected_demand[i] * 4.0
            if min(stands, asked) >= idle.below * carried:
                plots.idle_quarters[i] = 0
                continue
            plots.idle_quarters[i] += 1
            if plots.idle_quarters[i] >= idle.patience:
                plots.land[i] *= stands / carried
                plots.land_capacity[i] = stands
                plots.idle_quarters[i] = 0
