"""What the folder of a sweep says: an outcome over the values of levers and numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.pages import elsewhere
from sim.pages.drawn import ranges
from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.points import points_of
from sim.pages.said import Said, alike, joined, noted, said
from sim.pages.sentences import level_figure, level_is, named
from sim.pages.units import lever_range, lever_value, valued
from sim.report.quoted import titled
from sim.scenario.changed import short
from sim.tables.catalogue import MAIN, PUBLIC_MONEY, Outcome, listed, outcomes

_ASKED_OVER = Said("Asked over these values", "考察的取值")
_MOST_ROWS = 100  # points that stand on the page; points.csv has all


def answer(folder: Folder) -> Body:
    """Return the points at which the outcome looked at is lowest and highest, and every point."""
    known = outcomes()[str(folder.settings["objective"])]
    tables = [_table(folder, known)]
    others = [o for o in listed(MAIN) if o.name not in (known.name, PUBLIC_MONEY)]
    more = [line for other in others if (line := _ends(folder, other))]
    return Body(tuple(filter(None, [_ends(folder, known)])), tuple(more), tuple(tables))


def anyway(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.anyway(folder)


def cost(folder: Folder) -> Body:
    """Return the points that cost least and most public money."""
    known = outcomes()[PUBLIC_MONEY]
    line = _ends(folder, known)
    return Body((line,), (), (_table(folder, known),)) if line else elsewhere.told_by(folder, "run {}")


def groups(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.groups(folder)


def decides(folder: Folder) -> Body:
    """Return over which values it was asked, and by how much the outcome moves between them."""
    points: list[dict[str, Any]] = folder.settings["points"]
    paths = list(points[0])
    told = [
        named(_ASKED_OVER, named(alike(short(path)), _span(path, [point[path] for point in points]))) for path in paths
    ]
    names = [path.removeprefix("parameters.") for path in paths]
    return Body(tuple(told[:3]), (*told[3:], elsewhere.more_of_deciding(folder)), ranges(folder, names))


def _span(path: str, every: list[Any]) -> Said:
    """Return the values of a lever over all points: numbers from the least to the most, others one by one."""
    values = list(dict.fromkeys(every))
    if len(values) > 1 and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        span = lever_range(path, min(values), max(values))
        return noted(span, Said(f"{len(values)} values", f"{len(values)}个取值"))
    return joined(lever_value(path, value) for value in values)


def _rows(folder: Folder, known: Outcome) -> pd.DataFrame:
    table = points_of(folder)
    return table[table["outcome"] == known.name].dropna(subset="median")


def _ends(folder: Folder, known: Outcome) -> Said | None:
    """Say where the median is lowest and where highest."""
    rows = _rows(folder, known)
    if rows.empty:
        return None
    ends = [rows.loc[rows["median"].agg(end)] for end in ("idxmin", "idxmax")]
    least, most = (named(_point(folder, row), _figure(known, row)) for row in ends)
    title = said(titled(known, *folder.years))
    if len(rows[["median", "p5", "p95"]].drop_duplicates()) == 1:
        same = _figure(known, ends[0])
        return noted(
            named(title, Said(f"{same.en} at every point", f"各点均为{same.zh}")), _of(int(rows["runs"].min()))
        )
    if ends[0]["median"] == ends[1]["median"]:  # the ranges differ from point to point; the table has them
        same = level_figure(known, (ends[0]["median"],) * 3, 1)
        return noted(
            named(title, Said(f"median {same.en} at every point", f"各点中位数均为{same.zh}")),
            _of(int(rows["runs"].min())),
        )
    sentence = Said(
        f"{title.en}: least at {least.en}; most at {most.en}", f"{title.zh}：最低在{least.zh}；最高在{most.zh}"
    )
    worlds = int(rows["runs"].min())
    return noted(sentence, _of(worlds))


def _of(worlds: int) -> Said:
    """Return what the levels of points are: beside one another, which tells of no difference."""
    kind = level_is(worlds)
    return Said(
        f"{kind.en} at each point; levels, no paired differences", f"{kind.zh}，各点相同；为水平值，未作配对比较"
    )


def _figure(known: Outcome, row: Any) -> Said:
    return level_figure(known, (row["median"], row["p5"], row["p95"]), int(row["runs"]))


def _point(folder: Folder, row: Any) -> Said:
    told = [valued(path, value) for path, value in folder.settings["points"][int(row["point"])].items()]
    return Said(", ".join(one.en for one in told), "，".join(one.zh for one in told))


def _table(folder: Folder, known: Outcome) -> Table:
    rows = _rows(folder, known)
    cells = tuple((_point(folder, row), _figure(known, row)) for _, row in rows.head(_MOST_ROWS).iterrows())
    title = said(titled(known, *folder.years))
    if len(rows) > _MOST_ROWS:
        more = f"the first {_MOST_ROWS} of {len(rows)} points; points.csv has all"
        title = noted(title, Said(more, f"共{len(rows)}个点，此处前{_MOST_ROWS}个，全部见 points.csv"))
    return Table(title, (Said("Point", "取值"), _of(int(rows["runs"].min()) if len(rows) else 0)), cells)
