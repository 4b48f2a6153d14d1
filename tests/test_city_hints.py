"""A command that a message or a file offers can be typed as it stands there, and is of the user's own city."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.tables.city_tables import default_city, read_city
from tests.registers import firm, grid, write_csv, write_xlsx

FOLDER = Path(__file__).parent / "cities" / "fenghe"
QUOTED = re.compile(
    r"'clustersim (.*?)' (?:lists all|writes)"  # in a message, and in English in a file
    r"|then: clustersim (.*) 已写出"
    r"|[；。]clustersim (.*?) [列可]"
)


@pytest.fixture
def town(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(FOLDER, tmp_path / "my town")


def clustersim(*words):
    return CliRunner().invoke(cli.main, [str(word) for word in words])


def offered(text):
    return list(dict.fromkeys(next(filter(None, found)) for found in QUOTED.findall(text)))


def of_a_register(town):
    path = write_csv(town.parent / "firms.csv", grid([firm(1, cluster="toyz")]))
    return clustersim("city", "register", path, "--city", town).output


def of_an_empty_register(town):
    path = write_xlsx(town.parent / "my firms.xlsx", [], "firms")
    return clustersim("city", "register", path, "--city", town).output


def of_a_number(town):
    with pytest.raises(ScenarioError) as caught:
        load("no-policy", town).with_changes({"parameters": {"hurdle_rat": 0.05}})
    return str(caught.value)


def of_a_new_scenario(town):
    assert clustersim("new", "mine", "--city", town).exit_code == 0
    return (town.parent / "mine.yaml").read_text(encoding="utf-8")


HINTS = {
    "a register": of_a_register,
    "an empty register": of_an_empty_register,
    "the template": lambda town: clustersim("city", "template", "my register.xlsx", "--city", town).output,
    "a held number": of_a_number,
    "listed numbers": lambda town: clustersim("numbers", "qwxz", "--city", town).output,
    "listed clusters": lambda town: clustersim("clusters", "qwxz", "--city", town).output,
    "a new scenario": of_a_new_scenario,
}


@pytest.mark.parametrize("where", HINTS)
def test_every_command_that_is_offered_names_the_city_it_is_of_and_can_be_typed(where, town):
    commands = offered(HINTS[where](town))
    assert commands
    for command in (command for command in commands if not command.startswith("outcomes")):
        words = shlex.split(command)
        assert words[words.index("--city") + 1] == str(town), command
        found = clustersim(*words)
        no_firms = words[:2] == ["city", "register"] and "no firm below it" in found.output  # an empty template
        assert found.exit_code == 0 or no_firms, (command, found.output)


def test_of_the_city_that_is_meant_anyway_nothing_is_added(tmp_path):
    assert read_city(default_city()).option == ""
    path = write_csv(tmp_path / "firms.csv", grid([firm(1, cluster="toyz")]))
    assert "'clustersim clusters' lists all" in clustersim("city", "register", path).output


def test_a_hint_of_options_names_the_command_that_has_them():
    found = clustersim("city", "template", "--overwrit")
    assert "'clustersim city template --help' lists all" in found.output
    assert "--overwrite" in clustersim("city", "template", "--help").output
    assert "'clustersim city check --help' lists all" in clustersim("city", "check").output
