"""What a study of sensitivity says on the screen: which assumed numbers decide, and which are worth a survey."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.experiments.screening_table import DIP, HUMP, LOWERS, RAISES, UNTOLD, YES, told_of
from sim.experiments.sensitivity import LUCK
from sim.report.heading import about, closing
from sim.report.quoted import as_read, between, effect_unit, named
from sim.report.rows import PrintedRow
from sim.tables.catalogue import outcomes
from sim.tables.rounded import percent

NOT_COMPLETE = ("The study is not complete, or too many runs failed.", "研究尚未完成，或失败的运行过多。")
_LUCK = " 随机冲击"
_SHOWN, _SHARES = 6, 5  # numbers of each kind
_NUMBER = "assumed number 假定参数"
FEW_SCREENED, FEW_POINTS = 768, 64  # what the command takes by itself


def describe_sensitivity(findings: Findings) -> list[str]:
    """Return the numbers that matter, and what knowing them would be worth."""
    experiment: Any = findings.experiment
    tables, years = findings.tables, years_of(experiment.base)
    outcome = outcomes()[experiment.objective]
    lines = [
        *about(experiment),
        f"Looked at 考察对象: {named(outcome, years[0], years[-1])}, {outcome.read_unit}; luck is drawn anew for every "
        "point 每个点均重新抽取随机冲击",
    ]
    lines += [" ".join(told) for told in thin(experiment)]
    if "screening" not in tables:
        return [*lines, " ".join(NOT_COMPLETE), *closing(findings)]
    lines += _screening(tables, experiment) + _variance(tables) + _worth_knowing(tables, experiment)
    failed = len(findings.failed or ())
    lines += [f"{failed} runs failed and are left out. {failed}次运行失败，未计入。"] * (failed > 0)
    return lines + closing(findings)


def thin(experiment: Any) -> list[tuple[str, str]]:
    """Say where so few points were run that intervals and ranks are poor, in English and Chinese."""
    few = []
    if experiment.screening_points < FEW_SCREENED:
        few.append((f"--screening-points {experiment.screening_points}", FEW_SCREENED))
    if experiment.base_points < FEW_POINTS:
        few.append((f"--base-points {experiment.base_points}", FEW_POINTS))
    return [
        (
            f"{option} is few: intervals are poor, weaker numbers are missed and ranks may be chance; give {enough} or "
            "more.",
            f"{option}偏少：区间不可靠，影响较弱的参数会被遗漏，排序可能出于偶然；请取{enough}以上。",
        )
        for option, enough in few
    ]


NONE_TOLD = (
    "none is told from chance to move it; more --screening-points tell weaker ones",
    "没有参数的影响可与偶然区分；增加--screening-points可识别较弱的影响",
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
    "The arm preferred on average is not the best more often where all of these hold (share of points at which it is "
    "not, each point counted in the box that the others found, 95 % interval)",
    "平均最优的方案在同时满足下列各项时更常不是最优（非最优的点占比，各点均以其余各点所寻得的范围计，95%区间）",
)
DIRECTIONS = {
    RAISES: ("more of it raises it", "增大则上升"),
    LOWERS: ("more of it lowers it", "增大则下降"),
    HUMP: ("highest in the middle of its range", "取中间值时最高"),
    DIP: ("lowest in the middle of its range", "取中间值时最低"),
    UNTOLD: ("direction not told", "方向不明"),
}


def screening(experiment: Any) -> tuple[str, str]:
    """Return what the figures of a screening are, and over how many worlds."""
    worlds = experiment.screening_points
    return (
        "Assumed numbers that are told from chance to move it, the strongest first: what the high end of the number's "
        "range gives above the low end, mean over all other assumed numbers, each spread evenly over its range, and "
        f"over luck (95 % interval; {worlds:,} worlds, each with luck of its own)",
        "可与偶然区分的、对其有影响的假定参数（由强到弱）：该参数取上限时与取下限时的结果之差，对其余假定参数（在各自取值范围内均匀取值）和"
        f"随机冲击取平均（95%区间；{worlds}个世界，随机冲击各不相同）",
    )


def _screening(tables: Any, experiment: Any) -> list[str]:
    found = [*screening(experiment)]
    for of, rows in tables["screening"].groupby("of", sort=False):
        told = told_of(rows)
        found.append(f"  {_of(of)}: {' '.join(how_many(rows))}")
        for row in told.head(_SHOWN).itertuples():
            ends = (row.effect, row.effect_low, row.effect_high)
            number = f"{_number(experiment, row.number)} ({' '.join(DIRECTIONS[row.direction])})"
            cells = (number, between(*as_read(experiment.objective, *ends)))
            found.append(PrintedRow(f"    {cells[0]}: {cells[1]}", cells, (_NUMBER, _of(of))))
    return found


def how_many(rows: pd.DataFrame) -> tuple[str, str]:
    """Say how many numbers are told from chance of how many, in English and Chinese."""
    told, asked = len(told_of(rows)), len(rows)
    if not told:
        return (f"of {asked} assumed numbers {NONE_TOLD[0]}", f"{asked}个假定参数中{NONE_TOLD[1]}")
    return f"{told} of {asked} assumed numbers told from chance", f"{asked}个假定参数中{told}个可与偶然区分"


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
