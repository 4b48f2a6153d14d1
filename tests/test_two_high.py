"""Two-high projects: what new capacity takes of old that closed, whose books balance, and who may not build or open."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviours import construction, entry_exit, investment
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.firms.newcomers import Newcomers
from sim.firms.signings import Plants
from sim.firms.swap import Bank, SwapRule, begin, capacity
from sim.model import ClusterModel
from sim.policies.two_high_projects import TwoHighProjects
from sim.scenario.reading import load
from sim.tables.city_tables import read_city
from sim.tables.clusters import Role
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, look, paid, plain_firms
from tests.test_major_projects import turned
from tests.test_same_luck import advance

OWN = {"swap_credits", "capacity_refused", "newcomers_refused", "capacity_eliminated"}
(STEEL,), (CEMENT,) = (read_city().with_role(role) for role in (Role.STEEL, Role.CEMENT))
OTHERS = [c for c in range(10) if c not in (STEEL, CEMENT)]


def under(ratio, *, cluster=STEEL, life=20, **held):
    """Return a setting in which firms of a cluster face a ratio, and the bank that it holds with credits for them."""
    terms, rows = Terms(30), np.zeros(30)
    rows[3 * cluster : 3 * cluster + 3] = ratio
    terms.swap, terms.newcomers.swap = SwapRule(rows, life), np.where(np.arange(10) == cluster, ratio, 0.0)
    bank = Bank(10)
    bank.deposit(1, np.where(np.arange(10) == cluster, held.pop("credits", 0.0), 0.0))
    return replace(quarter(terms=terms, **held), bank=bank, smallest=1.0), bank


# the bank


def test_what_is_built_takes_the_oldest_credits_first():
    bank = Bank(2)
    for now, amount in ((1, 3.0), (2, 5.0)):
        bank.deposit(now, np.array([amount, 1.0]))
    assert bank.draw(np.array([4.0, 0.0])).tolist() == [4.0, 0.0]
    assert [lot.left.tolist() for lot in bank.lots] == [[0.0, 1.0], [4.0, 1.0]]
    assert bank.draw(np.array([9.0, 0.5])).tolist() == [4.0, 0.5]  # no more than there is


def test_a_credit_ends_when_its_life_is_over():
    bank = Bank(1)
    bank.deposit(5, np.array([2.0]))
    bank.deposit(6, np.array([1.0]))
    assert bank.turn(8, 4).tolist() == [0.0]
    assert bank.turn(9, 4).tolist() == [2.0]
    assert bank.balance().tolist() == [1.0]


AMOUNT = st.floats(0.0, 1e6)
MOVES = st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT, st.integers(0, 8)), min_size=1, max_size=25)


@given(MOVES, st.floats(0.5, 4.0))
def test_the_bank_balances_whatever_is_put_in_asked_for_and_left_to_end(moves, ratio):
    """Deposits are what was built times the ratio, what ended and what is held; and nothing is ever below zero."""
    bank, put_in, built, ended = Bank(1), 0.0, 0.0, 0.0
    who, ratios = np.zeros(2, dtype=np.int64), np.array([ratio, ratio])
    for now, (closed, one, other, life) in enumerate(moves):
        ended += bank.turn(now, life)[0]
        bank.deposit(now, np.array([closed]))
        put_in += closed
        new = np.array([one, other])
        held = bank.balance()[0]
        may = new * bank.permit(new, ratios, who)
        assert (may <= new).all() and may.sum() * ratio <= held * (1.0 + 1e-9) + 1e-9
        assert bank.draw(np.array([may.sum() * ratio]))[0] == pytest.approx(may.sum() * ratio, abs=1e-6)
        built += may.sum()
        came = new[bank.admit(new, ratios, who)]
        built += came.sum()
        assert bank.balance()[0] >= 0.0 and all(lot.left[0] >= 0.0 for lot in bank.lots)
    assert put_in == pytest.approx(built * ratio + ended + bank.balance()[0], rel=1e-9, abs=1e-6)


def test_where_credits_are_short_all_firms_of_a_cluster_are_cut_alike_and_others_are_not():
    """10 credits at 2 to 1 cover 5 of the 6 and 4 that two firms ask for; who needs none builds all, who is blocked
    nothing."""
    bank = Bank(2)
    bank.deposit(1, np.array([10.0, 0.0]))
    new, ratio = np.array([6.0, 4.0, 7.0, 8.0]), np.array([2.0, 2.0, 0.0, np.inf])
    assert bank.permit(new, ratio, np.array([0, 0, 0, 1])).tolist() == [0.5, 0.5, 1.0, 0.0]
    assert bank.refused == 3.0 + 2.0 + 8.0


def test_newcomers_come_in_order_until_credits_are_short_and_a_smaller_one_may_still_fit():
    bank = Bank(1)
    bank.deposit(1, np.array([10.0]))
    none = np.zeros(4, dtype=np.int64)
    opens = bank.admit(np.array([4.0, 3.0, 1.0, 5.0]), np.array([2.0, 2.0, 2.0, 0.0]), none)
    assert opens.tolist() == [True, False, True, True]
    assert (bank.turned_away, bank.refused) == (0, 0.0)
    bank.turn(2, 20)  # who cannot open at the end of a quarter is missing in the next
    assert (bank.turned_away, bank.refused) == (1, 3.0)


# who is asked for how much


def test_steel_swaps_at_one_and_a_half_cement_at_two_a_merged_group_at_less_and_nobody_else():
    firms = plain_firms()
    firms.group[3 * STEEL + 1] = 3 * STEEL
    firms.merged_revenue[[3 * STEEL, 3 * CEMENT]] = 100.0
    ratio, newcomers = TwoHighProjects().asked(look(firms))
    assert ratio[3 * STEEL : 3 * STEEL + 3].tolist() == [1.25, 1.25, 1.5]
    assert ratio[3 * CEMENT : 3 * CEMENT + 3].tolist() == [2.0, 2.0, 2.0]
    assert not ratio.reshape(10, 3)[OTHERS].any()
    assert (newcomers[STEEL], newcomers[CEMENT], newcomers[OTHERS].sum()) == (1.5, 2.0, 0.0)
    ratio, newcomers = TwoHighProjects(rule="block").asked(look(firms))
    assert np.isinf(ratio.reshape(10, 3)[[STEEL, CEMENT]]).all() and np.isinf(newcomers[[STEEL, CEMENT]]).all()


def test_under_the_line_who_uses_more_energy_per_value_added_is_two_high_in_any_cluster():
    """0.6 tce per 10,000 yuan are 60 per million of value added, and of output as much as value added is of it."""
    firms, numbers = plain_firms(), look(plain_firms()).numbers
    most = 60.0 * np.array(numbers.by_cluster("value_added_ratio")) * numbers.value_added_scale
    firms.energy_intensity[:] = 0.0
    firms.energy_intensity[::3], firms.energy_intensity[1::3] = 1.01 * most, 0.99 * most
    ratio, newcomers = TwoHighProjects(whose="line").asked(look(firms))
    assert (ratio.reshape(10, 3)[:, 0] >= 1.5).all() and not ratio.reshape(10, 3)[:, 1:].any()
    assert newcomers[STEEL] == 1.5 and newcomers[CEMENT] == 2.0 and (newcomers == 0.0).any()


def test_credits_from_elsewhere_come_as_far_as_they_are_paid_and_none_under_a_block():
    """40 million a year are 10 a quarter, which at 0.2 a yuan buy 50 of yearly output; half paid is half of it. They
    are shared by capacity: steel has three times that of cement."""
    given, firms = TwoHighProjects(credits_a_year=40.0), plain_firms()
    view, capital_output = look(firms), np.ones(10)
    firms.capital[3 * STEEL], firms.capital[3 * CEMENT] = 30.0, 10.0
    assert paid(given.claim(view)) == {-1: 10.0}
    for holds, had in ((np.inf, 50.0), (5.0, 25.0)):
        terms, bank = Terms(30), Bank(10)
        given.announce(view, terms)
        delivered(given, view, holds, terms=terms)
        begin(bank, 1, terms.swap, firms, capital_output, 0.0)
        assert bank.balance()[[STEEL, CEMENT]].tolist() == pytest.approx([0.75 * had, 0.25 * had])
    assert TwoHighProjects(credits_a_year=40.0, rule="block").claim(view) == []


def test_credits_of_earlier_years_come_once_over_the_capacity_that_stands():
    firms, bank = plain_firms(), Bank(10)
    firms.capital[3 * STEEL] = 50.0
    rule = SwapRule(np.where(firms.cluster == STEEL, 1.5, 0.0), 20)
    for now in (1, 2):
        begin(bank, now, rule, firms, np.full(10, 0.5), 0.02)
    assert bank.balance()[STEEL] == pytest.approx(2.0) and bank.balance().sum() == bank.balance()[STEEL]


# what firms do


def test_a_firm_orders_what_the_bank_covers_and_credits_go_with_what_is_paid_for():
    """It wants capital of 10 that makes 20 a year; 15 credits at 1.5 cover 10 of it, so it may order 5. Money is found
    for 4 of it, which make 8 and take 12 credits."""
    row = 3 * STEEL
    setting, bank = under(1.5, credits=15.0, technology={"capital_output": np.full(10, 0.5)})
    firms = firms_with()
    firms.wanted_expansion[row] = firms.wanted_expansion[0] = 10.0
    investment._permit(firms, setting, setting.terms.swap)
    assert firms.wanted_expansion[[row, 0]].tolist() == [5.0, 10.0]
    assert bank.refused == 10.0
    firms.expansion[row] = 4.0
    construction._draw_credits(firms, setting, setting.terms.swap)
    assert bank.balance()[STEEL] == 3.0


def test_capacity_of_a_firm_that_closes_becomes_credits_of_its_cluster_where_a_rule_asks_for_them():
    for ratio, credits in ((1.5, 20.0), (np.inf, 0.0)):
        row = 3 * STEEL
        setting, bank = under(ratio, technology={"capital_output": np.full(10, 0.5)}, exit_hazard=0.0)
        firms = firms_with(demand=1e3, capital=10.0, net_worth=-1.0)
        firms.short_of_cash[[row, 0]] = 99
        closed, _ = entry_exit.leave(firms, setting)
        assert closed.tolist() == [0, row]
        assert bank.balance()[STEEL] == credits and bank.balance().sum() == credits


def test_plants_sign_under_the_rule_of_their_day_and_none_signs_under_a_block():
    numbers = look(plain_firms()).numbers
    blocked = Newcomers(swap=np.where(np.arange(10) == STEEL, np.inf, np.where(np.arange(10) == CEMENT, 2.0, 0.0)))
    ((plain, _),), ((fewer, _),) = (turned(numbers, 1, terms) for terms in (None, blocked))
    kept = plain.waiting.cluster != STEEL
    np.testing.assert_array_equal(fewer.waiting.key, plain.waiting.key[kept])
    assert set(fewer.waiting.swap[fewer.waiting.cluster == CEMENT]) == {2.0}
    assert not fewer.waiting.swap[fewer.waiting.cluster != CEMENT].any() and not plain.waiting.swap.any()


def test_a_plant_that_signed_under_a_swap_needs_its_credits_when_it_opens_if_the_rule_still_holds():
    """The smallest plant, 100 million of capital, makes 200 a year and takes 300 credits."""
    one, nobody_else = np.ones(1), (np.zeros(0, np.int64), np.zeros(0, np.uint64))
    place, now = np.array([STEEL]), np.array([quarter().quarter.number])
    plant = Plants(one.astype(np.uint64), place, now, one, now, -one, 0.0 * one, one, one < 0.0, 1.5 * one)
    held = {"technology": {"capital_output": np.full(10, 0.5)}, "major_project_low": 100.0, "major_project_high": 100.0}
    for credits, opens in ((300.1, 1), (299.9, 0)):
        setting, bank = under(1.5, credits=credits, **held)
        assert entry_exit._admitted(firms_with(), setting, nobody_else, plant)[1].key.size == opens
        assert bank.balance().sum() == pytest.approx(credits - 300.0 * opens)
    assert entry_exit._admitted(firms_with(), quarter(**held), nobody_else, plant)[1].key.size == 1


def test_under_a_block_nobody_opens_in_two_high_clusters_and_all_others_are_the_same_firms():
    spec = small("no-policy", population__below_scale=6000, outlook__announced=False)
    model = advance(ClusterModel(spec, seed=3), 1)
    setting, came = model._begin(), []
    for ratio in (0.0, np.inf):
        terms = Terms(model.firms.rows)
        terms.newcomers.swap = np.where(np.isin(np.arange(10), (STEEL, CEMENT)), ratio, 0.0)
        terms.swap = SwapRule(terms.newcomers.swap[model.firms.cluster], 20)
        firms, bank = model.firms.copy(), Bank(10)
        rows, _ = entry_exit.join(firms, replace(setting, terms=terms, bank=bank))
        came.append({int(key): (int(c), float(d)) for key, c, d in zip(*of(firms, rows), strict=True)})
    free, blocked = came
    assert blocked == {key: who for key, who in free.items() if who[0] in OTHERS}
    assert 0 < len(bank.kept_out) == len(free) - len(blocked)


def of(firms, rows):
    return firms.key[rows], firms.cluster[rows], firms.demand[rows]


# worlds


def test_ratios_of_zero_are_the_rule_away_bit_for_bit():
    base = small("no-policy", horizon__until="2024Q4")
    off = base.with_changes({"policies.two_high_projects": {"ratio": 0, "ratio_cement": 0}})
    absent, zero = (result for _, result in worlds({"absent": base, "zero": off}, 5))
    for table in ("years", "cluster_years", "quarters", "city"):
        for name, values in getattr(absent, table).items():
            if name not in OWN:
                np.testing.assert_array_equal(values, getattr(zero, table)[name], name)


def test_credits_held_are_what_came_in_less_what_was_taken_and_what_ended_quarter_by_quarter():
    """Told from outside: what the bank's own methods are given and return in a run with exits and plants bought out."""
    changes = {"policies.two_high_projects": {"credit_years": 1}, "policies.capacity_elimination": {"share": 0.1}}
    model = ClusterModel(small("no-policy").with_changes(changes), seed=2)
    books = {"deposit": 0.0, "draw": 0.0, "turn": 0.0}
    with pytest.MonkeyPatch.context() as patch:
        for name in books:
            patch.setattr(Bank, name, noting(books, name))
        for _ in range(12):
            model.step()
            held = books["deposit"] - books["draw"] - books["turn"]
            assert model.bank.balance().sum() == pytest.approx(held, rel=1e-9, abs=1e-6)
    assert min(books.values()) > 0.0


