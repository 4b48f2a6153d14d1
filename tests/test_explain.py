"""`explain`: what it says of a firm is what a stepped model and its ledger say, and what cannot be asked is refused."""

import json
import math
import re
import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cli
import sim
from sim import ClusterModel
from sim.behaviours import entry_exit, investment
from sim.calendar.quarter import FIRST
from sim.calendar.year import TITLE_ROUND
from sim.commands import commands
from sim.experiments.explain import explain, explain_all
from sim.experiments.named_firm import WantedFirm, wanted_firm
from sim.experiments.open_model import Onlooker, OpenModel
from sim.experiments.payment_classes import PaymentClass
from sim.experiments.rationed import By, wanted_column
from sim.experiments.watch import paid_for, watch, watched
from sim.firms.columns import columns
from sim.luck.keys import firm_keys
from sim.report.explained import FORMAT, as_data, describe_explained
from sim.report.life_console import Figure, awards_lines, reasons, spans
from sim.report.life_years import CODED, PRICE, STANDING, flows, year_lines
from sim.scenario.files import ScenarioError
from sim.tables.kinds import kind_names
from sim.tables.milestones import TITLES, Kind
from sim.tables.units import DUST, FEN_PER_MILLION
from sim.treasury.claims import Spending
from tests.conftest import small
from tests.registers import firm, grid, write_csv

SEED, UNTIL = 3, "2023Q4"
FENGHE = Path(__file__).parent / "cities" / "fenghe"
PAGE = Path(sim.__file__).parents[1] / "docs" / "explain.md"
CHINESE = re.compile("[一-鿿]")
TINY = {"population.above_scale": 200, "population.below_scale": 100}
SMALL = ("--set", "population.above_scale=600", "--set", "population.below_scale=900", "--until", "2022Q4")


