"""Texts of users as a terminal may show them: nothing in them moves it, colours it, or turns what follows around."""

from __future__ import annotations

import re

_LONGEST_WORD = 255  # what a file may be called on every system
# Control characters but tabulator and line feed, marks of direction, separators, half characters, no characters, tags.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_ENDLESS = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def hidden(text: str) -> str:
    """Return the first character of a text that is not seen and acts, as `U+202E`; nothing where there is none."""
    found = _HIDDEN.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def printable(text: str) -> str:
    """Return a text in which characters that are not seen are written out: `\\u202e`."""
    return _HIDDEN.sub(_written, text)


def of_readable_words(text: str) -> str:
    """Return a message in which words that a user wrote without end are cut."""
    return _ENDLESS.sub(lambda word: shortened(word[0]), text)


def shortened(text: str, most: int = 100) -> str:
    """Return a text of a user as a message repeats it: its beginning, where it is long."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _written(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
