"""Firms, clusters and the city are Mesa agents, made when looked at."""

import mesa
import pytest

from sim.agents import City, Cluster, Firm
from sim.model import ClusterModel


@pytest.fixture(scope="module")
def model(announced):
    model = ClusterModel(announced, seed=1)
    model.step()
    return model


def test_a_model_is_a_mesa_model_with_city_clusters_and_active_firms_as_agents(model):
    assert isinstance(model, mesa.Model)
    assert model.agent_types == [City, Cluster, Firm]
    assert len(model.agents_by_type[Cluster]) == 10
    assert len(model.agents_by_type[Firm]) == model.firms.active.sum()
    assert len(model.agents) == 11 + model.firms.active.sum()
    assert all(isinstance(agent, mesa.Agent) for agent in list(model.agents)[:20])


def test_a_firm_agent_shows_its_row_and_its_key(model):
    firm = list(model.agents_by_type[Firm])[7]
    assert firm.unique_id == int(model.firms.key[firm.row])
    assert firm.revenue == model.firms.revenue[firm.row]
    assert firm.cluster_name == "high_end_equipment"
    assert "capital" in dir(firm)
    with pytest.raises(AttributeError, match="no attribute 'turnover'"):
        _ = firm.turnover


def test_agent_sets_group_sort_select_and_aggregate_as_mesa_users_expect(model):
    firms = model.agents_by_type[Firm]
    assert max(firms.get("revenue")) == next(iter(firms.sort("revenue"))).revenue
    assert firms.agg("revenue", sum) == pytest.approx(model.firms.revenue.sum())
    assert len(firms.groupby("cluster").groups) == 10
    large = firms.select(lambda firm: firm.revenue > 1_000)
    assert 0 < len(large) < len(firms)


def test_a_cluster_agent_totals_its_firms(model):
    steel = next(c for c in model.agents_by_type[Cluster] if c.identifier == "quality_steel")
    assert steel.total("revenue") == pytest.approx(sum(steel.firms.get("revenue")))


def test_a_view_refuses_to_be_removed_by_hand(model):
    with pytest.raises(TypeError, match="entry_exit decides"):
        next(iter(model.agents_by_type[Firm])).remove()


def test_nothing_is_made_before_somebody_looks(announced):
    model = ClusterModel(announced, seed=1)
    model.step()
    assert "_views" not in vars(model)