def clustersim(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


@pytest.fixture(scope="module")
def spec():
    """An envelope that cannot pay all, and a cap that binds."""
    tight = {"envelope.amount_a_year": 1500.0, "policies.energy_budget.extra_tightening": 0.1}
    return small("baseline-2022", horizon__until=UNTIL).with_changes(tight)


@pytest.fixture(scope="module")
def stepped(spec):
    """A model stepped by hand, and what each quarter left: every column, and what was reached."""
    model, quarters = ClusterModel(spec, SEED), []
    for _ in range(spec.until - FIRST + 1):
        model.step()
        quarters.append((str(model.quarter), model.firms.copy(), model.events))
    return model, quarters


@pytest.fixture(scope="module")
def rows(stepped):
    """The largest steel group, and twenty firms drawn from those that the start holds."""
    start = stepped[0].start.firms
    steel = 4
    largest = int(start.start[steel] + np.argmax(start.last_revenue[start.start[steel] : start.first_entrant[steel]]))
    drawn = np.random.default_rng(14).choice(np.flatnonzero(start.active), 20, replace=False)
    return [largest, *drawn.tolist()]


@pytest.fixture(scope="module")
def found(spec, stepped, rows):
    firms = [WantedFirm(cluster=4), *(WantedFirm(int(stepped[0].start.firms.key[row])) for row in rows[1:])]
    return explain_all(spec, firms, seed=SEED)


def test_the_rows_of_a_firm_are_those_of_a_stepped_model_bit_for_bit(stepped, rows, found):
    for row, told in zip(rows, found, strict=True):
        there = [(quarter, firms) for quarter, firms, _ in stepped[1] if firms.active[row]]
        assert [each["quarter"] for each in told.here.quarters] == [quarter for quarter, _ in there]
        for each, (_, firms) in zip(told.here.quarters, there, strict=True):
            assert each == {"quarter": each["quarter"]} | {n: getattr(firms, n)[row].tolist() for n in columns()}
        reached = [(q, str(e.kind), str(e.unit)) for q, _, events in stepped[1] for e in events if row in e.rows]
        assert [tuple(each.values()) for each in told.here.reached] == reached


def test_the_money_of_a_firm_is_what_the_ledger_paid_it_to_the_fen(stepped, rows, found):
    paid_at_all = 0
    for row, told in zip(rows, found, strict=True):
        ledger = [
            (str(p.quarter), p.instrument, p.clause, p.trigger, p.form, int(fen))
            for p in stepped[0].ledger.payments
            for fen in p.fen[p.rows == row]
        ]
        assert [(a.quarter, a.instrument, a.clause, a.trigger, a.form, a.fen) for a in told.awards] == ledger
        assert math.isclose(
            sum(a.fen for a in told.awards) / FEN_PER_MILLION, sum(p[-1] for p in ledger) / FEN_PER_MILLION
        )
        paid_at_all += bool(ledger)
    assert paid_at_all > 5


def test_the_classes_of_all_firms_add_up_to_what_attribute_says_of_the_instrument(spec):
    """Every firm that one instrument paid is explained, and the shares are those of the split of the whole; who gets
    the title by then without the award is deadweight, who never does is not."""
    from sim.experiments.payment_classes import split

    name, short = "specialised_enterprise", spec.with_changes({"horizon.until": "2022Q4", "envelope": None} | TINY)
    alone = short.with_policies({name: {}})
    model = ClusterModel(alone, SEED)
    full, twin = (
        watched(model, spending=paid_for(alone)),
        watched(ClusterModel(alone.without(name), SEED), payments=False),
    )
    parts = split(full, twin, name)
    keys = {p.key for clauses in full.payments[name].values() for p in clauses}
    by_class = {}
    for told in explain_all(alone, [WantedFirm(key) for key in sorted(keys)], seed=SEED):
        for award in told.awards:
            assert math.isclose(sum(award.classes.values()), 1.0)
            assert ("deadweight" in award.classes) == (min(award.twin.reached, default="9") <= award.judged)
            assert ("additional" in award.classes) <= (award.twin.reached == [])
            for kind, share in award.classes.items():
                by_class[kind] = by_class.get(kind, 0.0) + share * award.fen / FEN_PER_MILLION
    wanted = {}
    for (_, _, kind, _, _), amount in parts.items():
        wanted[kind] = wanted.get(kind, 0.0) + amount
    assert by_class == pytest.approx(wanted) and wanted


def test_what_rationed_a_firm_is_what_its_columns_and_the_ledger_say(stepped, rows, found):
    by = {each: 0 for each in By}
    for row, told in zip(rows, found, strict=True):
        for each in told.rationed:
            by[each.by] += 1
            if each.by not in (By.ENERGY, By.MONEY):
                continue
            (firms,) = (firms for quarter, firms, _ in stepped[1] if quarter == each.quarter)
            if each.by is By.ENERGY:
                lacked = firms.output_lost[row]
            else:
                lacked = getattr(firms, wanted_column(Spending(each.what)))[row] - getattr(firms, each.what)[row]
            assert math.isclose(each.wanted - each.got, lacked, rel_tol=1e-9) and lacked > 0.0
        lost = sum(firms.output_lost[row] for _, firms, _ in stepped[1] if firms.active[row])
        told_lost = sum(each.wanted - each.got for each in told.rationed if each.by is By.ENERGY)
        assert math.isclose(lost, told_lost, rel_tol=1e-9, abs_tol=1e-6)
    assert by[By.MONEY] > 0 and by[By.CUT] > 0, by


RULED = {
    "two_high_projects": {"rule": {"2022": "swap", "2023": "block"}},
    "land_budget": {"supply_a_year": 0, "in_force": {"2022": True, "2023": False}},
    "capacity_elimination": {"share": 0.2},
}


@pytest.fixture(scope="module")
def ruled():
    """Every starting firm explained where expansions are refused and plants closed, and a plain model beside it."""
    none = small("no-policy", horizon__until=UNTIL).with_changes(TINY)
    spec = none.with_changes({f"policies.{name}": levers for name, levers in RULED.items()})
    model, told = ClusterModel(spec, SEED), {}
    firms = model.start.firms
    rows = np.flatnonzero(firms.active).tolist()
    explained = explain_all(spec, [WantedFirm(int(firms.key[row])) for row in rows], seed=SEED, against=spec)
    for row, each in zip(rows, explained, strict=True):
        for short in each.rationed:
            told[row, short.quarter, short.by] = short
    return model, told, explained


def test_what_a_rule_refused_of_an_expansion_an_order_closed_and_land_lacked_is_told_and_nothing_else(
    ruled, monkeypatch
):
    """Each is seen where it happens in a model that nobody looks into: before and after the cut, and at the closing."""
    model, told, _ = ruled
    seen, permit, close = {}, investment._permit, entry_exit._close
    known = {row for row, _, _ in told} | set(np.flatnonzero(model.start.firms.active).tolist())

    def note(setting, by, wanted, got):
        for row in np.flatnonzero(model.firms.active & (wanted - got > DUST)).tolist():
            if row in known and model.firms.key[row] == model.start.firms.key[row]:
                seen[row, str(setting.quarter), by] = wanted[row], got[row]

    def permitted(firms, setting, rule):
        before = firms.wanted_expansion.copy()
        permit(firms, setting, rule)
        note(setting, By.SWAP, before, firms.wanted_expansion)

    def closed(firms, setting, *leaving):
        capital = firms.capital.copy()
        note(setting, By.ORDER, capital, capital * (1.0 - setting.terms.column("closure")))
        return close(firms, setting, *leaving)

    monkeypatch.setattr(investment, "_permit", permitted)
    monkeypatch.setattr(entry_exit, "_close", closed)
    while model.running:
        model.step()
        firms = model.firms
        if model.quarter.year == 2022:  # the budget ends with it, its last columns stay
            for row in np.flatnonzero(firms.active & (firms.land_short > DUST)).tolist():
                if row in known and firms.key[row] == model.start.firms.key[row]:
                    needed = firms.land_short[row] + firms.land_allotted[row]
                    seen[row, str(model.quarter), By.LAND] = needed, firms.land_allotted[row]
    by_rule = {at: short for at, short in told.items() if at[-1] in (By.SWAP, By.ORDER, By.LAND)}
    left = {at for at in by_rule.keys() - seen.keys() if at[-1] is By.LAND}  # it closed in the quarter
    assert by_rule.keys() - left == seen.keys()
    for at, (wanted, got) in seen.items():
        assert (by_rule[at].wanted, by_rule[at].got) == pytest.approx((wanted, got), rel=1e-9), at
    assert {at[-1] for at in seen} == {By.SWAP, By.ORDER, By.LAND}
    assert len(left) < 0.1 * len(by_rule)


def test_what_rules_refused_is_on_the_page_in_its_unit_and_both_languages(ruled):
    pages = ["\n".join(describe_explained(each)) for each in ruled[-1]]
    for each, page in zip(ruled[-1], pages, strict=True):
        assert ("in no quarter" in page) == (not each.rationed)
    text = "\n".join(pages)
    assert re.search("rule on two-high projects “两高”项目规定: expansion 扩产投资: 202.*亿元\n", text)
    assert re.search("land budget 产业用地指标: land 用地面积: 202.* mu 亩\n", text)
    assert re.search("ordered to close 按要求关停: capital 固定资本: 202.*亿元 .2021 prices 2021年价.\n", text)


def test_what_the_envelope_cut_of_all_firms_is_what_the_ledger_dropped(spec):
    """In one quarter all who were cut are explained: asked less paid, to the fen."""
    poor = spec.with_changes(TINY | {"horizon.until": "2022Q1", "envelope.amount_a_year": 1.0})
    model = ClusterModel(poor, SEED)
    model.step()
    keys = [int(key) for key in model.start.firms.key[model.start.firms.active]]
    told = explain_all(poor, [WantedFirm(key) for key in keys], seed=SEED, against=poor)
    cut = sum(round((e.wanted - e.got) * FEN_PER_MILLION) for each in told for e in each.rationed if e.by is By.CUT)
    outside = sum(fen for (_, name, clause), fen in model.ledger.cut.items() if (name, clause) in _paid_outside(model))
    assert cut + outside == model.ledger.dropped_fen and cut > 0


def _paid_outside(model):
    return {(p.instrument, p.clause) for p in model.ledger.payments if (p.rows < 0).any()}


class Rounds(Onlooker):
    """Keeps the title rounds of the quarter that holds them."""

    def __init__(self, kept):
        self.kept = kept

    def sold(self, model, setting):
        if setting.quarter.season == TITLE_ROUND:
            self.kept += [decided for decided, _ in model.title_rounds(setting)]


class Ends(Onlooker):
    """Keeps the quarters that have ended."""

    def __init__(self, kept):
        self.kept = kept

    def ended(self, model):
        self.kept.append(str(model.quarter))


def test_who_did_not_win_a_title_scored_less_than_the_last_who_did(spec):
    """Of every firm: whoever the model gave a title missed none of it, and every other has a reason."""
    short = spec.with_changes(TINY | {"horizon.until": "2022Q3"})
    model, rounds = OpenModel(short, SEED), []
    model.onlookers = [Rounds(rounds)]
    for _ in range(3):
        model.step()
    firms = model.start.firms
    lowest = {TITLES[r.rank]: r.score[np.isin(r.candidates, r.winners)].min() for r in rounds if r.winners.size}
    assert {str(TITLES[r.rank]): r.winners.tolist() for r in rounds} == {
        str(e.kind): e.rows.tolist() for e in model.events if e.kind in TITLES
    } | {str(TITLES[r.rank]): [] for r in rounds if not r.winners.size}
    rows = np.flatnonzero(firms.active)
    won = {(str(e.kind), int(row)) for e in model.events for row in e.rows if e.kind in TITLES}
    told = explain_all(short, [WantedFirm(int(firms.key[row])) for row in rows], seed=SEED, against=short)
    reasons_seen = set()
    for row, each in zip(rows.tolist(), told, strict=True):
        missed = {m.what: m for m in each.missed if m.what in set(TITLES)}
        assert not {what for what, winner in won if winner == row} & missed.keys()
        for m in missed.values():
            reasons_seen.add(m.because)
            if m.because == "outscored":
                assert (
                    m.figures["score"] <= m.figures["last"] == lowest[m.what]
                    and m.figures["applicants"] > m.figures["places"]
                )
            if m.because == "not_worth_it":
                assert m.figures["chance"] <= m.figures["least"]
        if model.firms.active[row] and model.firms.specialised_title[row] == 0:
            assert missed.keys() == set(TITLES)  # without any title, it missed all three
    assert {"outscored", "not_worth_it", "below_scale", "too_small", "lower_title_first"} <= reasons_seen


def test_looking_in_changes_no_number(spec):
    seen = explain(spec, WantedFirm(1), seed=SEED)
    plain = ClusterModel(spec, SEED)
    plain.run_model()
    last = seen.here.quarters[-1]
    row = int(np.flatnonzero(plain.firms.key == np.uint64(1))[0])
    assert last["cash"] == plain.firms.cash[row] and last["quarter"] == UNTIL


def test_both_sides_of_the_page_are_the_same_world_and_a_policy_that_pays_nobody_changes_nothing(spec):
    nothing = spec.with_changes({"policies.listing_support.award": 0.0})
    told = explain(spec.without("listing_support"), WantedFirm(cluster=4), seed=SEED, against=nothing)
    assert told.there.quarters == told.here.quarters


def test_whoever_leaves_in_one_of_two_worlds_is_told_to_the_end_in_the_other(found):
    """Whichever side ends first, each line of flows holds every year of either; what is no year is named as such."""
    (told,) = (each for each in found[:1] if len(each.here.quarters) == len(each.there.quarters) == 8)
    for side in ("here", "there"):
        short = replace(told.here, quarters=told.here.quarters[:3], closed="2022Q4")
        lines = list(year_lines(*([short, told.there] if side == "here" else [told.here, short])))
        (revenue,) = (line for line in lines if line.startswith("  revenue "))
        first, second = revenue.partition(": ")[2].split(", ")
        assert first.startswith("2022 ") and "-" not in first
        assert re.fullmatch(r"2023 - \[[0-9,.]+\]" if side == "here" else r"2023 [0-9,.]+ \[-\]", second), second
        assert any("该年各季末均未存续" in line for line in lines)
    assert not any("该年各季末均未存续" in line for line in year_lines(told.here, told.there))
    assert not any("[" in line or "未存续" in line for line in year_lines(told.here, None))


@pytest.fixture(scope="module")
def trading():
    """Every starting firm explained where all quota is for sale and binds, and the rows of a plain model."""
    rule = {"rule": "tradable", "trade": "all", "coverage": 2_000.0, "extra_tightening": 0.2}
    spec = small("no-policy", horizon__until="2022Q4").with_changes(TINY | {"policies.energy_budget": rule})
    model = ClusterModel(spec, SEED)
    keys = model.start.firms.key[model.start.firms.active].tolist()
    explained = explain_all(spec, [WantedFirm(key) for key in keys], seed=SEED, against=spec)
    quarters = {}
    while model.running:
        model.step()
        quarters[str(model.quarter)] = model.firms.copy()
    return explained, quarters


def test_what_was_bought_and_sold_of_quota_is_told_by_year_with_its_yuan_and_price(trading):
    """All firms together sold what was bought and received what was paid, and each line says so of its firm."""
    explained, quarters = trading
    years = [year for told in explained for year in as_data(told)["years"]["here"]]
    keys = np.array([told.key for told in explained], dtype=np.uint64)
    told_of = {quarter: firms.active & np.isin(firms.key, keys) for quarter, firms in quarters.items()}
    for name, column, sign in (
        ("quota_bought", "energy_bought", 1.0),
        ("quota_sold", "energy_bought", -1.0),
        ("quota_received", "quota_trade", 1.0),
        ("quota_paid", "quota_trade", -1.0),
    ):
        values = (sign * getattr(firms, column)[told_of[quarter]] for quarter, firms in quarters.items())
        wanted = math.fsum(np.maximum(each, 0.0).sum() for each in values)
        assert math.fsum(year[name] for year in years) == pytest.approx(wanted, rel=1e-9) and wanted > 0.0, name
    sold = 0
    for told in explained:
        text, (year, *_) = "\n".join(describe_explained(told)), as_data(told)["years"]["here"] or [{}]
        for name, *words in (
            ("quota_bought", "energy quota bought 购入", "paid for energy quota 购入"),
            ("quota_sold", "energy quota sold 出售", "received for energy quota 出售"),
        ):
            assert {each in text for each in words} == {bool(year.get(name))}
        traded = year.get("quota_bought", 0.0) + year.get("quota_sold", 0.0)
        assert (year.get(PRICE) is None) == (traded == 0.0)
        if traded:
            assert year[PRICE] == pytest.approx((year["quota_paid"] + year["quota_received"]) / traded)
            assert re.search("mean price of the quota that it traded 成交均价, 元/吨标准煤: 2022 [0-9,.]+ ", text)
        sold += bool(year.get("output_forgone"))
    assert sold > 0


def test_who_sold_quota_in_a_quarter_is_not_told_as_rationed_by_it_but_what_it_gave_up_is(trading):
    explained, _ = trading
    seen = {True: 0, False: 0}
    for told in explained:
        rationed = {each.quarter for each in told.rationed if each.by is By.ENERGY}
        for quarter in told.here.quarters:
            if quarter["output_lost"] > DUST:
                seller = quarter["energy_bought"] < 0.0
                assert (quarter["quarter"] in rationed) != seller
                seen[seller] += 1
        lost = math.fsum(q["output_lost"] for q in told.here.quarters)
        kept = math.fsum(e.wanted - e.got for e in told.rationed if e.by is By.ENERGY)
        chosen = math.fsum(year["output_forgone"] for year in as_data(told)["years"]["here"])
        assert lost == pytest.approx(kept + chosen, rel=1e-9, abs=1e-6)
    assert all(seen.values()), seen


def test_two_worlds_that_differ_in_more_than_policy_are_not_called_the_same(spec, found):
    told = found[0]
    assert "in the same world under" in "\n".join(describe_explained(told))
    other = spec.with_changes({"outlook.demand_shift": 0.01, "parameters.hurdle_rate": 0.15})
    page = "\n".join(describe_explained(replace(told, against=other)))
    assert "same world" not in page and "同一世界" not in page and "with the same luck" in page
    assert "outlook.demand_shift" in page and "parameters.hurdle_rate" in page
    assert as_data(replace(told, against=other))["world"]["differs"].keys() == {
        "outlook.demand_shift",
        "parameters.hurdle_rate",
    }
    assert as_data(told)["world"]["differs"] == {}


def test_what_options_and_the_variant_changed_in_the_scenario_is_on_the_page(spec, found):
    text = "\n".join(describe_explained(found[0]))
    assert "Changed by options 由选项改动: " in text and "policies.energy_budget.extra_tightening = 0.1" in text
    plain = replace(found[0], spec=small("baseline-2022"))
    assert "envelope" not in "\n".join(describe_explained(plain)).partition("By year")[0]


def test_a_small_figure_is_told_in_the_smaller_unit_and_not_as_nought(found):
    tiny = [dict(q, revenue=1e-4, energy_use=0.01) for q in found[0].here.quarters]
    lines = list(year_lines(replace(found[0].here, quarters=tiny), None))
    assert any(re.match(r"  revenue 营业收入, 万元: 2022 0\.04,", line) for line in lines)
    assert any(re.match(r"  energy use 能源消费, 吨标准煤: 2022 0\.04,", line) for line in lines)


def test_the_legend_of_award_classes_names_those_on_the_page_and_no_other(found):
    for told in found:
        lines = list(awards_lines(told.awards))
        named = {line.split()[0] for line in lines if not line.startswith("   ") and ";" not in line[:-1]} - {"Public"}
        shown = {
            kind for line in lines if "万元, " in line for kind in PaymentClass if f"{kind} {kind.chinese} " in line
        }
        assert named == set(map(str, shown))
    (award, *_) = (a for told in found for a in told.awards if a.fen > 0)
    trace = replace(award, classes={"deadweight": 1.0 - 1e-9, "additional": 1e-9})
    text = "\n".join(awards_lines([trace]))
    assert "deadweight 无谓支出 100%" in text and "additional" not in text


def test_every_reason_has_words_in_both_languages_and_every_figure_in_them_is_given(found, spec):
    used = {m.because: set(m.figures) for told in found for m in told.missed}
    for reason, (english, chinese) in reasons().items():
        english_names, chinese_names = (
            {f for _, f, _, _ in string.Formatter().parse(w) if f} for w in (english, chinese)
        )
        assert english_names == chinese_names, reason
        assert CHINESE.search(chinese) and not CHINESE.search(english.replace("亿元", "")), reason
        assert english_names <= used.get(reason, english_names), reason
    assert used.keys() <= reasons().keys()


def test_every_kind_of_event_has_a_name_in_both_languages():
    assert set(kind_names()) == set(Kind)
    assert all(CHINESE.search(chinese) and not CHINESE.search(english) for english, chinese in kind_names().values())


def test_the_page_says_every_line_in_both_languages_and_names_what_was_paid(found):
    for told in found:
        page = describe_explained(told)
        text = "\n".join(page)
        assert all(CHINESE.search(line) or "brackets" in line or "part of a group" in line for line in page if line)
        for award in told.awards:
            assert award.clause in text
    assert "Zenith Steel 中天钢铁" in describe_explained(found[0])[1]


def test_the_data_are_plain_and_their_keys_are_those_that_the_page_on_explain_lists(found):
    data = json.loads(json.dumps(as_data(found[0]), allow_nan=False))
    documented = PAGE.read_text(encoding="utf-8")
    assert data["format"] == FORMAT == 1
    for key in _keys({name: value for name, value in data.items() if name != "quarters"}):
        assert f"`{key}`" in documented or key in {*flows(), *STANDING, *CODED}, key
    assert set(data["quarters"]["here"][0]) == {"quarter", *columns()}


def _keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("figures", "classes"):
                yield from _keys(inner)
            yield key
    if isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def test_the_sums_of_a_year_are_those_of_its_quarters(found):
    data = as_data(found[0])
    for year in data["years"]["here"]:
        own = [q for q in data["quarters"]["here"] if q["quarter"].startswith(str(year["year"]))]
        assert year["quarters"] == len(own)
        assert all(math.isclose(year[name], math.fsum(flow.of(q) for q in own)) for name, flow in flows().items())


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ("Zenith Steel", (4, 0)),
        ("中天", (4, 0)),
        ("zenith", (4, 0)),
        ("stl-0-7", (4, 7)),
        ("281474976710657", (1, 0)),
    ],
)
def test_a_firm_is_found_by_name_part_label_or_key(asked, key):
    wanted = wanted_firm(asked, small("no-policy"))
    cluster, place = key
    assert wanted.key == int(firm_keys(cluster, 0, np.array([place]))[0])


