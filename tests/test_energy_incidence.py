"""Where the cap bites: key users carry it where the energy is, and more demand helps every cluster under it."""

import numpy as np
import pytest

from sim.experiments.replicate import forget_mesa_models, worlds
from sim.luck import keys
from sim.model import ClusterModel, build_start
from sim.scenario.drawn import world_numbers
from sim.scenario.reading import load
from tests.changzhou import IDENTIFIERS

LIGHT = [IDENTIFIERS.index(c) for c in ("high_end_equipment", "new_energy", "new_energy_vehicles")]
WORLDS = 20


class City:
    """Energy used and value added by cluster, summed over the same worlds and over 2022-2025, under
    any energy budget.
    """

    def __init__(self):
        self.spec = load("no-policy").with_changes({"horizon.until": "2025Q4"})
        self.starts = []
        for world in range(WORLDS):
            seed = keys.replication_seed(7, world)
            self.starts.append((seed, build_start(self.spec, world_numbers(self.spec, seed, fixed=False), seed)))
        self.free = self.totals(self.spec)

    def totals(self, spec):
        sums = np.zeros((2, len(IDENTIFIERS)))
        for seed, start in self.starts:
            years = ClusterModel(spec, seed, start=start).run().cluster_years
            sums += years["energy_use"].sum(axis=0), years["value_added"].sum(axis=0)
        forget_mesa_models()
        return sums

    def lost(self, **fields):
        """Return energy saved (tce, all clusters) and value added lost by cluster, million yuan."""
        saved, lost = self.free - self.totals(self.spec.with_changes({"policies.energy_budget": fields}))
        return saved.sum(), lost

    def lost_at(self, target, **fields):
        """Return the same for the tightening that saves as much as `target`, within one per cent."""
        low, high = 0.0, 0.3
        for _ in range(12):
            middle = (low + high) / 2.0
            saved, lost = self.lost(extra_tightening=middle, **fields)
            if abs(saved / target - 1.0) < 0.01:
                return saved, lost
            low, high = (middle, high) if saved < target else (low, middle)
        raise AssertionError("no tightening saves as much")


@pytest.fixture(scope="module")
def city():
    return City()


@pytest.mark.slow
@pytest.mark.parametrize(("line", "most"), [(50_000.0, 0.30), (5_000.0, 0.45)])
def test_under_the_key_user_rule_a_tonne_costs_less_and_light_industry_carries_less(city, line, most):
    before, all_alike = city.lost(rule="proportional", coverage=5_000.0, extra_tightening=0.1)
    saved, lost = city.lost_at(before, rule="key-users", coverage=line)
    print(
        f"per tce {all_alike.sum() / before:.4f} -> {lost.sum() / saved:.4f} million yuan, light industry "
        f"{all_alike[LIGHT].sum() / all_alike.sum():.2f} -> {lost[LIGHT].sum() / lost.sum():.2f}"
    )
    assert lost.sum() / saved < 0.6 * all_alike.sum() / before
    assert lost[LIGHT].sum() / lost.sum() < most


@pytest.mark.slow
def test_more_demand_raises_output_of_every_cluster_under_the_cap_and_of_the_city_in_every_world():
    spec = load("no-policy").with_changes({"horizon.until": "2025Q4", "policies.energy_budget": {}})
    arms = {"plain": spec, "more": spec.with_changes({"outlook.demand_shift": 0.2})}
    gains, of_city = [], []
    for world in range(40):
        output = {
            name: result.cluster_years["output"][-1] for name, result in worlds(arms, keys.replication_seed(7, world))
        }
        gains.append(np.log(output["more"] / output["plain"]))
        of_city.append(np.log(output["more"].sum() / output["plain"].sum()))
    mean = np.mean(gains, axis=0)
    print(
        "mean gain",
        dict(zip(IDENTIFIERS, mean.round(3), strict=True)),
        "worlds against",
        (np.array(gains) < 0.0).sum(axis=0),
        "least of the city",
        min(of_city),
    )
    assert (mean > 0.0).all()
    assert min(of_city) > 0.0


@pytest.mark.slow
def test_the_tighter_2022_begins_the_more_is_cut():
    spec = load("no-policy").with_changes({"horizon.until": "2025Q4", "policies.energy_budget": {}})
    arms = {gap: spec.with_changes({"parameters.energy_start_gap": gap}) for gap in (0.0, 0.02, 0.04)}
    cut = dict.fromkeys(arms, 0.0)
    for world in range(WORLDS):
        for gap, result in worlds(arms, keys.replication_seed(7, world)):
            cut[gap] += result.years["output_lost_to_cap"][0] / WORLDS
    print("output cut in 2022, million yuan", cut)
    assert 0.0 < cut[0.0] < cut[0.02] < cut[0.04]
