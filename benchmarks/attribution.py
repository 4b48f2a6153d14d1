"""Processor seconds of one world of `attribute`, with the six announced instruments and with throw-away ones beside them.

The throw-away instruments pay a little each quarter to the small firms of one cluster. They are files of a temporary folder that
is put on the path of `sim.policies`, where instruments are found by looking. Seconds are of one core, starting firms included.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from sim import policies
from sim.clusters import CLUSTERS
from sim.experiments.attribute import attribute, plan
from sim.scenario import load

FILE = '''from typing import ClassVar

import numpy as np

from sim.claims import Basis, Claim, Clause
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
'''


def with_instruments(folder, number):
    """Return the announced scenario with as many instruments as asked, six of them the shipped ones."""
    announced = load("baseline-2022")
    added = {}
    for cluster in range(number - len(announced.policies)):
        name = f"relief_{CLUSTERS[cluster].identifier}"
        (folder / f"{name}.py").write_text(FILE.format(name=name, cluster=cluster), encoding="utf-8")
        added[f"policies.{name}"] = {}
    policies.names.cache_clear()
    return announced.with_changes(added) if added else announced


def measure(spec, worlds, shapley, orders):
    """Return processor seconds a world, coalitions a world, and the half-width of the package's most uncertain share of real GDP."""
    began = time.process_time()
    found = attribute(spec, worlds=worlds, shapley=shapley, orders=orders)
    seconds = (time.process_time() - began) / worlds
    coalitions = sum(len(run["coalitions"]) for run in found.values.values()) / worlds
    rows = found.shapley.query("outcome == 'gdp_real' and instrument != 'package'")
    return seconds, coalitions, float(((rows["high"] - rows["low"]) / 2.0).max())


def main():
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--worlds", type=int, default=3)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        policies.__path__.append(name)
        attribute(load("baseline-2022").with_changes({"horizon.until": "2022Q4"}), worlds=2, shapley="none")  # loads the compiled rules
        for number, shapley, orders in ((6, "exact", 1), (6, "sampled", 2), (7, "exact", 1), (7, None, 2), (15, None, 2), (15, None, 4)):
            spec = with_instruments(folder, number)
            how = plan(spec, shapley=shapley).shapley
            seconds, coalitions, width = measure(spec, asked.worlds, shapley, orders)
            drawn = f", {2 * orders} orders" if how == "sampled" else ""
            print(f"{number} instruments, {how}{drawn}: {seconds:.1f} s a world, {coalitions:.0f} coalitions, "
                  f"widest half-interval of a share of real GDP {width * 0.01:,.1f} 亿元 ({asked.worlds} worlds)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
