"""A register that is accepted has room in every world that replications may draw: whatever has a range is taken at the
end that leaves the least.
"""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.start.corners import READ, corners
from sim.start.places import between, counts, read_firms
from sim.start.population import draft
from sim.start.room import _energy, _firms, _room, without_room
from sim.tables.city_tables import read_city
from sim.tables.parameters import Parameters
from sim.tables.spreadsheet import SpreadsheetError
from tests.changzhou import CHANGZHOU
from tests.registers import firm, grid, write_csv

FENGHE = Path(__file__).parent / "cities" / "fenghe"
ABOVE, BELOW, SEEDS = 300, 50, range(1, 9)
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


@pytest.mark.parametrize("ranges", RANGES)
def test_what_is_accepted_is_built_in_every_world(tmp_path, ranges):
    """Registers of one cluster from one that leaves room enough to one that leaves none; those about the edge tell."""
    city = uncertain(tmp_path / "town", RANGES[ranges])
    numbers = Parameters(city)
    worlds = [numbers, *(numbers.draw(seed) for seed in SEEDS)]
    accepted, torn = 0, 0
    for cluster in ("toys", "porcelain"):
        c = city.identifiers.index(cluster)
        whole, places = numbers[f"{cluster}.output_2021"] * 1e4, int(counts(numbers, ABOVE)[c])  # 万元
        for share in np.linspace(0.1, 1.1, 11):
            for many in (1, places // 3, places - 8):
                each = round(whole * share / many, 2)
                if not 2_000 <= each <= 1e8:
                    continue
                row = {"cluster": city.clusters[c].chinese, "revenue": each, "output": None, "energy": None}
                rows = [firm(i, **row, value_added=None, tax=None, staff=None, group=None) for i in range(many)]
                for row in rows:
                    row |= {"fixed_assets": None, "debt": None, "research": None}
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
    assert "too much; mend the values, or hold toys.output_2021 under parameters" in line and c == 2
    assert without_room(register, city, {"toys.output_2021": whole / 1e4}, ABOVE) == []


def test_every_number_that_room_reads_is_moved_and_no_other(tmp_path):
    """Each number of the city is raised by a tenth in turn; what room makes of it changes where it is read."""
    base = Parameters(CHANGZHOU)
    rows = [firm(i, cluster=c.code, value_added=4_800, energy=70) for i, c in enumerate(CHANGZHOU.clusters)]
    register = read_firms(write_csv(tmp_path / "r.csv", grid(rows)), CHANGZHOU)

    def seen(numbers):
        above = counts(numbers, 5_000)
        rooms = [_room(register, numbers, c, above) for c in range(CHANGZHOU.count)]
        told = [line for c in range(CHANGZHOU.count) for line in _firms(register, numbers, c)]
        return rooms, [_energy(register, "", room, _many(numbers)) for room in rooms], told

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
