"""What the two tables of `clustersim facts` share:
the words of a row, the kinds, and how rows are told on the screen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What a row says about the model, as evidence.
KINDS: Mapping[str, tuple[str, str]] = {
    "input": ("put in", "直接输入"),
    "closed": ("met by a residual", "由余项平衡"),
    "calibrated": ("a number is set so that it is met", "有参数专为达到该值而设定"),
    "emergent": ("follows from the rest", "由其余设定得出"),
}
STATUSES = ("PASS", "WARN", "FAIL")
_INDENT = " " * 7
_WORDS = ("meaning", "meaning_zh", "unit", "unit_zh", "kind", "set_by", "source", "note", "note_zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One row: the model's value, its status, and what the table says of it;
    `set_by` names the number of a calibrated row.
    """

    model: float
    status: str
    meaning: str
    meaning_zh: str
    unit: str
    unit_zh: str
    kind: str
    set_by: str
    source: str
    note: str
    note_zh: str


def words(row: Mapping[str, str]) -> dict[str, str]:
    """Return what a row of a table says of itself, as arguments of `Compared`."""
    return {name: row[name] for name in _WORDS}


def told(row: Compared, figures: str) -> list[str]:
    """Return the two lines of a row, English and Chinese."""
    by, by_zh = (f"; set by {row.set_by}", f"；由{row.set_by}设定") if row.set_by else ("", "")
    english = f"{row.meaning}, {row.unit} ({row.source}{by}){'; ' + row.note if row.note else ''}"
    chinese = f"{row.meaning_zh}，{row.unit_zh}{by_zh}{'；' + row.note_zh if row.note_zh else ''}"
    return [f"{row.status:6} {row.kind:10} {figures} {english}", _INDENT + chinese]


def legend() -> list[str]:
    """Return the lines that say what the kinds are."""
    english = "; ".join(f"{kind}: {meaning}" for kind, (meaning, _) in KINDS.items())
    chinese = "；".join(f"{kind}：{meaning}" for kind, (_, meaning) in KINDS.items())
    return [f"{english}. Only emergent rows are evidence.", f"{chinese}。仅emergent行构成证据。"]


def tally(rows: Sequence[Compared]) -> str:
    """Return how many rows have each status, those that are evidence apart from those that the model is made
    to meet.
    """
    evidence = [row for row in rows if row.kind == "emergent"]
    made = [row for row in rows if row.kind != "emergent"]
    return f"emergent: {_counted(evidence)}; input, closed, calibrated: {_counted(made)}"


def _counted(rows: Sequence[Compared]) -> str:
    return ", ".join(f"{sum(row.status == status for row in rows)} {status}" for status in STATUSES)
