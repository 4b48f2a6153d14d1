"""Export of a sweep for the EMA Workbench, whose PRIM and CART then find the boxes in which a policy fails."""

from __future__ import annotations

import gzip
import io
import json
import tarfile

import pandas as pd

from sim.tables.catalogue import outcomes


def ema_archive(sweep: pd.DataFrame, levers: list[str], model: str) -> bytes:
    """Return a gzipped tar with experiments, one file per outcome, and metadata; the same sweep gives the same bytes.

    Args:
        sweep: the table `sweep` of a sweep; the rows of its last year are taken.
    """
    last = sweep[sweep["year"] == sweep["year"].max()]
    experiments = last[levers].assign(
        scenario=last["replication"].astype(str), policy=last["point"].astype(str), model=model
    )
    names = [name for name in outcomes() if name in last.columns and last[name].notna().all()]
    kinds = {
        name: "float64" if pd.api.types.is_numeric_dtype(column) else "object" for name, column in experiments.items()
    }
    metadata = {
        "version": 0.1,
        "outcomes": [["ScalarOutcome", name, f"{name}.cls"] for name in names],
        "experiments": kinds,
    }
    files = {
        "metadata.json": json.dumps(metadata).encode(),
        "experiments.csv": experiments.to_csv(index=False).encode(),
    }
    files |= {f"{name}.cls": last[name].to_csv(index=False, header=False).encode() for name in names}
    return _tarred(files)


def _tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
