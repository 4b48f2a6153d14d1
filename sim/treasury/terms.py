"""What policy makes each firm face this quarter: the only door between policies and behaviours.

A quarter starts from no policy. Each instrument in force adds its part;
behaviours read the sums and cannot tell which instrument stands behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import numpy as np

from sim.firms.ground import LandBudget
from sim.firms.newcomers import Newcomers
from sim.firms.swap import SwapRule
from sim.firms.table import read_only
from sim.tables.milestones import LISTS, SMART_TITLES, TIERS, TITLES, Kind, Unit
from sim.treasury.claims import Spending
from sim.treasury.energy import EnergyBudget
from sim.treasury.support import Scheme, Stacking, Support, stacked


class Sole(StrEnum):
    """What only one instrument in force may set."""

    ENERGY_BUDGET = "an energy budget"
    CO_INVESTMENT = "an offer of co-investment"
    PROMISE = "a promise to newcomers' plants"
    SWAP = "a rule for new two-high capacity"
    LAND_BUDGET = "a land budget"


# Benefits are million yuan that the firm expects on reaching the milestone (award and perceived benefit).
FIRM_TERMS: dict[str, str] = {
    **{f"{Unit.GROUP}_{tier}": "million yuan, benefit of the group's first crossing" for tier in TIERS},
    **{f"{Unit.ESTABLISHMENT}_{tier}": "million yuan, benefit of the establishment's first crossing" for tier in TIERS},
    **{name: "million yuan, expected benefit of meeting the line of next year's list" for name in LISTS},
    **{title: "million yuan, benefit of the title" for title in (*TITLES, *SMART_TITLES)},
    Kind.HIGH_TECH: "million yuan, award for high-tech status the first time",
    Kind.LISTED: "million yuan, award for going public",
    "title_help": "share of the cost of applying for a title that the city's help would save, at its full effect",
    "diagnosis": "free diagnoses of the firm this quarter",
    "audits": "energy audits of the firm in the last year",
    "loan_room": "share of a digital project that is lent beyond usual credit",
    "platform_service": "how far an industrial-internet platform serves the firm, from 0 to 1",
    "quality_support": "share of what the firm spends on quality that is paid for it",
    "research_support_lost": "yuan of later support that a yuan of research costs, as firms see it",
    "research_misused": "share of public money for research that never becomes research",
    "research_relabelled": "share of added research that is other spending under its name",
    "success_support": "share added to the chance that research succeeds",
    "talent_inflow": "talent that policy brings a firm this quarter, over what it usually has",
    "purchase": "share of a firm's demand that buyers whom policy brings add to the orders of the quarter",
    "credit_access": "share added to access to credit",
    "entrepreneur_service": "how far the head of the group has the city's services for entrepreneurs, from 0 to 1",
    "helped_loan": "1 where the next loan is a first one with help",
    "fund_offer": "million yuan of public co-investment on offer this quarter",
    "fund_share": "share of an expansion that the offer pays at most",
    "fund_concession": "share of the hurdle rate that public money on the financed part waives",
    "fund_first_loss": "share of its partners' loss in a project that public money takes first",
    "fund_due": "million yuan of public stakes, at cost, that the firm is to buy back this quarter",
    "fund_price": "million yuan that it is asked for them",
    "closure": "share of the firm's capacity that closes at the end of the quarter",
    "award_due": "million yuan of awards that the firm has to return this quarter",
}


_ALL = slice(None)


class Terms:
    """Terms of one quarter; arrays of one value per firm row."""

    def __init__(self, rows: int, stacking: str = Stacking.HIGHEST, most_public: float = 1.0) -> None:
        self.rows = rows
        self._stacking, self._most_public = stacking, most_public
        self._schemes: dict[Spending, list[Scheme]] = {}
        self._stacked: dict[Spending, Support] = {}
        self._owed: dict[Spending, tuple[np.ndarray, np.ndarray]] = {}
        self.energy: EnergyBudget | None = None
        self.swap: SwapRule | None = None  # what new two-high capacity takes
        self.land: LandBudget | None = None
        self.newcomers = Newcomers()
        self.days_saved = 0.0  # days by which service brings capacity forward
        self.fund_money = 0.0  # million yuan set aside for co-investment this quarter
        self.fund_withheld = 0.0  # of it, what the envelope leaves no room to offer
        self.fund_too_small = 0.0  # of it, what only projects too small for an offer could have used
        self._sums: dict[str, np.ndarray] = {}
        self._seen: dict[str, np.ndarray] = {}  # the same, as it is handed out
        self._none = read_only(np.zeros(rows))

    def add(self, name: str, values: np.ndarray | float, rows: np.ndarray | slice = _ALL) -> None:
        """Add an instrument's part (one value per row, or one for all) to the term `name`, for some rows or all.

        Raises:
            KeyError: if the term is unknown.
        """
        if name not in FIRM_TERMS:
            raise KeyError(name)
        if name in self._sums:
            self._sums[name][rows] += values
            return
        if rows is _ALL:
            self._sums[name] = np.full(self.rows, values, dtype=float)
        else:
            self._sums[name] = np.zeros(self.rows)
            self._sums[name][rows] += values
        self._seen[name] = read_only(self._sums[name])

    def set_energy(self, budget: EnergyBudget) -> None:
        """Put the energy budget of the quarter in force.

        Raises:
            ValueError: if there is one.
        """
        if self.energy is not None:
            raise ValueError(f"two instruments set {Sole.ENERGY_BUDGET}")
        self.energy = budget

    def set_land(self, budget: LandBudget) -> None:
        """Put the land budget of the quarter in force; ValueError if there is one."""
        if self.land is not None:
            raise ValueError(f"two instruments set {Sole.LAND_BUDGET}")
        self.land = budget

    def offer(
        self,
        rows: np.ndarray,
        offers: np.ndarray,
        *,
        money: float,
        share: float,
        concession: float,
        first_loss: float = 0.0,
        withheld: float = 0.0,
        too_small: float = 0.0,
    ) -> None:
        """Offer some firms co-investment this quarter; firms take up one offer, so that who made it is paid for it.

        Args:
            offers: million yuan by row. money: million yuan set aside, of which they are made. share: of an expansion,
                at most. concession: share of the hurdle rate waived on the public part. first_loss: share of its
                partners' loss that public money takes first. withheld: of the money, what the envelope leaves no room
                to offer. too_small: of the money, what only projects too small for an offer could have used.

        Raises:
            ValueError: if somebody else offers some.
        """
        if self.has("fund_offer"):
            raise ValueError(f"two instruments make {Sole.CO_INVESTMENT}")
        self.fund_money, self.fund_withheld, self.fund_too_small = money, withheld, too_small
        self.add("fund_offer", offers, rows)
        self.add("fund_share", share, rows)
        self.add("fund_concession", concession, rows)
        self.add("fund_first_loss", first_loss, rows)

    def support(
        self,
        spending: Spending,
        instrument: str,
        clause: str,
        rate: float,
        *,
        whose: np.ndarray | bool = True,
        floor: float = 0.0,
        cap: np.ndarray | float = np.inf,
        beyond: np.ndarray | float = 0.0,
    ) -> None:
        """Promise to pay a share of what firms spend on one thing this quarter; what several promise for it stacks by
        the scenario's rule.

        Args:
            instrument, clause: who will pay. rate: share; nothing where it is zero. whose: mask of the firms that it is
                for. floor: million yuan of spending from which it is paid. cap: million yuan at most, per row or one
                for all. beyond: million yuan of spending that earns nothing, likewise.
        """
        if rate and np.any(whose):
            self._schemes.setdefault(spending, []).append(Scheme(instrument, clause, rate, whose, floor, cap, beyond))
            self._stacked.pop(spending, None)

    def support_of(self, spending: Spending) -> Support:
        """Return what firms are promised for spending of one kind, as rules read it."""
        if spending not in self._stacked:
            schemes = self._schemes.get(spending, [])
            self._stacked[spending] = stacked(schemes, self.rows, self._stacking, self._most_public)
        return self._stacked[spending]

    def schemes(self, spending: Spending) -> Sequence[Scheme]:
        """Return what is promised for spending of one kind, scheme by scheme, before stacking."""
        return self._schemes.get(spending, [])

    def due(
        self, spending: Spending, instrument: str, clause: str, spent: Callable[[], np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of firms that one clause owes something for what they spent, and million yuan, after
        stacking.

        Args:
            spent: million yuan by row; asked once a quarter, by who is first.
        """
        for place, scheme in enumerate(self._schemes.get(spending, [])):
            if (scheme.instrument, scheme.clause) == (instrument, clause):
                rows, shares = self._shares(spending, spent)
                owed = shares[place] > 0.0
                return rows[owed], shares[place, owed]
        return np.zeros(0, dtype=np.int64), np.zeros(0)

    def _shares(self, spending: Spending, spent: Callable[[], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of firms that spent something, and what each scheme pays each of them."""
        from sim.treasury.supported import share_out  # compiled: a file is read without it

        if spending not in self._owed:
            column = spent()
            rows = np.flatnonzero(column > 0.0)
            shares = np.zeros((len(self._schemes[spending]), rows.size))
            share_out(self.support_of(spending), rows, column[rows], shares)
            self._owed[spending] = rows, shares
        return self._owed[spending]

    def column(self, name: str) -> np.ndarray:
        """Return one value per row for a term, to be read only; zeros when no instrument added to it."""
        if name not in FIRM_TERMS:
            raise KeyError(name)
        return self._seen.get(name, self._none)

    def supports(self, spending: Spending) -> bool:
        """Tell whether an instrument supports spending of one kind."""
        return spending in self._schemes

    def has(self, name: str) -> bool:
        """Tell whether an instrument added to the term."""
        return name in self._sums
