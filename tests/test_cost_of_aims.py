"""What an extra unit of what an instrument is meant to move costs: declared once, worked by hand, told as it is."""

import dataclasses
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest

from sim import policies as registry
from sim.experiments import attribute as attribution
from sim.experiments.cost_of_aims import aimed_at, cost_of, cost_table
from sim.experiments.replicate import replicate
from sim.experiments.unit_cost import Found
from sim.firms.newcomers import Newcomers
from sim.measure.adding_up import together
from sim.report.attribution_console import describe_attribution
from sim.report.cost_console import WHY, describe_costs
from sim.report.quoted import changed
from sim.tables.catalogue import CITY, COST, listed, outcomes
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.terms import FIRM_TERMS, Terms
from tests.attribution_bench import world
from tests.conftest import drawn, small

TEN = np.full(3, 10.0)
FIGURES = ["paid", "extra_money", "effect", "cost_per_unit", "cost_low", "cost_high"]
FIRMS = outcomes()["champions"]


@pytest.mark.parametrize("name", registry.names())
def test_every_instrument_says_which_outcomes_of_the_city_it_is_meant_to_move(name):
    """Each is defined without the instrument, measured in its own world, and better in one direction."""
    aims = registry.get(name).aims
    assert aims and len(set(aims)) == len(aims), f"{name}: name in `aims` what it is meant to move"
    for known in (outcomes()[aim] for aim in aims):
        assert CITY in known.levels and known.sign and not known.needs and not known.against, f"{name}: {known.name}"
        assert COST in known.uses, f"{name}: {known.name}"
        assert not known.less, f"{name}: {known.name} is less {known.less}: it falls when that rises, whatever firms do"


def cost(money, extra, paid=TEN, outcome=FIRMS, *, apart=False):
    """Return the figures of a cost and what was found."""
    figures, found = cost_of(np.array(paid), np.array(money), np.array(extra), outcome, apart=apart)
    return *figures, found


def test_the_cost_of_an_extra_unit_is_mean_money_over_mean_effect_with_fiellers_interval():
    """Ten for 4, 5, 6: ten is known, and 5 lies within 4.3027 x 1 / sqrt(3) = 2.4841 (two degrees of freedom)."""
    *figures, found = cost(TEN, [4.0, 5.0, 6.0])
    assert found is Found.COST
    assert figures == pytest.approx((2.0, 10.0 / 7.48414, 10.0 / 2.51586), rel=1e-5)


def test_the_money_is_what_the_package_costs_more_and_not_what_the_instrument_paid():
    """It paid 1 and others stopped paying, or paid more, for the same things."""
    ones = TEN / 10.0
    assert cost(TEN, [4.0, 5.0, 6.0], paid=ones)[0] == pytest.approx(2.0)
    assert cost([9.0, 10.0, 11.0], [5.0, 5.0, 5.0], paid=ones)[0] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("money", "extra", "why"),
    [
        (TEN, [0.0, 5.0, 10.0], Found.UNCERTAIN),  # 5 within 12.4: Fieller's interval has no end
        (TEN, [0.0, 0.0, 1.0], Found.UNCERTAIN),  # seen in one world of three
        (TEN, [-4.0, -5.0, -6.0], Found.CONTRARY),
        (-TEN, [-4.0, -5.0, -6.0], Found.CONTRARY),
        (TEN, [0.0, 0.0, 0.0], Found.NO_EFFECT),
        (TEN, [4e-5, 4e-5, 4e-5], Found.TOO_SMALL),  # of a firm: it reads as 0
        (TEN, [1e-7, 0.0, 0.0], Found.TOO_SMALL),  # not told from zero, and nobody could read from what
        ([0.0, 5.0, 10.0], [4.0, 5.0, 6.0], Found.MONEY_UNCERTAIN),
        ([0.0, 0.0, 0.0], [4.0, 5.0, 6.0], Found.NO_MONEY),  # others pay less by what it pays
        (-TEN, [4.0, 5.0, 6.0], Found.CHEAPER),
        (TEN[:1], [5.0], Found.UNCERTAIN),  # of one world nothing is known
    ],
)
def test_no_cost_is_given_without_more_money_and_a_sure_effect_the_right_way(money, extra, why):
    *figures, found = cost(money, extra, paid=TEN[: len(extra)])
    assert found is why and np.isnan(figures).all()


