"""Instruments for innovation in whole runs: off is absent, what each is for moves, and what a public yuan brings."""

import numpy as np
import pytest

from sim.experiments.replicate import worlds
from tests.conftest import drawn, small

LEVER = "policies.research_support"


def per_yuan(elasticity, world, **levers):
    """Return own research per public yuan in one world, against the same world without support, to 2024."""
    base = small("no-policy", horizon__until="2024Q4", parameters__research_price_elasticity=elasticity)
    given = {"rate": 0.1, "base": "level", "cap": "100 亿元", "misuse": 0.0, "relabelled": 0.0} | levers
    arms = {"with": base.with_changes({f"{LEVER}.{name}": value for name, value in given.items()}), "none": base}
    found = {name: result.years for name, result in worlds(arms, world)}
    more = found["with"]["own_research"] - found["none"]["own_research"]
    return more.sum() / found["with"]["public_research"].sum()


def test_own_research_per_public_yuan_spans_crowding_out_and_crowding_in_in_paired_worlds():
    """-0.5 (C30) and +0.6 lie inside what the range of the elasticity reaches; misuse alone reaches the first."""
    low, high = (np.array([per_yuan(e, world) for world in (1, 2)]) for e in (0.4, 1.8))
    assert (low < -0.5).all() and (high > 0.6).all()
    assert per_yuan(1.0, 1, misuse=0.53) < -0.5 < per_yuan(1.0, 1) < 0.6


def test_at_zero_it_is_as_if_it_were_not_there_and_at_a_tenth_there_is_more_research_and_some_on_paper():
    base = small("no-policy", horizon__until="2023Q4")
    arms = {"none": base, "zero": base.with_changes({f"{LEVER}.rate": 0.0}), "given": base.with_changes({LEVER: {}})}
    found = {name: result.years for name, result in worlds(arms, 3)}
    for name, values in found["none"].items():
        assert np.array_equal(values, found["zero"][name], equal_nan=True), name
    assert not found["none"]["public_research"].any() and not found["none"]["research_on_paper"].any()
    assert (found["none"]["own_research"] == found["none"]["research"]).all()
    given = found["given"]
    assert (given["research"] > found["none"]["research"]).all() and (given["research_on_paper"] > 0.0).all()
    np.testing.assert_allclose(given["own_research"], given["research"] - given["public_research"])
    assert (given["public_research"] > 0.0).all()


FAR = {"rate": 0.3, "set_price": 0.2, "orders": 5.0, "on_top": 1.0}


@pytest.mark.parametrize(
    ("name", "off", "levers", "outcome"),
    drawn(
        [
            ("first_purchase", {"rate": 0.0, "orders": 0.0}, FAR, "industrial_output"),
            ("talent", {"supported": 0.0, "leaders": 0.0}, {"stock": 10_000.0}, "gdp_real"),
            (
                "innovation_platforms",
                {"amount_a_year": "0 元", "success_support": 0.0},
                {"success_support": 0.5},
                "gdp_real",
            ),
        ],
        3,
    ),
)
def test_off_is_as_if_it_were_not_there_and_on_its_outcome_rises(name, off, levers, outcome):
    base = small("no-policy", horizon__until="2025Q4", parameters__first_set_share=0.2)
    arms = {"none": base} | {
        arm: base.with_changes({f"policies.{name}.{lever}": value for lever, value in values.items()})
        for arm, values in (("zero", off), ("on", levers))
    }
    rises = []
    for world in range(4):
        found = {arm: result.years for arm, result in worlds(arms, world)}
        for told, values in found["none"].items() if "zero" in arms else ():
            assert np.array_equal(values, found["zero"][told], equal_nan=True), told
        arms.pop("zero", None)  # one world tells
        rises.append(found["on"][outcome][-1] - found["none"][outcome][-1])
    assert np.mean(rises) > 0.0 and sum(rise > 0.0 for rise in rises) >= 3, rises


def test_first_loans_raise_investment_and_off_they_are_as_if_they_were_not_there():
    base = small("no-policy", horizon__until="2024Q4")
    lever = "policies.first_loan"
    arms = {
        "none": base,
        "zero": base.with_changes({f"{lever}.access": 0.0}),
        "on": base.with_changes({f"{lever}.access": 0.4, f"{lever}.reach": 0.5}),
    }
    more = []
    for world in range(3):
        found = {arm: result.years for arm, result in worlds(arms, world)}
        for name, values in found["none"].items() if "zero" in arms else ():
            assert np.array_equal(values, found["zero"][name], equal_nan=True), name
        arms.pop("zero", None)  # one world tells
        assert found["on"]["first_loans"].sum() > 0.0 == found["none"]["first_loans"].sum()
        more.append((found["on"]["investment"] - found["none"]["investment"]).sum())
    assert min(more) > 0.0, more
