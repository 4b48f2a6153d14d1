"""What policy is credited with: signs of what is additional, and classes of payments that differ in amount so that none can stand for another."""

import numpy as np
import pytest

from sim.catalogue import CITY, listed
from sim.claims import Basis
from sim.experiments import replicate
from sim.experiments.payment_classes import CLASSES, split
from sim.milestones import Kind
from tests.test_comparing import paid, world

TIER = Kind.TIER_10BN
NAMES = ("gdp", "investment", "world_500_firms", "crossings_real", "local_tax", "energy_use", "fund_outlay")


def result(**years):
    return {name: np.array(years.get(name, [0.0, 0.0])) for name in NAMES}


def added(here, twin):
    """Each outcome that is measured against a twin, by year."""
    return {o.name: replicate.beyond(o, here, twin).tolist() for o in listed(CITY) if o.against}


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("additional_gdp", "gdp"),
        ("additional_world_500_firms", "world_500_firms"),
        ("additional_crossings", "crossings_real"),
        ("additional_local_tax", "local_tax"),
        ("additional_energy_use", "energy_use"),
    ],
)
def test_additional_is_what_the_world_with_policy_has_more_than_its_twin(name, of):
    found = added(result(**{of: [5.0, 3.0]}), result(**{of: [2.0, 7.0]}))
    assert found[name] == [3.0, -4.0]
    others = set(found) - {name, "fund_leverage_additional"}
    assert all(found[other] == [0.0, 0.0] for other in others)


def test_additional_investment_adds_up_over_the_years():
    assert added(result(investment=[5.0, 3.0]), result(investment=[2.0, 1.0]))["additional_investment"] == [3.0, 5.0]


def test_leverage_is_private_money_beyond_the_world_without_the_fund_over_public_money():
    scenario, fundless = result(investment=[30.0, 50.0], fund_outlay=[4.0, 6.0]), result(investment=[20.0, 20.0])
    assert added(scenario, fundless)["fund_leverage_additional"] == [(10.0 - 4.0) / 4.0, (40.0 - 10.0) / 10.0]
    assert np.isnan(added(result(investment=[30.0, 50.0]), fundless)["fund_leverage_additional"]).all()


def by_class(full, twin, instrument):
    sums = dict.fromkeys(CLASSES, 0.0)
    for part, amount in split(full, twin, instrument).items():
        sums[part[2]] += amount
    return sums


def test_awards_of_different_amounts_fall_into_their_own_classes():
    """By then in the twin 1, later 2, on paper 4; of 8 and 16 that are new a half is displaced, for one other firm lost the event."""
    here = {TIER: {key: [(8100, key == 3)] for key in (1, 2, 3, 4, 5)}}
    there = {TIER: {1: [(8100, False)], 2: [(8101, False)], 9: [(8100, False)]}}
    payments = [paid(key, fen=int(1e8) * 2 ** (key - 1)) for key in (1, 2, 3, 4, 5)]
    found = by_class(world(here, {"prize": {("clause", TIER): payments}}), world(there), "prize")
    assert found == pytest.approx(
        {"deadweight": 1.0, "timing": 2.0, "relabelled": 4.0, "displaced": 12.0, "additional": 12.0, "unconditional": 0.0}
    )


def test_co_investment_of_which_half_came_earlier_and_an_eighth_would_have_come_anyway():
    """Paid 8: ahead by 7 after a year and by 3 at the end; nothing is displaced."""
    payments = {"fund": {("co", Basis.INVESTMENT): [paid(7, fen=800_000_000)]}}
    found = by_class(world(payments=payments, invested={7: [17.0, 23.0]}), world(invested={7: [10.0, 20.0]}), "fund")
    assert found == pytest.approx(
        {"deadweight": 1.0, "timing": 4.0, "relabelled": 0.0, "displaced": 0.0, "additional": 3.0, "unconditional": 0.0}
    )
