"""The tables of a run that grow with worlds, quarters and payments, made world by world: of each payment one row, and
of each quarter, cluster and outcome one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.calendar.quarter import Quarter
from sim.experiments.firm_label import firm_label
from sim.experiments.pieces import Pieces
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import CityTables
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import INVESTMENT

if TYPE_CHECKING:
    from sim.measure.outcomes import Result

Reading = Callable[[int], "Result"]  # of a world by its number
_WORDS = ("instrument", "clause", "trigger")


@dataclass(slots=True)
class Words:
    """What payments of all worlds say, gathered world by world: a column of words has the same ones in every piece."""

    said: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in (*_WORDS, "quarter", "payer")})
    keys: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, result: Result) -> None:
        """Add what the payments of a world say."""
        for name, found in _told(result).items():
            self.said[name].update(found)
        self.keys = np.union1d(self.keys, result.ledger["key"])

    def types(self, city_tables: CityTables) -> dict[str, pd.CategoricalDtype]:
        """Return the type of each column of words; of firms the labels of keys in their order."""
        firms = [firm_label(int(key), city_tables) for key in self.keys]
        return {name: pd.CategoricalDtype(sorted(said)) for name, said in self.said.items()} | {
            "firm": pd.CategoricalDtype(firms)
        }


def _told(result: Result) -> dict[str, list[str]]:
    """Return what each batch of payments says in words."""
    ledger = result.ledger
    return {name: ledger[name].tolist() for name in _WORDS} | {
        "quarter": [str(Quarter(int(quarter))) for quarter in ledger["quarter"]],
        "payer": ["policy fund" if form == INVESTMENT else "city budget" for form in ledger["form"]],
    }


def ledger_table(read: Reading, numbers: Sequence[int], words: Words, city_tables: CityTables) -> Pieces:
    """Return every payment: replication (of `numbers`), quarter, instrument, clause, firm, trigger, amount (million
    yuan and fen), payer.
    """
    types = words.types(city_tables)

    def frames() -> Iterator[pd.DataFrame]:
        for number in numbers:
            yield _payments(read(number), number, words.keys, types)

    return Pieces(frames)


def _payments(result: Result, number: int, keys: np.ndarray, types: dict[str, pd.CategoricalDtype]) -> pd.DataFrame:
    ledger = result.ledger
    batch, fen = ledger["batch"], ledger["fen"]
    told = {name: pd.Categorical(said, dtype=types[name])[batch] for name, said in _told(result).items()}
    firm = pd.Categorical.from_codes(np.searchsorted(keys, ledger["key"]), dtype=types["firm"])
    return pd.DataFrame(
        {
            "replication": np.full(fen.size, number, np.int64),
            "quarter": told["quarter"],
            "instrument": told["instrument"],
            "clause": told["clause"],
            "firm": firm,
            "trigger": told["trigger"],
            "amount": fen / FEN_PER_MILLION,
            "payer": told["payer"],
            "fen": fen,
        }
    )


def first_world(table: Pieces) -> Pieces:
    """Return the rows of the first world that has any; one frame at least, for a table without rows has columns too."""

    def frames() -> Iterator[pd.DataFrame]:
        first: int | None = None
        for frame in table.frames():
            first = int(frame["replication"].iloc[0]) if first is None and len(frame) else first
            own = frame[frame["replication"] == first]
            if first is not None and own.empty:
                return
            yield own

    return Pieces(frames)


def quarter_table(read: Reading, numbers: Sequence[int], city_tables: CityTables) -> Pieces:
    """Return the long table of cluster outcomes by quarter and replication;
    `numbers` says which replications these are.
    """

    def frames() -> Iterator[pd.DataFrame]:
        for number in numbers:
            yield _quarters(read(number), number, city_tables)

    return Pieces(frames)


def _quarters(result: Result, number: int, city_tables: CityTables) -> pd.DataFrame:
    names, quarters = list(result.quarters), list(result.quarter_labels)
    values = np.array([result.quarters[name] for name in names])
    outcome, quarter, cluster = (place.ravel() for place in np.indices(values.shape, dtype=np.int32))
    return pd.DataFrame(
        {
            "replication": np.full(values.size, number, np.int64),
            "quarter": pd.Categorical.from_codes(quarter, quarters),
            "cluster": pd.Categorical.from_codes(cluster, list(city_tables.identifiers)),
            "outcome": pd.Categorical.from_codes(outcome, names),
            "unit": pd.Categorical([outcomes()[name].unit for name in names])[outcome],
            "value": values.ravel(),
        }
    )
