"""The largest single effects on GDP: in the same worlds, each mechanism is switched off and GDP is compared.

`python -m tools.largest_effects` runs the worlds and writes the table into docs/model.md between two comments;
`--check` runs nothing and says whether the page's table has today's mechanisms and format.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from sim import keys
from sim import policies as registry
from sim.clusters import IDENTIFIERS
from sim.experiments.engine import SUCCEEDED, cores, execute
from sim.experiments.replicate import forget_mesa_models
from sim.experiments.statistics import mean_interval
from sim.inputs import read
from sim.model import ClusterModel, build_start, world_numbers
from sim.parameters import table
from sim.scenario import Outlook, Scenario, load
from sim.units import MILLION_PER_YI
from tools.effects_check import faults_of_table
from tools.progress import counter

PAGE = Path(__file__).parent.parent / "docs" / "model.md"
BEGIN, END = "<!-- largest effects: begin -->", "<!-- largest effects: end -->"
BASE, PACKAGE = "baseline-2022", "the policy package"
OUTCOME, SHOWN = "gdp", 10
COLUMNS = ("rank", "mechanism", "机制", "added to GDP, 亿元", "95 % interval", "% of GDP", "switched off by", "grade", "source")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism in both languages, and the changes of the scenario that switch it off."""

    name: str
    name_zh: str
    off: Mapping[str, Any]


def _numbers(**values: float) -> dict[str, Any]:
    return {f"parameters.{name}": value for name, value in values.items()}


def _every(name: str, value: float = 0.0) -> dict[str, Any]:
    return {f"parameters.{cluster}.{name}": value for cluster in IDENTIFIERS}


def _instruments(*names: str) -> dict[str, Any]:
    return {f"policies.{name}": None for name in names}


def mechanisms() -> tuple[Mechanism, ...]:
    """Return every mechanism that is tried, declared here and nowhere else."""
    listed = [
        Mechanism(PACKAGE, "政策包", _instruments(*load(BASE).policies)),
        Mechanism("the policy fund", "政策性资金", _instruments("policy_fund")),
        Mechanism("the energy cap", "用能上限", _instruments("energy_budget")),
        Mechanism("prizes for revenue tiers and lists", "营收台阶与榜单奖励", _instruments("peak_climbing", "leading_enterprise")),
        Mechanism("awards for titles and for passing 20 million yuan", "称号与小升规奖励", _instruments("specialised_enterprise", "scale_up")),
        Mechanism("growth of demand in the outlook", "需求增长", _every("demand_growth")),
        Mechanism("growth of the other sectors", "其他部门增长", _numbers(other_sectors_growth=0)),
        Mechanism("general inflation", "一般物价上涨", _numbers(deflator_growth=0)),
        Mechanism("the common demand shock", "共同需求冲击", _numbers(common_shock_spread=0)),
        Mechanism("clusters' own demand shocks", "集群需求冲击", _every("cycle_spread")),
        Mechanism("firms' lasting demand shocks", "企业需求冲击", _every("shock_spread")),
        Mechanism("spread of commodity prices", "大宗商品价格波动", _numbers(commodity_spread=0)),
        Mechanism("drift of commodity prices from the boom of 2021", "大宗商品价格回落", _numbers(
            metals_price_drift=0, ores_price_drift=0, electricity_price_drift=0, chemicals_price_drift=0, coal_price_drift=0)),
        Mechanism("competition that ends squeezes and windfalls", "竞争消解利润波动", _numbers(margin_recovery=0)),
        Mechanism("faster growth of smaller firms", "小企业增长更快", _numbers(growth_size_slope=0)),
        Mechanism("sale of large groups to outside owners", "大集团被并购", _numbers(group_sale_hazard=0)),
        Mechanism("money that projects lack", "项目资金缺口", _numbers(cash_sensitivity=0)),
        Mechanism("use of 2021 above the energy path", "2021年用能超出目标路径", _numbers(energy_start_gap=0)),
        Mechanism("luck of the other sectors", "其他部门波动", _numbers(other_sectors_spread=0)),
        Mechanism("research success", "研发成功", _numbers(success_rate=0)),
        Mechanism("digital retrofit", "智改数转", _numbers(digital_consider=0)),
        Mechanism("energy-saving retrofit", "节能改造", _numbers(energy_consider=0)),
        Mechanism("answer of demand to competitiveness", "竞争力的需求弹性", _numbers(demand_elasticity=0)),
        Mechanism("displacement of neighbours", "本地竞争", _numbers(local_rivalry=0)),
        Mechanism("local purchases", "本地采购", _numbers(local_purchase_share=0)),
        Mechanism("linkage of other sectors to industry", "其他部门联动", _numbers(linkage=0)),
        Mechanism("leaving of unserved customers", "客户流失", _numbers(customers_leave=0)),
        Mechanism("ordinary entry and exit", "普通进入与退出", _numbers(entry_rate=0, exit_hazard=0)),
        Mechanism("ordinary entry", "普通进入", _numbers(entry_rate=0)),
        Mechanism("newcomers' plants of major projects", "重大项目新厂", _numbers(major_projects=0)),
        Mechanism("expansion of capacity", "扩产", _numbers(expansion_speed=0)),
        Mechanism("limit of capacity", "产能约束", _numbers(utilisation_limit=3.0 * table()["utilisation_limit"].value)),
        Mechanism("limits of credit", "信贷约束", _numbers(credit_pace=1, credit_limit=3.0 * table()["credit_limit"].value)),
        Mechanism("hurdle rate of investment", "投资门槛收益率", _numbers(hurdle_rate=0)),
        Mechanism("time to build beyond a quarter", "建设周期", _numbers(delivery_quarters=1)),
        Mechanism("yearly margin shock", "年度利润率冲击", _numbers(cost_noise=0)),
        Mechanism("passing noise of orders", "订单波动", _numbers(order_noise=0)),
        Mechanism("sales from titles", "称号带动销售", _numbers(title_growth=0)),
    ]
    if "announced" in Outlook.model_fields:
        listed.append(Mechanism("projects announced by February 2022", "已公布项目", {"outlook.announced": False}))
    return tuple(listed)


