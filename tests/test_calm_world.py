"""A calm world stays calm: nothing but noise, growth and policy moves the model."""

import numpy as np

from sim.model import ClusterModel
from tests.conftest import small

STILL = (
    "capital",
    "productivity",
    "quality",
    "demand",
    "expected_demand",
    "output",
    "cash",
    "debt",
    "research_stock",
    "revenue",
    "profit",
    "energy_use",
    "wages",
    "dividends",
)


def test_a_calm_world_is_the_same_after_thirty_years():
    model = ClusterModel(small("no-policy", outlook__calm=True, horizon__until="2051Q4"), seed=2, fixed=True)
    model.step()
    first = model.firms.copy()
    for _ in range(4 * 30 - 1):
        model.step()
    assert (model.firms.active == first.active).all()
    for name in STILL:
        before, after = getattr(first, name), getattr(model.firms, name)
        np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9, err_msg=name)


def test_the_calm_world_sells_what_2021_sold():
    model = ClusterModel(small("no-policy", outlook__calm=True), seed=2, fixed=True)
    model.step()
    sold = model.firms.cluster_sum(model.firms.output)
    asked = model.firms.cluster_sum(model.start.firms.demand)
    np.testing.assert_allclose(sold, asked, rtol=1e-9)
