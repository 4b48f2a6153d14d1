"""Groups above 10 billion yuan leave by default, by sale or by an announced move, never by a coin."""

import numpy as np
import pytest

from sim.behaviours import entry_exit
from sim.firms import groups
from sim.model import ClusterModel
from sim.scenario.reading import load
from sim.tables.milestones import TIER_LINES
from tests.conftest import small
from tests.test_same_luck import advance, fingerprint

STRONG = {
    "parameters__exit_hazard": 0.2,
    "parameters__exit_size_exponent": 0.0,
}  # as likely for the large as for the small


def large(firms):
    return np.flatnonzero(firms.active & (np.maximum(firms.reported_revenue, firms.last_revenue) >= TIER_LINES[0]))


def in_default(firms, numbers):
    """Both conditions of a default: no cash for so many quarters, and worth less than nothing."""
    return (firms.short_of_cash >= round(numbers.default_quarters)) & (firms.net_worth < 0.0)


@pytest.fixture
def vanished(monkeypatch):
    """Rows of large groups that left without being in default at that moment."""
    real, found = entry_exit.leave, []

    def watched(firms, setting):
        giants = large(firms)
        defaulted = in_default(firms, setting.numbers)[giants]
        rows = real(firms, setting)
        found.extend(giants[~firms.active[giants] & ~defaulted])
        return rows

    monkeypatch.setattr(entry_exit, "leave", watched)
    return found


def test_no_hazard_closes_a_large_group_that_has_not_defaulted(vanished):
    model = advance(ClusterModel(small("no-policy", **STRONG), seed=3), 12)
    assert sum(city["exits"] for city in model.record.city) > 100, "the hazard was not high, so the test could not fail"
    assert large(model.firms).size and not vanished


@pytest.mark.parametrize(
    ("quarters_more", "net_worth", "closes"),
    [
        (0, -1.0, True),
        (-1, -1.0, False),  # one quarter too few
        (0, 0.0, False),  # short of cash, but its assets cover what it owes
    ],
)
def test_a_large_group_defaults_when_it_is_short_of_cash_long_enough_and_worth_less_than_nothing(
    quarters_more, net_worth, closes
):
    model = advance(ClusterModel(small("no-policy", **STRONG), seed=3), 1)
    row = int(large(model.firms)[0])
    model.firms.short_of_cash[row] = round(model.numbers.default_quarters) + quarters_more
    model.firms.net_worth[row] = net_worth
    assert in_default(model.firms, model.numbers)[row] == closes
    assert (row in entry_exit.leave(model.firms, model._begin())[0]) == closes
    assert model.firms.active[row] != closes


def test_a_plant_that_is_still_starting_up_does_not_close_by_the_hazard():
    model = advance(ClusterModel(small("no-policy", **STRONG), seed=3), 1)
    model.firms.ramp_demand[model.firms.active] = 1.0
    assert entry_exit.leave(model.firms, model._begin())[0].size == 0


def test_a_sold_group_keeps_its_plants_and_is_counted_by_no_list():
    never = small("no-policy", parameters__group_sale_hazard=0)
    often = small("no-policy", parameters__group_sale_hazard=0.072)
    kept, sold = ClusterModel(never, seed=5), ClusterModel(often, seed=5)
    result = [model.run() for model in (kept, sold)]
    assert result[0].years["group_sales"].sum() == 0
    assert result[1].years["group_sales"].sum() > 0
    gone = np.flatnonzero(
        kept.firms.leads & kept.firms.local_headquarters & ~sold.firms.local_headquarters & sold.firms.active
    )
    assert gone.size and kept.firms.active[gone].all()
    assert (sold.firms.output[gone] > 0.0).all()
    assert not np.isin(gone, groups.reporting_heads(sold.firms)).any()
    members = np.flatnonzero(np.isin(sold.firms.group, gone))
    assert not sold.firms.local_headquarters[members].any()


def test_without_policy_a_sale_changes_nothing_but_who_leads():
    kept = advance(ClusterModel(small("no-policy", parameters__group_sale_hazard=0), seed=5), 3)
    sold = advance(ClusterModel(small("no-policy", parameters__group_sale_hazard=0.072), seed=5), 3)
    assert fingerprint(kept)[:5] == fingerprint(sold)[:5]


@pytest.mark.slow
def test_over_sixty_worlds_to_2025_no_large_group_vanishes_otherwise(vanished):
    for seed in range(1, 61):
        ClusterModel(load("no-policy"), seed=seed).run()
    assert not vanished
