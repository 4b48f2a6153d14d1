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


def as_page() -> str:
    """Return docs/glossary.md."""
    lines = [f"| {t.name.zh} | {t.name.en} | {t.meaning.zh} | {t.meaning.en} | {t.paragraph} |" for t in terms()]
    head = ["| 名词 | Term | 含义 | Meaning | Article 原文段落 |", "| --- | --- | --- | --- | --- |"]
    return "\n".join(["# Glossary 名词解释", "", *_ABOUT, "", *head, *lines]) + "\n"


_ABOUT = (
    "The words of the page and the brief (`clustersim page`), written by `make reference` from "
    "`sim/data/glossary.csv`. A page explains those that it uses.",
    "网页与简报所用名词，由 `make reference` 据 `sim/data/glossary.csv` 生成；每个网页只列出它用到的名词。",
)


def found_in(texts: Iterable[Said]) -> tuple[Term, ...]:
    """Return the terms that texts use, in either language."""
    both = list(texts)
    english, chinese = "\n".join(t.en for t in both).lower(), "\n".join(t.zh for t in both)
    return tuple(t for t in terms() if t.name.en.lower() in english or t.name.zh in chinese)
