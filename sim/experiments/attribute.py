"""`attribute`: what every public yuan bought, and which instrument deserves how much of the package's effect.

For each instrument there is a twin world without it, from which `payment_classes` reads what its payments bought. The
package's effect is shared among instruments, or among the parts of the package that the scenario names, by Shapley
value: over all coalitions, or over drawn orders of joining where there are too many.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from sim.experiments import attribution_tables
from sim.experiments.attribution_tables import effects
from sim.experiments.cost_of_aims import aimed_at, cost_table
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.payment_classes import Part, private_money, split
from sim.experiments.shapley import Order, coalitions_of, drawn_orders
from sim.luck import keys
from sim.scenario.files import ScenarioError
from sim.scenario.parts import members_of
from sim.scenario.scenario import Scenario

EXACT, SAMPLED, NONE = "exact", "sampled", "none"
SHAPLEY = (EXACT, SAMPLED, NONE)
MOST_EXACT = 6  # who shares; their 64 coalitions are run unless asked otherwise


@dataclass(frozen=True)
class Attribution(Experiment):
    """Worlds in which coalitions of instruments run.

    Attributes:
        worlds: how many. shapley: `exact` runs all coalitions, `sampled` those along drawn orders,
            `none` only the twins.
        orders: orders of joining drawn in each world when sampled; each is also taken in reverse.
    """

    kind: ClassVar[str] = "attribute"
    worlds: int = 30
    shapley: str = EXACT
    orders: int = 0

    def wanted(self, values: Values) -> int:
        """Return the number of worlds."""
        return self.worlds

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return the numbers of the worlds."""
        return list(numbers)

    def task(self) -> Callable[[Any], Any]:
        """Return the function that splits the money of one world."""
        return partial(split_world, self.base, self.seed, self.fixed, self.shapley, self.orders)

    def tables(self, values: Values) -> Tables:
        """Return the split by instrument, by clause, by group, the Shapley shares,
        and interactions when all coalitions were run.
        """
        tables = {
            "attribution": attribution_tables.split_table(values),
            "attribution_clauses": attribution_tables.clause_table(values),
            "attribution_groups": attribution_tables.group_table(values, self.base.city_tables),
            "attribution_costs": cost_table(values),
        }
        if self.shapley == EXACT:
            tables |= {
                "shapley": attribution_tables.exact_table(values, self.base),
                "interactions": attribution_tables.interaction_table(values, self.base),
            }
        if self.shapley == SAMPLED:
            joined = {number: orders_of(self.base, self.seed, number, self.orders) for number in values}
            tables["shapley"] = attribution_tables.sampled_table(values, self.base, joined)
        return tables


def orders_of(base: Scenario, seed: int, number: int, orders: int) -> list[Order]:
    """Return the orders of joining of one world. Each world draws its own, so that their luck is in the spread over
    worlds.
    """
    return drawn_orders(list(sharing(base)), orders, keys.replication_seed(seed, number))


def split_world(base: Scenario, seed: int, fixed: bool, shapley: str, orders: int, number: int) -> dict[str, Any]:
    """Return payments of one world by instrument, clause, class, cluster and size, million yuan, what each instrument
    moved of what it is meant to move, and coalition outcomes.
    """
    from sim.experiments.watch import paid_for, watch
    from sim.model import build_start
    from sim.scenario.drawn import world_numbers

    names, members = list(base.policies), sharing(base)
    own_seed = keys.replication_seed(seed, number)
    start = build_start(base, world_numbers(base, own_seed, fixed=fixed), own_seed)  # that of every coalition
    look = partial(watch, seed=seed, replication=number, fixed=fixed, start=start, spending=paid_for(base))
    full = look(base)
    coalitions = {tuple(members): full.outcomes}
    money: defaultdict[Part, float] = defaultdict(float)
    private, aims = [], {}
    for name in names:
        twin = look(base.without(name), payments=False)
        if name in members:
            coalitions[tuple(m for m in members if m != name)] = twin.outcomes
        for part, share in split(full, twin, name).items():
            money[part] += share
        private.append([name, *private_money(full, twin, name)])
        aims[name] = aimed_at(full, twin, name)
    asked = _asked_for(list(members), shapley, orders_of(base, seed, number, orders))
    for coalition in asked:
        if coalition not in coalitions:
            joined = [name for member in coalition for name in members[member]]
            coalitions[coalition] = look(only(base, joined), payments=False, spending=()).outcomes
    return {
        "money": [[*part, amount] for part, amount in sorted(money.items())],
        "private": private,
        "aims": aims,
        "coalitions": [
            [list(joined), [found[e] for e in effects(base)]] for joined, found in sorted(coalitions.items())
        ]
        if asked
        else [],
        "names": names,
    }


def sharing(base: Scenario) -> dict[str, tuple[str, ...]]:
    """Return who shares the package's effect, each with its instruments: parts of the package, or instruments."""
    return members_of(base.parts, base.policies)


def _asked_for(names: Sequence[str], shapley: str, orders: Sequence[Order]) -> list[tuple[str, ...]]:
    """Return the coalitions that Shapley values are made from, members in their order."""
    if shapley == EXACT:
        return [members for size in range(len(names) + 1) for members in itertools.combinations(names, size)]
    if shapley == SAMPLED:
        return [tuple(n for n in names if n in members) for members in coalitions_of(orders)]
    return []


def only(base: Scenario, instruments: Sequence[str]) -> Scenario:
    """Return the scenario with some of its instruments."""
    spec = base
    for name in base.policies:
        spec = spec if name in instruments else spec.without(name)
    return spec


def plan(
    scenario: Scenario,
    *,
    worlds: int = 30,
    shapley: str | None = None,
    orders: int = 2,
    seed: int = 1,
    fixed: bool = False,
) -> Attribution:
    """Return the attribution, checked.

    Args:
        worlds: replications. shapley: `exact`, `sampled` or `none`; by default exact up to six who share and sampled
            beyond.
        orders: orders of joining drawn in each world when sampled; each is also taken in reverse.

    Raises:
        ScenarioError: if the scenario has no policies, or the way of sharing is unknown.
    """
    if not scenario.policies:
        raise ScenarioError(f"attribute: {scenario.name} has no policies; there is no money to attribute")
    chosen = shapley or (EXACT if len(sharing(scenario)) <= MOST_EXACT else SAMPLED)
    if chosen not in SHAPLEY:
        raise ScenarioError(
            f"attribute: shapley '{chosen}' is unknown; write {', '.join(SHAPLEY[:-1])} or {SHAPLEY[-1]}"
        )
    if orders < 1:
        raise ScenarioError(f"attribute: {orders} orders of joining; write at least 1")
    drawn = orders if chosen == SAMPLED else 0
    return Attribution({scenario.name: scenario}, seed=seed, fixed=fixed, worlds=worlds, shapley=chosen, orders=drawn)


def attribute(scenario: Scenario, *, folder: Path | None = None, workers: int = 1, **settings: Any) -> Findings:
    """Split the money of a scenario's instruments and share their effect.

    Args:
        settings: `worlds`, `shapley`, `orders`, `seed`, `fixed` of `plan`; the twins are run in any case.
    """
    return conduct(plan(scenario, **settings), folder, workers=workers)
