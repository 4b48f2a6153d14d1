"""One number for one thing: over nine years prices fall by what the unit cost of the city's firms falls,
energy included.
"""

import numpy as np
import pytest

from tests.test_usual import decade

COUNTS = [3, pytest.param(6, marks=pytest.mark.slow)]  # of worlds
STILL = {"deflator_growth": 0} | {
    f"{name}_price_drift": 0 for name in ("metals", "ores", "chemicals", "coal", "electricity")
}
# Nobody lacks money.
MONEY = {"cash_sensitivity": 0, "credit_pace": 1, "credit_limit": 4.5, "research_squeeze": 0}


def unit_cost(firms, technology):
    """Mean cost of materials, wages and energy per unit of output at 2021 prices, by cluster, weighted by demand."""
    weight = np.where(firms.active, firms.demand, 0.0)
    able = np.where(firms.active, firms.productivity * firms.digital_effect, 1.0)
    per_unit = firms.cluster_sum(weight / able) / firms.cluster_sum(weight)
    energy = firms.cluster_sum(weight * firms.energy_intensity) / firms.cluster_sum(weight)
    return (technology.materials + technology.wages) * per_unit + technology.energy_price * energy


def beyond_cost(seed, **changes):
    """By how much of a yuan of output prices fell more than unit cost did, 2021 to 2030, mean over clusters; and how
    far they fell.
    """
    model = decade(seed, **STILL, **changes)[2]
    price = model.world.at(model.quarter).output_price
    saved = unit_cost(model.start.firms, model.technology) - unit_cost(model.firms, model.technology)
    return np.mean(1.0 - price - saved), np.mean(1.0 - price)


@pytest.mark.parametrize("count", COUNTS)
def test_prices_fall_by_what_unit_cost_falls_where_nobody_lacks_money(count):
    found = np.array([beyond_cost(seed, **MONEY) for seed in range(1, count + 1)])
    assert found[:, 1].mean() > 0.05, "prices hardly fell, so the test could not fail"
    assert abs(found[:, 0].mean()) <= 0.001, found
    assert np.abs(found[:, 0]).max() <= 0.004, found


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        pytest.param({"digital_consider": 0}, -0.001, 0.001, marks=pytest.mark.slow),
        ({}, -0.001, 0.005),  # outside firms find money as often as local ones did before: a fiftieth of the fall
    ],
)
def test_prices_fall_by_what_unit_cost_falls_where_some_find_no_money(changes, low, high, count):
    found = [beyond_cost(seed, **changes)[0] for seed in range(1, count + 1)]
    assert low <= np.mean(found) <= high, found
