"""A new instrument is one file: no other is touched, its money gets the right class,
and it is credited with what it does.
"""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from tests.throw_away import copy_of_the_house

ATTRIBUTE = """
import json, sys
import numpy as np
np.seterr(over="ignore")  # hashes overflow on purpose, which compiled code does not mention
from sim import attribute, load

def money(found):
    rows = found.attribution.query("instrument == 'rent_relief'")
    return rows.set_index("class")["million_yuan"].to_dict()

def effects(found):
    rows = found.shapley[found.shapley["instrument"].isin(["rent_relief", "package"])]
    return [[r.outcome, r.instrument, r.effect, r.low, r.high] for r in rows.itertuples()]

spec = load("relief.yaml")
seven = attribute(spec, worlds=2, orders=1)
others = {f"policies.{name}": None for name in spec.policies if name not in ("rent_relief", "scale_up")}
no_other = {f"policies.{name}": None for name in spec.policies if name != "rent_relief"}
alone = attribute(spec.with_changes(no_other), worlds=2)
nothing = attribute(spec.with_changes({**others, "policies.rent_relief.amount": 0}), worlds=2)
elsewhere = attribute(spec.with_changes({**others, "policies.rent_relief.to": "rest_of_city"}), worlds=2)
told = {}
for name, found in (("seven", seven), ("alone", alone), ("nothing", nothing), ("elsewhere", elsewhere)):
    told[name] = {"money": money(found), "effects": effects(found), "shapley": found.experiment.shapley}
    told[name]["files"] = sorted(found.tables)
json.dump(told, sys.stdout)
"""


def python(folder, *arguments):
    """Run Python in a copy, uncompiled: compiling takes longer than a city of a hundred firms."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": str(folder),
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return copy_of_the_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def found(house):
    return json.loads(python(house, "-c", ATTRIBUTE))


def test_its_money_is_unconditional_to_the_last_yuan(found):
    for name in ("seven", "alone", "elsewhere"):
        money = found[name]["money"]
        assert money.pop("unconditional") > 1.0
        assert set(money) == {"deadweight", "timing", "relabelled", "displaced", "additional"}
        assert not any(money.values())


def test_a_seventh_instrument_is_shared_in(found):
    assert found["seven"]["shapley"] == "sampled"
    assert "interactions" not in found["seven"]["files"]
    assert {row[1] for row in found["seven"]["effects"]} == {"rent_relief", "package"}


def test_alone_it_is_credited_with_all_of_the_package(found):
    effects = {(row[0], row[1]): row[2:] for row in found["alone"]["effects"]}
    for outcome in {outcome for outcome, _ in effects}:
        assert effects[outcome, "rent_relief"] == effects[outcome, "package"]


def test_without_effect_it_is_credited_with_exactly_nothing_whether_it_pays_or_not(found):
    assert not any(found["nothing"]["money"].values())
    for name in ("nothing", "elsewhere"):
        effects = [row[2:] for row in found[name]["effects"] if row[1] == "rent_relief"]
        assert len(effects) == 6
        assert all(effect == [0.0, 0.0, 0.0] for effect in effects), name


@pytest.mark.slow
def test_the_command_line_runs_and_attributes_it(house):
    """Commands that list what there is (levers, outcomes) will be asked here too."""
    quiet = ("-W", "ignore:overflow:RuntimeWarning")
    python(house, *quiet, "cli.py", "run", "relief.yaml", "-n", "2", "--jobs", "1", "--out", "run")
    ledger = pd.read_csv(house / "run" / "ledger.csv")
    paid = ledger[ledger["instrument"] == "rent_relief"]
    assert set(paid["clause"]) == {"rent"} and set(paid["amount"]) == {0.05}
    assert paid.groupby("quarter").size().shape == (4,)
    said = python(
        house, *quiet, "cli.py", "attribute", "relief.yaml", "-n", "2", "--orders", "1", "--jobs", "1", "--out", "split"
    )
    table = (
        pd.read_csv(house / "split" / "attribution.csv")
        .query("instrument == 'rent_relief'")
        .set_index("class")["share"]
    )
    assert table.to_dict() == {
        "deadweight": 0.0,
        "timing": 0.0,
        "relabelled": 0.0,
        "displaced": 0.0,
        "additional": 0.0,
        "unconditional": 1.0,
    }
    assert "unconditional: no event earns this money" in said and "无条件发放：这笔资金不与任何事件挂钩" in said
