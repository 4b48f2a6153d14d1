"""A model that lets others look in within a quarter, and a ledger that keeps who was cut. Looking changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim.behaviours import titles
from sim.calendar.quarter import Quarter
from sim.firms.swap import Bank
from sim.firms.table import Firms
from sim.model import ClusterModel
from sim.policies.instrument import View
from sim.setting import Setting
from sim.treasury.claims import Claim
from sim.treasury.ledger import Ledger


class Shortfall(NamedTuple):
    """Fen of a claim, row by row, that the envelope had no room for in a quarter, and whether they wait for later."""

    quarter: Quarter
    claim: Claim
    fen: np.ndarray
    waits: bool


@dataclass
class OpenLedger(Ledger):
    """A ledger that keeps every shortfall."""

    shortfalls: list[Shortfall] = field(default_factory=list)

    def pay(self, quarter: Quarter, claims: list[Claim]) -> None:
        """Pay as a ledger does; what waited is tried again, so of a quarter only what waits at its end is kept."""
        self.shortfalls = [short for short in self.shortfalls if not (short.waits and short.quarter == quarter)]
        super().pay(quarter, claims)

    def _keep_or_drop(self, quarter: Quarter, claim: Claim, unpaid: np.ndarray) -> None:
        self.shortfalls.append(Shortfall(quarter, claim, unpaid, self.envelope.when_short == "queue"))
        super()._keep_or_drop(quarter, claim, unpaid)


@dataclass
class OpenBank(Bank):
    """A bank of swap credits that keeps who asked for how much in a quarter, and which share each may order.

    Attributes:
        asked: capacity, million yuan of yearly output at 2021 prices, by row. share: of it.
    """

    asked: np.ndarray = field(default_factory=lambda: np.zeros(0))
    share: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def permit(self, new: np.ndarray, ratio: np.ndarray, cluster: np.ndarray) -> np.ndarray:
        """Permit as a bank does."""
        self.asked, self.share = new, super().permit(new, ratio, cluster)
        return self.share


class Onlooker:
    """Who looks in; sees nothing unless told otherwise."""

    def begun(self, model: OpenModel, setting: Setting) -> None:
        """Look when policy has made its offers and no firm has answered yet."""

    def sold(self, model: OpenModel, setting: Setting) -> None:
        """Look when firms have sold and offers are paid: before anything of the quarter is judged."""

    def ended(self, model: OpenModel) -> None:
        """Look when the quarter has ended."""


@dataclass
class OfOneFirm(Onlooker):
    """Looks at one firm: at nothing before it has come, and within a quarter at nothing once it has left.

    Attributes:
        key: the firm's.
    """

    key: int

    def begun(self, model: OpenModel, setting: Setting) -> None:
        """Look at the offers that the firm has not answered yet."""
        if (row := row_of(model.firms, self.key)) is not None and model.firms.active[row]:
            self.offered(model, setting, row)

    def sold(self, model: OpenModel, setting: Setting) -> None:
        """Look at the firm that has sold and is not judged yet."""
        if (row := row_of(model.firms, self.key)) is not None and model.firms.active[row]:
            self.to_be_judged(model, setting, row)

    def ended(self, model: OpenModel) -> None:
        """Look at the firm at the end of the quarter, in business or not."""
        if (row := row_of(model.firms, self.key)) is not None:
            self.after(model, row)

    def offered(self, model: OpenModel, setting: Setting, row: int) -> None:
        """See what is offered to the firm on a row."""

    def to_be_judged(self, model: OpenModel, setting: Setting, row: int) -> None:
        """See the same when it has sold."""

    def after(self, model: OpenModel, row: int) -> None:
        """See the same at the end of the quarter."""


def row_of(firms: Firms, key: int) -> int | None:
    """Return the row of a firm, or nothing before it has come."""
    rows = np.flatnonzero(firms.key == np.uint64(key))
    return int(rows[0]) if rows.size else None


class OpenModel(ClusterModel):
    """The same model, quarter by quarter and byte by byte, with onlookers.

    Attributes:
        onlookers: who look in. ledger: keeps shortfalls beside payments. bank: keeps what it refused, by row.
    """

    ledger: OpenLedger
    bank: OpenBank

    def __init__(self, *scenario: Any, **luck: Any) -> None:
        super().__init__(*scenario, **luck)
        self.ledger = OpenLedger(self.ledger.envelope)
        self.bank = OpenBank(self.bank.clusters)
        self.onlookers: Sequence[Onlooker] = ()
        self._rounds: tuple[Quarter | None, list[tuple[titles.TitleRound, np.ndarray]]] = None, []

    def view(self, quarter: Quarter) -> View:
        """Return what an instrument would see at the start of a quarter if firms were as they are."""
        return self._view(quarter, self.world.at(quarter))

    def title_rounds(self, setting: Setting) -> list[tuple[titles.TitleRound, np.ndarray]]:
        """Return the rounds for titles that this quarter is about to hold, from the highest title down, each with the
        titles after it by row: held on a copy of the firms, once however many ask.
        """
        if self._rounds[0] != setting.quarter:
            firms = self.firms.copy()
            held = [(decided, firms.specialised_title.copy()) for decided in titles.rounds(firms, setting)]
            self._rounds = setting.quarter, held
        return self._rounds[1]

    def _begin(self) -> Setting:
        setting = super()._begin()
        for onlooker in self.onlookers:
            onlooker.begun(self, setting)
        return setting

    def _pay_offers(self, setting: Setting) -> None:
        super()._pay_offers(setting)
        for onlooker in self.onlookers:
            onlooker.sold(self, setting)

    def _finish(self, *ended: Any) -> None:
        super()._finish(*ended)
        for onlooker in self.onlookers:
            onlooker.ended(self)
