"""Who applies for a title, who gets it and for how long; high-tech status; who goes public. Figures worked by hand."""

from itertools import pairwise

import numpy as np
import pytest

from sim.behaviours import high_tech, listing, titles
from sim.calendar.quarter import Quarter
from sim.firms import disclosure
from sim.firms.table import CHAMPION, PROVINCIAL
from sim.firms.technology import Technology
from sim.model import ClusterModel
from sim.setting import Setting
from sim.tables.milestones import APPLICATIONS, TITLES
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.policy_bench import plain_firms

NOBODY = {"title_quota_provincial": 0.0, "title_quota_national": 0.0, "title_quota_champion": 0.0}
SURE = {"title_spread": 0.0, "title_cost": 0.1, "title_private_value": 0.5, "title_renewal": 1.0}


def firms_of(revenue, **columns):
    """Thirty plain firms with keys and a revenue of last year, million yuan."""
    firms = plain_firms()
    firms.key[:] = np.arange(firms.rows) + 1
    firms.last_revenue[:], firms.last_profit[:] = revenue, 1.0
    for name, value in columns.items():
        getattr(firms, name)[:] = value
    return firms


def quarter_of(label="2022Q3", award=None, seed=1, rows=30, **numbers):
    """A setting in which only the numbers named differ from the table."""
    held = Parameters().replace(numbers)
    terms = Terms(rows)
    for title, amount in (award or {}).items():
        terms.add(title, np.full(rows, amount))
    technology = Technology.of(held)
    return Setting(Quarter.read(label), None, terms, held, technology, seed, 0.0, np.zeros(10), np.zeros(10))


def found(events, kind):
    return next(event.rows for event in events if event.kind == kind)


# the chance that a firm expects


def test_three_firms_for_one_title_expect_three_quarters_a_quarter_and_nothing():
    # a cut at 1.25 points: 1.0, 0.5 and 0.0 points need luck above 0.25, 0.75 and 1.25 of at most one
    np.testing.assert_allclose(
        titles.chances(np.array([1.0, 0.5, 0.0]), np.zeros(3), 1, 1.0), [0.75, 0.25, 0.0], atol=1e-12
    )


def test_where_the_second_does_not_apply_the_first_is_sure_and_the_third_sees_the_same_cut():
    # the second needs a chance above 0.9; without it the first alone fills the quota, at a cut of 1.0
    np.testing.assert_allclose(
        titles.chances(np.array([1.0, 0.5, -0.5]), np.array([0.1, 0.9, 0.1]), 1, 1.0), [1.0, 0.5, 0.0], atol=1e-9
    )


def test_with_more_titles_than_candidates_each_is_sure_and_without_titles_none_has_a_chance():
    assert titles.chances(np.array([3.0, -2.0]), np.array([0.3, 0.3]), 5, 1.0).tolist() == [1.0, 1.0]
    assert titles.chances(np.array([3.0, -2.0]), np.array([0.3, 0.3]), 0, 1.0).tolist() == [0.0, 0.0]
    assert titles.chances(np.zeros(0), np.zeros(0), 5, 1.0).size == 0


def test_applying_pays_from_cost_over_benefit_on():
    assert titles.least_chance(np.array([0.1, 0.3, 0.1]), np.array([0.5, 0.2, 0.0])).tolist() == [
        0.2,
        1.4999999999999998,
        np.inf,
    ]


# applications


def test_each_firm_has_its_own_cost_and_value_so_applications_rise_with_the_award_by_steps():
    """Value 0.1 and cost 0.15 on average, no rivalry for 100 titles:
    not all or none, and never fewer at a higher award.
    """
    unbound = {
        **NOBODY,
        "title_quota_provincial": 100.0,
        "title_cost": 0.15,
        "title_private_value": 0.1,
        "title_spread": 0.8,
    }
    applied = []
    for award in (0.0, 0.05, 0.1, 0.2, 0.4, 0.8):
        events = titles.judge(firms_of(100.0), quarter_of(award={TITLES[0]: award}, **unbound))
        applied.append(set(found(events, APPLICATIONS[0]).tolist()))
        assert found(events, TITLES[0]).size == len(applied[-1])  # the quota does not bind
    assert all(low <= high for low, high in pairwise(applied))
    numbers = [len(rows) for rows in applied]
    assert 0 < numbers[0] < numbers[2] < numbers[4] <= 30, numbers


def test_a_firms_cost_and_value_last():
    unbound = {**NOBODY, "title_quota_provincial": 100.0, "title_private_value": 0.15}
    first = found(titles.judge(firms_of(100.0), quarter_of("2022Q3", **unbound)), APPLICATIONS[0])
    later = found(titles.judge(firms_of(100.0), quarter_of("2025Q3", **unbound)), APPLICATIONS[0])
    assert 0 < first.size < 30
    np.testing.assert_array_equal(first, later)


def test_where_the_quota_binds_an_award_adds_an_application_and_no_title():
    """Merits of 1, 1/2 and 0, one title: the first alone applies while a chance of 0.6 is needed,
    the second from 0.18 on.
    """
    firms = firms_of(100.0)
    firms.above_scale[3:] = False
    firms.research_propensity[:3] = [1.0, 0.5, 0.0]
    one = {
        **NOBODY,
        "title_quota_provincial": 1.0,
        "title_cost": 0.1,
        "title_private_value": 1.0 / 6.0,
        "title_spread": 0.0,
    }
    plain = titles.judge(firms.copy(), quarter_of(**one))
    rewarded = titles.judge(firms.copy(), quarter_of(award={TITLES[0]: 0.4}, **one))
    assert found(plain, APPLICATIONS[0]).tolist() == [0]
    assert found(rewarded, APPLICATIONS[0]).tolist() == [0, 1]
    assert found(plain, TITLES[0]).size == found(rewarded, TITLES[0]).size == 1


