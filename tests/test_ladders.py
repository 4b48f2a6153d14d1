"""The ladders: what high-tech status, a listing and the nurturing pool bring, by hand; and what firms do for it."""

import numpy as np
import pytest

from sim.behaviours import high_tech, listing
from sim.experiments.replicate import worlds
from sim.policies.high_tech_ladder import HighTechLadder
from sim.policies.listing_support import ListingSupport
from sim.policies.nurturing_pool import NurturingPool
from sim.scenario.files import ScenarioError
from sim.tables.milestones import Kind, Unit
from tests.conftest import small
from tests.policy_bench import delivered, event, look, paid, plain_firms
from tests.test_titles_claims import setting

E = Unit.ESTABLISHMENT
YEARS = {"horizon__until": "2024Q4"}


def test_a_first_recognition_brings_450_000_yuan_a_later_one_nothing_and_a_renewal_200_000():
    events = [event(Kind.HIGH_TECH, [0, 1], E, [True, False]), event(Kind.HIGH_TECH_RENEWED, [2], E, [False])]
    assert paid(HighTechLadder().claim(look(plain_firms(), "2023Q4", events))) == {0: 0.45, 2: 0.2}
    assert paid(HighTechLadder(award_renewal=0.0).claim(look(plain_firms(), "2023Q4", events))) == {0: 0.45}


def test_a_listing_brings_eighteen_million_yuan_once():
    events = [event(Kind.LISTED, [3], E)]
    assert paid(ListingSupport().claim(look(plain_firms(), "2023Q4", events))) == {3: 18.0}
    assert paid(ListingSupport().claim(look(plain_firms(), "2023Q4"))) == {}


def test_the_pool_takes_untitled_small_firms_with_most_research_and_pays_for_their_preparation():
    firms = plain_firms()
    firms.research_propensity[:] = np.arange(firms.rows)
    firms.last_revenue[29] = 1e6  # far above the size limit
    firms.specialised_title[28] = 1
    pool, view = NurturingPool(firms_in_pool=2), look(firms, "2023Q3")
    assert paid(pool.claim(view)) == {26: 0.02, 27: 0.02}
    terms = delivered(pool, view)
    assert np.flatnonzero(terms.column("title_help")).tolist() == [26, 27]
    assert pool.claim(look(firms, "2023Q2")) == []


def many():
    """Return thirty firms, each with luck of its own."""
    firms = plain_firms()
    firms.key[:] = np.arange(firms.rows) + 1
    return firms


def test_an_award_speeds_up_those_to_whom_it_is_much_beside_the_tax_that_the_law_saves():
    """With 0.44 a year, an award alone gives 1 - 0.56^2; beside as much saved tax 1 - 0.56^1.5."""
    numbers = {"high_tech_response": 1.0, "high_tech_tax_cut": 0.07, "title_years": 3.0, "high_tech_research_line": 0.5}
    for tax, chance in ((0.0, 1 - 0.56**2), (1.0, 1 - 0.56**1.5)):
        came = 0
        for seed in range(300):
            firms, now = many(), setting(seed=seed, research=1.0, high_tech_recognition=0.44, **numbers)
            firms.tax[:] = tax
            now.terms.add(Kind.HIGH_TECH, 0.07 * 1.0 * 4 * 3)  # as much as a tax of one a quarter saves in three years
            came += high_tech.examine(firms, now)[0].rows.size
        assert came / (300 * 30) == pytest.approx(chance, abs=0.02)


def test_an_award_that_pays_the_cost_of_going_public_multiplies_the_chance_by_e():
    for award, chance in ((0.0, 0.1), (60.0, 0.1 * np.e)):
        number = 0
        for seed in range(300):
            firms = many()
            firms.leads[:], firms.last_profit[:], firms.last_revenue[:] = True, 1.0, 1e4
            now = setting(seed=seed, listing_hazard=0.1, listing_cost=60.0, listing_response=1.0)
            now.terms.add(Kind.LISTED, award)
            number += listing.go_public(firms, now)[0].rows.size
        assert number / (300 * 30) == pytest.approx(chance, abs=0.015)


@pytest.mark.parametrize(
    ("instrument", "off"),
    [
        ("high_tech_ladder", {"award_first": 0.0, "award_renewal": 0.0}),
        ("listing_support", {"award": 0.0}),
        ("nurturing_pool", {"firms_in_pool": 0.0}),
    ],
)
def test_a_ladder_switched_off_is_as_if_it_were_not_there(instrument, off):
    base = small("no-policy", **YEARS)
    arms = {"none": base, "off": base.with_changes({f"policies.{instrument}.{k}": v for k, v in off.items()})}
    found = dict(worlds(arms, 4))
    for name, values in found["none"].years.items():
        assert np.array_equal(values, found["off"].years[name], equal_nan=True), name


def test_high_tech_awards_bring_more_high_tech_firms_and_a_dear_listing_award_more_listed_ones():
    base = small("no-policy", **YEARS)
    arms = {
        "none": base,
        "paid": base.with_changes(
            {"policies.high_tech_ladder": {}, "policies.listing_support.award": "100 million yuan"}
        ),
    }
    more_high_tech, more_listed = [], []
    for seed in range(6):
        found = dict(worlds(arms, seed))
        more_high_tech.append(found["paid"].years["high_tech_firms"][-1] - found["none"].years["high_tech_firms"][-1])
        more_listed.append(found["paid"].years["public_cost"].sum())
    assert min(more_high_tech) >= 0 and np.mean(more_high_tech) > 1
    assert min(more_listed) > 0


def test_quarters_without_a_round_examine_nobody():
    firms = plain_firms()
    assert high_tech.examine(firms, setting("2023Q2")) == [] and listing.go_public(firms, setting("2023Q4")) == []


def test_going_public_for_nothing_is_refused_for_an_award_over_nothing_has_no_answer():
    with pytest.raises(ScenarioError, match=r"listing_cost: 0 is out of reach; write a number from 1"):
        small("no-policy", parameters__listing_cost=0)


def test_an_award_of_all_the_money_there_can_be_lists_every_candidate_and_is_still_a_number():
    firms, now = many(), setting(listing_hazard=0.05, listing_cost=1.0, listing_response=2.0)
    firms.leads[:], firms.last_profit[:], firms.last_revenue[:] = True, 1.0, 1e4
    now.terms.add(Kind.LISTED, 1e7)
    assert listing.go_public(firms, now)[0].rows.size == firms.rows
