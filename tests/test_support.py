"""Support for spending: its share, floor and cap, what stacks, who pays, and what a firm does for it."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import policies
from sim.experiments.replicate import worlds
from sim.model import ClusterModel
from sim.policies.digital_subsidy import DigitalSubsidy
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import AWARD, INVESTMENT, SUBSIDY, Spending
from sim.treasury.supported import supported
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.policy_bench import look, paid, plain_firms

DIGITAL = Spending.DIGITAL


def promised(*schemes, stacking="highest", most=1.0):
    """Return terms for two firms under schemes (instrument, rate, floor, cap, beyond)."""
    terms = Terms(2, stacking, most)
    for name, rate, floor, cap, beyond in schemes:
        terms.support(DIGITAL, name, "clause", rate, floor=floor, cap=cap, beyond=beyond)
    return terms


def due(terms, name, spent):
    """Return what an instrument owes the first firm for what it spent: on terms of its own, for firms spend once."""
    rows, owed = copy.deepcopy(terms).due(DIGITAL, name, "clause", lambda: np.array([spent, 0.0]))
    return dict(zip(rows, owed, strict=True)).get(0, 0.0)


@pytest.mark.parametrize(
    ("scheme", "spent", "owed"),
    [
        (("a", 0.12, 0.0, 10.0, 0.0), 50.0, 6.0),
        (("a", 0.12, 0.0, 10.0, 0.0), 200.0, 10.0),  # the cap, not 24
        (("a", 0.12, 5.0, 10.0, 0.0), 4.9, 0.0),  # below the floor
        (("a", 0.12, 5.0, 10.0, 0.0), 5.0, 0.6),
        (("a", 0.10, 0.0, 10.0, 30.0), 50.0, 2.0),  # a tenth of the increase over 30
        (("a", 0.10, 0.0, 10.0, 60.0), 50.0, 0.0),
    ],
)
def test_support_is_a_share_of_what_is_beyond_the_usual_from_the_floor_up_to_the_cap(scheme, spent, owed):
    terms = promised(scheme)
    assert due(terms, "a", spent) == pytest.approx(owed)
    assert supported(terms.support_of(DIGITAL), 0, spent) == pytest.approx(owed)


def test_the_highest_support_alone_is_paid_or_all_of_them_up_to_the_limit():
    schemes = [("a", 0.10, 0.0, 99.0, 0.0), ("b", 0.30, 0.0, 12.0, 0.0), ("c", 0.30, 0.0, 12.0, 0.0)]
    highest, both = promised(*schemes), promised(*schemes, stacking="sum", most=0.5)
    assert [due(highest, name, 20.0) for name in "abc"] == [0.0, 6.0, 0.0]  # of two equals the first
    assert [due(highest, name, 200.0) for name in "abc"] == [20.0, 0.0, 0.0]
    assert [due(both, name, 20.0) for name in "abc"] == [2.0, 6.0, 2.0]  # half of 20: 2 are left for the last
    assert due(promised(*schemes, most=0.2), "b", 20.0) == 4.0


@given(
    rates=st.lists(st.floats(0, 1), min_size=1, max_size=4),
    spent=st.floats(0, 1e4),
    caps=st.lists(st.floats(0, 100), min_size=4, max_size=4),
    stacking=st.sampled_from(["highest", "sum"]),
    most=st.floats(0, 1),
)
def test_the_parts_of_all_payers_are_what_the_firm_was_promised_and_never_above_its_stacking_rule(
    rates, spent, caps, stacking, most
):
    schemes = [(str(n), rate, 0.0, caps[n], 0.0) for n, rate in enumerate(rates)]
    terms = promised(*schemes, stacking=stacking, most=most)
    parts = [due(terms, name, spent) for name, *_ in schemes]
    whole = supported(terms.support_of(DIGITAL), 0, spent)
    assert sum(parts) == pytest.approx(whole) and min(parts) >= 0.0
    assert whole <= most * spent + 1e-9
    if stacking == "highest":
        assert sum(part > 0.0 for part in parts) <= 1


def test_digital_projects_get_twelve_per_cent_in_landmark_clusters_and_six_in_others_by_hand():
    firms = plain_firms()
    firms.digital_spending[[0, 1, 2, 29]] = 50.0, 100.0, 0.9, 50.0  # the first cluster is a landmark, the last is none
    terms, view = Terms(firms.rows, "highest", 0.5), look(firms)
    DigitalSubsidy().announce(view, terms)
    claims = DigitalSubsidy().take_up(view, terms)
    assert paid(claims) == {0: 6.0, 1: 10.0, 29: 3.0}
    assert {claim.form for claim in claims} == {SUBSIDY}


def test_what_firms_book_as_subsidy_is_what_the_treasury_paid_to_the_fen():
    spec = small("no-policy", horizon__until="2023Q4")
    model = ClusterModel(spec.with_changes({"policies.digital_subsidy.rate_other": 0.3}), seed=3)
    money = 0
    while model.running:
        cash = model.firms.cash.copy()
        model.step()
        booked = np.rint(model.firms.subsidies * FEN_PER_MILLION).astype(np.int64)
        assert booked.sum() == round(model.ledger.paid_by("digital_subsidy", model.quarter) * FEN_PER_MILLION)
        money += int(booked.sum())
        assert cash.size == model.firms.cash.size
    assert money == model.ledger.total_fen() > 0


FIELDS = {AWARD: "awards", SUBSIDY: "subsidies", INVESTMENT: "fund_taken"}


@settings(max_examples=12)
@given(
    names=st.sets(st.sampled_from(policies.names()), min_size=3),
    envelope=st.sampled_from(["100 亿元", "2000 万元", "200 万元", "0 元"]),
    rule=st.sampled_from(["prorate", "in_order", "queue"]),
    stacking=st.sampled_from(["highest", "sum"]),
)
def test_whatever_the_package_treasury_ledger_and_firms_agree_to_the_fen(names, envelope, rule, stacking):
    changes = {f"policies.{name}": {} for name in sorted(names)}
    changes |= {"envelope.amount_a_year": envelope, "envelope.when_short": rule, "envelope.stacking": stacking}
    tiny = {"population__above_scale": 150, "population__below_scale": 150, "horizon__until": "2023Q2"}
    model = ClusterModel(small("no-policy", **tiny).with_changes(changes), seed=5)
    while model.running:
        model.step()
        stayed, rows = model.firms.active, model.firms.rows
        for form, column in FIELDS.items():  # who closed at the end of the quarter has no books any more
            booked = np.rint(getattr(model.firms, column) * FEN_PER_MILLION)
            paid = np.rint(model.ledger.received(model.quarter, form, rows) * FEN_PER_MILLION)
            np.testing.assert_array_equal(booked[stayed], paid[stayed], err_msg=f"{form} {model.quarter}")
    by_year = {}
    for payment in model.ledger.payments:
        by_year[payment.quarter.year] = by_year.get(payment.quarter.year, 0) + int(payment.fen.sum())
    assert sum(by_year.values()) == model.ledger.total_fen()
    for year, fen in by_year.items():
        assert fen <= round(model.spec.envelope.of_year(year) * FEN_PER_MILLION)


def test_a_subsidy_brings_more_projects_forward_and_at_zero_it_is_as_if_it_were_not_there():
    base = small("no-policy", horizon__until="2023Q4")
    lever = "policies.digital_subsidy"
    arms = {
        "none": base,
        "zero": base.with_changes({f"{lever}.rate_landmark": 0.0, f"{lever}.rate_other": 0.0}),
        "half": base.with_changes({f"{lever}.rate_landmark": 0.5, f"{lever}.rate_other": 0.5}),
    }
    found = dict(worlds(arms, 11))
    for name, values in found["none"].years.items():
        assert np.array_equal(values, found["zero"].years[name], equal_nan=True), name
    assert found["half"].years["digital_share"][-1] > found["none"].years["digital_share"][-1]
