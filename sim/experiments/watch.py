"""A world watched firm by firm: events and investment by firm key, payments by instrument.
What attribution compares.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.calendar.year import CLOSE_YEAR
from sim.experiments.replicate import forget_mesa_models
from sim.firms.sizes import size_classes
from sim.luck import keys
from sim.model import ClusterModel
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from sim.tables.milestones import PULLED_FORWARD, RELABELLED, Kind
from sim.treasury.claims import Earner
from sim.treasury.events import Event


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: firm key (0 the rest of the city), cluster, size class, quarter number and fen."""

    key: int
    cluster: int
    size: int
    quarter: int
    fen: int


Events = dict[Kind, dict[int, list[tuple[int, bool]]]]


@dataclass(slots=True)
class Watched:
    """What happened in one world.

    Attributes:
        events: kind -> firm key -> list of (quarter number, was it relabelled or pulled forward).
        invested: firm key -> cumulative expansion by year, million yuan.
        payments: instrument -> (clause, what earned it) -> payments.
        outcomes: city outcomes of the last year; flows of investment are cumulative.
    """

    years: int
    events: Events = field(default_factory=lambda: defaultdict(dict))
    invested: dict[int, np.ndarray] = field(default_factory=dict)
    payments: dict[str, dict[tuple[str, Earner], list[Paid]]] = field(default_factory=lambda: defaultdict(dict))
    outcomes: dict[str, float] = field(default_factory=dict)

    def invested_by(self, key: int) -> np.ndarray:
        """Return a firm's cumulative expansion by year, zeros if it invested nothing here."""
        return self.invested.get(key, np.zeros(self.years))


def watch(
    spec: Scenario,
    seed: int,
    replication: int,
    *,
    fixed: bool = False,
    start: Start | None = None,
    payments: bool = True,
) -> Watched:
    """Run one world and remember what attribution asks about.

    Args:
        start: the world's starting firms, to save building them again. payments: list them, which takes as long as the
            run itself when every small firm is paid every quarter.
    """
    model = ClusterModel(spec, keys.replication_seed(seed, replication), fixed=fixed, start=start)
    total, paths = np.zeros(model.firms.rows), []
    events: Events = defaultdict(dict)
    while model.quarter != spec.until:
        model.step()
        total += model.firms.expansion
        for event in model.events:
            _note(events, event, model.firms.key)
        if model.quarter.season == CLOSE_YEAR:  # type: ignore[union-attr]
            paths.append(total.copy())
    result = model.result()
    found = Watched(len(paths), events)
    invested = np.array(paths).T
    for row in np.flatnonzero(total):
        found.invested[int(model.firms.key[row])] = invested[row]
    if payments:
        _payments(found, model)
    found.outcomes = {name: float(values[-1]) for name, values in result.years.items()}
    found.outcomes["investment"] = float(result.years["investment"].sum())
    forget_mesa_models()
    return found


def _note(events: Events, event: Event, key: np.ndarray) -> None:
    for row, how in zip(event.rows.tolist(), event.how.tolist(), strict=True):
        events[event.kind].setdefault(int(key[row]), []).append(
            (event.quarter.number + 1, how in (PULLED_FORWARD, RELABELLED))
        )


def _payments(found: Watched, model: Any) -> None:
    classes = size_classes(model.start.firms)
    for batch in model.ledger.payments:
        clause = found.payments[batch.instrument].setdefault((batch.clause, batch.earned_by), [])
        for row, fen in zip(batch.rows.tolist(), batch.fen.tolist(), strict=True):
            known = row >= 0
            clause.append(
                Paid(
                    int(model.firms.key[row]) if known else 0,
                    int(model.firms.cluster[row]) if known else -1,
                    int(classes[row]) if known else -1,
                    batch.quarter.number,
                    fen,
                )
            )
