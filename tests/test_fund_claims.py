"""What the fund does to other people's money, whom it asks, and what is not taken up: worked by hand."""

from dataclasses import replace

import numpy as np
import pytest

from sim.behaviours import accounts, finance, funding, investment
from sim.model import ClusterModel
from sim.policies.policy_fund import PolicyFund
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.treasury.claims import INVESTMENT, Spending
from sim.treasury.ledger import Payment
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import by_cluster, firms_with, quarter
from tests.policy_bench import look, plain_firms

NUMBERS = {
    "cash_buffer": 0.0,
    "credit_limit": 1.0,
    "credit_pace": 0.5,
    "small_credit_access": 0.5,
    "cash_sensitivity": 0.4,
    "fund_signal": 0.0,
    "fund_loss": 0.25,
    "first_loss_response": 1.0,
    "high_end_equipment.project_capital_share": 0.2,
}
LISTED = {"above_scale": False, "wanted_expansion": [100.0], "net_worth": [1.0]}


def granted(*, offer=20.0, first_loss=0.0, refused=False, numbers=(), **columns):
    """One firm below scale in row 0 that wants 100; the fund pays at most a fifth."""
    firms = firms_with(**(LISTED | columns))
    firms.fund_refused[0] = refused
    terms = Terms(firms.rows)
    if offer:
        row = np.array([0])
        terms.offer(row, np.array([offer]), money=50.0, share=0.2, concession=0.0, first_loss=first_loss)
    technology = {"debt_ratio": by_cluster(0.4)}
    setting = quarter(technology=technology, terms=terms, **(NUMBERS | dict(numbers)))
    finance.grant(firms, setting)
    return firms, terms


def of(firms, *names):
    return [round(float(getattr(firms, name)[0]), 9) for name in names]


def test_banks_lend_more_to_a_firm_that_takes_the_offer_and_as_long_as_the_fund_is_in_it():
    """Access 0.5 -> 0.6: of each yuan of a project banks lend 0.8 x access; own money of 26 carries 26 / (1 - lent).

    Room for other debt is 0.5 x access x 0.4 x 100 = 10, with the signal 12."""
    money = {"cash": [26.0], "wanted_expansion": [1_000.0]}
    assert of(granted(offer=0.0, **money)[0], "expansion") == [pytest.approx(26.0 / 0.6 + 0.6 * (1_000.0 - 26.0 / 0.6))]
    for offer, stake in ((1e-8, 0.0), (0.0, 5.0)):
        firms, _ = granted(offer=offer, fund_stake=[stake], numbers={"fund_signal": 0.1}, **money)
        assert of(firms, "expansion") == [pytest.approx(50.0 + 0.6 * 950.0, abs=1e-6)]
    with_capital = {"capital": [100.0], "wanted_expansion": [1.0], "wanted_research": [50.0]}
    assert of(granted(**with_capital)[0], "research") == [10.0]
    assert of(granted(numbers={"fund_signal": 0.1}, **with_capital)[0], "research") == [12.0]


def test_a_refused_offer_is_no_signal_and_brings_no_money():
    plain, _ = granted(offer=0.0, cash=[26.0])
    firms, _ = granted(refused=True, cash=[26.0], numbers={"fund_signal": 0.1}, first_loss=1.0)
    assert of(firms, "expansion", "credit_drawn", "fund_taken") == of(plain, "expansion", "credit_drawn", "fund_taken")
    assert firms.fund_declined[0] == quarter().quarter.number and plain.fund_declined[0] == 0


