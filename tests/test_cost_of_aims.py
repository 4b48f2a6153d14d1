"""What an extra unit of what an instrument is meant to move costs: declared once, worked by hand, told as it is."""

import math

import numpy as np
import pytest

from sim import policies as registry
from sim.experiments import attribute as attribution
from sim.experiments.cost_of_aims import Found, aimed_at, cost_of, cost_table
from sim.experiments.replicate import replicate
from sim.measure.adding_up import together
from sim.report.attribution_console import describe_attribution
from sim.report.cost_console import describe_costs
from sim.tables.catalogue import CITY, COST, outcomes
from sim.tables.units import FEN_PER_MILLION
from tests.attribution_bench import world
from tests.conftest import small

TEN = np.full(3, 10.0)
FIGURES = ["paid", "effect", "cost_per_unit", "cost_low", "cost_high"]


@pytest.mark.parametrize("name", registry.names())
def test_every_instrument_says_which_outcomes_of_the_city_it_is_meant_to_move(name):
    """Each is defined without the instrument, measured in its own world, and better in one direction."""
    aims = registry.get(name).aims
    assert aims and len(set(aims)) == len(aims), f"{name}: name in `aims` what it is meant to move"
    for known in (outcomes()[aim] for aim in aims):
        assert CITY in known.levels and known.sign and not known.needs and not known.against, f"{name}: {known.name}"
        assert COST in known.uses, f"{name}: {known.name}"


def test_the_cost_of_an_extra_unit_is_mean_money_over_mean_effect_with_fiellers_interval():
    """Ten for 4, 5, 6: ten is known, and 5 lies within 4.3027 x 1 / sqrt(3) = 2.4841 (two degrees of freedom)."""
    cost, low, high, found = cost_of(TEN, np.array([4.0, 5.0, 6.0]))
    assert found is Found.COST
    assert (cost, low, high) == pytest.approx((2.0, 10.0 / 7.48414, 10.0 / 2.51586), rel=1e-5)
    cost, low, high, found = cost_of(np.array([0.0, 0.0, 9.0]), np.array([4.0, 5.0, 6.0]))
    assert (cost, low) == (pytest.approx(0.6), 0.0) and high > 1.0  # no money is negative


@pytest.mark.parametrize(
    ("paid", "extra", "why"),
    [
        (TEN, [0.0, 5.0, 10.0], Found.UNCERTAIN),  # 5 within 12.4: Fieller's interval has no end
        (TEN, [0.0, 0.0, 1.0], Found.UNCERTAIN),  # seen in one world of three
        (TEN, [-4.0, -5.0, -6.0], Found.CONTRARY),
        (TEN, [0.0, 0.0, 0.0], Found.NO_EFFECT),
        (0.0 * TEN, [4.0, 5.0, 6.0], Found.NO_MONEY),
        (TEN[:1], [5.0], Found.UNCERTAIN),  # of one world nothing is known
    ],
)
def test_no_cost_is_given_where_there_is_no_money_or_no_sure_effect_the_right_way(paid, extra, why):
    *figures, found = cost_of(paid, np.array(extra))
    assert found is why and np.isnan(figures).all()


def bench_values():
    """Three worlds: ten million yuan of awards for 4, 5, 6 more champions, no national and fewer provincial little
    giants; ten for 40, 50, 60 tce less energy.
    """
    values = {}
    for number, more in enumerate((4.0, 5.0, 6.0)):
        titles = {"provincial_little_giants": -more, "national_little_giants": 0.0, "champions": more}
        values[number] = {
            "names": ["specialised_enterprise", "energy_budget"],
            "aims": {
                "specialised_enterprise": {"paid": 10.0, "moved": titles},
                "energy_budget": {"paid": 10.0, "moved": {"energy_use": -10.0 * more}},
            },
        }
    return values


def test_a_unit_less_is_extra_where_less_is_better_and_its_effect_keeps_its_sign():
    table = cost_table(bench_values()).set_index("outcome")
    assert table.loc["champions", FIGURES].to_list() == pytest.approx([10.0, 5.0, 2.0, 1.33616, 3.97478], rel=1e-5)
    saved = table.loc["energy_use"]
    assert saved[FIGURES].to_list() == pytest.approx([10.0, -50.0, 0.2, 0.133616, 0.397478], rel=1e-5)
    assert table["found"].to_list() == ["against its aim", "no effect", "cost", "cost"]
    assert table.loc["champions", "unit"] == "firms" and saved["name_zh"] == "用能预算管理：用能量"


def test_the_screen_tells_a_cost_or_why_there_is_none_in_both_languages():
    """200 wan a champion; 0.2 million yuan a tce are 20 yi per ten thousand tce."""
    spec = small("no-policy", horizon__until="2023Q4")
    said = "\n".join(describe_costs(spec, cost_table(bench_values())))
    assert "what an instrument paid 2022-2023 together" in said and "该政策2022—2023年累计的支付" in said
    assert "Specialised-enterprise awards 专精特新奖励 (paid 支付 0.1 [0.1, 0.1] 亿元):" in said
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


def test_an_instrument_is_held_against_the_twin_without_it():
    full, twin = world(), world()
    full.paid = {"listing_support": 36.0, "talent": 1.0}
    full.together, twin.together = {"listed_firms": 90.0, "champions": 4.0}, {"listed_firms": 87.0, "champions": 1.0}
    assert aimed_at(full, twin, "listing_support") == {"paid": 36.0, "moved": {"listed_firms": 3.0}}


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
