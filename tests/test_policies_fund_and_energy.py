"""The policy fund and the energy budget, with figures worked by hand; and what the registry promises."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import policies
from sim.model import ClusterModel
from sim.policies.energy_budget import EnergyBudgetManagement
from sim.policies.instrument import Instrument
from sim.policies.policy_fund import PolicyFund
from sim.tables.clusters import Role
from sim.treasury.claims import INVESTMENT
from sim.treasury.terms import Terms
from tests.changzhou import CLUSTERS
from tests.conftest import small
from tests.policy_bench import look, plain_firms

RULES = ("landmark", "leaders", "little-giants", "future", "shovel-ready", "constrained", "even")
ANY = {"ticket": 0.0, "agreed_share": 0.0}  # whatever the size and the industry


def short_of_capacity():
    """Rows 0, 1 and 2 lack 100, 200 and 50 million yuan of capital; all others have enough."""
    firms = plain_firms()
    firms.capital[:] = 1_000.0
    firms.expected_demand[:3] = 100.0
    needed = 100.0 * 4.0 * look(firms).numbers["high_end_equipment.capital_output"]
    firms.capital[:3] = needed - np.array([100.0, 200.0, 60.0])
    firms.pipeline[2] = 10.0
    return firms


def offers(fund, view):
    terms = Terms(view.firms.rows)
    fund.announce(view, terms)
    return terms


def test_an_offer_covers_the_public_share_of_what_a_firm_would_add_this_quarter():
    view = look(short_of_capacity())
    terms = offers(PolicyFund(co_investment=3.0, rule="even", concession=0.2, **ANY), view)
    speed = view.numbers.expansion_speed
    np.testing.assert_allclose(terms.column("fund_offer")[:4], np.array([25.0, 50.0, 12.5, 0.0]) * speed, atol=1e-8)
    assert terms.column("fund_share")[:4].tolist() == [0.25, 0.25, 0.25, 0.0]
    assert terms.column("fund_concession")[:4].tolist() == [0.2, 0.2, 0.2, 0.0]


def test_firms_below_scale_or_closed_get_no_offer():
    firms = short_of_capacity()
    firms.above_scale[0] = firms.active[1] = False
    assert np.flatnonzero(offers(PolicyFund(**ANY), look(firms)).column("fund_offer")).tolist() == [2]


def test_leaders_are_served_first_until_the_quarters_money_ends():
    firms = short_of_capacity()
    firms.expected_demand[1] = 101.0
    fund = PolicyFund(amount_a_year=4.0, rule="leaders", **ANY)
    assert offers(fund, look(firms)).column("fund_offer")[:3].tolist() == [0.0, 1.0, 0.0]
    assert offers(fund, look(firms, left=0.25)).column("fund_offer")[:3].tolist() == [0.0, 0.25, 0.0]


def test_the_rule_decides_who_is_first():
    firms = short_of_capacity()
    firms.cash[:3], firms.specialised_title[:3], firms.capital_due[:3] = [1.0, 50.0, 50.0], [1, 3, 0], [1.0, 1.0, 9.0]
    for rule, first in (("constrained", 0), ("little-giants", 1), ("shovel-ready", 2)):
        terms = offers(PolicyFund(amount_a_year=0.4, rule=rule, **ANY), look(firms))
        assert np.flatnonzero(terms.column("fund_offer")).tolist() == [first], rule


def test_landmark_clusters_come_before_equal_firms_elsewhere():
    firms = short_of_capacity()
    firms.capital[:3] = 1_000.0
    firms.expected_demand[[0, 12]] = 1_000.0  # equipment is a landmark cluster, steel is not
    terms = offers(PolicyFund(amount_a_year=0.4, **ANY), look(firms))
    assert np.flatnonzero(terms.column("fund_offer")).tolist() == [0]


@given(
    st.sampled_from(RULES),
    st.floats(0, 1e4),
    st.floats(0, 1e3),
    st.lists(st.floats(0, 1e4), min_size=30, max_size=30),
    st.floats(0, 1),
    st.floats(0, 100),
)
def test_offers_never_exceed_the_money_nor_what_firms_can_use_nor_what_is_kept_for_agreed_industries(
    rule, amount, left, demand, agreed, ticket
):
    firms = plain_firms()
    firms.expected_demand[:], firms.capital[:] = demand, 100.0
    view = look(firms, left=left)
    fund = PolicyFund(amount_a_year=amount, rule=rule, agreed_share=agreed, ticket=ticket)
    terms = offers(fund, view)
    offer = terms.column("fund_offer")
    ratio = np.array(view.numbers.by_cluster("capital_output"))[firms.cluster]
    usable = np.maximum(firms.expected_demand * 4.0 * ratio - 100.0, 0.0) * view.numbers.expansion_speed / 3.3
    assert np.rint(offer * 1e8).sum() <= round(min(amount / 4.0, left) * 1e8) + 1
    assert (offer >= 0.0).all()
    assert (offer <= usable + 1e-8).all()
    assert (offer[usable * 0.999 < ticket * view.numbers.expansion_speed * 0.999] == 0.0).all()
    other = np.array([Role.LANDMARK not in c.roles for c in CLUSTERS])[firms.cluster]
    assert offer[other].sum() <= (1.0 - agreed) * min(amount / 4.0, left) + 1e-7
    assert 0.0 <= terms.fund_too_small <= min(amount / 4.0, left) - offer.sum() + 1e-7


def test_what_firms_took_up_is_claimed_as_investment():
    firms = plain_firms()
    firms.fund_taken[[3, 8]] = [12.0, 0.5]
    (claim,) = PolicyFund().take_up(look(firms), Terms(firms.rows))
    assert (claim.form, claim.rows.tolist(), claim.amounts.tolist()) == (INVESTMENT, [3, 8], [12.0, 0.5])


def test_a_fund_without_money_offers_nothing():
    terms = offers(PolicyFund(amount_a_year=0.0), look(short_of_capacity()))
    assert not any(terms.column(name).any() for name in ("fund_offer", "fund_share", "fund_concession"))


@pytest.mark.parametrize("when_short", ["prorate", "in_order", "queue"])
def test_under_a_short_envelope_the_fund_still_pays_firms_what_they_took_up(when_short):
    # announced phases are paid by their groups: without them a few large firms ask for more than the envelope holds
    scenario = small(
        "baseline-2022",
        envelope__amount_a_year=40.0,
        envelope__when_short=when_short,
        outlook__announced=False,
        policies__policy_fund__ticket=0.0,
    )
    model = ClusterModel(scenario, seed=3)
    short = 0
    for _ in range(8):
        model.step()
        received = model.ledger.received(model.quarter, INVESTMENT, model.firms.rows)
        stayed = model.firms.active
        np.testing.assert_allclose(received[stayed], model.firms.fund_taken[stayed], atol=1e-8)
        short += model.ledger.left(model.quarter) < 1.0
    assert short > 0, "the envelope never ran short, so the test could not fail"


# 用能预算管理


def test_the_cap_is_energy_of_2021_cut_by_the_target_on_planned_gdp():
    growth = np.linspace(0.9, 1.8, 10)
    view = look(plain_firms(), "2023Q3", energy=100.0, planned_gdp=1.1, planned_growth=growth, season=1.05)
    terms = Terms(view.firms.rows)
    EnergyBudgetManagement(extra_tightening=0.1).announce(view, terms)
    # 1000 tce, 2 % above the path, x 0.968 squared x 1.1 x 0.9, a quarter of it, times the season
    assert view.numbers.energy_start_gap == 0.02
    assert terms.energy.cap == pytest.approx(238.63892976)
    np.testing.assert_allclose(terms.energy.planned, 26.25 * growth)
    assert (terms.energy.rule, terms.energy.coverage, terms.energy.hand_on_slack) == ("key-users", 50_000.0, True)


def test_proportional_budgets_stay_at_the_use_of_2021():
    view, terms = look(plain_firms(), "2023Q3", energy=100.0, planned_growth=np.linspace(0.9, 1.8, 10)), Terms(30)
    EnergyBudgetManagement(rule="proportional").announce(view, terms)
    assert terms.energy.planned.tolist() == [25.0] * 10


def test_the_planner_knows_the_outlook_but_not_the_demand_that_comes():
    model, booming = (
        ClusterModel(small("baseline-2022", outlook__demand_shift=s), seed=3, fixed=True) for s in (0.0, 0.2)
    )
    growth = model.world.planned_growth(2024)
    np.testing.assert_allclose(growth, (1.0 + np.array(model.numbers.by_cluster("demand_growth"))) ** 3)
    np.testing.assert_array_equal(booming.world.planned_growth(2024), growth)


def test_two_energy_budgets_are_refused():
    view, terms = look(plain_firms()), Terms(30)
    EnergyBudgetManagement().announce(view, terms)
    with pytest.raises(ValueError, match="two instruments set an energy budget"):
        EnergyBudgetManagement().announce(view, terms)


# the registry


def test_each_file_holds_one_instrument_with_its_name_and_documented_fields():
    assert len(policies.names()) >= 6
    for name in policies.names():
        instrument = policies.get(name)
        assert issubclass(instrument, Instrument)
        assert instrument.name == name
        assert all(field.description for field in instrument.model_fields.values())
    with pytest.raises(KeyError):
        policies.get("peak_climbin")


def test_reading_instruments_imports_nothing_heavy():
    code = (
        "import sys; from sim import policies; [policies.get(n) for n in policies.names()]; "
        "print(sorted({'numba', 'pandas', 'mesa', 'scipy', 'matplotlib'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
