"""Tables as bytes: CSV that Excel opens with Chinese intact, Parquet with page checksums; the same table, the same bytes."""

from __future__ import annotations

import io

import pandas as pd

_DIGITS = "%.10g"
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as UTF-8 CSV with byte-order mark; no text cell can be taken for a formula."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].astype(str).map(lambda text: f"'{text}" if text.startswith(_RISKY) else text)
    text = safe.to_csv(index=False, float_format=_DIGITS, lineterminator="\n")
    return text.encode("utf-8-sig")


def parquet_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow, buffer, compression="zstd", write_page_checksum=True)
    return buffer.getvalue()
