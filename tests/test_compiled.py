"""Compiled rules are kept per version of the code, and no version throws away what another may be using."""

import importlib
import os
import pkgutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numba import types
from numba.core.errors import NumbaError

import sim
from sim import ClusterModel, load
from sim.firms.bundles import rows_in
from sim.luck import compiled
from tests.conftest import SMALL, small

ROOT = Path(__file__).resolve().parents[1]

DAY = 24 * 3600.0


@pytest.mark.parametrize(("age", "left"), [(2.0 * DAY, 4), (0.5 * DAY, 7)])
def test_only_versions_that_nobody_used_for_a_day_are_forgotten(tmp_path, age, left):
    for number in range(7):
        folder = tmp_path / f"version-{number}"
        folder.mkdir()
        then = time.time() - age - (0.0 if folder.name == "version-6" else 60.0 * (7 - number))
        os.utime(folder, (then, then))
    compiled._forget_old_versions(tmp_path, "version-6")
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"version-{number}" for number in range(7 - left, 7)]


def test_the_folder_in_use_is_marked_as_used(tmp_path, monkeypatch):
    monkeypatch.setenv("CLUSTERSIM_CACHE_DIR", str(tmp_path))
    folder = compiled._cache_folder()
    os.utime(folder, (0.0, 0.0))
    assert compiled._cache_folder() == folder
    assert folder.stat().st_mtime > time.time() - 60.0


def kernels():
    """All compiled loops over firms, by module and name."""
    for found in pkgutil.walk_packages(sim.__path__, "sim."):
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, compiled.Kernel):
                yield f"{found.name}.{name}", value


STEPPED = {
    "policies.policy_fund.in_force": {"2022Q1": False, "2023Q1": True},
    "policies.energy_budget.extra_tightening": {"2022Q1": 0, "2023Q2": 0.2},
    "policies.energy_budget.rule": {"2022Q1": "key-users", "2023Q3": "tradable", "2024Q1": "proportional"},
}


def worlds_of_every_kind():
    """Scenarios that differ in what reaches a kernel: no policy and all of it, levers that move, a calm outlook, and a
    city of other clusters.
    """
    yield small("no-policy")
    yield small("baseline-2022")
    yield small("baseline-2022").with_changes(STEPPED)
    answered = {"policies.research_support": {}, "policies.first_purchase": {}}
    yield small("no-policy", outlook__calm=True).with_changes(answered)
    yield load("no-policy", city=ROOT / "tests" / "cities" / "fenghe").with_changes(SMALL)


def test_a_kernel_meets_one_kind_of_arguments_whatever_the_world():
    # in another process: here others have given kernels what they liked
    script = (
        "from tests.test_compiled import *\n"
        "compiled.Kernel.straight = False\n"
        "for spec in worlds_of_every_kind():\n"
        "    model = ClusterModel(spec, seed=2)\n"
        "    for _ in range(12): model.step()\n"
        "found = {name: len(kernel.compiled.overloads) for name, kernel in kernels()}\n"
        "assert len(found) >= 20, found\n"
        "print({name: number for name, number in found.items() if number != 1})\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout.strip(), done.returncode) == ("{}", 0), done.stderr


def uncounted():
    """All compiled rules that count no references to arrays, by module and name."""
    for found in pkgutil.walk_packages(sim.__path__, "sim."):
        for name, value in vars(importlib.import_module(found.name)).items():
            rule = value.compiled if isinstance(value, compiled.Kernel) else value
            if getattr(rule, "targetoptions", {}).get("_nrt") is False:
                yield f"{found.name}.{name}", rule


def hands_out(kind):
    """Tell whether a type of numba's is an array or holds one."""
    return isinstance(kind, types.Array) or any(hands_out(part) for part in getattr(kind, "types", ()))


def test_no_rule_that_counts_no_references_hands_an_array_out():
    """Its caller would give back one reference too many; `array_rule` is for those that do."""
    ClusterModel(small("baseline-2022", horizon__until="2022Q4"), seed=2).run_model()
    found = dict(uncounted())
    assert len(found) >= 40
    assert [n for n, rule in found.items() if any(hands_out(s.return_type) for s in rule.nopython_signatures)] == []


def test_a_rule_that_makes_an_array_is_not_compiled_without_counting():
    @compiled.rule
    def made(number):
        return np.zeros(number)

    with pytest.raises(NumbaError):
        made(3)


class Two(NamedTuple):
    start: np.ndarray
    stop: np.ndarray


@compiled.kernel
def doubled(rows, values, out):
    for c in range(rows.start.size):
        for i in range(rows.start[c], rows.stop[c]):
            out[i] = 2 * values[i]


def some_rows():
    return Two(np.array([0]), np.array([3]))


def test_a_kernel_reads_the_types_of_its_arguments_anew_when_the_rows_are_others():
    whole, halves, out = np.array([1, 2, 3]), np.array([0.5, 1.5, 2.5]), np.zeros(3)
    rows = some_rows()
    for _ in range(2):  # the second call goes straight in
        doubled(rows, whole, out)
        assert out.tolist() == [2.0, 4.0, 6.0]
    doubled(some_rows(), halves, out)
    assert out.tolist() == [1.0, 3.0, 5.0]
    doubled(rows, whole, out)  # now two kinds are compiled, and it asks each time
    doubled(rows, halves, out)
    assert out.tolist() == [1.0, 3.0, 5.0]


def test_rows_stay_the_same_object_until_a_column_of_the_table_is_another():
    firms = ClusterModel("no-policy", seed=1).firms
    rows = rows_in(firms)
    assert rows_in(firms) is rows
    firms.stop += 0  # in place
    assert rows_in(firms) is rows
    firms.demand = firms.demand.copy()
    assert rows_in(firms) is not rows
    assert rows_in(firms.copy()) is not rows
