"""Edges of the instruments, worked by hand: who comes first, exact amounts, the fields that a scenario may set."""

import json
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from sim import policies
from sim.calendar.quarter import Quarter
from sim.policies.energy_budget import EnergyBudgetManagement
from sim.policies.leading_enterprise import LeadingEnterprise
from sim.policies.peak_climbing import PeakClimbing, _cluster_mean
from sim.policies.policy_fund import PolicyFund
from sim.policies.scale_up import ScaleUp
from sim.policies.specialised_enterprise import SpecialisedEnterprise
from sim.scenario.programme import read
from sim.scenario.schema import scenario_schema
from sim.tables.clusters import Role
from sim.treasury.sharing import best_first, foremost
from sim.treasury.terms import Terms
from tests.changzhou import CLUSTERS, COUNT
from tests.policy_bench import event, look, paid, plain_firms

ALL = [policies.get(name) for name in policies.names()]


def told(instrument, view):
    terms = Terms(view.firms.rows)
    instrument.announce(view, terms)
    return terms


# what a scenario may set


def test_fields_defaults_and_bounds_are_those_of_the_shipped_schema():
    shipped = json.loads((Path(__file__).parent.parent / "scenarios" / "schema.json").read_text(encoding="utf-8"))
    assert shipped["properties"]["policies"] == scenario_schema()["properties"]["policies"]


@pytest.mark.parametrize("instrument", ALL, ids=lambda kind: kind.name)
def test_an_instrument_is_frozen_and_knows_its_fields(instrument):
    with pytest.raises(ValidationError):
        instrument(nonsense=1)
    plan = instrument()
    field = next(iter(instrument.model_fields))
    with pytest.raises(ValidationError):
        setattr(plan, field, getattr(plan, field))
    with pytest.raises(ValidationError):
        instrument(**{field: "a dozen"})
    with pytest.raises(ValidationError):
        instrument(**{field: float("inf")})


def test_instruments_are_the_files_of_their_folder():
    folder = Path(policies.__file__).parent
    assert set(policies.names()) | {"__init__", "instrument"} == {p.stem for p in folder.glob("*.py")}
    assert {kind.name for kind in ALL} == set(policies.names())
    with pytest.raises(KeyError):
        policies.get("instrument")


# 登峰计划


def test_weights_may_differ_from_one_by_rounding_alone():
    PeakClimbing(weight_innovation=0.4 + 5e-10)
    for wrong in (0.4 + 1.5e-9, 0.4 - 1.5e-9):
        with pytest.raises(ValidationError):
            PeakClimbing(weight_innovation=wrong)


def test_the_score_weighs_research_energy_against_the_cluster_and_productivity():
    firms = plain_firms()
    firms.research_propensity[3], firms.energy_intensity[3], firms.productivity[3] = 4.0, 400.0, 9.0
    firms.demand[3:6], firms.energy_intensity[4:6] = [1.0, 2.0, 1.0], [50.0, 300.0]
    # the cluster's mean is (400 + 100 + 300) / 4 = 200: half of the firm's
    plan = PeakClimbing(weight_innovation=0.5, weight_green=0.3, weight_output=0.2)
    assert plan.score(firms, np.array([3, 0])) == pytest.approx([0.5 * 0.8 + 0.3 / 3.0 + 0.2 * 0.9, 0.5])


def test_a_firm_that_closed_since_gets_no_prize():
    firms = plain_firms()
    firms.active[0] = False
    assert paid(PeakClimbing().claim(look(firms, events=[event("tier_10bn", [0, 1])]))) == {1: 1.0}


def test_only_active_firms_led_from_here_are_told_of_a_prize():
    firms = plain_firms()
    firms.active[0], firms.local_headquarters[1] = False, False
    seen = told(PeakClimbing(perceived_benefit=3.0), look(firms, "2022Q4"))
    assert [seen.column(f"group_tier_{n}bn")[2] for n in (10, 50, 100)] == [4.0, 5.5, 8.0]
    assert seen.column("group_tier_10bn")[:3].tolist() == [0.0, 0.0, 4.0]
    for quarter in ("2022Q1", "2022Q2", "2022Q3"):
        assert not told(PeakClimbing(), look(firms, quarter)).has("group_tier_10bn")


