"""A list of what may be set or asked: picked by words, printed for a screen, a pipe or a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import east_asian_width

from sim.scenario.files import ScenarioError
from sim.tables.nearest import unknown

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows under heads.

    Attributes:
        kind: what a row is, as `sim.tables.nearest` knows it. heads: of the columns, in both languages; the first
            column is the name.
        rows: cells. long: number of last columns that are sentences; on a screen they stand below their row.
        city: option of the command that lists all, where it is of a city.
    """

    kind: str
    heads: Row
    rows: tuple[Row, ...]
    long: int = 1
    city: str = ""

    def picked(self, words: Sequence[str]) -> Listing:
        """Return the rows whose name holds one of the words, or, for a word that is in no name, whose sentences do;
        all without words.

        Raises:
            ScenarioError: if a word is nowhere.
        """
        chosen = [self._with(word.lower()) for word in words]
        for word, rows in zip(words, chosen, strict=True):
            if not rows:
                raise ScenarioError(unknown(self.kind, word, self._names(), city=self.city))
        return replace(self, rows=tuple(row for row in self.rows if not words or any(row in rows for rows in chosen)))

    def _names(self) -> list[str]:
        """Names and their parts, so that a part with a slip in it is near too."""
        return list(dict.fromkeys(part for row in self.rows for part in (row[0], *row[0].split("."))))

    def _with(self, word: str) -> set[Row]:
        return {row for row in self.rows if word in row[0].lower()} or {
            row for row in self.rows if any(word in cell.lower() for cell in row[-self.long :])
        }

    def lines(self, *, aligned: bool) -> list[str]:
        """Return text: aligned for a screen, else a line for each row, its cells parted by tabs."""
        if not aligned:
            return ["\t".join(cells) for cells in (self.heads, *self.rows)]
        short = len(self.heads) - self.long
        widths = [max(width(cells[k]) for cells in (self.heads, *self.rows)) for k in range(short)]
        told = []
        for cells in (self.heads, *self.rows):
            told.append("  ".join(_padded(cell, wide) for cell, wide in zip(cells, widths, strict=False)).rstrip())
            told.append(f"    {' '.join(cell for cell in cells[short:] if cell != '-')}")
        return told

    def page(self) -> list[str]:
        """Return a Markdown table."""
        heads, *rows = [
            f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
            for cells in (self.heads, *self.rows)
        ]
        return [heads, f"|{'---|' * len(self.heads)}", *rows]


def width(text: str) -> int:
    """Return how many columns of a screen a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - width(text))
