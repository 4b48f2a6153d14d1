"""The manifest of an experiment, `experiment.json`: what must be the same for runs to belong together."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.experiments.disk import replace
from sim.experiments.journal import JOURNAL, belongs_to
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
                **made_with(),
            }
        )
    )


def made_with() -> dict[str, Any]:
    """Return what makes a value here, besides what is asked: code, data and versions."""
    return {
        "clustersim": version("clustersim"),
        "code": code_hash(),
        "data": data_hash(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def hash_of_identity(known: dict[str, Any]) -> str:
    """Return a mark that two experiments share only if they are the same."""
    return sha256(json.dumps(known, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def write_identity(folder: Path, known: dict[str, Any]) -> None:
    """Write what the experiment in a folder is."""
    replace(folder / EXPERIMENT, [json_bytes(known)])


def json_bytes(data: Any) -> bytes:
    """Return plain data as a file that people can read."""
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def read_identity(folder: Path) -> dict[str, Any]:
    """Return what the experiment in a folder is.

    Raises:
        ScenarioError: if it holds none, or one whose manifest is damaged.
    """
    known = _manifest(folder)
    if known is None:
        raise ScenarioError(f"{folder}: {_WITHOUT_RUNS if not belongs_to(folder / JOURNAL) else _WITH_RUNS}")
    return known


_WITHOUT_RUNS = f"holds no experiment ({EXPERIMENT} is missing, or is not one of clustersim's)"
_WITH_RUNS = f"{EXPERIMENT} is missing or damaged; the command that began the experiment, run again, mends it"


def is_experiment(folder: Path) -> bool:
    """Tell whether a folder holds a manifest that clustersim wrote."""
    return _manifest(folder) is not None


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        known = json.loads((folder / EXPERIMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    sound = (
        isinstance(known, dict)
        and {"kind", "scenarios", "settings", "clustersim"} <= known.keys()
        and isinstance(known["kind"], str)
        and all(isinstance(known[name], dict) for name in ("scenarios", "settings"))
    )
    return known if sound else None


def is_ours(folder: Path) -> bool:
    """Tell whether a folder is an experiment's: its manifest says so, or, where that is damaged, its runs."""
    return is_experiment(folder) or bool(belongs_to(folder / JOURNAL))


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
    return differences(*({key: each[key] for key in each if key != CHANGED} for each in (known, wanted)))


def differences(known: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Return what differs between two pieces of plain data, `path: before -> now`."""
    old, new = dict(_flat(known)), dict(_flat(wanted))
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
