"""新兴产业培育: services for founders in new fields, and the status of a national cluster (article p28, p46, p50).

The text names fields and no amount: the money is assumed, and so is how many firms it brings (`new_industry_draw`) and
how many of these would have been founded elsewhere in the city (`entry_crowding`). Nothing that a firm does earns it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.city_tables import CityTables
from sim.tables.clusters import Role
from sim.tables.units import MILLION_PER_YI, Money
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class NewIndustries(Instrument):
    """Draws more founders to the clusters where fields of the future lie, by paid services and by their status."""

    name: ClassVar[str] = "new_industries"
    title_en: ClassVar[str] = "New industries"
    title_zh: ClassVar[str] = "新兴产业培育"
    aims: ClassVar[tuple[str, ...]] = ("new_industry_value_added",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("services_for_founders", Basis.UNCONDITIONAL, SERVICE),)

    amount_a_year: Money = Field(
        100.0,
        description="public money a year for incubators, pilot lines and search for founders; none is paid where no "
        "cluster has the role future 每年用于孵化、中试和招引的财政资金（无未来产业集群则不支付） "
        "(assumed, 0-300 million yuan)",
    )
    national_cluster: bool = Field(
        False,
        description="whether these clusters hold the status of a national strategic emerging cluster, at no cost "
        "是否获评国家级战略性新兴产业集群（无成本） (article p28: an aim; no unless a scenario says when)",
    )

    def lacks(self, city_tables: CityTables) -> Mapping[str, str]:
        """Return that there is no cluster to hold the status, where it is said to be held."""
        if not self.national_cluster or city_tables.with_role(Role.FUTURE):
            return {}
        return {
            "national_cluster": "asks for clusters with the role future, and this city has none; write false, or the "
            "role in its clusters.csv"
        }

    def announce(self, view: View, terms: Terms) -> None:
        """Draw founders by the status."""
        if self.national_cluster:
            self._draw(view, terms, view.numbers.national_cluster_draw)

    def claim(self, view: View) -> list[Claim]:
        """Pay a quarter of the year's money for services; nothing where no cluster has the role."""
        money, what = self.amount_a_year, "services for founders"
        if not money or not _fields(view):
            return []
        return [self.ask_outside("services_for_founders", what, money / QUARTERS, buys=money)]

    def deliver(self, view: View, terms: Terms) -> None:
        """Draw founders by the services, as far as they were paid."""
        if money := float(self.bought(view)[1].sum()):
            self._draw(view, terms, view.numbers.new_industry_draw * money / MILLION_PER_YI)

    def _draw(self, view: View, terms: Terms, share: float) -> None:
        """Raise entry by a share in the clusters of new fields, and lower it in the others by those who would have been
        founded there.
        """
        firms, favoured = view.firms, np.zeros(view.firms.start.size, dtype=bool)
        favoured[_fields(view)] = True
        usual = firms.first_entrant - firms.start  # entry is in proportion to the firms of 2021
        elsewhere = view.numbers.entry_crowding * share * usual[favoured].sum() / max(usual[~favoured].sum(), 1)
        terms.newcomers.draw(np.where(favoured, share, -elsewhere))


def _fields(view: View) -> list[int]:
    """Return the clusters where fields of the future lie."""
    return view.numbers.city_tables.with_role(Role.FUTURE)


INSTRUMENT = NewIndustries
