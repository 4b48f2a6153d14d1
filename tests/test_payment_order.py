"""Who is served first when money is short is written in the envelope, not in the alphabet."""

import numpy as np
import pytest

from sim import policies
from sim.calendar.quarter import Quarter
from sim.model import ClusterModel
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.treasury.claims import AWARD, Claim
from sim.treasury.ledger import Envelope, Ledger
from tests.conftest import small
from tests.test_same_luck import advance, fingerprint

SPRING, SUMMER = Quarter.of(2023, 2), Quarter.of(2023, 3)


def claim(instrument, amounts, row=0):
    rows = np.arange(row, row + len(amounts))
    return Claim(instrument, "clause", "trigger", rows, np.array(amounts, dtype=float))


def asked():
    """Six from `aster`, four and two from `birch`, three from `cedar`: 15 million yuan."""
    return [claim("aster", [6.0], 0), claim("birch", [4.0, 2.0], 1), claim("cedar", [3.0], 3)]


def received(envelope, quarters=(SPRING,)):
    ledger = Ledger(envelope)
    for i, quarter in enumerate(quarters):
        ledger.pay(quarter, asked() if i == 0 else [])
    return ledger.received(quarters[-1], AWARD, 4).tolist(), ledger


def test_in_order_pays_one_instrument_after_the_other_cuts_the_one_that_does_not_fit_and_drops_the_rest():
    paid, ledger = received(Envelope(9.0, "in_order", ("birch", "aster", "cedar")))
    assert paid == [3.0, 4.0, 2.0, 0.0]
    assert ledger.dropped_fen == 600_000_000
    paid, _ = received(Envelope(9.0, "in_order", ("cedar", "aster", "birch")))
    assert paid == [6.0, 0.0, 0.0, 3.0]
    paid, _ = received(Envelope(7.5, "in_order", ("aster", "birch", "cedar")))
    assert paid == [6.0, 1.0, 0.5, 0.0]  # four and two are cut alike to a quarter


def test_reversing_the_order_moves_who_is_short_and_nothing_else():
    order = ("aster", "birch", "cedar")
    (first, one), (last, other) = (received(Envelope(9.0, "in_order", o)) for o in (order, order[::-1]))
    assert first == [6.0, 2.0, 1.0, 0.0] and last == [0.0, 4.0, 2.0, 3.0]
    assert one.total_fen() == other.total_fen() and one.dropped_fen == other.dropped_fen


def test_a_queue_serves_in_the_order_and_the_oldest_first():
    ledger = Ledger(Envelope(6.0, "queue", ("cedar", "aster", "birch")))
    ledger.pay(SPRING, asked())
    assert ledger.received(SPRING, AWARD, 4).tolist() == [0.0, 0.0, 0.0, 3.0]  # 6 does not fit in 3, nor does 4
    ledger.pay(Quarter.of(2024, 1), [claim("cedar", [1.0], 3)])
    assert ledger.received(Quarter.of(2024, 1), AWARD, 4).tolist() == [6.0, 0.0, 0.0, 0.0]  # waiting goes before new


def test_prorating_cuts_alike_in_whatever_order():
    for order in (("aster", "birch", "cedar"), ("cedar", "birch", "aster"), ()):
        assert received(Envelope(7.5, "prorate", order))[0] == [3.0, 2.0, 1.0, 1.5]


def test_instruments_that_are_not_named_come_after_by_the_alphabet_in_whatever_order_they_claim():
    ledger = Ledger(Envelope(10.0, "in_order", ("cedar",)))
    ledger.pay(SPRING, asked()[::-1])
    assert ledger.received(SPRING, AWARD, 4).tolist() == pytest.approx([6.0, 2.0 / 3.0, 1.0 / 3.0, 3.0], abs=1e-7)


def test_a_claim_of_an_instrument_made_in_two_parts_is_cut_as_one():
    ledger = Ledger(Envelope(2.0, "in_order", ("aster", "birch")))
    ledger.pay(SPRING, [claim("birch", [3.0], 0), claim("aster", [1.0], 1), claim("birch", [1.0], 2)])
    assert ledger.received(SPRING, AWARD, 3).tolist() == [0.75, 1.0, 0.25]


# the field


def test_the_default_is_the_order_of_the_text_which_is_not_the_alphabet():
    order = load("baseline-2022").envelope.order
    assert order == ("peak_climbing", "leading_enterprise", "specialised_enterprise", "scale_up", "policy_fund")
    assert list(order) != sorted(order)
    assert set(order) <= set(policies.names())


def test_a_scenario_round_trips_with_its_order():
    from sim.scenario.reading import from_resolved

    changed = load("baseline-2022").with_changes({"envelope.order": ["scale_up", "peak_climbing"]})
    assert changed.envelope.order == ("scale_up", "peak_climbing")
    assert from_resolved(changed.resolved()).envelope.order == ("scale_up", "peak_climbing")


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (
            "[peak_climbing, scaleup]",
            r"envelope\.order\.1: unknown instrument 'scaleup' \(did you mean 'scale_up'\?\); 'clustersim levers' "
            r"lists all$",
        ),
        ("[scale_up, policy_fund, scale_up]", r"envelope\.order: instrument 'scale_up' stands twice; keep one$"),
        ("scale_up", r"envelope\.order: "),
        ("[1]", r"envelope\.order\.0: "),
    ],
)
def test_a_wrong_order_is_refused_in_one_line_with_file_and_key(tmp_path, order, says):
    text = (
        "name: mine\nextends: baseline-2022\ntitle: {en: a, zh: b}\nquestion: {en: a, zh: b}\nsources: [article p08]\n"
    )
    path = tmp_path / "mine.yaml"
    path.write_text(f"{text}envelope:\n  order: {order}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=says) as error:
        load(path)
    assert len(error.value.problems) == 1
    assert error.value.problems[0].startswith(f"{path}:7:")


# the model


def ordered(order, when_short, amount):
    return small(
        "baseline-2022", envelope__order=list(order), envelope__when_short=when_short, envelope__amount_a_year=amount
    )


NAMES = load("baseline-2022").envelope.order


@pytest.mark.parametrize(("when_short", "amount"), [("in_order", 10_000.0), ("queue", 10_000.0), ("prorate", 6.0)])
def test_the_order_changes_no_byte_while_money_lasts_nor_when_claims_are_cut_alike(when_short, amount):
    plain, reverse = (advance(ClusterModel(ordered(o, when_short, amount), seed=4)) for o in (NAMES, NAMES[::-1]))
    assert fingerprint(plain) == fingerprint(reverse)


def paid_in_2022(order, seed):
    """Fen paid by list awards and by title awards, which are judged and paid in the same quarters,
    out of one million yuan.
    """
    spec = ordered(order, "in_order", 1.0)
    for other in spec.policies.keys() - {*PAIR, "energy_budget"}:
        spec = spec.without(other)
    ledger = advance(ClusterModel(spec, seed=seed), 4).ledger
    return np.array([sum(int(p.fen.sum()) for p in ledger.payments if p.instrument == name) for name in PAIR])


PAIR = ("leading_enterprise", "specialised_enterprise")


def test_when_awards_are_short_the_order_decides_which_instrument_is():
    lists_first, titles_first = (
        sum(paid_in_2022(order, seed) for seed in (1, 2, 3, 4)) for order in (PAIR, PAIR[::-1])
    )
    assert lists_first[0] > titles_first[0]
    assert lists_first[1] < titles_first[1]
    assert lists_first.sum() == pytest.approx(titles_first.sum(), abs=1_000)  # cuts are whole fen
