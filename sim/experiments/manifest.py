"""The manifest of an experiment, `experiment.json`: what must be the same for runs to belong together."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.luck.identity import code_hash, data_hash
from sim.scenario.files import ScenarioError

EXPERIMENT, CHANGED = "experiment.json", "changed"
_PACKAGES = ("mesa", "numpy", "scipy", "numba")
_TOLD = 3  # differences that fit a line


def identity(
    kind: str, scenarios: dict[str, Any], settings: dict[str, Any], changed: Mapping[str, str]
) -> dict[str, Any]:
    """Return what must be the same for runs to belong together, and what options changed, which the scenarios hold."""
    return json.loads(
        json.dumps(
            {
                "kind": kind,
                "scenarios": scenarios,
                CHANGED: changed,
                "settings": settings,
                "clustersim": version("clustersim"),
                "code": code_hash(),
                "data": data_hash(),
                "python": ".".join(platform.python_version_tuple()[:2]),
                "packages": {name: version(name) for name in _PACKAGES},
            }
        )
    )


def read_identity(folder: Path) -> dict[str, Any]:
    """Return what the experiment in a folder is.

    Raises:
        ScenarioError: if it holds none.
    """
    known = _manifest(folder)
    if known is None:
        raise ScenarioError(f"{folder}: holds no experiment ({EXPERIMENT} is missing, or is not one of clustersim's)")
    return known


def is_experiment(folder: Path) -> bool:
    """Tell whether a folder holds a manifest that clustersim wrote."""
    return _manifest(folder) is not None


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        known = json.loads((folder / EXPERIMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return (
        known if isinstance(known, dict) and {"kind", "scenarios", "settings", "clustersim"} <= known.keys() else None
    )


def refuse_other(folder: Path, known: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Refuse to go on with another experiment in the same folder, and say what differs.

    Raises:
        ScenarioError: if anything differs.
    """
    changed = _changes(known, wanted)
    if changed:
        more = f" and {len(changed) - _TOLD} more" if len(changed) > _TOLD else ""
        told = ", ".join(change[:200] for change in changed[:_TOLD])
        raise ScenarioError(
            f"{folder}: was begun as another experiment ({told}{more}); write --fresh to begin again (its runs are "
            "deleted), or another --out"
        )


def _changes(known: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Return what differs; between other kinds or scenarios everything does, so only that is told."""
    for key in ("kind", "scenarios"):
        before, now = (each[key] if isinstance(each[key], str) else ", ".join(each[key]) for each in (known, wanted))
        if before != now:
            return [f"{key}: {before} -> {now}"]
    old, new = (dict(_flat({key: each[key] for key in each if key != CHANGED})) for each in (known, wanted))
    return [
        f"{path}: {old.get(path, 'nothing')} -> {new.get(path, 'nothing')}"
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]


def _flat(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _flat(value, f"{path}.{place}")
    else:
        yield path, data
