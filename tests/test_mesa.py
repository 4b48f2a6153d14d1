"""What a user of Mesa knows works as it does elsewhere, on both Mesas, and gives the bytes of `run`."""

import inspect
import re
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest

from sim.agents import City, Cluster, Firm
from sim.model import ClusterModel
from tests.conftest import small
from tests.test_same_luck import fingerprint

PAGE = Path(__file__).parent.parent / "docs" / "mesa.md"
APART = "rng" in inspect.signature(mesa.batch_run).parameters  # Mesa 3.4 and later take seeds beside the parameters
TOO_MANY = 0 if APART else 1  # Mesa 3.3 runs one step more than max_steps


def batch(model, parameters, **settings):
    """Rows of `mesa.batch_run` without its bar."""
    return mesa.batch_run(model, parameters, display_progress=False, **settings)


@pytest.fixture(scope="module")
def short():
    """Three quarters of the announced package on a small city."""
    return small("baseline-2022", horizon__until="2022Q3")


class SeedAlone(ClusterModel):
    """A model whose own signature names the seed, as most models of Mesa's users do."""

    def __init__(self, scenario, seed=1):
        super().__init__(scenario, seed)


class FirmsWatched(ClusterModel):
    """A model with its own collector."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.datacollector = mesa.DataCollector({"quarter": "quarter"}, {"revenue": "revenue"})

    def step(self):
        super().step()
        self.datacollector.collect(self)


# ---------------------------------------------------------------- a run and its end


def test_run_model_gives_the_bytes_of_run_and_ends_with_the_horizon(short):
    as_mesa, plain = ClusterModel(short, seed=7), ClusterModel(short, seed=7)
    assert as_mesa.running and as_mesa.run_model() is None
    measured = plain.run()
    assert fingerprint(as_mesa) == fingerprint(plain)
    assert {name: values.tobytes() for name, values in as_mesa.result().city.items()} == {
        name: values.tobytes() for name, values in measured.city.items()
    }
    assert (str(as_mesa.quarter), as_mesa.running, as_mesa.steps) == ("2022Q3", False, 3)
    as_mesa.run_model()  # nothing is left to run
    assert as_mesa.steps == 3 and plain.run().quarter_labels == ("2022Q1", "2022Q2", "2022Q3")


def test_running_is_true_until_the_last_quarter_is_over_and_a_step_more_is_refused(short):
    model, seen = ClusterModel(short), []
    for _ in range(3):
        model.step()
        seen.append(model.running)
    assert seen == [True, True, False]
    with pytest.raises(ValueError, match=r"no quarter after 2022Q3.*set a later horizon\.until"):
        model.step()
    assert str(model.quarter) == "2022Q3"


def test_a_scenario_is_given_by_name_by_file_or_as_such(tmp_path):
    path = tmp_path / "mine.yaml"
    words = "title: {en: a, zh: 甲}\nquestion: {en: b, zh: 乙}\nsources: [mine]\n"
    path.write_text(f"extends: no-policy\nname: mine\n{words}", "utf-8")
    assert [ClusterModel(given).spec.name for given in ("no-policy", path, str(path))] == ["no-policy", "mine", "mine"]
    with pytest.raises(TypeError, match=r"a tuple is no name, file or Scenario.*put a single Scenario in a list"):
        ClusterModel(("name", "mine"))
    with pytest.raises(ValueError, match="no-polcy"):
        ClusterModel("no-polcy")


# ---------------------------------------------------------------- seeds


def test_rng_is_another_name_of_seed(short):
    assert fingerprint(ClusterModel(short, rng=5)) == fingerprint(ClusterModel(short, seed=5))
    assert ClusterModel(short, np.int64(5)).seed_number == ClusterModel(short, seed=None, rng=5).seed_number == 5
    assert ClusterModel(short).seed_number == 1


@pytest.mark.parametrize(
    ("seeds", "fault", "said"),
    [
        ({"seed": None}, ValueError, r"a run without one cannot be repeated; give seed=1, or .*rng=\[1, 2, 3\]"),
        ({"seed": 2, "rng": 3}, ValueError, "seed: 2 and rng: 3 name the same thing"),
        ({"seed": 1.5}, ValueError, "seed: 1.5 is no seed"),
        ({"rng": "x"}, ValueError, "seed: x is no seed"),
    ],
)
def test_a_seed_that_is_missing_double_or_no_whole_number_is_refused(short, seeds, fault, said):
    with pytest.raises(fault, match=said):
        ClusterModel(short, **seeds)


# ---------------------------------------------------------------- batch_run


def test_batch_run_varies_scenario_and_seed_and_gives_the_numbers_of_run(short):
    none = short.without_policies()
    rows = batch(ClusterModel, {"scenario": [short, none], "seed": [1, 2]})
    found = {(row["scenario"] is short, row["seed"]): row for row in rows}
    assert len(rows) == len(found) == 4 and {row["quarter"] for row in rows} == {"2022Q3"}
    for (with_policy, seed), row in found.items():
        city = ClusterModel(short if with_policy else none, seed).run().city
        np.testing.assert_array_equal([row[name] for name in city], [values[-1] for values in city.values()])
    assert len({row["gdp"] for row in rows}) == 4


def test_batch_run_stops_at_max_steps_and_tabulates_every_quarter_or_every_second(short):
    longer = short.with_changes({"horizon.until": "2024Q4"})
    rows = batch(ClusterModel, {"scenario": [longer], "seed": [3]}, max_steps=4 - TOO_MANY, data_collection_period=1)
    gdp = ClusterModel(longer, 3).run().city["gdp"][:4]
    assert [row["quarter"] for row in rows] == ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]
    assert [row["gdp"] for row in rows] == gdp.tolist()
    assert [row["Step"] + TOO_MANY for row in rows] == [1, 2, 3, 4]  # Mesa 3.3 counts from 0
    rows = batch(ClusterModel, {"scenario": [longer], "seed": [3]}, max_steps=3 - TOO_MANY, data_collection_period=2)
    assert [row["quarter"] for row in rows] == ["2022Q1", "2022Q3"]


def test_batch_run_takes_a_scenario_by_name():
    (row,) = batch(ClusterModel, {"scenario": "no-policy"}, max_steps=1 - TOO_MANY)
    assert (row["scenario"], row["quarter"]) == ("no-policy", "2022Q1")


@pytest.mark.skipif(not APART, reason="Mesa 3.3 knows no rng=")
def test_seeds_given_as_rng_are_the_same_seeds(short):
    beside = batch(ClusterModel, {"scenario": [short]}, rng=[1, 2])
    among = batch(ClusterModel, {"scenario": [short], "seed": [1, 2]})
    assert [row["gdp"] for row in beside] == [row["gdp"] for row in among]
    assert [row["gdp"] for row in batch(SeedAlone, {"scenario": [short]}, rng=[1, 2])] == [r["gdp"] for r in among]
    with pytest.raises(ValueError, match=r"give seed=1, or mesa\.batch_run rng="):  # Mesa writes None over these seeds
        batch(SeedAlone, {"scenario": [short], "seed": [1, 2]})


def test_a_model_with_its_own_collector_is_tabulated_by_firm(short):
    rows = pd.DataFrame(batch(FirmsWatched, {"scenario": [short], "seed": [4]}))
    model = ClusterModel(short, 4)
    for _ in range(3 - TOO_MANY):  # Mesa 3.3 shows agents of the quarter before
        model.step()
    firms = rows[rows["AgentID"] > 0].set_index("AgentID")["revenue"]
    active = model.firms.active
    expected = dict(zip(model.firms.key[active].tolist(), model.firms.revenue[active].tolist(), strict=True))
    assert {str(quarter) for quarter in rows["quarter"]} == {"2022Q3"}
    assert firms.to_dict() == expected


# ---------------------------------------------------------------- data collector


def test_the_models_own_collector_follows_the_run_and_holds_what_the_city_measured(short):
    model = ClusterModel(short, seed=2)
    assert not model.datacollector.model_reporters
    model.step()
    assert len(model.datacollector.get_model_vars_dataframe()) == 1
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame["quarter"]) == ["2022Q1", "2022Q2", "2022Q3"]
    for name, values in model.result().city.items():
        np.testing.assert_array_equal(frame[name], values)
    assert model.datacollector is model.datacollector


def test_a_data_collector_reports_on_firms(short):
    collector = mesa.DataCollector(
        model_reporters={"quarter": lambda model: str(model.quarter)},
        agent_reporters={"revenue": "revenue"},
        agenttype_reporters={Firm: {"cash": "cash", "cluster": "cluster_name"}},
    )
    model, cash, revenue = ClusterModel(short, seed=2), [], []
    while model.running:
        model.step()
        collector.collect(model)
        cash.append(dict(zip(model.firms.key.tolist(), model.firms.cash.tolist(), strict=True)))
        revenue.append(model.firms.revenue[model.firms.active].sum())
    frame = collector.get_agenttype_vars_dataframe(Firm)
    assert {(int(step), key): value for (step, key), value in frame["cash"].items()} == {
        (q + 1, key): cash[q][key] for q in range(3) for step, key in frame.index if step == q + 1
    }
    everybody = collector.get_agent_vars_dataframe()["revenue"]
    np.testing.assert_allclose(everybody.groupby("Step").sum(), revenue)
    assert everybody.isna().groupby("Step").sum().tolist() == [11] * 3  # the city and its clusters have none


# ---------------------------------------------------------------- agents


def test_sets_of_firms_select_aggregate_group_count_and_do(short):
    model = ClusterModel(short, seed=3)
    model.step()
    firms, table = model.agents_by_type[Firm], model.firms
    rows = np.flatnonzero(table.active)
    assert firms.agg("revenue", max) == table.revenue.max()
    assert firms.get(["key", "revenue"])[0] == [int(table.key[rows[0]]), table.revenue[rows[0]]]
    assert len(firms.select(lambda firm: firm.above_scale)) == np.count_nonzero(table.above_scale & table.active)
    assert len(firms.select(at_most=5)) == 5
    assert firms.groupby("cluster").count() == dict(enumerate(np.bincount(table.cluster[rows], minlength=10).tolist()))
    assert firms.sort("revenue").get("revenue")[0] == table.revenue.max()
    called = []
    firms.do(called.append)
    firms.shuffle_do(lambda firm: called.append(firm))
    whole, shuffled = called[: rows.size], called[rows.size :]
    assert [firm.row for firm in whole] == rows.tolist()
    assert whole != shuffled and set(whole) == set(shuffled)
    assert sum(firms.map(lambda firm: firm.cash)) == pytest.approx(table.cash[rows].sum())


def test_every_agent_has_its_own_identity_in_every_quarter(short):
    model = ClusterModel(short, seed=3)
    while model.running:
        model.step()
        identities = model.agents.get("unique_id")
        assert len(set(identities)) == len(identities)
        active = model.firms.active
        assert model.agents_by_type[Firm].get("unique_id") == model.firms.key[active].tolist()


def test_a_firm_refuses_to_be_written_and_says_who_writes_the_column(short):
    firm = next(iter(ClusterModel(short).agents_by_type[Firm]))
    cash = firm.cash
    with pytest.raises(TypeError, match="a firm is a view and only reads 'cash'; accounts writes it"):
        firm.cash = 0.0
    with pytest.raises(TypeError, match="only reads 'cash'"):
        ClusterModel(short).agents_by_type[Firm].set("cash", 0.0)
    firm.note = "mine"  # what the model does not know, a user may keep on the view
    assert (firm.cash, firm.note) == (cash, "mine")


def test_city_and_clusters_answer_none_for_what_only_firms_have_and_refuse_what_nobody_has(short):
    model = ClusterModel(short)
    (city,), cluster = model.agents_by_type[City], next(iter(model.agents_by_type[Cluster]))
    assert city.revenue is None and cluster.cash is None
    for agent, name in ((city, "city"), (cluster, "cluster")):
        with pytest.raises(AttributeError, match=f"a {name} has no attribute 'turnover'"):
            agent.turnover


# ---------------------------------------------------------------- the worked example


def blocks(text):
    """Blocks of Python on a page."""
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.M | re.S)


def test_the_page_on_mesa_runs_as_it_stands(capsys):
    """Its blocks follow one another as in one session."""
    found = blocks(PAGE.read_text(encoding="utf-8"))
    assert len(found) == 5 and "batch_run" in found[3]
    space = {"__name__": "__main__"}
    for number, block in enumerate(found, start=1):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), space)
    said = capsys.readouterr().out
    assert said.startswith("2022Q4 False 4\n") and "2022Q4" in said.splitlines()[-1]
    assert (
        space["collector"].get_model_vars_dataframe()["gdp"].tolist()
        == (space["frame"].query("scenario == 'baseline-2022' and seed == 1")["gdp"].tolist()[:4])
    )
