"""What a quarter costs here and in another checkout, measured in one run:
`python benchmarks/quarter_ratio.py OTHER_FOLDER`.

Both are run in turn, each time in a new process on one core with rules compiled beforehand, so that busy and quiet
minutes fall on both alike. Prints medians of milliseconds per quarter (`ClusterModel.step` alone) and per start, and
the ratio of what a firm-quarter costs (here over other), because the two need not hold the same number of firms.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
QUARTERS, RUNS, TURNS = 16, 5, 7
SCENARIOS = ("no-policy", "baseline-2022")


def measure(name):
    """Return a few runs of one scenario in the current folder's code:
    [seconds of a start, of all quarters, firm-quarters].
    """
    from sim import ClusterModel, load  # found in any version, wherever the files stand

    def one(spec, seed):
        began = time.perf_counter()
        model = ClusterModel(spec, seed=seed)
        built, stepping, firms = time.perf_counter() - began, 0.0, 0
        for _ in range(QUARTERS):
            began = time.perf_counter()
            model.step()
            stepping += time.perf_counter() - began
            firms += int(model.firms.active.sum())
        return built, stepping, firms

    spec = load(name)
    one(spec, 1)  # loads the compiled rules
    return [one(spec, seed) for seed in range(1, RUNS + 1)]


def in_folder(folder, name):
    """Return what `measure` finds with the code of a checkout."""
    keep = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    command = [sys.executable, str(Path(__file__).resolve()), "--measure", name]
    done = subprocess.run(
        command, cwd=folder, env=keep | {"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def report(name, here, other):
    """Print one scenario's medians; the ratio is taken within each turn, then its median over turns."""
    for label, index, parts in (("a quarter", 1, QUARTERS), ("a start", 0, 1)):
        mine, theirs = (
            statistics.median(run[index] for turn in turns for run in turn) / parts * 1e3 for turns in (here, other)
        )
        print(f"{name}: {label} takes {mine:.2f} ms here, {theirs:.2f} ms there")
    cost = [
        [statistics.median(seconds / firms for _, seconds, firms in turn) for turn in turns] for turns in (here, other)
    ]
    ratios = [mine / theirs for mine, theirs in zip(*cost, strict=True)]
    print(
        f"{name}: a firm-quarter costs {statistics.median(ratios):.3f} times that of there ({min(ratios):.3f} to "
        f"{max(ratios):.3f})",
        flush=True,
    )


def main():
    if sys.argv[1] == "--measure":
        print(json.dumps(measure(sys.argv[2])))
        return 0
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    folders = HERE, Path(sys.argv[1]).resolve()
    for name in SCENARIOS:
        for folder in folders:
            in_folder(folder, name)  # compiles
        turns = [[in_folder(folder, name) for folder in folders] for _ in range(TURNS)]
        report(name, [here for here, _ in turns], [other for _, other in turns])
    return 0


if __name__ == "__main__":
    sys.exit(main())
