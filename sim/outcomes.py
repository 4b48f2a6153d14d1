"""What is measured: each quarter by cluster, each quarter for the city, each year, and the largest groups."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim import groups
from sim.behaviours import energy
from sim.city import Accounts
from sim.claims import AWARD, INVESTMENT
from sim.clusters import COUNT
from sim.compiled import kernel, rows_of
from sim.events import Event
from sim.firms import Firms
from sim.inputs import input_output
from sim.ledger import FEN_PER_MILLION, Ledger
from sim.milestones import APPLICATIONS, CROSSING_CLASSES, LISTS, TIERS, TITLES, Kind
from sim.parameters import Parameters
from sim.population import Start
from sim.quarter import Quarter
from sim.reservoir import Reservoir
from sim.setting import Setting
from sim.sizes import SIZES, size_classes
from sim.terms import GROUP, EnergyBudget
from sim.world import World

SUMMED = ("output", "revenue", "value_added", "energy_use", "output_lost_to_cap", "output_leaked", "wages", "profit", "tax",
          "awards", "investment", "research")
COUNTED = ("firms", "above_scale_firms", "energy_shadow_price")
_ROUNDING = 1e-9  # of sums over thousands of firms
LARGE_GROUP = 5_000.0  # million yuan of reported revenue from which a group is listed by name


@dataclass(frozen=True, slots=True)
class Result:
    """What one replication measured; plain arrays. T quarters, Y years, ten clusters, G large groups.

    Attributes:
        quarter_labels, year_labels: T and Y labels.
        quarters: cluster outcomes by quarter, (T, 10). cluster_years: the same by year, (Y, 10).
        city: city outcomes by quarter, (T,). years: city outcomes by year, (Y,).
        size_years: outcomes by year and size class of 2021, (Y, 5), in the order of `sim.sizes.SIZES`.
        ledger: columns of the ledger. dropped: million yuan of claims that the envelope could not pay.
        groups: columns about groups that were ever large: row, key, cluster, revenue (G, Y), tier (G, Y), lists (G, Y).
        twin_groups: the same in the twin without policy, where there is one.
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


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows of firms that closed, entered, were sold (heads of groups) and became too small to be simulated, in one quarter."""

    left: np.ndarray
    joined: np.ndarray
    sold: np.ndarray
    returned: np.ndarray


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
    industrial_firms: float = 0.0
    _above: np.ndarray = field(init=False)  # firms above scale at the end of the last quarter
    _classes: np.ndarray = field(init=False)  # size class of each row

    def __post_init__(self) -> None:
        self._above = self.start.firms.above_scale.copy()
        self._classes = size_classes(self.start.firms)

    def flows(self, firms: Firms, setting: Setting, totals: Accounts, ledger: Ledger) -> None:
        """Measure what was made and paid in the quarter, while firms that close at its end still have their rows."""
        self.labels.append(setting.quarter)
        self.clusters.append(_cluster_flows(firms))
        self.city.append({name: getattr(totals, name) for name in totals.__slots__} | _energy(firms, setting) | _money(firms, setting.quarter, ledger))

    def stocks(self, firms: Firms, events: tuple[Event, ...], moves: Moves, reservoir: Reservoir) -> None:
        """Count at the end of the quarter who is there, who came, who left and what was reached."""
        self.clusters[-1] |= {"firms": firms.cluster_sum(firms.active.astype(float)),
                              "above_scale_firms": firms.cluster_sum((firms.active & firms.above_scale).astype(float))}
        self._count_crossings(events)
        row = {"entries": float(moves.joined.size), "exits": float(moves.left.size), "group_sales": float(moves.sold.size),
               "returned_firms": float(moves.returned.size), "promotions": _reached(events, Kind.ABOVE_SCALE)}
        row |= _title_rounds(events) | _losses(self._above, firms, events)
        row |= {f"new_{title}s": _reached(events, title) for title in TITLES}
        self._above = firms.above_scale.copy()
        self.industrial_firms = float(np.count_nonzero(firms.active)) + reservoir.firms
        self.city[-1] |= row

    def year(self, firms: Firms, year: int, lines: np.ndarray) -> None:
        """Measure what is judged once a year, at its end."""
        heads = groups.reporting_heads(firms)
        row = _lists(firms, heads) | _titles(firms) | _firm_shares(firms)
        row |= {"industrial_firms": self.industrial_firms, "world_500_threshold": float(lines[0])}
        row |= {"top_group_revenue": float(firms.reported_revenue[heads].max())}
        row |= {f"crossings_{name}": float(self.crossings.get(name, 0)) for name in _CROSSINGS}
        self.years.append(row)
        self.sizes.append(_by_size(firms, self._classes))
        rows = heads[firms.reported_revenue[heads] >= LARGE_GROUP]
        self.large.append(_Large(rows, firms.reported_revenue[rows], firms.group_highest_tier[rows], firms.lists_ever[rows]))

    def local_pull(self, numbers: Parameters, world: World, quarter: Quarter) -> np.ndarray:
        """Return log growth that local buyers add to demand next quarter beyond what the outlook holds for them."""
        if len(self.clusters) < 2:
            return np.zeros(COUNT)
        before, now = self.clusters[-2]["output"], self.clusters[-1]["output"]
        season = np.log(numbers[f"season_q{quarter.season}"] / numbers[f"season_q{(quarter.season - 2) % 4 + 1}"])
        # what the outlook and its shocks already hold for both buyers and sellers does not count twice
        beyond = np.log(np.maximum(now, 1e-9) / np.maximum(before, 1e-9)) - season - world.growth(quarter)
        bought = input_output().between * self.start.output_2021[None, :] * numbers.local_purchase_share
        share = np.minimum(bought / self.start.output_2021[:, None], 1.0)
        pull: np.ndarray = share @ beyond
        return pull

    def _count_crossings(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if event.unit == GROUP and event.kind in TIERS:
                first = [event.kind.removeprefix("tier_")] * int(event.first.sum())
                names = first + [CROSSING_CLASSES[h] for h in event.how]
                for name in names:
                    self.crossings[name] = self.crossings.get(name, 0) + 1

    def result(self, ledger: Ledger, firms: Firms) -> Result:
        """Return everything measured so far as plain arrays; `firms` says who stands in a row."""
        quarters = {name: np.array([row[name] for row in self.clusters]) for name in (*SUMMED, *COUNTED)}
        city = {name: np.array([row[name] for row in self.city]) for name in self.city[0]} if self.city else {}
        whole = len(self.years) * 4
        years = {name: np.array([row[name] for row in self.years]) for name in (self.years[0] if self.years else ())}
        years |= {name: _by_year(values[:whole]) for name, values in city.items()}
        cluster_years = {name: _by_year(quarters[name][:whole]) for name in SUMMED}
        cluster_years |= {name: quarters[name][3:whole:4] for name in COUNTED}
        years |= _derived(years, cluster_years)
        return Result(
            tuple(str(q) for q in self.labels), tuple(q.year for q in self.labels[3:whole:4]), quarters, cluster_years,
            city, years, self._size_years(ledger), _ledger_columns(ledger, firms, self._classes),
            self._large_groups(firms), ledger.dropped_fen / 1e8,
        )

    def _size_years(self, ledger: Ledger) -> dict[str, np.ndarray]:
        years = {name: np.array([row[name] for row in self.sizes]) for name in (self.sizes[0] if self.sizes else ())}
        awards, classes = np.zeros((len(self.sizes), len(SIZES))), self._classes
        first = self.labels[0].year if self.labels else 0
        for payment in ledger.payments:
            inside, year = payment.rows >= 0, payment.quarter.year - first
            if payment.form == AWARD and year < len(awards):
                awards[year] += np.bincount(classes[payment.rows[inside]], payment.fen[inside], len(SIZES)) / FEN_PER_MILLION
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


_CROSSINGS = (*(tier.removeprefix("tier_") for tier in TIERS), *CROSSING_CLASSES)


def _by_year(values: np.ndarray) -> np.ndarray:
    summed: np.ndarray = values.reshape(-1, 4, *values.shape[1:]).sum(axis=1)
    return summed


def _by_size(firms: Firms, classes: np.ndarray) -> dict[str, np.ndarray]:
    columns = {"revenue": firms.year_revenue, "profit": firms.year_profit, "firms": firms.active}
    return {name: np.bincount(classes, values, len(SIZES)) for name, values in columns.items()}


def _cluster_flows(firms: Firms) -> dict[str, np.ndarray]:
    sums = {name: firms.cluster_sum(getattr(firms, _COLUMN_OF.get(name, name))) for name in SUMMED if name != "investment"}
    sums |= {name: np.zeros(COUNT) for name in ("investment", "energy_shadow_price")}
    _derive(
        firms.start, firms.stop, firms.replacement, firms.expansion, firms.digital_spending, firms.energy_saving_spending,
        firms.energy_price_shadow, firms.energy_use, sums["investment"], sums["energy_shadow_price"],
    )
    sums["energy_shadow_price"] /= np.maximum(sums["energy_use"], 1e-12)
    return sums


_COLUMN_OF = {"output_lost_to_cap": "output_lost"}


@kernel
def _derive(start, stop, replacement, expansion, digital, energy_saving, shadow, use, invested, bound):  # noqa: ANN001, ANN202
    for c in range(start.size):
        spent, valued = 0.0, 0.0  # not summed in the arrays, which would be read and written again for each firm
        for i in rows_of(c, start, stop):
            spent += replacement[i] + expansion[i] + digital[i] + energy_saving[i]
            valued += shadow[i] * use[i]
        invested[c], bound[c] = spent, valued


def _energy(firms: Firms, setting: Setting) -> dict[str, float]:
    budget = setting.terms.energy
    if budget is None:
        return {"energy_cap": np.nan, "energy_unreachable": 0.0, "energy_outside": 0.0}
    leaked = np.flatnonzero(firms.output_leaked)
    outside = float((firms.output_leaked[leaked] * firms.outside_intensity[firms.group[leaked]]).sum())
    return {"energy_cap": budget.cap, "energy_unreachable": _unreachable(firms, budget), "energy_outside": outside}


def _unreachable(firms: Firms, budget: EnergyBudget) -> float:
    beyond = energy.unreachable(firms, budget)
    return beyond if beyond > _ROUNDING * budget.cap else 0.0


def _money(firms: Firms, quarter: Quarter, ledger: Ledger) -> dict[str, float]:
    paid = ledger.paid(quarter)
    financed = np.flatnonzero(firms.fund_taken)
    private = float((firms.expansion[financed] - firms.fund_taken[financed]).sum())
    fund = paid[INVESTMENT]
    return {"public_cost": paid[AWARD] + fund, "award_cost": paid[AWARD], "fund_outlay": fund, "fund_private": private}


def _reached(events: tuple[Event, ...], kind: Kind) -> float:
    """Return how many firms reached one milestone."""
    return float(sum(event.rows.size for event in events if event.kind == kind))


def _losses(before: np.ndarray, firms: Firms, events: tuple[Event, ...]) -> dict[str, float]:
    """Return how many above-scale firms fell below the line and how many closed; one that did both in a quarter has closed."""
    lost = np.flatnonzero(before & ~firms.above_scale)
    closed = np.count_nonzero(~firms.active[lost])
    closed_at_once = sum(int(np.count_nonzero(~firms.active[event.rows])) for event in events if event.kind == Kind.ABOVE_SCALE)
    return {"demotions": float(lost.size - closed), "above_scale_exits": float(closed + closed_at_once)}


def _title_rounds(events: tuple[Event, ...]) -> dict[str, float]:
    applied = sum(event.rows.size for event in events if event.kind in APPLICATIONS)
    return {"title_applications": float(applied), "titles_granted": float(sum(e.rows.size for e in events if e.kind in TITLES))}


def _lists(firms: Firms, heads: np.ndarray) -> dict[str, float]:
    counts, heads = {}, heads[firms.lists_ever[heads] > 0]
    for bit, name in enumerate(LISTS):
        bits = firms.lists_ever if name == "world_500" else firms.lists_now
        counts[f"{name}_firms"] = float(np.count_nonzero((bits[heads] >> bit) & 1))
    return counts | {"world_500_on_list": float(np.count_nonzero(firms.lists_now[heads] & 1))}


def _titles(firms: Firms) -> dict[str, float]:
    held = np.bincount(firms.specialised_title[firms.active], minlength=4)
    return {
        "provincial_little_giants": float(held[1]),
        "national_little_giants": float(held[2]),
        "champions": float(held[3]),
        "high_tech_firms": float(np.count_nonzero(firms.high_tech_title & firms.active)),
        "listed_firms": float(np.count_nonzero(firms.listed & firms.active)),
    }


def _firm_shares(firms: Firms) -> dict[str, float]:
    above = firms.active & firms.above_scale
    number = max(int(np.count_nonzero(above)), 1)
    return {
        "active_firms": float(np.count_nonzero(firms.active)),
        "loss_making_share": np.count_nonzero(above & (firms.last_profit < 0.0)) / number,
        "digital_share": np.count_nonzero(above & (firms.digital_level > 0)) / number,
        "revenue_slope": rank_slope(firms.last_revenue[above]),
    }


def rank_slope(revenue: np.ndarray, lowest: float = 100.0) -> float:
    """Return minus the slope of log(rank - 1/2) on log revenue above `lowest` million yuan (Gabaix and Ibragimov 2011)."""
    top = np.sort(revenue[revenue >= lowest])[::-1]
    if top.size < 3:
        return float("nan")
    log_rank = np.log(np.arange(1, top.size + 1) - 1.0 / 2.0)
    size = np.log(top)
    centred = size - size.mean()
    return -float((centred * log_rank).sum() / (centred * centred).sum())


def _derived(years: dict[str, np.ndarray], clusters: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    if not years:
        return {}
    totals = {name: clusters[name].sum(axis=1) for name in ("energy_use", "investment", "research", "output_lost_to_cap",
                                                            "output_leaked", "above_scale_firms")}
    totals["industrial_output"] = clusters["revenue"].sum(axis=1)
    totals["energy_intensity"] = totals["energy_use"] / years["gdp_real"]
    fund = np.cumsum(years["fund_outlay"])
    totals["fund_leverage_attributed"] = np.divide(
        np.cumsum(years["fund_private"]), fund, out=np.full(fund.shape, np.nan), where=fund > 0.0
    )
    return totals


def _ledger_columns(ledger: Ledger, firms: Firms, classes: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the ledger: `batch`, row, key, cluster, size and fen of each payment; quarter number and words of each batch."""
    paid = ledger.payments
    rows = np.concatenate([np.zeros(0, np.int64), *(p.rows for p in paid)])
    words = {name: np.array([getattr(p, name) for p in paid], dtype=object) for name in ("instrument", "clause", "trigger", "form")}
    return {
        "batch": np.repeat(np.arange(len(paid), dtype=np.int32), [p.rows.size for p in paid]),
        "row": rows,
        "key": np.where(rows >= 0, firms.key[rows], np.uint64(0)),
        "cluster": np.where(rows >= 0, firms.cluster[rows], -1),
        "size": np.where(rows >= 0, classes[rows], -1),
        "fen": np.concatenate([np.zeros(0, np.int64), *(p.fen for p in paid)]),
        "quarter": np.array([p.quarter.number for p in paid], dtype=np.int64),
        **words,
    }