@pytest.mark.parametrize("cluster", ["quality_steel", "STL", "Green quality steel", "绿色精品钢"])
def test_the_largest_of_a_cluster_is_asked_for_by_any_of_its_names(cluster):
    assert wanted_firm(f"largest {cluster}", small("no-policy")) == WantedFirm(cluster=4)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Zenit Stel", "did you mean 'Zenith Steel'?"),
        ("CATL", "fits 2 firms: CATL Jiangsu"),
        ("largest stell", "unknown cluster 'stell'"),
        ("largest", "asks for a cluster behind it"),
        ("STL-0", "'STL-0' is no label of a firm; write it like STL-0-0"),
        ("stl-0-x", "'stl-0-x' is no label of a firm; write it like STL-0-0"),
        ("XXX-0-0", "unknown cluster 'XXX'"),
        ("STL-0-99999", "there is no firm STL-0-99999; write one from STL-0-0 to STL-0-"),
        ("STL-9-99999", "does not enter in this world"),
        ("99999999999999999", "is no key of a firm"),
    ],
)
def test_a_firm_that_is_none_is_refused_in_one_line(asked, said):
    result = clustersim("explain", asked, "-q", "--scenario", "no-policy", *SMALL)
    assert result.exit_code == 2, result.output
    assert result.output.count("\n") == 1 and said in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--against", "no-fundd"), "no-fund"),
        (("--scenario", "baselin-2022"), "baseline-2022"),
        (("--against", "no-cap", "--out", "here/there/x.json"), "its folder is not there"),
    ],
)
def test_a_wrong_option_is_refused_before_any_run_in_one_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = clustersim("explain", "Zenith", *words)
    assert result.exit_code == 2 and result.output.count("\n") == 1 and said in result.output, result.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_json_or_the_page_and_writes_no_file_over_another(tmp_path):
    out = tmp_path / "firm.json"
    words = ("explain", "Zenith", "--scenario", "no-policy", *SMALL, "-q", "--json")
    printed = clustersim(*words, "--out", out)
    assert printed.exit_code == 0, printed.output
    assert json.loads(printed.output) == json.loads(out.read_text(encoding="utf-8"))
    assert json.loads(printed.output)["world"]["against"] is None  # nothing to tell beside no policy
    again = clustersim(*words, "--out", out)
    assert again.exit_code == 2 and "is there already" in again.output


