"""The edges of the ledger: the turn of the year, nothing to pay, an order of instruments, a fen too many."""

import numpy as np
import pytest

from sim.calendar.quarter import Quarter
from sim.calendar.schedule import Schedule
from sim.treasury.claims import AWARD, FORMS, INVESTMENT, REST_OF_CITY, Claim
from sim.treasury.ledger import Envelope, Ledger

Q = {(year, season): Quarter.of(year, season) for year in (2022, 2023, 2024) for season in (1, 2, 3, 4)}
NOTHING = dict.fromkeys(FORMS, 0.0)


def by_form(ledger, quarter):
    """Return million yuan paid in a quarter by form."""
    return {form: ledger.paid(quarter, lambda payment, form=form: payment.form == form) for form in FORMS}


def claim(rows, amounts, instrument="plan", form=AWARD):
    return Claim(instrument, "clause", "trigger", np.array(rows, dtype=np.int64), np.array(amounts, dtype=float), form)


def paid(ledger):
    """[(quarter, instrument, rows, fen)] of all payments."""
    return [(str(p.quarter), p.instrument, p.rows.tolist(), p.fen.tolist()) for p in ledger.payments]


@pytest.mark.parametrize("year", [2022, 2023])
def test_an_envelope_opens_with_the_first_quarter_and_closes_with_the_last(year):
    for first, second in ((1, 2), (1, 4), (2, 3), (3, 4)):
        ledger = Ledger(Envelope(5.0))
        ledger.pay(Q[year, first], [claim([0], [4.0])])
        assert ledger.left(Q[year, second]) == 1.0
        ledger.pay(Q[year, second], [claim([1], [4.0])])
        assert paid(ledger)[1] == (f"{year}Q{second}", "plan", [1], [100_000_000])
        assert ledger.left(Q[year, second]) == 0.0
    ledger.pay(Q[year + 1, 1], [claim([2], [4.0])])
    assert paid(ledger)[2] == (f"{year + 1}Q1", "plan", [2], [400_000_000])
    assert ledger.left(Q[year + 1, 1]) == ledger.left(Q[year + 1, 4]) == 1.0


@pytest.mark.parametrize("season", [1, 2, 3, 4])
def test_offers_of_a_quarter_have_what_its_awards_leave(season):
    ledger = Ledger(Envelope(5.0))
    for rest in (2.0, 0.0):
        ledger.pay(Q[2023, season], [claim([0], [3.0])])
        assert ledger.left(Q[2023, season]) == rest
    assert ledger.total_fen() == 500_000_000


def test_what_is_left_is_known_before_anything_is_paid():
    assert Ledger(Envelope(5.0)).left(Q[2022, 1]) == 5.0
    assert Ledger().left(Q[2022, 1]) == np.inf


def test_an_envelope_in_steps_holds_each_year_the_mean_of_its_own_quarters():
    """100 a year, 400 from 2023Q4 and 70 from 2025: (3 x 100 + 400) / 4 = 175 in 2023."""
    of = Quarter.of
    stepped = Envelope(Schedule.of({of(2022): 100.0, of(2023, 4): 400.0, of(2025): 70.0}))
    assert [stepped.of_year(year) for year in range(2022, 2027)] == [100.0, 175.0, 400.0, 70.0, 70.0]
    assert [
        Ledger(stepped).left(of(year, season))
        for year, season in ((2022, 4), (2023, 1), (2023, 4), (2024, 1), (2025, 1))
    ] == [100.0, 175.0, 175.0, 400.0, 70.0]


def test_nothing_is_posted_waits_or_is_dropped_where_nothing_is_asked():
    for when_short in ("prorate", "in_order", "queue"):
        ledger = Ledger(Envelope(1.0, when_short))
        ledger.pay(Q[2022, 1], [claim([0, 1], [0.0, 0.0]), claim([], [])])
        assert (ledger.payments, ledger.waiting, ledger.dropped_fen, ledger.total_fen()) == ([], [], 0, 0)


def test_a_claim_paid_in_full_does_not_wait_and_one_fen_does():
    ledger = Ledger(Envelope(1.0, "queue"))
    ledger.pay(Q[2022, 1], [claim([0, 1], [1.0, 1e-8]), claim([2], [0.0])])
    assert [(w.rows.tolist(), w.amounts.tolist()) for w in ledger.waiting] == [([1], [1e-8])]
    assert paid(ledger) == [("2022Q1", "plan", [0], [100_000_000])]
    ledger.pay(Q[2023, 1], [])
    assert paid(ledger)[1:] == [("2023Q1", "plan", [1], [1])]
    assert ledger.waiting == []


def test_a_queue_keeps_the_form_and_names_of_what_waits():
    ledger = Ledger(Envelope(1.0, "queue"))
    ledger.pay(Q[2022, 1], [claim([0], [1.0]), claim([1], [0.5], "rest", INVESTMENT)])
    (waits,) = ledger.waiting
    assert (waits.instrument, waits.clause, waits.trigger, waits.form) == ("rest", "clause", "trigger", INVESTMENT)
    ledger.pay(Q[2023, 1], [])
    assert by_form(ledger, Q[2023, 1]) == NOTHING | {INVESTMENT: 0.5}


def test_a_payment_that_fits_exactly_is_paid_and_the_next_waits():
    ledger = Ledger(Envelope(6.0, "queue"))
    ledger.pay(Q[2022, 1], [claim([0, 1], [2.0, 4.0]), claim([2], [1.0])])
    assert paid(ledger) == [("2022Q1", "plan", [0, 1], [200_000_000, 400_000_000])]
    assert ledger.waiting[0].rows.tolist() == [2]


