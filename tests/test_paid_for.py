"""What an instrument buys directly is what was paid: nothing works for which the envelope had no money."""

from dataclasses import replace

import numpy as np
import pytest

from sim import policies
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.schedule import Schedule
from sim.firms.columns import columns
from sim.model import ClusterModel
from sim.policies.digital_diagnosis import DigitalDiagnosis
from sim.policies.first_loan import FirstLoan
from sim.policies.industrial_internet import IndustrialInternet
from sim.policies.innovation_platforms import InnovationPlatforms
from sim.policies.nurturing_pool import NurturingPool
from sim.policies.talent import Talent
from sim.treasury.claims import Basis
from sim.treasury.ledger import Envelope, Ledger
from sim.treasury.terms import Terms
from tests.conftest import drawn, small
from tests.policy_bench import delivered, look, plain_firms
from tests.test_first_loan import short_of_money


def by_size():
    """Return thirty firms, larger from row to row."""
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    return firms


def at(column):
    """Return {row: value} of a term where it is not zero."""
    rows = np.flatnonzero(column)
    return dict(zip(rows.tolist(), column[rows].tolist(), strict=True))


THREE = DigitalDiagnosis(reach=0.4)  # of thirty firms a quarter, at 20,000 yuan each


@pytest.mark.parametrize(
    ("holds", "when_short", "told"),
    [
        (0.06, "prorate", {27: 1.0, 28: 1.0, 29: 1.0}),
        (0.03, "prorate", {27: 0.5, 28: 0.5, 29: 0.5}),
        (0.05, "queue", {28: 1.0, 29: 1.0}),  # whole payments, the largest first
        (0.0, "prorate", {}),
        (0.0, "queue", {}),
    ],
)
def test_firms_are_diagnosed_as_far_as_their_diagnosis_is_paid(holds, when_short, told):
    assert at(delivered(THREE, look(by_size()), holds, when_short).column("diagnosis")) == told


@pytest.mark.parametrize(("holds", "service"), [(25.0, 10 / 20), (12.5, 5 / 15), (2.5, 1 / 11), (0.0, 0.0)])
def test_platforms_serve_firms_by_the_money_that_they_were_paid(holds, service):
    """Ten clusters ask for 2.5 million yuan each in a quarter, 10 a year, as much as `platform_money`."""
    terms = delivered(IndustrialInternet(amount_a_year=10.0), look(plain_firms()), holds)
    assert terms.column("platform_service") == pytest.approx(np.full(30, service), abs=1e-9)


@pytest.mark.parametrize(
    ("holds", "when_short", "heads"),
    [
        (196.5, "prorate", 1590.0 + 750.0),  # 106,000 x 0.3 x 0.2 a year and 150 who count for 20 each
        (98.25, "prorate", 795.0 + 375.0),
        (160.0, "queue", 1590.0),  # the flats cost 159 million yuan a quarter, the awards 37.5
        (0.0, "prorate", 0.0),
    ],
)
def test_as_much_talent_comes_as_is_paid_for(holds, when_short, heads):
    firms = plain_firms()
    firms.expected_demand[:] = firms.research[:] = 1.0
    terms = delivered(Talent(), look(firms), holds, when_short)
    assert terms.column("talent_inflow") * 1_200_000.0 == pytest.approx(np.full(30, heads))


@pytest.mark.parametrize(("holds", "support"), [(50.0, 0.03), (20.0, 0.012), (0.0, 0.0)])
def test_innovation_platforms_help_by_the_share_of_their_money_that_was_paid(holds, support):
    terms = delivered(InnovationPlatforms(), look(plain_firms()), holds)
    assert terms.column("success_support") == pytest.approx(np.full(30, support))


POOL = NurturingPool(firms_in_pool=2)  # 20,000 yuan each


def candidates():
    """Return thirty firms, with more research from row to row."""
    firms = plain_firms()
    firms.research_propensity[:] = np.arange(30.0)
    return firms