def test_taking_losses_first_wins_back_what_banks_and_investors_leave_out():
    """A fifth of the project is public; where it fails a quarter is lost: of the partners' 0.8 x 0.25 = 0.2 the public
    part, of which 0.2 x 0.75 = 0.15 is left, bears at most three quarters.

    Access 0.5 -> 0.5 + 0.75 x 0.5 x 0.5 = 0.6875, lent 0.55: 9 of own money carry 20, the fund adds a quarter of it, 5;
    75 are missing, of which investors bring 0.6 + 0.375 x 0.4 = 0.75."""
    firms, _ = granted(cash=[9.0], first_loss=1.0, numbers={"first_loss_response": 0.5})
    assert of(firms, "fund_taken", "equity_raised", "expansion") == [5.0, 56.25, 81.25]
    half, _ = granted(cash=[9.0], first_loss=0.5, numbers={"first_loss_response": 0.75})
    assert of(half, "expansion") == of(firms, "expansion")  # half of the loss, of which half again as much counts
    none, plain = granted(cash=[9.0], first_loss=0.0)[0], granted(cash=[9.0])[0]
    assert of(none, "expansion") == of(plain, "expansion") < of(firms, "expansion")
    nothing_to_lose, _ = granted(cash=[9.0], first_loss=1.0, numbers={"fund_loss": 0.0})
    assert of(nothing_to_lose, "expansion") == of(plain, "expansion")


def test_the_best_private_firms_refuse_most_and_state_firms_never():
    """At the frontier 0.8, a fifth of the efficiency behind it 0.8 / 5 at slope one; none without aversion."""
    firms = firms_with(productivity=[1.0] * 3 + [0.2] * 3)
    firms.key[:] = np.arange(30) + 100
    terms, mind = Terms(30), []
    terms.offer(np.arange(30), np.ones(30), money=1.0, share=0.2, concession=0.0)
    for seed in range(400):
        funding.answer(firms, quarter(terms=terms, seed=seed, fund_refusal=0.8, fund_refusal_slope=1.0))
        mind.append(firms.fund_refused.copy())
    share = np.mean(mind, axis=0)
    assert share[:3] == pytest.approx(0.8, abs=0.08) and share[3:6] == pytest.approx(0.16, abs=0.07)
    firms.ownership[:] = 1
    funding.answer(firms, quarter(terms=terms, fund_refusal=1.0))
    assert not firms.fund_refused.any()
    firms.ownership[:] = 0
    funding.answer(firms, quarter(terms=terms, fund_refusal=1.0, fund_refusal_slope=0.0))
    assert firms.fund_refused.all()
    funding.answer(firms, quarter(fund_refusal=1.0))  # no offers, no refusals
    assert not firms.fund_refused.any()


def test_an_owner_is_of_one_mind_for_a_calendar_year():
    firms, terms = firms_with(), Terms(30)
    terms.offer(np.arange(30), np.ones(30), money=1.0, share=0.2, concession=0.0)

    def mind(label):
        funding.answer(firms, quarter(label, terms=terms, fund_refusal=0.5))
        return firms.fund_refused.tolist()

    assert mind("2023Q1") == mind("2023Q4") != mind("2024Q1")


def test_who_refuses_has_no_part_of_the_hurdle_waived():
    """A margin just below the hurdle pays where public money waives half of it on its half of the project."""
    firms = firms_with(expected_demand=[10.0] * 3, fund_refused=[False, True, False])
    firms.energy_intensity[:] = 0.0
    terms = Terms(30)
    terms.offer(np.array([0, 1]), np.ones(2), money=2.0, share=0.5, concession=1.0)
    for rate in np.linspace(0.0, 0.2, 60):
        investment.want(firms, quarter(terms=terms, hurdle_rate=float(rate), hurdle_spread=0.0))
        wants = (firms.wanted_expansion[:3] > 0.0).tolist()
        assert wants[1] == wants[2]
        if wants == [True, False, False]:
            return
    raise AssertionError("no hurdle between the two was tried")


def lacking(*stakes):
    """Firms, one a cluster from row 0 on, that lack as much as makes stakes of so many million yuan at a fifth."""
    firms = plain_firms()
    firms.capital[:] = 1e6
    rows = np.arange(len(stakes)) * 3
    firms.expected_demand[rows] = 1_000.0
    ratio = np.array(look(firms).numbers.by_cluster("capital_output"))[firms.cluster[rows]]
    firms.capital[rows] = 4_000.0 * ratio - 5.0 * np.array(stakes)
    return firms


