"""How near a run comes to lines that move: the largest groups to that of the World 500, energy to its cap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.firm_label import firm_label
from sim.inference.distributions import spread
from sim.inference.shares import wilson
from sim.luck.keys import parts_of_key
from sim.measure.outcomes import Result
from sim.scenario.scenario import Scenario
from sim.start.places import NAMELESS, FirmName, Place
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import CityTables
from sim.tables.units import DUST

_RUNNERS = 3
_PARTS = ("median", "p5", "p95")
_LINE, _CAP = "world_500_threshold", "energy_cap"


def race_table(results: Sequence[Result], names: Mapping[Place, FirmName], city_tables: CityTables) -> pd.DataFrame:
    """Return the groups with the highest median revenue of the last year beside the line of the World 500, by the year
    of the list: revenue of the year before, which the list reads, and the line, million yuan, median and 90 % range;
    and the share of worlds in which the revenue is at or above the line, with its interval. Who is above is on the list
    only if it discloses its accounts. Empty for a single year.

    Args:
        names: of the starting firms that are shown by name.
    """
    labels = results[0].year_labels[1:]
    line = np.array([r.years[_LINE] for r in results])[:, 1:]
    keys = sorted({int(key) for r in results for key in r.groups["key"]})
    revenue = {key: np.array([_revenue(r, key) for r in results]) for key in keys}
    first = sorted(keys, key=lambda key: (-float(np.median(revenue[key][:, -1])), key))[:_RUNNERS]
    rows: list[tuple[Any, ...]] = []
    for key in first:
        cluster, entered, place = parts_of_key(key)
        name = names.get((cluster, place), NAMELESS) if entered == 0 else NAMELESS
        before = revenue[key][:, :-1]
        parts, lines = spread(before), spread(line)
        for y, year in enumerate(labels):
            chance = _share(before[:, y] >= line[:, y] - DUST)
            told = (*(parts[p][y] for p in _PARTS), *(lines[p][y] for p in _PARTS))
            rows.append((firm_label(key, city_tables), name.english, year, *told, *chance, len(results), name.chinese))
    columns = ["firm", "name", "year", "revenue", "revenue_p5", "revenue_p95", "line", "line_p5", "line_p95"]
    return pd.DataFrame(rows, columns=[*columns, *_chance("above"), "replications", "name_zh"])


def headroom_table(spec: Scenario, results: Sequence[Result]) -> pd.DataFrame:
    """Return by year what the energy cap leaves beyond what is used (below zero: used beyond it), tce, median and 90 %
    range, and the share of worlds in which quotas cut output in the year, with its interval. Empty without a cap.
    """
    known = outcomes()[_CAP]
    if known.needs not in spec.policies:
        return pd.DataFrame()
    cap, use, lost = (np.array([r.years[n] for r in results]) for n in (_CAP, "energy_use", "output_lost_to_cap"))
    left = cap - use
    parts = spread(np.where(np.abs(left) > DUST * cap, left, 0.0))  # use at the cap leaves nothing, not dust of it
    rows = [
        (known.unit, year, *(parts[p][y] for p in _PARTS), *_share(lost[:, y] > DUST), len(results), "用能余量")
        for y, year in enumerate(results[0].year_labels)
    ]
    return pd.DataFrame(rows, columns=["unit", "year", *_PARTS, *_chance("binding"), "replications", "name_zh"])


def _revenue(result: Result, key: int) -> np.ndarray:
    """Return a group's revenue by year; 0 where it never was large."""
    place = np.flatnonzero(result.groups["key"] == key)
    years = len(result.year_labels)
    found: np.ndarray = result.groups["revenue"][place[0]] if place.size else np.zeros(years)
    return found


def _share(holds: np.ndarray) -> tuple[float, float, float]:
    return float(holds.mean()), *wilson(int(holds.sum()), holds.size)


def _chance(of: str) -> list[str]:
    return [f"chance_{of}", f"chance_{of}_low", f"chance_{of}_high"]