# ladders


def test_a_large_firm_without_any_title_can_become_champion():
    events = titles.judge(firms_of(400.0), quarter_of(**{**NOBODY, **SURE, "title_quota_champion": 3.0}))
    assert found(events, "champion").size == 3


def test_a_firm_below_the_floor_never_becomes_champion_whatever_it_holds():
    firms = firms_of(399.0, specialised_title=2, specialised_expiry=10**6)
    assert (
        found(titles.judge(firms, quarter_of(**{**NOBODY, **SURE, "title_quota_champion": 3.0})), "champion").size == 0
    )


def test_national_little_giants_come_from_holders_of_the_provincial_title():
    firms = firms_of(100.0)
    firms.specialised_title[:7], firms.specialised_expiry[:7] = PROVINCIAL, 10**6
    events = titles.judge(firms, quarter_of(**{**NOBODY, **SURE, "title_quota_national": 30.0}))
    assert found(events, "national_little_giant").tolist() == list(range(7))


def test_a_title_of_three_years_is_examined_again_in_its_third_year_also_below_scale():
    numbers = {**NOBODY, **SURE, "title_quota_champion": 30.0}
    firms = firms_of(1000.0)
    titles.judge(firms, quarter_of("2022Q3", **numbers))
    assert (firms.specialised_title == CHAMPION).all()
    firms.above_scale[:5] = False
    for label, held in (("2023Q3", 30), ("2024Q3", 30), ("2025Q3", 0)):
        titles.judge(firms, quarter_of(label, **{**NOBODY, "title_renewal": 0.0}))
        assert np.count_nonzero(firms.specialised_title) == held


# high-tech firms


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_the_start_every_high_tech_firm_reaches_the_line(no_policy, seed):
    model = ClusterModel(no_policy, seed=seed)
    firms, line = model.firms, model.numbers.high_tech_research_line
    intensity = model.technology.research[firms.cluster] * firms.research_propensity
    assert np.count_nonzero(firms.high_tech_title) == 350  # 2,915 x 600 / 5,000
    assert (intensity[firms.high_tech_title] >= line).all()


def test_entrants_draw_their_own_research_of_mean_one(no_policy):
    model = ClusterModel(no_policy, seed=1)
    for _ in range(16):
        model.step()
    firms = model.firms
    rows = np.concatenate([np.arange(*ends) for ends in zip(firms.first_entrant, firms.stop, strict=True)])
    drawn, spread = firms.research_propensity[rows], model.numbers.research_spread
    assert rows.size > 200
    assert np.log(drawn).std() == pytest.approx(spread, rel=0.15)
    assert drawn.mean() == pytest.approx(1.0, abs=0.15)


def test_a_high_tech_firm_stays_one_while_it_qualifies_and_loses_the_status_in_the_third_year_otherwise():
    firms = firms_of(100.0, high_tech_title=True, high_tech_expiry=Quarter.read("2024Q3").number)
    firms.research_propensity[:15] = 10.0
    firms.research_propensity[15:] = 0.0
    high_tech.examine(firms, quarter_of("2023Q3", **NOBODY))
    assert firms.high_tech_title.all()
    high_tech.examine(firms, quarter_of("2024Q3", **NOBODY))
    np.testing.assert_array_equal(firms.high_tech_title, np.arange(30) < 15)
    assert (firms.high_tech_expiry[:15] == Quarter.read("2027Q3").number).all()


# listing


def test_only_larger_profitable_heads_led_from_here_go_public_and_then_publish():
    firms = firms_of(500.0, discloses=False, leads=True)
    firms.last_revenue[0], firms.last_profit[1], firms.local_headquarters[2] = 399.0, -1.0, False
    firms.leads[3], firms.active[4], firms.above_scale[5], firms.listed[6] = False, False, False, True
    sure = {"listing_hazard": 1.0}
    listing.go_public(firms, quarter_of("2022Q2", **sure))
    assert np.flatnonzero(firms.listed).tolist() == [6]
    listing.go_public(firms, quarter_of("2022Q3", **sure))
    assert np.flatnonzero(firms.listed).tolist() == list(range(6, 30))
    assert disclosure.by_rule(firms, np.arange(30)).nonzero()[0].tolist() == list(range(6, 30))


def test_a_calm_world_sees_no_new_title_and_no_listing():
    model = ClusterModel(small("no-policy", outlook__calm=True), seed=2)
    before = model.firms.copy()
    for _ in range(4):
        model.step()
    for name in ("listed", "highest_title"):
        np.testing.assert_array_equal(getattr(model.firms, name), getattr(before, name))
    assert model.record.city[2]["title_applications"] == 0.0


def test_a_policy_changes_nobodys_luck_at_the_exchange(announced, no_policy):
    """The same firms are listed in 2022, where policy has not yet moved a candidate's last year."""
    with_it, without = ClusterModel(announced, seed=5), ClusterModel(no_policy, seed=5)
    for _ in range(3):
        with_it.step()
        without.step()
    keys = [set(m.firms.key[m.firms.listed & m.firms.active].tolist()) for m in (with_it, without)]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 0
