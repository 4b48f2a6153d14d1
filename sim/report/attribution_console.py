"""What an attribution says on the screen: what the money bought, and who brought the package's effect."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.attribution_tables import ALL, REST_OF_CITY
from sim.experiments.experiment import Findings
from sim.experiments.payment_classes import PaymentClass
from sim.policies import get
from sim.report.cost_console import describe_costs
from sim.report.heading import about, closing
from sim.report.quoted import EFFECT, between, few_worlds, number, since
from sim.report.rows import PrintedRow
from sim.report.shapley_console import describe_shares
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.tables.milestones import Kind
from sim.tables.rounded import percent
from sim.tables.units import LEAST_SHOWN, YI_PER_MILLION


def describe_attribution(findings: Findings) -> list[str]:
    """Return the split of every instrument's money, that of each clause, and who brought the package's effect."""
    tables, spec = findings.tables, findings.experiment.base
    table, years = tables["attribution"], years_of(spec)
    worlds = int(table["worlds"].max())
    lines = [
        *about(findings.experiment),
        *few_worlds(worlds),
        *bought_is(years, worlds),
        *judged(spec),
    ]
    paid = table.groupby("instrument")["million_yuan"].transform("sum") > 0.0
    for instrument, rows in table[paid].groupby("instrument", sort=False):
        lines += _bought(str(instrument), rows)
    if not paid.any():
        lines.append(f"  {' '.join(NOTHING_PAID)}")
    lines += _clauses(spec, tables["attribution_clauses"], worlds)
    lines += _outside(tables["attribution_groups"])
    if table.loc[table["class"] == PaymentClass.UNCONDITIONAL, "million_yuan"].sum() > 0.0:
        lines += ["", *_unconditional(shared="shapley" in tables and not spec.parts)]
    lines += describe_costs(spec, tables["attribution_costs"])
    if "shapley" in tables:
        lines += describe_shares(findings)
    return lines + closing(findings)


NOTHING_PAID = ("Nothing was paid.", "没有任何支付。")


def bought_is(years: list[int], worlds: int) -> tuple[str, str]:
    """Return what the amounts and shares of an attribution are, in English and Chinese."""
    together, together_zh = since(years[0], years[-1])
    return (
        f"What the money bought, {together} ({EFFECT[0]}; {worlds} worlds; of each share its 95 % interval)",
        f"每一元财政资金换来了什么，{together_zh}（{EFFECT[1]}；{worlds}个世界；占比附95%区间）",
    )


def judged(spec: Scenario) -> tuple[str, ...]:
    """Say, in both languages, what payments are judged against, where that might be taken for the rules before."""
    if not spec.before:
        return ()
    command = f"clustersim compare {spec.before} {spec.name}"
    english, chinese = (
        (f"; '{command}' tells what was added to those", f"；在原有规则之外增加了什么，见 {command}")
        if _found_by_name(spec)
        else ("", "")
    )
    return (
        "Each payment is judged against the same world without its instrument, not against the rules that held "
        f"before ({spec.before}){english}.",
        f"每笔支付均与同一世界中没有该项政策时比较，而非与原有规则（{spec.before}）比较{chinese}。",
    )


def _found_by_name(spec: Scenario) -> bool:
    """Tell whether a command finds this very scenario by its name: it comes along, and nothing in it was changed."""
    return spec.name in shipped() and load(spec.name).resolved() == spec.resolved()


def _bought(instrument: str, rows: pd.DataFrame) -> list[str]:
    """Return one instrument's money by class, and what private money came or stayed away beside it."""
    title = " ".join(payer_of(instrument))
    found = {row["class"]: row for row in rows.to_dict("records")}
    added, saved = found[PaymentClass.ADDITIONAL], found[PaymentClass.DEADWEIGHT]
    lines = [f"  {title}: {amount_of(added, 'total')} of public money 财政资金"]
    lines += [_of_class(row) for row in found.values() if _any(row)]
    if pd.notna(added["private_added"]):
        lines.append(
            "    private money of the firms it paid for spending 受资助企业的民间资金: "
            f"{amount_of(added, 'private_added')} more 多投, {amount_of(saved, 'private_saved')} saved 省下"
        )
    return lines


_HEADS = ("what it bought 换来了什么", "paid 支付", "share of what was paid 占支付的比重")


