"""Marks: what stands for values in a picture. Each kind of series has a colour, a dash and a shape, so that grey
reads too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

# Okabe and Ito (2008): told apart by who sees no red or no green; in order of use here, from dark to light and back.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_DASHES = ("", "6 3", "2 2", "8 3 2 3", "4 2", "1 3", "10 3")
_KINDS = ("dot", "square", "diamond", "triangle")
GREY, INK, FAINT = "#6b6b6b", "#222222", "#d8d8d8"
RADIUS = 3.0
NEAR, FAR = 0.28, 0.14  # shades of an interval, and of a wider range about it


@dataclass(frozen=True, slots=True)
class Style:
    """How a series looks: colour, dash of its line, shape of its points, whether these are filled."""

    colour: str
    dash: str = ""
    shape: str = "dot"
    filled: bool = True


BESIDE = Style(GREY, "5 3", "square", filled=False)  # what a series is compared with


def style(place: int) -> Style:
    """Return how the series at a place looks; after the last the first comes again."""
    return Style(
        _COLOURS[place % len(_COLOURS)],
        _DASHES[place % len(_DASHES)],
        _KINDS[place % len(_KINDS)],
        filled=place // len(_KINDS) % 2 == 0,
    )


Spot = tuple[float, float]


def line(points: Sequence[Spot], look: Style, *, width: float = 2.0) -> str:
    """Return a line through points; where one is undefined the line is broken."""
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    pieces = " ".join(f"M{_path(piece)}" for piece in _pieces(points) if len(piece) > 1)
    return f'<path d="{pieces}" fill="none" stroke="{look.colour}" stroke-width="{width:g}"{dash}/>' if pieces else ""


def band(low: Sequence[Spot], high: Sequence[Spot], look: Style, *, opacity: float = NEAR) -> str:
    """Return an area between two lines over the same places; where one end is undefined there is none."""
    ends = [(*a, b[1]) for a, b in zip(low, high, strict=True)]
    pieces = []
    for known, piece in groupby(ends, key=lambda end: all(map(math.isfinite, end))):
        rows = list(piece)
        if known and len(rows) > 1:
            there, back = [(x, y) for x, y, _ in rows], [(x, y) for x, _, y in reversed(rows)]
            pieces.append(f"M{_path([*there, *back])}Z")
    return f'<path d="{" ".join(pieces)}" fill="{look.colour}" fill-opacity="{opacity:g}"/>' if pieces else ""


def whisker(one: Spot, other: Spot, look: Style) -> str:
    """Return an interval as a thin line with ends across it; nothing where an end is undefined."""
    if not all(map(math.isfinite, (*one, *other))):
        return ""
    (x1, y1), (x2, y2) = one, other
    cap = (0.0, RADIUS) if y1 == y2 else (RADIUS, 0.0)
    ends = " ".join(f"M{_at(x - cap[0], y - cap[1])} {_at(x + cap[0], y + cap[1])}" for x, y in (one, other))
    return f'<path d="M{_at(x1, y1)} {_at(x2, y2)} {ends}" fill="none" stroke="{look.colour}" stroke-width="1.2"/>'


def points(places: Sequence[Spot], look: Style) -> str:
    """Return points as one mark; what is undefined is left out."""
    known = [at for at in places if all(map(math.isfinite, at))]
    if not known:
        return ""
    if look.shape == "dot" and look.filled:
        dots = "".join(f"M{_at(x, y)}h0" for x, y in known)
        return f'<path d="{dots}" stroke="{look.colour}" stroke-width="{2 * RADIUS + 1:g}" stroke-linecap="round"/>'
    fill = look.colour if look.filled else "#ffffff"
    shapes = "".join(_SHAPES[look.shape](x, y) for x, y in known)
    return f'<path d="{shapes}" fill="{fill}" stroke="{look.colour}" stroke-width="1.2"/>'


def _dot(x: float, y: float) -> str:
    arc = f"a{RADIUS:g},{RADIUS:g} 0 1,0"
    return f"M{_at(x - RADIUS, y)}{arc} {2 * RADIUS:g},0{arc} {-2 * RADIUS:g},0"


def _square(x: float, y: float) -> str:
    return f"M{_at(x - RADIUS, y - RADIUS)}h{2 * RADIUS:g}v{2 * RADIUS:g}h{-2 * RADIUS:g}Z"


def _diamond(x: float, y: float) -> str:
    r = RADIUS + 1.0
    return f"M{_at(x, y - r)}l{r:g},{r:g} {-r:g},{r:g} {-r:g},{-r:g}Z"


def _triangle(x: float, y: float) -> str:
    r = RADIUS + 1.0
    return f"M{_at(x, y - r)}l{r:g},{2 * r:g}h{-2 * r:g}Z"


_SHAPES = {"dot": _dot, "square": _square, "diamond": _diamond, "triangle": _triangle}


def cloud(points: Sequence[Spot], look: Style) -> str:
    """Return many small dots as one mark; what is undefined is left out."""
    dots = "".join(f"M{_at(x, y)}h0" for x, y in points if math.isfinite(x) and math.isfinite(y))
    paint = f'stroke="{look.colour}" stroke-width="4" stroke-linecap="round" stroke-opacity="0.55"'
    return f'<path d="{dots}" fill="none" {paint}/>' if dots else ""


def bar(x: float, y: float, end: float, height: float, colour: str) -> str:
    """Return a bar that lies from one place to another, to either side."""
    left, wide = round(min(x, end), 1), round(abs(end - x), 1)
    return f'<rect x="{left:g}" y="{y:g}" width="{wide:g}" height="{height:g}" fill="{colour}"/>' if wide else ""


def rules(lines: Sequence[tuple[Spot, Spot]], colour: str, *, dash: str = "") -> str:
    """Return straight lines of the frame as one mark."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    path = "".join(f"M{_at(*one)} {_at(*other)}" for one, other in lines)
    return f'<path d="{path}" stroke="{colour}"{dashed}/>' if path else ""


def _pieces(points: Sequence[Spot]) -> Iterator[list[Spot]]:
    for known, piece in groupby(points, key=lambda at: all(map(math.isfinite, at))):
        if known:
            yield list(piece)


def _path(points: Sequence[Spot]) -> str:
    return " ".join(_at(x, y) for x, y in points)


def _at(x: float, y: float) -> str:
    return f"{round(x, 1):g},{round(y, 1):g}"
