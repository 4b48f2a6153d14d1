"""Where what is no result is kept: compiled rules, and reports of errors that nobody foresaw."""

from __future__ import annotations

import os
from pathlib import Path

_CHOSEN = ("CLUSTERSIM_CACHE_DIR", "NUMBA_CACHE_DIR")
_USUAL = ("LOCALAPPDATA", "XDG_CACHE_HOME")


def cache_home(name: str) -> Path:
    """Return a folder of the user's cache by name, whether or not it is there: never one of a project."""
    base = next((found for key in (*_CHOSEN, *_USUAL) if (found := os.environ.get(key))), None)
    return (Path(base) if base else Path.home() / ".cache") / name
