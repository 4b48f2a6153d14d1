"""clustersim: a city's industrial clusters under subsidy policies and energy caps.

`from sim import load, run`; `run(load("world-500-2025"), replications=20, seed=1)` returns pandas frames.
Names are imported when they are first used, so that reading a scenario stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "Scenario": "sim.scenario.scenario",
    "ScenarioError": "sim.scenario.files",
    "load": "sim.scenario.reading",
    "shipped": "sim.scenario.reading",
    "read_city": "sim.tables.city_tables",
    "ClusterModel": "sim.model",
    "Firm": "sim.agents",
    "run": "sim.experiments.run",
    "Findings": "sim.experiments.experiment",
    "replicate": "sim.experiments.replicate",
    "compare": "sim.experiments.compare",
    "attribute": "sim.experiments.attribute",
    "sweep": "sim.experiments.sweep",
    "search": "sim.experiments.search",
    "sensitivity": "sim.experiments.sensitivity",
}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    return getattr(import_module(_WHERE[name]), name)