def asked(firms, label="2023Q2", left=np.inf, deflator=1.0, **levers):
    view, terms = replace(look(firms, label, left=left), deflator=deflator), Terms(firms.rows)
    fund = PolicyFund(**({"co_investment": 4.0, "amount_a_year": 400.0} | levers))
    fund.announce(view, terms)
    found = {
        row // 3: round(v / view.numbers.expansion_speed, 6) for row, v in enumerate(terms.column("fund_offer")) if v
    }
    return found, terms, fund


def test_no_offer_is_made_below_the_ticket_and_what_small_projects_could_have_used_is_told():
    firms = lacking(20.0, 30.0)
    found, terms, _ = asked(firms)
    assert found == {1: 30.0}
    assert terms.fund_too_small == pytest.approx(20.0 * look(firms).numbers.expansion_speed)
    assert asked(firms, ticket=20.0)[0] == {0: 20.0, 1: 30.0}
    assert asked(firms, ticket=31.0)[0] == {}


def test_where_money_ends_nobody_is_offered_less_than_a_ticket():
    """Two lack 100 each; of a quarter's money of 110 the second would get 10, below the ticket of 25. Prices of capital
    have risen by half: what is lacked costs as much more, and the first takes all."""
    speed = look(plain_firms()).numbers.expansion_speed
    firms = lacking(100.0, 100.0)
    firms.expected_demand[0] += 1e-9
    fund = {"amount_a_year": 4.0 * 110.0 * speed, "rule": "leaders", "agreed_share": 0.0}
    assert asked(firms, **fund)[0] == {0: 100.0}
    assert asked(firms, **fund, ticket=9.0)[0] == pytest.approx({0: 100.0, 1: 10.0})
    assert asked(firms, **fund, deflator=1.5)[0] == pytest.approx({0: 110.0})


def test_capital_that_is_due_is_not_lacked():
    firms = lacking(100.0)
    firms.capital_due[0] = 250.0  # a fifth of it is 50
    assert asked(firms)[0] == pytest.approx({0: 50.0})


def test_public_money_pays_at_most_three_tenths_of_an_expansion():
    _, terms, _ = asked(lacking(100.0), co_investment=1.0)
    assert terms.column("fund_share")[0] == 0.3
    assert asked(lacking(100.0), co_investment=1.0, most_public=0.6)[1].column("fund_share")[0] == 0.5


@pytest.mark.parametrize(("rule", "given"), [("leaders", 35.0), ("even", 40.0)])
def test_firms_outside_the_agreed_industries_get_at_most_two_fifths_together(rule, given):
    """Steel and textiles (the fifth and sixth cluster) each could use 35 of the quarter's 100; 5 are no ticket."""
    firms = lacking(0.0, 0.0, 0.0, 0.0, 100.0, 100.0)
    found, _, _ = asked(firms, rule=rule)
    speed = look(firms).numbers.expansion_speed
    assert sum(found.values()) * speed == pytest.approx(given, abs=1e-5)
    assert found == pytest.approx(dict.fromkeys((4, 5), 20.0 / speed) if rule == "even" else found)
    assert sum(asked(firms, rule=rule, agreed_share=0.0)[0].values()) == pytest.approx(200.0)


def test_an_offer_that_was_declined_passes_to_the_next_in_rank_for_a_year():
    firms = lacking(60.0, 50.0)
    firms.expected_demand[3] += 1e-9  # the second is the larger
    fund = {"amount_a_year": 4.0, "rule": "leaders", "ticket": 0.0}
    assert list(asked(firms, **fund)[0]) == [1]
    firms.fund_declined[3] = look(firms, "2023Q1").quarter.number
    assert list(asked(firms, **fund)[0]) == [0]
    assert list(asked(firms, "2024Q1", **fund)[0]) == [0] and list(asked(firms, "2024Q2", **fund)[0]) == [1]
    assert list(asked(firms)[0]) == [0, 1]  # with money left it is asked all the same


