"""What rationed a firm, quarter by quarter: an energy quota, a rule on what may be built, land, money, an envelope too
small for what it had earned, an order to close.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from sim.experiments.open_model import OfOneFirm, OpenModel, Shortfall
from sim.firms.columns import columns
from sim.setting import Setting
from sim.tables.units import DUST, FEN_PER_MILLION
from sim.treasury.claims import Spending


class By(StrEnum):
    """What rations."""

    ORDER = "order_to_close"
    ENERGY = "energy_quota"
    SWAP = "two_high_rule"
    LAND = "land"
    MONEY = "money"  # cash above the buffer, bank credit and owners together
    CUT = "envelope_cut"
    WAITS = "envelope_waits"


@dataclass(frozen=True, slots=True)
class Rationed:
    """One thing of which a firm got less than it wanted, had earned, or had standing, in a quarter.

    Attributes:
        what: column of the firm table, or `instrument.clause`. wanted, got: in the unit of the column, or million yuan.
    """

    quarter: str
    by: By
    what: str
    wanted: float
    got: float


@dataclass
class Refusals(OfOneFirm):
    """Looks in and notes what rules left of one firm's plans and plant: what it wanted before a rule cut it stands in
    no column at the end of a quarter, and rules that ended leave their last columns behind.

    Attributes:
        found: in the order of quarters.
    """

    found: list[Rationed] = field(default_factory=list)

    def to_be_judged(self, model: OpenModel, setting: Setting, row: int) -> None:
        """Note the quarter, in which expansions are ordered and no plant is closed yet."""
        for by, what, wanted, got in _refused(model, setting, row):
            if wanted - got > DUST:
                self.found.append(Rationed(str(setting.quarter), by, what, wanted, got))


def _refused(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[By, str, float, float]]:
    """Yield what each rule in force is asked for and leaves: land in mu, an expansion in million yuan, and of capital
    (million yuan at 2021 prices) what stands and what an order leaves of it.
    """
    firms, terms = model.firms, setting.terms
    capital, share = float(firms.capital[row]), float(terms.column("closure")[row])
    yield By.ORDER, "capital", capital, capital * (1.0 - min(share, 1.0))
    if terms.swap is not None:
        of_capacity = (1.0 + firms.capital_extra[row]) * setting.technology.capital_output[firms.cluster[row]]
        wanted = float(model.bank.asked[row] * of_capacity) * setting.conditions.deflator
        yield By.SWAP, str(Spending.EXPANSION), wanted, wanted * float(model.bank.share[row])
    if terms.land is not None:
        allotted = float(firms.land_allotted[row])
        yield By.LAND, "land", allotted + float(firms.land_short[row]), allotted


def rationed(quarters: Sequence[Mapping[str, Any]]) -> Iterator[Rationed]:
    """Yield what energy quotas and lack of money kept a firm from, given its row after each quarter: who sold quota
    chose to make less, and was not kept from it.
    """
    for row in quarters:
        if row["output_lost"] > DUST and row["energy_bought"] >= 0.0:
            wanted = row["wanted_output"]
            yield Rationed(row["quarter"], By.ENERGY, "output", wanted, wanted - row["output_lost"])
        for spending in Spending:
            wanted, got = row[wanted_column(spending)], row[spending]
            if wanted - got > DUST:
                yield Rationed(row["quarter"], By.MONEY, str(spending), wanted, got)


def wanted_column(spending: Spending) -> str:
    """Return the column that holds what a firm wants to spend so."""
    return f"wanted_{spending.removesuffix('_spending')}"


def unpaid(shortfalls: Sequence[Shortfall], row: int) -> Iterator[Rationed]:
    """Yield what a firm had earned and the envelope did not pay, million yuan."""
    for short in shortfalls:
        asked = np.rint(short.claim.amounts * FEN_PER_MILLION).astype(np.int64)
        for place in np.flatnonzero((short.claim.rows == row) & (short.fen > 0)).tolist():
            wanted, got = int(asked[place]), int(asked[place] - short.fen[place])
            what = f"{short.claim.instrument}.{short.claim.clause}"
            by = By.WAITS if short.waits else By.CUT
            yield Rationed(str(short.quarter), by, what, wanted / FEN_PER_MILLION, got / FEN_PER_MILLION)


def units() -> dict[str, str]:
    """Return the unit of each column that can be rationed."""
    return {name: columns()[name].unit for name in ("output", "land", "capital", *Spending)}
