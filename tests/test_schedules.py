"""Values over time: levers, envelope and outlook in steps, instruments that begin and end.
All figures are worked by hand.
"""

import pickle
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter

from sim import policies
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.schedule import Schedule, is_steps, mean_of_year, over_time, read_quarter
from sim.calendar.year import earned
from sim.experiments import search, sweep
from sim.model import ClusterModel
from sim.policies.instrument import Instrument
from sim.scenario.files import ScenarioError
from sim.scenario.programme import Programme, _over_time, read, written
from sim.scenario.reading import from_resolved, load
from sim.scenario.writing import as_file
from sim.tables.milestones import Kind
from sim.treasury.claims import REST_OF_CITY, Basis, Clause, Spending
from sim.treasury.ledger import Envelope, Ledger
from sim.treasury.terms import Terms
from tests.changzhou import NAMES
from tests.conftest import SMALL, drawn, small
from tests.policy_bench import event, look, paid, plain_firms
from tests.test_world_claims import of_clusters, world

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "awards_phased_out.yaml"
TINY = {"population.above_scale": 150, "population.below_scale": 150}
LEVERS = [(name, field) for name in policies.names() for field in policies.get(name).model_fields]
Q = Quarter.read


def tiny(**changes):
    """The announced package on a tiny city to the end of 2024, with changes by path."""
    base = {"horizon.until": "2024Q4", **TINY}
    return load("baseline-2022").with_changes(
        base | {path.replace("__", "."): value for path, value in changes.items()}
    )


def only(name, fields):
    """One instrument on a tiny city."""
    return load("no-policy").with_changes({**TINY, "horizon.until": "2024Q4", f"policies.{name}": fields})


def trace(spec, quarters=12):
    """Return every column of the firm table, bit for bit, and all payments, quarter by quarter."""
    model, found = ClusterModel(spec, seed=2), []
    for _ in range(quarters):
        model.step()
        columns = [getattr(model.firms, name).tobytes() for name in NAMES]
        found.append(
            (columns, [(p.instrument, p.clause, str(p.quarter), p.fen.tobytes()) for p in model.ledger.payments])
        )
    return found


# a value over time


def test_a_step_holds_from_its_quarter_until_the_next():
    path = Schedule.of({Q("2022Q1"): 0.0, Q("2023Q3"): 1.0, Q("2025Q1"): 0.5})
    assert [path.at(Q(q)) for q in ("2022Q1", "2023Q2", "2023Q3", "2024Q4", "2025Q1", "2030Q4")] == [
        0.0,
        0.0,
        1.0,
        1.0,
        0.5,
        0.5,
    ]
    assert path.at(FIRST + -1) == 0.0  # the award of what was earned before the start is that of the start


@given(st.dictionaries(st.integers(0, 30), st.floats(0, 1), min_size=1), st.randoms())
def test_the_order_of_keys_does_not_matter_and_a_step_that_changes_nothing_is_none(steps, random):
    steps = {FIRST: 0.25} | {FIRST + k: v for k, v in steps.items()}
    keys = list(steps)
    random.shuffle(keys)
    path, shuffled = Schedule.of(steps), Schedule.of({key: steps[key] for key in keys})
    assert path == shuffled and hash(path) == hash(shuffled)
    for k in range(32):
        assert path.at(FIRST + k) == steps[max(q for q in steps if q <= FIRST + k)]
    assert all(a != b for (_, a), (_, b) in zip(path.steps, path.steps[1:], strict=False))


def test_a_year_is_its_first_quarter_and_as_a_last_quarter_its_fourth():
    assert read_quarter("2024") == read_quarter(2024) == Q("2024Q1")
    assert read_quarter("2024", season=4) == Q("2024Q4")


@given(st.floats(0, 1e7))
def test_money_a_year_that_does_not_change_is_itself_to_the_bit(amount):
    assert mean_of_year(Schedule.constant(amount), 2023) == amount


# levers of instruments


@pytest.mark.parametrize(("name", "lever"), LEVERS, ids=lambda x: x)
def test_every_lever_may_be_a_path_and_the_same_value_at_all_steps_is_that_value(name, lever):
    default = policies.get(name)().model_dump()[lever]
    steps = read(name, {lever: {"2022Q1": default, "2023": default, "2024Q3": default}})
    assert steps == read(name, {}) == read(name, {lever: default})
    assert isinstance(steps.levers[lever], Schedule)


