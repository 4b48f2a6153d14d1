"""Bars and points below one another, each below its words: there is room for long names on a phone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.pages.drawing.marks import FAINT, GREY, Style, bar, points, rules, whisker
from sim.pages.drawing.picture import WIDE, Picture
from sim.pages.drawing.scale import Scale, reach, ticks, written
from sim.pages.drawing.words import LINE, MIDDLE, SMALL, plain, width
from sim.pages.said import Said

_BAR = 11.0
_BELOW = 7.0


@dataclass(frozen=True, slots=True)
class Strip:
    """One row.

    Attributes:
        said: its words. figures: what stands at the right, equal in both languages. parts: values that are drawn as
            bars one after another, with their colours; without any, `middle` is drawn as a point. low, high: an
            interval of the last end, or of the point.
    """

    said: Said
    figures: str
    look: Style
    parts: Sequence[tuple[float, str]] = ()
    middle: float = math.nan
    low: float = math.nan
    high: float = math.nan


def draw_rows(picture: Picture, rows: Sequence[Strip], unit: Said, *, also: Sequence[float] = (0.0,)) -> None:
    """Draw rows on one scale; values in `also` are in it, whatever the rows hold."""
    ends = [_ends(row) for row in rows]
    low, high = reach((value for end in ends for value in end), also=also)
    shown = ticks(low, high, 4)
    inset = max(map(width, written(shown))) / 2.0 + 1.0  # half a label at both ends
    x = Scale(shown[0], shown[-1], inset, WIDE - inset)
    picture.write(unit)
    for row in rows:
        picture.beside(row.said, row.figures)
        picture.add(rules([((x(v), picture.y - 1.0), (x(v), picture.y + _BAR + 1.0)) for v in shown if v], FAINT))
        picture.add(_drawn(row, x, picture.y))
        picture.add(rules([((x(0.0), picture.y - 1.0), (x(0.0), picture.y + _BAR + 1.0))] * (0.0 in shown), GREY))
        picture.down(_BAR + _BELOW)
    for value, label in zip(shown, written(shown), strict=True):
        picture.add(plain(x(value), round(picture.y + SMALL - 3.0, 1), label, anchor=MIDDLE))
    picture.down(SMALL * LINE + 4.0)


def _ends(row: Strip) -> tuple[float, ...]:
    total = sum(value for value, _ in row.parts)
    return (total if row.parts else row.middle, row.low, row.high)


def _drawn(row: Strip, x: Scale, y: float) -> str:
    middle = round(y + _BAR / 2.0, 1)
    marks, end = [], 0.0
    for value, colour in row.parts:
        marks.append(bar(x(end), y, x(end + value), _BAR, colour))
        end += value
    if math.isfinite(row.low):
        marks.append(whisker((x(row.low), middle), (x(row.high), middle), row.look))
    if not row.parts:
        marks.append(points([(x(row.middle), middle)], row.look))
    return "".join(marks)
