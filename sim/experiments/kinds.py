"""All kinds of experiments, and how one is made again from its folder."""

from __future__ import annotations

from pathlib import Path

from sim.experiments.attribute import Attribution
from sim.experiments.compare import Comparison
from sim.experiments.experiment import Experiment
from sim.experiments.manifest import read_identity
from sim.experiments.run import Run
from sim.experiments.search import Search
from sim.experiments.sensitivity import Sensitivity
from sim.experiments.sweep import Sweep
from sim.scenario.reading import from_resolved

KINDS: dict[str, type[Experiment]] = {
    cls.kind: cls for cls in (Run, Comparison, Sweep, Attribution, Search, Sensitivity)
}


def rebuild(folder: Path) -> Experiment:
    """Return the experiment that a folder holds.

    Raises:
        ScenarioError: if it holds none.
    """
    known = read_identity(folder)
    arms = {name: from_resolved(data) for name, data in known["scenarios"].items()}
    return KINDS[known["kind"]](arms, **known["settings"])
