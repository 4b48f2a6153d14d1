"""What to mend in a text that is no YAML, JSON or TOML: who wrote it by hand slipped in one of few ways."""

from __future__ import annotations

import re

_TABS = "'\\t'"
_USUAL = {  # by the word of a parser: what was probably meant
    _TABS: "write blanks instead of tabs",
    "double quotes": 'write names in double quotes, like "name", and no comma behind the last',
    "',' delimiter": "write a comma between two entries, close every { and [, and leave comments out",
    "end>'": "close every { and [, and check the indentation",
    "Invalid value": 'write text in quotes, like name = "my-scenario"',
    "'=' after a key": 'write a key and its value like name = "my-scenario"',
    "special characters are not allowed": "take the character out, which is not seen",
    "Cannot overwrite": "a key stands twice; keep one",
}
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_FULL_WIDTH = "：，｛｝［］"  # a Chinese keyboard writes these; only the half-width ones mean anything


def to_mend(said: str, text: str, line: int = 0) -> str:
    """Return what a parser said of a text, and what to write instead.

    Args:
        line: at which it stopped, counted from 1, where it does not say so itself; what is wrong may stand in the line
            before.
    """
    hint = next((hint for words, hint in _USUAL.items() if words in said), "")
    if at := re.search(r"at line (\d+)", said):
        line = int(at[1])
    before = "\n".join(text.splitlines()[max(line - 2, 0) : line])
    wide = next((sign for sign in _QUOTED.sub("", before) if sign in _FULL_WIDTH), "")
    if wide and hint != _USUAL[_TABS]:
        hint = f"write the half-width sign instead of {wide}, or quotes around the text"
    return f"{said}; {hint or 'check indentation, colons and quotes'}"
