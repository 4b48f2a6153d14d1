"""Service: days saved bring capacity forward by as many days, for those who build and for newcomers' plants, and a card
for entrepreneurs may keep a large group."""

import numpy as np
import pytest

from sim.behaviours import construction, ownership
from sim.calendar.quarter import FIRST
from sim.calendar.year import DAYS_A_QUARTER
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.firms.newcomers import Newcomers
from sim.policies.business_service import BusinessService
from sim.policies.entrepreneur_card import EntrepreneurCard
from sim.scenario.reading import load
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, look, paid, plain_firms
from tests.test_major_projects import one_plant, turned

NOTHING = {"register_saved": 0.0, "connection_saved": 0.0, "permit_saved": 0.0}
WITH = {"policies.business_service": {}}
CARD = {"policies.entrepreneur_card": {}}


# what is paid and had


def test_windows_cost_a_quarter_of_their_year_and_save_days_as_far_as_they_were_paid():
    """Half of 40 and of 60 days are 50; registering adds half of 0.6 for plants; half the money, half the days."""
    service, view = BusinessService(), look(plain_firms())
    assert paid(service.claim(view)) == {-1: 1.75}
    for holds, part in ((np.inf, 1.0), (0.875, 0.5)):
        terms = delivered(service, view, holds=holds)
        assert terms.days_saved == pytest.approx(50.0 * part)
        assert terms.newcomers.forward == pytest.approx(50.3 * part / DAYS_A_QUARTER)


def test_service_that_saves_nothing_asks_for_nothing():
    assert BusinessService(**NOTHING).claim(look(plain_firms())) == []


def test_a_card_is_paid_for_heads_of_groups_led_from_the_city_above_the_floor():
    """10,000 yuan a year for each of two; a third is led from elsewhere, a fourth a sister, others are small."""
    firms = firms_with(reported_revenue=[2_000.0, 1_000.0, 5_000.0, 5_000.0, 999.0])
    firms.local_headquarters[2] = firms.leads[3] = False
    card, view = EntrepreneurCard(), look(firms)
    assert paid(card.claim(view)) == {0: 0.0025, 1: 0.0025}
    served = delivered(card, view, holds=0.0025).column("entrepreneur_service")
    assert served[:3].tolist() == [0.5, 0.5, 0.0]


# what days do


def mean_wait(days):
    """Return the mean quarters from an order of one quarter to the capital it becomes, wear aside."""
    firms, terms = firms_with(capital=0.0, expansion=1.0), Terms(30)
    terms.days_saved, wait = days, 0.0
    for past in range(400):
        before = firms.capital[0]
        construction.deliver(firms, quarter(terms=terms, delivery_quarters=4.0, depreciation=0.0))
        wait += past * (firms.capital[0] - before)
        firms.expansion[:] = 0.0
    assert firms.capital[0] == pytest.approx(1.0)
    return wait


@pytest.mark.parametrize("days", [10.0, 50.0, 91.25])
def test_an_order_becomes_capital_earlier_by_the_days_that_are_saved(days):
    assert (mean_wait(0.0) - mean_wait(days)) * DAYS_A_QUARTER == pytest.approx(days)


def test_no_service_makes_building_shorter_than_a_quarter():
    assert quarter(terms=_saving(1_000.0), delivery_quarters=2.0).building_time() == 1.0
    assert quarter(terms=_saving(0.0), delivery_quarters=2.5).building_time() == 2.5


def _saving(days):
    terms = Terms(30)
    terms.days_saved = days
    return terms


@pytest.mark.parametrize(("delay", "opens"), [(3.5, 7), (0.4, 4), (0.0, 4), (-0.3, 3), (-1.2, 2), (-9.0, 1)])
def test_days_that_no_delay_absorbs_come_off_the_shortest_time(delay, opens):
    """The shortest building time is five quarters, so without delay the end is that of the fourth after signing."""
    signings, terms, numbers, past = one_plant(delay), Newcomers(), Parameters(), 0
    while not signings.due.key.size:
        signings.turn(FIRST + past, np.zeros((3, 10), dtype=np.int64), numbers, 1, terms, 1.0)
        past += 1
    assert past - 1 == opens


