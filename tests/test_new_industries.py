"""New industries: what is paid, who is drawn where and from where, and what the newcomers make."""

from dataclasses import replace

import numpy as np
import pytest

from sim.behaviours import entry_exit
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.firms.newcomers import drawn_to
from sim.measure.newcomers import counted
from sim.model import ClusterModel
from sim.policies.new_industries import NewIndustries
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.tables.city_tables import read_city
from sim.tables.clusters import Role
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, look, paid, plain_firms
from tests.test_same_luck import advance

FIELDS = read_city().with_role(Role.FUTURE)
OTHERS = [c for c in range(10) if c not in FIELDS]


def drawn(terms):
    """Return the shares that are added to the entry of the fields' clusters and of the others."""
    entry = terms.newcomers.entry
    assert len(set(entry[FIELDS])) == len(set(entry[OTHERS])) == 1
    return float(entry[FIELDS[0]]), float(entry[OTHERS[0]])


def test_services_cost_a_quarter_of_their_year_and_none_are_bought_with_nothing():
    assert paid(NewIndustries().claim(look(plain_firms()))) == {-1: 25.0}
    assert NewIndustries(amount_a_year=0.0).claim(look(plain_firms())) == []


def test_money_draws_founders_to_new_fields_and_a_part_of_them_from_other_clusters():
    """200 million a year at 0.05 a hundred add a tenth in three clusters of nine firms; three tenths of these 0.9 are
    missing among the others' 21. Half paid is half of it."""
    given, view = NewIndustries(amount_a_year=200.0), look(plain_firms())
    assert drawn(delivered(given, view)) == pytest.approx((0.1, -0.3 * 0.9 / 21.0))
    assert drawn(delivered(given, view, holds=25.0)) == pytest.approx((0.05, -0.3 * 0.45 / 21.0))


def test_the_status_draws_founders_at_no_cost_and_adds_to_what_money_draws():
    given, view = NewIndustries(national_cluster=True), look(plain_firms())
    terms = delivered(given, view)
    given.announce(view, terms)
    assert drawn(terms)[0] == pytest.approx(0.05 + 0.05)
    free = NewIndustries(amount_a_year=0.0, national_cluster=True)
    assert free.claim(view) == []


def test_those_drawn_come_beside_the_same_entrants_and_those_crowded_out_are_some_of_them():
    """Entry is drawn by firm key: a rise adds firms, a fall takes some away; what passes the ceiling takes nobody."""
    model = ClusterModel(small("no-policy", population__below_scale=6000), seed=3)
    model.step()
    setting, came = model._begin(), []
    for lift in (0.0, 0.5, 50.0):
        terms = Terms(model.firms.rows)
        terms.newcomers.draw(np.where(np.isin(np.arange(10), FIELDS), lift, -min(lift, 1.0)))
        firms = model.firms.copy()
        rows, _ = entry_exit.join(firms, replace(setting, terms=terms))
        rows = rows[~firms.major[rows]]
        key, cluster = firms.key[rows], firms.cluster[rows]
        came.append([{int(k) for k in key[np.isin(cluster, part)]} for part in (FIELDS, OTHERS)])
    usual, more, most = came
    assert usual[0] < more[0] < most[0] and more[1] < most[1] <= usual[1]
    # twice the usual, out of a reservoir that has still to grow: not all of the places that 2030 may need
    assert len(most[0]) < 0.95 * model.firms.places[0][FIELDS].sum()


def test_of_those_whom_the_ceiling_keeps_out_nobody_is_missing_elsewhere():
    """Entry of the first cluster, of ten firms, would triple: 20 more drawn, of whom six would have been founded among
    the twenty of the second. The ceiling of twice lets ten come, so three are missing.
    """
    usual, founded = np.ones(2), np.array([10.0, 20.0])
    entry = np.array([2.0, -0.3])
    np.testing.assert_allclose(drawn_to(usual, entry, founded, 3.0), [3.0, 0.7])
    np.testing.assert_allclose(drawn_to(usual, entry, founded, 2.0), [2.0, 0.85])
    np.testing.assert_array_equal(drawn_to(np.array([1.2, 5.0]), 0.0, founded, 2.0), [1.2, 2.0])


def test_only_firms_founded_since_2022_in_new_fields_count_as_new_firms_there():
    firms = firms_with(value_added=1.0)
    firms.first_entrant[:], firms.stop[:] = firms.start + 1, firms.start + 3  # one of three was there
    assert counted(firms, quarter())["new_industry_value_added"] == 2.0 * len(FIELDS)


def test_levers_at_zero_are_the_instrument_away_bit_for_bit():
    base = small("no-policy", horizon__until="2023Q4")
    off = base.with_changes({"policies.new_industries": {"amount_a_year": 0}})
    absent, zero = (result for _, result in worlds({"absent": base, "zero": off}, 5))
    for table in ("years", "cluster_years", "quarters", "city"):
        for name, values in getattr(absent, table).items():
            np.testing.assert_array_equal(values, getattr(zero, table)[name], name)


def test_money_and_status_raise_what_new_firms_make_and_money_buys_nothing_of_a_firm():
    base = small("no-policy")
    amount = {"policies.new_industries": {"amount_a_year": "1 billion yuan"}}
    status = {"policies.new_industries": {"amount_a_year": 0, "national_cluster": True}}
    sure = {"parameters.national_cluster_draw": 0.15, "parameters.new_industry_draw": 0.1}
    arms = {name: base.with_changes(sure | changes) for name, changes in (("money", amount), ("status", status))}
    more = {name: 0.0 for name in arms}
    for seed in range(1, 5):
        found = dict(worlds({"base": base.with_changes(sure)} | arms, seed))
        for name in arms:
            made, anyway = (found[arm].years["new_industry_value_added"].sum() for arm in (name, "base"))
            more[name] += made - anyway
        assert found["status"].years["public_cost"].sum() == 0.0
    assert more["money"] > more["status"] > 0.0
    values = attribution.split_world(arms["money"], 1, True, "none", 0, 0)
    assert {part[2] for part in values["money"]} == {"unconditional"}


def test_a_city_without_such_fields_pays_nothing_and_is_told_that_nobody_can_hold_the_status():
    spec = load("no-policy", "tests/cities/fenghe").with_changes({"policies.new_industries": {}})
    model = advance(ClusterModel(spec, seed=1), 2)
    assert model.ledger.total_fen() == 0
    with pytest.raises(ScenarioError, match=r"national_cluster: asks for clusters with the role future.*clusters\.csv"):
        spec.with_changes({"policies.new_industries.national_cluster": True})
