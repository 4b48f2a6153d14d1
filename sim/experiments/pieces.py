"""Tables that are too long to be held: their rows come in frames, one after the other, whenever they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

FrameChange = Callable[[pd.DataFrame], pd.DataFrame]


@dataclass(frozen=True)
class Pieces:
    """A table made in pieces; where these end is nothing that anybody may see.

    Attributes:
        frames: yields its rows anew each time, in at least one frame; all have the same columns of the same types.
        example: some rows that show what each column holds, where the first frame may not (a column of nothing).
    """

    frames: Callable[[], Iterator[pd.DataFrame]]
    example: pd.DataFrame | None = None

    def each(self, change: FrameChange) -> Pieces:
        """Return the table with every frame changed, whose rows stay rows of one table."""
        return Pieces(
            lambda: (change(frame) for frame in self.frames()), None if self.example is None else change(self.example)
        )

    def whole(self) -> pd.DataFrame:
        """Return all its rows: as large as it is."""
        return pd.concat(self.frames(), ignore_index=True)


Table: TypeAlias = pd.DataFrame | Pieces


def frames_of(table: Table) -> Iterator[pd.DataFrame]:
    """Yield the frames of a table; one that is held is its own."""
    if isinstance(table, Pieces):
        yield from table.frames()
    else:
        yield table


def example_of(table: Table) -> pd.DataFrame:
    """Return rows that show what the columns of a table hold."""
    if isinstance(table, Pieces):
        return next(table.frames()) if table.example is None else table.example
    return table


class MadeTables(Mapping[str, pd.DataFrame]):
    """Tables by name. One that is made in pieces is laid together each time it is asked for, and not kept."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)

    def __getitem__(self, name: str) -> pd.DataFrame:
        table = self._tables[name]
        return table.whole() if isinstance(table, Pieces) else table

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def as_made(self, name: str) -> Table:
        """Return a table held or in pieces, as it was made."""
        return self._tables[name]

    def chosen(self, name: str, choose: FrameChange) -> pd.DataFrame:
        """Return some rows of a table, chosen frame by frame."""
        return pd.concat(map(choose, frames_of(self._tables[name])), ignore_index=True)
