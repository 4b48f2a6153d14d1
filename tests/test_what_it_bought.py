"""What money bought beside the classes: private money added and saved, intervals of shares, and the screen."""

import re

import pytest

from sim.commands import commands
from sim.experiments import attribute as attribution
from sim.experiments.attribution_tables import clause_table, split_table
from sim.experiments.payment_classes import PaymentClass, possible, private_money
from sim.policies import get
from sim.report.attribution_console import describe_attribution
from sim.tables.milestones import Kind
from sim.treasury.claims import Basis, Spending
from tests.attribution_bench import by_class, free, world
from tests.conftest import of_announced_amounts, small

FEN = 100_000_000  # of a million yuan


def fund(*paid):
    return {"fund": {("co", Spending.EXPANSION): [free(key, amount * FEN) for key, amount in paid]}}


def test_private_money_is_what_firms_put_up_beyond_the_public_yuan_or_saved_by_it():
    """1 is paid 4 and spends 5 more: 1 added. 2 is paid 4 and spends 1 more: 3 saved. 3 is paid 2 and spends 1 less: it
    saved the 2 and 1 beside. 4 is not paid and does not count."""
    full = world(payments=fund((1, 1), (1, 3), (2, 4), (3, 2)), spent={1: [9, 15], 2: [5, 11], 3: [1, 4], 4: [0, 9]})
    twin = world(spent={1: [9, 10], 2: [5, 10], 3: [1, 5], 4: [0, 1]})
    assert private_money(full, twin, "fund") == (1.0, 6.0)
    found = by_class(full, twin, "fund")
    assert found["additional"] + found.get("displaced", 0.0) == 5.0 and found["deadweight"] == 5.0
    # what the paid firms spend more is the public money, what they added and not what they saved
    assert sum((5.0, 1.0, -1.0)) == 10.0 + 1.0 - 6.0


def test_nothing_is_saved_where_another_instrument_would_have_paid_as_much():
    """1 is paid 4 by one fund, and by another in the twin, for the same 10. 2 is paid 4 instead of 1: it saved 3."""
    full = world(payments=fund((1, 4), (2, 4)), spent={1: [5, 10], 2: [5, 10]})
    other = {"other": fund((1, 4), (2, 1))["fund"]}
    assert private_money(full, world(payments=other, spent={1: [5, 10], 2: [5, 10]}), "fund") == (0.0, 3.0)


def test_who_another_instrument_would_have_paid_as_much_saved_nothing():
    """A fifth of each project from the subsidy, and of those from the first level on from the cloud, one of the two:
    the cloud is named first and pays, and without it the subsidy does."""
    two = {
        "policies.cloud_support": {"rate": 0.2, "cap": 100.0},
        "policies.digital_subsidy": {"rate_landmark": 0.2, "rate_other": 0.2, "floor": 0.0}
        | {"cap_landmark": 100.0, "cap_other": 100.0},
    }
    spec = small("no-policy", horizon__until="2023Q4").with_changes(two | {"envelope.stacking": "highest"})
    values = attribution.split_world(spec, 1, True, "none", 0, 0)
    paid = sum(amount for *part, amount in values["money"] if "cloud_support" in part)
    (cloud,) = (found for found in values["private"] if found[0] == "cloud_support")
    assert paid > 0.0 and cloud[1] + cloud[2] < 0.001 * paid, (paid, cloud)


def test_the_command_names_the_classes_as_its_tables_do_in_both_languages():
    said = commands()["attribute"].help
    for each in PaymentClass:
        assert each.value in said and each.chinese in said


def test_awards_have_no_private_money_beside_them():
    full = world(payments={"prize": {("a", Basis.UNCONDITIONAL): [free(1, FEN)]}}, spent={1: [1.0, 9.0]})
    assert private_money(full, world(), "prize") == (0.0, 0.0)


