"""Plain values of scenarios joined key by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.calendar.schedule import continued, is_steps


def merge(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with mappings merged key by key; null takes a key out, steps over one value let it hold before
    them, all else replaces.
    """
    merged = dict(base)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        elif is_steps(value) and isinstance(merged.get(key), (str, int, float)):
            merged[key] = merge({}, continued(merged[key], value))
        else:
            merged[key] = merge({}, value) if isinstance(value, dict) else value
    return merged


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return the mapping that holds a value at a path; the name of a number may hold a dot itself."""
    keys = path.split(".", 1) if path.startswith("parameters.") else path.split(".")
    for key in reversed(keys):
        value = {key: value}
    found: dict[str, Any] = value
    return found


def differences(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that make `base` into `other`; null takes a key out."""
    changed: dict[str, Any] = {key: None for key in base if key not in other}
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            changed[key] = differences(base[key], value)
        elif key not in base or base[key] != value:
            changed[key] = value
    return changed
