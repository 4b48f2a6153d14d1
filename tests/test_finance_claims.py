"""What finance grants, in which order, from cash, credit, investors and the fund: worked by hand."""

import numpy as np
import pytest

from sim.behaviours import finance
from sim.treasury.terms import Terms
from tests.hand import by_cluster, firms_with, quarter

NUMBERS = {
    "cash_buffer": 0.1,
    "credit_limit": 1.5,
    "credit_pace": 0.5,
    "small_credit_access": 0.4,
    "title_credit_access": 0.2,
    "cash_sensitivity": 0.3,
    "fund_signal": 0.0,
    "high_end_equipment.project_capital_share": 0.4,
    "new_energy.project_capital_share": 0.25,
}
OUTSIDE = {"output_price": by_cluster(2.0, 4.0), "deflator": 1.25}
TECHNOLOGY = {"debt_ratio": by_cluster(0.4, 0.2)}
WANTS = ("wanted_research", "wanted_replacement", "wanted_energy_saving", "wanted_digital", "wanted_expansion")
GETS = ("research", "replacement", "energy_saving_spending", "digital_spending", "expansion")


def granted(offer=(), share=0.25, **columns):
    """One firm in row 0 (the first cluster) unless columns say more;
    without net worth nobody lends on projects or invests.
    """
    firms = firms_with(**columns)
    terms = Terms(firms.rows)
    if offer:
        terms.add("fund_offer", np.array([*offer, *[0.0] * (firms.rows - len(offer))]))
        terms.add("fund_share", np.where(np.arange(firms.rows) < len(offer), share, 0.0))
    finance.grant(firms, quarter(outside=OUTSIDE, technology=TECHNOLOGY, terms=terms, **NUMBERS))
    return firms


def of(firms, row, *names):
    return [round(float(getattr(firms, name)[row]), 9) for name in names or GETS]


def test_the_clusters_of_these_tests_are_the_first_two():
    numbers = quarter(**NUMBERS).numbers
    assert numbers.by_cluster("project_capital_share")[0] == 0.4


def test_money_goes_to_research_replacement_energy_digital_and_expansion_in_this_order():
    wants = dict(zip(WANTS, ([10.0], [20.0], [30.0], [40.0], [50.0]), strict=True))
    for cash, expected in (
        (150.0, [10.0, 20.0, 30.0, 40.0, 50.0]),
        (140.0, [10.0, 20.0, 30.0, 40.0, 40.0]),
        (100.0, [10.0, 20.0, 30.0, 40.0, 0.0]),
        (99.0, [10.0, 20.0, 30.0, 0.0, 39.0]),
        (60.0, [10.0, 20.0, 30.0, 0.0, 0.0]),
        (59.0, [10.0, 20.0, 0.0, 0.0, 29.0]),
        (25.0, [10.0, 15.0, 0.0, 0.0, 0.0]),
        (4.0, [4.0, 0.0, 0.0, 0.0, 0.0]),
        (-5.0, [0.0, 0.0, 0.0, 0.0, 0.0]),
    ):
        firms = granted(cash=[cash], **wants)
        assert of(firms, 0) == expected, cash
        assert of(firms, 0, "credit_drawn", "equity_raised", "fund_taken") == [0.0, 0.0, 0.0]


def test_own_money_is_cash_above_a_buffer_of_expected_sales_and_the_usual_flow():
    # buffer 0.1 x 50 x 2 = 10; a negative flow eats cash, a positive one is spent even without cash
    for cash, flow, own in (
        (30.0, 0.0, 20.0),
        (30.0, 5.0, 25.0),
        (30.0, -5.0, 15.0),
        (10.0, -5.0, 0.0),
        (0.0, 5.0, 5.0),
        (-90.0, 5.0, 5.0),
    ):
        assert of(granted(cash=[cash], operating_flow=[flow], expected_demand=[50.0], wanted_research=[1e3]), 0) == [
            own,
            0.0,
            0.0,
            0.0,
            0.0,
        ], cash
    assert (
        of(granted(cash=[0, 0, 0, 30.0], expected_demand=[0, 0, 0, 50.0], wanted_research=[0, 0, 0, 1e3]), 3)[0] == 10.0
    )  # price 4: a buffer of 20


@pytest.mark.parametrize(
    ("columns", "access"),
    [
        ({}, 0.7),
        ({"above_scale": [False]}, 0.4),
        ({"listed": [True]}, 1.0),
        ({"listed": [True], "above_scale": [False]}, 1.0),
        ({"specialised_title": [1]}, 0.9),
        ({"above_scale": [False], "specialised_title": [3]}, 0.6),
        ({"listed": [True], "specialised_title": [2]}, 1.0),
    ],
)
def test_credit_reaches_as_far_as_size_listing_and_title_let_it(columns, access):
    # 1.5 x 0.4 x (80 + 20) x 1.25 = 75 less 25 owed: 50, half of it this quarter, times access
    firms = granted(capital=[80.0], pipeline=[20.0], debt=[25.0], wanted_research=[1e3], **columns)
    assert of(firms, 0, "research", "credit_drawn") == pytest.approx([25.0 * access] * 2)