def test_the_future_comes_first_in_its_fields_and_there_the_young():
    """New materials, electronics and biomedicine (3rd, 7th, 8th) hold fields of the future; the 8th's firm is young."""
    firms = lacking(*[100.0] * 8)
    firms.founded[21] = look(firms).quarter.number - 19
    speed = look(firms).numbers.expansion_speed
    for money, expected in ((1.0, [7]), (150.0 * speed, [2, 7]), (250.0 * speed, [2, 6, 7])):
        found, _, _ = asked(firms, rule="future", amount_a_year=4.0 * money, agreed_share=0.0, ticket=0.0)
        assert list(found) == expected


def test_a_city_without_fields_of_the_future_refuses_the_rule_and_says_what_to_write():
    with pytest.raises(
        ScenarioError, match=r"rule: 'future' asks for clusters with the role future, and this city"
    ) as e:
        load("baseline-2022", "tests/cities/fenghe").with_changes({"policies.policy_fund.rule": "future"})
    assert "clusters.csv" in str(e.value) and len(e.value.problems) == 1
    assert load("baseline-2022").with_changes({"policies.policy_fund.rule": "future"})


def test_what_is_not_taken_up_is_split_by_cause_to_the_last_yuan():
    """Of a quarter's 100 the envelope has room for 90. The first refuses 20, the second wants less than it is offered,
    the third finds no private money, and a fourth is too small."""
    firms = lacking(40.0, 40.0, 40.0, 20.0)
    found, terms, fund = asked(firms, left=90.0)
    speed = look(firms).numbers.expansion_speed
    assert found == {0: 40.0, 1: 40.0, 2: 40.0}
    firms.fund_refused[0], firms.wanted_expansion[[0, 3, 6]] = True, [1e3, 5.0 * 10.0 * speed, 1e3]
    firms.fund_taken[[3, 6]] = [10.0 * speed, 25.0 * speed]
    firms.expansion[[3, 6]] = firms.fund_taken[[3, 6]]
    told = fund.measure(look(firms), terms, 35.0 * speed)
    causes = {"not_offered": 10.0, "too_small": 20.0 * speed, "refused": 40.0 * speed, "no_private_money": 15.0 * speed}
    for cause, money in causes.items():
        assert told[f"fund_{cause}"] == pytest.approx(money, abs=1e-7), cause
    assert told["fund_not_needed"] == pytest.approx(100.0 - 35.0 * speed - sum(causes.values()), abs=1e-7)


def test_the_causes_add_up_to_what_is_not_taken_up_in_every_year_of_a_world():
    model = ClusterModel(small("baseline-2022", horizon__until="2023Q4", policies__policy_fund__ticket=5.0), seed=2)
    years = model.run().years
    causes = ("not_offered", "too_small", "refused", "no_private_money", "not_needed")
    split = sum(years[f"fund_{cause}"] for cause in causes)
    np.testing.assert_allclose(split, years["fund_not_taken_up"], rtol=1e-9, atol=1e-6)
    assert all(years[f"fund_{cause}"].sum() > 0.0 for cause in causes[1:])


# stakes come back, or not


def settled(firms, due, price, award=0.0):
    terms = Terms(firms.rows)
    for name, amount in (("fund_due", due), ("fund_price", price), ("award_due", award)):
        terms.add(name, amount, np.array([0]))
    free = {"cash_buffer": 0.0, "payout": 0.5}
    accounts.settle(firms, quarter(terms=terms, technology={"debt_ratio": by_cluster(0.0)}, **free))
    return firms


def test_a_firm_buys_a_stake_back_out_of_what_cash_it_has():
    """Cash of 30: a price of 24 is paid whole, 6 are left, half of them for the owners; of a price of 60 a half is
    paid, and half of the stake stays."""
    firms = settled(firms_with(cash=[30.0], fund_stake=[50.0]), 20.0, 24.0)
    assert of(firms, "fund_returned", "fund_lost", "fund_stake", "dividends", "cash") == [24.0, 0.0, 30.0, 3.0, 3.0]
    firms = settled(firms_with(cash=[30.0], fund_stake=[50.0]), 50.0, 60.0)
    assert of(firms, "fund_returned", "fund_lost", "fund_stake", "cash") == [30.0, 0.0, 25.0, 0.0]
    firms = settled(firms_with(cash=[30.0], fund_stake=[50.0]), 40.0, 10.0)
    assert of(firms, "fund_returned", "fund_lost", "fund_stake", "dividends") == [10.0, 30.0, 10.0, 10.0]
    firms = settled(firms_with(cash=[-5.0], fund_stake=[50.0]), 40.0, 10.0)
    assert of(firms, "fund_returned", "fund_lost", "fund_stake", "cash") == [0.0, 0.0, 50.0, -5.0]
    firms = settled(firms_with(cash=[30.0], fund_stake=[50.0]), 40.0, 0.0)
    assert of(firms, "fund_returned", "fund_lost", "fund_stake") == [0.0, 40.0, 10.0]