def test_in_a_queue_a_later_claim_has_what_the_ones_before_leave():
    ledger = Ledger(Envelope(6.0, "queue"))
    ledger.pay(Q[2022, 1], [claim([0], [4.0]), claim([1], [4.0]), claim([2], [2.0])])
    assert ledger.received(Q[2022, 1], AWARD, 3).tolist() == [4.0, 0.0, 2.0]


def test_instruments_are_paid_in_order_the_first_that_does_not_fit_is_cut_and_the_rest_gets_nothing():
    order = Envelope(10.0, "in_order", ("lists", "titles"))
    ledger = Ledger(order)
    claims = [
        claim([4], [5.0], "zebra"),
        claim([2, 3], [4.0, 8.0], "titles"),
        claim([0], [3.0], "lists"),
        claim([1], [1.0], "lists"),
    ]
    ledger.pay(Q[2022, 2], claims)
    # lists 4 in full; titles ask for 12 and 6 is left: half of each; zebra nothing
    assert ledger.received(Q[2022, 2], AWARD, 5).tolist() == [3.0, 1.0, 2.0, 4.0, 0.0]
    assert ledger.dropped_fen == 1_100_000_000
    assert ledger.waiting == []


def test_an_order_that_is_used_up_exactly_leaves_no_fen_to_the_next():
    ledger = Ledger(Envelope(4.0, "in_order", ("lists",)))
    ledger.pay(Q[2022, 2], [claim([0], [4.0], "lists"), claim([1], [1.0], "titles")])
    assert paid(ledger) == [("2022Q2", "lists", [0], [400_000_000])]
    assert ledger.dropped_fen == 100_000_000


def test_instruments_come_in_the_order_named_and_the_others_after_by_the_alphabet():
    envelope = Envelope(order=("titles", "lists"))
    names = ["zebra", "apple", "lists", "titles"]
    assert sorted(names, key=lambda name: envelope.rank(claim([0], [1.0], name))) == [
        "titles",
        "lists",
        "apple",
        "zebra",
    ]
    assert envelope.rank(claim([0], [1.0], "lists"))[0] == 1
    assert envelope.rank(claim([0], [1.0], "apple"))[0] == 2


def test_prorating_gives_whole_fen_and_drops_what_is_cut():
    ledger = Ledger(Envelope(1e-8 * 100, "prorate"))
    ledger.pay(Q[2022, 1], [claim([0, 1, 2], [1e-8 * 100, 1e-8 * 100, 1e-8 * 99])])
    assert paid(ledger) == [("2022Q1", "plan", [0, 1, 2], [33, 33, 33])]  # 100 x 100 // 299, 99 x 100 // 299
    assert ledger.dropped_fen == 200


def test_what_is_cut_adds_up_by_quarter_instrument_and_clause():
    ledger, fen = Ledger(Envelope(0.0)), 1e-8
    ledger.pay(Q[2022, 1], [claim([0, 1], [5 * fen, 7 * fen]), claim([2], [3 * fen]), claim([0], [2 * fen], "other")])
    ledger.pay(Q[2022, 2], [claim([1], [4 * fen])])
    first, second = Q[2022, 1], Q[2022, 2]
    assert ledger.cut == {(first, "plan", "clause"): 15, (first, "other", "clause"): 2, (second, "plan", "clause"): 4}


def test_amounts_of_which_products_exceed_64_bits_are_cut_alike():
    ledger = Ledger(Envelope(50_000.0, "prorate"))
    ledger.pay(Q[2022, 1], [claim([0, 1], [60_000.0, 40_000.0])])
    assert ledger.received(Q[2022, 1], AWARD, 2).tolist() == [30_000.0, 20_000.0]


def test_the_books_of_a_quarter_are_found_among_earlier_and_later_ones():
    ledger = Ledger()
    for i, season in enumerate((1, 2, 3, 4)):
        ledger.pay(
            Q[2022, season], [claim([0, REST_OF_CITY], [10.0**i, 5.0]), claim([1], [2.0 * 10.0**i], form=INVESTMENT)]
        )
    for i, season in enumerate((1, 2, 3, 4)):
        assert ledger.received(Q[2022, season], AWARD, 2).tolist() == [10.0**i, 0.0]
        assert ledger.received(Q[2022, season], INVESTMENT, 2).tolist() == [0.0, 2.0 * 10.0**i]
        assert by_form(ledger, Q[2022, season]) == NOTHING | {AWARD: 10.0**i + 5.0, INVESTMENT: 2.0 * 10.0**i}
    assert ledger.received(Q[2023, 1], AWARD, 2).tolist() == [0.0, 0.0]
    assert by_form(ledger, Q[2023, 1]) == NOTHING
    assert ledger.total_fen() == (1111 + 20 + 2222) * 100_000_000


def test_a_claim_for_some_of_its_rows_keeps_all_else():
    part = claim([4, 5, 6], [1.0, 2.0, 3.0], "plan", INVESTMENT).only(np.array([True, False, True]))
    assert (part.rows.tolist(), part.amounts.tolist(), part.form) == ([4, 6], [1.0, 3.0], INVESTMENT)


def test_what_one_instrument_paid_in_a_quarter_is_told_in_million_yuan():
    ledger = Ledger(Envelope())
    ledger.pay(Quarter.of(2023, 1), [claim([0], [100.0])])
    ledger.pay(
        Quarter.of(2023, 2), [claim([0, 1], [1.0, 2.0]), claim([REST_OF_CITY], [4.0]), claim([2], [8.0], "fund")]
    )
    ledger.pay(Quarter.of(2023, 3), [claim([0], [200.0])])
    found = [ledger.paid_by(name, Quarter.of(2023, 2)) for name in ("plan", "fund", "nobody")]
    assert found == [7.0, 8.0, 0.0]
