"""Memory and time of the tables of very many runs: of a sweep whose runs are invented, and of a run whose worlds are
one and the same world again and again.

The runs are put into the folder beforehand, so that the command finds them all and only makes its tables, pictures and
pages. Memory is the most that the process of the command held (VmHWM of Linux); the process that draws is another. What
puts runs there is imported there alone, for it would count here.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from sim.experiments.engine import apart

WORLDS = 10  # of a point
SMALL = {"population.above_scale": 500, "population.below_scale": 100}
LEVERS = (
    *(f"parameters.{name}=0:0.1" for name in ("hurdle_rate", "hurdle_spread")),
    "policies.energy_budget.extra_tightening=0:0.2",
    "policies.policy_fund.co_investment=0.2:1",
)


def invented(plan, runs):
    """Yield the values of runs: figures of as many digits as real ones have."""
    import numpy as np

    from sim.experiments.arms import years_of
    from sim.tables.catalogue import CITY, listed

    luck = np.random.default_rng(1)
    names, years = [o.name for o in listed(CITY) if not o.against], len(years_of(plan.base))
    for _ in range(runs):
        yield dict(zip(names, luck.uniform(0.0, 1e6, (len(names), years)).tolist(), strict=True))


def fill(folder, plan, values):
    """Put the values of all runs into the folder of an experiment."""
    from sim.experiments.jobs import SUCCEEDED, Done
    from sim.experiments.store import Store

    with Store(folder, plan.identity()) as store:
        for number, value in enumerate(values):
            store.add(Done(number, SUCCEEDED, value))


def fill_sweep(folder, points):
    """Put invented runs into a folder and return the command that makes its tables."""
    from sim.experiments import sweep
    from sim.scenario.reading import load

    plan = sweep.plan(load("baseline-2022"), LEVERS, design="lhs", points=points, replications=WORLDS)
    fill(folder, plan, invented(plan, points * WORLDS))
    vary = [word for lever in LEVERS for word in ("--vary", lever)]
    return ["sweep", "baseline-2022", "--design", "lhs", "--points", str(points), "-n", str(WORLDS), *vary]


def fill_run(folder, replications):
    """Put one world so many times into a folder and return the command that makes its tables."""
    from sim.experiments import run
    from sim.scenario.reading import load

    plan = run.plan(load("baseline-2022").with_changes(SMALL), replications)
    fill(folder, plan, [plan.task()(0)] * replications)
    changes = [word for path, value in SMALL.items() for word in ("--set", f"{path}={value}")]
    return ["run", "baseline-2022", "-n", str(replications), *changes]


def made(words):
    """Give a command and return its seconds, and the most that its process held, MB."""
    import cli

    began = time.perf_counter()
    cli.main(words, standalone_mode=False)
    seconds = time.perf_counter() - began
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return seconds, next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def measured(filled, runs):
    """Return seconds and MB of making the tables of so many runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "x"
        words = apart(filled, folder, runs)
        return apart(made, [*words, "-j", "1", "-q", "--out", str(folder)])


def main():
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--points", type=int, default=10_000, help=f"of the sweep, {WORLDS} worlds each; 0 for none")
    reader.add_argument("--replications", type=int, default=1_000, help="of the run; 0 for none")
    asked = reader.parse_args()
    for what, filled, runs in (
        (f"sweep of {asked.points * WORLDS:,} runs", fill_sweep, asked.points),
        (f"run of {asked.replications:,} worlds", fill_run, asked.replications),
    ):
        if runs:
            seconds, megabytes = measured(filled, runs)
            print(f"{what}: {seconds:.0f} s, {megabytes:.0f} MB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
