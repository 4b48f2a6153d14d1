"""Talent: what is paid, which firms get it, how it fades, and that it lifts the limit to success."""

import numpy as np
import pytest

from sim.behaviours import innovation
from sim.luck.randomness import uniforms
from sim.policies.talent import Talent
from sim.treasury.terms import Terms
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, look, paid, plain_firms


def test_flats_and_start_ups_are_paid_a_quarter_of_the_year_by_hand():
    """106,000 x 0.3 x 20,000 yuan and 150 x 1 million are 636 and 150 million yuan a year."""
    claims = Talent().claim(look(plain_firms()))
    assert {claim.clause: claim.amounts.tolist() for claim in claims} == {"flats": [159.0], "leading_talent": [37.5]}
    assert paid(claims) == {-1: 196.5}


def test_talent_goes_where_research_is_done_by_its_share_in_sales():
    """1,200 heads a year over 120,000 are a quarter of a hundredth; twice the intensity of the city gets twice that."""
    firms = plain_firms()
    firms.expected_demand[:], firms.research[:] = 1.0, 1.0
    firms.research[:3] = 2.0, 0.0, 1.0
    given = Talent(inflow=12_000.0, supported=0.5, drawn=0.2, leaders=0.0, stock=120_000.0)
    terms = delivered(given, look(firms))
    np.testing.assert_allclose(terms.column("talent_inflow")[:4], [0.005, 0.0, 0.0025, 0.0025])
    # together as much as came, by what each usually has
    assert (terms.column("talent_inflow") * 120_000.0 / 30).sum() == pytest.approx(300.0)


def test_talent_that_came_adds_up_and_a_share_of_it_is_outbid_every_quarter():
    terms = Terms(30)
    terms.add("talent_inflow", 0.1)
    firms = firms_with(expected_demand=1.0, research=1.0)
    for expected in (0.1, 0.1 * 0.9 + 0.1):
        innovation.discover(firms, quarter(terms=terms, talent_outbid=0.4))
        np.testing.assert_allclose(firms.extra_talent, expected)
    innovation.discover(firms, quarter(talent_outbid=0.4))
    np.testing.assert_allclose(firms.extra_talent, 0.19 * 0.9)


def test_talent_lifts_the_limit_to_success_and_nothing_below_it():
    """Chance 0.4 x 1.2 = 0.48 where the stock is ample, 0.4 x 1.2 x 1.25 = 0.6 with a quarter more talent; a stock at
    its norm succeeds as before."""
    held = {"success_rate": 0.4, "talent_limit": 1.2, "quality_share": 1.0}
    for concavity, low, high in ((9.0, 0.48, 0.6), (0.0, 0.4, 0.4)):
        for inflow, chance in ((0.0, low), (0.25, high)):
            terms = Terms(30)
            terms.add("talent_inflow", inflow)
            setting = quarter("2023Q3", terms=terms, success_concavity=concavity, **held)
            firms = firms_with(expected_demand=1.0, research=1.0, research_stock=99.0)
            innovation.discover(firms, setting)
            assert (firms.quality > 0.0).tolist() == (uniforms(setting.luck("innovation"), firms.key) < chance).tolist()