@pytest.mark.parametrize("earner", [*Kind, *Spending, *Basis])
def test_every_earner_says_which_classes_it_can_fall_into(earner):
    classes = possible(earner)
    assert classes and classes <= set(PaymentClass)
    assert (PaymentClass.UNCONDITIONAL in classes) == (earner is Basis.UNCONDITIONAL)
    assert len(classes) == 1 or not isinstance(earner, Basis)


def made_up(*worlds):
    """Return values of worlds, each the million yuan of scale_up's two clauses: industry by class, and services."""
    values = {}
    for number, (industry, services) in enumerate(worlds):
        money = [["scale_up", "industry", name, 0, 1, amount] for name, amount in industry.items() if amount]
        money += [["scale_up", "services", "deadweight", -1, -1, services]] if services else []
        values[number] = {"names": ["scale_up"], "money": money, "private": [["scale_up", 0.0, 0.0]]}
    return values


def test_a_share_that_was_all_of_thirty_worlds_is_not_known_to_be_all():
    table = split_table(made_up(*[({"deadweight": 2.0}, 0.0)] * 30)).set_index(["instrument", "class"])
    row = table.loc["scale_up", "deadweight"]
    assert (row["share"], row["share_low"], row["share_high"]) == (1.0, pytest.approx(0.8843, abs=1e-4), 1.0)
    none = table.loc["scale_up", "additional"]
    assert (none["share"], none["share_low"]) == (0.0, 0.0) and none["share_high"] == pytest.approx(0.1157, abs=1e-4)
    never = table.loc["scale_up", "unconditional"]  # by what its clauses say: known, not estimated
    assert (never["share"], never["share_low"], never["share_high"]) == (0.0, 0.0, 0.0)
    assert (row["total"], row["total_low"], row["total_high"]) == (2.0, 2.0, 2.0)


def test_a_clause_is_told_with_the_worlds_in_which_it_paid():
    worlds = [({"additional": 1.0}, 4.0), ({}, 4.0), ({}, 4.0)]
    table = clause_table(made_up(*worlds)).set_index(["clause", "class"])
    industry, services = table.loc["industry", "additional"], table.loc["services", "deadweight"]
    assert (industry["worlds_paid"], industry["worlds"]) == (1, 3)
    assert (industry["share"], industry["share_low"]) == (1.0, pytest.approx(0.025))  # one world
    assert industry["million_yuan"] == pytest.approx(1.0 / 3.0) and industry["low"] == 0.0
    assert (services["worlds_paid"], services["share_low"]) == (3, 1.0)  # outside the model: by construction
    assert (table["share"].dropna().between(0, 1)).all() and (table[["low", "total_low"]] >= 0.0).all(axis=None)


@pytest.fixture(scope="module")
def attributed():
    spec = small("world-500-2025", population__above_scale=200, population__below_scale=200, horizon__until="2023Q4")
    idle = spec.with_changes({f"policies.peak_climbing.max_award_{tier}": 0 for tier in ("100bn", "50bn", "10bn")})
    return attribution.attribute(of_announced_amounts(idle), worlds=2, shapley="sampled", orders=1)


@pytest.mark.slow
def test_the_money_of_all_instruments_falls_into_classes_to_the_last_yuan():
    size = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2023Q4"}
    found = attribution.attribute(small("baseline-2022", **size), worlds=1, shapley="none")
    paid = found.attribution[found.attribution["million_yuan"] > 0.0]
    assert paid["instrument"].nunique() > 12 and set(paid["class"]) >= {"deadweight", "additional", "unconditional"}
    by_class = found.attribution.groupby("instrument")
    whole = by_class["total"].first()
    assert by_class["million_yuan"].sum().to_numpy() == pytest.approx(whole.to_numpy(), abs=1e-6)
    assert by_class["share"].sum()[whole > 0.0].to_numpy() == pytest.approx(1.0)


def first(line, count=3):
    return [float(w.replace(",", "")) for w in re.findall(r"[-+]?[\d,]*\.?\d+", line.partition(": ")[2])[:count]]


