"""Merit, quotas, renewal and high-tech status at their edges, worked by hand."""

import numpy as np
import pytest

from sim.behaviours import high_tech, titles
from sim.calendar.quarter import Quarter
from sim.luck.randomness import lognormal, stream, uniforms
from sim.tables.milestones import APPLICATIONS, TITLES
from sim.treasury.terms import Terms
from tests.hand import by_cluster, firms_with, quarter

NONE = {
    "title_quota_provincial": 0.0,
    "title_quota_national": 0.0,
    "title_quota_champion": 0.0,
    "high_tech_recognition": 0.0,
}
PLAIN = NONE | {
    "title_weight_research": 2.0,
    "title_weight_productivity": 3.0,
    "title_weight_digital": 0.5,
    "title_weight_luck": 0.0,
    "title_spread": 0.0,
    "title_cost": 0.1,
    "title_private_value": 0.5,
    "title_renewal": 0.6,
    "title_years": 3.0,
    "champion_size_floor": 400.0,
    "title_size_limit": 2_000.0,
}
NOW = Quarter.read("2023Q3").number


def setting(label="2023Q3", award=None, seed=3, research=None, **numbers):
    terms = Terms(30)
    for title, amounts in (award or {}).items():
        terms.add(title, amounts)
    technology = {} if research is None else {"research": by_cluster(research)}
    return quarter(label, technology=technology, terms=terms, seed=seed, **(PLAIN | numbers))


def candidates(number=4, **columns):
    """The first firms, revenue 100, the rest below scale."""
    firms = firms_with(last_revenue=100.0, **columns)
    firms.above_scale[number:] = False
    return firms


def rows(found, kind):
    return next(e.rows.tolist() for e in found if e.kind == kind)


def firsts(found, kind):
    return next(e.first.tolist() for e in found if e.kind == kind)


# merit and quota


def test_merit_weighs_research_productivity_over_the_frontier_and_digital_level():
    firms = firms_with(research_propensity=[1.5, 0.5], productivity=[np.exp(0.2), np.exp(-0.1)], digital_level=[2, 3])
    firms.frontier[0], firms.frontier[1] = 0.3, 9.0
    found = titles._merit(firms, setting(), np.array([0, 1, 3]))
    np.testing.assert_allclose(found, [3.0 - 0.3 + 1.0, 1.0 - 1.2 + 1.5, 2.0 - 27.0])


@pytest.mark.parametrize(("quota", "winners"), [(1.0, [2]), (1.6, [0, 2]), (2.4, [0, 2]), (3.0, [0, 2, 3])])
def test_the_best_get_the_title_as_many_as_the_quota_allows(quota, winners):
    firms = candidates(research_propensity=[1.2, 0.9, 1.5, 1.1])
    assert (
        rows(titles.judge(firms, setting(title_quota_provincial=quota, title_weight_luck=0.001)), TITLES[0]) == winners
    )
    assert np.flatnonzero(firms.specialised_title).tolist() == winners
    assert (firms.specialised_title[winners] == 1).all() and (firms.specialised_expiry[winners] == NOW + 12).all()


def test_the_jury_adds_its_own_points_by_the_luck_of_the_quarter():
    firms = candidates(10, research_propensity=np.linspace(1.0, 1.2, 10))
    held = setting(title_quota_provincial=3.0, title_weight_luck=4.0, title_private_value=100.0)
    score = 2.0 * firms.research_propensity[:10] + 4.0 * uniforms(held.luck("title score"), firms.key[:10])
    found = titles.judge(firms, held)
    assert rows(found, APPLICATIONS[0]) == list(range(10))
    assert rows(found, TITLES[0]) == sorted(np.argsort(-score)[:3].tolist())
    assert sorted(np.argsort(-score)[:3].tolist()) != [7, 8, 9]


@pytest.mark.parametrize(("rank", "revenue", "before"), [(0, 100.0, 0), (1, 100.0, 1), (2, 500.0, 0)])
def test_a_title_is_new_unless_it_or_a_higher_one_was_held_before(rank, revenue, before):
    firms = firms_with(
        last_revenue=revenue, specialised_title=before, specialised_expiry=NOW + 1, highest_title=[0, 1, 2, 3]
    )
    firms.above_scale[4:] = False
    found = titles.judge(firms, setting(**{titles._QUOTAS[rank]: 4.0}))
    assert rows(found, TITLES[rank]) == [0, 1, 2, 3]
    assert firsts(found, TITLES[rank]) == [height <= rank for height in range(4)]
    assert firms.highest_title[:4].tolist() == [max(height, rank + 1) for height in range(4)]
    assert firms.specialised_title[:5].tolist() == [rank + 1] * 4 + [before]
    assert all(firsts(found, APPLICATIONS[rank]))
    assert {(e.unit, str(e.quarter), e.year, e.how.any()) for e in found} == {("establishment", "2023Q3", 2023, False)}