def other_value(name, lever):
    """Another value of a lever."""
    kind = policies.get(name).model_fields[lever]
    if isinstance(kind.default, bool):
        return not kind.default
    if isinstance(kind.default, str):
        return next(word for word in kind.annotation.__args__ if word != kind.default)
    return kind.default + 1 if isinstance(kind.default, int) else kind.default * 0.5 + 0.05


@pytest.mark.parametrize(("name", "lever"), [pair for pair in LEVERS if "weight_" not in pair[1]], ids=lambda x: x)
def test_rules_read_the_value_in_force_in_the_quarter(name, lever):
    other, default = other_value(name, lever), policies.get(name)().model_dump()[lever]
    plan = read(name, {lever: {"2022Q1": default, "2024Q2": other}})
    assert [getattr(plan.at(Q(q)), lever) for q in ("2022Q1", "2024Q1", "2024Q2", "2030Q4")] == [
        default,
        default,
        other,
        other,
    ]


def test_a_step_after_the_horizon_and_a_step_to_the_same_change_no_byte():
    plain = tiny()
    steps = {
        f"policies__{name}__{lever}": {
            "2022Q1": policies.get(name)().model_dump()[lever],
            "2025Q1": other_value(name, lever),
        }
        for name, lever in LEVERS
        if "weight_" not in lever and name in plain.policies and lever not in ("amount_a_year", "rate")
    }
    announced = {
        "policies__policy_fund__amount_a_year": {"2022": "100 亿元", "2025": 0},
        "policies__scale_up__rate": {"2022": 0.5, "2025": 0},
    }
    rest = {
        "outlook__demand_shift": {"2022": 0, "2025": 0.1},
        "envelope__amount_a_year": {"2022": "100 亿元", "2025": 0},
    }
    assert trace(tiny(**steps, **announced, **rest)) == trace(plain)


def test_levers_that_go_together_are_checked_together_at_every_step():
    both = {"weight_innovation": {"2022Q1": 0.4, "2024Q1": 0.5}, "weight_green": {"2022Q1": 0.3, "2024Q1": 0.2}}
    assert read("peak_climbing", both).at(Q("2024Q1")).weight_innovation == 0.5
    with pytest.raises(
        ValueError, match=r"^from 2024Q1 on: weight_innovation, weight_green and weight_output must add up to 1$"
    ):
        read("peak_climbing", {"weight_green": {"2022Q1": 0.3, "2024Q1": 0.4}})


@pytest.mark.parametrize("first", ["leading_enterprise", "peak_climbing"])
def test_choices_keep_their_own_order_whichever_instrument_is_read_first(first):
    written.cache_clear()
    written(first)
    choices = {
        (name, lever): written(name).model_json_schema()["properties"][lever]["anyOf"][0].get("enum")
        for name, lever in LEVERS
    }
    assert choices["peak_climbing", "double_crossing"] == ["highest", "each"]
    assert choices["leading_enterprise", "stacking"] == ["each", "highest"]


def test_a_mapping_without_steps_is_no_path():
    found = [is_steps(value) for value in ({"2022Q1": 0, 2024: 1}, {}, {"2022Q1": 0, "rate": 1}, 0.5)]
    assert found == [True, False, False, False]


def test_of_two_bounds_an_editor_is_told_the_tighter_one():
    schema = TypeAdapter(Schedule[Annotated[float, Field(ge=0, le=1), Field(ge=0.1, le=0.2)]]).json_schema()
    assert {key: schema["anyOf"][0][key] for key in ("minimum", "maximum")} == {"minimum": 0.1, "maximum": 0.2}


def test_a_lever_is_a_path_where_each_of_its_values_is_a_single_one(monkeypatch):
    class Mixed(Instrument):
        name: ClassVar[str] = "mixed"
        single: Literal["a", "b"] | float | None = None
        several: tuple[float, ...] = ()
        either: tuple[float, ...] | float = 1.0

    monkeypatch.setattr(policies, "get", lambda name: Mixed)
    fields = written.__wrapped__("mixed").model_fields
    assert {name for name in Mixed.model_fields if isinstance(fields[name].default, Schedule)} == {"single"}


