"""Published lists: where their lines go, and which groups above a line are known to them."""

import math

import numpy as np
import pytest

from sim.behaviours.recognition import recognise
from sim.calendar.quarter import BASE_YEAR, Quarter
from sim.firms import disclosure
from sim.firms.table import STATE, Firms
from sim.firms.technology import Technology
from sim.model import ClusterModel
from sim.outside.list_lines import ListLines
from sim.setting import Setting
from sim.start.give_standing import give_standing
from sim.start.sized import Sized, StartLuck
from sim.tables.inputs import list_thresholds
from sim.tables.milestones import LISTS
from sim.tables.parameters import Parameters
from tests.changzhou import COUNT
from tests.conftest import small

WORLD, CHINA, MANUFACTURING, PRIVATE_LIST = range(4)
LINES = np.array([150_000.0, 40_000.0, 12_000.0, 25_000.0])
EACH = 400
FIXED = Parameters()


def luck(monkeypatch, draws):
    """Give every list line the normal draws {(decision, year): value}, nought where none is named."""
    monkeypatch.setattr(ListLines, "_normal", lambda self, decision, year, entity: draws.get((decision, year), 0.0))


# the lines


def test_the_world_500_line_is_that_of_2021_grown_in_dollars_with_surprises_at_the_rate_of_the_year_before(monkeypatch):
    luck(
        monkeypatch,
        {
            ("all list lines", 2022): 1.0,
            ("list line", 2022): 0.5,
            ("list line", 2023): -1.0,
            ("exchange rate", 2022): 2.0,
        },
    )
    numbers = FIXED.replace({"list_common_share": 0.36, "exchange_rate_spread": 0.03})
    lines = ListLines(numbers, 1, "ex-ante")
    first = 24_000.0 * math.exp(0.083 + 0.07 * (0.6 * 1.0 + 0.8 * 0.5))
    assert lines.at("world_500", 2022) == pytest.approx(first * 6.4515)
    assert lines.at("world_500", 2023) == pytest.approx(first * math.exp(0.025 - 0.07 * 0.8) * 6.4515 * math.exp(0.06))


def test_each_chinese_list_has_its_own_growth_and_spread(monkeypatch):
    luck(monkeypatch, {("list line", 2023): 1.0})
    lines = ListLines(FIXED.replace({"list_common_share": 0.0}), 1, "ex-ante")
    for name, start, first, growth, spread in (
        ("china_500", 39_236.0, 0.131, 0.085, 0.042),
        ("manufacturing_500", 11_088.0, 0.139, 0.1, 0.055),
        ("private_500", 23_501.0, 0.16, 0.142, 0.067),
    ):
        assert lines.at(name, 2023) == pytest.approx(start * math.exp(first + growth + spread))
    moved = ListLines(FIXED.replace({"china_500_growth": 0.0, "china_500_spread": 0.5}), 1, "ex-ante")
    assert moved.at("private_500", 2025) == ListLines(FIXED, 1, "ex-ante").at("private_500", 2025)


def test_growth_and_spread_of_the_lines_are_those_of_their_history():
    for family, name, years in (
        ("world_500_usd", "world_500", 11),
        ("china_500", "china_500", 7),
        ("private_500", "private_500", 10),
    ):
        known = list_thresholds(BASE_YEAR)
        steps = np.diff(np.log([known[name, year] for year in range(BASE_YEAR + 1 - years, BASE_YEAR + 1)]))
        assert FIXED[f"{family}_spread"] == pytest.approx(steps.std(ddof=1), abs=5e-4)
        assert FIXED[f"{family}_growth"] == pytest.approx(steps.mean(), abs=5e-3)


def test_lines_of_several_lists_move_together_over_worlds():
    steps = np.array(
        [
            [math.log(lines.at(name, 2024) / lines.at(name, 2023)) for name in LISTS[1:]]
            for lines in (ListLines(FIXED, seed, "ex-ante") for seed in range(600))
        ]
    )
    np.testing.assert_allclose(steps.std(axis=0), [0.042, 0.055, 0.067], rtol=0.1)
    assert np.corrcoef(steps.T)[0, 1] == pytest.approx(0.45, abs=0.1)


def test_firms_expect_the_last_line_with_its_usual_growth(no_policy):
    world = ClusterModel(no_policy, seed=1, fixed=True).world
    expected = world.expected_threshold("private_500", 2024)
    assert expected == pytest.approx(world.threshold("private_500", 2023) * math.exp(0.142))


def test_lines_as_known_are_the_published_ones():
    lines = ListLines(FIXED, 1, "as-known")
    assert lines.at("china_500", 2023) == 46_998.0
    assert lines.at("world_500", 2022) == pytest.approx(28_600.0 * 6.4515)


# who is known


