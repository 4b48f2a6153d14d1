"""Results of many replications as pandas frames, with the columns that the CSV files have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import policies as registry
from sim.experiments.crossing_tables import by_class
from sim.experiments.fiscal import UNPAID, unpaid_by_year
from sim.experiments.paid import PaidSums
from sim.inference.distributions import sides, spread
from sim.inference.of_outcome import mean_columns
from sim.tables.catalogue import CITY, listed, outcomes
from sim.tables.city_tables import CityTables
from sim.tables.milestones import CROSSING_CLASSES

if TYPE_CHECKING:
    from sim.measure.outcomes import Result

Results = Sequence["Result"]


def summary_table(results: Results) -> pd.DataFrame:
    """Return city outcomes by year with median, 90 % range, and mean with its 95 % interval; of an effect also the
    shares of worlds above and below zero.
    """
    blocks = []
    for outcome in listed(CITY):
        name = outcome.name
        if name in results[0].years:
            values = np.array([r.years[name] for r in results])
            parts = spread(values) | mean_columns(outcome, values)
            parts |= sides(values if outcome.against else np.full_like(values, np.nan, dtype=float))
            words = {"outcome": name, "unit": outcome.unit, "year": results[0].year_labels}
            blocks.append({**words, **parts, "name_zh": outcome.chinese})
    return _below_one_another(blocks)


def cluster_table(results: Results, city_tables: CityTables) -> pd.DataFrame:
    """Return cluster outcomes by year with median, 90 % interval and mean."""
    blocks = []
    for name in results[0].cluster_years:
        parts = spread(np.array([r.cluster_years[name] for r in results]))
        words = {"outcome": name, "unit": outcomes()[name].unit, "year": results[0].year_labels}
        for c, cluster in enumerate(city_tables.clusters):
            own = {part: values[:, c] for part, values in parts.items()}
            blocks.append({"cluster": cluster.identifier, **words, **own, "name_zh": cluster.chinese})
    return _below_one_another(blocks)


def _below_one_another(blocks: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one table of blocks with a row for each year; a word holds for all rows of its block."""
    rows = [len(block["year"]) for block in blocks]

    def column(name: str) -> Any:
        cells = [block[name] for block in blocks]
        if isinstance(cells[0], str):
            return [word for word, number in zip(cells, rows, strict=True) for _ in range(number)]
        return np.concatenate(cells)

    return pd.DataFrame({name: column(name) for name in blocks[0]})


def award_table(results: Results, payments: Sequence[PaidSums]) -> pd.DataFrame:
    """Return payments by instrument, clause and year: number and million yuan, and million yuan that were cut in the
    year or waited at its end, with 90 % ranges; of clauses that pay for crossings also the mean number by class.

    Args:
        payments: of the same worlds.
    """
    years = results[0].year_labels
    kinds = sorted({pair for r, paid in zip(results, payments, strict=True) for pair in (*paid.by_year, *_unpaid(r))})
    nothing = np.zeros((2, len(years)))
    rows = []
    for instrument, clause in kinds:
        paid = np.array([p.by_year.get((instrument, clause), nothing) for p in payments]).transpose(1, 0, 2)
        short = np.array([_unpaid_by_year(r, instrument, clause) for r in results]).transpose(1, 0, 2)
        number, *money = (spread(values) for values in (*paid, *short))
        classes = by_class(results, instrument, clause)
        for y, year in enumerate(years):
            rows.append(
                (
                    instrument,
                    clause,
                    year,
                    *(number[k][y] for k in _SPREAD),
                    *(part[k][y] for part in money for k in (*_SPREAD, "mean")),
                    *classes[:, y],
                    registry.get(instrument).title_zh,
                )
            )
    money_columns = [
        f"{name}{end}"
        for name in ("million_yuan", *(f"{word}_million_yuan" for word in UNPAID))
        for end in ("", "_p5", "_p95", "_mean")
    ]
    number_columns = ["number", "number_p5", "number_p95"]
    class_columns = [f"{name}_mean" for name in CROSSING_CLASSES]
    columns = ["instrument", "clause", "year", *number_columns, *money_columns, *class_columns, "name_zh"]
    return pd.DataFrame(rows, columns=columns)


_SPREAD = ("median", "p5", "p95")


def _unpaid(result: Result) -> set[tuple[str, str]]:
    return set(zip(result.unpaid["instrument"], result.unpaid["clause"], strict=True))


def _unpaid_by_year(result: Result, instrument: str, clause: str) -> np.ndarray:
    """Million yuan of one clause cut in each year, and waiting at its end; (2, years)."""
    unpaid = result.unpaid
    chosen = (unpaid["instrument"] == instrument) & (unpaid["clause"] == clause)
    return unpaid_by_year(result, chosen)
