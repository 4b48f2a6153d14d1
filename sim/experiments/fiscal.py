"""What a treasury asks of a run: cash need by year, tax that comes back, how concentrated awards are,
bunching at lines.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim import policies as registry
from sim.calendar.schedule import Schedule
from sim.calendar.year import QUARTERS
from sim.experiments.paid import PaidSums, groups_of
from sim.inference.distributions import spread
from sim.inference.means import mean_band, mean_interval
from sim.inference.shares import wilson
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import CityTables
from sim.tables.milestones import TIER_LINES, TIERS
from sim.tables.units import FEN_PER_MILLION

if TYPE_CHECKING:
    from sim.measure.outcomes import Result

WINDOW = 0.05  # of a line, on each side
_PAID = "cash_need"
UNPAID = ("cut", "waiting")  # what was asked for and not paid: dropped, or kept for later
_ITEMS = (
    (_PAID, "当年财政支出"),
    ("tax_back", "新增地方税收"),
    ("net_cost", "净支出"),
    ("cut", "因盘子不足被削减的申请"),
    ("waiting", "年末等待支付的申请"),
    ("fund_not_offered", "因盘子不足未提供的资金"),
    ("awards_returned", "退回的奖励"),
    ("fund_returned", "收回的政策资金"),
    ("fund_lost", "回购损失的政策资金"),
    ("fund_written_off", "核销的政策资金"),
)
# items that are outcomes as they are
_OUTCOMES = ("fund_not_offered", "awards_returned", "fund_returned", "fund_lost", "fund_written_off")


def fiscal_table(spec: Scenario, results: Sequence[Result]) -> pd.DataFrame:
    """Return yearly public cash, local tax above the no-policy twin, and what is left of the first after the second
    and after awards and stakes of the fund that came back, million yuan: median with its 90 % range, mean with its 95 %
    interval, and the mean of all years from the first to that one with its interval.

    Beside them stand claims cut in the year, claims that wait at its end (a stock: years of it do not add up), fund
    money that the envelope left no room to offer, and what came back of the fund's stakes, was lost when they were
    bought back, and was written off with firms that closed.

    The rows of year `peak` hold the largest yearly cash need of each world. `chance_at_envelope` is the share of
    worlds whose cash need reaches the envelope, with its 95 % interval; claims beyond it are cut or wait.
    """
    cash = np.array([r.years["public_cost"] for r in results])
    back = np.array([r.years["additional_local_tax"] for r in results])
    years = [str(year) for year in results[0].year_labels]
    full = cash >= np.array([spec.envelope.of_year(int(year)) for year in years]) * (1.0 - 1e-6)
    short = np.array([unpaid_by_year(r, slice(None)) for r in results])
    alone = {name: np.array([r.years[name] for r in results]) for name in _OUTCOMES}
    rows = []
    found = (
        cash,
        back,
        cash - back - alone["awards_returned"] - alone["fund_returned"],
        short[:, 0],
        short[:, 1],
        *alone.values(),
    )
    for (item, chinese), values in zip(_ITEMS, found, strict=True):
        together = np.cumsum(values, axis=1) if item != "waiting" else np.full_like(values, np.nan)  # it stands
        for y, year in enumerate(years):
            rows.append(_fiscal_row(item, year, values[:, y], together[:, y], full[:, y], chinese))
    nothing = np.full(len(results), np.nan)
    rows.append(_fiscal_row(_PAID, "peak", cash.max(axis=1), nothing, full.max(axis=1), "各年中最高的支出"))
    since_start = ("since_start", "since_start_low", "since_start_high")
    chance = ("chance_at_envelope", "chance_low", "chance_high")
    columns = ["item", "unit", "year", *_PARTS, *since_start, *chance, "name_zh"]
    return pd.DataFrame(rows, columns=columns)


def _fiscal_row(
    item: str, year: str, values: np.ndarray, together: np.ndarray, reached: np.ndarray, chinese: str
) -> tuple[object, ...]:
    least = -math.inf if item in ("tax_back", "net_cost") else 0.0
    parts, full, worlds = spread(values) | mean_band(values, least), int(reached.sum()), reached.size
    mean, low, high = mean_interval(together)
    return (
        item,
        "million yuan",
        year,
        *(float(parts[k]) for k in _PARTS),
        *(mean, max(low, least), high),
        full / worlds,
        *wilson(full, worlds),
        chinese,
    )


def unpaid_by_year(result: Result, chosen: Any) -> np.ndarray:
    """Return million yuan of some rows of `Result.unpaid` that were cut in each year, and that wait at its end;
    (2, years).
    """
    years, unpaid = result.year_labels, result.unpaid
    quarter = unpaid["quarter"][chosen]
    year, last = quarter // QUARTERS - (years[0] if years else 0), quarter % QUARTERS == QUARTERS - 1
    whole = year < len(years)
    cut, waiting = (unpaid[name][chosen] / FEN_PER_MILLION for name in UNPAID)
    return np.array(
        [
            np.bincount(year[kept], weights=money[kept], minlength=len(years))
            for money, kept in ((cut, whole), (waiting, whole & last))
        ],
        float,
    )


def leverage_table(spec: Scenario, results: Sequence[Result]) -> pd.DataFrame:
    """Return what was announced of an outcome beside what is measured by the last year: one row for each outcome that
    an instrument of the scenario names, with the 90 % range of worlds and the 95 % interval of the mean.
    """
    rows: list[tuple[object, ...]] = []
    for name, programme in spec.policies.items():
        for outcome, lever in programme.kind.announced.items():
            said = programme.levers[lever]
            announced = said.at(spec.until) if isinstance(said, Schedule) else said
            values = np.array([r.years[outcome][-1] for r in results])
            parts = spread(values) | mean_band(values)
            known = outcomes()[outcome]
            rows.append(
                (outcome, known.unit, name, results[0].year_labels[-1], announced, *parts.values(), known.chinese)
            )
    columns = ["outcome", "unit", "instrument", "year", "announced", *_PARTS, "name_zh"]
    return pd.DataFrame(rows, columns=columns)


_PARTS = ("median", "p5", "p95", "mean", "mean_low", "mean_high")


def concentration_table(payments: Sequence[PaidSums], city_tables: CityTables) -> pd.DataFrame:
    """Return where each instrument's money goes: share of clusters and of sizes, and of what modelled firms get that of
    the firm and of the ten firms that get most; empty where these get nothing.
    """
    rows = []
    for instrument in sorted({name for paid in payments for name in paid.shares}):
        of_groups = np.array([paid.shares[instrument] for paid in payments if instrument in paid.shares])
        for name, shares in zip(groups_of(city_tables), of_groups.T, strict=True):
            ends = mean_band(shares, 0.0, 1.0).values()
            rows.append((instrument, *name, spread(shares)["mean"], *ends, registry.get(instrument).title_zh))
    return pd.DataFrame(rows, columns=["instrument", "level", "group", "share", "low", "high", "name_zh"])


def notch_table(results: Sequence[Result]) -> pd.DataFrame:
    """Return groups just below and just above each revenue tier, per world over all years,
    beside the twin without policy.

    `excess` is how many more stand just above the line than in the twin; an interval above zero shows bunching.
    """
    rows = []
    for tier, line in zip(TIERS, TIER_LINES, strict=True):
        here = np.array([_around(r.groups["revenue"], line) for r in results])
        there = np.array([_around(r.twin_groups["revenue"], line) for r in results])
        below, above = here.mean(axis=0)
        twin_below, twin_above = there.mean(axis=0)
        rows.append(
            (tier, line, below, above, twin_below, twin_above, *mean_interval(here[:, 1] - there[:, 1]), len(results))
        )
    columns = [
        "tier",
        "line_million_yuan",
        "just_below",
        "just_above",
        "twin_just_below",
        "twin_just_above",
        "excess",
        "low",
        "high",
        "worlds",
    ]
    return pd.DataFrame(rows, columns=columns)


def _around(revenue: np.ndarray, line: float) -> tuple[int, int]:
    below = (revenue >= line * (1.0 - WINDOW)) & (revenue < line)
    above = (revenue >= line) & (revenue < line * (1.0 + WINDOW))
    return int(below.sum()), int(above.sum())


def money_table(results: Sequence[Result]) -> pd.DataFrame:
    """Return public money and the investment above the no-policy twin, both since the start, million yuan: median with
    its 90 % range, mean with its 95 % interval.
    """
    frames = []
    for item, chinese, least, found in (
        ("public_money", "累计财政投入", 0.0, [np.cumsum(r.years["public_cost"]) for r in results]),
        ("additional_investment", "比无政策多出的投资", -np.inf, [r.years["additional_investment"] for r in results]),
    ):
        values = np.array(found)
        frames.append(
            pd.DataFrame(
                {
                    "item": item,
                    "unit": "million yuan",
                    "year": results[0].year_labels,
                    **spread(values),
                    **mean_band(values, least),
                    "name_zh": chinese,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
