"""Energy saving, worked by hand: who looks, what pays back, what is lent, when it is saved, what the city pays."""

from dataclasses import replace

import numpy as np
import pytest

from sim.behaviours import construction, energy_saving, finance
from sim.calendar.quarter import Quarter
from sim.luck import randomness
from sim.measure.energy_saved import for_output_of_2021
from sim.policies.energy_audit import EnergyAudit
from sim.policies.energy_saving_support import EnergySavingSupport
from sim.policies.green_factories import GreenFactories
from sim.tables.clusters import Role
from sim.treasury.claims import Spending
from sim.treasury.ledger import Ledger
from sim.treasury.supported import supported
from sim.treasury.terms import Terms
from tests.hand import by_cluster, firms_with, quarter
from tests.policy_bench import delivered, look

NUMBERS = {
    "energy_price": 0.002,
    "energy_consider": 0.1,
    "energy_look_response": 1.0,
    "energy_looks": 4.0,
    "energy_saving": 0.08,
    "energy_saving_payback": 1e-6,
    "energy_payback_limit": 3.0,
    "energy_process": 1_000.0,
    "energy_contract_share": 0.5,
    "energy_audit_heard": 0.4,
    "expectation_weight": 0.5,
}
"""Everybody who looks finds a project that pays back, and no chance is above one a quarter, unless changed."""
USE = {"expected_demand": 1.0, "energy_intensity": 100.0}  # 400 tce a year


def considered(firms, price=0.002, terms=None, seed=1, deflator=1.0, **numbers):
    """Let firms consider energy saving; the price is the first cluster's, others pay that of 2021."""
    outside = {"energy_price": by_cluster(price, price, 0.002 * deflator), "deflator": deflator}
    energy_saving.consider(firms, quarter(outside=outside, terms=terms, seed=seed, **(NUMBERS | numbers)))
    return firms


def draws(firms, decision, seed=1):
    """Return the luck of each firm in one decision of the quarter."""
    return randomness.uniforms(quarter(seed=seed).luck(decision), firms.key)


def lookers(seeds=range(60), **given):
    """Return the share of the first cluster's three firms that look, and what their luck says at each chance."""
    found, luck = [], []
    for seed in seeds:
        firms = considered(firms_with(**USE), seed=seed, **given)
        found += (firms.wanted_energy_saving[:3] > 0.0).tolist()
        luck += draws(firms, "energy retrofit", seed)[:3].tolist()
    return np.array(found), np.array(luck)


# who looks


@pytest.mark.parametrize(
    ("given", "chance"),
    [
        ({}, 0.1),
        ({"price": 0.004}, 0.2),
        ({"price": 0.001}, 0.05),
        ({"price": 0.004, "energy_look_response": 2.0}, 0.4),
        ({"price": 0.004, "energy_look_response": 0.0}, 0.1),
        ({"price": 0.004, "deflator": 2.0}, 0.1),  # twice the price of 2021, like everything else
        ({"price": 0.02}, 1.0),
        ({"price": 0.02, "energy_looks": 1.0}, 0.25),  # once a year and no oftener
    ],
)
def test_a_firm_looks_the_oftener_the_more_a_tce_costs_over_its_usual_price(given, chance):
    found, luck = lookers(**given)
    np.testing.assert_array_equal(found, luck < chance)


def test_the_shadow_price_of_rationing_counts_like_the_price_once_it_has_lasted():
    """A shadow price of 0.008 counts for 0.004 at first and 0.006 after another quarter: thrice and four times the
    price of 2021.
    """
    firms = firms_with(energy_price_shadow=[0.008], **USE)
    considered(firms)
    assert firms.energy_shadow_seen[:2].tolist() == [0.004, 0.0]
    considered(firms)
    assert firms.energy_shadow_seen[0] == pytest.approx(0.006, rel=1e-12)
    for seed in range(40):
        firms = firms_with(energy_price_shadow=[0.008], energy_shadow_seen=[0.004], **USE)
        assert bool(considered(firms, seed=seed).energy_projects[0]) == (draws(firms, "energy retrofit", seed)[0] < 0.4)


def test_an_audit_is_heard_for_a_year_by_as_many_as_hear_it():
    """0.4 over four quarters on top of 0.1: 0.2; half an audit is heard half as often."""
    for audit, chance in ((1.0, 0.2), (0.5, 0.15)):
        terms = Terms(30)
        terms.add("audits", audit, np.arange(3))
        found, luck = lookers(terms=terms)
        np.testing.assert_array_equal(found, luck < chance)
    firms = considered(firms_with(**USE), terms=terms)
    assert firms.audited[:3].tolist() == [quarter().quarter.number] * 3 and not firms.audited[3:].any()


# what it costs and what pays back


