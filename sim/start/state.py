"""The starting state of a world: what `sim.history` builds and the model starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.firms.ground import Ground
from sim.firms.table import Firms
from sim.start.given import NOTHING, Given


@dataclass(frozen=True, slots=True)
class Funded:
    """Shares of wanted retrofits that find money in a usual quarter.

    Attributes:
        digital: of digital projects, weighted by firms' output. digital_firms: by number of firms. energy: of
            energy-saving projects.
        edge: log efficiency of firms whose digital project found money, over the mean of their cluster's firms.
    """

    digital: float
    digital_firms: float
    energy: float
    edge: np.ndarray


@dataclass(frozen=True, slots=True)
class Start:
    """The starting state.

    Attributes:
        firms: the firm table at the end of 2021.
        energy_2021: tce used by each cluster. output_2021: output of its above-scale firms, million yuan.
        orders_2021: orders of each cluster's firms in 2021, million yuan.
        defaults: share of a cluster's demand whose maker defaults in a usual quarter.
        turned_away: share of a cluster's demand that leaves firms which did not serve it in the last quarter of 2021.
        funded: retrofits that usually find money.
        smallest: revenue from which firms are simulated, million yuan a year; smaller ones are in the reservoir.
        named: row of each named firm. names: English and Chinese name by row. given: what a register gave.
        ground: land on which the firms stand.
    """

    firms: Firms
    energy_2021: np.ndarray
    output_2021: np.ndarray
    orders_2021: np.ndarray
    defaults: np.ndarray
    turned_away: np.ndarray
    funded: Funded
    smallest: float
    named: dict[str, int]
    names: dict[int, tuple[str, str]]
    given: Given = NOTHING
    ground: Ground = Ground()
