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
from sim.experiments.payment_classes import PaymentClass, split
from sim.experiments.watch import _reached, watch
from sim.luck import keys
from sim.model import ClusterModel
from sim.policies.instrument import Instrument
from sim.tables.milestones import APPLICATIONS, LISTS, SMART_TITLES, STATUSES, TIERS, TITLES, Kind, Unit
from sim.treasury.claims import AWARD, INVESTMENT, REST_OF_CITY, Basis, Claim, Clause, Spending
from sim.treasury.events import Event
from sim.treasury.ledger import Envelope, Ledger
from sim.treasury.support import Stacking
from sim.treasury.terms import Terms
from tests.attribution_bench import at, award, by_class, free, world
from tests.changzhou import COLUMNS
from tests.conftest import small
from tests.policy_bench import ROWS_EACH, event, look, plain_firms
from tests.test_same_luck import advance

SPRING, SUMMER, NEXT_YEAR = Quarter.of(2023, 2), Quarter.of(2023, 3), Quarter.of(2024, 1)
SHIPPED = Path(policies.__file__).parent


# declared

ASKED = {"two_high_projects": {"credits_a_year": 1.0}}
"""Levers at which an instrument asks for money that asks for none by default."""


@pytest.mark.parametrize("name", policies.names())
def test_an_instrument_that_can_pay_says_what_for(name):
    kind = policies.get(name)
    pays = {"claim", "take_up"} & vars(kind).keys()
    promises = any(isinstance(clause.earned_by, Spending) for clause in kind.clauses)  # paid by the base class
    assert bool(pays) or promises or not kind.clauses, f"{name}: declares {kind.clauses} and pays none"
    assert kind.clauses or not pays, f"{name}: overrides {sorted(pays)} and declares no clause"
    assert all(isinstance(clause, Clause) for clause in kind.clauses)
    assert len({clause.name for clause in kind.clauses}) == len(kind.clauses)


def claimed(instrument):
    """Return the claims of a year in which everything there is happens to three firms, and all of
    them take up offers.
    """
    firms = plain_firms()
    firms.fund_taken[:] = firms.local_tax_rise[:] = firms.promised_award[:] = 1.0
    firms.digital_level[:], firms.reported_revenue[:] = 1, 20_000.0
    firms.season_research[:] = 0.5  # and all of them do more than a year ago
    firms.capital[:], firms.expected_demand[:] = 1.0, 20_000.0  # they stand, and use energy, some less than others
    firms.energy_intensity[::ROWS_EACH] /= 2.0
    for spending in Spending:
        getattr(firms, spending)[:] = 10.0
    claims = []
    firms.credit_drawn[:] = 1.0
    for season in (1, 2, 3, 4):
        firms.helped_loan_quarter[:] = Quarter.of(2023, season).number  # first loans of the quarter
        events = [event(kind, [0, 1, 2], unit) for kind in Kind for unit in Unit]
        view, terms = look(firms, f"2023Q{season}", events), Terms(firms.rows, Stacking.SUM)
        instrument.announce(view, terms)
        claims += [*instrument.claim(view), *instrument.take_up(view, terms)]
    return claims


@pytest.mark.parametrize("name", policies.names())
def test_what_is_declared_is_what_is_claimed_and_nothing_else(name):
    instrument = policies.get(name)(**ASKED.get(name, {}))
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
    """Of each that is named here, all it pays for; the energy budget pays for nothing."""
    expected = {
        **{("peak_climbing", str(tier)): tier for tier in TIERS},
        **{("leading_enterprise", str(name)): name for name in LISTS},
        **{("specialised_enterprise", str(title)): title for title in TITLES},
        ("scale_up", "industry"): Kind.ABOVE_SCALE,
        ("scale_up", "services"): Basis.OUTSIDE,
        ("policy_fund", "co_investment"): Spending.EXPANSION,
    }
    shipped = {name for name, _ in expected} | {"energy_budget"}
    assert {(name, c.name): c.earned_by for name in shipped for c in policies.get(name).clauses} == expected