def test_a_project_costs_its_payback_of_the_energy_saved_at_the_usual_price_and_is_wanted_when_that_is_short_enough():
    """400 tce x 0.08 = 32 tce a year; a payback of 2 years x luck at 0.002 x 1.5."""
    firms = firms_with(**USE)
    years = 2.0 * randomness.exponential(draws(firms, "energy saving")[0])
    sure = {"energy_consider": 1.0, "energy_saving_payback": 2.0, "price": 0.003, "deflator": 1.5}
    for limit, wanted in ((years * 1.001, years * 32.0 * 0.003), (years * 0.999, 0.0)):
        considered(firms, energy_payback_limit=limit, **sure)
        assert firms.wanted_energy_saving[0] == pytest.approx(wanted, rel=1e-12)
        assert firms.wanted_energy_saved[0] == pytest.approx(0.08 * bool(wanted), rel=1e-12)
    # at thrice the price a third of the years do
    considered(firms, energy_payback_limit=years * 0.34, **(sure | {"price": 0.009}))
    assert firms.wanted_energy_saving[0] == pytest.approx(years * 32.0 * 0.003, rel=1e-12)


def test_a_closed_firm_wants_nothing():
    firms = considered(firms_with(active=[False], wanted_energy_saving=5.0, **USE), energy_consider=1.0)
    assert firms.wanted_energy_saving[0] == 0.0 < firms.wanted_energy_saving[1]


def test_a_firm_with_several_processes_looks_at_each_with_luck_of_its_own():
    """2,600 tce in processes of 1,000 at most: three of 867 tce, each of which saves 69.3 tce."""
    of_all, number = [], 0
    for seed in range(100):
        firms = considered(firms_with(expected_demand=6.5, energy_intensity=100.0), seed=seed)
        of_all.append(int(firms.energy_projects[0]))
        assert firms.wanted_energy_saved[0] == pytest.approx(0.08 * of_all[-1] / 3.0)
        number += firms.energy_projects[0] > 0 and draws(firms, "energy retrofit", seed)[0] >= 0.1
    assert set(of_all) <= {0, 1, 2, 3} and 15 <= sum(of_all) <= 45  # 30 expected
    assert number > 0  # somebody whose first process is not looked at looks at another
    assert considered(firms_with(expected_demand=6.5), energy_consider=1.0).energy_projects[0] == 3


def test_support_lets_a_project_pay_back_that_would_not_and_is_counted_once_for_several():
    """32 tce at 0.002: a project that takes 0.1 years too long lacks 0.0064, and 30 % of it is more; of two processes
    that nothing but support pays for, support of the dearer one alone pays for one.
    """
    firms, terms = firms_with(**USE), Terms(30)
    terms.support(Spending.ENERGY_SAVING, "one", "saving", 0.3)
    years = 3.0 * randomness.exponential(draws(firms, "energy saving")[0])
    sure = {"energy_consider": 1.0, "energy_saving_payback": 3.0, "energy_payback_limit": years - 0.1}
    assert 0.3 * years > 0.1
    assert considered(firms, **sure).energy_projects[0] == 0
    assert considered(firms, terms=terms, **sure).energy_projects[0] == 1
    firms, sure = firms_with(expected_demand=2.0, energy_intensity=100.0), sure | {"energy_process": 400.0}
    both = considered(firms, **(sure | {"energy_payback_limit": 100.0})).wanted_energy_saving[0]
    first = years * 32.0 * 0.002
    terms = Terms(30)
    terms.support(Spending.ENERGY_SAVING, "one", "saving", 1.0, cap=max(first, both - first))
    found = considered(firms, terms=terms, **(sure | {"energy_payback_limit": 1e-9}))
    assert (found.energy_projects[0], found.wanted_energy_saving[0]) == (1, pytest.approx(first))
    assert found.wanted_energy_saved[0] == pytest.approx(0.04)


# what is lent on it, and what is done


def test_half_of_what_the_saving_is_worth_beyond_its_usual_price_is_lent_on_it_and_no_more_than_it_costs():
    """32 tce x 3 years x half of 0.006 - 0.002: 0.192; the project costs less, or more."""
    firms = firms_with(energy_shadow_seen=[0.004], energy_price_shadow=[0.004], **USE)
    years = 3.0 * randomness.exponential(draws(firms, "energy saving")[0])
    for payback in (1.0, 8.0):
        cost = payback / 3.0 * years * 32.0 * 0.002
        considered(firms, energy_consider=1.0, energy_saving_payback=payback)
        assert firms.wanted_energy_saving[0] == (pytest.approx(cost) if cost <= 32.0 * 3.0 * 0.006 else 0.0)
        assert firms.energy_security[0] == (pytest.approx(min(0.192, cost)) if firms.wanted_energy_saving[0] else 0.0)
    assert not firms.energy_security[3:].any()  # at the usual price usual credit is all there is


