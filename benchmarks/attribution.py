"""Processor seconds of one world of `attribute`,
with the six announced instruments and with throw-away ones beside them.

The throw-away instruments pay a little each quarter to the small firms of one cluster. They are files of a temporary
folder that is put on the path of `sim.policies`, where instruments are found by looking. Seconds are of one core,
starting firms included.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from sim import policies
from sim.experiments.attribute import attribute, orders_of
from sim.experiments.attribution_tables import effects
from sim.experiments.shapley import sampled_values, shapley_values
from sim.scenario.reading import load
from sim.tables.city_tables import read_city

MOST_COMPARED = 7  # instruments; all coalitions of more take too long here

FILE = """from typing import ClassVar

import numpy as np

from sim.treasury.claims import Basis, Claim, Clause
from sim.policies.instrument import Instrument


class Relief(Instrument):
    name: ClassVar[str] = "{name}"
    title_en: ClassVar[str] = "{name}"
    title_zh: ClassVar[str] = "{name}"
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("relief", Basis.UNCONDITIONAL),)

    def claim(self, view):
        rows = np.flatnonzero(view.firms.active & ~view.firms.above_scale & (view.firms.cluster == {cluster}))
        return [self.ask("relief", "small firm", rows, np.full(rows.size, 0.05))]


INSTRUMENT = Relief
"""


def with_instruments(folder, number):
    """Return the announced scenario with as many instruments as asked, six of them the shipped ones."""
    announced = load("baseline-2022")
    added = {}
    for cluster in range(number - len(announced.policies)):
        name = f"relief_{read_city().identifiers[cluster]}"
        (folder / f"{name}.py").write_text(FILE.format(name=name, cluster=cluster), encoding="utf-8")
        added[f"policies.{name}"] = {}
    policies.names.cache_clear()
    return announced.with_changes(added) if added else announced


def measure(spec, worlds, shapley):
    """Return an attribution, processor seconds a world, and coalitions a world."""
    began = time.process_time()
    found = attribute(spec, worlds=worlds, shapley=shapley)
    seconds = (time.process_time() - began) / worlds
    return found, seconds, sum(len(run["coalitions"]) for run in found.values.values()) / worlds


def miss(exact, sampled):
    """Return by how much drawn orders miss an instrument's share of real GDP, and the largest share beside it, million
    yuan, worst of all worlds.
    """
    place, worst, largest = effects().index("gdp_real"), 0.0, 0.0
    for number, run in exact.values.items():
        worth = {frozenset(members): np.array(found) for members, found in run["coalitions"]}
        truth = shapley_values(worth, run["names"])
        drawn = sampled_values(worth, orders_of(sampled.experiment.base, 1, number, sampled.experiment.orders))
        worst = max(worst, *(abs(float(truth[n][place] - drawn[n][place])) for n in truth))
        largest = max(largest, *(abs(float(value[place])) for value in truth.values()))
    return worst, largest


def main():
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--worlds", type=int, default=3)
    worlds = reader.parse_args().worlds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        policies.__path__.append(name)
        attribute(
            load("baseline-2022").with_changes({"horizon.until": "2022Q4"}), worlds=2, shapley="none"
        )  # loads the compiled rules
        for number in (6, 7, 15):
            spec = with_instruments(folder, number)
            sampled, seconds, coalitions = measure(spec, worlds, "sampled")
            print(
                f"{number} instruments, {2 * sampled.experiment.orders} orders: {seconds:.1f} s a world, "
                f"{coalitions:.0f} coalitions",
                flush=True,
            )
            if number <= MOST_COMPARED:
                exact, seconds, coalitions = measure(spec, worlds, "exact")
                worst, largest = miss(exact, sampled)
                print(
                    f"{number} instruments, exact: {seconds:.1f} s a world, {coalitions:.0f} coalitions; in "
                    f"{worlds} worlds orders miss a share of real GDP "
                    f"by at most {worst:,.1f} million yuan, the largest share is {largest:,.0f}",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
