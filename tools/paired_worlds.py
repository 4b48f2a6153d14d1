"""Writes the paired differences on which the coverage of intervals is tried, from the folder of a comparison:
`clustersim compare no-policy baseline-2022 rules-of-2021 -n 400 --out FOLDER`, then
`python -m tools.paired_worlds FOLDER`.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from sim.experiments.arms import stack
from sim.experiments.journal import JOURNAL, read_journal

PAIRS = Path(__file__).parents[1] / "tests" / "paired_worlds.csv"
PACKAGE, RULES, NOTHING = "baseline-2022", "rules-of-2021", "no-policy"
TRIED = {
    "gdp": (PACKAGE, NOTHING),
    "public_cost": (PACKAGE, RULES),
    "energy_cut": (PACKAGE, NOTHING),
    "national_little_giants": (PACKAGE, NOTHING),
    "world_500_firms": (PACKAGE, NOTHING),
    "fund_not_offered": (PACKAGE, NOTHING),
}
"""Outcomes of the last year, with the arm and what it is taken from: even and skewed money, money that most worlds do
not see, a count that most worlds move, one that few do, and money that few see.
"""


def differences(folder: Path) -> Iterator[list[str]]:
    """Yield the head and a row per world, of differences in six digits."""
    values = read_journal(folder / JOURNAL)[0]
    arms = {arm: stack(values, arm) for arm in (PACKAGE, RULES, NOTHING)}
    columns = [arms[of][name][:, -1] - arms[base][name][:, -1] for name, (of, base) in TRIED.items()]
    yield list(TRIED)
    for row in zip(*columns, strict=True):
        yield [f"{value:.6g}" for value in row]


def main(folder: str) -> int:
    """Write the table."""
    with PAIRS.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(differences(Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