def test_no_lever_has_the_name_of_what_every_instrument_may_say():
    reserved = set(written("scale_up").model_fields) - set(policies.get("scale_up").model_fields)
    assert reserved == {"start", "until", "in_force"}
    assert not [pair for pair in LEVERS if pair[1] in reserved]


# from and until


def test_from_and_until_are_short_for_the_quarters_in_force():
    short = read("scale_up", {"from": "2023Q2", "until": "2024Q3"})
    assert short == read("scale_up", {"in_force": {"2022Q1": False, "2023Q2": True, "2024Q4": False}})
    there = [q for q in (FIRST + i for i in range(16)) if short.at(q) is not None]
    assert (there[0], there[-1], len(there)) == (Q("2023Q2"), Q("2024Q3"), 6)
    assert read("scale_up", {"from": 2023, "until": 2024}) == read("scale_up", {"from": "2023Q1", "until": "2024Q4"})
    assert read("scale_up", {"from": "2022Q1"}) == read("scale_up", {})
    once = read("scale_up", {"from": "2023Q2", "until": "2023Q2"})
    assert [str(q) for q in (FIRST + i for i in range(16)) if once.at(q) is not None] == ["2023Q2"]


@pytest.fixture(scope="module")
def nothing():
    """Eight quarters in which the one instrument is not in force."""
    return trace(only("scale_up", {"in_force": False}), 8)


def test_an_instrument_that_is_not_in_force_is_no_policy_to_the_bit(nothing):
    assert nothing == trace(load("no-policy").with_changes({**TINY, "horizon.until": "2024Q4"}), 8)


@pytest.mark.parametrize("name", drawn(policies.names(), 2))
def test_before_it_begins_an_instrument_is_no_policy_to_the_bit(name, nothing):
    fields = {"extra_tightening": 0.3} if name == "energy_budget" else {}
    begun = trace(only(name, {"from": "2023Q4", **fields}), 8)
    assert begun[:7] == nothing[:7]
    if name in ("policy_fund", "energy_budget"):
        assert begun[7] != nothing[7]  # the eighth quarter is 2023Q4


def test_an_instrument_that_ends_is_the_same_one_until_then_and_offers_nothing_after():
    forever, ends = (trace(only("policy_fund", {"ticket": 0.0} | end)) for end in ({}, {"until": "2023Q2"}))
    assert ends[:6] == forever[:6]
    assert {quarter for _, _, quarter, _ in ends[-1][1]} == {"2022Q1", "2022Q2", "2022Q3", "2022Q4", "2023Q1", "2023Q2"}


def test_a_rate_of_zero_from_a_quarter_is_an_instrument_that_ends_before_it():
    steps = trace(only("scale_up", {"rate": {"2022Q1": 0.5, "2023Q1": 0}}))
    assert (
        steps
        == trace(only("scale_up", {"until": "2022"}))
        == trace(only("scale_up", {"in_force": {"2022": True, "2023": False}}))
    )


def test_an_instrument_may_come_back():
    plan = read("scale_up", {"in_force": {"2022": True, "2023": False, "2024": True}})
    assert [plan.at(Q(q)) is not None for q in ("2022Q4", "2023Q1", "2023Q4", "2024Q1")] == [True, False, False, True]


# what was earned is paid on the terms under which it was earned


def test_every_event_of_a_run_was_earned_by_the_end_of_the_year_it_is_for():
    model, seen = ClusterModel(small("baseline-2022", horizon__until="2024Q4"), seed=1), set()
    while model.quarter != model.spec.until:
        model.step()
        for found in (e for e in model.events if e.kind is not Kind.PROJECT_OPENED):  # promised when it signed
            assert earned(found.quarter) == min(found.quarter, Quarter.of(found.year, 4))
            seen.add(found.kind)
    assert Kind.ABOVE_SCALE in seen and len(seen) > 4


def crossing(judged, year):
    """The first group crosses 10 billion yuan in `year`."""
    return [event(Kind.TIER_10BN, [0], quarter=judged, year=year)]


@pytest.mark.parametrize(("step", "award"), [("2023Q4", 4.0), ("2024Q1", 2.0), ("2024Q2", 2.0)])
def test_a_crossing_of_2023_is_paid_in_2024_what_was_announced_at_the_end_of_2023(step, award):
    plan = read("peak_climbing", {"max_award_10bn": {"2022Q1": 2.0, step: 4.0}})
    view = look(plain_firms(), "2024Q2", crossing("2024Q1", 2023))
    assert paid(plan.claim(view)) == {0: award / 2}  # every indicator at its norm scores a half


