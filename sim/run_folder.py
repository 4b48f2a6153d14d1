"""Which folders a run may take: a new one, an empty one, or an earlier run. Light, so that a refusal comes at once."""

from __future__ import annotations

import json
from pathlib import Path

from sim.scenario_file import ScenarioError

MANIFEST = "manifest.json"


def check_free(folder: Path) -> None:
    """Refuse a folder that holds something other than an earlier run.

    Raises:
        ScenarioError: if it does.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ScenarioError(f"{folder}: is not a folder; choose another --out")
    if folder.is_dir() and any(folder.iterdir()) and not _is_run(folder):
        raise ScenarioError(f"{folder}: holds something that is not a run; choose an empty or new folder for --out")


def _is_run(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("clustersim"))
    except (OSError, ValueError, AttributeError):
        return False