@pytest.mark.parametrize(
    ("cash", "lent", "worth", "granted", "credit"),
    [
        (4.0, 0.0, 1.0, 0.0, 0.0),  # 10 wanted, 4 there
        (4.0, 6.0, 1.0, 10.0, 6.0),
        (4.0, 5.0, 1.0, 0.0, 0.0),
        (4.0, 6.0, -1.0, 0.0, 0.0),  # nobody lends to the insolvent
        (12.0, 6.0, 1.0, 10.0, 0.0),  # who has the money borrows nothing
    ],
)
def test_who_is_rationed_and_has_no_money_saves_energy_on_what_the_saving_is_worth(cash, lent, worth, granted, credit):
    firms = firms_with(cash=cash, net_worth=worth, wanted_energy_saving=10.0, energy_projects=1, energy_security=lent)
    finance.grant(firms, quarter(cash_buffer=0.0))
    assert (firms.energy_saving_spending[0], firms.credit_drawn[0]) == (granted, pytest.approx(credit))


@pytest.mark.parametrize(("cash", "lent", "done"), [(10.0, 0.0, 4), (7.4, 0.0, 2), (2.4, 0.0, 0), (3.9, 4.0, 2)])
def test_of_several_projects_as_many_are_done_as_there_is_money_for(cash, lent, done):
    """Four of 2.5; of 1.5 each where 4 are lent on all, 3.9 pays two."""
    firms = firms_with(cash=cash, net_worth=1.0, wanted_energy_saving=10.0, energy_projects=4, energy_security=lent)
    finance.grant(firms, quarter(cash_buffer=0.0))
    assert firms.energy_saving_spending[0] == pytest.approx(2.5 * done)


def test_energy_is_saved_as_projects_are_delivered_and_a_third_comes_back():
    """Half of what was wanted is done: 0.04 of the energy, a quarter of it at once, a quarter of the rest next."""
    firms = firms_with(
        wanted_energy_saving=[4.0], energy_saving_spending=[2.0], wanted_energy_saved=[0.08], energy_intensity=100.0
    )
    now = quarter(delivery_quarters=4.0, rebound=0.25)
    construction.build(firms, now)
    assert firms.energy_intensity[:2] == pytest.approx([100.0 * (1.0 - 0.75 * 0.01), 100.0])
    assert firms.saving_under_way[0] == pytest.approx(0.03)
    firms.energy_saving_spending[0] = 0.0
    construction.build(firms, now)
    assert firms.energy_intensity[0] == pytest.approx(100.0 * (1.0 - 0.75 * 0.01) * (1.0 - 0.75 * 0.0075))


def test_the_energy_of_2021s_output_moves_with_savings_alone_and_those_who_left_count_as_the_others():
    """Outputs of 400 and 1,200 a year at 10 and 20 tce: 100 x 10 + 300 x 20; the second saves a tenth, then the first
    leaves, another firm stands in its row, and its 1,000 tce are a tenth less too.
    """
    start = firms_with(last_revenue=[400.0, 1200.0, 0.0], energy_intensity=[10.0, 20.0, 7.0])
    firms = start.copy()
    assert for_output_of_2021(firms, start)[0] == pytest.approx(7_000.0)
    firms.output[:], firms.energy_intensity[1] = 5.0, 18.0
    assert for_output_of_2021(firms, start)[0] == pytest.approx(6_400.0)
    firms.key[0], firms.energy_intensity[0] = 99, 500.0
    assert for_output_of_2021(firms, start)[0] == pytest.approx(6_300.0)
    firms.active[:3] = False
    assert for_output_of_2021(firms, start)[0] == pytest.approx(7_000.0)


# the instruments


def test_a_tce_saved_earns_its_reward_up_to_thirty_per_cent_of_the_project_and_the_cap():
    """100,000 tce a process x 0.08 = 8,000 tce at 400 yuan is 3.2 million: the cap of 1.5 comes first; 400 tce save 32,
    0.0128 million, of a project of 0.02 only 0.006.
    """
    firms = firms_with(expected_demand=[1.0, 500.0], energy_intensity=[100.0, 100.0])
    view, terms = look(firms), Terms(30)
    EnergySavingSupport().announce(view, terms)
    support = terms.support_of(Spending.ENERGY_SAVING)
    assert supported(support, 0, 1.0) == pytest.approx(0.0128)
    assert supported(support, 0, 0.02) == pytest.approx(0.006)
    assert supported(support, 1, 100.0) == 1.5
    firms.energy_saving_spending[:2] = 1.0, 100.0
    (claim,) = EnergySavingSupport().take_up(look(firms), terms)
    assert claim.amounts == pytest.approx([0.0128, 1.5])