@pytest.mark.parametrize(
    ("fields", "pays"),
    [({"until": "2023"}, 1.0), ({"until": "2023Q3"}, None), ({"from": "2024Q1"}, None), ({"from": "2023Q4"}, 1.0)],
)
def test_what_was_earned_in_force_is_paid_after_the_end_and_nothing_from_before_the_beginning(fields, pays):
    view = look(plain_firms(), "2024Q2", crossing("2024Q1", 2023))
    assert paid(read("peak_climbing", fields).claim(view)) == ({} if pays is None else {0: pays})


def test_service_firms_of_2023_are_paid_by_the_terms_of_2023():
    plan = read("scale_up", {"rate": {"2022": 50 / 100, "2024": 25 / 100}, "cap": 1.0})
    claims = {year: paid(plan.claim(look(plain_firms(), f"{year}Q2"))) for year in (2024, 2025)}
    assert claims == {2024: {REST_OF_CITY: 300 * 0.5 * 0.12}, 2025: {REST_OF_CITY: 300 * 0.25 * 0.12}}


class Both(Instrument):
    """Pays for each tier, for what was invested a quarter before and, whatever happens, each quarter."""

    name: ClassVar[str] = "both"
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("relief", Basis.UNCONDITIONAL),
        Clause("tier", Kind.ABOVE_SCALE),
        Clause("aid", Spending.EXPANSION),
    )
    amount: float = Field(1.0, ge=0)
    to: Literal["first", "second"] = "first"

    def claim(self, view):
        row = np.array([0 if self.to == "first" else 1])
        return [
            self.ask("relief", "always", row, np.array([self.amount])),
            self.ask("tier", "event", row + 10, np.array([self.amount]), event(Kind.ABOVE_SCALE, row + 10)),
            self.ask("aid", "machines of the last quarter", row + 20, np.array([self.amount])),
        ]


def test_each_payment_follows_the_terms_of_the_quarter_that_earned_it():
    path = Schedule.of({FIRST: 1.0, Q("2024Q1"): 3.0})
    plan = Programme(Both, Schedule.constant(True), {"amount": path, "to": Schedule.constant("first")})
    amounts = {
        quarter: paid(plan.claim(look(plain_firms(), quarter))) for quarter in ("2023Q4", "2024Q1", "2024Q2", "2024Q3")
    }
    assert amounts == {
        "2023Q4": {0: 1.0, 10: 1.0, 20: 1.0},
        "2024Q1": {0: 3.0, 10: 1.0, 20: 1.0},
        "2024Q2": {0: 3.0, 10: 1.0, 20: 3.0},
        "2024Q3": {0: 3.0, 10: 3.0, 20: 3.0},
    }


def test_an_instrument_measures_on_the_terms_of_the_quarter_also_after_its_end():
    class Telling(Both):
        def measure(self, view, terms, paid):
            return {"told": self.amount + paid}

    levers = {"amount": Schedule.of({FIRST: 1.0, Q("2024Q1"): 3.0}), "to": Schedule.constant("first")}
    plan = Programme(Telling, Schedule.of({FIRST: True, Q("2024Q2"): False}), levers)
    quarters = ("2023Q4", "2024Q1", "2024Q2")
    found = [plan.measure(look(plain_firms(), quarter), Terms(30), 10.0)["told"] for quarter in quarters]
    assert found == [11.0, 13.0, 13.0]


def test_a_path_is_one_value_or_steps_of_such_values():
    number, text = {"type": "number"}, {"type": "string"}
    for values, inside in (([number], number), ([number, text], {"anyOf": [number, text]})):
        *plain, steps = over_time(values)["anyOf"]
        assert plain == values and steps["additionalProperties"] == inside


# money a year, energy, outlook


def test_the_fund_offers_a_quarter_of_the_amount_in_force():
    plan, found = read("policy_fund", {"amount_a_year": {"2022Q1": 400, "2023Q3": 800}}), {}
    for quarter in ("2023Q1", "2023Q2", "2023Q3", "2023Q4"):
        terms = Terms(30)
        plan.at(Q(quarter)).announce(look(plain_firms(), quarter), terms)
        found[quarter] = terms.fund_money
    assert found == {"2023Q1": 100.0, "2023Q2": 100.0, "2023Q3": 200.0, "2023Q4": 200.0}