def test_every_kind_of_event_has_one_place():
    places = [*TIERS, *LISTS, *TITLES, *APPLICATIONS, *SMART_TITLES, *STATUSES]
    assert sorted([*places, Kind.ABOVE_SCALE, Kind.FIRST_SET, Kind.PROJECT_OPENED]) == sorted(Kind)
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
        match=r"clause 'rent': earned_by is .* write a Kind of sim/tables/milestones\.py, or a Spending "
        r"or a Basis of sim/treasury/claims\.py",
    ):
        Clause("rent", free)
    with pytest.raises(TypeError, match="clause 'rent'"):
        Claim("plan", "rent", "trigger", np.array([0]), np.array([1.0]), AWARD, free)


class Awards(Instrument):
    """A toy."""

    name = "awards"
    clauses = (
        Clause("entry", Kind.WORLD_500),
        Clause("title", Kind.CHAMPION),
        Clause("machines", Spending.EXPANSION, INVESTMENT),
    )


def test_an_undeclared_clause_is_refused_by_name():
    rows, amounts = np.array([3]), np.array([2.0])
    claim = Awards().ask("machines", "bought", rows, amounts)
    assert (claim.instrument, claim.clause, claim.trigger, claim.form, claim.earned_by) == (
        "awards",
        "machines",
        "bought",
        INVESTMENT,
        Spending.EXPANSION,
    )
    assert claim.rows is rows and claim.amounts is amounts
    with pytest.raises(KeyError, match="awards: no clause 'rent'"):
        Awards().ask("rent", "trigger", rows, amounts)


WON = event(Kind.WORLD_500, [3, 5])
LOCAL, OUTSIDE = np.array([3]), np.array([REST_OF_CITY])


@pytest.mark.parametrize(
    ("earned_by", "rows", "earlier", "said"),
    [
        (Kind.WORLD_500, LOCAL, None, "but carries none; give the event that earned it"),
        (Kind.CHINA_500, LOCAL, WON, "but carries world_500"),
        (Kind.WORLD_500, np.array([3, 4]), WON, "which did not happen to row 4"),
        (Kind.WORLD_500, OUTSIDE, WON, "which did not happen to row -1"),
        (Spending.EXPANSION, LOCAL, WON, "but carries an event"),
        (Spending.EXPANSION, OUTSIDE, None, "which nobody outside the modelled firms is known to do"),
        (
            Spending.EXPANSION,
            np.array([3, REST_OF_CITY]),
            None,
            "which nobody outside the modelled firms is known to do",
        ),
        (Basis.UNCONDITIONAL, LOCAL, WON, "but carries an event"),
        (Basis.OUTSIDE, LOCAL, None, "but pays a modelled firm"),
    ],
)
def test_a_claim_is_what_its_clause_says(earned_by, rows, earlier, said):
    with pytest.raises(ValueError, match=said):
        Claim("plan", "clause", "trigger", rows, np.ones(rows.size), earned_by=earned_by, event=earlier)


@pytest.mark.parametrize(
    ("happened", "asked", "spared"),
    [
        ([2, 5, 9], [2, 5, 9], []),
        ([2, 5, 9], [9, 2], []),
        ([2, 5, 9], [1, 2, 3, 9, 10], [1, 3, 10]),
        ([4], [4, 3, 5], [3, 5]),
        ([], [7, 8], [7, 8]),
        ([], [], []),
    ],
)
def test_an_event_knows_whom_it_spared(happened, asked, spared):
    rows = np.array(happened, dtype=np.int64)
    one = Event(Kind.ABOVE_SCALE, Unit.ESTABLISHMENT, SPRING, 2022, rows, rows >= 0, rows * 0)
    assert one.spared(np.array(asked, dtype=np.int64)).tolist() == spared


def test_who_closed_is_paid_no_more_while_what_lies_outside_is():
    active = np.array([False, True, False, True])
    claim = Claim("plan", "rent", "t", np.array([REST_OF_CITY, 0, 1, 2, 3]), np.array([1.0, 2.0, 4.0, 8.0, 16.0]))
    kept = claim.to_those_in_business(active)
    assert (kept.rows.tolist(), kept.amounts.tolist()) == ([REST_OF_CITY, 1, 3], [1.0, 4.0, 16.0])