@pytest.mark.parametrize(
    ("holds", "when_short", "told"),
    [
        (0.04, "prorate", {28: 1.0, 29: 1.0}),
        (0.01, "prorate", {28: 0.25, 29: 0.25}),
        (0.03, "queue", {28: 1.0}),
        (0.0, "prorate", {}),
    ],
)
def test_the_pool_prepares_firms_as_far_as_their_preparation_is_paid(holds, when_short, told):
    assert at(delivered(POOL, look(candidates(), "2023Q3"), holds, when_short).column("title_help")) == told


@pytest.mark.parametrize(
    ("free", "view", "term"),
    [
        (DigitalDiagnosis(cost=0.0), look(by_size()), "diagnosis"),
        (InnovationPlatforms(amount_a_year=0.0), look(plain_firms()), "success_support"),
    ],
)
def test_what_costs_nothing_is_had_from_an_empty_envelope(free, view, term):
    assert delivered(free, view, 0.0).column(term).any()


# over time


def lived(programme, firms, envelope, quarters):
    """Return by quarter what an instrument paid, million yuan, and the terms that it made; nothing else happens."""
    ledger, found = Ledger(envelope), {}
    for quarter in quarters:
        terms = Terms(firms.rows)
        view = replace(look(firms, str(quarter)), bought=ledger.bought_by, waiting=ledger.waiting_of)
        ledger.pay(quarter, programme.claim(view))
        programme.settle(view, terms)
        found[str(quarter)] = ledger.paid_by(programme.kind.name, quarter), terms
    return found, ledger


QUARTERS = [FIRST + n for n in range(12)]
NONE_THEN_MUCH = Envelope(Schedule.of({FIRST: 0.0, Quarter.of(2023): 1000.0}), "queue")


def programme(name, **fields):
    """Return one instrument as a scenario holds it."""
    return small("no-policy", horizon__until="2024Q4").with_changes({f"policies.{name}": fields}).policies[name]


def test_a_diagnosis_that_waits_is_not_ordered_again_and_is_made_when_it_is_paid():
    """Three a quarter of thirty: twelve wait at the end of 2022 and are made with the next three."""
    found, ledger = lived(programme("digital_diagnosis", reach=0.4), by_size(), NONE_THEN_MUCH, QUARTERS[:5])
    made = {quarter: at(terms.column("diagnosis")) for quarter, (_, terms) in found.items()}
    assert made.pop("2023Q1") == dict.fromkeys(range(15, 30), 1.0)
    assert not any(made.values()) and found["2023Q1"][0] == pytest.approx(0.3) and ledger.waiting == []


def test_a_preparation_that_is_paid_late_helps_in_the_next_round_and_others_are_taken_in_beside():
    found, _ = lived(programme("nurturing_pool", firms_in_pool=2), candidates(), NONE_THEN_MUCH, QUARTERS)
    money = {quarter: round(paid, 9) for quarter, (paid, _) in found.items() if paid}
    assert money == {"2023Q1": 0.04, "2023Q3": 0.04, "2024Q3": 0.04}
    helped = {quarter: at(terms.column("title_help")) for quarter, (_, terms) in found.items()}
    assert {quarter: told for quarter, told in helped.items() if told} == {
        "2023Q3": dict.fromkeys((26, 27, 28, 29), 1.0),
        "2024Q3": dict.fromkeys((28, 29), 1.0),
    }


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("digital_diagnosis", "diagnosis"),
        ("industrial_internet", "platform_service"),
        ("innovation_platforms", "success_support"),
        ("talent", "talent_inflow"),
    ],
)
@pytest.mark.parametrize("envelope", [Envelope(), Envelope(0.0), NONE_THEN_MUCH])
def test_what_begins_and_ends_within_a_run_acts_in_the_quarters_in_which_it_is_paid_and_in_no_other(
    name, term, envelope
):
    """In force from the third to the last quarter of 2022: paid then, never, or in January when it has ended."""
    firms = by_size()
    firms.research[:] = 1.0
    found, _ = lived(programme(name, **{"from": "2022Q3", "until": "2022Q4"}), firms, envelope, QUARTERS)
    acts = [quarter for quarter, (_, terms) in found.items() if terms.has(term)]
    assert acts == [quarter for quarter, (paid, _) in found.items() if paid]
    assert acts == {0.0: [], np.inf: ["2022Q3", "2022Q4"]}.get(envelope.of_year(2023), ["2023Q1"])


