"""Crossings on paper: made by interest, counted by class, seen when they fall back, paid in parts and claimed back."""

from dataclasses import replace

import numpy as np
import pytest

from sim.calendar.quarter import Quarter
from sim.experiments.replicate import worlds
from sim.experiments.run import run
from sim.luck.keys import replication_seed
from sim.measure.awarded import FELL_BACK, NOT_KNOWN, STILL_ABOVE, awarded, below, judged
from sim.model import ClusterModel
from sim.policies.peak_climbing import PeakClimbing
from sim.scenario.reading import load
from sim.tables.milestones import CROSSING_CLASSES, REAL, RELABELLED, TIER_LINES
from sim.treasury.claims import AWARD
from sim.treasury.ledger import Ledger, Payment
from sim.treasury.terms import Terms
from tests.policy_bench import event, look, paid, plain_firms

TINY = {"population.above_scale": 200, "population.below_scale": 200}
TEMPTED = {"perceived_benefit": 50.0}


def tempted(**changes):
    return load("no-policy").with_changes({**TINY, "policies.peak_climbing": TEMPTED, **changes})


def test_who_pulls_forward_or_books_trade_stands_at_the_line_when_the_year_is_closed():
    """What a group sells outside the city in the last quarter is among what it reckons with."""
    stretched = 0
    for seed in range(1, 9):
        model = ClusterModel(tempted(), seed=seed)
        while model.quarter != model.spec.until:
            model.step()
            firms = model.firms
            rows = (
                np.flatnonzero(firms.pulled_forward + firms.booked_trading > 0.0) if model.quarter.season == 4 else ()
            )
            for row in rows:
                shown = firms.reported_revenue[row]
                assert min(abs(shown / line - 1.0) for line in TIER_LINES) < 1e-9, (seed, row, shown)
                stretched += 1
    assert stretched > 3


def dearer(count):
    """Crossings relabelled and pulled forward by 2025 where booking trade is dear, less where it is cheap, by world."""
    arms = {cost: tempted(**{"parameters.trading_cost": cost}) for cost in (0.001, 0.03)}
    found = []
    for number in range(count):
        years = {cost: result.years for cost, result in worlds(arms, replication_seed(1, number))}
        names = ("crossings_relabelled", "crossings_pulled_forward")
        found.append([years[0.03][name][-1] - years[0.001][name][-1] for name in names])
    return np.array(found)


@pytest.mark.parametrize("count", [8, pytest.param(16, marks=pytest.mark.slow)])
def test_dearer_relabelling_means_fewer_relabelled_and_more_pulled_forward(count):
    relabelled, pulled = dearer(count).sum(axis=0)
    assert relabelled < 0.0 < pulled


@pytest.mark.slow
def test_over_400_worlds_dearer_relabelling_lowers_relabelled_and_raises_pulled_forward_crossings_beyond_chance():
    found = dearer(400)
    error = 1.96 * found.std(axis=0, ddof=1) / np.sqrt(len(found))
    relabelled, pulled = found.mean(axis=0)
    assert relabelled + error[0] < 0.0 < pulled - error[1]


def test_awards_are_told_by_class_and_what_fell_back_a_year_later_in_every_class():
    found = run(tempted(), replications=10, seed=1)
    awards, fallen = found.awards, found.fallen_back
    classes = awards[[f"{name}_mean" for name in CROSSING_CLASSES]]
    assert classes.to_numpy().sum() > 10.0 / 10.0
    assert set(fallen["class"]) == set(CROSSING_CLASSES) and (fallen["fell_back"].dropna().between(0, 1)).all()
    by_name = fallen.groupby("class")["awarded"].sum()
    assert by_name["real"] > 0.0 and by_name[["pulled_forward", "relabelled"]].sum() > 0.0
    assert by_name.sum() == pytest.approx(classes.to_numpy().sum())  # the award of 2025 is paid and followed within it


def test_an_awarded_crossing_is_followed_into_the_next_year():
    """The first booked trade and is back below the line a year later; the second crossed really and is above."""
    firms = plain_firms()
    firms.reported_revenue[:2] = [9_999.0, 10_000.0]
    happened = replace(event("tier_10bn", [0, 1]), how=np.array([RELABELLED, REAL]))
    ledger, spring = Ledger(), Quarter.read("2023Q2")
    ledger.pay(spring, [PeakClimbing().ask("tier_10bn", "first", np.array([0, 1]), np.array([1.0, 1.0]), happened)])
    known = awarded(ledger, {judged(happened): below(firms, happened)})
    assert (known["how"].tolist(), known["after"].tolist()) == ([RELABELLED, REAL], [FELL_BACK, STILL_ABOVE])
    assert (known["year"].tolist(), known["first"].tolist()) == ([2023, 2023], [1, 1])
    assert awarded(ledger, {})["after"].tolist() == [NOT_KNOWN, NOT_KNOWN]


