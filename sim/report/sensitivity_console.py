"""What a study of sensitivity says on the screen: which assumed numbers decide, and which are worth a survey."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.report.heading import about, closing
from sim.report.quoted import as_read, between, effect_unit, named
from sim.report.rows import PrintedRow
from sim.tables.catalogue import outcomes

_SHOWN, _SHARES = 6, 5  # numbers of each kind
_NUMBER = "assumed number 假定参数"
FEW_PATHS, FEW_POINTS = 10, 64  # what the command takes by itself


def describe_sensitivity(findings: Findings) -> list[str]:
    """Return the numbers that matter, and what knowing them would be worth."""
    experiment: Any = findings.experiment
    tables, years = findings.tables, years_of(experiment.base)
    outcome = outcomes()[experiment.objective]
    lines = [
        *about(experiment),
        f"Looked at 考察对象: {named(outcome, years[0], years[-1])}, {outcome.read_unit}; the luck is that of one "
        "world 随机冲击取自同一个世界",
    ]
    lines += [" ".join(told) for told in thin(experiment)]
    lines += _screening(tables, experiment) + _variance(tables) + _worth_knowing(tables, experiment)
    return lines + closing(findings)


def thin(experiment: Any) -> list[tuple[str, str]]:
    """Say where so few paths or points were run that intervals and ranks are poor, in English and Chinese."""
    few = []
    if experiment.trajectories < FEW_PATHS:
        few.append((f"--trajectories {experiment.trajectories}", FEW_PATHS))
    if experiment.base_points < FEW_POINTS:
        few.append((f"--base-points {experiment.base_points}", FEW_POINTS))
    return [
        (
            f"{option} is few: intervals are poor and ranks may be chance; give {enough} or more.",
            f"{option}偏少：区间不可靠，排序可能出于偶然；请取{enough}以上。",
        )
        for option, enough in few
    ]


SCREENING = (
    "Assumed numbers that move it most over their whole ranges (Morris: mean absolute effect, 95 % interval over "
    "paths)",
    "在整个取值范围内影响最大的假定参数（Morris法：平均绝对效应，各路径间的95%区间）",
)
NOTHING_CHANGES = (
    "No single number would change the choice of arm within its range.",
    "任何单个参数在其范围内都不会改变方案选择。",
)
WORTH = (
    "Worth a survey, because knowing it could change the choice (what that would add on average, no interval)",
    "值得调查的参数，因为知其真值可能改变方案选择（平均可增加的结果，无区间）",
)


def _screening(tables: Any, experiment: Any) -> list[str]:
    found = [*SCREENING]
    for of, rows in tables["screening"].groupby("of", sort=False):
        found.append(f"  {_of(of)}:")
        for row in rows.head(_SHOWN).itertuples():
            ends = (row.mean_absolute_effect, row.mean_absolute_low, row.mean_absolute_high)
            cells = (_number(experiment, row.number), between(*as_read(experiment.objective, *ends)))
            found.append(PrintedRow(f"    {cells[0]}: {cells[1]}", cells, (_NUMBER, _of(of))))
    return found


def _of(text: str) -> str:
    """Return what is looked at: a level, or a difference of two arms."""
    return f"difference 差 {text}" if " - " in text else f"level 水平 {text}"


def _number(experiment: Any, name: str) -> str:
    known = experiment.base.city_tables.numbers.get(name)
    return f"{name} {known.meaning_zh}" if known else name


def _variance(tables: Any) -> list[str]:
    if "variance" not in tables:
        return []
    among = tables["variance"]["number"].nunique()
    found = [
        f"Share of the variance that these {among} numbers make, all others and the luck held (total Sobol index, 90 % "
        "interval)",
        f"在这{among}个参数造成的方差中的份额，其余参数与随机冲击取定值（Sobol总指数，90%区间）",
    ]
    for of, rows in tables["variance"].groupby("of", sort=False):
        best = rows.sort_values("total", ascending=False, kind="stable").head(_SHARES)
        shares = (
            f"{row.number} {row.total:.2f} [{row.total_low:.2f}, {row.total_high:.2f}]" for row in best.itertuples()
        )
        found.append(f"  {_of(of)}: {', '.join(shares)}")
    return found


def _worth_knowing(tables: Any, experiment: Any) -> list[str]:
    deciding = worth_knowing(tables.get("value_of_knowing"))
    if deciding is None:
        return []
    if not len(deciding):
        return [" ".join(NOTHING_CHANGES)]
    unit = effect_unit(outcomes()[experiment.objective])
    worth = (
        f"{row.number} ({as_read(experiment.objective, row.value)[0]} {unit})"
        for row in deciding.head(_SHARES).itertuples()
    )
    return [f"{' '.join(WORTH)}: {', '.join(worth)}"]


def worth_knowing(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the rows of single numbers that could change the choice; None where that was not asked."""
    return None if table is None else table[(table["value"] > 0) & (table["number"] != "all together")]
