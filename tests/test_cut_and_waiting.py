"""What the envelope had no room for is told: claims cut or waiting, fund money not offered, funds above it."""

import numpy as np
import pytest
from click.testing import CliRunner

import cli
from sim.calendar.quarter import FIRST, Quarter
from sim.experiments.packing import pack, unpack
from sim.experiments.run import results_of, run
from sim.report.console import describe
from sim.scenario.notes import notes, notes_of_levers
from sim.scenario.reading import load
from sim.treasury.claims import Claim
from sim.treasury.ledger import Envelope, Ledger
from tests.conftest import small

TINY = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2023Q4"}
POOR = {"envelope__amount_a_year": "0.5 亿元"}


def asking(instrument, clause, *amounts):
    return Claim(instrument, clause, "x", np.arange(len(amounts)), np.array(amounts, float))


def test_what_is_cut_is_kept_by_quarter_instrument_and_clause():
    ledger = Ledger(Envelope(5.0, "prorate"))
    ledger.pay(FIRST, [asking("a", "one", 6.0), asking("b", "two", 2.0, 2.0)])
    ledger.pay(FIRST, [asking("b", "two", 1.0)])
    assert ledger.cut == {(FIRST, "a", "one"): 300_000_000, (FIRST, "b", "two"): 200_000_000 + 100_000_000}
    assert sum(ledger.cut.values()) == ledger.dropped_fen and ledger.waits == {FIRST: {}}


def test_what_waits_is_known_after_every_quarter_and_counted_once():
    ledger = Ledger(Envelope(5.0, "queue"))
    ledger.pay(FIRST, [asking("a", "one", 4.0, 3.0)])
    ledger.pay(FIRST + 1, [])
    ledger.pay(Quarter.of(2023, 1), [])
    waits = {("a", "one"): 300_000_000}
    assert ledger.waits == {FIRST: waits, FIRST + 1: waits, Quarter.of(2023, 1): {}}
    assert ledger.cut == {} and ledger.dropped_fen == 0


@pytest.fixture(scope="module", params=["prorate", "queue"])
def poor(request):
    return run(small("baseline-2022", **TINY, **POOR, envelope__when_short=request.param), replications=3, seed=2)


def test_what_was_not_paid_is_in_the_tables_and_adds_up_over_clauses(poor):
    """Medians do not add up, means do."""
    means = poor.fiscal[poor.fiscal["year"] != "peak"].set_index(["item", "year"])["mean"]
    asked = 0.0
    for item in ("cut", "waiting"):
        by_clause = poor.awards.groupby("year")[f"{item}_million_yuan_mean"].sum()
        for year in (2022, 2023):
            assert by_clause[year] == pytest.approx(means[item, str(year)], abs=1e-9)
        asked += by_clause.sum()
    assert asked > 0.0
    dropped = np.mean([r.dropped for r in results_of(poor.values)])
    assert means["cut"].sum() == pytest.approx(dropped)
    queued = poor.experiment.base.envelope.when_short == "queue"
    assert (means["cut"].sum() == 0.0) == queued and (means["waiting"].sum() > 0.0) == queued
    assert poor.fiscal.query("item == 'waiting'")["since_start"].isna().all()


def test_the_screen_says_what_was_cut_or_waits_and_what_the_fund_could_not_offer(poor):
    screen, told = describe(poor), 0
    words = {
        "cut": "Claims cut 被削减的申请, in {0} {0}年",
        "waiting": "Claims waiting 等待支付的申请, end of {0} {0}年末",
    }
    words["fund_not_offered"] = "Fund money not offered 未提供的政策资金, in {0} {0}年"
    for row in poor.fiscal.query("item in @words").itertuples():
        lines = [line for line in screen if line.startswith(f"  {words[row.item].format(row.year)}: ")]
        assert len(lines) == int(row.p95 > 0.0), row
        for line in lines:
            figures = line.partition(": ")[2].split(" 亿")[0].replace("[", "").replace("]", "").replace(",", "").split()
            wanted = [row.median / 100.0, row.p5 / 100.0, row.p95 / 100.0]
            assert [float(f) for f in figures] == pytest.approx(wanted, rel=6e-3, abs=1e-4)
            told += 1
    assert told >= 3


def test_where_the_envelope_has_room_the_screen_says_that_nothing_was_cut():
    screen = "\n".join(describe(run(small("baseline-2022", **TINY), replications=2, seed=2)))
    assert "The envelope cut nothing and let nothing wait, 2022-2023 together" in screen
    assert "财政盘子未削减或推迟任何支付" in screen and "Claims cut" not in screen


