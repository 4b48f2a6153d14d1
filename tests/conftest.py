"""Scenarios that many tests share: the shipped ones on a small population, so that a run takes a blink."""

import os
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from sim.policies import ANNOUNCED
from sim.report import experiment_figures
from sim.scenario.reading import load, shipped

# Each process rewrites the assertions of all files when it may not keep what it read, which takes ten seconds.
# `tools.mutate`, which must not keep it, says so to Python itself.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
    sys.dont_write_bytecode = False

ROOT = Path(__file__).parent.parent

# a property is true or false however long a busy machine takes to try it
settings.register_profile("claims", deadline=None)
settings.register_profile("mutants", deadline=None, derandomize=True, database=None)
settings.load_profile("claims")


@pytest.fixture(scope="session", autouse=True)
def files_reach_the_disk_when_it_likes():
    """No test cuts the power, so none waits for the disk; a killed process loses nothing of what it wrote."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_test_leaves_a_file_in_the_checkout():
    """What a test writes, it writes where pytest forgets it."""
    folders = (ROOT, ROOT / "outputs", ROOT / "scenarios")
    before = {path for folder in folders if folder.is_dir() for path in folder.iterdir()}
    yield
    left = {path for folder in folders if folder.is_dir() for path in folder.iterdir()} - before
    assert not [path.name for path in left if not path.name.startswith((".", "__pycache__"))]


@pytest.fixture(scope="session", autouse=True)
def pictures_are_coarse():
    """No test looks at one as people do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment_figures, "DOTS", 30)
        yield


SMALL = {"population.above_scale": 600, "population.below_scale": 900}


def small(name, **changes):
    """Return a shipped scenario on a small population, with changes by path (double underscores for dots)."""
    return load(name).with_changes(SMALL | {path.replace("__", "."): value for path, value in changes.items()})


def drawn(walk, every):
    """Return the parameters of a walk: of every so many one by default, and all of them in `make validate`."""
    left_out = [[pytest.mark.slow] if place % every else [] for place in range(len(walk))]
    steps = (step if isinstance(step, tuple) else (step,) for step in walk)
    return [pytest.param(*step, marks=marks) for step, marks in zip(steps, left_out, strict=True)]


@cache
def shipped_and_variants():
    """Return every shipped scenario and every variant of it, by both names; the scenario itself has no second."""
    return [(name, variant) for name in shipped() for variant in ("", *load(name).variants)]


def loaded(name, variant):
    """Return a shipped scenario, or a variant of it."""
    return load(name).variant(variant) if variant else load(name)


def without_amounts(spec):
    """Return the names of instruments of a scenario of which the text gives no amounts."""
    return sorted(spec.policies.keys() - {*ANNOUNCED, "energy_budget"})


def of_announced_amounts(spec):
    """Return a scenario with those instruments alone whose amounts the text gives, and the energy budget: few enough
    for all coalitions.
    """
    return spec.with_changes({f"policies.{name}": None for name in without_amounts(spec)})


@pytest.fixture(scope="session")
def announced():
    """The policies as announced."""
    return small("baseline-2022")


@pytest.fixture(scope="session")
def no_policy():
    """No policy at all."""
    return small("no-policy")
