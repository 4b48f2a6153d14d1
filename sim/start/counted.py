"""Listed firms and titles of the city: a register holds no more of them than the city has, for then the rest could not
be drawn so that all are as many as there are.
"""

from __future__ import annotations

from sim.firms.sizes import above_scale_2021
from sim.firms.table import PROVINCIAL
from sim.register.columns import columns
from sim.register.register import Register
from sim.start.give_titles import HIGH_TECH, NUMBERS
from sim.start.places import counts, places_of_named
from sim.start.remedies import HeldCity, Problem, in_steps
from sim.start.shares import part_of_count
from sim.tables.milestones import TITLES
from sim.tables.parameters import Parameters

_LISTED, _HIGH_TECH = "listed_2021", "high_tech_2021"
COUNTED = (_LISTED, *NUMBERS.values(), _HIGH_TECH)
_YES = "yes"  # in the column of listed firms


def more_than_the_city(register: Register, name: str, city: HeldCity) -> list[Problem]:
    """Return that the register holds more of a number of `COUNTED` than the city, in the world with the fewest."""
    numbers = _fewest(city)
    column, held, others = _held(register, numbers, city.above_scale)[name]
    there = part_of_count(numbers, numbers[name], city.above_scale)
    others = others if others <= there else 0  # more than a small population has: what is named, is there
    if not held or held + others <= there:
        return []
    share, whole = (held + others) / max(there, 0.5), above_scale_2021(numbers)
    also = f" and {others} among other named firms" if others else ""
    part = f", in a population of {city.above_scale:,} of {whole:,.0f} above-scale firms"
    said = (
        f"column {columns()[column].title}: the register has {held:,}{also}, the city {there:,} "
        f"({city.city_tables.numbers[name].meaning}{part if city.above_scale < whole else ''})"
    )
    larger = [step for step in in_steps(share) if city.above_scale * step <= whole]
    return [Problem(said, larger, {name: in_steps(share)})]


def _fewest(city: HeldCity) -> Parameters:
    """Return the numbers at the ends that leave a population the fewest: its part of the city is the smaller the more
    firms the city has.
    """
    drawn = {name: number for name, number in city.city_tables.numbers.items() if number.uncertain}
    ends = {name: n.high if name.endswith("firms_2021") else n.low for name, n in drawn.items()}
    return Parameters(city.city_tables).replace({**ends, **city.held})


def _held(register: Register, numbers: Parameters, above_scale: int) -> dict[str, tuple[str, int, int]]:
    """Return by number of the city the column, how many firms of the register have it, and how many named ones of which
    the register does not say.
    """
    said = register.words["listed"]
    told = {public for public, word in zip(register.public, said, strict=True) if word}
    named = places_of_named(numbers.city_tables, counts(numbers, above_scale)).keys() - told
    others = sum(f["listed"] == "1" for f in numbers.city_tables.named_firms if f["firm"] in named)
    ranks = {str(word): rank for rank, word in enumerate(TITLES, PROVINCIAL)}
    highest = [max((ranks[word] for word in held if word in ranks), default=0) for held in register.titles if held]
    high_tech = sum(HIGH_TECH in held for held in register.titles if held)
    return {
        _LISTED: ("listed", said.count(_YES), others),
        **{name: ("titles", highest.count(title), 0) for title, name in NUMBERS.items()},
        _HIGH_TECH: ("titles", high_tech, 0),
    }