def test_what_firms_spend_on_is_a_column_that_finance_grants():
    sources = {
        "credit_drawn",
        "equity_raised",
        "fund_taken",
        "fund_declined",
        "helped_loan_quarter",
    }  # where it comes from
    assert set(Spending) == {c.name for c in COLUMNS if c.writer == "finance"} - sources


# kept


def test_what_earned_a_payment_stays_with_it_through_cuts_and_queues():
    """Six are asked for an entry, four for machines;
    eight are there a year, so two of one wait or both are cut by a fifth.
    """
    entry = Awards().ask("entry", "list", np.array([0, 1]), np.array([2.0, 4.0]), event(Kind.WORLD_500, [0, 1]))
    machines = Awards().ask("machines", "bought", np.array([2]), np.array([4.0]))
    kept = entry.only(np.array([False, True]))
    assert (kept.earned_by, kept.rows.tolist(), kept.amounts.tolist()) == (Kind.WORLD_500, [1], [4.0])
    for when_short in ("prorate", "queue"):
        ledger = Ledger(Envelope(8.0, when_short))
        ledger.pay(SPRING, [entry, machines])
        ledger.pay(NEXT_YEAR, [])
        assert {(p.clause, p.earned_by) for p in ledger.payments} == {
            ("entry", Kind.WORLD_500),
            ("machines", Spending.EXPANSION),
        }, when_short
    assert [(p.quarter, p.earned_by, p.form) for p in ledger.payments] == [
        (SPRING, Kind.WORLD_500, AWARD),
        (NEXT_YEAR, Spending.EXPANSION, INVESTMENT),
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
    assert ("services", Basis.OUTSIDE) in payments["scale_up"]


# read


def classes_of(earned_by, clause, payments, here=None, there=None):
    """Return fen by class; `here` and `there`: who reached what with and without the instrument."""
    full, twin = world(here, {"plan": {(clause, earned_by): payments}}), world(there)
    assert {part[1] for part in split(full, twin, "plan")} == {clause}
    return by_class(full, twin, "plan", unit=1e-8)


def test_money_without_an_event_is_unconditional_and_never_additional_whatever_its_clause_is_called():
    here, there = ({kind: at(1, 2) for kind in Kind}, {kind: at(2) for kind in Kind})
    for clause in ("rent", "world_500", "above_scale", "industry", "co_investment", "expansion"):
        paid = [free(key) for key in (0, 1, 2, 3)]
        assert classes_of(Basis.UNCONDITIONAL, clause, paid, here, there) == {"unconditional": 400}


def test_an_award_is_judged_by_the_event_that_earned_it_whatever_its_clause_is_called():
    """1 entered only with the award, 2 in both worlds."""
    for clause in ("rent", "world_500", "champion"):
        paid, here, there = [award(1), award(2)], {Kind.WORLD_500: at(1, 2)}, {Kind.WORLD_500: at(2)}
        assert classes_of(Kind.WORLD_500, clause, paid, here, there) == {"deadweight": 100, "additional": 100}
    # nobody was a champion there
    here, there = {Kind.CHAMPION: at(2)}, {Kind.WORLD_500: at(2)}
    assert classes_of(Kind.CHAMPION, "world_500", [award(2)], here, there) == {"additional": 100}


def test_what_happens_outside_the_modelled_firms_would_have_happened_anyway():
    assert classes_of(Basis.OUTSIDE, "services", [free(0), free(0)]) == {"deadweight": 200}


@pytest.mark.parametrize("spending", Spending)
def test_a_subsidy_is_judged_by_the_spending_its_clause_names_and_by_no_other(spending):
    """100 fen paid; the firm spends 60 fen more so than without it, and a thousand more on everything else."""
    here = {other: {7: [0.0, 1060e-8 if other is spending else 2000e-8]} for other in Spending}
    there = {other: {7: [0.0, 1000e-8]} for other in Spending}
    full = world(payments={"plan": {("machines", spending): [free(7)]}}, spent=here)
    assert by_class(full, world(spent=there), "plan", unit=1e-8) == pytest.approx(
        {"additional": 60.0, "deadweight": 40.0}
    )


def test_two_claims_of_one_clause_that_were_earned_differently_are_judged_apart():
    payments = {("mixed", Kind.WORLD_500): [award(1)], ("mixed", Basis.UNCONDITIONAL): [free(1)]}
    found = by_class(world({Kind.WORLD_500: at(1)}, {"plan": payments}), world(), "plan", unit=1e-8)
    assert found == {"additional": 100, "unconditional": 100}


def test_two_clauses_for_one_spending_have_bought_it_together():
    """50 and 50 fen for an expansion of 60 more: 60 of the 100 are additional, not the whole of each."""
    payments = {("loans", Spending.EXPANSION): [free(7, 50)], ("grants", Spending.EXPANSION): [free(7, 50)]}
    full = world(payments={"plan": payments}, spent={7: [0.0, 160e-8]})
    twin = world(spent={7: [0.0, 100e-8]})
    assert by_class(full, twin, "plan", unit=1e-8) == pytest.approx({"additional": 60.0, "deadweight": 40.0})
    by_clause = {(part[1], part[2]): amount * 1e8 for part, amount in split(full, twin, "plan").items()}
    assert by_clause["loans", "additional"] == pytest.approx(by_clause["grants", "additional"])


def test_two_clauses_for_one_event_win_it_once():
    """1 wins with two prizes what 9 lost: both prizes are displaced, none is additional."""
    payments = {("prize", Kind.CHAMPION): [award(1)], ("bonus", Kind.CHAMPION): [award(1)]}
    full, twin = world({Kind.CHAMPION: at(1)}, {"plan": payments}), world({Kind.CHAMPION: at(9)})
    assert by_class(full, twin, "plan", unit=1e-8) == {"displaced": 200}


def test_an_award_is_held_against_the_quarter_of_its_event_and_not_against_that_of_its_payment():
    """Reached in 8100 with the prize and in 8103 without it; a queue paid it in 8120. It came earlier: timing."""
    ledger = Ledger(Envelope(1.0, "queue"))
    later = event(Kind.CHAMPION, [0], "establishment", quarter="2023Q1")
    claim = Awards().ask("title", "won", np.array([0]), np.array([1.0]), later)
    ledger.pay(Quarter.of(2023, 2), [Claim("x", "y", "z", np.array([0]), np.array([1.0]))])  # takes all of the year
    ledger.pay(Quarter.of(2023, 2), [claim])
    ledger.pay(NEXT_YEAR, [])
    batch = ledger.payments[-1]
    assert (batch.quarter, batch.event.quarter) == (NEXT_YEAR, Quarter.of(2023, 1))
    assert [reached.quarter for reached in _reached(batch)] == [Quarter.of(2023, 1).number]
    here, there = {Kind.WORLD_500: at(1)}, {Kind.WORLD_500: at(1, quarter=8103)}
    assert classes_of(Kind.WORLD_500, "prize", [award(1)], here, there) == {"timing": 100}


@pytest.mark.parametrize(
    ("there", "bought"),
    [([8096, 8110], "deadweight"), ([8096, 8112], "deadweight"), ([8096, 8116], "timing"), ([8096], "additional")],
)
def test_a_return_is_held_against_the_return_and_not_against_the_first_entry(there, bought):
    """On the list in 8096, off it, and back in 8112; the second prize is for the return."""
    here = {Kind.WORLD_500: {1: [8096, 8112]}}
    found = classes_of(Kind.WORLD_500, "return", [award(1, quarter=8112)], here, {Kind.WORLD_500: {1: there}})
    assert found == {bought: 100}


@pytest.mark.parametrize(("there", "bought"), [([1], "deadweight"), ([2], "additional")])
def test_a_return_to_what_the_twin_never_left_would_have_been_had_anyway(there, bought):
    """Here on the list in 8096, off it, and back in 8112; in the twin on it since 8096, so it never comes back."""
    payments = {"plan": {("return", Kind.WORLD_500): [award(1, quarter=8112)]}}
    full = world({Kind.WORLD_500: {1: [8096, 8112]}}, payments)
    twin = world({Kind.WORLD_500: {1: [8096]}}, held={Kind.WORLD_500: {8112: there}, Kind.CHINA_500: {8112: [1, 2]}})
    assert by_class(full, twin, "plan", unit=1e-8) == {bought: 100}


@pytest.mark.parametrize(("until", "years"), [("2022Q4", 1), ("2023Q2", 2), ("2023Q4", 2)])
def test_a_watched_world_ends_with_its_last_quarter_and_knows_who_holds_what(announced, until, years):
    changes = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": until}
    spec = announced.with_changes(changes)
    found = watch(spec, 1, 0, spending=[Spending.EXPANSION])
    model = ClusterModel(spec, keys.replication_seed(1, 0))
    total = 0.0
    while model.quarter != spec.until:
        model.step()
        total += model.firms.expansion.sum()
    assert {path.size for path in found.spent[Spending.EXPANSION].values()} == {years} == {found.years}
    assert sum(path[-1] for path in found.spent[Spending.EXPANSION].values()) == pytest.approx(total)
    firms, last = model.firms, spec.until.number
    for kind, rows in ((Kind.CHAMPION, firms.specialised_title == 3), (Kind.CHINA_500, firms.lists_now & 2 > 0)):
        assert set(found.held[kind][last]) == set(firms.key[rows & firms.active])
        assert not any(found.holds(kind, int(key), last) for key in firms.key[~rows])


def test_a_return_is_displaced_by_who_lost_a_return_and_not_by_who_lost_a_first_entry():
    here, there = {1: [8096, 8112], 9: [8096]}, {1: [8096], 9: [8096, 8112], 8: [8100]}
    payments = [award(1, quarter=8112)]
    assert classes_of(Kind.WORLD_500, "r", payments, {Kind.WORLD_500: here}, {Kind.WORLD_500: there}) == {
        "displaced": 100
    }
    there = {1: [8096], 9: [8096], 8: [8100]}
    assert classes_of(Kind.WORLD_500, "r", payments, {Kind.WORLD_500: here}, {Kind.WORLD_500: there}) == {
        "additional": 100
    }


def test_an_award_for_a_group_is_not_held_against_what_its_head_reached_as_an_establishment():
    full = world({Kind.TIER_10BN: at(1)}, {"plan": {("tier", Kind.TIER_10BN): [award(1)]}})
    assert by_class(full, world({Kind.TIER_10BN: at(1)}), "plan", unit=1e-8) == {"deadweight": 100}
    twin = world({Kind.TIER_10BN: at(1)}, unit=Unit.ESTABLISHMENT)
    assert by_class(full, twin, "plan", unit=1e-8) == {"additional": 100}
    twin = world({Kind.TIER_10BN: at(9)}, unit=Unit.ESTABLISHMENT)  # nor displaced by an establishment's
    assert by_class(full, twin, "plan", unit=1e-8) == {"additional": 100}


def test_the_table_has_a_row_for_every_class_of_every_instrument():
    money = [["scale_up", "services", "deadweight", -1, -1, 3.0]]
    table = split_table({n: {"names": ["scale_up"], "money": money} for n in (0, 1)})
    assert table["class"].tolist() == [*PaymentClass, *PaymentClass]
    assert table["name_zh"].tolist()[-1] == "小升规奖励：无条件发放"
    assert table.loc[table["class"] == "unconditional", ["million_yuan", "share"]].to_numpy().tolist() == [
        [0.0, 0.0],
        [0.0, 0.0],
    ]
    assert len({name.chinese for name in PaymentClass}) == len(PaymentClass) == 6


def test_the_shipped_scenarios_declare_every_clause_that_they_pay():
    model = advance(ClusterModel(small("baseline-2022"), seed=5), 12)
    assert {(p.instrument, p.clause) for p in model.ledger.payments} <= {
        (n, c.name) for n in policies.names() for c in policies.get(n).clauses
    }
