"""What options changed in a scenario, said with its values and units."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.scenario.merging import differences, leaves, nested
from sim.scenario.quantities import whole, with_units
from sim.scenario.scenario import Scenario
from sim.scenario.writing import to_yaml

NOTHING = "none"
_BEYOND = ("outlook", "parameters")


def changed(scenario: Scenario) -> dict[str, str]:
    """Return the paths that options changed, each with the value that holds now; `none` where it was taken out."""
    return said_at(scenario, scenario.changed_by_options)


def changed_by_variant(scenario: Scenario) -> dict[str, str]:
    """Return the same of what a variant changed in the scenario: not its words nor what is asked."""
    return said_at(scenario, scenario.changed_by_variant)


def beyond_policy(base: Scenario, other: Scenario) -> dict[str, str]:
    """Return in what of the outlook and the model's numbers another scenario differs from a base."""
    sides = ({key: spec.resolved().get(key, {}) for key in _BEYOND} for spec in (base, other))
    return said_at(other, leaves(differences(*sides)))


def said_at(scenario: Scenario, paths: Iterable[str]) -> dict[str, str]:
    """Return the values at paths of a scenario, those of a path over time whole."""
    values = with_units(scenario.resolved())
    return {path: _told(_at(values, path)) for path in dict.fromkeys(map(whole, paths))}


def short(path: str) -> str:
    """Return a path without its section: `horizon.until` is `until`."""
    return path.partition(".")[2] or path


def _at(values: Any, path: str) -> Any:
    """Return the value at a path, read as `nested` writes it."""
    at: Any = nested(path, None)
    while isinstance(at, dict):
        (key, at), *_ = at.items()
        values = values.get(key) if isinstance(values, dict) else None
    return values


def _told(value: Any) -> str:
    if value is None:
        return NOTHING
    return to_yaml({"": value}, on_one_line=True).partition(":")[2].strip() if _is_many(value) else str(value)


def _is_many(value: Any) -> bool:
    return isinstance(value, (dict, list, tuple))
