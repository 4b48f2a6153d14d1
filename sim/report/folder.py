"""The run folder: tables, figures, resolved scenario and manifest, built beside and moved into place whole."""

from __future__ import annotations

import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.experiments.run import RunResult
from sim.identity import code_hash, data_hash
from sim.report.figures import draw
from sim.run_folder import MANIFEST, check_free
from sim.scenario_file import to_yaml

PACKAGES = ("mesa", "numpy", "pandas", "scipy", "numba", "pyarrow", "matplotlib", "pydantic")
_DIGITS = "%.10g"
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class CannotWrite(RuntimeError):
    """The folder could not be written."""


def write(result: RunResult, folder: Path) -> list[Path]:
    """Write a run; an earlier run in the folder is replaced only when the new one is complete. Returns the figures.

    Raises:
        CannotWrite: if the disk refuses.
    """
    check_free(folder)
    beside = folder.parent / f".{folder.name}.tmp-{os.getpid()}"
    try:
        beside.mkdir(parents=True)
        figures = _fill(result, beside)
        _swap(beside, folder)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be written ({error.strerror}); free space or choose another --out") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [folder / figure for figure in figures]


def _swap(beside: Path, folder: Path) -> None:
    old = folder.parent / f".{folder.name}.old-{os.getpid()}"
    if folder.exists():
        folder.rename(old)
    beside.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _fill(result: RunResult, folder: Path) -> list[str]:
    for name in ("targets", "summary", "clusters", "awards", "firms"):
        write_csv(getattr(result, name), folder / f"{name}.csv")
    ledger = result.ledger
    write_csv(ledger[ledger["replication"] == 0], folder / "ledger.csv")
    write_parquet(ledger, folder / "ledger.parquet")
    write_parquet(result.quarters, folder / "quarters.parquet")
    (folder / "scenario.yaml").write_text(to_yaml(result.spec.resolved()), encoding="utf-8")
    figures = draw(result, folder)
    manifest = json.dumps(_manifest(result), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
    return figures


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table that Excel opens with Chinese intact; no text cell can be taken for a formula."""
    safe = table.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].astype(str).map(lambda text: f"'{text}" if text.startswith(_RISKY) else text)
    safe.to_csv(path, index=False, encoding="utf-8-sig", float_format=_DIGITS, lineterminator="\n")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet with page checksums; the same table gives the same bytes."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow, path, compression="zstd", write_page_checksum=True)


def _manifest(result: RunResult) -> dict[str, Any]:
    return {
        "clustersim": version("clustersim"),
        "scenario": result.spec.name,
        "seed": result.seed,
        "replications": len(result.results),
        "fixed": result.fixed,
        "code_sha256": code_hash(),
        "data_sha256": data_hash(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "seconds": round(result.seconds, 2),
        "cite": "clustersim authors: clustersim, an agent-based simulation of industrial policy in Changzhou",
    }
