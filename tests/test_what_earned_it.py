"""A payment says what earned it: instruments declare it, the ledger keeps it,
attribution reads it and no clause's name.
"""

import ast
from pathlib import Path

import numpy as np
import pytest

from sim import policies
from sim.calendar.quarter import Quarter
from sim.experiments.attribution_tables import split_table
from sim.experiments.payment_classes import CLASSES, CLASSES_ZH, split
from sim.experiments.watch import Paid, Watched, watch
from sim.model import ClusterModel
from sim.policies.instrument import Instrument
from sim.tables.milestones import APPLICATIONS, LISTS, TIERS, TITLES, Kind
from sim.treasury.claims import AWARD, INVESTMENT, Basis, Claim, Clause
from sim.treasury.ledger import Envelope, Ledger
from tests.conftest import small
from tests.policy_bench import event, look, plain_firms
from tests.test_same_luck import advance

SPRING, SUMMER, NEXT_YEAR = Quarter.of(2023, 2), Quarter.of(2023, 3), Quarter.of(2024, 1)
SHIPPED = Path(policies.__file__).parent


# declared


@pytest.mark.parametrize("name", policies.names())
def test_an_instrument_that_can_pay_says_what_for(name):
    kind = policies.get(name)
    pays = {"claim", "take_up"} & vars(kind).keys()
    assert bool(pays) == bool(kind.clauses), f"{name}: overrides {sorted(pays)} and declares {kind.clauses}"
    assert all(isinstance(clause, Clause) for clause in kind.clauses)
    assert len({clause.name for clause in kind.clauses}) == len(kind.clauses)


def claimed(instrument):
    """Return the claims of a year in which everything there is happens to three firms, and all of
    them take up offers.
    """
    firms = plain_firms()
    firms.fund_taken[:] = firms.local_tax_rise[:] = 1.0
    claims = []
    for season in (1, 2, 3, 4):
        events = [event(kind, [0, 1, 2], unit) for kind in Kind for unit in ("group", "establishment")]
        view = look(firms, f"2023Q{season}", events)
        claims += [*instrument.claim(view), *instrument.take_up(view)]
    return claims


@pytest.mark.parametrize("name", policies.names())
def test_what_is_declared_is_what_is_claimed_and_nothing_else(name):
    instrument = policies.get(name)()
    found = {(c.clause, c.earned_by, c.form) for c in claimed(instrument)}
    assert found == {(c.name, c.earned_by, c.form) for c in instrument.clauses}


@pytest.mark.parametrize("name", policies.names())
def test_no_instrument_makes_a_claim_past_its_clauses(name):
    tree = ast.parse((SHIPPED / f"{name}.py").read_text(encoding="utf-8"))
    by_hand = [
        node.lineno for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Claim"
    ]
    assert by_hand == [], "write self.ask(clause, ...)"


def test_what_the_shipped_instruments_pay_for():
    paid_for = {(name, c.name): c.earned_by for name in policies.names() for c in policies.get(name).clauses}
    assert paid_for == {
        **{("peak_climbing", str(tier)): tier for tier in TIERS},
        **{("leading_enterprise", str(name)): name for name in LISTS},
        **{("specialised_enterprise", str(title)): title for title in TITLES},
        ("scale_up", "industry"): Kind.ABOVE_SCALE,
        ("scale_up", "services"): Kind.ABOVE_SCALE,
        ("policy_fund", "co_investment"): Basis.INVESTMENT,
    }


def test_every_kind_of_event_has_one_place():
    places = [*TIERS, *LISTS, *TITLES, *APPLICATIONS, Kind.ABOVE_SCALE]
    assert sorted(places) == sorted(Kind)
    assert APPLICATIONS == (
        Kind.APPLICATION_PROVINCIAL_LITTLE_GIANT,
        Kind.APPLICATION_NATIONAL_LITTLE_GIANT,
        Kind.APPLICATION_CHAMPION,
    )


