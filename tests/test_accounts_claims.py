"""What a firm books in a quarter, worked by hand: flows, stocks, the year so far, and what groups earn elsewhere."""

import numpy as np
import pytest

from sim.behaviours import accounts, year_books
from sim.luck.randomness import laplace, uniform
from sim.treasury.energy import KEY_USERS, EnergyBudget
from sim.treasury.terms import Terms
from tests.changzhou import NAMES
from tests.hand import by_cluster, firms_with, quarter

NUMBERS = {
    "high_tech_tax_cut": 0.2,
    "fixed_wage_share": 0.3,
    "cost_noise": 0.04,
    "cash_buffer": 0.1,
    "payout": 0.4,
    "credit_limit": 1.5,
    "expectation_weight": 0.25,
    "local_tax_share": 0.5,
}
TECHNOLOGY = {
    "materials": by_cluster(0.8, 0.4),
    "wages": by_cluster(0.4, 0.8),
    "tax_rate": 0.25,
    "loan_rate": 0.08,
    "debt_ratio": by_cluster(0.2, 0.5),
    "depreciation": 0.1,
}
OUTSIDE = {
    "output_price": by_cluster(2.0, 4.0),
    "input_price": by_cluster(1.5, 3.0),
    "wage_index": 1.25,
    "energy_price": by_cluster(0.01, 0.1),
    "deflator": 1.1,
    "season": 0.9,
}


def close(firms, setting):
    """Settle the quarter and add it to the year, as the model does."""
    accounts.settle(firms, setting)
    year_books.add_up(firms, setting)


def settled(firms, label="2023Q2", **rest):
    close(firms, quarter(label, outside=OUTSIDE, technology=TECHNOLOGY, **NUMBERS, **rest))
    return firms


def has(firms, row, **expected):
    for name, value in expected.items():
        assert getattr(firms, name)[row] == pytest.approx(value, rel=1e-12, abs=1e-12), name


def rich():
    """Row 0 sells 100 at a price of 2 and does everything that a firm can do in a quarter."""
    return firms_with(
        output=[100.0],
        productivity=[1.25],
        digital_effect=[1.6],
        margin_noise=[0.05],
        energy_use=[1_000.0],
        expected_demand=[80.0],
        debt=[150.0],
        debt_moved=[-50.0],
        high_tech_title=[True],
        capital=[400.0],
        pipeline=[50.0],
        research=[5.0],
        replacement=[6.0],
        expansion=[30.0],
        digital_spending=[4.0],
        energy_saving_spending=[2.0],
        threshold_cost=[1.0],
        awards=[3.0],
        subsidies=[1.0],
        fund_taken=[7.0],
        credit_drawn=[8.0],
        equity_raised=[9.0],
        cash=[40.0],
        fund_stake=[2.0],
        operating_flow=[10.0],
        short_of_cash=[2],
    )


def test_a_firm_books_sales_inputs_energy_wages_interest_and_tax():
    firms = settled(rich())
    # efficiency 1.25 x 1.6 = 2; inputs 1.5 x 0.8 / 2 x 100 and a surprise of 5 % of sales; energy 0.01 x 1,000
    has(firms, 0, revenue=200.0, materials=70.0, energy_bill=10.0, value_added=120.0)
    # wages 1.25 x 0.4 / 2 x (0.3 x 80 + 0.7 x 100); interest 0.02 x (150 - 50); tax 0.25 x (1 - 0.2) x 120
    has(firms, 0, wages=23.5, interest=2.0, tax=24.0)


def test_what_is_left_is_kept_repaid_and_paid_out():
    firms = settled(rich())
    # earned 120 - 23.5 - 2 - 24 = 70.5; less research 5 and wear 0.025 x 400 x 1.1 = 11, with an award of 3 and 1 for
    # reaching a line
    has(firms, 0, profit=56.5, operating_flow=0.25 * 70.5 + 0.75 * 10.0)
    # before: 40 + 70.5 - 48 spent + 3 award + 1 subsidy (no income) + 7 fund + 8 credit + 9 equity = 90.5; debt of 108
    # is 9 above 0.2 x 450 x 1.1 = 99
    has(firms, 0, repaid=9.0, dividends=0.4 * (90.5 - 9.0 - 20.0), borrowed=8.0, cash=56.9, debt=99.0, fund_stake=9.0)
    has(firms, 0, net_worth=56.9 + 495.0 - 99.0 - 9.0, short_of_cash=0)


def test_a_firm_without_the_title_pays_the_whole_tax_and_a_loss_is_not_taxed():
    firms = rich()
    firms.high_tech_title[:] = False
    firms.output[3], firms.energy_use[3], firms.expected_demand[3] = (
        10.0,
        500.0,
        20.0,
    )  # the second cluster: price 4, inputs 1.2, energy 0.1
    settled(firms)
    has(firms, 0, tax=30.0)
    has(firms, 3, revenue=40.0, materials=12.0, energy_bill=50.0, value_added=-22.0, wages=13.0, tax=0.0)


def test_who_is_short_borrows_as_far_as_credit_reaches_and_then_cash_is_negative():
    firms = settled(
        firms_with(
            cash=[-30.0, -5.0, 10.0], capital=[100.0, 100.0, 0.0], debt=[20.0, 20.0, 100.0], short_of_cash=[2, 2, 2]
        )
    )
    # interest 0.4; credit reaches to 1.5 x 0.2 x 110 = 33, 13 more than is owed
    has(
        firms,
        0,
        borrowed=13.0,
        debt=33.0,
        cash=-17.4,
        short_of_cash=3,
        repaid=0.0,
        dividends=0.0,
        net_worth=59.6,
        profit=-0.4 - 2.75,
    )
    has(firms, 1, borrowed=5.4, debt=25.4, cash=0.0, short_of_cash=0, operating_flow=-0.1)
    # no capital carries the debt of the third: all it has after interest of 2 goes to the bank
    has(firms, 2, repaid=8.0, debt=92.0, cash=0.0, dividends=0.0, borrowed=0.0, short_of_cash=0)


