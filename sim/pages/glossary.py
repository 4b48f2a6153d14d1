"""The words of a page explained: `data/glossary.csv`, a row for each term."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sim.pages.said import Said
from sim.tables.files import read


@dataclass(frozen=True, slots=True)
class Term:
    """A term and its meaning. paragraph: of the source article that uses it, or nothing."""

    name: Said
    meaning: Said
    paragraph: str


@cache
def terms() -> tuple[Term, ...]:
    """Return all terms in the order of the table."""
    return tuple(
        Term(Said(row["term"], row["term_zh"]), Said(row["meaning"], row["meaning_zh"]), row["paragraph"])
        for row in read("glossary")
    )


def found_in(texts: Iterable[Said]) -> tuple[Term, ...]:
    """Return the terms that texts use, in either language."""
    both = list(texts)
    english, chinese = "\n".join(t.en for t in both).lower(), "\n".join(t.zh for t in both)
    return tuple(t for t in terms() if t.name.en.lower() in english or t.name.zh in chinese)
