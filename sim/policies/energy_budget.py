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
from sim.treasury.terms import KEY_USERS, EnergyBudget, Sole, Terms

_QUARTERS = 4.0


class EnergyBudgetManagement(Instrument):
    """Rationing by a rule: budgets of clusters, then the covered firms of a cluster alike.
    The article names no rule.
    """

    name: ClassVar[str] = "energy_budget"
    title_en: ClassVar[str] = "Energy-use budget"
    title_zh: ClassVar[str] = "用能预算管理"
    aims: ClassVar[tuple[str, ...]] = ("energy_use",)
    sole: ClassVar[Sole | None] = Sole.ENERGY_BUDGET

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
    rule: Literal["key-users", "proportional"] = Field(
        "key-users",
        description="key-users: only use above the line is cut, the plan follows each cluster's planned growth; "
        "proportional: cluster budgets "
        "by use of 2021, small users cut last "
        "key-users：只压减重点单位门槛以上用能、按集群规划增长；proportional：按2021年用能分配集群预算，"
        "小户最后压减 (assumed: the article names none)",
    )
    coverage: Energy = Field(
        50_000.0,
        description="firms above this use a year are key users, and only what lies above it is cut "
        "重点用能单位年用能门槛，只压减超出部分 "
        "(provincial energy office, August 2021: cut plans from 50,000; national practice: 5,000)",
    )
    hand_on_slack: bool = Field(
        True,
        description="hand energy that a cluster does not want to short ones 集群余量调剂给指标紧缺的集群 (assumed)",
    )
    deepest_squeeze: Share = Field(
        0.10,
        le=1,
        description="key users make room for what others use beyond plan up to this share of their part; what "
        "cannot be reached is "
        "printed 其他用户超计划用能时，重点单位最多让出的比例，超出部分如实列示 (assumed; regulated firms of the "
        "national programme used 13-16 % less)",
    )

    def cap(self, view: View) -> float:
        """Return the clusters' cap of the quarter, tce."""
        target = self._intensity(view) * view.planned_gdp * (1.0 - self.extra_tightening)
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
        terms.set_energy(
            EnergyBudget(
                self.cap(view), self.planned(view), self.coverage, self.hand_on_slack, self.rule, self.deepest_squeeze
            )
        )


INSTRUMENT = EnergyBudgetManagement
