"""用能预算管理: a yearly energy cap from the intensity target on planned GDP, cluster budgets,
firm quotas (article p31).
"""

from __future__ import annotations

import math
from collections import Counter
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.units import Energy, Rate, Share
from sim.treasury.energy import KEY_USERS, RATIONING, TRADABLE, EnergyBudget, rows_covered
from sim.treasury.terms import Sole, Terms

_QUARTERS = 4.0


class EnergyBudgetManagement(Instrument):
    """A yearly cap on the clusters' energy, shared out by a rule. The article names none."""

    name: ClassVar[str] = "energy_budget"
    title_en: ClassVar[str] = "Energy-use budget"
    title_zh: ClassVar[str] = "用能预算管理"
    aims: ClassVar[tuple[str, ...]] = ("energy_use",)
    sole: ClassVar[Sole | None] = Sole.ENERGY_BUDGET
    outcomes: ClassVar[tuple[str, ...]] = (
        "energy_traded",
        "energy_trade_value",
        "energy_held",
        "energy_largest_holding",
    )

    intensity_target: Share = Field(
        0.032,
        le=0.2,
        description="fall of energy per real GDP a year 单位实际GDP能耗年降幅 (city target: 15 % in five years)",
    )
    extra_tightening: Rate = Field(
        0.0,
        ge=-1,
        le=0.5,
        description="cut of the cap beyond the target, below zero a looser cap 额外收紧，负值为放松 (lever)",
    )
    rule: Literal["key-users", "proportional", "grandfathered", "benchmark", "tradable", "rationing"] = Field(
        "key-users",
        description="key-users: only use above the line is cut, the plan follows each cluster's planned growth; "
        "proportional: cluster budgets by use of 2021, firms alike; grandfathered: firms' quotas by their use of 2021; "
        "benchmark: by value added per tce; tradable: as grandfathered, then traded; rationing: firms shed in order; "
        "but for key-users small users are cut last "
        "key-users：只压减重点单位门槛以上用能、按集群规划增长；proportional：按2021年用能分配集群预算、企业同比；"
        "grandfathered：企业按2021年用能分配；benchmark：按单位能耗增加值分配；tradable：先按历史分配、再交易；"
        "rationing：按次序停限；除key-users外小户最后压减 (assumed: the article names none)",
    )
    coverage: Energy = Field(
        50_000.0,
        description="firms above this use a year are key users; under key-users only what lies above it is cut "
        "重点用能单位年用能门槛；key-users规则只压减超出部分 "
        "(provincial energy office, August 2021: cut plans from 50,000; national practice: 5,000)",
    )
    hand_on_slack: bool = Field(
        True,
        description="hand energy that a cluster (key-users, proportional) or a firm (grandfathered, benchmark) does "
        "not want to those who are short 集群或企业的余量调剂给指标紧缺者 (assumed)",
    )
    deepest_squeeze: Share = Field(
        0.10,
        le=1,
        description="key users make room for what others use beyond plan up to this share of their part; what "
        "cannot be reached is "
        "printed 其他用户超计划用能时，重点单位最多让出的比例，超出部分如实列示 (assumed; regulated firms of the "
        "national programme used 13-16 % less)",
    )

    trade: Literal["increments", "all"] = Field(
        "increments",
        description="tradable: sell only what a firm does not want itself, or whatever it holds "
        "可交易规则：只交易自身不需要的指标，或全部指标 (Zhejiang's rule of 2019: increments)",
    )
    shortfall: Share = Field(
        0.15,
        le=1,
        description="rationing: by how much the energy of the quarter falls short of the cap "
        "限电规则：当季可用能源低于上限的比例 (2021: 10-20 % in the worst hours elsewhere)",
    )
    order: Literal["energy-hungry", "largest"] = Field(
        "energy-hungry",
        description="rationing: cluster by cluster, those with most energy per value added first, or the largest users "
        "of all clusters first 限电次序：单位增加值能耗高的集群先停，或用能最大者先停 "
        "(September 2021: steel, cement, chemicals and fabrics were hit)",
    )
    deepest_shedding: Share = Field(
        0.5,
        le=1,
        description="rationing: a firm sheds up to this share of what it wants before the next one is called; where "
        "all of them are not enough, they are cut alike 单户停限的最大比例；全部停限仍不足时同比压减 (assumed)",
    )

    def cap(self, view: View) -> float:
        """Return the clusters' cap of the quarter, tce; what there is in a quarter of rationing."""
        target = self._intensity(view) * view.planned_gdp * (1.0 - self.extra_tightening)
        if self.rule == RATIONING:
            target *= 1.0 - self.shortfall
        begin = 1.0 - view.numbers.energy_start_gap  # 2021 used more than the path to the target allowed
        return float(view.energy_2021.sum()) * begin * target / _QUARTERS * view.season

    def _intensity(self, view: View) -> float:
        """Return the energy per GDP aimed at over that of 2021: each year falls by the target in force at its end,
        this year by today's.
        """
        years = Counter(stage.intensity_target for stage in self.by_year(view.quarter))
        return math.prod(((1.0 - fall) ** count for fall, count in years.items()), start=1.0)

    def planned(self, view: View) -> np.ndarray:
        """Return what each cluster is planned to use this quarter, tce:
        its use of 2021, which key users' budgets let grow.
        """
        grown = view.planned_growth if self.rule == KEY_USERS else 1.0
        planned: np.ndarray = view.energy_2021 * grown / _QUARTERS * view.season
        return planned

    def announce(self, view: View, terms: Terms) -> None:
        """Put the quarter's budget in force."""
        size = self.cap(view), self.planned(view), self.coverage, self.hand_on_slack, self.rule, self.deepest_squeeze
        terms.set_energy(EnergyBudget(*size, self.trade, self.order, self.deepest_shedding))

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what was traded this quarter, tce and million yuan, and what covered firms and the largest holder
        among groups hold after it, tce.
        """
        budget, firms = terms.energy, view.firms
        if budget is None or budget.rule != TRADABLE:
            return dict.fromkeys(self.outcomes, 0.0)
        rows = rows_covered(firms, budget.coverage)
        _, group = np.unique(firms.group[rows], return_inverse=True)
        holdings = np.bincount(group, firms.energy_quota[rows]) if rows.size else np.zeros(1)
        return {
            "energy_traded": float(np.maximum(firms.energy_bought[rows], 0.0).sum()),
            "energy_trade_value": float(np.maximum(-firms.quota_trade[rows], 0.0).sum()),
            "energy_held": float(holdings.sum()),
            "energy_largest_holding": float(holdings.max()),
        }


INSTRUMENT = EnergyBudgetManagement
