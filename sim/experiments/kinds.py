"""All kinds of experiments, and how one is made again from its folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import sim.experiments
from sim.experiments.experiment import Experiment
from sim.experiments.manifest import CHANGED, read_identity
from sim.scenario.files import ScenarioError
from sim.scenario.reading import from_resolved

_LONGEST = 40  # signs of a word in a message


@cache
def kinds() -> dict[str, type[Experiment]]:
    """Return every kind of experiment by name: whatever file of this package defines one.

    Raises:
        ValueError: if two have one name, by which their folders could not be told apart.
    """
    found: dict[str, type[Experiment]] = {}
    for file in iter_modules(sim.experiments.__path__):
        module = import_module(f"{sim.experiments.__name__}.{file.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Experiment) and value.__module__ == module.__name__:
                kind = vars(value).get("kind")
                if kind in found:
                    raise ValueError(f"{module.__name__}: another experiment is of kind '{kind}' too")
                if kind is not None:  # the base has none
                    found[kind] = value
    return found


def rebuild(folder: Path) -> Experiment:
    """Return the experiment that a folder holds.

    Raises:
        ScenarioError: if it holds none, or one of a kind that there is not.
    """
    known = read_identity(folder)
    if known["kind"] not in kinds():
        raise ScenarioError(
            f"{folder}: holds an experiment of kind '{known['kind'][:_LONGEST]}', which this version of clustersim "
            f"does not know; there are {', '.join(sorted(kinds()))}"
        )
    arms = {name: from_resolved(data).noting(known.get(CHANGED, ())) for name, data in known["scenarios"].items()}
    return kinds()[known["kind"]](arms, **known["settings"])
