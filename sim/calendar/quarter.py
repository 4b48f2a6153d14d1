"""Quarters of the calendar, counted so that they can be added and compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"([0-9]{4})Q([1-4])")


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """One calendar quarter; `number` counts quarters since year 0, so 2022Q1 is 8088."""

    number: int

    @classmethod
    def of(cls, year: int, season: int = 1) -> Quarter:
        """Return quarter `season` (1 to 4) of `year`."""
        return cls(year * 4 + season - 1)

    @classmethod
    def read(cls, text: str) -> Quarter:
        """Read a quarter written like `2022Q1`.

        Raises:
            ValueError: if the text is not a year, a Q and a number from 1 to 4.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(f"'{text}' is not a quarter; write it like 2022Q1")
        return cls.of(int(match[1]), int(match[2]))

    @property
    def year(self) -> int:
        """Calendar year."""
        return self.number // 4

    @property
    def season(self) -> int:
        """Quarter of the year, 1 to 4."""
        return self.number % 4 + 1

    def __add__(self, quarters: int) -> Quarter:
        return Quarter(self.number + quarters)

    def __sub__(self, other: Quarter) -> int:
        return self.number - other.number

    def __str__(self) -> str:
        return f"{self.year}Q{self.season}"


BASE_YEAR = 2021
FIRST = Quarter.of(2022, 1)
LAST = Quarter.of(2030, 4)