def test_who_paid_nothing_has_no_cost_whatever_others_paid():
    assert cost(TEN, [4.0, 5.0, 6.0], paid=0.0 * TEN)[-1] is Found.NO_MONEY


def test_money_that_is_assumed_apart_from_the_effect_has_no_cost_where_it_would_seem_to_have_one():
    assert cost(TEN, [4.0, 5.0, 6.0], apart=True)[-1] is Found.APART
    assert cost(TEN, [0.0, 5.0, 10.0], apart=True)[-1] is Found.UNCERTAIN
    assert cost(TEN, [0.0, 0.0, 0.0], apart=True)[-1] is Found.NO_EFFECT


def levers_of(instrument):
    """Return the levers of an instrument that are numbers."""
    return [lever for lever, value in instrument if isinstance(value, float) and value]


def halved(instrument, levers):
    return instrument.model_copy(update={lever: getattr(instrument, lever) / 2.0 for lever in levers})


def promised(kind, instrument, view):
    """Return whether an instrument promises firms anything or buys something for them, and all of it, as text."""
    terms = Terms(view.firms.rows)
    kind.announce(instrument, view, terms)
    bought = [
        (c.clause, c.rows.tobytes(), c.buys.tobytes()) for c in kind.claim(instrument, view) if c.buys is not None
    ]
    sums = {name: terms.column(name).tobytes() for name in FIRM_TERMS if terms.column(name).any()}
    schemes = [[getattr(s, f.name) for f in dataclasses.fields(s)] for found in terms._schemes.values() for s in found]
    newcomers = repr(terms.newcomers)
    acts = bool(sums or schemes or terms.energy or bought or newcomers != repr(Newcomers()))
    return acts, f"{sums} {schemes} {terms.energy} {newcomers} {bought}"


def unseen_levers(kind, run, monkeypatch):
    """Return the levers of an instrument alone in a world that move nothing that firms are promised, none where it
    promises nothing.
    """
    as_it_is, acts, unseen = SimpleNamespace(announce=kind.announce, claim=kind.claim), [], set()

    def step(instrument, view, terms):
        acts.append(promised(as_it_is, instrument, view)[0])
        unseen.update(levers_of(instrument) if len(acts) == 1 else ())
        for lever in tuple(unseen):
            if promised(as_it_is, halved(instrument, [lever]), view) != promised(as_it_is, instrument, view):
                unseen.discard(lever)
        as_it_is.announce(instrument, view, terms)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "announce", step)
        run()
    return unseen if any(acts) else set()


def money_asked(kind, run, monkeypatch, levers):
    """Return the million yuan that an instrument asks for in a world, and what it would with levers halved."""
    sums = np.zeros(2)

    def paying(pay):
        def step(instrument, *seen):
            for place, arm in enumerate((instrument, halved(instrument, levers))):
                sums[place] += sum(float(claim.amounts.sum()) for claim in pay(arm, *seen))
            return pay(instrument, *seen)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(kind, "claim", paying(kind.claim))
        patch.setattr(kind, "take_up", paying(kind.take_up))
        run()
    return sums


@pytest.mark.parametrize("name", drawn(registry.names(), 5))
def test_an_instrument_whose_money_may_be_halved_while_it_does_the_same_says_so(name, monkeypatch):
    """Levers that move nothing that firms are promised are halved at once: where that halves all that is paid, any
    money buys the whole effect.
    """
    kind = registry.get(name)
    spec = small("no-policy", horizon__until="2024Q4").with_changes({f"policies.{name}": {}})

    def run():
        replicate(spec, 1, 0)

    unseen = unseen_levers(kind, run, monkeypatch)
    asked, less = money_asked(kind, run, monkeypatch, unseen) if unseen else (0.0, 0.0)
    free = asked > 0.0 and less == pytest.approx(asked / 2.0)
    assert kind.apart == free, f"{name}: say so in `apart`, or tie the money to what it does; unseen: {sorted(unseen)}"


def bench_values():
    """Three worlds: four million yuan of awards, and ten more of the package, for 4, 5, 6 more champions, no national
    and fewer provincial little giants; ten for 40, 50, 60 tce less energy.
    """
    values = {}
    for number, more in enumerate((4.0, 5.0, 6.0)):
        titles = {"provincial_little_giants": -more, "national_little_giants": 0.0, "champions": more}
        values[number] = {
            "names": ["specialised_enterprise", "energy_budget"],
            "aims": {
                "specialised_enterprise": {"paid": 4.0, "money": 10.0, "moved": titles},
                "energy_budget": {"paid": 4.0, "money": 10.0, "moved": {"energy_use": -10.0 * more}},
            },
        }
    return values


