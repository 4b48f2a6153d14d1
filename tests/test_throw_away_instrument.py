"""A new instrument is one file: no other is touched, its money gets the right class,
and it is credited with what it does.
"""

import json

import pandas as pd
import pytest

from tests.throw_away import copy_of_the_house, python

ATTRIBUTE = """
import json, sys
import numpy as np
np.seterr(over="ignore")  # hashes overflow on purpose, which compiled code does not mention
from sim import attribute, load
from sim.model import ClusterModel

YEAR = {"horizon.until": "2022Q4"}

def only(name, changes):
    spec = load(f"{name}.yaml")
    return spec.with_changes({f"policies.{other}": None for other in spec.policies if other != name} | changes)

def told(spec, name, **how):
    found = attribute(spec, worlds=2, **how)
    rows = found.attribution.query("instrument == @name")
    shares = found.shapley[found.shapley["instrument"].isin([name, "package"])]
    return {
        "money": rows.set_index("class")["million_yuan"].to_dict(),
        "effects": [[r.outcome, r.instrument, r.effect, r.low, r.high] for r in shares.itertuples()],
        "shapley": found.experiment.shapley,
        "files": sorted(found.tables),
    }

def ran(spec, name):
    model, quarters = ClusterModel(spec, 5), {}
    while model.quarter != spec.until:
        model.step()
        quarters[str(model.quarter)] = {
            "digital": float(model.firms.digital_spending.sum()),
            "spending": int((model.firms.digital_spending > 0.0).sum()),
            "rose": int(sum(model.firms.active[e.rows[e.first]].sum()
                            for e in model.events if e.kind == "above_scale")),
            "paid": [int(fen) for p in model.ledger.payments
                     if p.instrument == name and p.quarter == model.quarter for fen in p.fen],
        }
    years = model.result().years
    return {"quarters": quarters, "years": {n: years[n].tolist() for n in ("firms_granted", "digital_grants")}}

nobody = {"policies.rent_relief.to": "rest_of_city"}
parts = {
    "seven": lambda: told(load("rent_relief.yaml").with_changes(YEAR), "rent_relief", orders=1),
    "alone": lambda: told(only("rent_relief", YEAR), "rent_relief"),
    "elsewhere": lambda: told(only("rent_relief", nobody | YEAR), "rent_relief"),
    "prize": lambda: told(only("growth_prize", {}), "growth_prize"),
    "grant": lambda: told(only("digital_grant", {}), "digital_grant"),
    "nothing": lambda: {
        name: told(only(name, {f"policies.{name}.{lever}": 0} | YEAR), name)
        for name, lever in (("rent_relief", "amount"), ("growth_prize", "amount"), ("digital_grant", "rate"))
    },
    "ran": lambda: {name: ran(only(name, {}), name) for name in ("growth_prize", "digital_grant")},
    "without": lambda: ran(only("growth_prize", {}).without_policies(), "digital_grant")["years"],
}
json.dump({name: parts[name]() for name in sys.argv[1:]}, sys.stdout)
"""


YEARS = ("2022", "2023")
AFTER = "policy_fund: {until: 2022Q4}\n  second_fund: {from: 2023Q1}"
FROM_AN_EVENT = ["deadweight", "timing", "relabelled", "displaced", "additional"]


