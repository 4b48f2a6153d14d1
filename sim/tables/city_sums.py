"""What the numbers of a city must add up to: no part is more than its whole, and what is put in is what is published.

A rule whose cells cannot be read is left out: what is wrong with them is told where they are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sim.calendar.year import SEASONS
from sim.tables.city_folder import CityFolder
from sim.tables.numbers import Number, nation
from sim.tables.units import MILLION_PER_YI

_HALF = 2  # at most one of so many firms of a cluster may be named, so that sizes can be drawn for the others
_ROUNDING = 1e-9
_OF_SEASONS = 0.005  # seasons are written to two digits
_TITLED = (
    "listed_2021",
    "high_tech_2021",
    "national_little_giants_2021",
    "champions_2021",
    "provincial_little_giants_2021",
)
Held = Mapping[str, float]
Rule = Callable[[CityFolder, Held], Iterator[str]]
_RULES: list[Rule] = []  # in the order of this file


def _rule(rule: Rule) -> Rule:
    """Register what yields the mistakes that it finds."""
    _RULES.append(rule)
    return rule


def mistaken_sums(folder: CityFolder, numbers: Mapping[str, Number]) -> list[str]:
    """Return what does not add up; `numbers` are those of the city that can be read."""
    of = {name: number.value for name, number in numbers.items()}
    return [mistake for rule in _RULES for mistake in _tried(rule, folder, of)]


def _tried(rule: Rule, folder: CityFolder, of: Held) -> list[str]:
    try:
        return list(rule(folder, of))
    except (KeyError, ValueError):
        return []


def _clusters(folder: CityFolder) -> list[str]:
    return [row["cluster"] for row in folder.rows("clusters")]


def _path(folder: CityFolder, table: str = "parameters") -> Path:
    return folder.sheets[table].path


def _at_most(path: Path, what: str, value: float, whole: str, most: float) -> Iterator[str]:
    if value > most * (1.0 + _ROUNDING):
        said = "" if whole == "1" else f" ({most:,.6g})"
        yield f"{path}: {what} is {value:,.6g}, more than {whole}{said}; write less"


@_rule
def _energy(folder: CityFolder, of: Held) -> Iterator[str]:
    shares = sum(of[f"{c}.energy_share"] for c in _clusters(folder))
    yield from _at_most(_path(folder), "energy_share over the clusters", shares, "1", 1.0)


@_rule
def _owners(folder: CityFolder, of: Held) -> Iterator[str]:
    shares = of["foreign_share"] + of["state_share"]
    yield from _at_most(_path(folder), "foreign_share and state_share", shares, "1", 1.0)


@_rule
def _value_added(folder: CityFolder, of: Held) -> Iterator[str]:
    added = sum(of[f"{c}.output_2021"] * of[f"{c}.value_added_ratio"] for c in _clusters(folder))
    added *= of["value_added_scale"] * MILLION_PER_YI
    tax = added * of["tax_rate"]
    for what, value, whole in (
        ("output times value added of the clusters", added, "gdp_2021"),
        ("value added of the clusters times tax_rate", tax, "tax_2021"),
        ("the clusters' tax times local_tax_share", tax * of["local_tax_share"], "budget_revenue_2021"),
    ):
        yield from _at_most(_path(folder), f"{what} (million yuan)", value, whole, of[whole])


@_rule
def _inputs(folder: CityFolder, of: Held) -> Iterator[str]:
    for c in _clusters(folder):
        parts = [float(row[c]) for row in folder.rows("input_output")]
        bought = sum(parts) if max(parts) < 1.0 else 0.0  # a part that is no share is told where it is read
        yield from _at_most(_path(folder, "input_output"), f"what {c} buys of all inputs", bought, "1", 1.0)


@_rule
def _output_of_named_firms(folder: CityFolder, of: Held) -> Iterator[str]:
    made = dict.fromkeys(_clusters(folder), 0.0)
    for row in folder.rows("named_firms"):
        made[row["cluster"]] += of[f"{row['firm']}.revenue_2021"] * of.get(f"{row['firm']}.local_share", 1.0)
    for c, here in made.items():
        whole, what = f"{c}.output_2021", f"what the named firms of {c} make here (100 million yuan)"
        yield from _at_most(_path(folder), what, here, whole, of[whole])


@_rule
def _number_of_named_firms(folder: CityFolder, of: Held) -> Iterator[str]:
    for c, number in Counter(row["cluster"] for row in folder.rows("named_firms")).items():
        most, what = of[f"{c}.firms_2021"] // _HALF, f"the named firms of {c}"
        yield from _at_most(_path(folder, "named_firms"), what, number, f"half of {c}.firms_2021", most)


@_rule
def _set_by(folder: CityFolder, of: Held) -> Iterator[str]:
    for table in ("facts", "flows"):
        for place, row in enumerate(folder.rows(table)):
            if row["set_by"] and row["set_by"] not in of and row["set_by"] not in nation():
                where = folder.sheets[table].at(place, "set_by")
                yield f"{where}: '{row['set_by']}' is no number; write one of parameters.csv"


@_rule
def _ends_of_flows(folder: CityFolder, of: Held) -> Iterator[str]:
    for place, row in enumerate(folder.rows("flows")):
        if float(row["low"]) > float(row["high"]):
            where = folder.sheets["flows"].at(place, "low")
            yield f"{where}: {row['low']} lies above high, {row['high']}; write the lower first"


@_rule
def _seasons(folder: CityFolder, of: Held) -> Iterator[str]:
    mean = sum(of[season] for season in SEASONS) / len(SEASONS)
    if abs(mean - 1.0) > _OF_SEASONS:
        yield f"{_path(folder)}: {', '.join(SEASONS)} are {mean:.4g} on average, not 1; divide each by {mean:.6g}"


@_rule
def _industrial_firms(folder: CityFolder, of: Held) -> Iterator[str]:
    firms = sum(of[f"{c}.firms_2021"] for c in _clusters(folder))
    whole = "industrial_firms_2021"
    yield from _at_most(_path(folder), "firms_2021 of the clusters", firms, whole, of[whole])


@_rule
def _titled_firms(folder: CityFolder, of: Held) -> Iterator[str]:
    for name in _TITLED:
        yield from _at_most(_path(folder), name, of[name], "industrial_firms_2021", of["industrial_firms_2021"])


@_rule
def _outputs(folder: CityFolder, of: Held) -> Iterator[str]:
    """Outputs that are put in are those that are published."""
    for place, row in enumerate(folder.rows("facts")):
        name = f"{row['fact'].removeprefix('output_')}.output_2021"
        if row["fact"].startswith("output_") and name in of:
            value = float(row["value"])
            if value > 0.0 and abs(of[name] - value) > float(row["tolerance"]) * value:
                where = folder.sheets["facts"].at(place, "value")
                yield f"{where}: {row['value']} is not {name}, {of[name]:g}; write the same figure in both"


@_rule
def _whole_output(folder: CityFolder, of: Held) -> Iterator[str]:
    """The clusters are part of the city's above-scale output, where its fact is there."""
    whole = [float(row["value"]) for row in folder.rows("facts") if row["fact"] == "output_city"]
    made = sum(of[f"{c}.output_2021"] for c in _clusters(folder))
    for value in whole:
        what = "output_2021 of the clusters (100 million yuan)"
        yield from _at_most(_path(folder, "facts"), what, made, "output_city", value)
