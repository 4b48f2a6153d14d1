"""A quarter and a world outside made by hand, so that a rule can be called on a few firms and its answer worked out
on paper.
"""

from types import SimpleNamespace

import numpy as np

from sim.calendar.quarter import Quarter
from sim.firms.technology import Technology
from sim.setting import Setting
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.changzhou import COUNT
from tests.policy_bench import plain_firms


def by_cluster(first, second=None, others=1.0):
    """Return one value per cluster: the first cluster's, the second's, and one for all others."""
    values = np.full(COUNT, others)
    values[0], values[1] = first, first if second is None else second
    return values


def quarter(label="2023Q2", *, outside=None, technology=None, rows=30, seed=1, terms=None, **numbers):
    """Return a setting: `outside` and `technology` hold what differs from prices of one and the table's technology."""
    held, ones = Parameters().replace(numbers), np.ones(COUNT)
    plain = {
        "demand_growth": 0.0 * ones,
        "trend_growth": 0.0 * ones,
        "season": 1.0,
        "deflator": 1.0,
        "wage_index": 1.0,
        "input_price": ones,
        "output_price": ones,
        "energy_price": ones,
        "usual_ratio": ones,
    }
    of = Technology.of(held)
    made = {name: getattr(of, name) for name in of.__dataclass_fields__} | (technology or {})
    return Setting(
        Quarter.read(label),
        SimpleNamespace(**(plain | (outside or {}))),
        terms or Terms(rows),
        held,
        SimpleNamespace(**made),
        seed,
        0.0,
    )


def firms_with(**columns):
    """Return thirty plain firms with keys, each of them its own group; columns are set from row 0 on, or all alike."""
    firms = plain_firms()
    firms.key[:], firms.leads[:], firms.digital_effect[:] = np.arange(firms.rows) + 1, True, 1.0
    for name, values in columns.items():
        column = getattr(firms, name)
        if np.ndim(values):
            column[: len(values)] = values
        else:
            column[:] = values
    return firms
