"""The first year's flows have references, references have flows, and above-scale counts balance."""

import re

import numpy as np
import pytest

from sim.luck import keys
from sim.model import ClusterModel
from sim.report import flows
from sim.report.flows import check_flows, describe_flows
from sim.report.year_measures import demand_path, measures
from sim.scenario.reading import load
from sim.tables.milestones import ABOVE_SCALE_LINE, TITLES
from tests.changzhou import CHANGZHOU
from tests.conftest import small


def reference(**changes):
    return {
        "flow": "promotions",
        "meaning": "m",
        "meaning_zh": "义",
        "low": "10",
        "high": "20",
        "unit": "firms",
        "unit_zh": "家",
        "year": "2021",
        "kind": "emergent",
        "set_by": "",
        "source": "judgement",
        "note": "",
        "note_zh": "",
        **changes,
    }


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([11.0, 13.0], "PASS"),
        ([8.0, 9.0], "WARN"),  # mean 8.5, half-width 12.7 x 0.5: reaches 10
        ([8.0, 8.01], "FAIL"),
        ([20.0, 30.0], "WARN"),
        ([40.0, 40.0], "FAIL"),
    ],
)
def test_a_flow_passes_by_its_mean_and_warns_by_its_interval(values, status):
    assert flows._compare(reference(), np.array(values)).status == status


@pytest.fixture(scope="module")
def first_year():
    return check_flows(CHANGZHOU, 2)


def test_every_flow_has_a_reference_in_both_languages_with_a_known_source_and_a_year(first_year):
    known = {row["source"] for row in CHANGZHOU.sources}
    for row in first_year:
        assert row.low < row.high and row.unit and row.year and row.meaning and row.meaning_zh, row.flow
        assert all(source.split(" ")[0] in known for source in row.source.split("; ")), row.flow
        assert np.isfinite(row.model) and row.model_low <= row.model <= row.model_high, row.flow
    text = "\n".join(describe_flows(first_year, 2))
    assert "2 worlds" in text and "95%" in text and "个世界" in text


def test_every_flow_that_is_measured_has_a_reference_here():
    assert {row["flow"] for row in CHANGZHOU.flows} == set(measures(CHANGZHOU))


@pytest.mark.parametrize("count", [5, pytest.param(20, marks=pytest.mark.slow)])
def test_the_list_of_2022_rests_on_2020_and_its_first_promotions_bring_the_firms_of_2021(count):
    """What the row of promotions says: some 4,670 firms on the list, 5,000 above the line, and the difference comes in
    the first quarter.
    """
    listed, first = [], []
    for world in range(count):
        model = ClusterModel(load("no-policy"), keys.replication_seed(1, world))
        before = model.firms.above_scale.copy()
        reached = model.firms.last_revenue >= ABOVE_SCALE_LINE
        assert reached.sum() == 5000
        model.step()
        promoted = next(event for event in model.events if event.kind == "above_scale").rows
        np.testing.assert_array_equal(promoted, np.flatnonzero(reached & ~before))
        listed.append(before.sum())
        first.append(promoted.size)
    said = int(
        re.search(r"some ([\d,]+) firms", next(r for r in CHANGZHOU.flows if r["flow"] == "promotions")["note"])[
            1
        ].replace(",", "")
    )
    assert abs(np.mean(listed) - said) <= 25, (np.mean(listed), np.mean(first))


def test_above_scale_firms_of_a_year_are_those_before_plus_promotions_less_falls_and_closings():
    model = ClusterModel(small("no-policy", horizon__until="2025Q4"), seed=3)
    before = int(model.firms.above_scale.sum())
    years = model.run().years
    change = np.diff(np.concatenate([[before], years["above_scale_firms"]]))
    assert years["demotions"].sum() > 0 and years["above_scale_exits"].sum() > 0 and years["promotions"].sum() > 0
    np.testing.assert_array_equal(change, years["promotions"] - years["demotions"] - years["above_scale_exits"])


def test_a_year_grants_the_titles_that_its_holders_gain():
    model = ClusterModel(
        small("no-policy", horizon__until="2022Q4", parameters__exit_hazard=0, parameters__title_renewal=1), seed=3
    )
    before = model.firms.specialised_title.copy()
    years = model.run().years
    raised = int((model.firms.specialised_title > before).sum())  # each firm rises once a year at most
    assert raised == sum(years[f"new_{title}s"][0] for title in TITLES)


def test_the_demand_path_without_shocks_is_the_outlook_by_hand():
    spec = small("no-policy", horizon__until="2022Q4", parameters__common_shock_spread=0)
    quiet = spec.with_parameters(
        {"textiles.cycle_spread": 0.0, "biomedicine.cycle_spread": 0.0, "textiles.demand_growth": 0.0}
    )
    path = demand_path(ClusterModel(quiet, seed=1, fixed=True))
    assert path[5] == pytest.approx(1.0)  # no trend, no shocks: seasons have mean one
    assert path[7] > 1.0