def test_access_is_never_more_than_whole():
    firms = firms_with(capital=[80.0], pipeline=[20.0], debt=[25.0], wanted_research=[1e3], above_scale=False)
    finance.grant(firms, quarter(outside=OUTSIDE, technology=TECHNOLOGY, **(NUMBERS | {"small_credit_access": 1.5})))
    assert of(firms, 0, "credit_drawn") == [25.0]


def test_who_owes_more_than_the_limit_is_lent_nothing():
    firms = granted(capital=[100.0, 100.0], debt=[75.0, 76.0], wanted_research=[9.0, 9.0], cash=[1.0, 1.0])
    assert of(firms, 0, "research", "credit_drawn") == of(firms, 1, "research", "credit_drawn") == [1.0, 0.0]


def test_closed_firms_are_granted_nothing():
    firms = granted(active=[False, True], cash=[10.0, 10.0], wanted_research=[3.0, 3.0], research=[77.0])
    assert firms.research[:2].tolist() == [77.0, 3.0]


def project(**columns):
    return granted(net_worth=[1.0, 0.0, -1.0, 1.0], wanted_expansion=[100.0] * 4, **columns)


def test_a_solvent_firm_gets_a_loan_on_its_project_and_investors_bring_part_of_what_is_missing():
    # access 0.7 of 1 - 0.4: 0.42 lent; own 29 carries 29 / 0.58 = 50, 21 of it lent; of the missing 50 investors bring
    # 1 - 0.3
    firms = project(cash=[29.0] * 4)
    assert of(firms, 0, "expansion", "equity_raised", "credit_drawn") == [85.0, 35.0, 21.0]
    assert of(firms, 1, "expansion", "equity_raised", "credit_drawn") == [29.0, 0.0, 0.0]  # nothing is not enough
    assert of(firms, 2, "expansion", "equity_raised", "credit_drawn") == [29.0, 0.0, 0.0]


def test_what_banks_lend_on_a_project_is_that_of_the_cluster():
    share = quarter(**NUMBERS).numbers.by_cluster("project_capital_share")[1]
    carried = 29.0 / (1.0 - 0.7 * (1.0 - share))
    assert of(project(cash=[29.0] * 4), 3, "expansion") == pytest.approx([carried + 0.7 * (100.0 - carried)])


def test_who_can_pay_alone_borrows_nothing_and_needs_no_investor():
    assert of(project(cash=[100.0] * 4), 0, "expansion", "equity_raised", "credit_drawn") == [100.0, 0.0, 0.0]


def test_the_fund_pays_the_least_of_its_offer_its_share_and_what_private_money_stands_beside():
    for offer, cash, taken in ((10.0, 1_000.0, 10.0), (40.0, 1_000.0, 25.0), (40.0, 30.0, 10.0), (40.0, 0.0, 0.0)):
        firms = granted(offer=[offer], cash=[cash], wanted_expansion=[100.0])
        assert of(firms, 0, "fund_taken", "expansion") == [taken, min(100.0, cash + taken)], offer


def test_the_fund_takes_the_place_of_own_money_and_none_of_it_is_debt():
    firms = granted(
        offer=[20.0],
        cash=[50.0],
        wanted_research=[5.0],
        wanted_replacement=[6.0],
        wanted_energy_saving=[7.0],
        wanted_digital=[8.0],
        wanted_expansion=[40.0],
        capital=[100.0],
        debt=[61.0],
    )
    # room 0.5 x 0.7 x (75 - 61) = 4.9; left for expansion 50 + 4.9 - 26 = 28.9; the fund 0.25 x 28.9 / 0.75 = 9.633..
    # of at most 10
    assert of(firms, 0, "fund_taken", "expansion", "credit_drawn") == pytest.approx(
        [28.9 / 3.0, 28.9 * 4.0 / 3.0, 4.9], abs=1e-8
    )


def test_fund_money_is_whole_fen_rounded_down():
    firms = granted(offer=[1.0], cash=[1e-7], wanted_expansion=[1.0])
    assert firms.fund_taken[0] == 3e-8  # a third of ten fen


def test_investors_look_at_what_the_fund_leaves_missing():
    # as above without fund: own 29 carries 50 and the fund a third of it; 100 - 50 - 16.66666666 is missing
    firms = granted(offer=[40.0], net_worth=[1.0], cash=[29.0], wanted_expansion=[100.0])
    assert of(firms, 0, "fund_taken", "equity_raised", "expansion") == pytest.approx(
        [50.0 / 3.0, 0.7 * 100.0 / 3.0, 200.0 / 3.0 + 70.0 / 3.0], abs=1e-7
    )


def test_investors_never_bring_more_than_all_even_where_cash_matters_little():
    firms = firms_with(net_worth=[1.0], wanted_expansion=[100.0])
    finance.grant(firms, quarter(outside=OUTSIDE, technology=TECHNOLOGY, **(NUMBERS | {"cash_sensitivity": 1.0})))
    assert of(firms, 0, "equity_raised") == [0.0]
    finance.grant(firms, quarter(outside=OUTSIDE, technology=TECHNOLOGY, **(NUMBERS | {"cash_sensitivity": 1.5})))
    assert of(firms, 0, "equity_raised") == [0.0]
