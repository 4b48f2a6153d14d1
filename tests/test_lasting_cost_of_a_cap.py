"""A cap that bites in one year costs for years: customers who were not served leave, and nothing brings them back.

`pytest -m slow -s tests/test_lasting_cost_of_a_cap.py` prints the figures that docs/model.md states.
"""

import numpy as np
import pytest

from sim.experiments.replicate import forget_mesa_models
from sim.inference.means import mean_interval
from sim.luck import keys
from sim.model import ClusterModel, build_start
from sim.scenario.drawn import world_numbers
from sim.scenario.reading import load
from tests.conftest import small


def with_cap(spec, tightening):
    """The same scenario with a tight energy budget in 2022 alone and no other instrument."""
    return spec.with_changes({"policies.energy_budget": {"extra_tightening": tightening, "until": "2022"}})


def outputs(spec, seed, start=None):
    """Output of the ten clusters by year."""
    found = ClusterModel(spec, seed, start=start).run().cluster_years["output"].sum(axis=1)
    forget_mesa_models()
    return found


def gaps(spec, worlds, tightening):
    """Log output under a cap of 2022 alone less log output without, (worlds, years), once as it is and once with no
    customer leaving.
    """
    found = []
    for world in range(worlds):
        seed = keys.replication_seed(1, world)
        start = build_start(spec, world_numbers(spec, seed, fixed=False), seed)
        for arm in (spec, spec.with_parameters({"customers_leave": 0})):
            found.append(np.log(outputs(with_cap(arm, tightening), seed, start) / outputs(arm, seed, start)))
    return np.array(found).reshape(worlds, 2, -1).transpose(1, 0, 2)


def test_a_cap_that_ends_with_2022_still_costs_output_in_2024_only_because_customers_leave():
    leaving, staying = gaps(small("no-policy", horizon__until="2024Q4"), 2, tightening=0.25)
    assert (leaving[:, 0] < -0.005).all() and (staying[:, 0] < -0.005).all(), (
        "the cap did not bite, so the test could not fail"
    )
    assert (leaving[:, 2] < -0.002).all(), leaving
    assert (staying[:, 1:] > -0.002).all(), staying


@pytest.mark.slow
def test_a_third_of_the_cut_of_2022_is_still_missing_in_2030_and_nothing_of_it_if_no_customer_leaves():
    leaving, staying = gaps(load("no-policy").with_changes({"horizon.until": "2030Q4"}), 20, tightening=0.08)
    told = {}
    for name, values in (("as it is", leaving), ("no customer leaves", staying)):
        told[name] = [mean_interval(100.0 * values[:, year]) for year in range(values.shape[1])]
        print(
            f"\n{name}: log output, %, mean and interval by year from 2022: "
            + ", ".join(f"{m:+.2f} ({a:+.2f} to {b:+.2f})" for m, a, b in told[name])
        )
    cut = told["as it is"][0][0]
    assert all(high < 0.0 for _, _, high in told["as it is"]), told
    assert told["as it is"][-1][0] / cut > 1.0 / 3.0, told
    assert all(low > 0.0 for _, low, _ in told["no customer leaves"][1:]), told
