"""What a page is made of: sections, each with what it says first, and the tables and texts behind that."""

from __future__ import annotations

from dataclasses import dataclass

from sim.pages.said import Said

SaidRow = tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Figures, at most four columns wide so that a phone shows them; the first column names the row."""

    title: Said
    head: SaidRow
    rows: tuple[SaidRow, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text to be copied, as it stands."""

    title: Said
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a section says.

    Attributes:
        lead: said on the first screen and on the brief too. more: said here alone.
    """

    lead: tuple[Said, ...]
    more: tuple[Said, ...] = ()
    tables: tuple[Table, ...] = ()
    texts: tuple[Verbatim, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part under its title; `name` is of its element."""

    name: str
    title: Said
    part: Body
