"""What rounding leaves of nought is nought before it is printed, written or acted on: another processor leaves
something else of it.
"""

import numpy as np
import pandas as pd
import pytest

from sim.experiments.files import csv_bytes, without_dust
from sim.experiments.run import Run, run
from sim.experiments.variance import sobol_indices
from sim.inference.distributions import sides
from sim.inference.means import unpaired_interval
from sim.scenario.reading import load
from sim.tables.units import DUST
from tests.test_energy_claims import allocated, key_users, proportional, quota, using

DUSTY = [1e-13, -1e-13, -0.0, 9e-10, 0.1 + 0.2 - 0.3]
SMALL = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2022Q4"}


@pytest.mark.parametrize("dust", DUSTY)
def test_dust_is_nought_in_a_table_and_nothing_else_is_touched(dust):
    table = pd.DataFrame(
        {
            "value": [dust, 1.5e-9, np.nan, 0.15000000000000002],
            "count": [0, 1, 2, 3],
            "word": ["", "a", "b", "c"],
            "mixed": np.array([dust, "a", np.array(dust), 2.5], dtype=object),
        }
    )
    found = without_dust(table)
    assert csv_bytes(found).decode("utf-8-sig").splitlines()[1:] == [
        "0,0,,0.0",
        "1.5e-09,1,a,a",
        ",2,b,0.0",
        "0.15,3,c,2.5",
    ]
    pd.testing.assert_series_equal(found["count"], table["count"])
    assert found["value"][3] == table["value"][3]


def test_numbers_that_came_as_arrays_are_written_as_numbers_and_not_as_text():
    cells = pd.Series([np.array(-0.7568243683657103), np.array(1.0)], dtype=object)
    found = without_dust(pd.DataFrame({"low": cells}))
    assert found["low"].dtype == float
    assert csv_bytes(found).decode("utf-8-sig").splitlines() == ["low", "-0.7568243684", "1"]


def test_every_table_of_an_experiment_is_swept_before_it_is_printed_or_written(monkeypatch, tmp_path):
    own = Run.tables

    def dusty(self, values):
        tables = own(self, values)
        tables["summary"].loc[0, "mean"] = 1e-13
        return tables

    monkeypatch.setattr(Run, "tables", dusty)
    found = run(load("no-policy").with_changes(SMALL), replications=1, folder=tmp_path / "out")
    assert found.summary.loc[0, "mean"] == 0.0
    assert pd.read_csv(tmp_path / "out" / "summary.csv").loc[0, "mean"] == 0.0


def test_an_effect_of_dust_is_neither_above_zero_nor_below():
    found = sides(np.array([[1e-13], [-1e-13], [2e-9], [-2e-9]]))
    assert (found["above_zero"][0], found["below_zero"][0]) == (0.25, 0.25)


def test_values_that_differ_by_dust_do_not_vary():
    values = 5.0 + np.array([1e-13, -2e-13, 0.0, 1e-13, 0.0, 3e-13])
    assert not sobol_indices(values, 1, np.random.default_rng(1)).any()
    assert unpaired_interval(values, values) == (0.0, 0.0)


@pytest.mark.parametrize(("bound", "away"), [("at_least", -1.0), ("at_most", 1.0)])
def test_a_bound_that_is_missed_by_dust_is_met_and_by_more_is_not(bound, away):
    title = {"en": "a", "zh": "甲"}
    written = {"name": "t", "title": title, "metric": "loss_making_share", bound: 0.3, "when": "in", "by": 2022}
    [target] = load("no-policy").with_changes({"targets": [written]}).targets
    for missed, met in ((1e-13, True), (0.5 * DUST, True), (1e-6, False)):
        assert target.holds(np.array([0.3 + away * missed]), [2022]).tolist() == [met]


@pytest.mark.parametrize("short", [1e-16, 1e-13, 1e-10])
def test_a_cap_that_only_rounding_keeps_below_what_is_wanted_cuts_nobody_and_has_no_price(short):
    for budget in (key_users, proportional):
        for hand_on in (True, False):
            firms = allocated(using(), budget(550.0 * (1.0 - short), hand_on=hand_on))
            assert not firms.energy_price_shadow.any()
            assert (firms.energy_quota >= firms.wanted_output * firms.energy_intensity)[[0, 1, 3]].all()


def test_a_cap_that_cuts_a_millionth_has_a_price():
    firms = allocated(using(), proportional(550.0 * (1.0 - 1e-6), hand_on=False))
    assert firms.energy_price_shadow[0] > 0.0
    assert quota(firms, 0)[0] != 300.0
