"""The search beside optuna's TPE alone, on toys whose optimum is known, at the same number of runs.

Optuna (no dependency of the project; `pip install optuna` to measure) tries packages in `WORLDS` worlds each, cost to
be made small under the constraint that the share of worlds that reach the target lies a standard error above what is
asked for. Its cheapest packages that seem to, one after the other, are certified like those of the search, on fresh
worlds. Both spend what the search of the same seed spent, certificates included.
"""

import argparse
from importlib import import_module

import numpy as np

from sim.advice.effort import Effort
from sim.inference.shares import clopper_pearson_low
from tests.search_toys import TOYS, Found, solve

WORLDS = 16  # of each package that optuna tries
MARGIN = 0.125  # asked for above the share wanted, one standard error of it: without, hardly anything is certified
CHOSEN = "one", "three", "six", "ten", "basins"


def tried(toy, seed, runs):
    """Return what optuna finds of a toy in so many runs."""
    optuna = import_module("optuna")  # no extra of the project brings it
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    effort, luck = Effort(), np.random.default_rng([seed, 78])
    trials = max((runs - effort.checks * effort.candidates) // WORLDS, 1)

    def measure(trial):
        x = np.array([[trial.suggest_float(f"x{place}", 0.0, 1.0) for place in range(toy.levers)]])
        share = luck.binomial(WORLDS, toy.chance(x)[0]) / WORLDS
        trial.set_user_attr("short", float(min(toy.wanted + MARGIN, 1.0) - share))
        return float(toy.cost(x)[0])

    sampler = optuna.samplers.TPESampler(seed=seed, constraints_func=lambda trial: (trial.user_attrs["short"],))
    study = optuna.create_study(sampler=sampler)
    study.optimize(measure, n_trials=trials)
    reached = sorted((t for t in study.trials if t.user_attrs["short"] <= 0.0), key=lambda t: t.value)
    for trial in reached[: effort.candidates]:
        x = np.array([list(trial.params.values())])
        chance = float(toy.chance(x)[0])
        hits = int(luck.binomial(effort.checks, chance))
        if clopper_pearson_low(hits, effort.checks, 1.0 - 0.05 / effort.candidates) >= toy.wanted:
            return Found(True, float(trial.value), chance, runs)
    return Found(False, np.nan, np.nan, runs)


def row(name, way, found):
    """Return a line: cost of the certified package over the optimum (median), share of searches that certify, runs."""
    certified = [one.cost for one in found if one.certified]
    ratio = np.median(certified) / TOYS[name].optimum if certified else np.nan
    false = sum(one.certified and one.chance < TOYS[name].wanted for one in found)
    runs = np.mean([one.runs for one in found])
    return (
        f"{name}, {way}: cost over the optimum {ratio:.3f}, certified {len(certified)} of {len(found)}, false {false}, "
        f"{runs:,.0f} runs"
    )


def main():
    """Print a line for each toy and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("toys", nargs="*", default=CHOSEN)
    asked = parser.parse_args()
    for name in asked.toys:
        ours = [solve(TOYS[name], seed) for seed in range(asked.seeds)]
        print(row(name, "search", ours), flush=True)
        theirs = [tried(TOYS[name], seed, one.runs) for seed, one in enumerate(ours)]
        print(row(name, "optuna TPE", theirs), flush=True)


if __name__ == "__main__":
    main()
