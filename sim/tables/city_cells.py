"""What may stand in a cell of a table of a city, by the kind of its column and its reach (`least`, `most`): what is
wrong with a text, and what to write instead.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim.calendar.quarter import Quarter
from sim.tables.clusters import Role
from sim.tables.nearest import did_you_mean
from sim.tables.units import PER_CENT

PARTED = "; "  # between several words of a cell
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}([, '][0-9]{3})+(\.[0-9]*)?")
_YEARS = re.compile(r"((?:19|20)[0-9]{2})(?:-((?:19|20)[0-9]{2}))?")
_LONGEST = {"name": 100}  # signs in a cell of a kind
_LONGEST_TEXT = 2_000
_ONE_OF = "one of: "


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that other tables of the city give; nothing where their table cannot be read."""

    clusters: Sequence[str] | None
    firms: Sequence[str] | None
    plants: Sequence[str] | None
    sources: Sequence[str] | None
    inputs: Sequence[str] | None

    def of(self, kind: str) -> tuple[str, Sequence[str] | None] | None:
        """Return what a name of a kind is not, and those that are there; nothing for a kind that is no name."""
        scopes = None
        if self.clusters is not None and self.firms is not None and self.plants is not None:
            scopes = [*self.clusters, *self.firms, *self.plants]
        return {
            "cluster": ("is no cluster", self.clusters),
            "firm": ("is no named firm", self.firms),
            "scope": ("is no cluster, named firm or plant", scopes),
            "input": ("is no cluster and no good from outside", self.inputs),
            "sources": ("is no source of sources.csv or of the nation", self.sources),
            "roles": ("is no role", [str(role) for role in Role]),
        }.get(kind)


def objection(said: Mapping[str, str], text: str, known: KnownNames) -> str:
    """Return why a text does not fit a column and what to write, or nothing.

    Args:
        said: what is declared of the column.
    """
    kind = said["kind"]
    if why := _unseen(text) or _too_long(kind, text):
        return why
    if kind.startswith(_ONE_OF):
        return _of(text, kind.removeprefix(_ONE_OF).split(PARTED))
    if named := known.of(kind):
        return _named(text, *named, several=kind in ("sources", "roles"), first_word=kind == "sources")
    return _PLAIN[kind](text, said)


def _unseen(text: str) -> str:
    if text != text.strip():
        return "begins or ends with a space; take it out"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cn") for sign in text):
        return "holds a line break or a sign that cannot be seen (a quote that is not closed?); take it out"
    return ""


def _too_long(kind: str, text: str) -> str:
    most = _LONGEST.get(kind, _LONGEST_TEXT)
    return f"has {len(text):,} signs; write at most {most:,}" if len(text) > most else ""


def _of(text: str, words: Sequence[str]) -> str:
    return "" if text in words else f"is none of {', '.join(words)}{did_you_mean(text, words)}; write one of them"


def _named(text: str, what: str, names: Sequence[str] | None, *, several: bool, first_word: bool) -> str:
    """Return what is wrong with words of which each must be known; of a source only the first word is its name."""
    if names is None:
        return ""  # their table cannot be read, which is told there
    for part in text.split(PARTED) if several else (text,):
        name = part.split(" ")[0] if first_word else part
        if name not in names:
            holds = f"holds '{name[:60]}', which " if several else ""
            return f"{holds}{what}{did_you_mean(name, names)}; {_instead(names)}"
    return ""


def _instead(names: Sequence[str]) -> str:
    most = 8
    if not names:
        return "there is none yet; write its row, or take this out"
    return f"write one of {', '.join(names[:most])}{' ...' if len(names) > most else ''}"


def is_number(text: str) -> bool:
    """Tell whether a text is a finite number in plain digits."""
    return _number(text) is not None


