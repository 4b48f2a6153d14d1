"""Tables as bytes: CSV that Excel opens with Chinese intact, Parquet with page checksums;
the same table, the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.tables.rounded import WRITTEN_DIGITS
from sim.tables.units import DUST

_DIGITS = f"%.{WRITTEN_DIGITS}g"
_ROWS = 20_000  # of a piece
RISKY = ("=", "+", "-", "@", "\t", "\r")


def without_dust(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in which what rounding left of nought is nought: another processor leaves something else of it."""
    return table.assign(**{name: _swept(table[name]) for name in table.columns})


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


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 CSV with byte-order mark; no text cell can be taken for a formula."""
    return b"".join(csv_pieces(table))


def csv_pieces(table: pd.DataFrame) -> Iterator[bytes]:
    """Yield the bytes of `csv_bytes` piece by piece."""
    for first in range(0, max(len(table), 1), _ROWS):
        piece = _csv(table.iloc[first : first + _ROWS], header=first == 0)
        yield piece.encode("utf-8-sig" if first == 0 else "utf-8")


def _csv(table: pd.DataFrame, *, header: bool) -> str:
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].astype(str).map(lambda text: f"'{text}" if text.startswith(RISKY) else text)
    return str(safe.to_csv(index=False, header=header, float_format=_DIGITS, lineterminator="\n"))


def as_it_was(cell: str) -> str:
    """Return the text of a cell before it was made safe."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()
