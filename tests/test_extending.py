"""Every recipe of docs/extending.md works as it is written, and the house asks for nothing that it does not say."""

import pytest

from tests.recipes import recipes
from tests.throw_away import HOUSE, QUIET, bare_copy, python

PAGE = recipes((HOUSE / "docs" / "extending.md").read_text(encoding="utf-8"))
AFTER = PAGE.pop("")
PYTEST = ("-m", "pytest", "-q", "-x", "--assert=plain", "-p", "no:cacheprovider", *QUIET)
ROOMS = ("sim", "scenarios", "tests", "docs", "tools", "benchmarks")
# Tests of the house that look at every instrument, outcome, behaviour, number, experiment or file; runs are left out.
ASKING = (
    "tests/test_house.py",
    "tests/test_names_exist.py",
    "tests/test_one_name_one_thing.py",
    "tests/test_policies_claims.py",
    "tests/test_what_earned_it.py::test_what_the_shipped_instruments_pay_for",
    "tests/test_measures_claims.py",
    "tests/test_kinds.py::test_every_experiment_that_is_defined_is_of_a_kind_that_a_folder_can_name",
    "tests/test_mutants.py::test_every_file_of_a_room_with_rules_is_planted_or_spared_with_a_reason_and_none_is_both",
    "tests/test_equal.py::test_every_scenario_and_every_kind_of_experiment_is_run",
    "tests/test_scenarios.py::test_the_shipped_schema_is_current",
    "tests/test_commands.py::test_the_page_is_what_make_reference_writes",
    "tests/test_outcomes.py::test_a_name_that_a_row_joins_to_exists",
    "tests/test_outcomes.py::test_a_row_is_whole",
    "tests/test_outcomes.py::test_what_may_be_asked_is_told_for_the_city_and_a_rank_has_a_better_end",
    "tests/test_outcomes.py::test_places_in_a_list_that_is_shown_are_numbered_once",
    "tests/test_outcomes.py::test_every_row_is_measured_or_made_and_every_measure_has_a_row",
    "tests/test_one_writer.py::test_every_behaviour_is_a_step_of_the_quarter_and_every_step_declares_what_it_touches",
    "tests/test_one_writer.py::test_a_kernel_stores_only_into_bundles_that_a_step_of_its_file_declares_as_written",
    "tests/test_one_writer.py::test_every_field_of_a_bundle_is_used_by_a_kernel_that_takes_it",
    "tests/test_one_writer.py::test_every_column_names_the_module_that_declares_it",
)


def test_there_is_a_recipe_for_each_thing_that_is_added_by_a_file_or_a_row():
    assert set(PAGE) == {"an-instrument", "an-outcome", "a-behaviour", "a-city", "an-experiment"}
    assert all(any(runs for _, runs in recipe.steps) for recipe in PAGE.values())


# commands of the others are run by `make validate`; what all recipes write is in `extended`
RUN = ("an-outcome",)


@pytest.mark.parametrize("name", [name if name in RUN else pytest.param(name, marks=pytest.mark.slow) for name in PAGE])
def test_a_recipe_does_what_the_page_says(name, tmp_path):
    folder = bare_copy(tmp_path, *ROOMS)
    for first in PAGE[name].begins_with:
        PAGE[first].follow(folder, commands=False)
    PAGE[name].follow(folder)


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A copy in which all recipes were followed, one after the other."""
    folder = bare_copy(tmp_path_factory.mktemp("extended"), *ROOMS)
    for recipe in PAGE.values():
        recipe.follow(folder, commands=False)
    AFTER.follow(folder)
    return folder


def test_the_house_asks_for_nothing_that_the_page_does_not_say(extended):
    python(extended, *PYTEST, *ASKING)


TELL = """
from sim import ClusterModel, load
tiny = {"population.above_scale": 100, "population.below_scale": 40, "horizon.until": "2022Q4"}
for name, values in sorted(ClusterModel(load("tight-energy-cap").with_changes(tiny), seed=3).run().years.items()):
    print(name, repr(values.tolist()))
"""


@pytest.mark.slow
def test_what_was_told_before_is_told_still_to_the_last_digit(extended):
    """An assumed number more draws nothing away from others, and a step that no other reads moves none."""
    before, after = (python(folder, "-c", TELL).splitlines() for folder in (HOUSE, extended))
    assert set(before) < set(after)
    assert {line.split()[0] for line in set(after) - set(before)} == {
        "debt_interest",
        "order_backlog",
        "subsidised_interest",
    }


@pytest.mark.slow
def test_a_step_that_was_added_touches_what_it_declares_and_an_outcome_is_told_wherever_others_are(extended):
    """Whole runs, compiled."""
    python(extended, *PYTEST, "tests/test_one_writer.py", "tests/test_outcomes.py", compiled=True)


# the page is read as it is written


def followed(text, folder):
    (recipe,) = (r for name, r in recipes(f"## A recipe\n\n{text}").items() if name)
    recipe.follow(folder)


def test_a_block_that_does_not_say_where_it_goes_is_refused():
    with pytest.raises(ValueError, match="line 5: the line before this block does not say where it goes: Look:"):
        recipes("## A recipe\nLook:\n```python\nx = 1\n```\n")


def test_lines_are_written_replaced_added_and_put_between_others(tmp_path):
    new = "New file `a.csv`:\n\n```csv\na,b\n1,2\n```\n"
    row = "Append to `a.csv`:\n\n```csv\n5,6\n```\n"
    between = "In `a.csv`:\n\n```diff\n a,b\n+0,0\n@@\n 1,2\n+3,4\n 5,6\n```\n"
    followed(new + row + between, tmp_path)
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "a,b\n0,0\n1,2\n3,4\n5,6\n"
    followed("Replace `a.csv`:\n\n```csv\nx\n```\n", tmp_path)
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "x\n"


@pytest.mark.parametrize(
    "text",
    [
        "New file `there.py`:\n```python\nx = 1\n```",
        "Replace `nowhere.py`:\n```python\nx = 1\n```",
        "In `there.py`:\n```diff\n x = 2\n+y = 1\n```",
        "In `there.py`:\n```diff\n x = 1\n+y = 1\n```",
    ],
    ids=["is there already", "is not there", "line is missing", "line stands twice"],
)
def test_a_step_that_no_longer_fits_is_seen(text, tmp_path):
    (tmp_path / "there.py").write_text("x = 1\nx = 1\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        followed(text, tmp_path)


@pytest.mark.parametrize(
    ("expected", "holds"),
    [("one\ntwo", True), ("...\ntwo", True), ("one\n...", True), ("one", False), ("two", False), ("one\n2", False)],
)
def test_what_a_command_prints_is_held_whole(expected, holds, tmp_path):
    text = f"```console\n$ python -c \"print('one', 'two', sep=chr(10))\"\n{expected}\n```"
    if holds:
        followed(text, tmp_path)
    else:
        with pytest.raises(AssertionError):
            followed(text, tmp_path)