def _number(text: str) -> float | None:
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def no_number(text: str) -> str:
    """Return that a text is no number, with the number that is meant where it can be told."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[, ']", "", plain) if _THOUSANDS.fullmatch(plain) else plain
    share = _number(digits.removesuffix("%").strip()) if digits.endswith("%") else None
    meant = f"{share / PER_CENT:.12g}" if share is not None else digits if is_number(digits) else ""
    like = f", like {meant}" if meant else ""
    return f"is not a number; write digits with a point, without unit, % or comma{like}"


def reach(least: float, most: float) -> str:
    """Return which numbers may be written: `a number from 0 to 1`, `a number of at least 10`."""
    if math.isinf(most):
        return "a number" if math.isinf(least) else f"a number of at least {least:,.12g}"
    if math.isinf(least):
        return f"a number of at most {most:,.12g}"
    return f"a number from {least:,.12g} to {most:,.12g}"


def _within(low: float, high: float, what: str) -> Callable[[str, Mapping[str, str]], str]:
    """Return a check of a number strictly between two ends, and at most what is declared."""

    def check(text: str, said: Mapping[str, str]) -> str:
        value = _number(text)
        if value is None:
            return no_number(text)
        if value > float(said["most"] or math.inf):
            return f"is out of reach; write {what}, at most {float(said['most']):,.12g}: {said['meaning']}"
        return "" if low < value < high else f"is out of reach; write {what}"

    return check


def _matching(pattern: str, what: str) -> Callable[[str, Mapping[str, str]], str]:
    return lambda text, said: "" if re.fullmatch(pattern, text) else f"does not fit; write {what}"


def _whole(text: str, said: Mapping[str, str]) -> str:
    if not re.fullmatch(r"[0-9]+", text):
        return f"is not a whole number above 0; write one in digits{_like_whole(text)}"
    least, most = int(said["least"]), int(said["most"])
    inside = len(text) < len(said["most"]) + 1 and least <= int(text) <= most
    return "" if inside else f"is out of reach; write {least:,} to {most:,}: {said['meaning']}"


def _like_whole(text: str) -> str:
    _, like, meant = no_number(text).partition(", like ")
    return f"{like}{meant}" if meant.isdigit() else ""


def _coefficient(text: str, said: Mapping[str, str]) -> str:
    value = _number(text)
    if value is not None and 0.0 <= value < 1.0:
        return ""
    _, like, meant = no_number(text).partition(", like ")
    return f"is no share of output; write a number from 0 to below 1{(like + meant) * (value is None)}"


def _quarter(text: str, said: Mapping[str, str]) -> str:
    try:
        written = Quarter.read(text)
    except ValueError:
        return "is no quarter; write one like 2022Q1"
    inside = Quarter.read(said["least"]) <= written <= Quarter.read(said["most"])
    return "" if inside else f"is out of reach; write a quarter from {said['least']} to {said['most']}"


def _years(text: str, said: Mapping[str, str]) -> str:
    match = _YEARS.fullmatch(text)
    if match is None:
        return "is no year; write one like 2021, or two like 2018-2021"
    return "is the wrong way round; write the earlier year first" if match[2] and match[2] < match[1] else ""


_PLAIN: dict[str, Callable[[str, Mapping[str, str]], str]] = {
    "text": lambda text, said: "",
    "name": lambda text, said: "" if any(sign.isalnum() for sign in text) else "is no name; write one",
    "number name": _matching(r"[a-z][a-z0-9_.]*", "the name of a number"),
    "key": _matching(r"[a-z][a-z0-9_]{0,59}", "small letters, digits and _, beginning with a letter, at most 60"),
    "code": _matching(r"[A-Z]{2,4}", "two to four capital letters"),
    "word": _matching(r"[\w.-]{1,60}", "one word of letters, digits, - and _, at most 60"),
    "number": _within(-math.inf, math.inf, "a number"),
    "amount": _within(0.0, math.inf, "a number above 0"),
    "share": _within(0.0, 1.0, "a share between 0 and 1"),
    "whole": _whole,
    "coefficient": _coefficient,
    "flag": lambda text, said: _of(text, ("0", "1")),
    "quarter": _quarter,
    "years": _years,
}