def test_a_firm_that_owes_more_than_credit_reaches_gets_nothing():
    firms = settled(firms_with(cash=[-30.0], capital=[100.0], debt=[50.0]))
    has(firms, 0, borrowed=0.0, debt=50.0, cash=-31.0, short_of_cash=1)


def test_a_buffer_is_kept_before_debt_is_repaid_and_owners_are_paid():
    firms = settled(firms_with(output=[0.0, 0.0, 0.0, 100.0], cash=[0.0, 0.0, 0.0, -50.0], debt=[0.0, 0.0, 0.0, 200.0]))
    # revenue 400, inputs 120, wages 70 (nothing expected), interest 4, tax 70: 136 and less 50 is 86; the buffer is 40
    has(firms, 3, wages=70.0, tax=70.0, repaid=46.0, cash=40.0, dividends=0.0)
    firms = settled(firms_with(output=[0.0, 0.0, 0.0, 100.0], cash=[0.0, 0.0, 0.0, -120.0]))
    has(firms, 3, cash=20.0, repaid=0.0, dividends=0.0, borrowed=0.0)


def test_a_closed_firm_books_nothing():
    firms = rich()
    firms.active[0], firms.output[0], firms.debt_moved[0] = False, 0.0, 0.0
    before = firms.copy()
    settled(firms)
    for name in set(NAMES) - {"season_research"}:
        np.testing.assert_array_equal(getattr(firms, name)[0], getattr(before, name)[0], name)
    open_too = settled(firms_with(active=[False, True], output=[0.0, 10.0]))
    assert open_too.revenue[1] == 20.0  # the next firm is booked


def test_a_firms_surprise_is_drawn_in_the_first_quarter_and_stays_for_the_year():
    firms = settled(firms_with(output=10.0, margin_noise=0.5), "2023Q1", seed=7)
    luck = quarter("2023Q1", seed=7).yearly_luck("cost noise")
    expected = [0.04 * laplace(uniform(luck, key)) for key in firms.key]
    np.testing.assert_allclose(firms.margin_noise, expected, rtol=1e-12)
    assert np.unique(firms.margin_noise).size == firms.rows
    drawn = firms.margin_noise.copy()
    for label in ("2023Q2", "2023Q3", "2023Q4"):
        np.testing.assert_array_equal(settled(firms, label, seed=7).margin_noise, drawn)


# the year so far


def year_so_far(label):
    firms = rich()
    for name, value in (("year_revenue", 300.0), ("year_profit", 30.0), ("year_local_tax", 5.0), ("year_real", 150.0)):
        getattr(firms, name)[0] = value
    firms.margin_noise[0], firms.research_on_paper[0] = 0.05, 1.0
    firms.season_research[0] = 1.0
    numbers = NUMBERS | {"cost_noise": 0.0}
    close(firms, quarter(label, outside=OUTSIDE, technology=TECHNOLOGY, **numbers))
    return firms


def test_the_year_adds_up_quarter_by_quarter():
    firms = year_so_far("2023Q2")
    has(firms, 0, year_revenue=500.0, year_profit=86.5, year_local_tax=17.0, year_real=250.0)
    assert firms.season_research[0].tolist() == [1.0, 6.0, 1.0, 1.0]  # as reported: 5 and 1 on paper


def test_a_new_year_begins_at_nothing():
    firms = year_so_far("2023Q1")  # no surprise: 10 more value added, 2 more tax
    has(firms, 0, year_revenue=200.0, year_profit=64.5, year_local_tax=13.0, year_real=100.0)


# groups beyond the city


def group(label, *, energy=True, active=True):
    """Row 3 heads a group (price 4) with plants and trade outside; its member, row 0 (price 2), lost 6 to a cap that
    reappear outside.
    """
    firms = firms_with(year_group_extra=[0.0, 0.0, 0.0, 100.0], year_real=[0.0, 0.0, 0.0, 10.0])
    firms.keeps_outside[3] = True
    firms.group[0], firms.output_leaked[0] = 3, 6.0 * energy  # nothing leaks where nobody is cut
    firms.outside_demand[3], firms.trading_base[3], firms.active[3] = 50.0, 20.0, active
    terms = Terms(firms.rows)
    if energy:
        terms.set_energy(EnergyBudget(1.0, np.ones(10), 1.0, True, KEY_USERS, 1.0))
    return settled(firms, label, terms=terms)


def test_a_group_books_plants_outside_what_leaked_to_them_and_trade():
    # 50 x 0.9 x 4 outside, 6 x 2 leaked from the first cluster, 20 x 0.9 x 4 of trade
    firms = group("2023Q2")
    has(firms, 3, outside_revenue=192.0, trading_revenue=72.0, year_group_extra=364.0, year_real=10.0 + 264.0 / 4.0)
    has(group("2023Q1"), 3, year_group_extra=264.0, year_real=66.0)


def test_without_a_cap_nothing_leaks_and_a_closed_head_books_nothing():
    has(group("2023Q2", energy=False), 3, outside_revenue=180.0)
    has(
        group("2023Q2", energy=False, active=False), 3, outside_revenue=0.0, trading_revenue=0.0, year_group_extra=100.0
    )
