"""A register of real firms as arrays: what each firm is known to be, and what is not known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np


class NamedCluster(Protocol):
    """What the reader needs to know of a cluster."""

    @property
    def identifier(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def english(self) -> str: ...
    @property
    def chinese(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PublicFirm:
    """A firm that the city's own table names; `cluster` is its number in the list of clusters."""

    identifier: str
    cluster: int
    english: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Register:
    """The firms of a register in the order of its rows; N firms.

    Attributes:
        file, sheet: where it was read. lines: row of each firm in the sheet, from 0.
        codes, names: as written, empty where not given; they belong in no output.
        cluster: number of each firm's cluster in the list of clusters, (N,).
        amounts: by column, (N,), nan where not given: million yuan (a year or at the end of 2021), tce, persons.
        words: by column (`listed`, `ownership`, `headquarters`), a value of `register_words.csv` for each firm, empty
            where not given.
        titles: values for each firm, empty for none, None where not given.
        head: row of the head of each firm's group within this register, its own where it heads one or stands alone,
            -1 where not given. public_head: identifier of the named firm that heads it, else empty.
        alone: whether a row says that the firm belongs to no group, (N,).
        public: identifier of the city's named firm that a row stands for, else empty.
    """

    file: str
    sheet: str
    lines: np.ndarray
    codes: tuple[str, ...]
    names: tuple[str, ...]
    cluster: np.ndarray
    amounts: Mapping[str, np.ndarray]
    words: Mapping[str, tuple[str, ...]]
    titles: tuple[frozenset[str] | None, ...]
    head: np.ndarray
    public_head: tuple[str, ...]
    alone: np.ndarray
    public: tuple[str, ...]

    def __len__(self) -> int:
        return self.lines.size

    def __getitem__(self, column: str) -> np.ndarray:
        """Return an amount of every firm, nan where not given."""
        return self.amounts[column]

    def place(self, firm: int) -> str:
        """Return where a firm stands, as the user finds it."""
        sheet = f"sheet {self.sheet}, " if self.sheet else ""
        return f"{self.file}: {sheet}row {self.lines[firm] + 1}"