def test_audits_go_to_key_users_not_audited_before_the_largest_first():
    """Of 7 key users in business 60 % a year are 1 in a quarter: the largest that was never audited; half a price buys
    half an audit.
    """
    firms = firms_with(expected_demand=1.0, energy_intensity=100.0)
    firms.expected_demand[:8] = [20.0, 90.0, 80.0, 70.0, 60.0, 50.0, 40.0, 30.0]
    firms.audited[1] = 5
    firms.active[2] = False
    audit = EnergyAudit(reach=0.6)
    (claim,) = audit.claim(look(firms))
    assert (claim.rows.tolist(), claim.amounts.tolist()) == ([3], [0.05])
    assert delivered(audit, look(firms)).column("audits")[3] == 1.0
    assert delivered(audit, look(firms), holds=0.025).column("audits")[3] == pytest.approx(0.5)
    assert EnergyAudit(reach=0.0).claim(look(firms)) == []


def seen(ledger, firms, label):
    """Return what an instrument sees in a quarter of what was paid and bought."""
    return replace(look(firms, label), payments=ledger.payments_of, bought=ledger.bought_by, waiting=ledger.waiting_of)


def test_an_audit_is_heard_in_its_quarter_and_the_three_after_it():
    firms, ledger = firms_with(expected_demand=100.0, energy_intensity=100.0), Ledger()
    ledger.pay(Quarter.read("2023Q2"), EnergyAudit(reach=0.14).claim(look(firms)))  # one of thirty
    for label, heard in (("2023Q2", 1.0), ("2023Q4", 1.0), ("2024Q1", 1.0), ("2024Q2", 0.0)):
        terms = Terms(30)
        EnergyAudit().deliver(seen(ledger, firms, label), terms)
        assert terms.column("audits").sum() == heard, label


def test_a_green_factory_is_better_than_its_cluster_and_its_project_large_enough():
    """Mean of the first cluster (10 + 20 + 30) / 3: the first alone is better; 30 % of 2 is more than 0.5."""
    firms = firms_with(expected_demand=1.0, energy_intensity=[10.0, 20.0, 30.0])
    terms = Terms(30)
    GreenFactories().announce(look(firms), terms)
    support = terms.support_of(Spending.ENERGY_SAVING)
    assert [supported(support, row, 2.0) for row in range(3)] == [0.5, 0.0, 0.0]
    assert supported(support, 0, 1.9) == 0.0  # below the floor
    firms.energy_saving_spending[0] = 3.0
    (claim,) = GreenFactories().take_up(look(firms), terms)
    assert (claim.rows.tolist(), claim.amounts.tolist()) == ([0], [0.5])


def test_a_green_factory_is_awarded_once_and_orders_equipment_in_the_quarter_after():
    """Mean 20: the first two are better, and the first had the award in 2023Q2; of its 3 a tenth is ordered, over sales
    of 3 x 10, in 2023Q3 and not again.
    """
    firms = firms_with(expected_demand=1.0, energy_intensity=[10.0, 15.0, 35.0], revenue=10.0)
    firms.energy_saving_spending[0] = 3.0
    ledger, terms, green = Ledger(), Terms(30), GreenFactories(circular_a_year=0.0)
    green.announce(look(firms), terms)
    ledger.pay(Quarter.read("2023Q2"), green.take_up(look(firms), terms))
    for label, ordered in (("2023Q3", 0.3 / 30.0), ("2023Q4", 0.0)):
        view, terms = seen(ledger, firms, label), Terms(30)
        green.announce(view, terms)
        support = terms.support_of(Spending.ENERGY_SAVING)
        assert [supported(support, row, 2.0) for row in range(3)] == [0.0, 0.5, 0.0]
        green.deliver(view, terms)
        assert terms.column("purchase").max() == pytest.approx(ordered)


def test_circular_parks_order_from_the_makers_of_such_equipment_as_far_as_they_were_paid():
    """20 million a year are 5 a quarter, of which a tenth is ordered beyond the usual: 0.5 over sales of 3 x 10."""
    firms = firms_with(revenue=10.0)
    view = look(firms)
    makers = view.with_role(Role.ENVIRONMENT)
    assert makers.sum() == 3
    assert (view.numbers.green_orders, GreenFactories().circular_a_year) == (0.1, 20.0)
    found = delivered(GreenFactories(), view).column("purchase")
    np.testing.assert_allclose(found, np.where(makers, 0.5 / 30.0, 0.0))
    np.testing.assert_allclose(delivered(GreenFactories(), view, holds=2.5).column("purchase"), found / 2.0)
    assert not delivered(GreenFactories(circular_a_year=0.0), view).has("purchase")