def test_plants_open_earlier_on_average_by_the_days_that_are_saved_and_each_by_whole_quarters():
    """Sixty days are 0.66 of a quarter: two plants in three open a quarter earlier, by their own draw, none later."""
    opened = []
    for forward in (0.0, 60.0 / DAYS_A_QUARTER):
        found = {}
        for past, (signings, _) in enumerate(turned(Parameters(), 60, Newcomers(forward=forward))):
            found |= {int(key): past for key in signings.due.key}
        opened.append(found)
    slow, fast = opened
    both = [key for key in slow if key in fast]
    earlier = np.array([slow[key] - fast[key] for key in both])
    assert len(both) > 500 and set(earlier.tolist()) == {0, 1}
    assert earlier.mean() == pytest.approx(60.0 / DAYS_A_QUARTER, abs=0.04)


# whole worlds


def test_service_that_saves_nothing_is_the_world_without_it_to_the_last_bit():
    arms = {"none": small("no-policy"), "idle": small("no-policy").with_changes({"policies.business_service": NOTHING})}
    found = dict(worlds(arms, 4))
    for table in ("quarters", "city", "years"):
        plain, here = getattr(found["none"], table), getattr(found["idle"], table)
        assert all(plain[name].tobytes() == here[name].tobytes() for name in plain), table


def _growth(result, name):
    """Return growth of an outcome from 2027 to 2030, points a year."""
    begin, end = (result.years[name][result.year_labels.index(year)] for year in (2027, 2030))
    return 100.0 * np.log(end / begin) / 3.0


@pytest.mark.slow
def test_service_raises_value_added_soon_and_hardly_moves_growth_beyond_five_years():
    """Half the days in the whole city: more value added up to 2024; from 2027 to 2030 growth of the clusters' output
    and of real GDP differ by less than a fifth of a point a year."""
    arms = {"none": load("no-policy").with_changes({"horizon.until": "2030Q4"})}
    arms["service"] = arms["none"].with_changes(WITH)
    gained, growth = [], []
    for seed in range(1, 7):
        found = dict(worlds(arms, seed))
        here, there = found["service"], found["none"]
        gained.append(float((here.years["industrial_value_added"] - there.years["industrial_value_added"])[:3].sum()))
        growth.append([_growth(here, name) - _growth(there, name) for name in ("industrial_output", "gdp_real")])
    errors = np.std(growth, axis=0, ddof=1) / np.sqrt(len(growth))
    assert np.mean(gained) > 3.0 * np.std(gained, ddof=1) / np.sqrt(len(gained))
    assert (np.abs(np.mean(growth, axis=0)) + 2.0 * errors < 0.2).all()


# the card


def test_a_card_lowers_the_chance_of_a_sale_by_its_number_and_raises_it_where_that_is_below_zero():
    """Of 30 groups over many quarters as many fewer are sold as the share says."""

    def sales(service, retention):
        count = 0
        for seed in range(400):
            firms = firms_with(reported_revenue=20_000.0)
            firms.group[:] = np.arange(30)
            terms = Terms(30)
            if service:
                terms.add("entrepreneur_service", service)
            given = quarter(terms=terms, seed=seed, group_sale_hazard=0.2, card_retention=retention)
            count += ownership.sell(firms, given).size
        return count

    plain = sales(0.0, 0.2)
    assert sales(1.0, 0.0) == plain > 400
    assert sales(1.0, 0.2) / plain == pytest.approx(0.8, abs=0.05)
    assert sales(0.5, 0.2) / plain == pytest.approx(0.9, abs=0.05)
    assert sales(1.0, -0.1) > plain


def test_what_a_card_and_windows_are_paid_is_told_as_earned_by_nothing():
    spec = small("no-policy", horizon__until="2022Q4").with_changes(WITH | CARD)
    values = attribution.split_world(spec, 1, True, "none", 0, 0)
    told = {(clause, what) for _, clause, what, *_ in values["money"]}
    assert told == {("windows", "unconditional"), ("cards", "unconditional")}