def test_an_envelope_that_changes_within_a_year_holds_the_mean_of_its_quarters_from_january():
    path = Schedule.of({FIRST: 100.0, Q("2023Q4"): 300.0})
    ledger = Ledger(Envelope(path))
    assert [ledger.left(Q(q)) for q in ("2022Q4", "2023Q1", "2023Q4", "2024Q1")] == [100.0, 150.0, 150.0, 300.0]
    spec = tiny(envelope__amount_a_year={"2022": 100, "2023Q4": "3 亿元"})
    assert [spec.envelope.of_year(year) for year in (2022, 2023, 2024)] == [100.0, 150.0, 300.0]


def test_the_intensity_target_adds_up_year_by_year_and_a_step_does_not_reach_back():
    plan = read("energy_budget", {"intensity_target": {"2022Q1": 10 / 100, "2024Q3": 20 / 100}})
    start = look(plain_firms()).numbers.energy_start_gap
    caps = {
        q: plan.at(Q(q)).cap(look(plain_firms(), q)) / (250 * (1 - start))
        for q in ("2022Q1", "2023Q4", "2024Q2", "2024Q3", "2025Q1")
    }
    expected = {"2022Q1": 0.9, "2023Q4": 0.81, "2024Q2": 0.729, "2024Q3": 0.81 * 0.8, "2025Q1": 0.81 * 0.64}
    assert caps == pytest.approx(expected, rel=1e-12)


def test_a_cap_that_begins_late_asks_for_the_years_before_too():
    late, always = read("energy_budget", {"from": "2024Q1"}), read("energy_budget", {})
    view = look(plain_firms(), "2024Q1")
    assert late.at(Q("2024Q1")).cap(view) == always.at(Q("2024Q1")).cap(view)


def test_tightening_is_that_of_the_quarter():
    plan = read("energy_budget", {"extra_tightening": {"2022": 0, "2024": "10 %"}})
    loose, tight = (plan.at(Q(q)).cap(look(plain_firms(), "2024Q1")) for q in ("2023Q4", "2024Q1"))
    assert tight / loose == pytest.approx(0.9, rel=1e-12)


def test_demand_shifts_from_its_quarter_on():
    path = Schedule.of({FIRST: 0.0, Q("2022Q3"): 0.1})
    found = world(numbers=of_clusters("demand_growth", 0.1, -0.05), demand_shift=path)
    # from the middle of 2021 to that of 2022Q2 are 0.875 years at 10 %, each later quarter grows at 20 %
    assert found.real_trend(Q("2022Q2"))[0] == pytest.approx(1.1**0.875, rel=1e-12)
    assert found.real_trend(Q("2022Q4"))[0] == pytest.approx(1.1**0.875 * 1.2**0.5, rel=1e-12)
    assert np.exp(found.at(Q("2022Q2")).trend_growth[0] * 4) == pytest.approx(1.1)
    assert np.exp(found.at(Q("2022Q3")).trend_growth[0] * 4) == pytest.approx(1.2)
    growth = found.growth(Q("2022Q3")) - world(numbers=of_clusters("demand_growth", 0.1, -0.05)).growth(Q("2022Q3"))
    assert growth[0] == pytest.approx(np.log(1.2 / 1.1) / 4)


# files, options, experiments