def test_a_unit_less_is_extra_where_less_is_better_and_its_effect_keeps_its_sign():
    table = cost_table(bench_values()).set_index("outcome")
    assert table.loc["champions", FIGURES].to_list() == pytest.approx([4.0, 10.0, 5.0, 2.0, 1.33616, 3.97478], rel=1e-5)
    saved = table.loc["energy_use"]
    assert saved[FIGURES].to_list() == pytest.approx([4.0, 10.0, -50.0, 0.2, 0.133616, 0.397478], rel=1e-5)
    assert table["found"].to_list() == ["against its aim", "no effect", "cost", "cost"]
    assert table.loc["champions", "unit"] == "firms" and saved["name_zh"] == "用能预算管理：用能量"


def test_the_screen_tells_a_cost_or_why_there_is_none_in_both_languages():
    """200 wan a champion; 0.2 million yuan a tce are 20 yi per ten thousand tce."""
    spec = small("no-policy", horizon__until="2023Q4")
    said = "\n".join(describe_costs(spec, cost_table(bench_values())))
    assert "what the package costs more than the same package without this one instrument, 2022-2023 together" in said
    assert "全部政策比仅缺该政策时多付的财政资金（2022—2023年累计，未扣除收回的部分）" in said
    assert "before anything of it comes back" in said and not re.search("save|省下|节省", said)
    assert (
        "Specialised-enterprise awards 专精特新奖励 (paid 支付 0.04 [0.04, 0.04] 亿元; "
        "with it the package costs 全部政策因此多付 +0.1 [+0.1, +0.1] 亿元):"
    ) in said
    champions, provincial, national, energy = (
        next(line for line in said.splitlines() if outcomes()[name].english in line)
        for name in ("champions", "provincial_little_giants", "national_little_giants", "energy_use")
    )
    assert "end of 2023 2023年末: +5 [+2.52, +7.48] 家; one more 家 took 200 [134, 397] 万元" in champions
    assert "-5 [-7.48, -2.52] 家; against its aim, so no cost is given 与目标相反，不给出单位成本" in provincial
    assert "0 家, in each of 3 worlds 3个世界均无差别" in national
    assert "2022-2023 together" in energy and "one less 万吨标准煤 took 20 [13.4, 39.7] 亿元 每少一单位" in energy


def test_an_effect_that_may_be_nothing_is_told_without_a_cost():
    values = bench_values()
    for number, more in enumerate((0.0, 5.0, 10.0)):
        values[number]["aims"]["specialised_enterprise"]["moved"]["champions"] = more
    said = "\n".join(describe_costs(small("no-policy", horizon__until="2023Q4"), cost_table(values)))
    assert "+5 [-7.42, +17.4] 家; cannot be told from zero, so no cost is given 与零无法区分，不给出单位成本" in said


def on_screen(instrument, outcome, effect, paid=TEN, money=TEN):
    """Return the lines on an instrument and on what it is meant to move."""
    names = registry.get(instrument).aims
    told = [{"paid": p, "money": m, "moved": dict.fromkeys(names, e)} for p, m, e in zip(paid, money, effect)]  # noqa: B905
    values = {k: {"names": [instrument], "aims": {instrument: world}} for k, world in enumerate(told)}
    screen = describe_costs(small("no-policy", horizon__until="2023Q4"), cost_table(values))
    return screen[3], next(line for line in screen[4:] if outcomes()[outcome].english in line)


def test_what_paid_nothing_and_acts_is_told_with_its_effect_and_no_money():
    head, line = on_screen("energy_budget", "energy_use", [-4e4, -5e4, -6e4], paid=0.0 * TEN, money=-TEN)
    assert "Energy-use budget 用能预算管理 (no money 没有支付; with it the package costs 全部政策因此多付 -0.1" in head
    assert "-5 [-7.48, -2.52] 万吨标准煤; no money, so no cost is given 没有支付财政资金，不给出单位成本" in line


def test_an_effect_that_reads_as_nothing_is_told_as_smaller_than_what_is_shown():
    _, line = on_screen("smart_loan", "digital_share", [2e-7, 2e-7, 2e-7])
    assert "not 0 and less than 0.0001 percentage points 个百分点, so no cost is given 不为零而小于所示精度" in line
    assert "took" not in line