def groups(number=COUNT * EACH, keys=None):
    """Unlisted private groups of one firm each, led from the city, below every line."""
    start = np.arange(COUNT) * (number // COUNT)
    firms = Firms(start, start + number // COUNT, start + number // COUNT)
    firms.key[:] = np.arange(1, number + 1) if keys is None else keys
    firms.active[:] = firms.leads[:] = firms.local_headquarters[:] = True
    return firms


def judge(firms, year, lines=LINES, seed=7):
    setting = Setting(Quarter.of(year, 3), None, None, FIXED, None, seed, 0.0, np.zeros(COUNT), np.zeros(COUNT))
    recognise(firms, setting, lines)
    return [disclosure.has(firms.lists_now, bit) for bit in range(len(LISTS))]


def near(share, of):
    """Within four standard errors of a counted share."""
    return pytest.approx(share, abs=4.0 * math.sqrt(share * (1.0 - share) / of))


def test_a_new_private_group_is_listed_with_the_first_years_chance_and_later_with_the_next():
    firms = groups()
    firms.reported_revenue[:] = 200_000.0
    first = judge(firms, 2022)
    assert first[WORLD].mean() == near(0.6, firms.rows)
    assert first[CHINA].mean() == near(0.5, firms.rows)
    second = judge(firms, 2023)
    for bit, later in ((WORLD, 0.9), (CHINA, 0.7), (MANUFACTURING, 0.7), (PRIVATE_LIST, 0.7)):
        left = ~first[bit]
        assert second[bit][left].mean() == near(later, left.sum())
        assert second[bit][~left].all()


def test_a_group_that_stood_above_the_line_before_is_no_newcomer_when_it_returns():
    firms = groups()
    firms.reported_revenue[:] = 200_000.0
    known = judge(firms, 2022)[WORLD]
    firms.reported_revenue[:] = 100_000.0
    assert not judge(firms, 2023)[WORLD].any()
    firms.reported_revenue[:] = 200_000.0
    back = judge(firms, 2024)[WORLD]
    assert back[known].all()
    assert back[~known].mean() == near(0.9, (~known).sum())


def test_listed_and_state_owned_groups_are_always_known_and_the_private_list_takes_private_ones():
    firms = groups()
    firms.reported_revenue[:] = 200_000.0
    firms.listed[::2], firms.ownership[1::2] = True, STATE
    world, china, manufacturing, private = judge(firms, 2022)
    assert world.all() and china.all() and manufacturing.all()
    assert private[::2].all() and not private[1::2].any()


def test_a_group_that_goes_public_is_known_from_then_on():
    firms = groups()
    firms.reported_revenue[:] = 200_000.0
    hidden = ~judge(firms, 2022)[WORLD]
    firms.listed[hidden] = True
    assert judge(firms, 2023)[WORLD][hidden].all()


def test_below_the_line_nobody_is_listed_and_nothing_is_disclosed():
    firms = groups()
    firms.listed[:] = True
    firms.reported_revenue[:] = 11_999.0
    assert not any(on.any() for on in judge(firms, 2022))
    assert not firms.discloses.any() and not firms.lists_met.any()


def test_being_known_is_a_state_of_each_list():
    firms = groups()
    firms.reported_revenue[:] = 200_000.0
    world, china, *_ = judge(firms, 2022)
    assert np.corrcoef(world, china)[0, 1] == pytest.approx(0.0, abs=0.07)


def test_luck_belongs_to_the_group_whatever_its_row_and_whoever_else_is_there():
    many = groups()
    many.reported_revenue[:] = 200_000.0
    by_key = dict(zip(many.key.tolist(), judge(many, 2022)[WORLD].tolist(), strict=True))
    few = groups(COUNT * 10, keys=np.arange(1, COUNT * 10 + 1)[::-1])
    few.reported_revenue[:] = 200_000.0
    again = judge(few, 2022)[WORLD].tolist()
    assert again == [by_key[key] for key in few.key.tolist()]


def test_a_variant_with_policy_has_the_same_disclosure_luck(announced, no_policy):
    seen = []
    for spec in (announced, no_policy):
        model = ClusterModel(spec, seed=3)
        for _ in range(3):
            model.step()
        seen.append((model.firms.discloses.copy(), model.firms.lists_met.copy()))
    np.testing.assert_array_equal(seen[0], seen[1])  # the list of 2022 reads revenue of 2021


def test_the_usual_share_known_follows_from_the_chances_and_the_turnover_of_a_list():
    assert disclosure.usual_share(FIXED, "world_500") == pytest.approx(1.0 - 0.4 * 0.1 / (1.0 - 0.9 * 0.1))  # 0.956
    years = 60
    firms = groups()
    firms.reported_revenue[:] = 200_000.0
    for year in range(2022, 2022 + years):  # each year a tenth is replaced by newcomers
        now = judge(firms, year)[CHINA].mean()
        new = slice((year - 2022) % 10, None, 10)
        firms.discloses[new] = firms.lists_met[new] = firms.lists_now[new] = 0
        firms.key[new] += np.uint64(1_000_000)
    share = disclosure.usual_share(FIXED, "china_500")  # ages here run from one to ten years, not geometric
    assert now == pytest.approx(share, abs=0.03)


def test_groups_above_the_lines_of_2021_start_on_them_with_the_usual_share():
    firms = groups()
    firms.reported_revenue[:] = 210_000.0  # 168 billion yuan in 2020, above the World 500 line of 166
    firms.listed[:100] = True
    rows = np.arange(firms.rows)
    give_standing(Sized(firms, FIXED, Technology.of(FIXED), np.zeros(firms.rows), {}, rows, StartLuck(5, firms.key)))
    on = [disclosure.has(firms.lists_now, bit) for bit in range(len(LISTS))]
    for bit, name in enumerate(LISTS):
        assert on[bit][:100].all()
        assert on[bit][100:].mean() == near(disclosure.usual_share(FIXED, name), firms.rows - 100)
    np.testing.assert_array_equal(firms.discloses, firms.lists_now)
    assert disclosure.has(firms.lists_met, CHINA).all()


def test_groups_on_this_years_world_500_are_counted_beside_those_that_ever_entered():
    model = ClusterModel(small("no-policy"), seed=1)
    for _ in range(3):
        model.step()
    heads = np.flatnonzero(model.firms.leads & model.firms.active & model.firms.local_headquarters)
    model.firms.lists_ever[heads[:3]] |= 1
    model.firms.lists_now[:] = 0
    model.firms.lists_now[heads[0]] = 1
    model.step()
    years = model.result().years
    assert years["world_500_on_list"][-1] == 1.0
    assert years["world_500_firms"][-1] >= 3.0