def told(house, *parts):
    return json.loads(python(house, "-c", ATTRIBUTE, *parts))


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return copy_of_the_house(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def found(house):
    return told(house, "alone", "elsewhere", "prize", "grant", "nothing", "ran", "without")


def unconditional(found):
    money = dict(found["money"])
    return money.pop("unconditional") > 1.0 and set(money) == set(FROM_AN_EVENT) and not any(money.values())


def test_its_money_is_unconditional_to_the_last_yuan(found):
    assert unconditional(found["alone"]) and unconditional(found["elsewhere"])


@pytest.mark.slow
def test_a_seventh_instrument_is_shared_in_and_its_money_is_unconditional(house):
    """Uncompiled, each world of seven takes as long as all of the other tests."""
    seven = told(house, "seven")["seven"]
    assert unconditional(seven) and seven["shapley"] == "sampled" and "interactions" not in seven["files"]
    assert {row[1] for row in seven["effects"]} == {"rent_relief", "package"}


def test_alone_it_is_credited_with_all_of_the_package(found):
    effects = {(row[0], row[1]): row[2:] for row in found["alone"]["effects"]}
    for outcome in {outcome for outcome, _ in effects}:
        assert effects[outcome, "rent_relief"] == effects[outcome, "package"]


def test_without_effect_it_is_credited_with_exactly_nothing_whether_it_pays_or_not(found):
    assert sum(found["elsewhere"]["money"].values()) > 1.0
    for name, told in {**found["nothing"], "rent_relief elsewhere": found["elsewhere"]}.items():
        assert name.endswith("elsewhere") or not any(told["money"].values())
        effects = [row[2:] for row in told["effects"]]
        assert len(effects) == 12
        assert all(effect == [0.0, 0.0, 0.0] for effect in effects), name


def test_a_prize_is_paid_a_quarter_after_its_event_and_judged_by_it(found):
    quarters = list(found["ran"]["growth_prize"]["quarters"].values())
    assert sum(quarter["rose"] for quarter in quarters) >= 2
    assert [q["paid"] for q in quarters[1:]] == [[50_000_000] * q["rose"] for q in quarters[:-1]]
    money = found["prize"]["money"]
    assert money["unconditional"] == 0.0
    assert money["deadweight"] >= 0.5  # somebody would have grown anyway
    halves = sum(money[name] for name in FROM_AN_EVENT) * 2 / 0.5  # of two worlds
    assert halves == pytest.approx(round(halves)) and halves > 0.0


def test_a_grant_with_a_stepped_rate_pays_on_the_terms_of_the_quarter_in_which_was_spent(found):
    """A quarter of what is spent from 2023Q2 on, a quarter later."""
    quarters = found["ran"]["digital_grant"]["quarters"]
    paid = {name: sum(quarter["paid"]) / 1e8 for name, quarter in quarters.items() if quarter["paid"]}
    rounding = sum(quarter["spending"] for quarter in quarters.values()) * 1e-8
    due = {"2023Q3": 0.25 * quarters["2023Q2"]["digital"], "2023Q4": 0.25 * quarters["2023Q3"]["digital"]}
    assert paid == pytest.approx(due, abs=rounding)
    money = found["grant"]["money"]
    assert money["unconditional"] == money["relabelled"] == 0.0
    assert money["deadweight"] > 0.0  # firms buy what they would have bought


def test_its_outcomes_are_told_by_year_and_undefined_without_it_where_their_row_says_so(found):
    """Firms granted have no instrument in their row, so without it there are none; grants have it."""
    ran = found["ran"]["digital_grant"]
    quarters = ran["quarters"].items()
    paid = [sum(sum(q["paid"]) for name, q in quarters if name.startswith(year)) / 1e8 for year in YEARS]
    granted = [0, sum(ran["quarters"][name]["spending"] for name in ("2023Q2", "2023Q3", "2023Q4"))]
    assert ran["years"] == {"firms_granted": granted, "digital_grants": pytest.approx(paid)}
    assert paid[1] > 0.0
    for years in (found["without"], found["ran"]["growth_prize"]["years"]):
        assert years["firms_granted"] == [0.0, 0.0]
        assert all(value != value for value in years["digital_grants"])


def test_it_is_listed_with_its_levers_and_outcomes_in_both_languages(house):
    listed = python(house, "cli.py", "levers", "digital_grant")
    assert "policies.digital_grant.rate" in listed and "上季支出补贴比例" in listed and "0 .. 1" in listed
    listed = python(house, "cli.py", "outcomes", "digital_grants")
    assert "grants paid in the year" in listed and "当年支付的补贴" in listed and "digital_grant" in listed


def test_two_that_set_what_one_alone_may_set_are_refused_while_both_are_in_force(house):
    said = python(house, "cli.py", "check", "second_fund.yaml", code=2)
    assert said.count("\n") == 1
    for part in ("policies.second_fund", "an offer of co-investment in 2022Q1", "policies.policy_fund", "keep one"):
        assert part in said
    after = (house / "second_fund.yaml").read_text(encoding="utf-8").replace("second_fund: {}", AFTER)
    (house / "after.yaml").write_text(after, encoding="utf-8")
    python(house, "cli.py", "check", "after.yaml")


def test_its_outcome_is_no_objective_for_a_scenario_without_it(house):
    arms = ("digital_grant.yaml", "growth_prize.yaml")
    arguments = ("compare", *arms, "--objective", "digital_grants", "--out", "c")
    said = python(house, "cli.py", *arguments, code=2)
    assert "is undefined without digital_grant, which growth_prize lacks" in said


@pytest.mark.slow
def test_the_command_line_runs_and_attributes_it(house):
    python(house, "cli.py", "run", "rent_relief.yaml", "-n", "2", "--jobs", "1", "--out", "run")
    ledger = pd.read_csv(house / "run" / "ledger.csv")
    paid = ledger[ledger["instrument"] == "rent_relief"]
    assert set(paid["clause"]) == {"rent"} and set(paid["amount"]) == {0.05}
    assert paid.groupby("quarter").size().shape == (8,)
    said = python(
        house, "cli.py", "attribute", "rent_relief.yaml", "-n", "2", "--orders", "1", "--jobs", "1", "--out", "split"
    )
    table = (
        pd.read_csv(house / "split" / "attribution.csv")
        .query("instrument == 'rent_relief'")
        .set_index("class")["share"]
    )
    assert table.to_dict() == dict.fromkeys(FROM_AN_EVENT, 0.0) | {"unconditional": 1.0}
    assert "unconditional: no event earns this money" in said and "无条件发放：这笔资金不与任何事件挂钩" in said