def test_the_screen_of_an_attribution_says_what_its_tables_say(attributed):
    screen, table = describe_attribution(attributed), attributed.attribution
    told = 0
    for name in ("policy_fund", "specialised_enterprise", "scale_up"):
        rows = table[table["instrument"] == name].set_index("class")
        title = f"  {get(name).title_en} {get(name).title_zh}: "
        start = next(k for k, line in enumerate(screen) if line.startswith(title))
        wanted = [rows["total"].iloc[0], rows["total_low"].iloc[0], rows["total_high"].iloc[0]]
        assert first(screen[start]) == pytest.approx([v / 100.0 for v in wanted], rel=6e-3, abs=5e-5)
        for kind in (c for c in PaymentClass if rows.loc[c, "share"] > 1e-3):
            row = rows.loc[kind]
            line = next(line for line in screen[start:] if line.startswith(f"    {kind} {kind.chinese}: "))
            wanted = [row[k] / 100.0 for k in ("million_yuan", "low", "high")]
            assert first(line) == pytest.approx(wanted, rel=6e-3, abs=5e-5), line
            share = f"{row['share']:.1%} [{row['share_low']:.1%}, {row['share_high']:.1%}]"
            assert line.endswith(share)
            told += 1
    assert told >= 4
    fund_rows = table[table["instrument"] == "policy_fund"].set_index("class")
    added, saved = fund_rows.loc["additional", "private_added"], fund_rows.loc["deadweight", "private_saved"]
    fund = f"  {get('policy_fund').title_en} "
    start = next(k for k, line in enumerate(screen) if line.startswith(fund))
    line = next(line for line in screen[start:] if "private money of the firms it paid for spending" in line)
    assert f" {first(line, 1)[0]:g} " in line and first(line, 1)[0] == pytest.approx(added / 100.0, rel=6e-3, abs=5e-5)
    assert re.search(r"多投, ([\d.]+)", line)[1] == pytest.approx(f"{saved / 100.0:.3g}") or saved < 0.01


def test_the_prize_for_the_world_500_is_on_the_screen_whatever_it_paid(attributed):
    (line,) = [row for row in describe_attribution(attributed) if "Prize for entering the World 500" in row]
    rows = attributed.attribution_clauses.query("clause == 'world_500'")
    if rows.empty:
        assert "paid in none of 2 worlds 2个世界中均未支付" in line
    else:
        row = rows.iloc[0]
        assert f"paid in {row['worlds_paid']} of 2 worlds 2个世界中{row['worlds_paid']}个支付过" in line
        assert first(line) == pytest.approx(
            [row[k] / 100.0 for k in ("total", "total_low", "total_high")], rel=6e-3, abs=5e-5
        )
    assert "入选世界500强的奖励" in line


def test_what_paid_nothing_is_not_among_what_the_money_bought(attributed):
    screen = describe_attribution(attributed)
    first, last = (
        next(k for k, line in enumerate(screen) if line.startswith(words))
        for words in ("What the money bought", "Public money per extra outcome")
    )
    bought = "\n".join(screen[first:last])
    assert "Energy-use budget" not in bought and "用能预算" not in bought  # a cap buys nothing
    assert "Peak-climbing" not in bought and "peak_climbing" not in bought
    assert "Policy fund 政策性资金: " in bought
    assert "2022-2023 together" in bought and "2022—2023年累计" in bought


def test_amounts_by_group_add_up_to_their_clause_and_have_an_interval(attributed):
    groups = attributed.attribution_groups
    for (instrument, clause), rows in groups.groupby(["instrument", "clause"]):
        table = attributed.attribution_clauses
        whole = table[(table["instrument"] == instrument) & (table["clause"] == clause)]["total"].iloc[0]
        assert rows["million_yuan"].sum() == pytest.approx(whole)
    assert (groups["low"] >= 0.0).all() and (groups["low"] <= groups["million_yuan"]).all()
    assert (groups["high"] >= groups["million_yuan"]).all()