def noting(books, name):
    """Return a method of the bank that notes what moves."""
    real = getattr(Bank, name)

    def noted(self, *asked):
        answer = real(self, *asked)
        books[name] += float((asked[1] if answer is None else answer).sum())
        return answer

    return noted


def test_in_no_quarter_is_more_built_than_the_bank_covers_and_nothing_under_a_block():
    for fields, most in (({"rule": "block"}, 0.0), ({}, np.inf)):
        spec = small("no-policy").with_changes({"policies.two_high_projects": fields, "outlook.announced": False})
        model, built = ClusterModel(spec, seed=2), 0.0
        for _ in range(8):
            held = model.bank.balance().sum() if model.bank.opened else np.inf
            model.step()
            capital = model.firms.expansion / model.world.at(model.quarter).deflator
            new = capacity(model.firms, capital, model.technology.capital_output)
            asked = 1.25 * new[np.isin(model.firms.cluster, (STEEL, CEMENT))].sum()
            assert asked <= min(held, most) * (1.0 + 1e-9) + 1e-6
            built += asked
        assert (built > 0.0) == (most > 0.0)


def test_a_swap_leaves_two_high_clusters_less_capacity_and_a_block_less_still_and_they_use_less_energy():
    base = small("no-policy", horizon__until="2025Q4")
    rules = {"swap": {}, "block": {"rule": "block"}}
    arms = {name: base.with_changes({"policies.two_high_projects": fields}) for name, fields in rules.items()}
    use = {name: 0.0 for name in ("base", *arms)}
    for seed in range(1, 4):
        for name, result in worlds({"base": base} | arms, seed):
            use[name] += result.years["energy_use"][-1]
    assert use["block"] < use["swap"] < use["base"]


def test_the_rule_runs_in_a_city_without_such_clusters_and_moves_nothing_there():
    spec = load("no-policy", "tests/cities/fenghe").with_changes({"policies.two_high_projects": {}})
    model = advance(ClusterModel(spec, seed=1), 3)
    assert model.bank.lots == [] and model.record.city[-1]["capacity_refused"] == 0.0


def test_money_for_credits_buys_nothing_of_a_firm():
    changes = {"policies.two_high_projects": {"credits_a_year": "100 million yuan"}}
    spec = small("no-policy", horizon__until="2023Q4").with_changes(changes)
    values = attribution.split_world(spec, 1, True, "none", 0, 0)
    assert {part[2] for part in values["money"]} == {"unconditional"}
