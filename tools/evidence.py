"""Writes the pages of docs/evidence: what is published about each instrument, and what it does in the model.
`python -m tools.evidence`, or `make evidence`. `--worlds 200` measures first, an hour and a half on two free cores;
stopped, it goes on.

By hand: `docs/evidence/instruments.csv` (what an instrument does, the numbers it rests on) and `published.csv` (effect
sizes of studies, each with a source of the tables). Measured: `effects.csv`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sim import policies as registry
from sim.experiments.engine import cores
from sim.scenario.files import ScenarioError
from tools.evidence_pages import index, page
from tools.evidence_worlds import COLUMNS, Asked, aimed_at, measured

ROOT = Path(__file__).parents[1]
FOLDER, WORLDS = ROOT / "docs" / "evidence", ROOT / "outputs" / "evidence"
INSTRUMENTS, PUBLISHED, EFFECTS, README = "instruments.csv", "published.csv", "effects.csv", "README.md"
Row = Mapping[str, str]


def rows_of(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """Return the rows of a table of the folder, none where it is not there."""
    path = folder / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def save(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a table of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def asked_of(instrument: str, published: Iterable[Row]) -> list[Asked]:
    """Return what is measured of an instrument: what published figures speak of, and what it is meant to move."""
    own = [p for p in published if p["instrument"] == instrument and p["outcome"]]
    found = [Asked(instrument, p["outcome"], p["reading"], p["per"]) for p in own]
    return list(dict.fromkeys([*found, *aimed_at(instrument)]))


def missing(rows: Iterable[Row]) -> list[str]:
    """Return one line for each instrument that has no row, or a row that has no instrument."""
    known = {row["instrument"] for row in rows}
    return [
        f"{FOLDER / INSTRUMENTS}: no row for {name}; write instrument,does_en,does_zh,numbers: a sentence in each "
        "language and the numbers of the tables that it rests on, parted by '; '"
        for name in registry.names()
        if name not in known
    ] + [f"{FOLDER / INSTRUMENTS}: {name} is no instrument; take the row out" for name in known - {*registry.names()}]


def pages(folder: Path = FOLDER) -> dict[str, str]:
    """Return the text of every page by file name.

    Raises:
        ScenarioError: if an instrument has no row in `instruments.csv`.
    """
    described, published, effects = (rows_of(name, folder) for name in (INSTRUMENTS, PUBLISHED, EFFECTS))
    if told := missing(described):
        raise ScenarioError(*told)
    by_name = {row["instrument"]: row for row in described}
    own = {name: [_of(name, rows) for rows in (published, effects)] for name in registry.names()}
    texts = {f"{name}.md": page(by_name[name], *own[name]) for name in registry.names()}
    written = (folder / README).read_text(encoding="utf-8")
    return texts | {README: index(written, [(by_name[name], *own[name]) for name in registry.names()])}


def _of(instrument: str, rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["instrument"] == instrument]


def write(folder: Path = FOLDER) -> None:
    """Write the pages, and take out those of instruments that are gone."""
    texts = pages(folder)
    for path in folder.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def replaced(rows: Sequence[Row], instrument: str, found: Sequence[Row]) -> list[Row]:
    """Return rows of effects in which those of one instrument are replaced, in the order of the instruments."""
    kept = [row for row in rows if row["instrument"] != instrument and row["instrument"] in registry.names()]
    order = list(registry.names())
    return sorted([*kept, *found], key=lambda row: order.index(row["instrument"]))


def measure(worlds: int, seed: int, jobs: int, only: Sequence[str]) -> None:
    """Measure instruments, and write what was found and the pages after each."""
    published = rows_of(PUBLISHED)
    asked = {name: asked_of(name, published) for name in only or registry.names()}
    for done, (name, found) in enumerate(measured(asked, WORLDS, worlds, seed, jobs), 1):
        rows = replaced(rows_of(EFFECTS), name, found)
        save(FOLDER / EFFECTS, COLUMNS, rows)
        write()
        print(f"{done} of {len(asked)} instruments: {name}", file=sys.stderr)


def main() -> int:
    """Measure, if asked to, and write the pages."""
    return run(main.__doc__, registry.names(), measure, write)


def run(
    does: str | None,
    names: Iterable[str],
    measure: Callable[[int, int, int, Sequence[str]], None],
    write: Callable[[], None],
) -> int:
    """Read the command line of a tool that measures and then writes pages, do both, and return its exit code.

    Args:
        names: of what can be measured alone. measure: is given worlds, seed, processes and the names asked for.
    """
    parser = argparse.ArgumentParser(description=does)
    # argparse holds the empty list against the choices too
    parser.add_argument("names", nargs="*", choices=[[], *names], help="those to measure; else all")
    parser.add_argument("--worlds", type=int, default=0, help="paired worlds to measure on; 0 writes the pages alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=min(cores(), 2))
    options = parser.parse_args()
    try:
        if options.worlds:
            measure(options.worlds, options.seed, options.jobs, options.names)
        write()
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
