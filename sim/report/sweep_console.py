"""What a sweep says on the screen: a row for each point, and where the main outcomes are lowest and highest."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.report.heading import about, closing
from sim.report.quoted import between, few_worlds, level, levels_are, named
from sim.report.rows import PrintedRow
from sim.scenario.changed import short
from sim.scenario.quantities import in_lever_unit
from sim.tables.catalogue import MAIN, Outcome, listed, outcomes

_MOST_ROWS = 24  # points that get a row; of more the table holds all
_COST = "public_cost"


def describe_sweep(findings: Findings) -> list[str]:
    """Return a row for each point, and the points at which the main outcomes are lowest and highest."""
    points, experiment = findings.shown["points"], findings.experiment
    worlds, first = int(points["runs"].min()), years_of(experiment.base)[0]
    lines = [*about(experiment), *few_worlds(worlds), *_rows(experiment, points, worlds)]
    lines += [
        "",
        f"{points['point'].nunique()} points, {len(findings.values)} runs. Points with the lowest and the highest "
        f"median ({levels_are(worlds)[0]})",
        f"中位数最低与最高的点（{levels_are(worlds)[1]}）",
    ]
    for outcome in (o for o in listed(MAIN) if o.name in set(points["outcome"])):
        rows = points[points["outcome"] == outcome.name].dropna(subset="median")
        if len(rows):
            ends = (_point(outcome, rows.loc[rows["median"].agg(end)], worlds) for end in ("idxmin", "idxmax"))
            name = named(outcome, first, int(rows["year"].max()))
            lines.append(f"  {name}: {' to 至 '.join(ends)} {outcome.read_unit}")
    return lines + closing(findings)


def _rows(experiment: Any, points: pd.DataFrame, worlds: int) -> list[str]:
    """Return each point with its values, the objective and public money there."""
    first, last = years_of(experiment.base)[0], int(points["year"].max())
    shown = [
        outcomes()[name] for name in dict.fromkeys((experiment.objective, _COST)) if name in set(points["outcome"])
    ]
    number = points["point"].nunique()
    more = (
        f" (the first {_MOST_ROWS} of {number}; points.csv holds all "
        f"共{number}个点，此处前{_MOST_ROWS}个，全部见 points.csv)"
        if number > _MOST_ROWS
        else ""
    )
    heads = [f"{named(outcome, first, last)}, {outcome.read_unit}" for outcome in shown]
    columns = ("point 点", "values 取值", *heads)
    lines = [f"Point by point 逐点{more}: {'; '.join(heads)} ({' '.join(levels_are(worlds))})"]
    for place in sorted(points["point"].unique())[:_MOST_ROWS]:
        rows = points[points["point"] == place].set_index("outcome")
        values = ", ".join(
            f"{short(path)} = {in_lever_unit(path, value)}" for path, value in experiment.points[place].items()
        )
        figures = [_figures(outcome, rows.loc[outcome.name], worlds) for outcome in shown]
        lines.append(PrintedRow(f"  {place}: {values}: {'; '.join(figures)}", (str(place), values, *figures), columns))
    return lines


def _figures(outcome: Outcome, row: Any, worlds: int) -> str:
    return between(*level(outcome, row["median"], row["p5"], row["p95"]), worlds=worlds)


def _point(outcome: Outcome, row: Any, worlds: int) -> str:
    return f"{_figures(outcome, row, worlds)} (point 点 {row['point']})"
