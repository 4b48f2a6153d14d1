"""Whether a table of effects says what it must:
ranks in order, each figure inside its interval, each mechanism with a pedigree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

_NUMBER = r"[+-][\d,]+(?:\.\d+)?"
_INTERVAL = re.compile(rf"^({_NUMBER}) to ({_NUMBER})$")
_ASSUMED = "assumed"


def faults_of_table(text: str, columns: Sequence[str], shown: int, extra: str, known: Set[str]) -> list[str]:
    """Return what is wrong with a table, one line a fault.

    Args:
        text: Markdown with one table. columns: its columns; among them are rank, mechanism, interval, grade and
            source, and after the two names stands the figure. shown: how many of the largest effects it holds, ranked
            from one. extra: mechanism that must be there, ranked below them if it is smaller. known:
            names of mechanisms.
    """
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    if not rows or tuple(rows[0]) != tuple(columns):
        return [f"the table must have the columns {', '.join(columns)}"]
    odd = [
        f"row '{row[0]}' has {len(row)} cells instead of {len(columns)}" for row in rows[1:] if len(row) != len(columns)
    ]
    if odd:
        return odd
    named = [dict(zip(columns, row, strict=True)) for row in rows[1:]]
    strangers = [f"'{row['mechanism']}' is no mechanism" for row in named if row["mechanism"] not in known]
    return strangers + _ranks(named, shown, extra) + [fault for row in named for fault in _row(row, columns[3])]


def _ranks(rows: list[dict[str, str]], shown: int, extra: str) -> list[str]:
    ranks = [row["rank"] for row in rows]
    first = [str(rank) for rank in range(1, shown + 1)]
    last = [row["mechanism"] for row in rows[shown:]]
    complete = ranks[:shown] == first and last in ([], [extra]) and extra in [row["mechanism"] for row in rows]
    return [] if complete else [f"the table must show {shown} effects ranked from 1, {extra} among them or after them"]


def _row(row: dict[str, str], figure: str) -> list[str]:
    name, interval = row["mechanism"], _INTERVAL.match(row["95 % interval"])
    found = []
    if not re.fullmatch(_NUMBER, row[figure]) or interval is None:
        found.append(f"'{name}' must have a figure with an interval")
    elif not _value(interval[1]) <= _value(row[figure]) <= _value(interval[2]):
        found.append(f"'{name}' has a figure outside its interval")
    if not row["source"] and _ASSUMED not in row["grade"]:
        found.append(f"'{name}' has neither a source nor the word {_ASSUMED}")
    return found


def _value(text: str) -> float:
    return float(text.replace(",", ""))
