"""Writes docs/coverage.md: every policy, pressure and goal of the article by paragraph, what stands for it in the
model, and what that moves. `python -m tools.coverage`, or `make coverage`; `--worlds 24` measures first; stopped, it
goes on.

By hand: `docs/coverage/items.csv`. Measured: `docs/coverage/effects.csv`, on paired worlds that share their luck with
those of docs/evidence.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.commands.options import read_changes
from sim.experiments.arms import years_of
from sim.inference.means import mean_interval
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from tools.coverage_page import page
from tools.evidence import WORLDS, rows_of, run, save
from tools.evidence_worlds import sampled
from tools.fingerprint import fingerprint

BASE, NO_POLICY, GDP = "baseline-2022", "no policy", "gdp_real"
FOLDER = Path(__file__).parents[1] / "docs" / "coverage"
PAGE, INTRO = FOLDER.parent / "coverage.md", FOLDER / "intro.md"
ITEMS, EFFECTS = "items.csv", "effects.csv"
ENDS = ("effect", "low", "high")
COLUMNS = ("id", "asked", *ENDS, *(f"gdp_{end}" for end in ENDS), "year", "worlds", "seed", "numbers")
SIDES = ("with", "without")
Row = Mapping[str, str]


def measurable(items: Iterable[Row]) -> list[Row]:
    """Return the items that something in the model stands for."""
    return [row for row in items if row["outcome"]]


def changes(said: str) -> dict[str, Any]:
    """Return changes of a scenario from `path=value | path=value`."""
    return read_changes(tuple(part for part in said.split(" | ") if part))


def side(said: str, base: Scenario) -> tuple[str, Scenario]:
    """Return one side of a comparison, and the name of the folder of its worlds: that of docs/evidence where an
    instrument alone is taken out or added.
    """
    if not said:
        return BASE, base
    if said == NO_POLICY:
        return f"{BASE}-without-policies", base.without_policies()
    asked = changes(said)
    (path, value), *others = asked.items()
    instrument = path.removeprefix("policies.")
    if not others and "." not in instrument and path != instrument:
        if value is None:
            return f"{BASE}-{instrument}", base.without(instrument)
        if value == {} and instrument not in base.policies:
            return f"{BASE}-{instrument}", base.with_changes(asked)
    return f"coverage-{hashlib.sha256(said.encode()).hexdigest()[:12]}", base.with_changes(asked)


def asked_of(row: Row) -> str:
    """Return twelve signs for what is measured of an item: a figure made of something else is none of it."""
    return hashlib.sha256("\n".join(row[key] for key in (*SIDES, "outcome")).encode()).hexdigest()[:12]


def numbers_of(row: Row, base: Scenario) -> str:
    """Return the fingerprint of what is measured of an item today."""
    return fingerprint((side(row[key], base)[1] for key in SIDES), (row["outcome"], GDP))


def measured(items: Sequence[Row], worlds: int, seed: int, jobs: int) -> Iterator[dict[str, str]]:
    """Yield each item's row of `effects.csv` as its worlds are there."""
    base, known = load(BASE), {}
    year = years_of(base)[-1]
    for row in items:
        sides = []
        for name, spec in (side(row[key], base) for key in SIDES):
            if name not in known:
                known[name] = sampled(spec, name, WORLDS, worlds, seed, jobs)
            sides.append(known[name])
        ends = [mean_interval(sides[0][outcome][:, -1] - sides[1][outcome][:, -1]) for outcome in (row["outcome"], GDP)]
        figures = [f"{value:.6g}" for found in ends for value in found]
        cells = (row["id"], asked_of(row), *figures, str(year), str(worlds), str(seed), numbers_of(row, base))
        yield dict(zip(COLUMNS, cells, strict=True))


def write() -> None:
    """Write the page from its tables."""
    PAGE.write_text(text(), encoding="utf-8", newline="\n")


def text() -> str:
    """Return the page as its tables make it."""
    return page(INTRO.read_text(encoding="utf-8"), rows_of(ITEMS, FOLDER), rows_of(EFFECTS, FOLDER))


def measure(worlds: int, seed: int, jobs: int, only: Sequence[str]) -> None:
    """Measure items, all where none is named, and write what was found after each."""
    items = rows_of(ITEMS, FOLDER)
    asked = [row for row in measurable(items) if row["id"] in only or not only]
    found = {row["id"]: row for row in rows_of(EFFECTS, FOLDER)}
    for done, row in enumerate(measured(asked, worlds, seed, jobs), 1):
        found[row["id"]] = row
        save(FOLDER / EFFECTS, COLUMNS, (found[item["id"]] for item in items if item["id"] in found))
        print(f"{done} of {len(asked)} items: {row['id']}", file=sys.stderr)


def main() -> int:
    """Measure, if asked to, and write the page."""
    names = (row["id"] for row in measurable(rows_of(ITEMS, FOLDER)))
    return run(main.__doc__, names, measure, write)


if __name__ == "__main__":
    sys.exit(main())
