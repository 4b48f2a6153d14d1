"""Whether a change moves any number: every table of every shipped scenario and kind of experiment, column by column,
before and after.

`python -m tools.equal save before.json` in the old code, `save after.json` in the new, `compare before.json
after.json` prints what differs. Where one code has a row for an outcome and the other has none, `save ... --leave-out
OUTCOME` in both leaves out rows that name it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd
from click.testing import CliRunner

import cli
from sim.scenario.reading import load, shipped

SEEDS, WORLDS = range(1, 6), 4
FEWEST_PAIRS, FEWEST_CHECKS = 2, 10  # of the command line
Found = dict[str, dict[str, str]]  # job -> "table.csv: column" -> hash


def jobs(seeds: range, worlds: int) -> Iterator[list[str]]:
    """Return every job as a line of commands: `run` for all scenarios and variants, the five experiments once, for
    each seed.
    """
    pairs, checks = max(worlds, FEWEST_PAIRS), max(worlds, FEWEST_CHECKS)
    for seed in seeds:
        for name in shipped():
            for variant in ("", *load(name).variants):
                chosen = f"--variant {variant}" if variant else ""
                yield f"run {name} {chosen} -n {worlds} --seed {seed}".split()
        fixed = f"--seed {seed} -j 1"
        for line in (
            f"compare baseline-2022 no-policy -n {pairs}",
            f"attribute baseline-2022 -n {pairs}",
            f"sweep baseline-2022 --vary policies.policy_fund.co_investment=0.5,1 -n {worlds}",
            "search baseline-2022 --lever policies.policy_fund.amount_a_year=0:200亿元 --points 4 --rounds 0"
            f" --worlds {pairs} --checks {checks}",
            "sensitivity baseline-2022 --screening-points 20 --strongest 1 --base-points 8",
        ):
            target = ["--target", "gdp>=1.2万亿元 by 2025"] if line.startswith("search") else []
            yield [*line.split(), *target, *fixed.split()]


def columns_of(folder: Path, left_out: Collection[str] = ()) -> dict[str, str]:
    """Return a hash of each column of each table of a folder, without the rows that name what is left out."""
    found = {}
    for path in sorted((*folder.rglob("*.csv"), *folder.rglob("*.parquet"))):
        table = (
            pd.read_csv(path, dtype=str, keep_default_na=False)
            if path.suffix == ".csv"
            else pd.read_parquet(path).astype(str)
        )
        table = table[~table.isin(left_out).any(axis=1)]
        found |= {f"{path.relative_to(folder).as_posix()}: {name}": _hash(table[name]) for name in table}
    return found


def _hash(values: pd.Series[str]) -> str:
    return hashlib.sha256("\n".join(values).encode()).hexdigest()[:16]


def save(seeds: range, worlds: int, left_out: Collection[str] = ()) -> Found:
    """Run every job and return the hashes.

    Raises:
        RuntimeError: if a job fails; it says which and why.
    """
    found: Found = {}
    todo = list(jobs(seeds, worlds))
    for number, job in enumerate(todo, 1):
        folder = Path(tempfile.mkdtemp()) / "out"
        answer = CliRunner().invoke(cli.main, [*job, "--out", str(folder), "--quiet"])
        if answer.exit_code:
            raise RuntimeError(f"{' '.join(job)}: {answer.output or answer.exception}")
        found[" ".join(job)] = columns_of(folder, left_out)
        shutil.rmtree(folder.parent)
        sys.stderr.write(f"\r{number}/{len(todo)}")
        sys.stderr.flush()
    return found


def differences(before: Found, after: Found) -> pd.DataFrame:
    """Return one row per kind of experiment, table and column that differs:
    changed, new or gone, and in how many jobs.
    """
    rows = []
    for job in before.keys() | after.keys():
        old, new = before.get(job, {}), after.get(job, {})
        for column in old.keys() | new.keys():
            if old.get(column) != new.get(column):
                state = "new" if column not in old else "gone" if column not in new else "changed"
                rows.append((job.split()[0], column, state))
    table = pd.DataFrame(rows, columns=["command", "column", "state"])
    return table.groupby(["command", "column", "state"]).size().reset_index(name="jobs")


def main() -> None:
    """Save hashes of every table, or compare two saved files; ends with 1 when a value changed."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("action", choices=["save", "compare"])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="OUTCOME")
    options = parser.parse_args()
    if options.action == "save":
        found = save(range(1, options.seeds + 1), options.worlds, options.leave_out)
        options.files[0].write_text(json.dumps(found, indent=1), encoding="utf-8")
        return
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in options.files)
    table = differences(before, after)
    print(table.to_string(index=False) if len(table) else "no table differs")
    total = sum(len(columns) for columns in before.values())
    print(
        f"{len(before)} jobs, {total} columns before; {int((table['state'] == 'changed').sum())} kinds of columns "
        "changed"
    )
    sys.exit(int((table["state"] == "changed").any()))


if __name__ == "__main__":
    main()