def _of_class(row: dict[str, Any]) -> PrintedRow:
    cells = (_named(row), amount_of(row, "million_yuan", ""), share_of(row))
    return PrintedRow(f"    {cells[0]}: {cells[1]}, {cells[2]}", cells, _HEADS)


def _any(row: dict[str, Any]) -> bool:
    return bool(row["share"] > LEAST_SHOWN)


def _named(row: dict[str, Any]) -> str:
    (name,) = (name for name in PaymentClass if name == row["class"])
    return f"{name} {name.chinese}"


def payer_of(instrument: str) -> tuple[str, str]:
    """Return the name of an instrument, or of all, in English and Chinese."""
    return ALL_INSTRUMENTS if instrument == ALL else (get(instrument).title_en, get(instrument).title_zh)


ALL_INSTRUMENTS = ("All instruments", "全部政策")


def amount_of(row: dict[str, Any], name: str, begin: str | None = None) -> str:
    """Return an amount with its interval, in 亿元; the ends stand in columns that begin like it, or as said."""
    begin = f"{name}_" if begin is None else begin
    return f"{between(*(number(row[k] * YI_PER_MILLION) for k in (name, begin + 'low', begin + 'high')))} 亿元"


def share_of(row: dict[str, Any]) -> str:
    """Return a share with its interval."""
    return f"{percent(row['share'], 1)} [{percent(row['share_low'], 1)}, {percent(row['share_high'], 1)}]"


def _clauses(spec: Scenario, table: pd.DataFrame, worlds: int) -> list[str]:
    """Return each clause's money where its instrument has several, the prize for the World 500 always."""
    lines = []
    for instrument, programme in spec.policies.items():
        clauses = programme.kind.clauses
        for clause in clauses if len(clauses) > 1 else ():
            rows = table[(table["instrument"] == instrument) & (table["clause"] == clause.name)].to_dict("records")
            title = _PRIZE if clause.earned_by is Kind.WORLD_500 else f"{instrument}.{clause.name}"
            if rows or clause.earned_by is Kind.WORLD_500:
                lines.append(f"  {title}: {_told(rows, worlds)}")
    return ["", f"By clause 按条款 ({EFFECT[0]} {EFFECT[1]})", *lines] if lines else []


_PRIZE = "Prize for entering the World 500 入选世界500强的奖励"


def _told(rows: list[dict[str, Any]], worlds: int) -> str:
    """Return what a clause paid, in how many worlds, and what that bought."""
    if not rows:
        return f"paid in none of {worlds} worlds {worlds}个世界中均未支付"
    paid = rows[0]["worlds_paid"]
    bought = "; ".join(f"{_named(row)} {share_of(row)}" for row in rows if _any(row))
    return f"{amount_of(rows[0], 'total')}, paid in {paid} of {worlds} worlds {worlds}个世界中{paid}个支付过; {bought}"


def _outside(groups: pd.DataFrame) -> list[str]:
    """Say how much of the deadweight was paid to firms that are not modelled."""
    known = (groups["cluster"] == REST_OF_CITY) & (groups["class"] == PaymentClass.DEADWEIGHT)
    paid = groups.loc[known, "million_yuan"].sum() * YI_PER_MILLION
    if paid <= 0.0:
        return []
    return [
        "",
        f"deadweight: of it {number(paid)} 亿元 went to firms outside the modelled clusters, which the model takes as "
        "given: whether it moved them is not asked.",
        f"无谓支出：其中{number(paid)}亿元付给所模拟集群以外的企业；模型视其为外生，不考察这笔钱是否改变了它们。",
    ]


def _unconditional(*, shared: bool) -> list[str]:
    """Say why no payment of this money bought anything, and where the effect of the whole instrument stands."""
    english, chinese = (
        ("its share of the effect (Shapley value)", "该政策的贡献（夏普利值）")
        if shared
        else ("told of its aims below, beside the same worlds without it", "下文按其目标与缺该政策的同一世界之差")
    )
    return [
        f"unconditional: no event earns this money, so no payment bought one; what the instrument did is {english}.",
        f"无条件发放：这笔资金不与任何事件挂钩，无法说某一笔换来了什么；其作用见{chinese}。",
    ]
