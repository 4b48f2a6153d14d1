"""Additional leverage comes out and is not put in: from nearly all in place of private money to what the evidence holds
at most (E121: 0.88-0.93 private yuan a public yuan), inside the ranges of levers and numbers.
"""

import pytest

from sim.experiments.replicate import worlds
from sim.luck.keys import replication_seed
from sim.model import ClusterModel
from sim.scenario.levers import levers
from sim.treasury.claims import Spending
from tests.changzhou import table
from tests.conftest import small

FUND = "policies.policy_fund."
# a small fund that takes losses first and goes to those with least cash, where money is scarce and investors answer
BOLD = {
    f"{FUND}amount_a_year": 200.0,
    f"{FUND}rule": "constrained",
    f"{FUND}concession": 0.6,
    f"{FUND}first_loss": 1.0,
    "parameters.first_loss_response": 1.0,
    "parameters.fund_signal": 0.1,
    "parameters.fund_refusal": 0.0,
    "parameters.cash_sensitivity": 0.5,
    "parameters.hurdle_rate": 0.06,
}


def leverage(count, changes):
    """Private money beyond the twin without the fund over fund money, 2022-2025, of some worlds together."""
    spec = small("baseline-2022").with_changes(changes)
    private = public = 0.0
    for number in range(count):
        found = dict(worlds({"with": spec, "without": spec.without("policy_fund")}, replication_seed(1, number)))
        paid = found["with"].years["fund_outlay"].sum()
        private += (found["with"].years["investment"] - found["without"].years["investment"]).sum() - paid
        public += paid
    return private / public


@pytest.mark.parametrize("count", [4, pytest.param(8, marks=pytest.mark.slow)])
def test_additional_leverage_of_nothing_and_of_nine_tenths_lie_inside_the_ranges(count):
    for path, value in BOLD.items():
        name = path.removeprefix("parameters.")
        assert name == path or table()[name].low <= value <= table()[name].high, name
        assert name != path or path in levers()
    plain, bold = leverage(count, {}), leverage(count, BOLD)
    assert -1.0 <= plain < 0.0, plain
    assert bold > 0.9, bold


def test_in_the_first_quarter_each_channel_lets_no_firm_spend_less_and_some_build_more():
    """The same firms have the same offers: only what banks and investors answer differs. With more credit a firm may
    put a retrofit before a part of its expansion.
    """

    def built(signal, first_loss):
        channels = {"parameters.fund_signal": signal, f"{FUND}first_loss": first_loss}
        changes = {**BOLD, **channels, f"{FUND}amount_a_year": 1e4, f"{FUND}ticket": 0.0}
        model = ClusterModel(small("baseline-2022").with_changes(changes), seed=4)
        model.step()
        spent = sum(getattr(model.firms, column) for column in Spending)
        return spent, model.firms.expansion.sum()

    without, built_without = built(0.0, 0.0)
    for spent, expansion in (built(0.1, 0.0), built(0.0, 1.0)):
        assert (spent >= without - 1e-6).all() and expansion > built_without + 1.0
