"""What may stand in a cell of a table of a city, by the kind of its column: what is wrong with a text, and what to
write instead.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sim.calendar.quarter import Quarter
from sim.tables.clusters import Role
from sim.tables.nearest import did_you_mean

PARTED = "; "  # between several words of a cell
UNIQUE = ("key", "code", "word", "input")  # kinds of columns in which nothing stands twice
_KEY, _CODE, _WORD = re.compile(r"[a-z][a-z0-9_]*"), re.compile(r"[A-Z]{2,4}"), re.compile(r"[\w.-]+")
_ONE_OF = "one of: "


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that other tables of the city give."""

    clusters: Sequence[str]
    firms: Sequence[str]
    plants: Sequence[str]
    sources: Sequence[str]


def objection(kind: str, text: str, known: KnownNames, inputs: Sequence[str]) -> str:
    """Return why a text does not fit a column of a kind and what to write, or nothing.

    Args:
        inputs: what may head a row of the input-output table.
    """
    if kind.startswith(_ONE_OF):
        return _of(text, kind.removeprefix(_ONE_OF).split(PARTED))
    named = {
        "cluster": ("is no cluster", known.clusters),
        "firm": ("is no named firm", known.firms),
        "scope": ("is no cluster, named firm or plant", [*known.clusters, *known.firms, *known.plants]),
        "input": ("is no cluster and no good from outside", inputs),
    }
    if kind in named:
        return _named(text, *named[kind])
    if kind == "sources":
        return _several(text, known.sources, "is no source of sources.csv or of the nation", first_word=True)
    if kind == "roles":
        return _several(text, list(Role), "is no role")
    return _PLAIN[kind](text)


def _of(text: str, words: Sequence[str]) -> str:
    return "" if text in words else f"is none of {', '.join(words)}{did_you_mean(text, words)}; write one of them"


def _named(text: str, what: str, names: Sequence[str]) -> str:
    if text in names:
        return ""
    return f"{what}{did_you_mean(text, names)}; write one of {_listed(names)}"


def _several(text: str, names: Sequence[str], what: str, *, first_word: bool = False) -> str:
    """Return what is wrong with words of which each must be known; of a source only the first word is its name."""
    for part in text.split(PARTED):
        name = part.split(" ")[0] if first_word else part
        if name not in names:
            return f"holds '{name}', which {what}{did_you_mean(name, names)}; write one of {_listed(names)}"
    return ""


def _listed(names: Sequence[str]) -> str:
    most = 8
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def is_number(text: str) -> bool:
    """Tell whether a text is a finite number."""
    return _number(text) is not None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _within(low: float, high: float, what: str) -> Callable[[str], str]:
    """Return a check of a number strictly between two ends."""

    def check(text: str) -> str:
        value = _number(text)
        if value is None:
            return f"is not a number; write {what}, digits with a point, without unit or comma"
        return "" if low < value < high else f"is out of reach; write {what}"

    return check


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    return lambda text: "" if pattern.fullmatch(text) else f"does not fit; write {what}"


def _whole(text: str) -> str:
    return "" if text.isdigit() and int(text) > 0 else "is not a whole number above 0; write one in digits"


def _coefficient(text: str) -> str:
    value = _number(text)
    return "" if value is not None and 0.0 <= value < 1.0 else "is no share of output; write a number from 0 to below 1"


def _quarter(text: str) -> str:
    try:
        Quarter.read(text)
    except ValueError:
        return "is no quarter; write one like 2022Q1"
    return ""


_PLAIN: dict[str, Callable[[str], str]] = {
    "text": lambda text: "",
    "number name": _matching(re.compile(r"[a-z][a-z0-9_.]*"), "the name of a number"),
    "key": _matching(_KEY, "small letters, digits and _, beginning with a letter"),
    "code": _matching(_CODE, "two to four capital letters"),
    "word": _matching(_WORD, "one word of letters, digits, - and _"),
    "number": _within(-math.inf, math.inf, "a number"),
    "amount": _within(0.0, math.inf, "a number above 0"),
    "share": _within(0.0, 1.0, "a share between 0 and 1"),
    "whole": _whole,
    "coefficient": _coefficient,
    "flag": lambda text: _of(text, ("0", "1")),
    "quarter": _quarter,
}
