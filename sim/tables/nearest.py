"""A name that does not exist: which are nearest to it, and which command lists all. Every message about an unknown
name is made here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

LISTED_BY = {
    "command": "--help",
    "option": "COMMAND --help",
    "key": "schema",
    "instrument": "levers",
    "lever": "levers",
    "number": "numbers",
    "outcome": "outcomes",
    "scenario": "list",
    "variant": "list SCENARIO",
    "cluster": "clusters",
    "size class": "clusters",
    "field": "eligible --fields",
}
_NEAR, _ALMOST_AS_NEAR = 0.6, 0.95  # of 1 for the same word; and of the nearest
_OF_A_PART, _SHORTEST_PART = 0.9, 4  # of the nearness to one of the words of which a name is made, and its letters
_MOST, _LONGEST = 3, 60

_PARTS = re.compile(r"[\W_]+")
_INSIDE_CHINESE = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def plain(text: str) -> str:
    """Return a text as names are compared: half-width, small, one space between words, none inside Chinese."""
    return _INSIDE_CHINESE.sub("", " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").casefold().split()))


def unknown(kind: str, word: str, known: Iterable[str], *, what: str = "", within: str = "", city: str = "") -> str:
    """Return the message for a name that does not exist: the nearest that do, and the command that lists all.

    Args:
        kind: one of LISTED_BY. what: what to call it, if not its kind. within: what to list of; it takes the place of
            the word in capitals, or is the command's argument, to list less. city: option that names the city whose
            names they are (`CityTables.option`).
    """
    known = list(known)
    hint = did_you_mean(word, known) or write_one_like(word, known)
    return f"unknown {what or kind} '{str(word)[:_LONGEST]}'{hint}{lists_all(kind, within, city)}"


def is_about_a_name(said: str) -> bool:
    """Tell whether what is said comes from `unknown`."""
    return said.startswith("unknown ")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known words, or nothing where none is near."""
    near = near_to(word, known)
    if not near:
        return ""
    best = _nearness(word, near[0])
    return (
        " (did you mean "
        f"{' or '.join(repr(str(name)) for name in near[:_MOST] if _nearness(word, name) >= _ALMOST_AS_NEAR * best)}?)"
    )


def near_to(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words for one of which a word may have been meant, the nearest first."""
    return [name for near, name in _by_nearness(word, known) if near >= _NEAR]


def write_one_like(word: str, known: Iterable[str], first: Iterable[str] = ()) -> str:
    """Return `; write one like x, y`, of which those in `first` stand first; nothing where nothing is known."""
    names = list(dict.fromkeys([*first, *(name for _, name in _by_nearness(word, known) if name != word)]))[:_MOST]
    return f"; write one like {', '.join(names)}" if names else ""


def lists_all(kind: str, within: str = "", city: str = "") -> str:
    """Return `; 'clustersim outcomes' lists all`, of the city that an option names."""
    command = LISTED_BY[kind]
    if within:
        command, held = re.subn(r"\b[A-Z]+\b", lambda _: within, command)
        command += "" if held else f" {within}"
    return f"; 'clustersim {command}{city}' lists all"


def _by_nearness(word: str, known: Iterable[str]) -> list[tuple[float, str]]:
    return sorted(((_nearness(word, name), name) for name in known), key=lambda pair: (-pair[0], pair[1]))


def _nearness(word: str, name: str) -> float:
    """Return how alike two names are; who writes one word may mean a name of several."""
    written = str(word)[:_LONGEST]
    parts = [part for part in _PARTS.split(name) if len(part) >= _SHORTEST_PART and part != name]
    if _PARTS.search(written) or len(written) < _SHORTEST_PART:
        parts = []
    return max((_alike(written, name), *(_OF_A_PART * _alike(written, part) for part in parts)))


def _alike(word: str, name: str) -> float:
    return SequenceMatcher(None, name, word).ratio()
