"""A register that is accepted has room in every world that replications may draw: whatever has a range is taken at the
end that leaves the least.
"""

import csv
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cli
from sim import history
from sim.firms.table import CHAMPION
from sim.scenario.reading import load
from sim.start.corners import READ, corners
from sim.start.fit import _firms, energy, without_room
from sim.start.places import between, counts, read_firms
from sim.start.population import draft
from sim.start.room import room_of
from sim.tables.city_tables import read_city
from sim.tables.parameters import Parameters
from sim.tables.spreadsheet import SpreadsheetError
from tests.changzhou import CHANGZHOU
from tests.conftest import drawn
from tests.registers import firm, grid, write_csv

FENGHE = Path(__file__).parent / "cities" / "fenghe"
ABOVE, BELOW = 300, 50
# last word of a number, and the shares of its value between which worlds draw it
RANGES = {
    "output": {"output_2021": (0.75, 1.3)},
    "firms": {"firms_2021": (0.4, 1.5)},
    "both": {"output_2021": (0.9, 1.1), "firms_2021": (0.8, 1.25)},
    "named": {"revenue_2021": (0.5, 1.5), "output_2021": (0.9, 1.1)},
}


def uncertain(folder, ranges):
    """The invented city with ranges for some of its numbers."""
    shutil.copytree(FENGHE, folder)
    path = folder / "parameters.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["name"] in ranges:
            row["low"], row["high"] = (f"{float(row['value']) * share:.6g}" for share in ranges[row["name"]])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return read_city(folder)


def fits(register, numbers, seed):
    try:
        draft(numbers, ABOVE, BELOW, seed, register=register)
    except SpreadsheetError:
        return False
    return True


