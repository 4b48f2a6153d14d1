"""Words in a picture: text stays text, in both languages, broken into lines by an estimate of its width."""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape

from sim.pages.said import Said
from sim.tables.printable import printable

SMALL = 11.0  # of letters; a picture as wide as a phone shows them so
LINE = 1.25  # of lines, in sizes
_WIDE, _NARROW = 1.0, 0.6  # widths of letters in sizes: Chinese, and Latin on average
_BREAKS = " -_./，、；：（"
_MORE = "…"
START, MIDDLE, END = "start", "middle", "end"


def inert(text: object) -> str:
    """Return a text of anyone as XML that does nothing: characters that act are written out, marks of XML escaped."""
    return escape(" ".join(printable(str(text)).split()), {'"': "&quot;"})


def width(text: str, size: float = SMALL) -> float:
    """Return about how wide a text stands."""
    return size * sum(_WIDE if unicodedata.east_asian_width(sign) in "WF" else _NARROW for sign in text)


def broken(text: str, room: float, most: int = 2, size: float = SMALL) -> list[str]:
    """Return a text as lines that fit; what is left of it after so many lines is cut with an ellipsis."""
    rest = " ".join(printable(text).split())
    lines: list[str] = []
    while rest and len(lines) < most:
        end = _fits(rest, room, size)
        if end < len(rest) and len(lines) == most - 1:
            return [*lines, rest[: _fits(rest, room - width(_MORE, size), size)].rstrip() + _MORE]
        if end < len(rest):
            end = max((place + 1 for place in range(end) if _may_break(rest, place)), default=end)
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    return lines or [""]


def _fits(text: str, room: float, size: float) -> int:
    """Return how many of the first signs fit, at least one."""
    wide = 0.0
    for place, sign in enumerate(text):
        wide += width(sign, size)
        if wide > room:
            return max(place, 1)
    return len(text)


def _may_break(text: str, place: int) -> bool:
    return text[place] in _BREAKS or unicodedata.east_asian_width(text[place]) in "WF"


def plain(x: float, y: float, text: object, *, anchor: str = START, more: str = "") -> str:
    """Return a text that is the same in both languages.

    Args:
        x, y: where its anchor stands. more: further attributes, as they are written.
    """
    return f'<text x="{x:g}" y="{y:g}"{_anchor(anchor)}{more}>{inert(text)}</text>'


def both(
    x: float, y: float, said: Said, *, room: float, anchor: str = START, most: int = 2, more: str = ""
) -> tuple[str, float]:
    """Return a text in both languages and the height that its lines take, from the top of the first.

    Args:
        x: where its anchor stands. y: its top. room: how wide a line may be. most: lines.
    """
    texts = {"en": broken(said.en, room, most), "zh": broken(said.zh, room, most)}
    if texts["en"] == texts["zh"]:
        texts = {"": texts["en"]}
    parts = (_lines(x, y, lines, f"{_class(language)}{_anchor(anchor)}{more}") for language, lines in texts.items())
    return "".join(parts), SMALL * LINE * max(len(lines) for lines in texts.values())


def _lines(x: float, y: float, lines: list[str], marks: str) -> str:
    tops = [round(y + SMALL + place * SMALL * LINE, 1) for place in range(len(lines))]
    if len(lines) == 1:
        return f'<text x="{x:g}" y="{tops[0]:g}"{marks}>{inert(lines[0])}</text>'
    spans = (f'<tspan x="{x:g}" y="{top:g}">{inert(line)}</tspan>' for top, line in zip(tops, lines, strict=True))
    return f"<text{marks}>{''.join(spans)}</text>"


def _anchor(anchor: str) -> str:
    return "" if anchor == START else f' text-anchor="{anchor}"'


def _class(language: str) -> str:
    return f' class="{language}"' if language else ""