def test_a_clause_that_pays_for_no_crossing_has_no_classes():
    found = run(load("baseline-2022").with_changes(TINY), replications=1, seed=1)
    rows = found.awards[found.awards["instrument"] == "scale_up"]
    assert len(rows) and rows[[f"{name}_mean" for name in CROSSING_CLASSES]].isna().all(axis=None)


# parts and clawback


def crossed(revenue, unit="group", when=("2023Q2",)):
    """Row 0 crossed ten billion in 2022 and was paid 0.5 in the second quarter of 2023; revenue of the last year."""
    firms = plain_firms()
    firms.reported_revenue[0] = firms.last_revenue[0] = revenue
    happened = event("tier_10bn", [0], unit, quarter="2023Q1", year=2022)

    def payments(instrument, past):
        if instrument != "peak_climbing" or str(past) not in when:
            return []
        first = "first crossing in 2022"
        fen, rows = np.array([50_000_000]), np.array([0])
        return [Payment(past, instrument, "tier_10bn", first, AWARD, rows, fen, happened.kind, happened)]

    return firms, payments


@pytest.mark.parametrize("unit", ["group", "establishment"])
def test_an_award_in_parts_goes_on_while_the_firm_is_above_the_line(unit):
    plan = PeakClimbing(paid_over=3, unit=unit)
    for revenue, quarter, expected in (
        (10_000.0, "2024Q2", {0: 0.5}),
        (9_999.0, "2024Q2", {}),
        (10_000.0, "2025Q2", {0: 0.5}),
        (10_000.0, "2026Q2", {}),
        (10_000.0, "2024Q3", {}),
    ):
        firms, payments = crossed(revenue, unit)
        assert paid(plan.claim(replace(look(firms, quarter), payments=payments))) == expected, (revenue, quarter)
    firms = plain_firms()
    (first,) = plan.claim(look(firms, events=[event("tier_10bn", [0], unit)]))
    assert first.amounts.tolist() == [pytest.approx(2.0 * 0.5 / 3.0)]


def test_a_first_part_that_waited_for_money_is_followed_by_the_others_at_their_time():
    """Paid late in 2023; the part of 2024 is not its own first, and that of 2025 counts it once."""
    plan = PeakClimbing(paid_over=3)
    for when, quarter, expected in (
        (("2023Q4",), "2024Q2", {0: 0.5}),
        (("2023Q4", "2024Q2"), "2025Q2", {0: 0.5}),
        (("2024Q2",), "2024Q2", {}),  # this very quarter: paid after what is claimed
    ):
        firms, payments = crossed(10_000.0, when=when)
        assert paid(plan.claim(replace(look(firms, quarter), payments=payments))) == expected, (when, quarter)


def test_a_firm_that_falls_back_returns_a_part_of_its_award_for_each_year_below():
    """Of 0.5 three fifths, over three years: 0.1 a year."""
    plan = PeakClimbing(clawback=0.6, clawback_years=3)
    for revenue, quarter, due in (
        (9_999.0, "2024Q2", 0.1),
        (9_999.0, "2026Q2", 0.1),
        (9_999.0, "2027Q2", 0.0),
        (10_000.0, "2024Q2", 0.0),
    ):
        firms, payments = crossed(revenue)
        terms = Terms(firms.rows)
        plan.collect(replace(look(firms, quarter), payments=payments), terms)
        assert terms.column("award_due")[0] == pytest.approx(due), (revenue, quarter)
    terms = Terms(30)
    PeakClimbing().collect(replace(look(firms), payments=payments), terms)
    assert not terms.has("award_due")


def test_who_may_lose_a_part_of_the_award_counts_on_less_and_stretches_less():
    """Above the line in 0.7 of the years: of three parts 1, 0.7 and 0.7; of a clawback of a half 0.3 x 0.5 is lost."""
    firms = plain_firms()

    def benefit(**levers):
        view, terms = look(firms, "2023Q4"), Terms(firms.rows)
        PeakClimbing(**levers).announce(view, terms)
        return float(terms.column("group_tier_10bn")[0])

    assert look(firms).numbers.line_belief == 0.7
    assert benefit() == pytest.approx(1.0)
    assert benefit(paid_over=3) == pytest.approx(2.4 / 3.0)
    assert benefit(clawback=0.5) == pytest.approx(0.85)
    assert benefit(clawback=0.5, perceived_benefit=7.0) == pytest.approx(7.85)


def test_what_is_claimed_back_leaves_the_firm_and_is_told():
    spec = tempted(**{"policies.peak_climbing": TEMPTED | {"clawback": 1.0, "clawback_years": 1}})
    returned = 0.0
    for number in range(6):
        ((_, found),) = worlds({"x": spec}, replication_seed(1, number))
        returned += found.years["awards_returned"].sum()
        assert found.years["awards_returned"].sum() <= found.years["award_cost"].sum()
    assert returned > 0.0
