"""One writer per column, and every reader declared: a step of the quarter touches only the columns it declares."""

import ast
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import behaviours
from sim import model as model_module
from sim.behaviours import entry_exit
from sim.firms.bundles import touched
from sim.firms.table import Firms
from sim.model import ClusterModel
from tests.changzhou import COLUMNS, NAMES
from tests.conftest import small
from tests.parsed import tree_of

HOUSE = Path(sim.__file__).parent
MODULES = {
    info.name: importlib.import_module(f"sim.behaviours.{info.name}")
    for info in pkgutil.iter_modules(behaviours.__path__)
}


def steps():
    """(module, function) of each call of a behaviour in a quarter, in order, as `ClusterModel.step` makes them."""
    calls = re.findall(r"(\w+)\.(\w+)\(firms, setting", inspect.getsource(ClusterModel.step))
    return [(module, function) for module, function in calls if module in MODULES]


STEPS = steps()
EVERY_STEP = pytest.mark.parametrize(("module", "function"), STEPS, ids=[f"{m}.{f}" for m, f in STEPS])


def test_every_behaviour_is_a_step_of_the_quarter_and_every_step_declares_what_it_touches():
    declaring = {
        (name, function.__name__)
        for name, module in MODULES.items()
        for function in vars(module).values()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and touched(function)
    }
    assert declaring == set(STEPS)
    assert {module for module, _ in STEPS} == set(MODULES)


class WatchedFirms(Firms):
    """Firms that note which columns are looked at."""

    seen = None

    def __getattribute__(self, name):
        if WatchedFirms.seen is not None and name in _COLUMNS:
            WatchedFirms.seen.add(name)
        return object.__getattribute__(self, name)


_COLUMNS = frozenset(NAMES)


def changed(before, after):
    return {name for name in NAMES if not np.array_equal(getattr(before, name), getattr(after, name), equal_nan=True)}


def watch(patch, found):
    """Note what each step looks at and what it changes."""
    for module, function in STEPS:
        real = getattr(MODULES[module], function)

        def watched(firms, *rest, real=real, key=(module, function)):
            before = firms.copy()
            firms.bundles.clear()  # made anew, so that what they take is seen
            WatchedFirms.seen = set()
            answer = real(firms, *rest)
            seen, WatchedFirms.seen = WatchedFirms.seen, None
            looked, wrote = found.setdefault(key, (set(), set()))
            looked |= seen
            wrote |= changed(before, firms)
            return answer

        patch.setattr(getattr(model_module, module), function, watched)


@pytest.fixture(scope="module")
def found():
    """What each step looks at and changes in three years in which every behaviour has something to do: lists that
    matter a lot, lines that are easy to reach for groups and for firms, groups that are sold, energy and land that
    are short, and awards for workshops; in the second year energy is traded.
    """
    found = {}
    tempting = small("baseline-2022", policies__peak_climbing__perceived_benefit=500, parameters__pull_limit=0.12)
    with pytest.MonkeyPatch.context() as patch:
        watch(patch, found)
        worlds = ((0.0, "group", "tax-per-mu"), (0.072, "establishment", "output-per-mu"))
        for sales, unit, rule in worlds:  # a group that is sold has no line to reach
            changes = {
                "parameters.trading_credible_share": 0.15,
                "parameters.group_sale_hazard": sales,
                "policies.peak_climbing.unit": unit,
                "policies.energy_budget.extra_tightening": 0.1,
                "policies.energy_budget.rule": {"2022Q1": "key-users", "2023Q1": "tradable"},
                "policies.smart_workshops": {},
                "policies.land_budget": {"rule": rule, "supply_a_year": 4000},
                "parameters.merger_offers": 1.0,
                "parameters.merger_refusal": 0.0,
                "parameters.merger_buyer_floor": 200.0,
                "policies.two_high_projects": {},
                "policies.capacity_elimination": {},
            }
            model = ClusterModel(tempting.with_changes(changes), seed=2)
            model.firms.__class__ = WatchedFirms
            for _ in range(13):
                model.step()
    return found


@EVERY_STEP
def test_a_step_writes_only_the_columns_it_declares(found, module, function):
    _, wrote = found[module, function]
    assert wrote <= touched(getattr(MODULES[module], function)).writes
    assert wrote, "the step moved nothing, so the test could not fail"


