"""Tables as bytes: CSV that Excel opens with Chinese intact, Parquet with page checksums;
the same table, the same bytes, in whatever pieces it comes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments.pieces import Table, example_of, frames_of
from sim.tables.rounded import WRITTEN_DIGITS
from sim.tables.units import DUST

if TYPE_CHECKING:
    import pyarrow as pa

_DIGITS = f"%.{WRITTEN_DIGITS}g"
_ROWS = 20_000  # of a piece
_CELLS = 2**20  # of a row group: 8 MB of figures; of many small ones the notes alone would fill memory
RISKY = ("=", "+", "-", "@", "\t", "\r")


def without_dust(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which what rounding left of nought is nought: another processor leaves something else of it."""
    return table.assign(**{name: _swept(table[name]) for name in table.columns})


def without_dust_alike(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the same of a piece of a table: a column of words stays one, whatever the piece happens to hold of it."""
    words = [name for name in frame.columns if frame[name].dtype == object]
    return without_dust(frame).astype(dict.fromkeys(words, object))


def _swept(column: pd.Series) -> pd.Series:
    if column.dtype.kind == "f":
        return column.mask(column.abs() < DUST, 0.0)
    return column.map(_cell) if column.dtype == object else column


def _cell(cell: Any) -> Any:
    """Return a cell of a column that may hold words too; an array of one number is that number."""
    if not isinstance(cell, (float, np.ndarray)):
        return cell
    number = float(cell)
    return 0.0 if abs(number) < DUST else number


def csv_bytes(table: Table) -> bytes:
    """Return a table as UTF-8 CSV with byte-order mark; no text cell can be taken for a formula."""
    return b"".join(csv_pieces(table))


def csv_pieces(table: Table) -> Iterator[bytes]:
    """Yield the bytes of `csv_bytes` piece by piece."""
    begun = False
    for frame in frames_of(table):
        for first in range(0, max(len(frame), 1), _ROWS):
            piece = _csv(frame.iloc[first : first + _ROWS], header=not begun)
            yield piece.encode("utf-8" if begun else "utf-8-sig")
            begun = True


def _csv(table: pd.DataFrame, *, header: bool) -> str:
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].astype(str).map(_safe, na_action="ignore")
    return str(safe.to_csv(index=False, header=header, float_format=_DIGITS, lineterminator="\n"))


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text


def as_it_was(cell: str) -> str:
    """Return the text of a cell before it was made safe."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell


def parquet_pieces(table: Table) -> Iterator[bytes]:
    """Yield a table as Parquet, row group by row group; how many rows these have follows from the columns alone."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, sink = pa.Schema.from_pandas(example_of(table), preserve_index=False), _Sink()
    rows = max(_CELLS // max(len(schema), 1), 1)
    arrows = (pa.Table.from_pandas(frame, schema, preserve_index=False) for frame in frames_of(table))
    with pq.ParquetWriter(sink, schema, compression="zstd", write_page_checksum=True) as writer:
        for group in _groups(arrows, rows):
            writer.write_table(group, rows)
            yield from sink.taken()
    yield from sink.taken()


def _groups(arrows: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield tables of so many rows, the last of what is left; each in one chunk, for chunks would be seen in bytes."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    for arrow in arrows:
        waiting.append(arrow)
        while sum(map(len, waiting)) >= rows:
            *whole, last = waiting
            room = rows - sum(map(len, whole))
            yield pa.concat_tables([*whole, last.slice(0, room)]).combine_chunks()
            waiting = [last.slice(room)]
    if any(map(len, waiting)):
        yield pa.concat_tables(waiting).combine_chunks()


class _Sink(io.RawIOBase):
    """A file that keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._place, self._pieces = 0, list[bytes]()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        self._place += len(self._pieces[-1])
        return len(self._pieces[-1])

    def taken(self) -> list[bytes]:
        """Return what was written since it was last asked, and forget it."""
        pieces, self._pieces = self._pieces, []
        return pieces
