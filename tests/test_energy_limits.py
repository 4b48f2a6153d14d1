"""Energy used never exceeds a quota: firm within quota, quotas within cluster budgets, clusters within the city's cap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviours.energy import cluster_budgets
from sim.model import ClusterModel
from tests.conftest import small

TIGHT = {"policies__energy_budget__extra_tightening": 0.15}


def test_use_stays_within_firm_quota_and_city_cap_every_quarter():
    model = ClusterModel(small("baseline-2022", **TIGHT), seed=3)
    bound = 0
    for _ in range(8):
        model.step()
        firms, cap = model.firms, model.record.city[-1]["energy_cap"]
        joined = firms.founded == model.quarter.number
        stayed = firms.active & ~joined
        assert (firms.energy_use[stayed] <= firms.energy_quota[stayed] * (1 + 1e-12)).all()
        assert firms.energy_quota[stayed].sum() <= cap * (1 + 1e-9)
        assert firms.energy_use.sum() <= cap * (1 + 1e-9)
        bound += np.count_nonzero(firms.energy_price_shadow)
    assert bound > 0, "the cap never bound, so the test could not fail"


def test_a_tighter_cap_cuts_output_first_and_leaves_intensity_alone_in_the_first_quarter():
    free, tight = ClusterModel(small("no-policy"), seed=3), ClusterModel(small("baseline-2022", **TIGHT), seed=3)
    free.step()
    tight.step()
    assert tight.firms.output_lost.sum() > 0
    steel = (free.firms.cluster == 4) & (free.firms.founded < free.quarter.number) & free.firms.active & tight.firms.active
    assert tight.firms.output[steel].sum() < free.firms.output[steel].sum()
    np.testing.assert_array_equal(tight.firms.energy_intensity[steel], free.firms.energy_intensity[steel])


def test_slack_is_handed_to_short_clusters_by_hand():
    wanted, first = np.array([120.0, 50.0, 30.0]), np.array([100.0, 70.0, 35.0])
    # short by 20; slack 20 and 5: 20 of the 25 is handed on, 16 and 4 of it
    np.testing.assert_allclose(cluster_budgets(wanted, first, True), [120.0, 54.0, 31.0])
    np.testing.assert_allclose(cluster_budgets(wanted, first, False), first)


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=12))
def test_handing_on_never_changes_the_city_total_nor_takes_what_its_owner_wants(pairs):
    wanted, first = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    budgets = cluster_budgets(wanted, first, True)
    assert abs(budgets.sum() - first.sum()) <= 1e-6 * max(first.sum(), 1.0)
    assert (budgets >= np.minimum(wanted, first) - 1e-6 * max(first.sum(), 1.0)).all()