def test_little_giants_are_at_most_as_large_as_the_limit_and_champions_at_least_as_the_floor():
    firms = firms_with(
        last_revenue=[2_000.0, 2_001.0, 400.0, 399.0], specialised_title=[0, 0, 3, 3], specialised_expiry=NOW + 1
    )
    firms.above_scale[4:] = False
    everyone = np.arange(4)
    assert titles.may_apply(firms, setting().numbers, everyone, 0).tolist() == [True, False, False, False]
    assert titles.may_apply(firms, setting().numbers, everyone, 2).tolist() == [True, True, False, False]
    firms.specialised_title[:4] = [1, 1, 2, 2]
    assert titles.may_apply(firms, setting().numbers, everyone, 1).tolist() == [True, False, False, False]
    assert titles.may_apply(firms, setting().numbers, everyone, 2).tolist() == [True, True, True, False]


def test_who_is_closed_or_below_scale_does_not_apply():
    firms = candidates(4, active=[True, False, True, True])
    found = titles.judge(firms, setting(title_quota_provincial=30.0))
    assert rows(found, APPLICATIONS[0]) == rows(found, TITLES[0]) == [0, 2, 3]


@pytest.mark.parametrize("label", ["2023Q1", "2023Q2", "2023Q4"])
def test_titles_are_judged_in_the_third_quarter_alone(label):
    firms = candidates(specialised_title=1, specialised_expiry=1, high_tech_title=True, high_tech_expiry=1)
    assert titles.judge(firms, setting(label, title_quota_provincial=30.0)) == []
    assert (firms.specialised_title == 1).all() and firms.high_tech_title.all()


# applying


def test_a_firm_applies_where_the_chance_is_better_than_cost_over_benefit():
    # a quota for all: the chance is 1; a benefit just as large as the cost is not enough, a fen more is
    for award, applies in ((0.0, False), (0.05, False), (0.06, True)):
        found = titles.judge(
            candidates(),
            setting(title_quota_provincial=30.0, title_cost=0.25, title_private_value=0.2, award={TITLES[0]: award}),
        )
        assert rows(found, APPLICATIONS[0]) == ([0, 1, 2, 3] if applies else []), award


def test_the_award_of_a_title_counts_for_that_title_and_that_firm():
    amounts = np.zeros(30)
    amounts[2] = 1.0
    spec = {"title_quota_provincial": 30.0, "title_quota_champion": 30.0, "title_private_value": 0.05}
    firms = candidates()
    firms.last_revenue[:] = 500.0
    found = titles.judge(firms, setting(award={"champion": amounts}, **spec))
    assert (rows(found, "application_champion"), rows(found, APPLICATIONS[0])) == ([2], [])


def test_cost_and_value_are_traits_of_the_firm():
    firms, held = firms_with(), setting(title_spread=0.8, seed=11)
    chosen = np.array([4, 7])
    for name, found, mean in (
        ("title value", titles._value(firms, held, chosen), 0.5),
        ("title cost", titles._cost(firms, held, chosen), 0.1),
    ):
        np.testing.assert_allclose(found, mean * lognormal(uniforms(stream(11, name), firms.key[chosen]), 0.8))


def test_least_chances():
    assert titles.least_chance(np.array([0.1, 0.1, 0.1, 0.0]), np.array([0.4, 0.0, -1.0, 0.5])).tolist() == [
        0.25,
        np.inf,
        np.inf,
        0.0,
    ]


# the cut


def chance(merit, least, quota, luck):
    return titles.chances(np.array(merit), np.array(least), quota, luck).tolist()


def test_without_luck_the_best_are_sure_and_the_others_out():
    assert chance([3.0, 2.0, 1.0], [0.1] * 3, 2, 0.0) == [1.0, 1.0, 0.0]
    assert chance([3.0, 2.0, 1.0], [0.1] * 3, 3, 0.0) == [1.0, 1.0, 1.0]


