"""What may be asked: which outcome as an objective, a target or a base of cost, at which level,
in a run or an experiment.

A run has twins beside it; the arms of an experiment have none, since they are compared themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sim.scenario.files import ScenarioError
from sim.tables.catalogue import CITY, NEITHER, OBJECTIVE, Outcome, names, outcomes
from sim.tables.nearest import lists_all, unknown, write_one_like
from sim.tables.units import ENERGY, MONEY, PER_TCE, read_quantity, refuse_too_much

DEFAULT_OBJECTIVE = "gdp_real"
UNITS = {  # of outcomes and levers that may be written with one: what may stand behind the number, and an example
    "million yuan": (MONEY, "1000 亿元"),
    "million yuan at 2021 prices": (MONEY, "1000 亿元"),
    "tce": (ENERGY, "100 万tce"),
    "million yuan per tce": (PER_TCE, "5000 yuan per tce"),
}
Arms = Mapping[str, Collection[str]]  # instruments by the name of the scenario


def may_be_asked(use: str, *, level: str = CITY, twins: bool = False, arms: Arms | None = None) -> tuple[str, ...]:
    """Return the outcomes that may be asked for, in the order of the catalogue.

    Args:
        use: objective, target or cost. level: city, cluster or size. twins: whether twin worlds run beside it.
        arms: scenarios that must all be able to answer, with their instruments.
    """
    return tuple(name for name in names(level) if not _objection(outcomes()[name], use, level, twins, arms or {}))


def ask(
    name: str, use: str, where: str, *, level: str = CITY, twins: bool = False, arms: Arms | None = None
) -> Outcome:
    """Return the outcome that is asked for.

    Args:
        where: what the user wrote, like `--objective gdp`. level, twins, arms: as of `may_be_asked`.

    Raises:
        ScenarioError: if it may not be asked: one line with the reason, the nearest that may, and the command that
        lists all.
    """
    known = outcomes().get(name)
    objection = _objection(known, use, level, twins, arms or {}) if known else ""
    if known and not objection:
        return known
    allowed = may_be_asked(use, level=level, twins=twins, arms=arms)
    if known is None:
        raise ScenarioError(f"{where}: {unknown('outcome', name, allowed)}")
    alike = [
        o for o in (known.part, *(o.name for o in outcomes().values() if o.part == name)) if o in allowed and o != name
    ]
    raise ScenarioError(f"{where}: '{name}' {objection}{write_one_like(name, allowed, alike)}{lists_all('outcome')}")


def _objection(outcome: Outcome, use: str, level: str, twins: bool, arms: Arms) -> str:
    """Return why an outcome may not be asked for, or nothing."""
    if level not in outcome.levels:
        return (
            f"is told by {' and '.join(outcome.levels)}, not by {level}"
            if outcome.levels
            else "is only a part of other outcomes"
        )
    if outcome.against and not twins:
        return (
            f"is measured against a twin world ({outcome.against}), and here none runs beside the arms, which "
            "are compared themselves"
        )
    if use not in outcome.uses:
        return (
            "is better neither high nor low, so it ranks nothing"
            if use == OBJECTIVE and outcome.better == NEITHER
            else f"is no {use}"
        )
    lacking = next(
        (arm for arm, instruments in arms.items() if outcome.needs and outcome.needs not in instruments), None
    )
    return f"is undefined without {outcome.needs}, which {lacking} lacks" if lacking else ""


def read_bound(name: str, value: float | str) -> float:
    """Return a bound on an outcome in its unit; money and energy may be text with a unit.

    Raises:
        ValueError: if it cannot be read, or the outcome never gets there.
    """
    known = outcomes()[name]
    if isinstance(value, str):
        if known.unit not in UNITS:
            raise ValueError(f"'{value}' is no number; write one in {known.unit}")
        value = read_quantity(value, *UNITS[known.unit])
    if known.unit.startswith("million yuan"):
        refuse_too_much(value)
    if not known.low <= value <= known.high:
        raise ValueError(f"{value:g} is out of reach: {name} lies {_reach(known)} ({known.unit}); write a number there")
    return value


def _reach(outcome: Outcome) -> str:
    return (
        f"from {outcome.low:g} to {outcome.high:g}" if outcome.high < float("inf") else f"at {outcome.low:g} or above"
    )
