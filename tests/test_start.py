"""The start: firms that have lived through six years, with the sizes, counts and orders of 2021, and nothing that
jumps in 2022.
"""

import numpy as np
import pytest

from sim import history
from sim.firms.reservoir import Reservoir, smallest
from sim.firms.technology import Technology
from sim.model import ClusterModel
from sim.scenario.reading import load
from sim.start import population
from sim.start.endowment import endow
from sim.start.shares import local_output
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from tests.changzhou import COUNT
from tests.conftest import small


@pytest.fixture(scope="module")
def start():
    return ClusterModel(load("no-policy"), seed=4).start


def test_output_of_2021_and_the_count_of_firms_above_the_line_are_those_put_in(start):
    firms = start.firms
    above = firms.last_revenue >= ABOVE_SCALE_LINE
    assert np.count_nonzero(above) == 5_000
    np.testing.assert_allclose(
        firms.cluster_sum(np.where(above, firms.last_revenue, 0.0)), start.output_2021, rtol=1e-9
    )


def test_named_firms_have_their_own_revenue_of_2021():
    numbers = Parameters()
    start = history.build(numbers, 5_000, 10_000, 4)
    for firm, row in start.named.items():
        assert start.firms.last_revenue[row] == pytest.approx(local_output(numbers, firm)), firm


def test_firms_of_2021_differ_in_use_projects_and_orders_and_not_all_orders_were_served(start):
    firms = start.firms
    rows = np.flatnonzero(firms.active & (firms.last_revenue >= ABOVE_SCALE_LINE))
    use = firms.last_revenue[rows] / firms.capital[rows]
    assert np.percentile(use, 90) > 1.2 * np.percentile(use, 10)
    assert np.count_nonzero(firms.pipeline[rows]) > rows.size / 2
    assert (firms.cluster_sum(firms.last_revenue) < start.orders_2021).all()


def test_each_clusters_last_orders_over_its_output_of_the_year_survive_the_sorting_by_size(monkeypatch):
    seen = {}
    carry = history._carry

    def watched(firms, lived, annual, newest):
        carry(firms, lived, annual, newest)
        seen["past"] = lived.firms.cluster_sum(lived.firms.orders) / lived.firms.cluster_sum(lived.firms.year_revenue)
        seen["start"] = firms.cluster_sum(firms.orders) / firms.cluster_sum(annual)

    monkeypatch.setattr(history, "_carry", watched)
    history.build(Parameters().draw(3), 600, 1_200, 3)
    np.testing.assert_allclose(seen["start"], seen["past"], rtol=1e-12)


def test_the_list_of_2021_rests_on_2020_so_2022_promotes(start):
    firms = start.firms
    new = (firms.last_revenue >= ABOVE_SCALE_LINE) & ~firms.above_scale
    assert 200 <= np.count_nonzero(new) <= 900
    model = ClusterModel(load("no-policy"), seed=4, start=start)
    model.step()
    assert model.record.city[0]["promotions"] == np.count_nonzero(new)


def test_the_size_distribution_goes_through_the_line_without_a_break():
    # a Pareto body of exponent 0.618 with 5,000 firms above 20 million has 15,000 above 20 x 3^(-1/0.618) = 3.38
    # million
    assert smallest(5_000, 10_000, 0.618) == pytest.approx(3.38, abs=0.005)
    start = history.build(Parameters(), 5_000, 10_000, 2)
    revenue = start.firms.last_revenue[start.firms.active]
    above, below = (
        np.count_nonzero((revenue >= 20) & (revenue < 24)),
        np.count_nonzero((revenue >= 20 / 1.2) & (revenue < 20)),
    )
    assert below / above == pytest.approx(1.2**0.618, rel=0.1)


def test_every_industrial_firm_is_simulated_or_counted():
    model = ClusterModel(
        load("no-policy").with_changes({"parameters.reservoir_growth": 0, "horizon.until": "2022Q4"}), seed=2
    )
    assert model.reservoir.firms + np.count_nonzero(model.firms.active) == 60_000
    years = model.run().years
    closed = years["exits"][0]
    assert years["industrial_firms"][0] == pytest.approx(
        60_000 - closed
    )  # whoever enters leaves the counted, whoever shrinks returns


def test_an_emptier_reservoir_sends_fewer_entrants():
    full, half = (ClusterModel(load("no-policy"), seed=2) for _ in range(2))
    half.reservoir = Reservoir(half.reservoir.firms / 2, half.reservoir.start, 0.0)
    for model in (full, half):
        model.step()
    assert half.record.city[0]["entries"] == pytest.approx(full.record.city[0]["entries"] / 2, rel=0.2)


def test_in_a_calm_world_six_years_leave_every_firm_as_it_was():
    spec = small("no-policy", outlook__calm=True)
    numbers = ClusterModel(spec, seed=2, fixed=True).numbers
    drafted = population.draft(numbers, 600, 900, 2)
    fresh = endow(drafted, numbers, Technology.of(numbers), 2, drafted.annual)
    lived = history.build(numbers, 600, 900, 2).firms
    for name in ("demand", "orders", "output", "capital", "debt", "pipeline"):
        np.testing.assert_allclose(getattr(lived, name), getattr(fresh, name), rtol=1e-9, atol=1e-9, err_msg=name)


def test_rivals_are_charged_nothing_before_anybody_has_moved():
    model = ClusterModel(load("no-policy"), seed=1)
    setting = model._begin()
    np.testing.assert_array_equal(setting.rivals, np.zeros(COUNT))
    model = ClusterModel(load("no-policy"), seed=1)
    model.step()
    np.testing.assert_array_equal(model._begin().rivals, model._usual.competitiveness[0])