def test_the_chosen_unit_is_told_and_its_own_marks_count():
    firms = plain_firms()
    firms.highest_tier[:3], firms.group_highest_tier[:3] = [0, 1, 2], [3, 3, 3]
    seen = told(PeakClimbing(unit="establishment", stacking="highest_only"), look(firms, "2022Q4"))
    assert seen.column("establishment_tier_100bn")[:3].tolist() == [5.0, 4.0, 2.5]
    assert seen.column("establishment_tier_10bn")[:3].tolist() == [1.0, 0.0, 0.0]
    assert not seen.has("group_tier_10bn")


def test_three_tiers_in_one_year_under_every_reading():
    view = look(plain_firms(), events=[event(f"tier_{n}bn", [0]) for n in (10, 50, 100)] + [event("tier_10bn", [1])])
    assert paid(PeakClimbing().claim(view)) == {0: 5.0, 1: 1.0}
    assert paid(PeakClimbing(double_crossing="each").claim(view)) == {0: 8.5, 1: 1.0}
    assert paid(PeakClimbing(stacking="highest_only").claim(view)) == {0: 5.0, 1: 1.0}
    assert paid(PeakClimbing(stacking="highest_only", double_crossing="each").claim(view)) == {0: 5.0, 1: 1.0}


def test_claims_say_which_year_was_judged():
    (claim,) = PeakClimbing().claim(look(plain_firms(), events=[event("tier_10bn", [0], year=2022)]))
    assert "2022" in claim.trigger and claim.instrument == "peak_climbing"


# 领军企业


def test_status_and_award_are_told_at_the_end_of_a_year_alone():
    firms = plain_firms()
    plan = LeadingEnterprise(perceived_benefit_world_500=7.0, perceived_benefit_other=3.0)
    seen = told(plan, look(firms, "2022Q4"))
    names = ("world_500", "china_500", "manufacturing_500", "private_500")
    assert [seen.column(name)[1] for name in names] == [37.0, 13.0, 8.0, 5.0]
    for quarter in ("2022Q1", "2022Q2", "2022Q3"):
        assert not told(plan, look(firms, quarter)).has("world_500")


def test_the_dearest_list_of_a_group_is_its_own():
    events = [event("china_500", [0, 1]), event("private_500", [0, 2]), event("manufacturing_500", [1, 2])]
    view = look(plain_firms(), events=events)
    assert paid(LeadingEnterprise(stacking="highest").claim(view)) == {0: 10.0, 1: 10.0, 2: 5.0}
    assert paid(LeadingEnterprise().claim(view)) == {0: 12.0, 1: 15.0, 2: 7.0}


def test_events_of_others_are_no_list():
    assert LeadingEnterprise().claim(look(plain_firms(), events=[event("tier_10bn", [0])])) == []


# 专精特新


def test_titles_are_told_in_the_third_quarter_alone():
    for quarter in ("2022Q1", "2022Q2", "2022Q4"):
        assert not told(SpecialisedEnterprise(), look(plain_firms(), quarter)).has("champion")
    firms = plain_firms()
    firms.highest_title[:4] = [0, 1, 2, 3]
    seen = told(SpecialisedEnterprise(perceived_benefit=0.125), look(firms, "2022Q3"))
    assert seen.column("champion")[:4].tolist() == [2.125, 2.125, 2.125, 0.125]
    assert seen.column("national_little_giant")[:4].tolist() == [1.125, 1.125, 0.125, 0.125]


def test_events_of_others_are_no_title():
    assert SpecialisedEnterprise().claim(look(plain_firms(), events=[event("world_500", [0])])) == []
    assert ScaleUp().claim(look(plain_firms(), "2023Q1", events=[event("world_500", [0])])) == []


# 小升规


def test_services_are_paid_once_a_year_for_the_year_before():
    found = {season: ScaleUp().claim(look(plain_firms(), f"2023Q{season}")) for season in (1, 2, 3, 4)}
    assert [len(claims) for claims in found.values()] == [0, 1, 0, 0]
    (claim,) = found[2]
    assert (claim.clause, "2022" in claim.trigger, claim.rows.tolist()) == ("services", True, [-1])
    for rise, total in ((0.1, 15.0), (0.2, 30.0), (0.3, 30.0)):
        assert ScaleUp(services_tax_rise=rise).claim(look(plain_firms(), "2023Q2"))[0].amounts == pytest.approx([total])


