"""First sets and platforms: who is recognised, what is paid, and what demand and the chance of success do."""

import numpy as np
import pytest

from sim.behaviours import demand, first_sets, innovation
from sim.luck.randomness import uniforms
from sim.policies.first_purchase import FirstPurchase
from sim.policies.innovation_platforms import InnovationPlatforms
from sim.tables.milestones import Kind
from sim.treasury.claims import REST_OF_CITY
from sim.treasury.terms import Terms
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, event, look, paid, plain_firms

NOW = quarter("2023Q3").quarter.number


def test_once_a_year_some_of_the_new_products_of_the_last_four_quarters_are_first_sets():
    """Of a success now and three quarters ago, not four; not below scale, not out of business, none without success."""
    firms = firms_with(product_success=[NOW, NOW - 3, NOW - 4, NOW, NOW, 0], first_set_quarter=[NOW - 4])
    firms.above_scale[3], firms.active[4] = False, False
    assert first_sets.recognise(firms, quarter("2023Q2", first_set_share=1.0)) == []
    (found,) = first_sets.recognise(firms, quarter("2023Q3", first_set_share=1.0))
    assert (found.kind, found.rows.tolist(), found.first.tolist()) == (Kind.FIRST_SET, [0, 1], [False, True])
    assert firms.first_set_quarter[:6].tolist() == [NOW, NOW, 0, 0, 0, 0]


def test_which_new_products_are_first_sets_is_drawn_by_firm():
    setting = quarter("2023Q3", first_set_share=0.3)
    firms = firms_with(product_success=NOW)
    lucky = np.flatnonzero(uniforms(setting.luck("first set"), firms.key) < 0.3)
    assert first_sets.recognise(firms, setting)[0].rows.tolist() == lucky.tolist() and 0 < lucky.size < 20


def test_a_success_with_a_product_is_noted_and_one_with_a_process_is_not():
    sure = {"success_rate": 1.0, "success_concavity": 0.0}
    for share in (0.0, 1.0):
        firms = firms_with(expected_demand=1.0, research=1.0)
        innovation.discover(firms, quarter("2023Q3", quality_share=share, **sure))
        assert (firms.product_success == NOW * share).all()
        assert (firms.quality > 0.0).all() == bool(share)


def test_thirty_per_cent_of_the_price_of_a_first_set_up_to_five_million_by_hand():
    """A set costs a twentieth of 40 and of 1,000 million yuan: 2 and 50; 0.6 and the cap."""
    firms = plain_firms()
    firms.last_revenue[:2] = 40.0, 1_000.0
    claims = FirstPurchase().claim(look(firms, events=[event("first_set", [0, 1], "establishment")]))
    assert paid(claims) == {0: 0.6, 1: 5.0}


@pytest.mark.parametrize(("quarters_ago", "share"), [(1, 0.05), (4, 0.05), (5, 0.0)])
def test_first_buyers_order_for_four_quarters_from_the_recognition_on(quarters_ago, share):
    """Two sets of a twentieth, half of them on top: a twentieth of demand, in each quarter of a year."""
    firms, terms = plain_firms(), Terms(30)
    firms.first_set_quarter[0] = NOW - quarters_ago
    FirstPurchase(orders=2.0).announce(look(firms, "2023Q3"), terms)
    assert terms.column("purchase").tolist() == [share] + [0.0] * 29


def test_first_purchases_add_to_orders_and_a_share_of_them_stays_as_demand():
    """A fifth more of both than without: orders of 1.2 x (1 + 0.1 x 0.2) times the usual; demand by a fiftieth."""
    terms = Terms(30)
    terms.add("purchase", 0.2, np.array([0]))
    moved = []
    for each in (None, terms):
        firms = firms_with(demand=10.0, output=10.0, orders=10.0)
        demand.turn(firms, quarter(terms=each, technology={"variable": np.full(10, 0.7)}, purchase_lasting=0.1))
        moved.append((firms.demand.copy(), firms.orders.copy()))
    (before, orders), (after, more) = moved
    np.testing.assert_allclose((after / before)[:2], [1.02, 1.0])
    np.testing.assert_allclose((more / orders)[:2], [1.2 * 1.02, 1.0])


def test_platforms_are_paid_a_quarter_of_the_years_money_whatever_firms_do():
    (claim,) = InnovationPlatforms().claim(look(plain_firms()))
    assert (claim.rows.tolist(), claim.amounts.tolist()) == ([REST_OF_CITY], [50.0])


def test_platforms_raise_the_chance_of_success_and_so_productivity():
    """Chance 0.5 x 1.2 = 0.6 of a stock at its norm: who draws between succeeds with platforms alone."""
    terms = delivered(InnovationPlatforms(success_support=0.2), look(plain_firms()))
    held = {"success_rate": 0.5, "success_concavity": 0.0, "quality_share": 1.0}
    setting = quarter("2023Q3", terms=terms, **held)
    firms = firms_with(expected_demand=1.0, research=1.0)
    innovation.discover(firms, setting)
    draws = uniforms(setting.luck("innovation"), firms.key)
    assert (firms.quality > 0.0).tolist() == (draws < 0.6).tolist() and ((draws > 0.5) & (draws < 0.6)).any()