def test_the_model_reports_declared_kinds_only(no_policy):
    model, kinds = ClusterModel(no_policy, seed=3), set()
    for _ in range(8):
        model.step()
        kinds |= {event.kind for event in model.events}
    assert kinds
    assert all(isinstance(kind, Kind) for kind in kinds)


def test_money_arrives_in_a_known_form():
    with pytest.raises(TypeError, match=r"clause 'rent': form is 'awrd'; write one of award, investment"):
        Clause("rent", Basis.UNCONDITIONAL, "awrd")


@pytest.mark.parametrize("free", ["rent", "above_scale", None])
def test_free_text_is_no_event(free):
    with pytest.raises(
        TypeError,
        match=r"clause 'rent': earned_by is .* write a Kind of sim/tables/milestones\.py or a Basis of "
        r"sim/treasury/claims\.py",
    ):
        Clause("rent", free)
    with pytest.raises(TypeError, match="clause 'rent'"):
        Claim("plan", "rent", "trigger", np.array([0]), np.array([1.0]), AWARD, free)


class Awards(Instrument):
    """A toy."""

    name = "awards"
    clauses = (Clause("entry", Kind.WORLD_500), Clause("machines", Basis.INVESTMENT, INVESTMENT))


def test_an_undeclared_clause_is_refused_by_name():
    rows, amounts = np.array([3]), np.array([2.0])
    claim = Awards().ask("machines", "bought", rows, amounts)
    assert (claim.instrument, claim.clause, claim.trigger, claim.form, claim.earned_by) == (
        "awards",
        "machines",
        "bought",
        INVESTMENT,
        Basis.INVESTMENT,
    )
    assert claim.rows is rows and claim.amounts is amounts
    with pytest.raises(KeyError, match="awards: no clause 'rent'"):
        Awards().ask("rent", "trigger", rows, amounts)


# kept


def test_what_earned_a_payment_stays_with_it_through_cuts_and_queues():
    """Six are asked for an entry, four for machines;
    eight are there a year, so two of one wait or both are cut by a fifth.
    """
    entry = Awards().ask("entry", "list", np.array([0, 1]), np.array([2.0, 4.0]))
    machines = Awards().ask("machines", "bought", np.array([2]), np.array([4.0]))
    kept = entry.only(np.array([False, True]))
    assert (kept.earned_by, kept.rows.tolist(), kept.amounts.tolist()) == (Kind.WORLD_500, [1], [4.0])
    for when_short in ("prorate", "queue"):
        ledger = Ledger(Envelope(8.0, when_short))
        ledger.pay(SPRING, [entry, machines])
        ledger.pay(NEXT_YEAR, [])
        assert {(p.clause, p.earned_by) for p in ledger.payments} == {
            ("entry", Kind.WORLD_500),
            ("machines", Basis.INVESTMENT),
        }, when_short
    assert [(p.quarter, p.earned_by, p.form) for p in ledger.payments] == [
        (SPRING, Kind.WORLD_500, AWARD),
        (NEXT_YEAR, Basis.INVESTMENT, INVESTMENT),
    ]


def test_a_claim_that_names_no_event_is_unconditional():
    assert Claim("plan", "rent", "trigger", np.array([0]), np.array([1.0])).earned_by is Basis.UNCONDITIONAL