def test_half_of_the_tax_rise_is_paid_up_to_the_cap():
    firms = plain_firms()
    firms.local_tax_rise[:3] = [0.1, 0.2, 0.3]
    view = look(firms, "2023Q1", events=[event("above_scale", [0, 1, 2], first=[True, True, True])])
    assert paid(ScaleUp().claim(view)) == {0: 0.05, 1: 0.1, 2: 0.1}


# 政策性资金


def lacking(**columns):
    """Four firms lack capital by which the fund would put in 1, 2, 3 and 4 (a share of a quarter, built at half a gap
    a quarter).
    """
    firms = plain_firms()
    firms.above_scale[:] = False
    firms.above_scale[:4] = True
    firms.expected_demand[:4] = 100.0
    ratio = np.array(look(firms).numbers.by_cluster("capital_output"))[firms.cluster[:4]]
    speed = look(firms).numbers.expansion_speed
    firms.capital[:4] = 400.0 * ratio - np.array([4.0, 8.0, 12.0, 16.0]) / speed
    for name, values in columns.items():
        getattr(firms, name)[:4] = values
    firms.capital[:4] -= firms.capital_due[:4]  # what is due is not lacked
    return firms


ANY = {"ticket": 0.0, "agreed_share": 0.0}  # whatever the size and the industry


def offer(firms, amount, left=np.inf, **fields):
    terms = told(PolicyFund(amount_a_year=4.0 * amount, co_investment=3.0, **(ANY | fields)), look(firms, left=left))
    found = terms.column("fund_offer")
    np.testing.assert_array_equal(terms.column("fund_share"), np.where(found > 0.0, 0.25, 0.0))
    np.testing.assert_array_equal(terms.column("fund_concession"), np.where(found > 0.0, 0.3, 0.0))
    assert not found[4:].any()
    return found[:4].round(7).tolist()


def test_the_fund_offers_each_what_it_would_put_in_while_there_is_money():
    for rule in ("landmark", "leaders", "little-giants", "future", "shovel-ready", "constrained", "even"):
        assert offer(lacking(), 100.0, rule=rule) == [1.0, 2.0, 3.0, 4.0]


def test_a_quarter_of_the_yearly_amount_is_there_to_be_taken_up_whoever_lacks_capital():
    assert [told(PolicyFund(amount_a_year=a), look(lacking())).fund_money for a in (8.0, 20.0)] == [2.0, 5.0]
    assert told(PolicyFund(amount_a_year=8.0), look(plain_firms(), left=0.0)).fund_money == 2.0


def test_a_firm_with_more_capital_than_it_needs_takes_no_part_in_sharing_out():
    """1, 2 and 3 are wanted, the fourth has 4 too much; of the 3 there are each gets a half."""
    firms = lacking()
    firms.capital[3] += 32.0 / look(firms).numbers.expansion_speed
    assert offer(firms, 3.0, rule="even") == [0.5, 1.0, 1.5, 0.0]


def test_two_funds_at_one_time_are_refused():
    """Firms take up one offer, and the columns say what was taken and not from whom."""
    terms = told(PolicyFund(), look(lacking()))
    with pytest.raises(ValueError, match="two instruments make an offer of co-investment"):
        PolicyFund().announce(look(lacking()), terms)


def test_short_money_is_shared_alike_or_given_to_the_first():
    assert offer(lacking(), 5.0, rule="even") == [0.5, 1.0, 1.5, 2.0]
    assert offer(lacking(), 100.0, left=5.0, rule="even") == [0.5, 1.0, 1.5, 2.0]
    assert offer(lacking(), 100.0, left=-1.0, rule="even") == [0.0] * 4
    assert offer(lacking(), 100.0, left=-1.0) == [0.0] * 4


