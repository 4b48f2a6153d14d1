"""What a quarter costs here and in other checkouts, measured in one run:
`python benchmarks/quarter_ratio.py OTHER_FOLDER...`.

One process each on one core step the same worlds, quarter by quarter in turn, in an order drawn anew each time, so that
busy and quiet moments fall on all alike; CPU time of `ClusterModel.step` alone. Where a process happens to lie in
memory is worth some percent, so all are started anew for each of several rounds. Prints per scenario and other checkout
the median over rounds of the ratio (here over there; each the median of its worlds), its range, and the milliseconds of
a quarter.
"""

import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
QUARTERS, WORLDS, ROUNDS = 16, 6, 10
SCENARIOS = ("no-policy", "baseline-2022")


def serve(name):
    """Step worlds as asked on standard input, `new SEED` or `step`, and answer each line with seconds."""
    from sim import ClusterModel, load  # found in any version, wherever the files stand

    spec, model = load(name), None
    for line in sys.stdin:
        began = time.process_time()
        match line.split():
            case ["new", seed]:
                model = ClusterModel(spec, seed=int(seed))
            case ["step"]:
                model.step()
        print(time.process_time() - began, flush=True)


class Server:
    """A checkout that steps worlds when told to."""

    def __init__(self, folder, name):
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONPATH": str(folder)}
        command = [sys.executable, str(Path(__file__).resolve()), "--serve", name]
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, line):
        """Return the seconds that it took to do what a line says."""
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def close(self):
        """Let it end."""
        self._process.stdin.close()
        self._process.wait()


def world(servers, seed, draws):
    """Return seconds of all quarters of one world, by server."""
    for server in servers:
        server.ask(f"new {seed}")
    spent = [0.0 for _ in servers]
    for _ in range(QUARTERS):
        for i in draws.sample(range(len(servers)), len(servers)):
            spent[i] += servers[i].ask("step")
    return spent


def one_round(folders, name, draws):
    """Return seconds of all quarters of some worlds, by world and server; the first world only warms up."""
    servers = [Server(folder, name) for folder in folders]
    try:
        return [world(servers, seed, draws) for seed in range(WORLDS + 1)][1:]
    finally:
        for server in servers:
            server.close()


def main():
    if sys.argv[1] == "--serve":
        serve(sys.argv[2])
        return 0
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    others, draws = [Path(folder).resolve() for folder in sys.argv[1:]], random.Random(1)
    for name in SCENARIOS:
        rounds = [one_round((HERE, *others), name, draws) for _ in range(ROUNDS)]
        for place, folder in enumerate(others, start=1):
            print(f"{name}: {compared(rounds, place)} ({folder.name})", flush=True)
    return 0


def compared(rounds, place):
    """Return in words what a quarter costs here and in another checkout, by its place among the servers."""
    ratios = [statistics.median(spent[0] / spent[place] for spent in worlds) for worlds in rounds]
    mine, theirs = (
        statistics.median(spent[i] for worlds in rounds for spent in worlds) / QUARTERS * 1e3 for i in (0, place)
    )
    return (
        f"a quarter takes {mine:.2f} ms here, {theirs:.2f} ms there; ratio {statistics.median(ratios):.3f} "
        f"({min(ratios):.3f} to {max(ratios):.3f})"
    )


if __name__ == "__main__":
    sys.exit(main())
