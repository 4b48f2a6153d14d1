"""Why a firm did not get what is judged or offered: a line it lies below, a rank, a score, a draw, its own choice."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.calendar.year import QUARTERS
from sim.experiments.missed import JUDGED, Reason, below_scale
from sim.experiments.open_model import OfOneFirm, OpenModel
from sim.firms import disclosure
from sim.firms.table import Firms
from sim.policies.policy_fund import PolicyFund
from sim.setting import Setting
from sim.tables.catalogue import FUND
from sim.tables.clusters import Role
from sim.tables.milestones import LISTS, SMART_TITLES


@dataclass(frozen=True, slots=True)
class Missed:
    """One thing that a firm did not get.

    Attributes:
        quarter: as text. what: a kind of event, or the instrument that makes the offer. because: one of the reasons
            that `sim/data/reasons.csv` words. figures: the numbers that decided, by name, money in million yuan.
    """

    quarter: str
    what: str
    because: str
    figures: dict[str, float]


@dataclass
class WhyNot(OfOneFirm):
    """Looks in and notes what one firm missed.

    Attributes:
        missed: in the order of quarters.
    """

    missed: list[Missed] = field(default_factory=list)

    def offered(self, model: OpenModel, setting: Setting, row: int) -> None:
        """Note why no co-investment is offered."""
        if setting.terms.has("fund_offer"):
            self._note(setting, FUND, _not_offered(model, setting, row))

    def to_be_judged(self, model: OpenModel, setting: Setting, row: int) -> None:
        """Note why an offer was not taken up, and why nothing would be won of what is about to be judged."""
        firms = model.firms
        if setting.terms.column("fund_offer")[row] > 0.0 and firms.fund_taken[row] == 0.0:
            self._note(setting, FUND, _not_used(firms, row))
        for season, judge in JUDGED:
            for kind, reason in judge(model, setting, row) if season == setting.quarter.season else ():
                self._note(setting, kind, reason)

    def after(self, model: OpenModel, row: int) -> None:
        """Forget what the firm did get in the quarter: what is drawn or shown is known only now."""
        won = {str(event.kind) for event in model.events if (event.rows == row).any()}
        on = model.firms.lists_now[row : row + 1]
        won |= {str(name) for bit, name in enumerate(LISTS) if disclosure.has(on, bit)[0]}
        won |= set(SMART_TITLES[: int(model.firms.smart_title[row])])  # who has the higher needs no lower one
        self.missed = [m for m in self.missed if m.quarter != str(model.quarter) or m.what not in won]

    def _note(self, setting: Setting, what: str, reason: Reason | None) -> None:
        if reason is not None:
            because, figures = reason
            self.missed.append(Missed(str(setting.quarter), str(what), because, figures))


def _not_offered(model: OpenModel, setting: Setting, row: int) -> Reason | None:
    """Return why the fund offers a firm nothing this quarter, by its own rule; nothing where it does."""
    firms, offers, fund = model.firms, setting.terms.column("fund_offer"), model.spec.policies[FUND].at(setting.quarter)
    if offers[row] > 0.0 or not isinstance(fund, PolicyFund):
        return None
    if not firms.above_scale[row]:
        return below_scale(firms, row)
    view = model.view(setting.quarter)
    rows, wanted, large = fund.could_use(view)
    (place,) = np.flatnonzero(rows == row) if (rows == row).any() else (None,)
    if place is None:
        return "no_lack", {}
    if not large[place]:
        stake = float(wanted[place] / setting.numbers.expansion_speed)
        return "below_ticket", {"stake": stake, "line": fund.ticket}
    last = int(firms.fund_declined[row])
    if last and setting.quarter.number - last <= QUARTERS:
        return "declined_lately", {}
    rank, served = fund.rank(view, rows), offers[rows] > 0.0
    lowest = float(rank[served].min()) if served.any() else np.inf
    if rank[place] < lowest < np.inf:
        return "outranked", {"rank": float(rank[place]), "last": lowest}
    elsewhere = bool(view.with_role(Role.LANDMARK).any() and not view.with_role(Role.LANDMARK)[row])
    return ("agreed_share", {"share": 1.0 - fund.agreed_share}) if elsewhere else ("no_money", {})


def _not_used(firms: Firms, row: int) -> Reason:
    """Return why an offer of the fund was not taken up."""
    if firms.fund_refused[row]:
        return "refused", {}
    return ("no_private_money", {}) if firms.wanted_expansion[row] > 0.0 else ("no_need", {})
