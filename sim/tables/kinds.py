"""What kinds of events are called, `sim/data/kinds.csv`."""

from __future__ import annotations

from functools import cache

from sim.tables.files import read
from sim.tables.milestones import Kind


@cache
def kind_names() -> dict[Kind, tuple[str, str]]:
    """Return the English and the Chinese name of every kind of event."""
    return {Kind(row["kind"]): (row["english"], row["chinese"]) for row in read("kinds")}