def collected(now, paid, stakes, profit=0.0, **levers):
    """Stake due and price of row 0, where the fund paid {quarter: million yuan} before and holds `stakes`."""
    firms = plain_firms()
    firms.fund_stake[0], firms.last_profit[0] = stakes, profit

    def payments(instrument, past):
        amount = paid.get(str(past)) if instrument == "policy_fund" else None
        if amount is None:
            return []
        fen = np.array([round(amount * 1e8)])
        return [
            Payment(past, instrument, "co_investment", "", INVESTMENT, np.array([0]), fen, Spending.EXPANSION, None)
        ]

    terms = Terms(firms.rows)
    PolicyFund(**levers).collect(replace(look(firms, now), payments=payments), terms)
    return [round(float(terms.column(name)[0]), 6) for name in ("fund_due", "fund_price")]


def test_a_stake_is_due_after_its_years_and_brings_the_lending_rate_less_what_is_given_back():
    paid = {"2022Q1": 10.0, "2022Q2": 20.0, "2024Q4": 5.0}
    rate = look(plain_firms()).numbers.loan_rate
    assert collected("2023Q4", paid, 30.0, years=2.0) == [0.0, 0.0]
    assert collected("2024Q1", paid, 30.0, years=2.0) == [10.0, round(10.0 * (1.0 + 0.6 * 2.0 * rate), 6)]
    assert collected("2024Q1", paid, 25.0, years=2.0, give_back=1.0) == [5.0, 5.0]  # half of the first is back already
    assert collected("2024Q2", paid, 30.0, years=2.0, give_back=0.0)[1] == round(30.0 * (1.0 + 2.0 * rate), 6)
    assert collected("2026Q2", paid, 35.0, years=2.0)[0] == 30.0
    assert collected("2024Q1", paid, 20.0, years=2.0) == [0.0, 0.0]


def test_after_a_year_of_loss_a_stake_is_worth_less_and_less_still_where_it_bears_the_first_loss():
    """A quarter of a project is lost; the fund, a fifth of it, bears its own part, and a half of four times as much."""
    paid = {"2022Q1": 10.0}
    fifth = {"years": 1.0, "co_investment": 4.0}
    assert look(plain_firms()).numbers.fund_loss == 0.25
    assert collected("2023Q1", paid, 10.0, -1.0, **fifth) == [10.0, 7.5]
    assert collected("2023Q1", paid, 10.0, -1.0, **fifth, first_loss=0.5) == [10.0, 2.5]
    assert collected("2023Q1", paid, 10.0, -1.0, **fifth, first_loss=1.0) == [10.0, 0.0]


def test_what_the_fund_paid_is_held_bought_back_lost_or_written_off_to_the_last_yuan():
    """A fund that ends in 2023 collects its stakes of two years all the same."""
    levers = {"ticket": 0.0, "years": 2.0, "until": "2023", "give_back": 1.0}
    model = ClusterModel(small("baseline-2022", policies__policy_fund=levers), seed=2)
    result = model.run()
    flows = ("fund_outlay", "fund_returned", "fund_lost", "fund_written_off")
    paid, back, lost, gone = (result.years[name].sum() for name in flows)
    assert paid == pytest.approx(back + lost + gone + model.firms.fund_stake.sum(), rel=1e-9)
    assert back > 0.3 * paid and lost > 0.0 and gone > 0.0
    assert (result.years["fund_returned"][:2] == 0.0).all()