@pytest.mark.parametrize(
    ("ranges", "seeds"),
    [("both", range(1, 4)), *(pytest.param(name, range(1, 9), marks=pytest.mark.slow) for name in RANGES)],
)
def test_what_is_accepted_is_built_in_every_world(tmp_path, ranges, seeds):
    """Registers of one cluster from one that leaves room enough to one that leaves none; those about the edge tell."""
    city = uncertain(tmp_path / "town", RANGES[ranges])
    numbers = Parameters(city)
    worlds = [numbers, *(numbers.draw(seed) for seed in seeds)]
    accepted, torn = 0, 0
    for cluster in ("toys", "porcelain"):
        c = city.identifiers.index(cluster)
        whole, places = numbers[f"{cluster}.output_2021"] * 1e4, int(counts(numbers, ABOVE)[c])  # 万元
        for share in np.linspace(0.1, 1.1, 6):
            for many in (1, places // 3, places - 8):
                each = round(whole * share / many, 2)
                if not 2_000 <= each <= 1e8:
                    continue
                row = {"cluster": city.clusters[c].chinese, "revenue": each, "output": None, "energy": None}
                rows = [firm(i, **row, value_added=None, tax=None, staff=None, group=None) for i in range(many)]
                for row in rows:
                    row |= {"fixed_assets": None, "debt": None, "research": None, "titles": None}
                register = read_firms(write_csv(tmp_path / "r.csv", grid(rows)), city)
                built = [fits(register, of, seed) for seed, of in enumerate(worlds)]
                torn += any(built) and not all(built)
                if not without_room(register, city, {}, ABOVE):
                    assert all(built), (cluster, share, many, built)
                    accepted += 1
    assert accepted > 3
    assert torn > 0  # some worlds have room and others none: what must be refused


def test_a_number_that_the_scenario_holds_is_not_taken_at_its_ends(tmp_path):
    city = uncertain(tmp_path / "town", {"output_2021": (0.5, 1.5)})
    whole, c = Parameters(city)["toys.output_2021"] * 1e4, city.identifiers.index("toys")
    row = firm(1, cluster="玩具", revenue=round(whole * 0.6), output=None, energy=None, group=None)
    register = read_firms(write_csv(tmp_path / "r.csv", grid([row])), city)
    (line,) = without_room(register, city, {}, ABOVE)
    assert "too much; mend the values, or set parameters.toys.output_2021=" in line and c == 2
    assert without_room(register, city, {"toys.output_2021": whole / 1e4}, ABOVE) == []


def test_every_number_that_room_reads_is_moved_and_no_other(tmp_path):
    """Each number of the city is raised by a tenth in turn; what room makes of it changes where it is read."""
    base = Parameters(CHANGZHOU)
    rows = [firm(i, cluster=c.code, value_added=4_800, energy=70) for i, c in enumerate(CHANGZHOU.clusters)]
    register = read_firms(write_csv(tmp_path / "r.csv", grid(rows)), CHANGZHOU)

    def seen(numbers):
        above = counts(numbers, 5_000)
        rooms = [room_of(register, numbers, c, above) for c in range(CHANGZHOU.count)]
        told = [line for c in range(CHANGZHOU.count) for line in _firms(register, numbers, c)]
        return rooms, [energy(register, "", room, _many(numbers)) for room in rooms], told

    def _many(numbers):  # so that every cluster has something to say of its energy
        energy = {f"{c}.energy_share": numbers[f"{c}.energy_share"] * 1e-6 for c in CHANGZHOU.identifiers}
        return numbers.replace(energy)

    known = seen(base)
    read = {name.rpartition(".")[2] for name, value in base.items() if seen(base.replace({name: value * 1.1})) != known}
    assert read == set(READ)


def test_the_ends_hold_what_is_drawn_and_rounding_between():
    numbers = Parameters(CHANGZHOU)
    worlds = list(corners(CHANGZHOU, {}, "quality_steel", "low"))
    assert len(worlds) == 2  # only the named firms have ranges: all low, all high
    assert [of["zenith_steel.revenue_2021"] for of in worlds] == [1600, 1850]
    assert {of["industrial_energy"] for of in worlds} == {1500}
    held = list(corners(CHANGZHOU, {"zenith_steel.revenue_2021": 1700}, "quality_steel", "high"))
    assert {of["zenith_steel.revenue_2021"] for of in held} == {1700}
    for total in (300, 557, 5_000):
        fewest, most = between(numbers, total)
        found = counts(numbers, total)
        assert (fewest <= found).all() and (found <= most).all() and (most - fewest <= 1).all()


# what to write instead

# a cluster, its number of firms with each one's share of the cluster's output, other values, above-scale firms
NO_ROOM = {
    "too much": ("toys", (1, 0.99), {}, ABOVE),
    "too much of a small population": ("toys", (1, 0.93), {}, 200),
    "too many": ("foods", (60, 0.01), {}, 200),
    "filled with too little": ("foods", (75, 0.004), {}, ABOVE),
    "one left for the rest": ("foods", (74, 0.001), {}, ABOVE),
    "dirty": ("toys", (9, 0.02), {"energy": 9_000}, ABOVE),
    "listed": ("toys", (6, 0.01), {"listed": "是"}, ABOVE),
    "listed in a small population": ("toys", (3, 0.01), {"listed": "是"}, 150),
    "titled": ("toys", (2, 0.01), {"titles": "单项冠军"}, ABOVE),
    "with little giants": ("toys", (2, 0.01), {"titles": "小巨人"}, ABOVE),
    "high-tech": ("toys", (85, 0.004), {"titles": "高企"}, ABOVE),
}
PATHS = re.compile(r"((?:parameters|population)\.[\w.]+)=([\d.]+)")


def filled(city, cluster, number, share, **values):
    """Rows of one cluster, each firm of which makes the same."""
    whole = Parameters(city)[f"{cluster}.output_2021"] * 1e4  # 万元
    bare = dict.fromkeys(BARE) | {"cluster": cluster, "revenue": max(round(whole * share, 2), 2_000)}
    return grid([firm(i, **bare | values) for i in range(number)])


BARE = ("output", "value_added", "tax", "energy", "staff", "group", "fixed_assets", "debt", "research", "titles")


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.mark.parametrize("case", drawn([*NO_ROOM], 3))
@pytest.mark.parametrize("ranges", [{}, RANGES["named"]], ids=["held", "drawn"])
def test_every_remedy_that_is_told_works_with_an_option_and_in_a_file(tmp_path, case, ranges):
    cluster, rows, values, above = NO_ROOM[case]
    city = uncertain(tmp_path / "town", ranges)
    write_csv(tmp_path / "r.csv", filled(city, cluster, *rows, **values))
    text = (
        "name: s\nextends: no-policy\ntitle: {en: a, zh: 甲}\nquestion: {en: b, zh: 乙}\nsources: [c]\ncity: town\n"
        f"firms: r.csv\npopulation: {{above_scale: {above}}}\n"
    )
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    told = clustersim("check", path)
    assert told.exit_code == 2 and "; mend the values" in told.output and ":7:1: firms: " in told.output
    remedies = PATHS.findall(told.output)
    assert remedies, told.output
    others = told.output.count("\n") - 1  # other things that are wrong, which one remedy leaves
    for name, value in remedies:
        shown = clustersim("show", path, "--set", f"{name}={value}")
        assert shown.exit_code == 0 or shown.output.count("\n") <= others, (name, value, shown.output)
        section, _, key = name.partition(".")
        line = f"{section}: {{{key}: {value}}}\n"
        without = "".join(part for part in text.splitlines(keepends=True) if not part.startswith(section))
        (tmp_path / "held.yaml").write_text(without + line, encoding="utf-8")
        assert clustersim("check", tmp_path / "held.yaml").output.count("\n") <= max(others, 1)
        if shown.exit_code == 0:
            spec = load(tmp_path / "held.yaml")
            draft(Parameters(city).replace(spec.parameters), *spec.population.counts, 1, register=spec.read_register())


COMMANDS = [
    ["run", "baseline-2022", "-n", 1],
    ["run", "world-500-2025", "--variant", "list-of-2026", "-n", 1],
    ["compare", "baseline-2022", "no-policy", "--pairs", 2],
    ["sweep", "no-policy", "--vary", "parameters.toys.demand_growth=0,0.05", "-n", 1],
    ["attribute", "no-policy", "--set", "policies.policy_fund={}", "-n", 2, "--shapley", "none"],
]


@pytest.mark.parametrize("command", drawn(COMMANDS, 2), ids=lambda command: command[0])
def test_what_an_option_says_makes_room_in_every_command_and_arm(tmp_path, command):
    city = uncertain(tmp_path / "town", {})
    write_csv(tmp_path / "town" / "register.csv", filled(city, "toys", 1, 0.99))
    (name, value), *_ = PATHS.findall(clustersim("show", "no-policy", "--city", tmp_path / "town").output)
    held = ("--city", tmp_path / "town", "--set", f"{name}={value}", "--until", "2022Q4", "-j", 1, "-q", "--out")
    found = clustersim(*command, *held, tmp_path / "out")
    assert found.exit_code == 0, found.output


def test_a_register_is_held_to_the_rooms_of_the_city_by_every_check(tmp_path):
    """Whatever `check` says of a scenario with nothing else in it, `city register` and `city check` say too."""
    city = uncertain(tmp_path / "town", {})
    for cluster, rows, values, above in NO_ROOM.values():
        if above != ABOVE:
            continue
        file = write_csv(tmp_path / "town" / "register.csv", filled(city, cluster, *rows, **values))
        lines = [
            [line.partition("register.csv: ")[2].partition(" (in ")[0] for line in found.output.splitlines()]
            for found in (
                clustersim(
                    "check", Path(__file__).parents[1] / "scenarios/no-policy.yaml", "--city", tmp_path / "town"
                ),
                clustersim("city", "register", file, "--city", tmp_path / "town"),
                clustersim("city", "check", tmp_path / "town"),
            )
        ]
        assert lines[0] == lines[1] == lines[2] and all(lines[0]), lines
        assert "in a scenario; then: clustersim check SCENARIO" in clustersim("city", "check", tmp_path / "town").output
        refused = clustersim("city", "register", file, "--city", tmp_path / "town").output
        for name, value in PATHS.findall(refused) if refused.count("\n") == 1 else ():  # may be tried there and then
            found = clustersim("city", "register", file, "--city", tmp_path / "town", "--set", f"{name}={value}")
            assert found.exit_code == 0 and "clustersim check SCENARIO" in found.output, found.output


def test_the_first_two_of_what_leaves_nothing_to_buy_with_are_emptied_only_where_that_is_enough(tmp_path):
    for added, energy_, said in (
        (4_900, 20_000, None),
        (4_800, 70, "value added"),
        (4_000, 4_000, "energy or value added"),
    ):
        rows = [firm(1, value_added=added, energy=energy_, tax=None, titles=None)]
        lines = without_room(read_firms(write_csv(tmp_path / "r.csv", grid(rows)), CHANGZHOU), CHANGZHOU, {}, 5_000)
        (line,) = [line for line in lines if "all other inputs" in line]
        assert line.count("r.csv") == 1
        assert (f", or leave {said} empty" in line) if said else "empty" not in line
        for column in filter(None, (said or "").split(" or ")):
            rows[0] |= {"value_added": added, "energy": energy_, column.replace(" ", "_"): None}
            register = read_firms(write_csv(tmp_path / "r.csv", grid(rows)), CHANGZHOU)
            assert not [x for x in without_room(register, CHANGZHOU, {}, 5_000) if "all other inputs" in x]


def test_a_city_has_as_many_listed_and_titled_firms_with_a_register_at_its_limit_as_without(tmp_path):
    """At the limit the register holds all there are; one more is refused."""
    numbers = Parameters(CHANGZHOU)
    for words, name, count in (
        ({"listed": "是"}, "listed_2021", lambda firms: firms.listed),
        ({"titles": "单项冠军"}, "champions_2021", lambda firms: firms.specialised_title == CHAMPION),
    ):
        most = round(numbers[name]) - 4 * (name == "listed_2021")  # four named firms are listed by the city's table
        bare = dict.fromkeys(BARE)
        for number in (most, most + 1):
            rows = [firm(i, **bare | {"revenue": 5_000 + i, "cluster": "HEQ"} | words) for i in range(number)]
            register = read_firms(write_csv(tmp_path / f"{name}-{number}.csv", grid(rows)), CHANGZHOU)
            lines = without_room(register, CHANGZHOU, {}, 5_000)
            assert bool(lines) == (number > most) and all("the city" in line and name in line for line in lines), lines
            if number == most:
                firms = history.build(numbers, 5_000, 900, 1, register=register).firms
                assert np.count_nonzero(count(firms) & firms.active) == round(numbers[name])
