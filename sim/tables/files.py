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


class FileTooLarge(ValueError):
    """A file holds more than is read."""


def bytes_of(path: Path, most: int | None = None) -> bytes:
    """Return what a file holds.

    Args:
        most: bytes that are read; without it as many as there are.

    Raises:
        OSError: if it cannot be read, or is no file: whoever opens a pipe waits for ever.
        FileTooLarge: if it holds more than `most`; no more is read then.
    """
    if not S_ISREG(path.stat().st_mode):
        raise OSError(EINVAL, "it is a folder, a pipe or a device")
    with path.open("rb") as file:
        data = file.read() if most is None else file.read(most + 1)
    if most is not None and len(data) > most:
        raise FileTooLarge(most)
    return data


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