# ---- runs ----------------------------------------------------------------------------------------------------------------


def effects(
    worlds: int, year: int, *, seed: int = 1, jobs: int = 1, progress: Callable[[int, int], None] | None = None,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return GDP of the base in `year` and what each mechanism adds to it, million yuan, one value per world.

    A mechanism is off from 2022 on: all arms of a world share the starting firms, the drawn numbers and the luck.
    """
    base = load(BASE).with_changes({"horizon.until": f"{year}Q4"})
    arms = {mechanism.name: base.with_changes(mechanism.off) for mechanism in mechanisms()}
    found: dict[int, dict[str, float]] = {}
    for done in execute(partial(_one_world, base, arms, seed), [(i, i) for i in range(worlds)], workers=jobs):
        if done.status != SUCCEEDED:
            raise RuntimeError(done.error)
        found[done.number] = done.value
        if progress is not None:
            progress(len(found), worlds)
    outcome = {name: np.array([found[i][name] for i in range(worlds)]) for name in ("", *arms)}
    return outcome[""], {name: outcome[""] - outcome[name] for name in arms}


def _one_world(base: Scenario, arms: Mapping[str, Scenario], seed: int, world: int) -> dict[str, float]:
    own_seed = keys.replication_seed(seed, world)
    start = build_start(base, world_numbers(base, own_seed, fixed=False), own_seed)
    found = {}
    for name, arm in {"": base, **arms}.items():
        found[name] = float(ClusterModel(arm, own_seed, start=start).run().years[OUTCOME][-1])
    forget_mesa_models()
    return found


# ---- the page ------------------------------------------------------------------------------------------------------------


def section(base: np.ndarray, added: Mapping[str, np.ndarray], year: int, seed: int) -> str:
    """Return the text between the two comments: the ten largest effects, and the package when it is not among them."""
    known = {mechanism.name: mechanism for mechanism in mechanisms()}
    order = sorted(added, key=lambda name: -abs(float(added[name].mean())))
    shown = [name for name in order if order.index(name) < SHOWN or name == PACKAGE]
    lines = [
        _stamp(),
        f"What each mechanism adds to GDP of {year} (`{BASE}` less the same worlds with the mechanism off from 2022): the {SHOWN} largest of "
        f"{len(order)}, and the policy package. Paired means of {base.size} worlds, numbers drawn, seed {seed}; GDP is "
        f"{base.mean() / MILLION_PER_YI:,.0f} 亿元 on average. Written by `make effects`.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
    ]
    lines += [_row(order.index(name) + 1, known[name], added[name] / MILLION_PER_YI, float(base.mean()) / MILLION_PER_YI) for name in shown]
    return "\n".join(lines)


def _row(rank: int, mechanism: Mechanism, added: np.ndarray, gdp: float) -> str:
    mean, low, high = mean_interval(added)
    grade, source = pedigree(mechanism)
    cells = (str(rank), mechanism.name, mechanism.name_zh, f"{mean:+,.1f}", f"{low:+,.1f} to {high:+,.1f}", f"{100.0 * mean / gdp:+.2f}",
             how(mechanism), grade, source)
    return "| " + " | ".join(cells) + " |"


def how(mechanism: Mechanism) -> str:
    """Return the changes that switch a mechanism off, those of all clusters as one."""
    parts: dict[str, str] = {}
    for path, value in mechanism.off.items():
        name = path.removeprefix("parameters.").removeprefix("policies.")
        name = name.split(".", 1)[1] if name.split(".")[0] in IDENTIFIERS else name
        parts[name] = f"`{name}` off" if value is None or value is False else f"`{name}` = {value:g}"
    return ", ".join(parts.values())


def pedigree(mechanism: Mechanism) -> tuple[str, str]:
    """Return grades and sources of what a mechanism changes: numbers and projects from their tables, instruments from what they say of themselves."""
    grades: dict[str, None] = {}
    sources: dict[str, None] = {}
    for path in mechanism.off:
        part, _, name = path.partition(".")
        if part == "parameters":
            grades[table()[name].grade] = None
            sources |= dict.fromkeys(table()[name].source.split("; "))
        elif part == "policies":
            text = _words(name)
            grades |= dict.fromkeys(word for word in ("announced", "assumed") if word == "announced" or word in text)
            sources |= dict.fromkeys(re.findall(r"article p\d+", text))
        else:  # a field of the outlook that reads a table of the same name
            for row in read(name):
                grades[row["grade"]] = None
                sources |= dict.fromkeys(row["source"].split("; "))
    return ", ".join(grades), "; ".join(sorted(sources))


def _words(instrument: str) -> str:
    kind = registry.get(instrument)
    fields = " ".join(str(field.description) for field in kind.model_fields.values())
    return f"{inspect.getmodule(kind).__doc__} {fields}"


def _stamp() -> str:
    """Return a comment that changes with the list of mechanisms and with the format of the table."""
    declared = [(m.name, m.name_zh, sorted((path, str(value)) for path, value in m.off.items())) for m in mechanisms()]
    digest = hashlib.sha256(repr((declared, COLUMNS, SHOWN, BASE, OUTCOME)).encode()).hexdigest()[:12]
    return f"<!-- {len(declared)} mechanisms, format {digest} -->"


def between(page: str) -> str:
    """Return the text between the two comments.

    Raises:
        ValueError: if the page lacks them.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise ValueError(f"the page must hold '{BEGIN}' and '{END}' once, in this order")
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END)].strip("\n")


