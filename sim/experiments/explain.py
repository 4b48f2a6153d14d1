"""`explain`: one firm's life in one world: what it did, what public money it got and why, what that bought, what
rationed it, and why it did not get the rest. Every class comes from a twin world that was run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.experiments.awards import Award, awards_of, judged, to_be_run
from sim.experiments.named_firm import WantedFirm, refuse_absent
from sim.experiments.open_model import OfOneFirm, OpenModel, row_of
from sim.experiments.rationed import Rationed, Refusals, rationed, unpaid
from sim.experiments.watch import Watched, paid_for, watched
from sim.experiments.why_not import Missed, WhyNot
from sim.firms.columns import columns
from sim.model import ClusterModel, build_start
from sim.scenario.drawn import world_numbers
from sim.scenario.scenario import Scenario

Show = Callable[[int, int], None]


@dataclass
class Life(OfOneFirm):
    """What one firm was and did in one world.

    Attributes:
        quarters: each column of the firm table by name, as a quarter left it, in every quarter that the firm ended in
            business; with `quarter`, as text.
        reached: what it reached: quarter, kind, unit. closed: the quarter in which it left, if it did.
    """

    quarters: list[dict[str, Any]] = field(default_factory=list)
    reached: list[dict[str, str]] = field(default_factory=list)
    closed: str | None = None

    def after(self, model: OpenModel, row: int) -> None:
        """Note the quarter that has ended."""
        firms, quarter = model.firms, str(model.quarter)
        for event in model.events:
            if (event.rows == row).any():
                self.reached.append({"quarter": quarter, "kind": str(event.kind), "unit": str(event.unit)})
        if firms.active[row]:
            values = {name: getattr(firms, name)[row].tolist() for name in columns()}
            self.quarters.append({"quarter": quarter, **values})
        elif self.closed is None:
            self.closed = quarter


@dataclass(frozen=True, slots=True)
class Explained:
    """A firm in one world: `here` under the scenario, `there` under other policies, if there are any to compare with.

    Attributes:
        key: of the firm. head: key of the head of its group at the end. awards, rationed, missed: here; awards and
            what was missed in the order of time.
    """

    key: int
    head: int
    spec: Scenario
    seed: int
    fixed: bool
    here: Life
    against: Scenario | None
    there: Life | None
    awards: Sequence[Award]
    rationed: Sequence[Rationed]
    missed: Sequence[Missed]


def explain(spec: Scenario, firm: WantedFirm, **how: Any) -> Explained:
    """Return the life of one firm; the rest as of `explain_all`."""
    (found,) = explain_all(spec, [firm], **how)
    return found


def explain_all(
    spec: Scenario,
    firms: Sequence[WantedFirm],
    *,
    seed: int = 1,
    fixed: bool = False,
    against: Scenario | None = None,
    progress: Show | None = None,
) -> list[Explained]:
    """Return the lives of some firms in `ClusterModel(spec, seed)`, from the same worlds.

    Args:
        against: the other policies; without it none at all. progress: called with how many worlds have been run, and
            how many are known to be wanted.

    Raises:
        ScenarioError: if there is no such firm.
    """
    told = progress or (lambda ended, wanted: None)
    told(0, 1)
    start = build_start(spec, world_numbers(spec, seed, fixed=fixed), seed)
    keys = [firm.key_in(start) for firm in firms]
    for key in keys:
        refuse_absent(key, start.firms.key, spec)
    model = OpenModel(spec, seed, fixed=fixed, start=start)
    whys, lives = [WhyNot(key) for key in keys], [Life(key) for key in keys]
    refusals = [Refusals(key) for key in keys]
    model.onlookers = [*lives, *whys, *refusals]
    full = watched(model, spending=paid_for(spec))
    for key in keys:
        refuse_absent(key, model.firms.key, spec, entered=True)
    rows = [row for key in keys if (row := row_of(model.firms, key)) is not None]
    paid = [list(awards_of(model.ledger.payments, row)) for row in rows]
    wanted = to_be_run([award for awards in paid for award in awards])
    other = against or (spec.without_policies() if spec.policies else None)
    worlds = 1 + len(wanted) + (other is not None)
    twins: dict[str, Watched] = {}
    for ended, name in enumerate(wanted, 1):
        told(ended, worlds)
        twin = ClusterModel(spec.without(name), seed, fixed=fixed, start=start)
        twins[name] = watched(twin, payments=False, spending=paid_for(spec))
    there = [Life(key) for key in keys]
    if other:
        beside = OpenModel(other, seed, fixed=fixed, start=None if against else start)
        beside.onlookers = there
        watched(beside, payments=False)
    told(worlds, worlds)
    return [
        Explained(
            key=key,
            head=int(model.firms.key[model.firms.group[row]]),
            spec=spec,
            seed=seed,
            fixed=fixed,
            here=life,
            against=other,
            there=life_there if other else None,
            awards=judged(awards, full, twins, key),
            rationed=[*refused.found, *rationed(life.quarters), *unpaid(model.ledger.shortfalls, row)],
            missed=why.missed,
        )
        for key, row, life, life_there, awards, why, refused in zip(
            keys, rows, lives, there, paid, whys, refusals, strict=True
        )
    ]
