"""Each clause of each instrument, by hand: who is paid, how much, once; and the ledger that pays."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.events import Event
from sim.firms import Firms
from sim.ledger import AWARD, REST_OF_CITY, Claim, Envelope, Ledger
from sim.milestones import LISTS, TIERS
from sim.model import ClusterModel
from sim.parameters import Parameters
from sim.policies import get, names
from sim.policies.instrument import View
from sim.quarter import Quarter
from sim.terms import Terms
from tests.conftest import small
from tests.test_same_luck import advance, fingerprint

NOW = Quarter.of(2023, 2)


@pytest.fixture
def firms():
    """Ten clusters of two firms at the norm of their cluster."""
    start = np.arange(0, 20, 2)
    firms = Firms(start, start + 2, start + 2)
    firms.cluster[:] = np.repeat(np.arange(10), 2)
    firms.active[:] = firms.above_scale[:] = firms.local_headquarters[:] = True
    firms.productivity[:] = firms.research_propensity[:] = 1.0
    firms.energy_intensity[:], firms.demand[:], firms.expected_demand[:] = 50.0, 100.0, 100.0
    return firms


def view(firms, *events, quarter=NOW, left=1e6):
    return View(quarter, firms.read_only(), Parameters(), events, np.full(10, 100.0), 1.1, 1.0, left)


def event(kind, rows, unit="establishment", first=None):
    rows = np.array(rows)
    return Event(kind, unit, Quarter.of(2023, 1), 2022, rows, np.ones(rows.size, bool) if first is None else np.array(first), np.zeros(rows.size, int))


def paid(claims):
    return {(c.clause, int(row)): round(float(amount), 6) for c in claims for row, amount in zip(c.rows, c.amounts, strict=True)}


def test_a_firm_at_the_norm_scores_a_half_and_gets_half_of_each_peak_prize(firms):
    plan = get("peak_climbing")()
    claims = plan.claim(view(firms, event("tier_10bn", [3], "group"), event("tier_50bn", [5], "group"), event("tier_100bn", [7], "group")))
    assert paid(claims) == {("tier_10bn", 3): 1.0, ("tier_50bn", 5): 2.5, ("tier_100bn", 7): 5.0}


def test_a_greener_more_inventive_firm_scores_more_by_hand(firms):
    firms.research_propensity[3], firms.energy_intensity[3], firms.energy_intensity[2] = 3.0, 25.0, 75.0
    # innovation 3/4, green 50/25 = 2 -> 2/3, output 1/2: 0.4*0.75 + 0.3*0.6667 + 0.3*0.5 = 0.65
    assert get("peak_climbing")().score(firms, np.array([3]))[0] == pytest.approx(0.65)


def test_two_tiers_in_a_year_pay_the_higher_or_both_by_the_switch(firms):
    events = (event("tier_10bn", [3], "group"), event("tier_50bn", [3], "group"))
    assert paid(get("peak_climbing")().claim(view(firms, *events))) == {("tier_50bn", 3): 2.5}
    both = get("peak_climbing")(double_crossing="each").claim(view(firms, *events))
    assert paid(both) == {("tier_10bn", 3): 1.0, ("tier_50bn", 3): 2.5}


def test_the_unit_decides_whose_crossing_counts(firms):
    events = (event("tier_10bn", [3], "group"), event("tier_10bn", [4], "establishment"))
    assert paid(get("peak_climbing")().claim(view(firms, *events))) == {("tier_10bn", 3): 1.0}
    assert paid(get("peak_climbing")(unit="establishment").claim(view(firms, *events))) == {("tier_10bn", 4): 1.0}


def test_each_list_pays_its_amount_to_new_entries_and_a_return_only_by_the_switch(firms):
    events = (event("world_500", [1], "group"), event("china_500", [1, 2], "group", [True, False]), event("private_500", [9], "group"))
    first = {("world_500", 1): 30.0, ("china_500", 1): 10.0, ("private_500", 9): 2.0}
    assert paid(get("leading_enterprise")().claim(view(firms, *events))) == first
    again = get("leading_enterprise")(re_entry="any_new_year").claim(view(firms, *events))
    assert paid(again) == first | {("china_500", 2): 10.0}
    highest = get("leading_enterprise")(stacking="highest").claim(view(firms, *events))
    assert paid(highest) == {("world_500", 1): 30.0, ("private_500", 9): 2.0}


def test_titles_pay_once(firms):
    events = (event("champion", [1]), event("national_little_giant", [2, 3], first=[True, False]), event("provincial_little_giant", [4]))
    once = {("champion", 1): 2.0, ("national_little_giant", 2): 1.0, ("provincial_little_giant", 4): 0.5}
    assert paid(get("specialised_enterprise")().claim(view(firms, *events))) == once
    again = get("specialised_enterprise")(pay_again=True).claim(view(firms, *events))
    assert paid(again) == once | {("national_little_giant", 3): 1.0}


def test_scale_up_pays_half_of_the_tax_rise_at_most_a_tenth_of_a_million_and_services_as_one_line(firms):
    firms.local_tax_rise[1], firms.local_tax_rise[2] = 0.06, 0.9
    claims = get("scale_up")().claim(view(firms, event("above_scale", [1, 2, 3], first=[True, True, False])))
    # services: 300 firms x min(half of 0.12, 0.1)
    assert paid(claims) == {("industry", 1): 0.03, ("industry", 2): 0.1, ("services", REST_OF_CITY): 18.0}


def test_nothing_happened_nothing_is_paid(firms):
    for name in names():
        assert get(name)().claim(view(firms)) == []


def test_the_fund_offers_its_share_of_what_is_lacking_and_stops_when_the_money_ends(firms):
    firms.expected_demand[:] = 0.0
    firms.expected_demand[[0, 2]] = 1000.0  # high-end equipment and new energy, both landmarks
    firms.productivity[2] = 1.1
    numbers = Parameters()
    lacking = 4000.0 * np.array([numbers["high_end_equipment.capital_output"], numbers["new_energy.capital_output"]])
    wanted = numbers.expansion_speed * lacking / (1 + 1.0)
    terms = Terms(firms.rows)
    get("policy_fund")(amount_a_year=4 * (wanted[1] + 100.0), co_investment=1.0).announce(view(firms), terms)
    offer = terms.column("fund_offer")
    assert offer[2] == pytest.approx(wanted[1]) and offer[0] == pytest.approx(100.0) and not offer[[1, 3]].any()
    assert terms.column("fund_share")[2] == 0.5


def test_the_fund_never_offers_more_than_the_envelope_holds(firms):
    firms.expected_demand[:] = 1e6
    for rule in ("leaders", "growth", "landmark", "constrained", "even"):
        terms = Terms(firms.rows)
        get("policy_fund")(rule=rule).announce(view(firms, left=70.0), terms)
        assert terms.column("fund_offer").sum() == pytest.approx(70.0)


def test_the_energy_cap_by_hand(firms):
    # 1,000 tce in 2021; 2023: 0.968^2 x planned 1.1 x (1 - 0.05), a quarter of it
    budget = get("energy_budget")(extra_tightening=0.05)
    assert budget.cap(view(firms)) == pytest.approx(1000 * 0.968**2 * 1.1 * 0.95 / 4)
    terms = Terms(firms.rows)
    budget.announce(view(firms), terms)
    assert terms.energy.shares.sum() == pytest.approx(1.0)


def test_a_package_of_zero_amounts_equals_no_policy_bit_for_bit(no_policy):
    nothing = {f"policies__peak_climbing__max_award_{tier}": 0 for tier in ("100bn", "50bn", "10bn")}
    nothing |= {f"policies__leading_enterprise__max_award_{name}": 0 for name in LISTS}
    nothing |= {f"policies__specialised_enterprise__max_award_{t}": 0 for t in ("champion", "national_little_giant", "provincial_little_giant")}
    nothing |= {"policies__scale_up__rate": 0, "policies__policy_fund__amount_a_year": 0, "policies__energy_budget": None}
    zero = ClusterModel(small("baseline-2022", **nothing), seed=6)
    assert fingerprint(advance(zero, 9)) == fingerprint(advance(ClusterModel(no_policy, seed=6), 9))
    assert zero.ledger.total_fen() == 0


def test_the_announced_package_is_not_no_policy(announced, no_policy):
    assert fingerprint(advance(ClusterModel(announced, seed=6))) != fingerprint(advance(ClusterModel(no_policy, seed=6)))


def test_2022_brings_no_burst_of_awards(announced):
    model = ClusterModel(announced, seed=2, fixed=True)
    for _ in range(4):
        model.step()
    tiers = sum(p.rows.size for p in model.ledger.payments if p.clause in TIERS)
    assert tiers == 0


def claim(amounts, rows=None):
    amounts = np.array(amounts, dtype=float)
    return Claim("x", "y", "z", np.arange(amounts.size) if rows is None else np.array(rows), amounts)


def test_a_short_envelope_prorates_and_says_what_it_dropped():
    ledger = Ledger(Envelope(6.0, "prorate"))
    ledger.pay(NOW, [claim([4.0, 8.0])])
    assert ledger.received(NOW, AWARD, 2).tolist() == [2.0, 4.0] and ledger.dropped_fen == 6 * 10**8


def test_a_queue_pays_what_fits_and_keeps_the_rest_for_the_next_year():
    ledger = Ledger(Envelope(5.0, "queue"))
    ledger.pay(NOW, [claim([4.0, 8.0, 1.0])])
    assert ledger.received(NOW, AWARD, 3).tolist() == [4.0, 0.0, 0.0]
    ledger.pay(Quarter.of(2024, 1), [])
    assert ledger.dropped_fen == 0 and ledger.waiting


def test_money_for_the_rest_of_the_city_reaches_no_modelled_firm():
    ledger = Ledger()
    ledger.pay(NOW, [claim([3.0], rows=[REST_OF_CITY])])
    assert ledger.total_fen() == 3 * 10**8 and not ledger.received(NOW, AWARD, 5).any()


@given(st.lists(st.lists(st.floats(0, 1e4), min_size=1, max_size=5), max_size=5), st.floats(0, 1e4), st.sampled_from(["prorate", "queue"]))
def test_an_envelope_is_never_exceeded_and_no_fen_appears_or_vanishes(batches, envelope, when_short):
    ledger = Ledger(Envelope(envelope, when_short))
    ledger.pay(NOW, [claim(batch) for batch in batches])
    asked = sum(int(np.floor(np.array(batch) * 1e8 + 0.5).sum()) for batch in batches)
    kept = sum(int(np.floor(c.amounts * 1e8 + 0.5).sum()) for c in ledger.waiting)
    assert ledger.total_fen() <= envelope * 1e8 + 1
    assert ledger.total_fen() + ledger.dropped_fen + kept == asked