def with_section(page: str, text: str) -> str:
    """Return the page with new text between the two comments."""
    between(page)  # complains of a page without the comments
    return f"{page[: page.index(BEGIN)]}{BEGIN}\n{text}\n{page[page.index(END) :]}"


def problems(page: str) -> list[str]:
    """Return what is out of date or incomplete between the comments of a page; empty when nothing is."""
    try:
        text = between(page)
    except ValueError as error:
        return [str(error)]
    found = [] if _stamp() in text else ["the list of mechanisms or the format has changed"]
    return found + faults_of_table(text, COLUMNS, SHOWN, PACKAGE, {mechanism.name for mechanism in mechanisms()})


def main() -> int:
    """Write or check the table of the largest effects."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--worlds", type=int, default=60)
    parser.add_argument("--year", type=int, default=2025)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(cores(), 2))
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--check", action="store_true", help="run nothing; say whether the page is current")
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8")
    if options.check:
        found = problems(page)
        print("\n".join(found) or "the table is current in mechanisms and format")
        return 1 if found else 0
    between(page)  # complain before the runs
    base, added = effects(options.worlds, options.year, seed=options.seed, jobs=options.jobs, progress=counter("effects"))
    text = section(base, added, options.year, options.seed)
    options.page.write_text(with_section(page, text), encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
