"""First loans: who is reached, what access they get, what it costs, and that investment answers."""

import numpy as np
import pytest

from sim.behaviours import finance
from sim.firms.table import STATE
from sim.policies.first_loan import FirstLoan
from sim.treasury.terms import Terms
from tests.hand import by_cluster, firms_with, quarter
from tests.policy_bench import look, paid, plain_firms

NOW = quarter("2023Q2").quarter.number


def short_of_money():
    """Twelve private firms below scale that got nothing of what they wanted, sounder from row to row; one of them is
    the state's, one above scale, one had its loan, one got all."""
    firms = plain_firms()
    firms.above_scale[:12] = False
    firms.wanted_expansion[:12], firms.capital[:], firms.net_worth[:12] = 1.0, 1.0, np.arange(12.0)
    firms.ownership[11], firms.above_scale[10], firms.helped_loan_quarter[9] = STATE, True, NOW - 4
    firms.expansion[8] = 1.0
    return firms


@pytest.mark.parametrize(("reach", "rows"), [(1.0, [6, 7]), (0.1, []), (0.5, [7])])
def test_the_soundest_private_small_firms_that_lacked_money_are_reached_as_far_as_places_go(reach, rows):
    """Nine are private, below scale and without a first loan: a quarter of 9 is 2 places, of 4.5 one, of 0.9 none."""
    terms = Terms(30)
    FirstLoan(reach=reach).announce(look(short_of_money()), terms)
    assert np.flatnonzero(terms.column("helped_loan")).tolist() == rows
    assert np.flatnonzero(terms.column("credit_access") == 0.2).tolist() == [*rows, 9]  # whose credit is open yet


def test_credit_stays_open_for_the_years_that_are_said():
    for lasts, still in ((1.0, True), (0.75, False)):
        terms = Terms(30)
        FirstLoan(reach=0.0, lasts=lasts).announce(look(short_of_money()), terms)
        assert (terms.column("credit_access")[9] > 0.0) == still


def test_access_adds_up_to_one_at_most_and_the_first_loan_with_help_is_noted():
    """Credit of up to 40 x (0.5 + access) a quarter below scale; own money is nothing."""
    outside, technology = {"output_price": by_cluster(1.0)}, {"debt_ratio": by_cluster(0.4)}
    for access, credit in ((0.0, 20.0), (0.2, 28.0), (0.9, 40.0)):
        firms = firms_with(above_scale=False, capital=100.0, wanted_research=99.0, helped_loan_quarter=[0, NOW - 1])
        terms = Terms(30)
        terms.add("credit_access", access)
        terms.add("helped_loan", 1.0, np.array([0, 1]))
        numbers = {"credit_limit": 1.0, "credit_pace": 1.0, "small_credit_access": 0.5}
        finance.grant(firms, quarter(outside=outside, technology=technology, terms=terms, **numbers))
        np.testing.assert_allclose(firms.credit_drawn[:3], credit)
        assert firms.helped_loan_quarter[:3].tolist() == [NOW, NOW - 1, 0]


def test_two_per_cent_of_a_first_loan_are_paid_once_by_hand():
    firms = plain_firms()
    firms.credit_drawn[:3], firms.helped_loan_quarter[:3] = 5.0, [NOW, NOW - 1, 0]
    view, terms = look(firms), Terms(30)
    assert paid(FirstLoan().take_up(view, terms)) == {0: 0.1}
    assert FirstLoan().measure(view, terms, 0.1) == {"first_loans": 1.0}
    firms.helped_loan_quarter[0] = 0
    assert FirstLoan().take_up(look(firms), terms) == []
