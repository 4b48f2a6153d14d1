"""Quotas of titles over time: as the outlook says, in the year of each step, and nothing else moves before it."""

import numpy as np
import pytest

from sim import ClusterModel
from sim.calendar.quarter import Quarter
from sim.scenario.drawn import numbers_in, paths_of_numbers, world_numbers
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers
from sim.scenario.notes import notes
from sim.scenario.outlook import Outlook
from sim.tables.files import read
from sim.tables.milestones import TITLES
from tests.conftest import small

QUOTAS = ("title_quota_provincial", "title_quota_national", "title_quota_champion")
NEW = ("new_provincial_little_giants", "new_national_little_giants", "new_champions")
TINY = {"population__above_scale": 200, "population__below_scale": 40, "horizon__until": "2024Q4"}


@pytest.fixture(scope="module")
def base():
    return small("no-policy", **TINY)


def path(name, value):
    return {f"outlook.{name}": value}


def granted(spec, seed=3):
    """Return the titles newly given by name and year."""
    years = ClusterModel(spec, seed=seed, fixed=True).run().years
    return {name: years[new].tolist() for name, new in zip(QUOTAS, NEW, strict=True)}


@pytest.mark.parametrize(
    ("name", "steps"), [("title_quota_provincial", (9, 2, 5)), ("title_quota_champion", (1, 3, 0))]
)
def test_as_many_titles_are_given_as_the_path_says_in_each_year(base, name, steps):
    """Firms are enough for each: so many are recognised in the third quarter of 2022, 2023 and 2024."""
    spec = base.with_changes(path(name, dict(zip(("2022", "2023", "2024"), steps, strict=True))))
    assert granted(spec)[name] == list(steps)


def test_a_national_quota_that_opens_late_gives_none_before(base):
    found = granted(base.with_changes(path("title_quota_national", {"2022": 0, "2023Q4": 4})))
    assert found["title_quota_national"][:2] == [0, 0] and 0 < found["title_quota_national"][2] <= 4


def test_a_step_counts_from_its_quarter_on_and_the_round_is_in_the_third():
    spec = small("no-policy", **TINY).with_changes(path(QUOTAS[0], {"2022Q1": 9, "2023Q4": 2}))
    numbers, paths = world_numbers(spec, 1, fixed=True), paths_of_numbers(spec)
    quarters = [Quarter.read(q) for q in ("2022Q3", "2023Q3", "2023Q4", "2024Q3")]
    found = [numbers_in(quarter, numbers, paths)[QUOTAS[0]] for quarter in quarters]
    assert found == [9.0, 9.0, 2.0, 2.0]


def test_nothing_differs_before_the_step_and_a_path_that_stands_still_is_the_number(base):
    late = base.with_changes(path(QUOTAS[0], {"2022": 6, "2024": 60}))
    held, still = base.with_changes({f"parameters.{QUOTAS[0]}": 6}), base.with_changes(path(QUOTAS[0], 6))
    years = [ClusterModel(spec, seed=2).run().years for spec in (held, still, late)]
    for name, values in years[0].items():
        assert np.array_equal(values, years[1][name], equal_nan=True), name
        assert np.array_equal(values[:2], years[2][name][:2], equal_nan=True), name
    assert years[2]["new_provincial_little_giants"][2] > years[0]["new_provincial_little_giants"][2]


def test_without_a_path_the_numbers_are_those_of_the_world(base):
    numbers = world_numbers(base, 1, fixed=False)
    assert numbers_in(Quarter.read("2024Q3"), numbers, paths_of_numbers(base)) is numbers


@pytest.mark.parametrize("paths", [{}, path(QUOTAS[0], 6)], ids=["without a path", "beside one"])
def test_numbers_that_are_put_in_place_of_a_models_own_act_from_its_next_quarter_on(base, paths):
    """Who holds outside prices and rivals and changes what the city's firms do writes so."""
    model = ClusterModel(base.with_changes(paths), seed=2)
    model.step()
    model.numbers = model.numbers.replace({"digital_consider": 0.0})
    model.step()
    assert not model.firms.wanted_digital.any()


def test_every_quota_of_a_specialised_title_may_be_a_path_as_far_as_a_city_may_write_its_number(base):
    rows = base.city_tables.numbers
    paths = [name for name in Outlook.model_fields if name in rows]
    assert tuple(paths) == QUOTAS and len(paths) == len(TITLES)
    for name in paths:
        lever = levers()[f"outlook.{name}"]
        (asked,) = (row for row in read("city_numbers") if row["name"] == name)
        assert (lever.unit, lever.reach) == (rows[name].unit, f"{asked['lowest']} .. {asked['highest']}")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (-1, "outlook.title_quota_national: -1 is out of range; write a number of at least 0"),
        ({"2023": 3}, "outlook.title_quota_national: begins in 2023Q1, and nothing says what holds before"),
        ({"2022": 3, "2023": "many"}, "outlook.title_quota_national.2023: 'many'"),
    ],
)
def test_a_wrong_quota_is_told_in_one_line_with_its_place(base, value, why):
    with pytest.raises(ScenarioError) as told:
        base.with_changes(path("title_quota_national", value))
    (line,) = str(told.value).splitlines()
    assert why in line


def test_a_number_that_a_path_replaces_is_told_before_the_run(base):
    both = base.with_changes(path(QUOTAS[1], {"2022": 7, "2024": 14}) | {f"parameters.{QUOTAS[1]}": 9})
    (line,) = notes(both)
    assert line.startswith(f"parameters.{QUOTAS[1]}: outlook.{QUOTAS[1]} says what it is in every quarter")
    assert not notes(base.with_changes(path(QUOTAS[1], 7)))


def test_a_path_is_read_back_as_it_was_written_and_one_step_of_it_may_be_changed(base):
    spec = base.with_changes(path(QUOTAS[1], {"2022": 7, "2024": 14}))
    assert spec.resolved()["outlook"][QUOTAS[1]] == {"2022Q1": 7.0, "2024Q1": 14.0}
    spec = spec.with_changes({f"outlook.{QUOTAS[1]}.2024": 20})
    assert spec.outlook.title_quota_national.at(Quarter.read("2024Q3")) == 20.0
    assert QUOTAS[1] not in base.resolved()["outlook"]
