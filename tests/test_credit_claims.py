"""What policy is credited with: signs of what is additional, and classes of payments that differ in amount so that
none can stand for another.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pytest

from sim.experiments import replicate
from sim.experiments.payment_classes import split
from sim.luck import keys
from sim.tables.catalogue import CITY, listed
from sim.tables.milestones import Kind
from sim.treasury.claims import Basis, Spending
from tests.attribution_bench import award, by_class, free, world

TIER = Kind.TIER_10BN
NAMES = (
    "gdp",
    "investment",
    "world_500_firms",
    "crossings_real",
    "local_tax",
    "energy_use",
    "fund_outlay",
    "public_cost",
)


def result(**years):
    return {name: np.array(years.get(name, [0.0, 0.0])) for name in NAMES}


def added(here, twin):
    """Each outcome that is measured against a twin, by year."""
    return {o.name: replicate.beyond(o, here, twin).tolist() for o in listed(CITY) if o.against}


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("additional_gdp", "gdp"),
        ("additional_world_500_firms", "world_500_firms"),
        ("additional_crossings", "crossings_real"),
        ("additional_local_tax", "local_tax"),
        ("additional_energy_use", "energy_use"),
    ],
)
def test_additional_is_what_the_world_with_policy_has_more_than_its_twin(name, of):
    found = added(result(**{of: [5.0, 3.0]}), result(**{of: [2.0, 7.0]}))
    assert found[name] == [3.0, -4.0]
    same = {outcome.name for outcome in listed(CITY) if outcome.against and outcome.part == of}
    others = set(found) - {*same, "fund_leverage_additional"}
    assert all(found[other] == [0.0, 0.0] for other in others)


def test_additional_investment_adds_up_over_the_years():
    assert added(result(investment=[5.0, 3.0]), result(investment=[2.0, 1.0]))["additional_investment"] == [3.0, 5.0]


def test_leverage_is_private_money_beyond_the_world_without_the_fund_over_public_money():
    scenario, fundless = result(investment=[30.0, 50.0], fund_outlay=[4.0, 6.0]), result(investment=[20.0, 20.0])
    assert added(scenario, fundless)["fund_leverage_additional"] == [(10.0 - 4.0) / 4.0, (40.0 - 10.0) / 10.0]
    assert np.isnan(added(result(investment=[30.0, 50.0]), fundless)["fund_leverage_additional"]).all()


@dataclass
class Plan:
    """Stands for a scenario: its policies and its numbers."""

    policies: tuple[str, ...]
    parameters: str = "numbers"
    population: str = "firms"
    real_firms: None = None
    before: None = None
    answer: None = None
    city_hash: str = "tables"
    until: str = "2023Q4"
    outlook: Any = field(default_factory=lambda: SimpleNamespace(calm=False))
    targets: tuple[Any, ...] = (SimpleNamespace(metric="gdp"),)

    def without_policies(self):
        return Plan(())

    def without(self, name):
        return Plan(tuple(policy for policy in self.policies if policy != name))


@dataclass
class Told:
    years: dict[str, np.ndarray]
    groups: str
    twin_groups: str = ""
    twin_years: dict[str, str] = field(default_factory=dict)
    cluster_years: dict[str, np.ndarray] = field(default_factory=lambda: {replicate.VALUE_ADDED: np.zeros((2, 1))})
    twin_clusters: dict[str, np.ndarray] = field(default_factory=dict)
    answer_years: dict[str, np.ndarray] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("policies", "gdp", "leverage"),
    [  # GDP 2 without, 4 more for a prize, 8 more for the fund, which pays 1 and makes firms invest 3
        ((), 0.0, None),
        (("prize",), 4.0, None),
        (("policy_fund",), 8.0, 2.0),
        (("prize", "policy_fund"), 12.0, 2.0),
    ],
)
def test_what_policy_adds_is_told_against_the_world_without_any_and_what_the_fund_adds_against_that_without_it(
    policies, gdp, leverage, monkeypatch
):
    asked = []

    def worlds(arms, own_seed, *, fixed):
        asked.append((own_seed, fixed))
        for name, arm in arms.items():
            fund = replicate.FUND in arm.policies
            years = result(
                gdp=[2.0 + 4.0 * ("prize" in arm.policies) + 8.0 * fund] * 2,
                investment=[5.0 * ("prize" in arm.policies) + 3.0 * fund] * 2,
                fund_outlay=[1.0 * fund] * 2,
            )
            yield name, Told(years, str(arm.policies))

    monkeypatch.setattr(replicate, "worlds", worlds)
    found = replicate.replicate(Plan(policies), 3, 5)
    replicate.replicate(Plan(policies), 3, 5, fixed=True)
    assert asked == [(keys.replication_seed(3, 5), False), (keys.replication_seed(3, 5), True)]
    assert found.years["additional_gdp"].tolist() == [gdp, gdp]
    assert found.years["gdp"].tolist() == [2.0 + gdp] * 2
    assert found.twin_groups == "()"
    assert list(found.twin_clusters) == [replicate.NO_POLICY] * bool(policies)
    assert {name: values.tolist() for name, values in found.twin_years.items()} == (
        {"gdp": [2.0, 2.0]} if policies else {}
    )
    if leverage is None:
        assert np.isnan(found.years["fund_leverage_additional"]).all()
    else:
        assert found.years["fund_leverage_additional"].tolist() == [leverage, leverage]


def test_arms_with_the_same_numbers_share_their_starting_firms_and_mesa_forgets_them(monkeypatch):
    built, ran = [], []

    class Model:
        def __init__(self, arm, own_seed, *, fixed, start):
            ran.append((own_seed, fixed, start))

        def run(self):
            return f"result {len(ran)}"

    monkeypatch.setattr(replicate, "world_numbers", lambda arm, own_seed, *, fixed: (own_seed, fixed))
    monkeypatch.setattr(
        replicate, "build_start", lambda arm, numbers, own_seed: built.append((arm.parameters, numbers)) or len(built)
    )
    monkeypatch.setattr(replicate, "ClusterModel", Model)
    monkeypatch.setattr(mesa.Agent, "_ids", {"a model": 7}, raising=False)
    arms = {"scenario": Plan(("prize",)), "plain": Plan(()), "other": Plan((), parameters="others")}
    assert list(replicate.worlds(arms, 9)) == [("scenario", "result 1"), ("plain", "result 2"), ("other", "result 3")]
    assert built == [("numbers", (9, False)), ("others", (9, False))]
    assert ran == [(9, False, 1), (9, False, 1), (9, False, 2)]
    assert mesa.Agent._ids == {}


def test_awards_of_different_amounts_fall_into_their_own_classes():
    """By then in the twin 1, later 2, on paper 4; of 8 and 16 that are new a half is displaced, for one other firm
    lost the event.
    """
    here = {TIER: {key: [8100] for key in (1, 2, 3, 4, 5)}}
    there = {TIER: {1: [8100], 2: [8101], 9: [8100]}}
    payments = [award(key, int(1e8) * 2 ** (key - 1), on_paper=key == 3) for key in (1, 2, 3, 4, 5)]
    found = by_class(world(here, {"prize": {("clause", TIER): payments}}), world(there), "prize")
    assert found == pytest.approx(
        {"deadweight": 1.0, "timing": 2.0, "relabelled": 4.0, "displaced": 12.0, "additional": 12.0}
    )


def test_co_investment_of_which_half_came_earlier_and_an_eighth_would_have_come_anyway():
    """Paid 8: ahead by 7 after a year and by 3 at the end; nothing is displaced."""
    payments = {"fund": {("co", Spending.EXPANSION): [free(7, 800_000_000)]}}
    found = by_class(world(payments=payments, spent={7: [17.0, 23.0]}), world(spent={7: [10.0, 20.0]}), "fund")
    assert found == pytest.approx({"deadweight": 1.0, "timing": 4.0, "additional": 3.0})


def test_an_award_is_judged_by_the_first_time_in_the_twin():
    """Long there 1 though again later, in the same quarter 2, a quarter later 4; what is unconditional, 8 and 16, is
    so whoever gets it.
    """
    there = {TIER: {1: [8096, 8104], 2: [8100], 3: [8101]}}
    awards = [award(key, int(1e8) * amount) for key, amount in ((1, 1), (2, 2), (3, 4))]
    sums = [free(key, int(1e8) * amount) for key, amount in ((0, 8), (1, 16))]
    payments = {"prize": {("clause", TIER): awards, ("rent", Basis.UNCONDITIONAL): sums}}
    found = by_class(world({TIER: {key: [8100] for key in (1, 2, 3)}}, payments), world(there), "prize")
    assert found == {"deadweight": 3.0, "timing": 4.0, "unconditional": 24.0}


def test_investment_is_displaced_as_far_as_the_other_firms_of_the_cluster_lack_it_at_the_end():
    """Paid 8, ahead by 4: others of the cluster lack 1 and 2 and have 1 more, so a half is displaced. The next
    cluster, paid 2 and ahead by a half, lacks 100: all of it is. In the third a firm that invests what it would have
    is paid 4 for nothing.
    """
    second, third = 1 << 48, 2 << 48
    at_the_end = {
        1: [0.0, 2.0, 4.0],
        2: [0.0, 0.0, 2.0],
        3: [0.0, 0.0, 1.0],
        second + 2: [0.0, 0.0, 0.5],
        third + 1: [1.0, 2.0, 3.0],
    }
    without = {2: [7.0, 5.0, 3.0], second: [9.0, 9.0, 2.0], second + 1: [0.0, 0.0, 100.0], third + 1: [1.0, 2.0, 3.0]}
    payments = {
        ("co", Spending.EXPANSION): [
            free(1, 800_000_000),
            free(second + 2, 200_000_000, cluster=1),
            free(third + 1, 400_000_000, cluster=2),
        ]
    }
    full = world(payments={"fund": payments}, spent=at_the_end, years=3)
    parts = split(full, world(spent=without, years=3), "fund")
    assert {(part[2], part[3]): amount for part, amount in parts.items()} == {
        ("additional", 0): 2.0,
        ("displaced", 0): 2.0,
        ("deadweight", 0): 4.0,
        ("displaced", 1): 0.5,
        ("deadweight", 1): 1.5,
        ("deadweight", 2): 4.0,
    }