@pytest.mark.parametrize(
    ("rule", "columns", "expected"),
    [
        ("little-giants", {"specialised_title": [1, 3, 2, 0]}, [0.5, 2.0, 3.0, 0.0]),
        ("shovel-ready", {"capital_due": [20.0, 40.0, 30.0, 10.0]}, [0.5, 2.0, 3.0, 0.0]),
        ("constrained", {"cash": [30.0, 10.0, 20.0, 40.0]}, [0.5, 2.0, 3.0, 0.0]),
        ("landmark", {"productivity": [1.0, 3.0, 2.0, 0.5]}, [0.5, 2.0, 3.0, 0.0]),
    ],
)
def test_the_rule_says_who_is_first(rule, columns, expected):
    assert offer(lacking(**columns), 5.5, rule=rule) == expected


def test_leaders_are_those_with_most_demand():
    firms = lacking()
    firms.expected_demand[:4] += [0.0, 1e-9, 0.0, 2e-9]
    assert offer(firms, 5.0, rule="leaders") == [0.0, 1.0, 0.0, 4.0]


@pytest.mark.parametrize("rule", ["little-giants", "future", "constrained"])
def test_of_equals_the_larger_comes_first(rule):
    firms = lacking(specialised_title=1, cash=0.0)
    firms.expected_demand[:4] += [0.0, 1e-9, 0.0, 2e-9]
    assert offer(firms, 4.0, rule=rule) == [0.0, 0.0, 0.0, 4.0]


def test_of_equals_behind_the_first_the_larger_comes_first_too():
    assert best_first(np.array([5.0, 9.0, 5.0, 7.0]), np.array([1.0, 1.0, 3.0, 1.0])).tolist() == [1, 3, 2, 0]
    assert best_first(np.array([5.0, 9.0, 6.0, 7.0]), np.array([1.0, 1.0, 3.0, 1.0])).tolist() == [1, 3, 2, 0]


def test_the_foremost_are_the_first_of_all_in_order_with_equals_as_they_stand_and_what_is_no_number_last():
    draws = np.random.default_rng(1)
    for size in (0, 1, 7, 40):
        rank = draws.integers(0, 6, size).astype(float)  # most have equals
        rank[rank == 5.0] = np.nan
        for number in range(size + 2):
            assert foremost(rank, number).tolist() == np.argsort(-rank, kind="stable")[:number].tolist()


def test_the_constrained_are_those_with_little_cash_for_their_size():
    firms = lacking(cash=[30.0, 10.0, 20.0, 40.0])
    ratio = np.array(look(firms).numbers.by_cluster("capital_output"))[firms.cluster[3]]
    firms.expected_demand[3] *= 10.0  # 0.04 of demand in cash, the least
    firms.capital[3] += 3_600.0 * ratio
    assert offer(firms, 5.0, rule="constrained") == [0.0, 1.0, 0.0, 4.0]


def test_landmark_clusters_weigh_more_than_others():
    steel = next(i for i, c in enumerate(CLUSTERS) if Role.LANDMARK not in c.roles)
    assert Role.LANDMARK in CLUSTERS[0].roles
    firms = plain_firms()
    firms.expected_demand[[0, 3 * steel]] = 1_000.0
    for productivity, weight, first in ((1.9, 2.0, 0), (2.1, 2.0, 3 * steel), (2.1, 3.0, 0), (1.01, 1.0, 3 * steel)):
        firms.productivity[3 * steel] = productivity
        found = told(PolicyFund(amount_a_year=0.4, landmark_weight=weight, **ANY), look(firms)).column("fund_offer")
        assert np.flatnonzero(found).tolist() == [first], (productivity, weight)


def test_firms_that_lack_nothing_or_expect_nothing_get_no_offer():
    firms = lacking()
    firms.pipeline[0] = 1e6
    firms.expected_demand[1] = 0.0
    firms.capital[1] = 0.0
    assert offer(firms, 100.0) == [0.0, 0.0, 3.0, 4.0]


def test_offers_are_whole_fen_rounded_down():
    firms = lacking()
    found = told(PolicyFund(amount_a_year=4.0 * 1.99e-8, co_investment=3.0, **ANY), look(firms)).column("fund_offer")
    assert sorted(found[found > 0.0]) == [1e-8]


