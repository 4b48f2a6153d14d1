"""Public money is whole fen, never above the envelope, and goes to the rows that the claims name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar.quarter import Quarter
from sim.treasury.claims import AWARD, FORMS, INVESTMENT, REST_OF_CITY, Claim
from sim.treasury.ledger import Envelope, Ledger

SPRING, SUMMER, NEXT_YEAR = Quarter.of(2023, 2), Quarter.of(2023, 3), Quarter.of(2024, 1)


def by_form(ledger, quarter):
    """Return million yuan paid in a quarter by form."""
    return {form: ledger.paid(quarter, lambda payment, form=form: payment.form == form) for form in FORMS}


def claim(rows, amounts, form=AWARD):
    return Claim("plan", "clause", "trigger", np.array(rows, dtype=np.int64), np.array(amounts, dtype=float), form)


def fen(ledger, quarter=SPRING):
    return [f for p in ledger.payments if p.quarter == quarter for f in p.fen.tolist()]


def test_amounts_are_rounded_to_whole_fen():
    ledger = Ledger()
    ledger.pay(SPRING, [claim([0, 1, 2], [0.1, 1 / 3, 2e-9])])
    assert fen(ledger) == [10_000_000, 33_333_333]  # a fifth of a fen is nothing
    assert ledger.total_fen() == 43_333_333


def test_each_firm_receives_by_form_what_was_paid_in_the_quarter():
    ledger = Ledger()
    ledger.pay(SPRING, [claim([0, 2], [1.0, 2.0]), claim([2], [0.5]), claim([2], [7.0], INVESTMENT)])
    ledger.pay(SUMMER, [claim([1], [4.0])])
    assert ledger.received(SPRING, AWARD, 3).tolist() == [1.0, 0.0, 2.5]
    assert ledger.received(SPRING, INVESTMENT, 3).tolist() == [0.0, 0.0, 7.0]
    assert ledger.received(SUMMER, AWARD, 3).tolist() == [0.0, 4.0, 0.0]
    assert by_form(ledger, SPRING) == dict.fromkeys(FORMS, 0.0) | {AWARD: 3.5, INVESTMENT: 7.0}


def test_money_for_the_rest_of_the_city_is_paid_but_credited_to_no_firm():
    ledger = Ledger()
    ledger.pay(SPRING, [claim([REST_OF_CITY, 0], [18.0, 1.0])])
    assert ledger.received(SPRING, AWARD, 3).tolist() == [1.0, 0.0, 0.0]
    assert by_form(ledger, SPRING)[AWARD] == 19.0


def test_a_short_envelope_cuts_all_claims_alike_and_drops_the_rest():
    ledger = Ledger(Envelope(6.0, "prorate"))
    ledger.pay(SPRING, [claim([0, 1], [2.0, 4.0]), claim([2], [6.0])])
    assert ledger.received(SPRING, AWARD, 3).tolist() == [1.0, 2.0, 3.0]
    assert ledger.left(SPRING) == 0.0
    assert ledger.dropped_fen == 600_000_000
    ledger.pay(NEXT_YEAR, [])
    assert fen(ledger, NEXT_YEAR) == []


def test_a_queue_pays_whole_payments_in_order_and_the_rest_first_thing_next_year():
    ledger = Ledger(Envelope(6.0, "queue"))
    ledger.pay(SPRING, [claim([0, 1], [2.0, 3.0]), claim([2], [4.0])])
    assert ledger.received(SPRING, AWARD, 3).tolist() == [2.0, 3.0, 0.0]  # 1 is left, 4 does not fit
    ledger.pay(SUMMER, [claim([0, 1], [0.5, 3.0])])
    assert ledger.received(SUMMER, AWARD, 3).tolist() == [0.5, 0.0, 0.0]
    ledger.pay(NEXT_YEAR, [claim([0], [2.0])])
    assert ledger.received(NEXT_YEAR, AWARD, 3).tolist() == [2.0, 0.0, 4.0]  # oldest first: 4, then 3 does not fit
    assert ledger.dropped_fen == 0


def test_the_envelope_is_that_of_a_calendar_year():
    ledger = Ledger(Envelope(5.0))
    ledger.pay(SPRING, [claim([0], [4.0])])
    assert ledger.left(SPRING) == 1.0
    assert ledger.left(NEXT_YEAR) == 5.0


amounts = st.lists(st.lists(st.floats(0, 1e4), min_size=1, max_size=5), min_size=1, max_size=4)


@pytest.mark.parametrize("when_short", ["prorate", "in_order", "queue"])
@given(spring=amounts, summer=amounts, envelope=st.floats(0, 1e4))
def test_payments_never_exceed_the_envelope_nor_any_claim_and_nothing_is_lost(when_short, spring, summer, envelope):
    ledger = Ledger(Envelope(envelope, when_short))
    asked = [[claim(range(len(rows)), rows) for rows in quarter] for quarter in (spring, summer)]
    for quarter, claims in zip((SPRING, SUMMER), asked, strict=True):
        ledger.pay(quarter, claims)
    wanted = sum(int(np.rint(c.amounts * 1e8).sum()) for claims in asked for c in claims)
    waiting = sum(int(np.rint(c.amounts * 1e8).sum()) for c in ledger.waiting)
    assert ledger.total_fen() <= round(envelope * 1e8)
    assert all((p.fen > 0).all() for p in ledger.payments)
    assert ledger.total_fen() + ledger.dropped_fen + waiting == wanted
