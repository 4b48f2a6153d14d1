"""The tables of `sim/data`: one way to read them all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from errno import EINVAL
from pathlib import Path
from stat import S_ISREG

DATA = Path(__file__).parents[1] / "data"


class TableError(ValueError):
    """One or more things wrong with the tables of a city, one line each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def bytes_of(path: Path) -> bytes:
    """Return what a file holds.

    Raises:
        OSError: if it cannot be read, or is no file: whoever opens a pipe waits for ever.
    """
    if not S_ISREG(path.stat().st_mode):
        raise OSError(EINVAL, "it is a folder, a pipe or a device")
    return path.read_bytes()


def refuse(problems: Sequence[str]) -> None:
    """Refuse tables in which something is wrong.

    Raises:
        TableError: if there is a problem; a line for each.
    """
    if problems:
        raise TableError(*problems)


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of `sim/data` by its path without ending, every value as text."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
