"""The record of a run: each quarter by cluster, each quarter for the city, each year, and the largest groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.calendar.quarter import Quarter
from sim.calendar.year import SEASONS
from sim.city.city import CityTotals
from sim.firms import groups
from sim.firms.reservoir import Reservoir
from sim.firms.sizes import SIZES, size_classes
from sim.firms.table import Firms
from sim.measure import adding_up, awarded, energy_saved, leaders, measures
from sim.measure.measures import Moves
from sim.outside.world import World
from sim.setting import Setting
from sim.start.state import Start
from sim.tables.milestones import CROSSING_CLASSES, TIERS, Unit
from sim.tables.parameters import Parameters
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import AWARD
from sim.treasury.events import Event
from sim.treasury.ledger import Ledger

LARGE_GROUP = 5_000.0  # million yuan of reported revenue from which a group is listed by name
_CROSSINGS = (*(tier.removeprefix("tier_") for tier in TIERS), *CROSSING_CLASSES)


@dataclass(frozen=True, slots=True)
class Result:
    """What one replication measured; plain arrays. T quarters, Y years, C clusters, G large groups.

    Attributes:
        quarter_labels, year_labels: T and Y labels.
        quarters: cluster outcomes by quarter, (T, C). cluster_years: the same by year, (Y, C).
        city: city outcomes by quarter, (T,). years: city outcomes by year, (Y,).
        size_years: outcomes by year and size class of 2021, (Y, 5), in the order of `sim.firms.sizes.SIZES`.
        ledger: columns of the ledger. dropped: million yuan of claims that the envelope could not pay.
        unpaid: columns of what was asked for and not paid: quarter number, instrument, clause, fen cut in the quarter,
            fen waiting after it.
        awarded: columns of payments for crossings (`sim.measure.awarded`).
        groups: columns about groups that were ever large: row, key, cluster, revenue (G, Y), tier (G, Y), lists (G, Y).
        twin_groups: the same in the twin without policy, where there is one.
        twin_years: years of what targets ask for, in that twin.
        twin_clusters: value added of the clusters by twin world, (Y, C): without policy and under the rules before,
            where there are such.
        answer_years: years of what the scenario's answer is made of, by `side.outcome`.
    """

    quarter_labels: tuple[str, ...]
    year_labels: tuple[int, ...]
    quarters: dict[str, np.ndarray]
    cluster_years: dict[str, np.ndarray]
    city: dict[str, np.ndarray]
    years: dict[str, np.ndarray]
    size_years: dict[str, np.ndarray]
    ledger: dict[str, np.ndarray]
    groups: dict[str, np.ndarray]
    dropped: float
    twin_groups: dict[str, np.ndarray] = field(default_factory=dict)
    twin_years: dict[str, np.ndarray] = field(default_factory=dict)
    twin_clusters: dict[str, np.ndarray] = field(default_factory=dict)
    answer_years: dict[str, np.ndarray] = field(default_factory=dict)
    unpaid: dict[str, np.ndarray] = field(default_factory=dict)
    awarded: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(slots=True)
class _Large:
    rows: np.ndarray
    revenue: np.ndarray
    tier: np.ndarray
    lists: np.ndarray


@dataclass(slots=True)
class Recorder:
    """Measures a run as it goes; `result` hands everything over."""

    start: Start
    until: Quarter
    labels: list[Quarter] = field(default_factory=list)
    clusters: list[dict[str, np.ndarray]] = field(default_factory=list)
    city: list[dict[str, float]] = field(default_factory=list)
    years: list[dict[str, float]] = field(default_factory=list)
    sizes: list[dict[str, np.ndarray]] = field(default_factory=list)
    large: list[_Large] = field(default_factory=list)
    crossings: dict[str, int] = field(default_factory=dict)
    fallen: dict[awarded.Judged, np.ndarray] = field(default_factory=dict)
    industrial_firms: float = 0.0
    _crossed: list[Event] = field(default_factory=list)  # since the year began
    _above: np.ndarray = field(init=False)  # firms above scale at the end of the last quarter
    _stakes: np.ndarray = field(init=False)  # what the policy fund holds in firms before some leave
    _classes: np.ndarray = field(init=False)  # size class of each row

    def __post_init__(self) -> None:
        self._above = self.start.firms.above_scale.copy()
        self._stakes = self.start.firms.fund_stake.copy()
        self._classes = size_classes(self.start.firms)

    def made(self, firms: Firms, quarter: Quarter) -> Mapping[str, np.ndarray]:
        """Measure what clusters made and used in the quarter, while firms that close at its end still have their
        rows, and return it by outcome.
        """
        self.labels.append(quarter)
        saved = {"energy_for_2021_output": energy_saved.for_output_of_2021(firms, self.start.firms)}
        self.clusters.append(measures.cluster_flows(firms) | saved)
        return self.clusters[-1]

    def paid(
        self, firms: Firms, setting: Setting, totals: CityTotals, ledger: Ledger, told: Mapping[str, float]
    ) -> None:
        """Measure what the city made, used and paid in the quarter; `told` is what instruments measured."""
        self.city.append(measures.city_flows(firms, setting, totals, ledger, told))
        self._stakes = firms.fund_stake.copy()

    def stocks(self, firms: Firms, events: tuple[Event, ...], moves: Moves, reservoir: Reservoir) -> None:
        """Count at the end of the quarter who is there, who came, who left and what was reached."""
        self.clusters[-1] |= measures.cluster_stocks(firms)
        self.city[-1] |= measures.city_moves(self._above, self._stakes, firms, events, moves)
        self._count_crossings(events)
        self._crossed += [event for event in events if event.kind in TIERS]
        self._above = firms.above_scale.copy()
        self.industrial_firms = float(np.count_nonzero(firms.active)) + reservoir.firms

    def year(self, firms: Firms, numbers: Parameters, lines: np.ndarray) -> None:
        """Measure what is judged once a year, at its end."""
        heads = groups.reporting_heads(firms)
        self.fallen |= {awarded.judged(event): awarded.below(firms, event) for event in self._crossed}
        self._crossed = []
        crossed = {f"crossings_{name}": float(self.crossings.get(name, 0)) for name in _CROSSINGS}
        outside = {"industrial_firms": self.industrial_firms, "world_500_threshold": float(lines[0])}
        chains = leaders.suppliers(firms, numbers)
        self.years.append(measures.judged(firms, heads) | chains | outside | crossed)
        self.sizes.append(measures.by_size(firms, self._classes))
        rows = heads[firms.reported_revenue[heads] >= LARGE_GROUP]
        self.large.append(
            _Large(rows, firms.reported_revenue[rows], firms.group_highest_tier[rows], firms.lists_ever[rows])
        )

    def local_pull(self, numbers: Parameters, world: World, quarter: Quarter) -> np.ndarray:
        """Return log growth that local buyers add to demand next quarter beyond what the outlook holds for them."""
        if len(self.clusters) < 2:
            return np.zeros(self.start.output_2021.size)
        before, now = self.clusters[-2]["output"], self.clusters[-1]["output"]
        season = np.log(numbers[SEASONS[quarter.season - 1]] / numbers[SEASONS[quarter.season - 2]])
        # what the outlook and its shocks already hold for both buyers and sellers does not count twice
        beyond = np.log(np.maximum(now, 1e-9) / np.maximum(before, 1e-9)) - season - world.growth(quarter)
        bought = (
            numbers.city_tables.input_output.between * self.start.output_2021[None, :] * numbers.local_purchase_share
        )
        share = np.minimum(bought / self.start.output_2021[:, None], 1.0)
        pull: np.ndarray = share @ beyond
        return pull

    def _count_crossings(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if event.unit is Unit.GROUP and event.kind in TIERS:
                first = [event.kind.removeprefix("tier_")] * int(event.first.sum())
                names = first + [CROSSING_CLASSES[h] for h in event.how]
                for name in names:
                    self.crossings[name] = self.crossings.get(name, 0) + 1

    def result(self, ledger: Ledger, firms: Firms) -> Result:
        """Return everything measured so far as plain arrays; `firms` says who stands in a row."""
        clusters, city, judged = _stacked(self.clusters), _stacked(self.city), _stacked(self.years)
        whole = len(self.years) * 4
        years = adding_up.Whole(
            {n: v[:whole] for n, v in clusters.items()}, {n: v[:whole] for n, v in city.items()}, judged
        )
        return Result(
            tuple(str(q) for q in self.labels),
            tuple(q.year for q in self.labels[3:whole:4]),
            adding_up.by_quarter(clusters),
            years.by_cluster(),
            city,
            years.by_city(),
            self._size_years(ledger),
            _ledger_columns(ledger, firms, self._classes),
            self._large_groups(firms),
            ledger.dropped_fen / FEN_PER_MILLION,
            unpaid=_unpaid(ledger),
            awarded=awarded.awarded(ledger, self.fallen),
        )

    def _size_years(self, ledger: Ledger) -> dict[str, np.ndarray]:
        years = _stacked(self.sizes)
        awards, classes = np.zeros((len(self.sizes), len(SIZES))), self._classes
        first = self.labels[0].year if self.labels else 0
        for payment in ledger.payments:
            inside, year = payment.rows >= 0, payment.quarter.year - first
            if payment.form == AWARD and year < len(awards):
                awards[year] += (
                    np.bincount(classes[payment.rows[inside]], payment.fen[inside], len(SIZES)) / FEN_PER_MILLION
                )
        return years | {"awards": awards}

    def _large_groups(self, firms: Firms) -> dict[str, np.ndarray]:
        rows = np.unique(np.concatenate([large.rows for large in self.large])) if self.large else np.zeros(0, np.int64)
        shape = (rows.size, len(self.large))
        columns = {"revenue": np.zeros(shape), "tier": np.zeros(shape, np.int64), "lists": np.zeros(shape, np.int64)}
        for y, large in enumerate(self.large):
            place = np.searchsorted(rows, large.rows)
            columns["revenue"][place, y] = large.revenue
            columns["tier"][place, y], columns["lists"][place, y] = large.tier, large.lists
        return {"row": rows, "key": firms.key[rows], "cluster": firms.cluster[rows], **columns}


def _stacked(rows: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}


def _unpaid(ledger: Ledger) -> dict[str, np.ndarray]:
    """Columns of what was cut in a quarter or waits after it, by instrument and clause."""
    waiting = {(quarter, *kind): fen for quarter, kinds in ledger.waits.items() for kind, fen in kinds.items()}
    keys = sorted(waiting.keys() | ledger.cut.keys())
    return {
        "quarter": np.array([quarter.number for quarter, _, _ in keys], dtype=np.int64),
        "instrument": np.array([instrument for _, instrument, _ in keys], dtype=object),
        "clause": np.array([clause for _, _, clause in keys], dtype=object),
        "cut": np.array([ledger.cut.get(key, 0) for key in keys], dtype=np.int64),
        "waiting": np.array([waiting.get(key, 0) for key in keys], dtype=np.int64),
    }


def _ledger_columns(ledger: Ledger, firms: Firms, classes: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the ledger: `batch`, key, cluster, size and fen of each payment;
    quarter number and words of each batch.
    """
    paid = ledger.payments
    rows = np.concatenate([np.zeros(0, np.int64), *(p.rows for p in paid)])
    words = {
        name: np.array([getattr(p, name) for p in paid], dtype=object)
        for name in ("instrument", "clause", "trigger", "form")
    }
    return {
        "batch": np.repeat(np.arange(len(paid), dtype=np.int32), [p.rows.size for p in paid]),
        "key": np.where(rows >= 0, firms.key[rows], np.uint64(0)),
        "cluster": np.where(rows >= 0, firms.cluster[rows], -1),
        "size": np.where(rows >= 0, classes[rows], -1),
        "fen": np.concatenate([np.zeros(0, np.int64), *(p.fen for p in paid)]),
        "quarter": np.array([p.quarter.number for p in paid], dtype=np.int64),
        **words,
    }
