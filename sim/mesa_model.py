"""What Mesa asks of a model, on Mesa 3.3 and 3.5: a seed that `batch_run` varies, an end, agents, a data collector.

The quarter itself stands in `model.py`; nothing here changes a number of a run.
"""

from __future__ import annotations

import inspect
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import mesa
from mesa.agent import AgentSet

from sim.agents import AgentViews, City, Cluster, Firm
from sim.luck.seed import refuse_other_than_seed
from sim.measure.outcomes import Recorder
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario

DEFAULT_SEED = 1


class _Signature:
    """What `inspect.signature` shows of a model that takes both `seed` and `rng`: only `rng`.

    `mesa.batch_run` of Mesa 3.4 and later writes its own `rng=`, or None, over a parameter `seed` that it sees, so that
    `{"seed": [1, 2, 3]}`, which is right on Mesa 3.3, would be lost without a word.
    """

    def __get__(self, model: mesa.Model | None, kind: type[mesa.Model]) -> inspect.Signature | None:
        plain = inspect.signature(kind.__init__)
        _self, *taken = plain.parameters.values()
        if {"seed", "rng"} <= set(plain.parameters):
            return plain.replace(parameters=[one for one in taken if one.name != "seed"])
        return None  # Python finds the signature as usual


class TableModel(mesa.Model):
    """A Mesa model whose state lies in tables and whose agents are views of them, made when somebody looks.

    Args:
        seed: fixes all luck. rng: another name of `seed`, the one that Mesa uses.

    Raises:
        ValueError: if there is no seed, one below 0, or two that differ.
    """

    __signature__ = _Signature()
    record: Recorder

    def __init__(self, seed: int | None, rng: int | None) -> None:
        self.seed_number = _one_seed(seed, rng)
        super().__init__(rng=self.seed_number)
        self._own_collector: mesa.DataCollector | None = None
        self._collected = 0, mesa.DataCollector()

    @property
    def agents(self) -> AgentSet:
        """The city, the clusters and all active firms, as Mesa agents."""
        return self._views.all()

    @property
    def agents_by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Mesa agents by class: City, Cluster, Firm."""
        return self._views.by_type()

    @property
    def agent_types(self) -> list[type[mesa.Agent]]:
        """Classes of agents in the model."""
        return [City, Cluster, Firm]

    @cached_property
    def _views(self) -> AgentViews:
        return AgentViews(self)

    @property
    def datacollector(self) -> mesa.DataCollector:
        """The collector that was set; without one, a collector of the city's outcomes in each quarter so far, which
        `mesa.batch_run` tabulates.
        """
        if self._own_collector is not None:
            return self._own_collector
        if self._collected[0] != len(self.record.labels):
            self._collected = len(self.record.labels), self._recorded()
        return self._collected[1]

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._own_collector = collector

    def _recorded(self) -> mesa.DataCollector:
        """Collect anew, quarter by quarter, what the run has recorded anyway."""
        quarters = [
            {"quarter": str(label), **city} for label, city in zip(self.record.labels, self.record.city, strict=True)
        ]
        collector = mesa.DataCollector(model_reporters={name: name for name in quarters[0]})
        for number, values in enumerate(quarters, start=1):
            collector.collect(SimpleNamespace(steps=number, time=float(number), **values))
        return collector


def the_scenario(scenario: str | Path | Scenario) -> Scenario:
    """Return a scenario given as such, by shipped name or by file.

    Raises:
        TypeError: if it is nothing of these. ScenarioError: if it cannot be read or is not sound.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if not isinstance(scenario, str | Path):
        raise TypeError(
            f"scenario: a {type(scenario).__name__} is no name, file or Scenario; mesa.batch_run goes through what it"
            " is given, so put a single Scenario in a list: [scenario]"
        )
    return load(scenario)


def _one_seed(seed: int | None, rng: int | None) -> int:
    if rng is not None:
        if seed not in (None, DEFAULT_SEED, rng):
            raise ValueError(f"seed: {seed} and rng: {rng} name the same thing; give one of them")
        seed = rng
    if seed is None:
        raise ValueError(
            "seed: a run without one cannot be repeated; give seed=1, or mesa.batch_run rng=[1, 2, 3] (Mesa 3.3:"
            " 'seed': [1, 2, 3] among the parameters)"
        )
    refuse_other_than_seed(seed)
    return int(seed)