def test_fund_money_not_offered_is_what_the_envelope_left_no_room_for(poor):
    """An envelope of 50 million a year: of 10 billion a year at least that much less four times 50 is not offered."""
    for result in results_of(poor.values):
        missing, paid = result.years["fund_not_offered"], result.years["fund_outlay"]
        assert (missing >= 10_000.0 - 4 * 50.0).all() and (missing + paid <= 10_000.0 + 1e-9).all()
        assert (missing <= result.years["fund_not_taken_up"] + 1e-9).all()
    nothing = run(small("no-policy", **TINY), replications=2, seed=2).summary.query("outcome == 'fund_not_offered'")
    assert (nothing["p95"] == 0.0).all()


def test_what_was_not_paid_survives_a_journal(poor):
    result = results_of(poor.values)[0]
    again = unpack(pack(result))
    assert all(again.unpaid[name].tolist() == result.unpaid[name].tolist() for name in result.unpaid)


def test_the_announced_leverage_stands_beside_what_is_measured(poor):
    screen, table = describe(poor), poor.leverage.set_index("outcome")
    assert table["announced"].tolist() == [16.0, 16.0, 10_000.0] and set(table["instrument"]) == {"policy_fund"}
    last = poor.summary.query("year == 2023").set_index("outcome")
    for name in table.index:
        assert table.loc[name, "median"] == pytest.approx(last.loc[name, "median"], nan_ok=True)
        if not np.isnan(last.loc[name, "median"]):
            said = "(announced 宣布 100)" if name == "fund_outlay" else "(announced 宣布 16)"  # a year 100 亿元
            assert any(said in line and last.loc[name, "name_zh"] in line for line in screen), name
    other = small("baseline-2022", **TINY, policies__policy_fund__announced_leverage=9.0)
    assert run(other, replications=1, seed=2).leverage["announced"].tolist()[:2] == [9.0, 9.0]
    assert "leverage" not in run(small("no-policy", **TINY), replications=1, seed=2).tables


FILE = """
name: big-fund
title: {en: A, zh: 甲}
question: {en: B, zh: 乙}
sources: [article p03]
extends: baseline-2022
policies: {policy_fund: {amount_a_year: %s}}
"""


def test_check_notes_a_fund_above_its_envelope_and_is_content_all_the_same(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_text(FILE % "200 亿元", encoding="utf-8")
    found = CliRunner().invoke(cli.main, ["check", str(path), "baseline-2022"])
    assert found.exit_code == 0
    (note,) = [line for line in found.output.splitlines() if "note 提示" in line]
    assert f"{path}: note 提示: policies.policy_fund.amount_a_year: 200 亿元 in 2022 lies above" in note
    assert "write at most 100 亿元" in note and "请写不高于100 亿元" in note


@pytest.mark.parametrize(
    ("changes", "year"),
    [
        ({}, None),
        ({"policies.policy_fund.amount_a_year": {"2022Q1": 10_000.0, "2024Q1": 12_000.0}}, 2024),
        ({"envelope.amount_a_year": {"2022Q1": 10_000.0, "2023Q3": 9_000.0}}, 2023),
        ({"envelope.amount_a_year": 5_000.0, "policies.policy_fund": None}, None),
        ({"envelope.amount_a_year": 5_000.0, "policies.policy_fund.from": "2023Q4"}, 2024),
    ],
)
def test_a_fund_is_held_against_the_envelope_year_by_year(changes, year):
    found = notes(load("baseline-2022").with_changes(changes))
    assert [int(note.split(" in ")[1][:4]) for note in found] == ([] if year is None else [year])


def test_a_search_notes_a_lever_that_reaches_above_the_envelope():
    spec = load("baseline-2022")
    assert notes_of_levers(spec, {"policies.policy_fund.amount_a_year": [0.0, 10_000.0]}) == []
    (note,) = notes_of_levers(spec, {"policies.policy_fund.amount_a_year": [0.0, 20_000.0]})
    assert note.startswith("where --lever reaches furthest, policies.policy_fund.amount_a_year: 200 亿元 in 2022")
    assert len(notes_of_levers(spec, {"envelope.amount_a_year": [5_000.0, 30_000.0]})) == 1
    large = spec.with_changes({"policies.policy_fund.amount_a_year": 20_000.0})
    assert notes_of_levers(large, {"policies.scale_up.rate": [0.0, 1.0]}) == []  # `check` said it of the file