def test_units_are_read_at_every_step():
    spec = tiny(
        policies__scale_up__rate={"2022": "50 %", "2024": 0},
        policies__policy_fund__amount_a_year={"2022": "1 亿元", "2023": "50 million yuan"},
    )
    assert spec.policies["scale_up"].plain()["rate"] == {"2022Q1": 0.5, "2024Q1": 0.0}
    assert spec.policies["policy_fund"].plain()["amount_a_year"] == {"2022Q1": 100.0, "2023Q1": 50.0}
    assert (
        tiny(policies__energy_budget__extra_tightening="-7 %").policies["energy_budget"].at(FIRST).extra_tightening
        == -0.07
    )


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            "policies.scale_up.rate",
            {"2022Q1": 0.5, "2024": 2},
            "policies.scale_up.rate.2024: 2 is out of range; write a number of at most 1, from 0 to 1",
        ),
        (
            "policies.scale_up.rate",
            {"2022Q1": "half"},
            "policies.scale_up.rate.2022Q1: 'half' is not a number with a unit; write it like 0.1 or 10 %",
        ),
        (
            "policies.scale_up",
            {"rate": {"2023Q1": 0.5}},
            "scale_up: rate begins in 2023Q1, and nothing says what holds before; write a value for 2022Q1 too",
        ),
        (
            "policies.scale_up",
            {"from": "2023", "rate": {"2024Q1": 0.5}},
            "rate begins in 2024Q1, and nothing says what holds before; write a value for 2023Q1 too",
        ),
        (
            "policies.scale_up.rate",
            {"2022Q5": 0.5},
            "policies.scale_up.rate: '2022Q5' is neither a quarter nor a year; write it like 2024Q1",
        ),
        (
            "policies.scale_up.rate",
            {"2021Q4": 0.5},
            "policies.scale_up.rate: 2021Q4 is out of reach; write a quarter from 2022Q1 to 2060Q4",
        ),
        (
            "policies.scale_up.rate",
            {"2022": 0.5, "2022Q1": 0.1},
            "policies.scale_up.rate: 2022Q1 stands twice, as 2022 and as 2022Q1; keep one",
        ),
        (
            "policies.scale_up.rate",
            {},
            "policies.scale_up.rate: has no steps; write one value, or steps like {2022Q1: 0, 2024Q1: 10 %}",
        ),
        (
            "policies.policy_fund.rule",
            {"2022": "leaders", "2023": "leader"},
            "policies.policy_fund.rule.2023: 'leader' is not one of landmark, leaders",
        ),
        (
            "policies.energy_budget.coverage",
            {"2022": "5 亿元"},
            "policies.energy_budget.coverage.2022: unit '亿元' does not fit here; write one of tce",
        ),
        ("policies.scale_up.until", "2021", "policies.scale_up: until: 2021Q4 is out of reach"),
        (
            "policies.scale_up",
            {"from": "2024", "until": "2023"},
            "policies.scale_up: until: 2023Q4 lies before from: 2024Q1; write a later quarter",
        ),
        ("policies.scale_up", {"from": "soon"}, "policies.scale_up: from: 'soon' is neither a quarter nor a year"),
        (
            "policies.scale_up",
            {"until": "2023", "in_force": True},
            "in_force stands beside from or until, which are short for it; write one of the two",
        ),
        ("policies.scale_up.fron", 2023, "unknown key 'fron' (did you mean 'from'?)"),
        ("policies.scale_up.in_force", {"2023": True}, "in_force begins in 2023Q1"),
        (
            "outlook.demand_shift",
            {"2022": 0, "2023": "30 %"},
            "outlook.demand_shift.2023: '30 %' is out of range; write a number of at most 0.2",
        ),
        ("outlook.thresholds", {"2022": "ex-ante", "2024": "as-known"}, "outlook.thresholds: "),
    ],
)
def test_a_mistake_in_a_path_is_told_in_one_line(path, value, says):
    with pytest.raises(ScenarioError) as caught:
        load("baseline-2022").without(path.split(".")[1]).with_changes({path: value})
    assert len(caught.value.problems) == 1 and "\n" not in caught.value.problems[0]
    assert says in caught.value.problems[0]


@pytest.mark.parametrize("path", ["outlook.demand_shift", "envelope.amount_a_year"])
def test_what_is_no_lever_says_what_holds_from_the_first_quarter(path):
    with pytest.raises(
        ScenarioError,
        match=rf"{path}: begins in 2023Q1, and nothing says what holds before; write a value for 2022Q1 too",
    ):
        load("no-policy").with_changes({path: {"2023": 0.1}})


