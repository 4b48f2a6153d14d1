"""Names that become files and folders: what every system can hold."""

from __future__ import annotations

import re
from hashlib import sha256

LONGEST_NAME, _MOST_BYTES = 64, 200  # with what a folder is called beside it, below the 255 bytes of a file's name
_LETTERS = re.compile(rf"[\w一-鿿][\w一-鿿.-]{{0,{LONGEST_NAME - 1}}}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def is_name(text: str) -> bool:
    """Tell whether a text may name a scenario or a variant."""
    return not unfit(text)


def unfit(text: str) -> str:
    """Return what to write instead of a text that cannot name a file or folder on every system; nothing if it can."""
    if _DEVICES.fullmatch(text):
        return f"Windows keeps that name for a device; write another one, like {text.partition('.')[0]}-1"
    if text.endswith("."):
        return "Windows drops a dot at the end; leave it out"
    if not _LETTERS.fullmatch(text):
        return f"use letters, digits, . - and _, at most {LONGEST_NAME}"
    if len(text.encode()) > _MOST_BYTES:
        return f"it takes {len(text.encode())} bytes of {_MOST_BYTES}; write a shorter one"
    return ""


def name_of(base: str, *parts: str) -> str:
    """Return the name of a scenario with parts put over it; one that is too long is cut, and a mark of the whole keeps
    it apart from others.
    """
    whole = "-".join((base, *parts))
    if len(whole) <= LONGEST_NAME:
        return whole
    mark = sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: LONGEST_NAME - len(mark) - 1]}-{mark}"