def test_the_help_names_the_ways_to_ask_for_a_firm_in_both_languages():
    said = commands()["explain"].help
    assert said.count("largest") == 2 and "label" in said and "编号" in said


def test_quarters_are_listed_as_spans():
    assert spans(["2022Q1", "2022Q2", "2022Q3", "2023Q1", "2022Q2"]) == "2022Q1-2022Q3, 2023Q1"
    assert spans([]) == ""


def test_figures_read_as_people_write_them():
    assert f"{Figure(820.0):yi} {Figure(0.123):share} {Figure(1.23456):points} {Figure(3)}" == "8.2 12.3% 1.235 3"


def test_a_watched_world_is_the_same_whoever_looks(spec):
    short, looked = spec.with_changes({"horizon.until": "2022Q2"}), []
    model = OpenModel(short, SEED)
    model.onlookers = [Ends(looked)]
    seen = watched(model)
    assert looked == ["2022Q1", "2022Q2"]
    assert seen.outcomes == watched(ClusterModel(short, SEED)).outcomes
    assert watch(short, 1, 0).years == 1


def test_a_firm_of_another_city_is_explained_from_its_tables_alone():
    page = clustersim("explain", "荷花", "--city", FENGHE, "--until", "2022Q4", "-q", "--json")
    assert page.exit_code == 0, page.output
    told = json.loads(page.output)
    assert (told["firm"]["name"], told["firm"]["label"], told["firm"]["cluster_zh"]) == (
        "Lotus Toys",
        "TOY-0-0",
        "玩具",
    )
    wrong = clustersim("explain", "Zenith Steel", "--city", FENGHE, "--until", "2022Q4")
    assert wrong.exit_code == 2 and "no firm is called 'Zenith Steel'; write one like" in wrong.output
    typed = clustersim("eligible", "cluster=porcelain", "revenue=5亿元", "--city", FENGHE, "-q", "--json")
    assert typed.exit_code == 0 and len(json.loads(typed.output)["answers"]) > 30, typed.output


