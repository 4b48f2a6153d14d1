"""Mechanisms whose effect is measured, and what switches each of them off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.reading import load
from sim.tables.city_tables import read_city

BASE, PACKAGE = "baseline-2022", "the policy package"


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism in both languages, and the changes of the scenario that switch it off."""

    name: str
    name_zh: str
    off: Mapping[str, Any]


def _numbers(**values: float) -> dict[str, Any]:
    return {f"parameters.{name}": value for name, value in values.items()}


def _value(name: str) -> float:
    return read_city().numbers[name].value


def _every(name: str, value: float = 0.0) -> dict[str, Any]:
    return {f"parameters.{cluster}.{name}": value for cluster in read_city().identifiers}


def _instruments(*names: str) -> dict[str, Any]:
    return {f"policies.{name}": None for name in names}


def mechanisms() -> tuple[Mechanism, ...]:
    """Return every mechanism that is tried, declared here and nowhere else."""
    return (
        Mechanism(PACKAGE, "政策包", _instruments(*load(BASE).policies)),
        Mechanism("the policy fund", "政策性资金", _instruments("policy_fund")),
        Mechanism("the energy cap", "用能上限", _instruments("energy_budget")),
        Mechanism(
            "prizes for revenue tiers and lists",
            "营收台阶与榜单奖励",
            _instruments("peak_climbing", "leading_enterprise"),
        ),
        Mechanism(
            "awards for titles and for passing 20 million yuan",
            "称号与小升规奖励",
            _instruments("specialised_enterprise", "scale_up"),
        ),
        Mechanism("growth of demand in the outlook", "需求增长", _every("demand_growth")),
        Mechanism("growth of the other sectors", "其他部门增长", _numbers(other_sectors_growth=0)),
        Mechanism("general inflation", "一般物价上涨", _numbers(deflator_growth=0)),
        Mechanism("the common demand shock", "共同需求冲击", _numbers(common_shock_spread=0)),
        Mechanism("clusters' own demand shocks", "集群需求冲击", _every("cycle_spread")),
        Mechanism("firms' lasting demand shocks", "企业需求冲击", _every("shock_spread")),
        Mechanism("spread of commodity prices", "大宗商品价格波动", _numbers(commodity_spread=0)),
        Mechanism(
            "drift of commodity prices from the boom of 2021",
            "大宗商品价格回落",
            _numbers(
                metals_price_drift=0,
                ores_price_drift=0,
                electricity_price_drift=0,
                chemicals_price_drift=0,
                coal_price_drift=0,
            ),
        ),
        Mechanism("competition that ends squeezes and windfalls", "竞争消解利润波动", _numbers(margin_recovery=0)),
        Mechanism("faster growth of smaller firms", "小企业增长更快", _numbers(growth_size_slope=0)),
        Mechanism("mergers by large groups", "大集团并购", _numbers(merger_offers=0)),
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
        Mechanism(
            "limit of capacity",
            "产能约束",
            _numbers(utilisation_limit=3.0 * _value("utilisation_limit")),
        ),
        Mechanism(
            "limits of credit",
            "信贷约束",
            _numbers(credit_pace=1, credit_limit=3.0 * _value("credit_limit")),
        ),
        Mechanism("hurdle rate of investment", "投资门槛收益率", _numbers(hurdle_rate=0)),
        Mechanism("time to build beyond a quarter", "建设周期", _numbers(delivery_quarters=1)),
        Mechanism("yearly margin shock", "年度利润率冲击", _numbers(cost_noise=0)),
        Mechanism("passing noise of orders", "订单波动", _numbers(order_noise=0)),
        Mechanism("sales from titles", "称号带动销售", _numbers(title_growth=0)),
        Mechanism("projects announced by February 2022", "已公布项目", {"outlook.announced": False}),
    )
