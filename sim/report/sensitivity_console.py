"""What a study of sensitivity says on the screen: which assumed numbers decide, and which are worth a survey."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.choosing import YES
from sim.experiments.experiment import Findings
from sim.experiments.sensitivity import EITHER, LOWERS, LUCK, NEITHER, RAISES
from sim.report.heading import about, closing
from sim.report.quoted import as_read, between, effect_unit, named
from sim.report.rows import PrintedRow
from sim.tables.catalogue import outcomes
from sim.tables.rounded import percent

NOT_COMPLETE = ("The study is not complete, or too many runs failed.", "研究尚未完成，或失败的运行过多。")
_LUCK = " 随机冲击"
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
        f"Looked at 考察对象: {named(outcome, years[0], years[-1])}, {outcome.read_unit}; luck is drawn anew for every "
        "path and every point 每条路径、每个点均重新抽取随机冲击",
    ]
    lines += [" ".join(told) for told in thin(experiment)]
    if "screening" not in tables:
        return [*lines, " ".join(NOT_COMPLETE), *closing(findings)]
    lines += _screening(tables, experiment) + _variance(tables) + _worth_knowing(tables, experiment)
    failed = len(findings.failed or ())
    lines += [f"{failed} runs failed and are left out. {failed}次运行失败，未计入。"] * (failed > 0)
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
    "Of no number is it shown that knowing it would improve the choice of arm by more than chance seems to.",
    "没有任何参数能表明：知其真值对方案选择的改进超出偶然所致。",
)
WORTH = (
    "Worth a survey: knowing it before choosing would add on average (90 % interval), more than chance seems to for "
    "any number in 97.5 % of shuffles",
    "值得调查：选择之前知其真值平均可增加（90%区间），超过97.5%的随机重排中任一参数看似的价值",
)
NO_BOX = (
    "No box of numbers is shown in which the arm preferred on average fails more often than elsewhere.",
    "未发现平均最优方案更易失效的参数范围。",
)
BOX = (
    "The arm preferred on average is not the best more often where all of these hold (in runs that did not find it)",
    "平均最优的方案在同时满足下列各项时更常不是最优（以未用于寻找该范围的运行检验）",
)
DIRECTIONS = {
    RAISES: ("more of it raises it", "增大则上升"),
    LOWERS: ("more of it lowers it", "增大则下降"),
    EITHER: ("direction not told", "方向不明"),
    NEITHER: ("no effect", "无影响"),
}


def _screening(tables: Any, experiment: Any) -> list[str]:
    found = [*SCREENING]
    for of, rows in tables["screening"].groupby("of", sort=False):
        found.append(f"  {_of(of)}:")
        for row in rows.head(_SHOWN).itertuples():
            ends = (row.mean_absolute_effect, row.mean_absolute_low, row.mean_absolute_high)
            number = f"{_number(experiment, row.number)} ({' '.join(DIRECTIONS[row.direction])})"
            cells = (number, between(*as_read(experiment.objective, *ends)))
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
    among = tables["variance"]["number"].nunique() - 1  # luck is none of them
    found = [
        f"Share of the variance that these {among} numbers and luck make, all other numbers held (total Sobol index, "
        "90 % interval)",
        f"在这{among}个参数与随机冲击造成的方差中的份额，其余参数取定值（Sobol总指数，90%区间）",
    ]
    for of, rows in tables["variance"].groupby("of", sort=False):
        best = rows.sort_values("total", ascending=False, kind="stable").head(_SHARES)
        shares = (
            f"{row.number}{_LUCK * (row.number == LUCK)} {row.total:.2f} [{row.total_low:.2f}, {row.total_high:.2f}]"
            for row in best.itertuples()
        )
        found.append(f"  {_of(of)}: {', '.join(shares)}")
    return found


def _worth_knowing(tables: Any, experiment: Any) -> list[str]:
    deciding = worth_knowing(tables.get("value_of_knowing"))
    if deciding is None:
        return []
    if not len(deciding):
        return [" ".join(NOTHING_CHANGES), *_box(tables["failure_box"], experiment)]
    unit = effect_unit(outcomes()[experiment.objective])
    worth = (
        f"{row.number} ({between(*as_read(experiment.objective, row.value, row.low, row.high))} {unit})"
        for row in deciding.head(_SHARES).itertuples()
    )
    return [f"{' '.join(WORTH)}: {', '.join(worth)}", *_box(tables["failure_box"], experiment)]


def _box(table: pd.DataFrame, experiment: Any) -> list[str]:
    if not len(table):
        return [" ".join(NO_BOX)]
    first = table.iloc[0]
    sides = (f"{_number(experiment, row.number)} {row.low:.4g}-{row.high:.4g}" for row in table.itertuples())
    ends = between(*(percent(first[name]) for name in ("density", "density_low", "density_high")))
    return [f"{' '.join(BOX)}: {'; '.join(sides)}: {ends} ({first['preferred']})"]


def worth_knowing(table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the rows of numbers that are told from chance to improve the choice; None where that was not asked."""
    return None if table is None else table[table["worth_a_survey"] == YES]