def test_what_is_bought_is_asked_for_before_firms_decide():
    claims = THREE.claim(look(by_size()))
    with pytest.raises(ValueError, match="digital_diagnosis: clause 'free_diagnosis' buys something: ask for it in"):
        Ledger().pay_offers(FIRST, claims)


# first loans: the cost is known when they are drawn


@pytest.mark.parametrize(("left", "rows"), [(np.inf, [6, 7]), (0.04, [6, 7]), (0.03, [7]), (0.0, [])])
def test_first_loans_reach_as_many_as_the_envelope_still_holds_the_cost_for(left, rows):
    """Each lacked one million yuan, which costs 20,000; row 7 is the soundest."""
    terms = Terms(30)
    FirstLoan(reach=1.0).announce(look(short_of_money(), left=left), terms)
    assert np.flatnonzero(terms.column("helped_loan")).tolist() == rows


# all instruments

PROMISES = {"brand_quality": "pays for what firms spend on quality, which they do before they are paid"}
"""Instruments whose money nothing earns and which nonetheless pay afterwards."""

BUYERS = [
    name
    for name in policies.names()
    if (clauses := policies.get(name).clauses) and all(clause.earned_by is Basis.UNCONDITIONAL for clause in clauses)
]
TINY = {"population__above_scale": 200, "population__below_scale": 300, "horizon__until": "2023Q4"}
PLENTY = {
    "first_loan": {"reach": 1.0},
    "talent": {"stock": 10_000.0},
    "innovation_platforms": {"success_support": 0.5},
    "two_high_projects": {"credits_a_year": 1_000.0},
}
"""Levers at which two years of a tiny city move; of the others the defaults do."""
RULES = {"two_high_projects": {"credits_a_year": 0.0}}
"""Levers at which an instrument buys nothing and still rules: what it buys is held against its rule alone."""


def world(**changes):
    """Return all that firms are after two years, and what was measured, by name; and what was cut, fen."""
    model = ClusterModel(small("no-policy", **TINY, **changes), seed=5)
    result = model.run()
    measured = {name: values for table in ("years", "quarters") for name, values in getattr(result, table).items()}
    held = {name: getattr(model.firms, name).copy() for name in columns()}
    return measured | held, model.ledger.dropped_fen


def differ(one, other):
    """Return the names of what differs."""
    return {name for name in one if not np.array_equal(one[name], other[name], equal_nan=one[name].dtype.kind == "f")}


@pytest.fixture(scope="module")
def without():
    """Return the world without policy."""
    return world()[0]


@pytest.mark.parametrize("name", drawn([name for name in BUYERS if name not in PROMISES], 3))
def test_an_instrument_that_buys_leaves_the_world_as_it_is_where_all_it_asks_for_is_cut(without, name):
    levers = {f"policies__{name}": PLENTY.get(name, {})}
    if name in RULES:
        without, _ = world(**{f"policies__{name}": RULES[name]})
    given, _ = world(**levers)
    assert differ(without, given) - {"public_cost"}, "it does nothing here: let PLENTY say levers at which it does"
    cut, missing = world(**levers, envelope__amount_a_year=0.0)
    assert missing > 0 or "take_up" in vars(policies.get(name))  # nothing is left to lend for, nothing is asked
    counted = differ(without, cut) & set(policies.get(name).outcomes)  # by itself alone, nothing where it is absent
    assert not any(cut[outcome].any() for outcome in counted)
    assert differ(without, cut) - counted <= {"cut"}


def test_who_only_promises_is_an_instrument_that_pays_afterwards():
    assert set(PROMISES) <= set(BUYERS)
    for name in PROMISES:
        assert "take_up" in vars(policies.get(name))
