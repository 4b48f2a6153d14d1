"""A typed-in firm among the starting firms of a city, and which lines it stands above: what `eligible` asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.behaviours import listing, titles
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.year import QUARTERS
from sim.experiments.open_model import OpenModel
from sim.experiments.typed_firm import CHOICES, TypedFirm
from sim.firms import disclosure, groups, smart
from sim.firms.table import Firms
from sim.luck.keys import firm_keys
from sim.scenario.scenario import Scenario
from sim.tables.milestones import ABOVE_SCALE_LINE, LISTS, SMART_TITLES, TIER_LINES, TIERS, TITLES, Kind, Unit
from sim.tables.parameters import Parameters
from sim.tables.units import DUST

_PLACE = (1 << 24) - 1  # behind all starting firms, before announced plants
_AGE = 10 * QUARTERS  # quarters
_USUAL_CASH = 0.1  # of a year's revenue: no rule that pays reads it but to rank firms


class Desk:
    """The starting firms of one world, with room for one more in each cluster.

    Attributes:
        model: the world, in which no quarter is ever run. firm: the firm that sits at the desk, on row `row`.
    """

    def __init__(self, spec: Scenario, seed: int) -> None:
        self.model = OpenModel(spec, seed, fixed=True)
        self.firms: Firms = self.model.firms
        self.row = -1

    def seat(self, firm: TypedFirm) -> int:
        """Put a firm into the first free row of its cluster, in place of the one before; return the row."""
        cluster = self._cluster(firm)
        row = int(self.firms.first_entrant[cluster])
        if self.row not in (row, -1):  # who sits down on the same row writes over all that the one before wrote
            self.firms.clear(np.array([self.row]))
        self.row = row
        self.firms.stop[cluster] = row + 1
        self._write(firm, cluster, self.row)
        return self.row

    def usual(self, firm: TypedFirm) -> dict[str, float]:
        """Return what stands for fields that were not typed, in their units: the norms of the firm's cluster."""
        technology, cluster = self.model.technology, self._cluster(firm)
        energy = float(technology.energy_intensity[cluster]) * firm.revenue
        return {"research_share": float(technology.research[cluster]), "energy": energy}

    def _cluster(self, firm: TypedFirm) -> int:
        return self.model.numbers.city_tables.identifiers.index(firm.cluster)

    def _write(self, firm: TypedFirm, cluster: int, row: int) -> None:
        """Write what the firm is typed to be, all else as usual in its cluster: at its norm of productivity, with as
        much capital as its sales need but for what it lacks.
        """
        technology, numbers = self.model.technology, self.model.numbers
        quarter = firm.revenue / QUARTERS
        usual = self.usual(firm)
        norm, norm_energy = usual["research_share"], float(technology.energy_intensity[cluster])
        share = norm if firm.research_share is None else firm.research_share
        energy = usual["energy"] if firm.energy is None else firm.energy
        needed = float(technology.capital_output[cluster]) * firm.revenue
        lacking = firm.lacks_capacity / self.model.world.at(FIRST).deflator
        profit = max(float(technology.profit[cluster]), _USUAL_CASH**2) * firm.revenue
        held = {name: words.index(getattr(firm, name)) for name, words in CHOICES.items()}
        before = firm.before()
        tier = int(np.searchsorted(TIER_LINES, before, side="right"))
        values: dict[str, Any] = {
            "key": firm_keys(cluster, 0, np.array([_PLACE]))[0],
            "cluster": cluster,
            "group": row,
            "leads": firm.led_from_city,
            "local_headquarters": firm.led_from_city,
            "founded": FIRST.number - _AGE,
            "active": True,
            "above_scale": firm.revenue >= ABOVE_SCALE_LINE,
            "ever_above_scale": before >= ABOVE_SCALE_LINE,
            **dict.fromkeys(("highest_tier", "group_highest_tier"), tier),
            "listed": firm.listed,
            "ownership": held["ownership"],
            "specialised_title": held["specialised_title"],
            "highest_title": held["specialised_title"],
            "smart_title": held["smart_title"],
            "high_tech_title": firm.high_tech,
            "ever_high_tech": firm.high_tech,
            "digital_level": firm.digital_level,
            "productivity": 1.0,
            "digital_effect": 1.0,
            "research_propensity": share / norm if norm else 0.0,
            "energy_intensity": max(energy, DUST) / firm.revenue if firm.revenue > DUST else norm_energy,
            **dict.fromkeys(("demand", "orders", "expected_demand", "output"), quarter),
            "research": share * quarter,
            "season_research": share * quarter,
            **dict.fromkeys(("last_revenue", "reported_revenue", "real_revenue"), firm.revenue),
            "last_profit": profit if firm.profitable else -profit,
            "local_tax_rise": firm.tax_rise,
            "capital": max(needed - lacking, 0.0),
            "net_worth": max(needed - lacking, 0.0),
            "cash": _USUAL_CASH * firm.revenue,
            "wanted_expansion": numbers.expansion_speed * firm.lacks_capacity,
        }
        for name, value in values.items():
            getattr(self.firms, name)[row] = value

    def places(self, kind: Kind) -> bool:
        """Tell whether anybody can win a kind of event in the first year: a quota, or a chance, above nought."""
        room = _ROOM.get(kind)
        return room is None or any(room(self.model.view(quarter).numbers, kind) > 0.0 for quarter in self.quarters())

    def quarters(self) -> list[Quarter]:
        """Return the quarters of the first year that the scenario has."""
        return [quarter for quarter in (FIRST + past for past in range(QUARTERS)) if quarter <= self.model.spec.until]

    def reaches(self, kind: Kind) -> bool:
        """Tell whether the firm, as it stands, meets the rule of a kind of event; who wins among those is another
        thing.

        Raises:
            KeyError: if no rule of a typed-in firm tells (`TOLD`).
        """
        return bool(TOLD[kind](self, kind))