def test_a_file_names_the_line_of_the_step(tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8").replace("2024Q1: 20 %", "2024Q1: 200 %")
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    line = next(i for i, row in enumerate(text.splitlines(), 1) if "200 %" in row)
    with pytest.raises(
        ScenarioError, match=rf"x\.yaml:{line}:\d+: policies\.scale_up\.rate\.2024Q1: '200 %' is out of range"
    ):
        load(tmp_path / "x.yaml")


def test_the_worked_example_runs_and_reads_back_as_it_was_resolved(tmp_path):
    spec = load(EXAMPLE)
    changed = spec.with_changes(SMALL)
    (tmp_path / "x.yaml").write_text(as_file(spec), encoding="utf-8")
    assert load(tmp_path / "x.yaml").resolved() == from_resolved(spec.resolved()).resolved() == spec.resolved()
    assert pickle.loads(pickle.dumps(spec)).resolved() == spec.resolved()
    result = ClusterModel(changed, seed=1).run()
    assert result.years["public_cost"][0] < result.years["public_cost"][1]  # the fund begins in 2023


def test_the_lines_of_the_guide_are_a_sound_scenario(tmp_path):
    guide = (EXAMPLE.parent.parent / "experiments.md").read_text(encoding="utf-8")
    head = (
        "name: x\nextends: baseline-2022\ntitle: {en: a, zh: b}\nquestion: {en: a, zh: b}\nsources: [own assumption]\n"
    )
    (lines,) = (block for block in guide.split("```yaml\n")[1:] if "scale_up" in block.split("```")[0])
    (tmp_path / "x.yaml").write_text(head + lines.split("```")[0], encoding="utf-8")
    found = load(tmp_path / "x.yaml").policies
    assert found["policy_fund"].plain()["in_force"] == {"2022Q1": False, "2023Q1": True, "2026Q1": False}
    assert found["scale_up"].plain()["rate"] == {"2022Q1": 0.5, "2024Q1": 0.2}


def test_a_variant_adds_a_step_or_puts_one_value_in_the_place_of_all():
    spec = load(EXAMPLE)
    path = spec.variant("tighter-from-2025").policies["energy_budget"].plain()["extra_tightening"]
    assert path == {"2022Q1": 0.0, "2023Q1": 0.05, "2024Q1": 0.1, "2025Q1": 0.15}
    assert spec.variant("no-steps").policies["energy_budget"].plain()["extra_tightening"] == 0.05
    # steps over one value let it hold until the first of them, so that a variant stands on whatever the base says
    flat = (
        spec.with_changes({"policies.energy_budget.extra_tightening": "5 %"})
        .variant("tighter-from-2025")
        .policies["energy_budget"]
    )
    assert flat.plain()["extra_tightening"] == {"2022Q1": 0.05, "2025Q1": 0.15}
    assert tiny(policies__scale_up__rate={"2022": 0.1, "2024": 0.2}).policies["scale_up"].plain()["rate"] == {
        "2022Q1": 0.1,
        "2024Q1": 0.2,
    }
    # a twin that lacks the instrument need not have room for a variant's further step
    for twin in (
        spec.without_policies(),
        spec.without("energy_budget"),
        spec.with_changes({"policies.energy_budget": None}),
    ):
        assert "energy_budget" not in twin.policies
    taken_out = spec.with_changes({"policies.energy_budget.extra_tightening.2023Q1": None}).policies["energy_budget"]
    assert taken_out.plain()["extra_tightening"] == {"2022Q1": 0.0, "2024Q1": 0.1}


def test_an_experiment_varies_a_step_and_does_not_flatten_a_path():
    spec, lever = load(EXAMPLE).with_changes(TINY), "policies.energy_budget.extra_tightening"
    for refused in (
        lambda: sweep.plan(spec, [f"{lever}=0,0.1"]),
        lambda: search.plan(spec, "public_cost<=1亿元 by 2025", [f"{lever}=0:0.1"]),
    ):
        with pytest.raises(
            ScenarioError,
            match=rf"{lever}: is a path over time in awards-phased-out; vary one step \({lever}\.2024Q1=\.\.\.\)",
        ):
            refused()
    assert sweep.plan(spec, [f"{lever}.2024Q1=0,0.1"]).points[1] == {f"{lever}.2024Q1": 0.1}
    assert sweep.plan(spec, ["policies.policy_fund.from=2023,2024"]).points == [
        {"policies.policy_fund.from": year} for year in (2023, 2024)
    ]
    assert sweep.plan(spec.with_changes({lever: 0.0}), [f"{lever}=0,0.1"]).points


def test_a_lever_whose_default_is_made_when_asked_for_has_that_default_throughout():
    class Made(Instrument):
        amount: float = Field(default_factory=lambda: 2.0)

    _, field = _over_time(Made.model_fields["amount"], "made.amount")
    assert field.default == Schedule.constant(2.0)
