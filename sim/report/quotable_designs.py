"""What may be quoted of a sweep, a search and a study of sensitivity, and of the level of one scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.experiments.arms import years_of
from sim.experiments.experiment import Experiment, Findings
from sim.experiments.package_cost import COSTS
from sim.experiments.screening_table import told_of
from sim.experiments.search_target import read_target
from sim.report.package_told import as_told, levers_of, shown
from sim.report.quote import Quote, bracketed, held, listed, place
from sim.report.quoted import EFFECT, LEVEL, NO_INTERVAL_OF_ONE, as_read, between, level, since, titled, units
from sim.report.search_told import ANSWERS, COST, chance_of, money_of, without_policy
from sim.scenario.changed import short
from sim.scenario.quantities import in_lever_unit
from sim.tables.catalogue import PUBLIC_MONEY, Outcome, outcomes
from sim.tables.rounded import percent

_LUCK = ("points are run in worlds of different luck", "每个点各在一个世界中运行，随机冲击互不相同")


def level_told(experiment: Experiment, known: Outcome, row: Any, first: int, name: str, worlds: int) -> Quote:
    """Return what an outcome comes to in a scenario."""
    (here, here_zh), (title, title_zh) = place(experiment), titled(known, first, row.year)
    figures = between(*level(known, row.median, row.p5, row.p95), worlds=worlds)
    kind, kind_zh = bracketed([_levels(worlds), *held(experiment)])
    return Quote(
        f"{here}: {title}: {name} {figures} {known.read_unit}{kind}",
        f"{here_zh}：{title_zh}，{name}为{figures}{known.read_unit}{kind_zh}",
    )


def _levels(worlds: int) -> tuple[str, str]:
    if worlds < 2:
        return NO_INTERVAL_OF_ONE
    return f"{LEVEL[0]}; {worlds} worlds", f"{LEVEL[1]}；{worlds}个世界"


def sweep(findings: Findings) -> Iterator[Quote]:
    """Yield where the objective and public money are lowest and highest, both ends in one sentence."""
    experiment: Any = findings.experiment
    points, first = findings.shown["points"], years_of(experiment.base)[0]
    worlds, (here, here_zh) = int(points["runs"].min()), place(experiment)
    kind, kind_zh = bracketed([_each(worlds), *held(experiment)])
    for outcome in dict.fromkeys((experiment.objective, PUBLIC_MONEY)):
        rows = points[points["outcome"] == outcome].dropna(subset="median")
        if rows.empty:
            continue
        known, number = outcomes()[outcome], rows["point"].nunique()
        least, most = (rows.loc[getattr(rows["median"], end)()] for end in ("idxmin", "idxmax"))
        title, title_zh = titled(known, first, int(least["year"]))
        (low, at_low), (high, at_high) = (_end(experiment, known, row, worlds) for row in (least, most))
        if least["median"] == most["median"]:
            told = (f"median {low} at each of {number} points", f"{number}个点的中位数均为{low}")
        else:
            told = (
                f"of {number} points lowest with {at_low[0]}: {low}, highest with {at_high[0]}: {high}",
                f"{number}个点中最低为{low}（{at_low[1]}），最高为{high}（{at_high[1]}）",
            )
        yield Quote(f"{here}: {title}: {told[0]}{kind}", f"{here_zh}：{title_zh}，{told[1]}{kind_zh}")


def _each(worlds: int) -> tuple[str, str]:
    english, chinese = _levels(worlds)
    return (english, chinese) if worlds < 2 else (f"{english} at each point", f"各点{chinese}")


def _end(experiment: Any, known: Outcome, row: Any, worlds: int) -> tuple[str, tuple[str, str]]:
    """Return the level of a point, and where it is."""
    figures = between(*level(known, row["median"], row["p5"], row["p95"]), worlds=worlds)
    return f"{figures} {known.read_unit}", _package(experiment.points[row["point"]])


def _package(values: Any) -> tuple[str, str]:
    told = [f"{short(path)} = {in_lever_unit(path, value)}" for path, value in values.items()]
    return listed(told)


def search(findings: Findings) -> Iterator[Quote]:
    """Yield what was found, with the target, the probability asked for, the package, its chance and its cost."""
    experiment: Any = findings.experiment
    answer = findings.tables.get("answer")
    if answer is None or answer.empty:
        return
    row = shown(answer)
    (asked, asked_zh), (found, found_zh) = read_target(experiment.target).sentence(), ANSWERS[row["verdict"]]
    (here, here_zh), (chance, chance_zh), wanted = place(experiment), chance_of(row), percent(experiment.probability)
    package, package_zh = _package({path: as_told(row[path]) for path in levers_of(experiment)})
    years = years_of(experiment.base)
    (together, together_zh), money = since(years[0], years[-1]), money_of(row)
    without, without_zh = without_policy(row, experiment.probability)
    cost, (counted, counted_zh) = money_of(row, COST), COSTS[experiment.cost]
    kind, kind_zh = bracketed([EFFECT, *held(experiment)])
    name = experiment.base.name
    yield Quote(
        f"{here}: {asked}, asked for with a probability of at least {wanted}: {without}. {found}: {name} with "
        f"{package}: {chance}; {together} cost {cost} 亿元 ({counted}), public money {money} 亿元{kind}",
        f"{here_zh}：{asked_zh}，要求概率不低于{wanted}：{without_zh}。{found_zh}：{name}，{package_zh}：{chance_zh}；"
        f"{together_zh}成本{cost}亿元（{counted_zh}），财政投入{money}亿元{kind_zh}",
    )


def sensitivity(findings: Findings) -> Iterator[Quote]:
    """Yield the number that moves most what is looked at."""
    experiment: Any = findings.experiment
    known, years = outcomes()[experiment.objective], years_of(experiment.base)
    (title, title_zh), (here, here_zh) = titled(known, years[0], years[-1]), place(experiment)
    kind, kind_zh = bracketed([_LUCK, *held(experiment)])
    unit, unit_zh = units(known)
    for of, rows in findings.tables["screening"].groupby("of", sort=False):
        if told_of(rows).empty:
            continue
        row = told_of(rows).iloc[0]
        ends = [row["effect"], row["effect_low"], row["effect_high"]]
        number, moved = experiment.base.city_tables.numbers[row["number"]], between(*as_read(known.name, *ends))
        yield Quote(
            f"{here}: {title}, {of}: of {len(rows)} assumed numbers most moved by {number.meaning} ({number.name}): "
            f"the high end of its range gives {moved} {unit} above the low end, mean over the other assumed numbers "
            f"and luck and its 95 % interval{kind}",
            f"{here_zh}：{title_zh}，{of}：{len(rows)}个假定参数中影响最大的是{number.meaning_zh}（{number.name}），"
            f"取上限比取下限时的结果高{moved}{unit_zh}（对其余假定参数和随机冲击取平均，附95%区间）{kind_zh}",
        )