def test_a_watched_world_keeps_what_earned_each_payment(announced):
    spec = announced.with_changes(
        {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2022Q4"}
    )
    payments = watch(spec, 1, 0).payments
    for instrument, clauses in payments.items():
        declared = {(c.name, c.earned_by) for c in policies.get(instrument).clauses}
        assert set(clauses) <= declared
    assert ("services", Kind.ABOVE_SCALE) in payments["scale_up"]


# read


def paid(key, quarter=8100, fen=100):
    return Paid(key, 0 if key else -1, 1 if key else -1, quarter, fen)


def classes_of(earned_by, clause, keys, here=(), there=()):
    """Return fen by class; `here` and `there` are firms that reached world_500 in 8100 with and
    without the instrument.
    """
    events = [{Kind.WORLD_500: {k: [(8100, False)] for k in firms}} for firms in (here, there)]
    full = Watched(1, events[0], {}, {"plan": {(clause, earned_by): [paid(k) for k in keys]}})
    sums = dict.fromkeys(CLASSES, 0.0)
    for (_, name, found, _, _), amount in split(full, Watched(1, events[1]), "plan").items():
        assert name == clause
        sums[found] += amount * 1e8
    return {name: amount for name, amount in sums.items() if amount}


def test_money_without_an_event_is_unconditional_and_never_additional_whatever_its_clause_is_called():
    for clause in ("rent", "world_500", "above_scale", "industry", "co_investment", "investment"):
        assert classes_of(Basis.UNCONDITIONAL, clause, [1, 2, 3], here=[1, 2], there=[2]) == {"unconditional": 300}


def test_an_award_is_judged_by_the_event_that_earned_it_whatever_its_clause_is_called():
    """1 entered only with the award, 2 in both worlds."""
    for clause in ("rent", "world_500", "champion"):
        assert classes_of(Kind.WORLD_500, clause, [1, 2], here=[1, 2], there=[2]) == {
            "deadweight": 100,
            "additional": 100,
        }
    assert classes_of(Kind.CHAMPION, "world_500", [2], here=[2], there=[2]) == {
        "additional": 100
    }  # nobody was a champion there


def test_the_rest_of_the_city_would_have_reached_its_event_anyway_but_earns_nothing_without_one():
    assert classes_of(Kind.ABOVE_SCALE, "services", [0, 0]) == {"deadweight": 200}
    assert classes_of(Basis.UNCONDITIONAL, "rent", [0]) == {"unconditional": 100}


def test_a_subsidy_for_investment_that_is_paid_as_an_award_is_judged_by_investment():
    """100 fen paid; the firm invests 60 fen more than without it."""
    full = Watched(1, {}, {7: np.array([160e-8])}, {"plan": {("machines", Basis.INVESTMENT): [paid(7)]}})
    parts = split(full, Watched(1, {}, {7: np.array([100e-8])}), "plan")
    assert {part[2]: round(amount * 1e8, 6) for part, amount in parts.items()} == {
        "additional": 60.0,
        "deadweight": 40.0,
    }


def test_two_claims_of_one_clause_that_were_earned_differently_are_judged_apart():
    payments = {("mixed", Kind.WORLD_500): [paid(1)], ("mixed", Basis.UNCONDITIONAL): [paid(1)]}
    parts = split(Watched(1, {Kind.WORLD_500: {1: [(8100, False)]}}, {}, {"plan": payments}), Watched(1), "plan")
    assert {part[2]: round(amount * 1e8) for part, amount in parts.items()} == {"additional": 100, "unconditional": 100}


def test_the_table_has_a_row_for_every_class_of_every_instrument_and_shipped_money_is_never_unconditional(announced):
    money = [["scale_up", "services", "deadweight", -1, -1, 3.0]]
    table = split_table({n: {"names": ["scale_up"], "money": money} for n in (0, 1)})
    assert table["class"].tolist() == [*CLASSES, *CLASSES]
    assert table["name_zh"].tolist()[-1] == "小升规奖励：无条件发放"
    assert table.loc[table["class"] == "unconditional", ["million_yuan", "share"]].to_numpy().tolist() == [
        [0.0, 0.0],
        [0.0, 0.0],
    ]
    assert len(CLASSES) == len(CLASSES_ZH) == 6
    assert not any(
        c.earned_by is Basis.UNCONDITIONAL for name in announced.policies for c in policies.get(name).clauses
    )


def test_the_shipped_scenarios_declare_every_clause_that_they_pay():
    model = advance(ClusterModel(small("baseline-2022"), seed=5), 12)
    assert {(p.instrument, p.clause) for p in model.ledger.payments} <= {
        (n, c.name) for n in policies.names() for c in policies.get(n).clauses
    }