def test_what_is_taken_up_is_claimed_as_it_is():
    firms = plain_firms()
    firms.fund_taken[[0, 2]] = [0.5, 3.0]
    (claim,) = PolicyFund().take_up(look(firms), Terms(firms.rows))
    assert (claim.instrument, claim.clause, claim.rows.tolist(), claim.amounts.tolist()) == (
        "policy_fund",
        "co_investment",
        [0, 2],
        [0.5, 3.0],
    )


# 用能预算管理


@pytest.mark.parametrize(("quarter", "years"), [("2022Q1", 1), ("2022Q4", 1), ("2023Q1", 2), ("2025Q4", 4)])
def test_the_cap_falls_by_the_target_each_year(quarter, years):
    plan = EnergyBudgetManagement(intensity_target=0.1, extra_tightening=-0.2, rule="proportional")
    view = look(plain_firms(), quarter, energy=100.0, planned_gdp=1.5, season=0.9)
    begin = 1.0 - view.numbers.energy_start_gap
    terms = told(plan, view)
    assert terms.energy.cap == pytest.approx(1_000.0 * begin * 0.9**years * 1.5 * 1.2 / 4.0 * 0.9)
    np.testing.assert_allclose(terms.energy.planned, np.full(COUNT, 22.5))
    assert terms.energy.deepest_squeeze == 0.10


def test_each_year_asks_for_the_target_of_its_last_quarter_and_this_one_for_todays():
    """Every step lies a quarter before or after an end of a year, or just ahead."""
    plan = read(
        "energy_budget",
        {"intensity_target": {"2022Q1": 0.01, "2022Q4": 0.02, "2023Q1": 0.03, "2024Q1": 0.04, "2024Q2": 0.05}},
    )
    today = Quarter.read("2024Q1")
    assert [stage.intensity_target for stage in plan.at(today).by_year(today)] == [0.02, 0.03, 0.04]


def test_plans_of_clusters_grow_where_key_users_are_cut_and_stay_where_all_are():
    growth = np.linspace(0.9, 1.8, COUNT)
    for rule, expected in (("key-users", 22.5 * growth), ("proportional", np.full(COUNT, 22.5))):
        view = look(plain_firms(), "2023Q3", energy=100.0, planned_growth=growth, season=0.9)
        found = told(EnergyBudgetManagement(rule=rule, coverage=7_000.0, hand_on_slack=False), view).energy
        np.testing.assert_allclose(found.planned, expected)
        assert (found.rule, found.coverage, found.hand_on_slack) == (rule, 7_000.0, False)


def test_the_fund_is_for_open_firms_above_scale_however_small_their_gap():
    firms = lacking(active=[True, False, True, True], above_scale=[False, True, True, True])
    ratio = np.array(look(firms).numbers.by_cluster("capital_output"))
    firms.capital[2] = 100.0 * 4.0 * ratio[0]  # just what it needs
    firms.capital[3] = 100.0 * 4.0 * ratio[1] - 0.5
    speed = look(firms).numbers.expansion_speed
    assert offer(firms, 100.0) == pytest.approx([0.0, 0.0, 0.0, 0.125 * speed])
    firms.expected_demand[3], firms.capital[3] = 0.5, 0.0
    assert offer(firms, 100.0) == pytest.approx([0.0, 0.0, 0.0, 0.5 * ratio[1] * speed])


def test_a_term_that_nobody_adds_to_is_nothing_and_cannot_be_written():
    terms = Terms(30)
    nothing = terms.column("fund_offer")
    assert not nothing.any() and not terms.has("fund_offer")
    with pytest.raises(ValueError, match="read-only"):
        nothing[0] = 1.0
    terms.add("fund_offer", 2.0, np.array([3]))
    assert terms.column("fund_offer").sum() == 2.0 and not terms.column("fund_share").any()


def test_a_cluster_in_which_nothing_is_sold_has_no_mean_intensity():
    firms = plain_firms()
    firms.energy_intensity[:3], firms.demand[:3] = [100.0, 200.0, 400.0], [1.0, 2.0, 1.0]
    firms.demand[3:6] = 0.0
    means = _cluster_mean(firms)
    assert means[:3].tolist() == [225.0, 0.0, 100.0]
