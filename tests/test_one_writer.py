"""One writer per column: each behaviour changes only the columns it declares."""

import importlib
import inspect
import pkgutil
import re

import numpy as np
import pytest

from sim import behaviours
from sim import model as model_module
from sim.behaviours import entry_exit
from sim.model import ClusterModel
from tests.changzhou import COLUMNS, NAMES
from tests.conftest import small


def steps():
    """(module, function, declaration) of each call of a behaviour in a quarter, in order,
    as `ClusterModel.step` makes them.
    """
    calls = re.findall(r"(\w+)\.(\w+)\(firms, setting", inspect.getsource(ClusterModel.step))
    modules = {info.name for info in pkgutil.iter_modules(behaviours.__path__)}
    found = []
    for module, function in calls:
        if (
            module in modules and module != "entry_exit"
        ):  # rows that enter or leave change as a whole: a claim of their own below
            own = f"{function.upper()}_WRITES"
            found.append(
                (
                    module,
                    function,
                    own if hasattr(importlib.import_module(f"sim.behaviours.{module}"), own) else "WRITES",
                )
            )
    return found


STEPS = steps()


def test_every_behaviour_is_a_step_of_the_quarter():
    modules = {info.name for info in pkgutil.iter_modules(behaviours.__path__)}
    assert {module for module, _, _ in STEPS} | {"entry_exit"} == modules
    declared = {
        (module, name)
        for module in modules - {"entry_exit"}
        for name in vars(importlib.import_module(f"sim.behaviours.{module}"))
        if name.endswith("WRITES")
    }
    assert declared == {(module, name) for module, _, name in STEPS}


def changed(before, after):
    return {name for name in NAMES if not np.array_equal(getattr(before, name), getattr(after, name), equal_nan=True)}


@pytest.mark.parametrize(("module", "function", "declared"), STEPS, ids=[f"{m}.{f}" for m, f, _ in STEPS])
def test_a_behaviour_writes_only_the_columns_it_declares(monkeypatch, module, function, declared):
    behaviour = importlib.import_module(f"sim.behaviours.{module}")
    wanted, real, wrote = getattr(behaviour, declared), getattr(behaviour, function), set()

    def watched(firms, *rest):
        before = firms.copy()
        answer = real(firms, *rest)
        wrote.update(changed(before, firms))
        return answer

    monkeypatch.setattr(getattr(model_module, module), function, watched)
    # lists that matter a lot and lines that are easy to reach, so that every behaviour has something to do
    tempting = small("baseline-2022", policies__peak_climbing__perceived_benefit=500, parameters__pull_limit=0.12)
    sales = 0.072 if module == "ownership" else 0.0  # a group that is sold has no line to reach
    changes = {"parameters.trading_credible_share": 0.15, "parameters.group_sale_hazard": sales}
    model = ClusterModel(tempting.with_changes(changes), seed=2)
    for _ in range(13):
        model.step()
    assert wrote <= set(wanted)
    assert wrote, "the behaviour moved nothing, so the test could not fail"


def test_entry_and_exit_write_only_rows_that_enter_or_leave(no_policy, monkeypatch):
    for function in ("leave", "join"):
        real = getattr(entry_exit, function)

        def watched(firms, setting, real=real):
            before = firms.copy()
            rows = real(firms, setting)
            others = np.ones(firms.rows, dtype=bool)
            others[np.concatenate(rows) if isinstance(rows, tuple) else rows] = False
            for name in NAMES:
                assert np.array_equal(getattr(before, name)[others], getattr(firms, name)[others]), name
            return rows

        monkeypatch.setattr(entry_exit, function, watched)
    model = ClusterModel(no_policy, seed=5)
    for _ in range(4):
        model.step()
    assert model.record.city[-1]["exits"] > 0 and model.record.city[-1]["entries"] > 0


def test_every_column_names_the_module_that_declares_it():
    declared = {}
    for module, _, attribute in STEPS:
        for name in getattr(importlib.import_module(f"sim.behaviours.{module}"), attribute):
            declared.setdefault(name, module)
    for column in COLUMNS:
        assert declared.get(column.name, column.writer) == column.writer, column.name