def test_what_waits_for_the_envelope_is_told_each_quarter_until_it_is_paid(spec):
    """A queue that pays no whole payment of a quarter keeps them all: what waits is told, nothing is cut."""
    queue = {"envelope.when_short": "queue", "envelope.amount_a_year": 1.0, "horizon.until": "2022Q2"}
    waiting = spec.with_changes(TINY | queue)
    model = ClusterModel(waiting, SEED)
    model.step()
    model.step()
    keys = [int(model.firms.key[row]) for row in np.flatnonzero(model.start.firms.active)]
    told = explain_all(waiting, [WantedFirm(key) for key in keys], seed=SEED, against=waiting)
    waits = [e for each in told for e in each.rationed if e.by is By.WAITS and e.quarter == "2022Q2"]
    known = set(keys)
    left = sum(
        int(np.rint(amount * FEN_PER_MILLION))
        for claim in model.ledger.waiting
        for row, amount in zip(claim.rows.tolist(), claim.amounts.tolist(), strict=True)
        if row >= 0 and int(model.firms.key[row]) in known
    )
    assert sum(round((e.wanted - e.got) * FEN_PER_MILLION) for e in waits) == left > 0
    assert not any(e.by is By.CUT for each in told for e in each.rationed)


@pytest.mark.parametrize("name", ["红星机械", "91320400MA1"])
def test_a_firm_of_a_register_is_found_by_name_or_code_and_told_without_them(name, tmp_path):
    known = firm(1, name="红星机械厂", code="91320400MA1", cluster="textiles", titles=None)
    register = write_csv(tmp_path / "firms.csv", grid([known]))
    spec = small("no-policy").with_changes({"firms": str(register), "horizon.until": "2022Q4"})
    page = describe_explained(explain(spec, wanted_firm(name, spec), seed=SEED))
    assert "TXT-0-0" in page[1] and not any("红星" in line or "91320400" in line for line in page)
    with pytest.raises(ScenarioError) as refused:
        wanted_firm("红星机电", spec)
    assert "红星机械" not in str(refused.value)