def test_with_luck_of_two_points_the_cut_fills_the_quota():
    # cut 2.5: (2 + 2 - 2.5) / 2, (1 + 2 - 2.5) / 2 and nothing: together one
    np.testing.assert_allclose(chance([2.0, 1.0, -3.0], [0.0, 0.0, 0.0], 1, 2.0), [0.75, 0.25, 0.0], atol=1e-12)
    # for the second it does not pay: the first alone, at the cut of its merit
    np.testing.assert_allclose(chance([2.0, 1.0, -3.0], [0.0, 0.9, 0.0], 1, 2.0), [1.0, 0.5, 0.0], atol=1e-12)


def test_a_chance_as_small_as_what_is_needed_does_not_count():
    # at a cut of 1.5 both have a half, which is what they need: neither counts, and the cut falls to where they do
    found = chance([1.0, 1.0], [0.5, 0.5], 1, 1.0)
    assert all(c == pytest.approx(0.5) for c in found) and min(found) > 0.5


def test_nobody_or_no_title():
    assert chance([], [], 3, 1.0) == []
    assert chance([1.0, 2.0], [0.0, 0.0], 0, 1.0) == [0.0, 0.0]


# renewal


def test_a_title_is_examined_in_its_last_quarter_and_kept_by_the_luck_of_the_quarter():
    firms = firms_with(specialised_title=2, specialised_expiry=NOW, above_scale=False)
    firms.specialised_expiry[0], firms.specialised_expiry[1], firms.specialised_title[2], firms.active[3] = (
        NOW + 1,
        NOW - 4,
        0,
        False,
    )
    firms.specialised_title[4::2] = 1
    title, held = firms.specialised_title.copy(), setting()
    passed = uniforms(held.luck("title renewal"), firms.key) < 0.6
    assert 0 < passed[4:].sum() < 26
    titles.judge(firms, held)
    examined = ~np.isin(np.arange(30), [0, 2, 3])
    np.testing.assert_array_equal(firms.specialised_title[examined], np.where(passed, title, 0)[examined])
    np.testing.assert_array_equal(
        firms.specialised_expiry[examined],
        np.where(passed[examined], NOW + 12, np.where(np.arange(30) == 1, NOW - 4, NOW)[examined]),
    )
    assert firms.specialised_title[[0, 2, 3]].tolist() == [2, 0, 2]
    assert firms.specialised_expiry[[0, 2, 3]].tolist() == [NOW + 1, NOW, NOW]


def test_validity_is_that_of_the_table():
    assert setting("2023Q3", title_years=2.6).title_expiry() == NOW + 10
    assert setting("2024Q1", title_years=3.0).title_expiry() == NOW + 14


# high-tech firms


def test_research_at_the_line_is_recognised_by_the_luck_of_the_quarter():
    firms = firms_with(research_propensity=1.0, high_tech_expiry=7)
    firms.research_propensity[:2], firms.active[2] = 0.999, False
    held = setting(research=0.5, high_tech_research_line=0.5, high_tech_recognition=0.5)
    lucky = (uniforms(held.luck("high-tech"), firms.key) < 0.5) & (firms.cluster < 10) & (np.arange(30) > 2)
    lucky &= held.technology.research[firms.cluster] >= 0.5
    high_tech.examine(firms, held)
    np.testing.assert_array_equal(firms.high_tech_title, lucky)
    np.testing.assert_array_equal(firms.high_tech_expiry, np.where(lucky, NOW + 12, 7))
    assert 3 < lucky.sum() < 27


def test_the_status_is_examined_in_its_last_quarter():
    firms = firms_with(
        high_tech_title=True,
        high_tech_expiry=[NOW + 1, NOW, NOW - 4, NOW, NOW + 1],
        research_propensity=[0.0, 0.0, 0.0, 1.0, 1.0],
    )
    high_tech.examine(firms, setting(research=0.5, high_tech_research_line=0.5, high_tech_recognition=1.0))
    assert firms.high_tech_title[:5].tolist() == [True, False, False, True, True]
    assert firms.high_tech_expiry[:5].tolist() == [NOW + 1, NOW, NOW - 4, NOW + 12, NOW + 1]


def test_a_firm_that_has_closed_does_not_come_forward_and_is_not_examined():
    firms = firms_with(
        research_propensity=1.0, high_tech_expiry=7, active=[False, False], high_tech_title=[False, True]
    )
    high_tech.examine(firms, setting(research=0.5, high_tech_research_line=0.6, high_tech_recognition=1.0))
    assert firms.high_tech_title[:2].tolist() == [False, True]
    high_tech.examine(firms, setting(research=0.5, high_tech_research_line=0.5, high_tech_recognition=1.0))
    assert firms.high_tech_title[:3].tolist() == [False, True, True] and firms.high_tech_expiry[:2].tolist() == [7, 7]
