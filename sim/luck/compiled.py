"""How rules are compiled: one place for the options, and a cache that never serves stale code."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

from sim.luck.identity import code_hash

_F = TypeVar("_F", bound=Callable[..., Any])

# numba tracks the file of a compiled function but not the files of the functions it calls, so an edited
# helper would silently leave old machine code in use. A folder named by the hash of all code cannot.
_KEPT_VERSIONS = 4
_UNUSED = 24 * 3600.0  # seconds: what another version used within a day may be in use now


def _cache_home() -> Path:
    chosen = os.environ.get("CLUSTERSIM_CACHE_DIR") or os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen) / "clustersim"
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "clustersim"


def _forget_old_versions(home: Path, current: str) -> None:
    others = sorted((p for p in home.iterdir() if p.name != current), key=lambda p: p.stat().st_mtime)
    for folder in others[: max(0, len(others) - _KEPT_VERSIONS + 1)]:
        if folder.stat().st_mtime < time.time() - _UNUSED:
            shutil.rmtree(folder, ignore_errors=True)


def _cache_folder() -> Path:
    home, version = _cache_home(), code_hash()[:16]
    try:
        (home / version).mkdir(parents=True, exist_ok=True)
        os.utime(home / version)
        _forget_old_versions(home, version)
        return home / version
    except OSError:
        return Path(tempfile.mkdtemp(prefix="clustersim-"))


setattr(config, "CACHE_DIR", str(_cache_folder()))  # noqa: B010


def kernel(function: _F) -> _F:
    """Compile a loop over firms: cached, without fast-math, so that the bits are the same everywhere."""
    compiled: Any = njit(cache=True, error_model="numpy", nogil=True)(function)
    return compiled


def rule(function: _F) -> _F:
    """Compile a scalar rule that kernels call; it disappears into their loops."""
    compiled: Any = njit(cache=True, error_model="numpy", nogil=True, inline="never")(function)
    return compiled
