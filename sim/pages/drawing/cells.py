"""Lines over years or over a value, in one panel or in several small ones beside one another on the same scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.pages.drawing.marks import FAINT, FAR, GREY, INK, Spot, Style, band, cloud, line, points, rules, whisker
from sim.pages.drawing.picture import GAP, WIDE, Picture
from sim.pages.drawing.scale import Scale, reach, ticks, written
from sim.pages.drawing.words import END, LINE, MIDDLE, SMALL, plain, width
from sim.pages.said import Said

Heights = Sequence[float]
_NONE: Heights = ()
_ROW = SMALL * LINE
_HIGH, _LOW_CELL = 170.0, 96.0  # of a panel alone, and of small ones


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or points.

    Attributes:
        said: what it is. x: where its values are. middle: they. low, high: their interval, drawn as a band, or as
            whiskers; wide_low, wide_high: a wider range, drawn fainter. shift: to the right, units. joined: with a line
            through them. cloud: as many small dots.
    """

    said: Said
    look: Style
    x: Heights
    middle: Heights
    low: Heights = _NONE
    high: Heights = _NONE
    wide_low: Heights = _NONE
    wide_high: Heights = _NONE
    whiskers: bool = False
    shift: float = 0.0
    joined: bool = True
    cloud: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One panel: its series, and what stands above it, nothing where it is alone."""

    series: Sequence[Series]
    title: Said | None = None


@dataclass(frozen=True, slots=True)
class Axes:
    """What all panels share.

    Attributes:
        unit: what the values are. also: values that must be seen beside those drawn. rules: values at which a line lies
            across. years: the x are years. x_said: else what they are.
    """

    unit: Said
    also: Heights = _NONE
    rules: Heights = _NONE
    years: bool = True
    x_said: Said | None = None


def draw_cells(picture: Picture, cells: Sequence[Cell], axes: Axes, *, columns: int = 1) -> None:
    """Draw panels, in rows of so many, all on the same scales."""
    series = [s for cell in cells for s in cell.series]
    up, labels = _upward(series, axes)
    along = _along(series, axes)
    ends, widest = (
        reach(value for one in series for value in one.x),
        max((width(label) for _, label in along), default=0.0),
    )
    margin = max(map(width, labels)) + 6.0
    room = (WIDE - margin - (columns - 1) * GAP) / columns
    height = _HIGH if columns == 1 else _LOW_CELL
    picture.write(axes.unit)
    for first in range(0, len(cells), columns):
        row = [
            (round(margin + place * (room + GAP), 1), cell) for place, cell in enumerate(cells[first : first + columns])
        ]
        _heads(picture, row, room)
        y = Scale(up[0], up[-1], picture.y + height, picture.y)
        below = len(cells) - first  # panels from here on: where none follows below, the labels of the x stand
        for place, (left, cell) in enumerate(row):
            x = _across(ends, widest, left, left + room)
            picture.add(_frame(y, left, left + room, up, axes))
            if place + columns >= below:
                picture.add(_x_labels(along, x, room, picture.y + height))
            picture.add("".join(_drawn(s, x, y) for s in cell.series))
        for value, label in zip(up, labels, strict=True):
            picture.add(plain(round(margin - 4.0, 1), round(y(value) + 4.0, 1), label, anchor=END))
        picture.down(height + 4.0 + _ROW * (len(row) - 1 + columns >= below))
    if axes.x_said:
        picture.centred(axes.x_said)
    picture.down(2.0)


def _upward(series: Sequence[Series], axes: Axes) -> tuple[list[float], list[str]]:
    """Return the ticks of the values, and how they are written."""
    parts = ("middle", "low", "high", "wide_low", "wide_high")
    drawn = (value for one in series for part in parts for value in getattr(one, part))
    shown = ticks(*reach(drawn, also=(*axes.also, *axes.rules)))
    return shown, written(shown)


def _along(series: Sequence[Series], axes: Axes) -> list[tuple[float, str]]:
    """Return the ticks of the x with their labels; the first and the last x may lie beyond them."""
    at = sorted({value for one in series for value in one.x if math.isfinite(value)})
    if axes.years or not at:
        return [(value, f"{value:.0f}") for value in at]
    shown = ticks(at[0], at[-1], 4)
    return [(value, label) for value, label in zip(shown, written(shown), strict=True) if at[0] <= value <= at[-1]]


def _heads(picture: Picture, row: Sequence[tuple[float, Cell]], room: float) -> None:
    """Write what stands above the panels of a row, all from the same height."""
    top, bottom = picture.y, picture.y
    for left, cell in row:
        picture.y = top
        if cell.title:
            picture.write(cell.title, x=left, room=room)
        bottom = max(bottom, picture.y)
    picture.y = round(bottom + 4.0, 1)


def _across(ends: tuple[float, float], widest: float, left: float, right: float) -> Scale:
    """Return the scale of the x, with room for half a label at both ends; one x alone stands in the middle."""
    low, high = ends
    if not high > low:
        return Scale(low - 1.0, low + 1.0, left, right)
    return Scale(low, high, left + widest / 2.0, right - widest / 2.0)


def _frame(y: Scale, left: float, right: float, shown: Sequence[float], axes: Axes) -> str:
    def across(values: Iterable[float]) -> list[tuple[Spot, Spot]]:
        return [((left, y(value)), (right, y(value))) for value in values]

    zero = rules(across(value for value in shown if not value), GREY)
    return rules(across(value for value in shown if value), FAINT) + zero + rules(across(axes.rules), INK, dash="3 2")


def _x_labels(along: Sequence[tuple[float, str]], x: Scale, room: float, bottom: float) -> str:
    """Return the labels below a panel, of as many as fit, that of the last always."""
    if not along:
        return ""
    fit = max(1, int(room // (max(width(label) for _, label in along) + 6.0)))
    shown = along[::-1][:: -(-len(along) // fit)]
    return "".join(plain(x(value), round(bottom + _ROW, 1), label, anchor=MIDDLE) for value, label in shown)


def _drawn(series: Series, x: Scale, y: Scale) -> str:
    def placed(values: Heights) -> list[Spot]:
        return [
            (round(x(at) + series.shift, 1), y(value))
            for at, value in zip(series.x, values or [math.nan] * len(series.x), strict=True)
        ]

    if series.cloud:
        return cloud(placed(series.middle), series.look)
    middle, low, high = placed(series.middle), placed(series.low), placed(series.high)
    parts = [band(placed(series.wide_low), placed(series.wide_high), series.look, opacity=FAR)]
    if series.whiskers or len(middle) == 1:
        parts += [whisker(a, b, series.look) for a, b in zip(low, high, strict=True)]
    else:
        parts.append(band(low, high, series.look))
    if series.joined:
        parts.append(line(middle, series.look))
    return "".join([*parts, points(middle, series.look)])
