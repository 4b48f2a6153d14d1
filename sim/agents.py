"""Firms, clusters and the city as Mesa agents: views of the firm table, made when somebody looks.

Building thousands of views must not slow a run that never looks, so nothing is made before `model.agents`,
`model.agents_by_type` or `model.agent_types` is read; looking changes no number of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.firms.columns import columns
from sim.tables.units import FEN_PER_MILLION

if TYPE_CHECKING:
    from sim.mesa_model import TableModel


class TableAgent(mesa.Agent):
    """An agent whose state lives in the model's tables; it is not registered, so that looking costs nothing later."""

    def __init__(self, model: TableModel, unique_id: int) -> None:
        self.model: Any = model
        self.unique_id = unique_id
        self.pos = None

    def __getattr__(self, name: str) -> None:
        """Answer None for a column that only firms have, since a reporter of Mesa asks every agent of the model."""
        if name not in columns():
            raise AttributeError(f"a {type(self).__name__.lower()} has no attribute '{name}'")

    def remove(self) -> None:
        """Refuse: firms leave the model through its own rules, not by hand."""
        raise TypeError(f"{type(self).__name__} is a view; entry_exit decides who leaves")


class Firm(TableAgent):
    """One establishment. Every column of `sim/data/columns.csv` is an attribute (`firm.revenue`, `firm.capital`)."""

    def __init__(self, model: TableModel, row: int) -> None:
        self.row = row
        super().__init__(model, int(model.firms.key[row]))

    def __getattr__(self, name: str) -> Any:
        super().__getattr__(name)
        value = getattr(self.model.firms, name)[self.row]
        return value.item() if np.ndim(value) == 0 else value.copy()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in columns():
            raise TypeError(f"a firm is a view and only reads '{name}'; {columns()[name].writer} writes it")
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *columns()]

    @property
    def cluster_name(self) -> str:
        """Identifier of the firm's cluster."""
        return self.model.numbers.city_tables.identifiers[self.model.firms.cluster[self.row]]


class Cluster(TableAgent):
    """One of the clusters; `number` is its place in the order of the city's table. Identities of clusters lie below
    zero, so that no firm has the same.
    """

    def __init__(self, model: TableModel, number: int) -> None:
        super().__init__(model, -1 - number)
        self.number = number

    @property
    def identifier(self) -> str:
        """Identifier of the cluster."""
        return self.model.numbers.city_tables.identifiers[self.number]

    def total(self, column: str) -> float:
        """Return the sum of a firm column over the cluster's active firms."""
        return float(self.model.firms.cluster_sum(getattr(self.model.firms, column))[self.number])

    @property
    def firms(self) -> AgentSet:
        """The cluster's active firms."""
        return self.model.agents_by_type[Firm].select(lambda firm: firm.cluster == self.number)


class City(TableAgent):
    """The city; `model.city` keeps its accounts, `model.ledger` its public money."""

    @property
    def public_cost(self) -> float:
        """Public money paid so far, million yuan."""
        return float(self.model.ledger.total_fen()) / FEN_PER_MILLION


class AgentViews:
    """Makes the views on first look and follows who is active."""

    def __init__(self, model: TableModel) -> None:
        self._model = model
        self._city = City(model, 0)
        self._clusters = [Cluster(model, number) for number in range(model.numbers.city_tables.count)]
        self._firms: dict[int, Firm] = {}

    def by_type(self) -> dict[type[mesa.Agent], AgentSet]:
        """Return the city, the clusters and the active firms, each as an AgentSet."""
        return {City: self._set([self._city]), Cluster: self._set(self._clusters), Firm: self._set(self._active())}

    def all(self) -> AgentSet:
        """Return every agent: the city, the clusters, then active firms in row order."""
        return self._set([self._city, *self._clusters, *self._active()])

    def _active(self) -> list[Firm]:
        rows = np.flatnonzero(self._model.firms.active).tolist()
        for row in rows:
            if row not in self._firms:
                self._firms[row] = Firm(self._model, row)
        return [self._firms[row] for row in rows]

    def _set(self, agents: list[Any]) -> AgentSet:
        return AgentSet(agents, random=self._model.random)
