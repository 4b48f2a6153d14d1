"""How rules are compiled: one place for the options, and a cache that never serves stale code."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from numba import config, njit

from sim.luck.cache_home import cache_home
from sim.luck.identity import code_hash

_F = TypeVar("_F", bound=Callable[..., Any])

# numba tracks the file of a compiled function but not the files of the functions it calls, so an edited
# helper would silently leave old machine code in use. A folder named by the hash of all code cannot.
_CACHE = "clustersim"  # holds versions alone: old ones are taken out
_KEPT_VERSIONS = 4
_UNUSED = 24 * 3600.0  # seconds: what another version used within a day may be in use now


def _forget_old_versions(home: Path, current: str) -> None:
    others = sorted((p for p in home.iterdir() if p.name != current), key=lambda p: p.stat().st_mtime)
    for folder in others[: max(0, len(others) - _KEPT_VERSIONS + 1)]:
        if folder.stat().st_mtime < time.time() - _UNUSED:
            shutil.rmtree(folder, ignore_errors=True)


def _cache_folder() -> Path:
    home, version = cache_home(_CACHE), code_hash()[:16]
    try:
        (home / version).mkdir(parents=True, exist_ok=True)
        os.utime(home / version)
        _forget_old_versions(home, version)
        return home / version
    except OSError:
        return Path(tempfile.mkdtemp(prefix="clustersim-"))


setattr(config, "CACHE_DIR", str(_cache_folder()))  # noqa: B010


# without fast-math, so that the bits are the same everywhere
_COMPILE: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True}
_WITHOUT_COUNTING: dict[str, Any] = {"forceinline": True, "_nrt": False}  # as numba compiles its own ufuncs


def rule(function: _F) -> _F:
    """Compile a rule that makes no array: it disappears into the loops of the kernels that call it.

    Numba counts who holds each array whenever a bundle is passed on, which cost more than most rules; who makes no
    array has none to give back, and counts nothing.
    """
    compiled: Any = njit(**_COMPILE, **_WITHOUT_COUNTING)(function)
    return compiled


def array_rule(function: _F) -> _F:
    """Compile a rule that makes arrays, for a result or on its way."""
    compiled: Any = njit(**_COMPILE)(function)
    return compiled


def kernel(function: _F) -> _F:
    """Compile a loop over firms, whose first argument says which rows they have."""
    made: Any = Kernel(rule(function))
    return made


class Kernel:
    """A compiled loop over firms.

    Numba reads the types of all arguments at every call, field by field, which costs as much as many a loop (6 % of a
    quarter). As long as a kernel is given the same rows, it is at work in one world, and there its types do not change:
    its second call goes straight to the code that the first one found. It does so only while there is no other code to
    find; of a kernel that has been compiled for two kinds of arguments all types are read.

    Attributes:
        straight: whether calls may; false while types are checked.
    """

    straight: ClassVar[bool] = True

    def __init__(self, compiled: Any) -> None:
        self.compiled = compiled
        self._known: tuple[object, Any] = (None, compiled)  # one assignment, so that threads see both or neither

    def __call__(self, rows: Any, *others: Any) -> Any:
        known, enter = self._known
        if rows is known:
            return enter(rows, *others)
        done = self.compiled(rows, *others)
        found = getattr(self.compiled, "overloads", {})  # none where numba is switched off
        alone = len(found) == 1 and self.straight
        self._known = (rows, next(iter(found.values())).entry_point) if alone else (None, self.compiled)
        return done