Tells = Callable[[Desk, Kind], Any]


def _tier(desk: Desk, kind: Kind) -> Any:
    return desk.firms.leads[desk.row] and groups.above_line(desk.firms, Unit.GROUP, kind, np.array([desk.row]))[0]


def _list(desk: Desk, kind: Kind) -> Any:
    line, row = desk.model.world.lines(FIRST.year)[LISTS.index(kind)], np.array([desk.row])
    met = desk.firms.reported_revenue[desk.row] >= line and desk.firms.leads[desk.row]
    return met and disclosure.may_enter(desk.firms, row, kind)[0]


def _above_scale(desk: Desk, kind: Kind) -> Any:
    return desk.firms.last_revenue[desk.row] >= ABOVE_SCALE_LINE


def _title(desk: Desk, kind: Kind) -> Any:
    rows = np.array([desk.row])
    return (
        desk.firms.above_scale[desk.row]
        and titles.may_apply(desk.firms, desk.model.numbers, rows, TITLES.index(kind))[0]
    )


def _smart(desk: Desk, kind: Kind) -> Any:
    return desk.row in smart.candidates(desk.firms, SMART_TITLES.index(kind))


def _high_tech(desk: Desk, kind: Kind) -> Any:
    norm = desk.model.technology.research[desk.firms.cluster[desk.row]]
    share = norm * desk.firms.research_propensity[desk.row]
    held = desk.firms.high_tech_title[desk.row]
    return share >= desk.model.numbers.high_tech_research_line and held == (kind is Kind.HIGH_TECH_RENEWED)


def _listed(desk: Desk, kind: Kind) -> Any:
    return desk.row in listing.candidates(desk.firms, desk.model.numbers.listing_size_floor)


TOLD: dict[Kind, Tells] = {
    **dict.fromkeys(TIERS, _tier),
    **dict.fromkeys(LISTS, _list),
    **dict.fromkeys(TITLES, _title),
    **dict.fromkeys(SMART_TITLES, _smart),
    Kind.ABOVE_SCALE: _above_scale,
    Kind.HIGH_TECH: _high_tech,
    Kind.HIGH_TECH_RENEWED: _high_tech,
    Kind.LISTED: _listed,
}
"""By kind of event, the rule that tells whether a typed-in firm meets it: that by which the model judges."""

LINES: dict[Kind, float] = {Kind.ABOVE_SCALE: ABOVE_SCALE_LINE, **dict(zip(TIERS, TIER_LINES, strict=True))}
"""Lines of revenue that pay who crosses them for the first time, million yuan."""
KEPT = frozenset({*SMART_TITLES, Kind.LISTED})
"""What nobody loses again, so that nobody reaches it twice."""
_ROOM: dict[Kind, Callable[[Parameters, Kind], float]] = {
    **dict.fromkeys(TITLES, lambda numbers, kind: titles.quota(numbers, TITLES.index(kind))),
    **dict.fromkeys(SMART_TITLES, lambda numbers, kind: smart.quota(numbers, SMART_TITLES.index(kind))),
    Kind.HIGH_TECH: lambda numbers, kind: numbers.high_tech_recognition,
    Kind.LISTED: lambda numbers, kind: numbers.listing_hazard,
}
"""What a kind of event leaves room for: titles of a year, or the chance to come forward."""
