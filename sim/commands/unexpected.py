"""The last net: an error that nobody foresaw becomes a file that can be sent, and a line that names it."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.luck.cache_home import cache_home

_PACKAGES = ("clustersim", "mesa", "numpy", "pandas", "scipy", "numba", "click", "pydantic")
_FOLDER = "clustersim-errors"
_LONGEST = 200  # characters of an error that are told


def told(error: BaseException) -> str:
    """Write a report of an error; return the line that says so, and what of the experiment is saved."""
    saved = getattr(error, "saved", "")
    said = (str(error).splitlines() or [""])[0][:_LONGEST]
    text = f"unexpected {type(error).__name__}{': ' + said if said else ''}; {_where(_report(error))}"
    return f"{text}; {saved}" if saved else text


def _where(report: Path | None) -> str:
    if report is None:
        return "no report of it could be written, for want of a place that can be written"
    return f"please send {report}, a report of it in plain text that holds the command line and no table"


def _report(error: BaseException) -> Path | None:
    """Write what a maintainer needs to know into the user's cache, or else where temporary files are: it holds paths of
    this machine, and the folder that a command is given in may be a checkout or somebody's project.
    """
    lines = [
        f"command: {' '.join(sys.argv)}",
        f"python: {platform.python_version()} on {platform.platform()}",
        *(f"{name}: {_version(name)}" for name in _PACKAGES),
        "",
        *traceback.format_exception(error),
    ]
    name = f"clustersim-error-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.txt"
    for home in (cache_home, _temporary):
        try:
            folder = home(_FOLDER)
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / name).open("x", encoding="utf-8", errors="backslashreplace") as file:
                file.write("\n".join(lines))
        except (OSError, RuntimeError):  # nowhere to write, or a user without a home
            continue
        return folder / name
    return None


def _temporary(name: str) -> Path:
    return Path(tempfile.gettempdir()) / name


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
