"""What rationed a firm, quarter by quarter: an energy quota, money, an envelope too small for what it had earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from sim.experiments.open_model import Shortfall
from sim.firms.columns import columns
from sim.tables.units import DUST, FEN_PER_MILLION
from sim.treasury.claims import Spending


class By(StrEnum):
    """What rations."""

    ENERGY = "energy_quota"
    MONEY = "money"  # cash above the buffer, bank credit and owners together
    CUT = "envelope_cut"
    WAITS = "envelope_waits"


@dataclass(frozen=True, slots=True)
class Rationed:
    """One thing of which a firm got less than it wanted, or had earned, in a quarter.

    Attributes:
        what: column of the firm table, or `instrument.clause`. wanted, got: in the unit of the column, or million yuan.
    """

    quarter: str
    by: By
    what: str
    wanted: float
    got: float


def rationed(quarters: Sequence[Mapping[str, Any]]) -> Iterator[Rationed]:
    """Yield what energy quotas and lack of money kept a firm from, given its row after each quarter."""
    for row in quarters:
        if row["output_lost"] > DUST:
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
    return {name: columns()[name].unit for name in ("output", *Spending)}
