"""The run folder: tables, figures, resolved scenario and manifest, built beside and moved into place whole."""

from __future__ import annotations

import json
import os
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.experiments.files import csv_bytes, parquet_bytes
from sim.experiments.run import RunResult
from sim.experiments.store import CannotWrite
from sim.identity import code_hash, data_hash
from sim.report.figures import draw
from sim.run_folder import MANIFEST, check_free
from sim.scenario_file import to_yaml

PACKAGES = ("mesa", "numpy", "pandas", "scipy", "numba", "pyarrow", "matplotlib", "pydantic")


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
    for name in ("targets", "summary", "clusters", "awards", "firms", "fiscal", "concentration", "notches"):
        (folder / f"{name}.csv").write_bytes(csv_bytes(getattr(result, name)))
    ledger = result.ledger
    (folder / "ledger.csv").write_bytes(csv_bytes(ledger[ledger["replication"] == 0]))
    (folder / "ledger.parquet").write_bytes(parquet_bytes(ledger))
    (folder / "quarters.parquet").write_bytes(parquet_bytes(result.quarters))
    (folder / "scenario.yaml").write_text(to_yaml(result.spec.resolved()), encoding="utf-8")
    figures = draw(result, folder)
    manifest = json.dumps(_manifest(result), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
    return figures


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
