"""One replication: the scenario and its twins on the same luck, the same drawn numbers and the same starting firms.

The twin without policy says what would have happened anyway; the twin without the fund says what the fund added.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from dataclasses import replace

import mesa
import numpy as np

from sim import keys
from sim.model import ClusterModel, build_start, world_numbers
from sim.outcomes import Result
from sim.policies.policy_fund import PolicyFund
from sim.population import Start
from sim.scenario import Scenario

FUND = "policy_fund"


def replicate(spec: Scenario, seed: int, replication: int, *, fixed: bool = False) -> Result:
    """Run one replication of a scenario and measure what policy added to it.

    Args:
        seed: the experiment's seed. replication: number of the replication, from 0.
        fixed: hold assumed numbers at their table values.
    """
    arms = {"scenario": spec}
    if spec.policies:
        arms["plain"] = spec.without_policies()
    if FUND in spec.policies:
        arms["fundless"] = spec.without(FUND)
    found = dict(worlds(arms, keys.replication_seed(seed, replication), fixed=fixed))
    result = found["scenario"]
    plain = found.get("plain", result)
    years = result.years | _additional(spec, result, plain, found.get("fundless"))
    return replace(result, years=years, twin_groups=plain.groups)


def worlds(arms: Mapping[str, Scenario], own_seed: int, *, fixed: bool = False) -> Iterator[tuple[str, Result]]:
    """Yield the result of each arm in one world; arms with the same numbers share the starting firms."""
    starts: dict[tuple[str, ...], Start] = {}
    for name, arm in arms.items():
        numbers = world_numbers(arm, own_seed, fixed=fixed)
        origin = (repr(arm.parameters), repr(arm.population), str(arm.until), str(arm.outlook.calm))
        if origin not in starts:
            starts[origin] = build_start(arm, numbers, own_seed)
        yield name, ClusterModel(arm, own_seed, fixed=fixed, start=starts[origin]).run()
    forget_mesa_models()


def _additional(spec: Scenario, result: Result, plain: Result, fundless: Result | None) -> dict[str, np.ndarray]:
    def beyond(name: str, twin: Result) -> np.ndarray:
        difference: np.ndarray = result.years[name] - twin.years[name]
        return difference

    added = {
        "additional_gdp": beyond("gdp", plain),
        "additional_investment": np.cumsum(beyond("investment", plain)),
        "additional_world_500_firms": beyond("world_500_firms", plain),
        "additional_crossings": beyond("crossings_real", plain),
        "additional_local_tax": beyond("local_tax", plain),
        "additional_energy_use": beyond("energy_use", plain),
        "fund_leverage_additional": np.full(len(result.year_labels), np.nan),
        "fund_not_taken_up": np.zeros(len(result.year_labels)),
    }
    fund = spec.policies.get(FUND)
    if isinstance(fund, PolicyFund) and fundless is not None:
        added["fund_not_taken_up"] = fund.amount_a_year - result.years["fund_outlay"]
        paid = np.cumsum(result.years["fund_outlay"])
        private = np.cumsum(beyond("investment", fundless)) - paid
        added["fund_leverage_additional"] = np.divide(private, paid, out=np.full(paid.shape, np.nan), where=paid > 0.0)
    return added


def forget_mesa_models() -> None:
    """Mesa 3.3 keeps every model for ever in a class attribute; let go of them."""
    getattr(mesa.Agent, "_ids", {}).clear()
    gc.collect(0)