def test_a_difference_of_shares_is_in_percentage_points():
    _, line = on_screen("smart_loan", "digital_share", [0.04, 0.05, 0.06])
    assert "+5 [+2.52, +7.48] percentage points 个百分点; one more percentage point 个百分点 took 0.02 [" in line
    assert "%" not in line
    row = SimpleNamespace(above_zero=1.0, below_zero=0.0)
    for known in (o for o in listed(CITY) if o.read_unit == "%"):
        assert changed(known, row, (0.05, 0.04, 0.06), 3) == "+5 [+4, +6] percentage points 个百分点"
        assert "%" not in changed(known, SimpleNamespace(above_zero=0.0, below_zero=0.0), (0.0, 0.0, 0.0), 3)


@pytest.mark.parametrize("found", [f for f in Found if f not in (Found.COST, Found.NO_EFFECT, Found.TOO_SMALL)])
def test_every_reason_for_no_cost_has_its_words_in_both_languages(found):
    english, chinese = WHY[found]
    assert english.isascii() and not chinese.isascii()


def test_an_instrument_is_held_against_the_twin_without_it():
    """It paid 36 of the 90 that the package pays; without it 70 are paid, since others take over."""
    full, twin = world(), world()
    full.paid = {"listing_support": 36.0, "talent": 1.0}
    full.together, twin.together = {"listed_firms": 90.0, "champions": 4.0}, {"listed_firms": 87.0, "champions": 1.0}
    full.together["public_cost"], twin.together["public_cost"] = 90.0, 70.0
    assert aimed_at(full, twin, "listing_support") == {"paid": 36.0, "money": 20.0, "moved": {"listed_firms": 3.0}}


def test_where_another_pays_the_same_projects_the_package_costs_more_than_the_instrument_pays():
    """Under `highest` a project is paid by who pays most: the subsidy of 12 % stands behind one of 50 %, and the
    package costs only what the higher rate adds, also by projects that are done for it.
    """
    spec = small("no-policy", horizon__until="2022Q4", population__above_scale=100, population__below_scale=40)
    spec = spec.with_changes({"policies.digital_subsidy": {}, "policies.cloud_support": {"rate": 0.3, "cap": 10.0}})
    table = attribution.attribute(spec, worlds=2, shapley="none").attribution_costs
    row = table[table["instrument"] == "cloud_support"].iloc[0]
    more = [
        replicate(s, 1, n).years["public_cost"].sum() for s in (spec, spec.without("cloud_support")) for n in (0, 1)
    ]
    assert row["extra_money"] == pytest.approx(np.mean(more[:2]) - np.mean(more[2:]), abs=1e-9)
    assert 0.0 < row["extra_money"] < row["paid"]


def test_money_and_effect_are_those_of_the_whole_years():
    """The run ends in the middle of 2023: what is paid in that half year has no outcomes beside it."""
    spec = small("no-policy", horizon__until="2023Q2", population__above_scale=100, population__below_scale=40)
    spec = spec.with_changes({"policies.digital_subsidy": {}, "policies.digital_diagnosis": {}})
    found = attribution.attribute(spec, worlds=2, shapley="none")
    table = found.attribution_costs.set_index(["instrument", "outcome"])
    assert set(table["worlds"]) == {2}
    for name in spec.policies:
        full, twin = ([replicate(s, 1, number) for number in range(2)] for s in (spec, spec.without(name)))
        paid = [_paid(result, name) for result in full]
        assert table.loc[name, "paid"].to_list() == pytest.approx([np.mean(paid)] * len(table.loc[name]))
        assert 0.0 < np.mean(paid) < _all_paid(full, name)
        for aim in registry.get(name).aims:
            moved = [
                together(outcomes()[aim], here.years[aim] - there.years[aim])[-1]
                for here, there in zip(full, twin, strict=True)
            ]
            assert table.loc[(name, aim), "effect"] == pytest.approx(np.mean(moved), abs=1e-9)
    assert "Public money per extra outcome" in "\n".join(describe_attribution(found))


def _paid(result, name, until=2022):
    ledger = result.ledger
    chosen = ((ledger["instrument"] == name) & (ledger["quarter"] // 4 <= until))[ledger["batch"]]
    return ledger["fen"][chosen].sum() / FEN_PER_MILLION


def _all_paid(results, name):
    return np.mean([_paid(result, name, math.inf) for result in results])
