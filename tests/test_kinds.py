"""The kinds of experiments are those that stand in sim/experiments, each by a name that its folders keep."""

import pytest

from sim.experiments.experiment import Experiment
from sim.experiments.kinds import kinds
from sim.experiments.sweep import Sweep
from tests.throw_away import copy_of_the_house, python


def below(cls):
    return [one for sub in cls.__subclasses__() for one in (sub, *below(sub))]


def test_a_kind_of_experiment_in_a_new_file_is_known_by_its_folder_without_touching_another(tmp_path):
    house = copy_of_the_house(tmp_path)
    (house / "sim" / "experiments" / "again.py").write_text(
        'from sim.experiments.run import Run\n\n\nclass Again(Run):\n    kind = "again"\n', encoding="utf-8"
    )
    code = """
import sys
from pathlib import Path
from sim.experiments.kinds import kinds, rebuild
from sim.experiments.manifest import EXPERIMENT, identity
from sim.scenario.reading import load
import json
there = kinds()["again"]({"no-policy": load("no-policy")}, replications=3)
Path(EXPERIMENT).write_text(json.dumps(there.identity()), encoding="utf-8")
print(type(rebuild(Path("."))).__name__, rebuild(Path(".")).replications)
"""
    assert python(house, "-c", code) == "Again 3\n"


def test_every_experiment_that_is_defined_is_of_a_kind_that_a_folder_can_name():
    known = kinds()  # every file is read
    defined = [cls for cls in below(Experiment) if cls.__module__.startswith("sim.")]
    assert set(known.values()) == set(defined) and len(defined) >= 6
    assert all(cls.kind == kind for kind, cls in known.items())


def test_two_experiments_of_one_kind_are_an_error_not_one_of_them(monkeypatch):
    monkeypatch.setattr(Sweep, "kind", "search")
    with pytest.raises(ValueError, match="another experiment is of kind 'search' too"):
        kinds.__wrapped__()
