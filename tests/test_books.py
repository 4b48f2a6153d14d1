"""The books balance every quarter, firm by firm, and treasury, ledger and firms agree to the fen."""

import numpy as np
import pytest

from sim.model import ClusterModel
from sim.treasury.claims import AWARD, INVESTMENT, SUBSIDY

INFLOWS = ("revenue", "awards", "subsidies", "fund_taken", "borrowed", "equity_raised", "holding_income")
OUTFLOWS = (
    "materials",
    "energy_bill",
    "wages",
    "interest",
    "tax",
    "research",
    "replacement",
    "expansion",
    "digital_spending",
    "energy_saving_spending",
    "merger_spending",
    "threshold_cost",
    "awards_returned",
    "fund_returned",
    "dividends",
    "repaid",
)


@pytest.fixture(scope="module")
def quarters(announced):
    """The announced package, eight quarters: the state before and after each, for firms that were there all along."""
    model = ClusterModel(announced, seed=3)
    seen = []
    for _ in range(8):
        before = model.firms.copy()
        model.step()
        seen.append((before, model.firms.copy(), model.quarter, model.ledger))
    return seen


def test_cash_moves_by_the_sum_of_the_named_flows_firm_by_firm(quarters):
    for before, after, _, _ in quarters:
        stayed = before.active & after.active
        flows = sum(getattr(after, name) for name in INFLOWS) - sum(getattr(after, name) for name in OUTFLOWS)
        scale = 1.0 + after.revenue[stayed] + np.abs(before.cash[stayed])
        assert np.abs((after.cash - before.cash - flows)[stayed] / scale).max() < 1e-9


def test_debt_moves_by_what_is_borrowed_less_what_is_repaid_and_what_moves_away(quarters):
    for before, after, _, _ in quarters:
        stayed = before.active & after.active
        moved = (after.debt - before.debt - after.borrowed + after.repaid - after.debt_moved)[stayed]
        assert np.abs(moved / (1.0 + after.debt[stayed])).max() < 1e-9


def test_the_fund_stake_grows_by_the_fund_money_taken_up_until_it_is_bought_back(quarters):
    for before, after, _, _ in quarters:
        stayed = before.active & after.active
        np.testing.assert_allclose(
            after.fund_stake[stayed], (before.fund_stake + after.fund_taken)[stayed], rtol=1e-12, atol=1e-9
        )


def test_what_firms_received_is_what_the_ledger_paid_to_the_fen(quarters):
    paid_something = False
    for _, after, quarter, ledger in quarters:
        for form, column in ((AWARD, "awards"), (INVESTMENT, "fund_taken"), (SUBSIDY, "subsidies")):
            paid = [p for p in ledger.payments if p.quarter == quarter and p.form == form]
            in_model = sum(int(p.fen[p.rows >= 0].sum()) for p in paid)
            received = np.rint(getattr(after, column) * 1e8).astype(np.int64)
            gone = sum(int(p.fen[(p.rows >= 0) & ~after.active[p.rows]].sum()) for p in paid)
            assert int(received.sum()) + gone == in_model
            paid_something |= in_model > 0
    assert paid_something


def test_a_firm_that_left_holds_nothing(quarters):
    _, after, _, _ = quarters[-1]
    gone = ~after.active
    for name in ("capital", "cash", "debt", "demand", "output", "revenue", "energy_use", "fund_stake"):
        assert not getattr(after, name)[gone].any(), name