@EVERY_STEP
def test_a_step_looks_only_at_columns_it_declares_and_at_all_of_them(found, module, function):
    looked, _ = found[module, function]
    declaration = touched(getattr(MODULES[module], function))
    assert looked == declaration.reads | declaration.writes


def test_a_step_that_looks_aside_or_writes_aside_is_seen(monkeypatch):
    def careless(firms, setting):
        firms.listed[:] = firms.debt > 0.0
        return []

    monkeypatch.setattr(MODULES["listing"], "go_public", careless)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        watch(patch, found)
        model = ClusterModel(small("no-policy"), seed=2)
        model.firms.__class__ = WatchedFirms
        model.step()
    assert found["listing", "go_public"] == ({"listed", "debt"}, {"listed"})


def kernels():
    """(path, function) of each compiled function of the package."""
    for path in sorted(HOUSE.rglob("*.py")):
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(d, ast.Name) and d.id in ("kernel", "rule") for d in node.decorator_list
            ):
                yield path, node


KERNELS = list(kernels())


def bundles_of(path, kernel):
    """Bundle of each argument of a kernel that takes one."""
    module = importlib.import_module(".".join(path.relative_to(HOUSE.parent).with_suffix("").parts))
    kinds = {a.arg: getattr(module, ast.unparse(a.annotation), None) for a in kernel.args.args}
    return {name: kind for name, kind in kinds.items() if hasattr(kind, "_fields")}


def fields(kernel, name, store=False):
    """Fields of an argument that a kernel uses, or into whose values it stores."""
    found = set()
    for node in ast.walk(kernel):
        inside = node.value if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) else node
        if store and inside is node:
            continue
        if isinstance(inside, ast.Attribute) and isinstance(inside.value, ast.Name) and inside.value.id == name:
            found.add(inside.attr)
    return found


BY_KERNEL = pytest.mark.parametrize(("path", "kernel"), KERNELS, ids=[f"{p.stem}.{k.name}" for p, k in KERNELS])


@BY_KERNEL
def test_a_kernel_stores_only_into_bundles_that_a_step_of_its_file_declares_as_written(path, kernel):
    writes = {name for module, function in STEPS if module == path.stem for name in _writes(module, function)}
    for name, kind in bundles_of(path, kernel).items():
        if stored := fields(kernel, name, store=True):
            assert stored <= set(kind._fields)
            assert set(kind._fields) <= writes or not set(kind._fields) & _COLUMNS, (name, stored)


def _writes(module, function):
    return touched(getattr(MODULES[module], function)).writes


def test_every_field_of_a_bundle_is_used_by_a_kernel_that_takes_it():
    taken, used = {}, {}
    for path, kernel in KERNELS:
        for name, kind in bundles_of(path, kernel).items():
            taken[kind.__name__] = set(kind._fields)
            passed_on = any(
                isinstance(a, ast.Name) and a.id == name
                for call in ast.walk(kernel)
                if isinstance(call, ast.Call)
                for a in call.args
            )
            used.setdefault(kind.__name__, set()).update(fields(kernel, name))
            assert fields(kernel, name) or passed_on
    assert len(taken) > 30  # the scan sees the bundles
    assert {kind: names - used[kind] for kind, names in taken.items() if names - used[kind]} == {}


def test_entry_and_exit_write_only_rows_that_enter_or_leave(no_policy, monkeypatch):
    for function in ("leave", "join"):
        real = getattr(entry_exit, function)

        def watched(firms, setting, real=real):
            before = firms.copy()
            rows = real(firms, setting)
            others = np.ones(firms.rows, dtype=bool)
            others[np.concatenate([getattr(part, "rows", part) for part in rows])] = False
            for name in NAMES:
                assert np.array_equal(getattr(before, name)[others], getattr(firms, name)[others]), name
            return rows

        monkeypatch.setattr(entry_exit, function, watched)
    model = ClusterModel(no_policy, seed=5)
    for _ in range(4):
        model.step()
    assert model.record.city[-1]["exits"] > 0 and model.record.city[-1]["entries"] > 0


def test_every_column_names_the_module_that_declares_it():
    declared_by = {}
    for module, function in STEPS:
        if module != "entry_exit":  # rows that enter or leave change as a whole: a claim of their own above
            for name in _writes(module, function):
                assert declared_by.setdefault(name, module) == module, name
    for column in COLUMNS:
        assert declared_by.get(column.name, column.writer) == column.writer, column.name
