"""Who enters in a quarter, before there is a row for it: its luck and its size."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.technology import Technology
from sim.luck.randomness import pareto, streams, uniforms_of
from sim.tables.parameters import Parameters


class Entrants(NamedTuple):
    """Entrants by cluster and key, whether each is a plant of a major project, and the number of the quarter in which
    it usually opens: who is hastened keeps its luck.
    """

    cluster: np.ndarray
    key: np.ndarray
    major: np.ndarray
    when: np.ndarray


def luck(seed: int, decision: str, key: np.ndarray, when: np.ndarray) -> np.ndarray:
    """Return a draw of each entrant, of the quarter in which it usually opens."""
    draws: np.ndarray = uniforms_of(streams(seed, decision, when), key)
    return draws


def sizes(who: Entrants, numbers: Parameters, technology: Technology, smallest: float, seed: int) -> np.ndarray:
    """Return annual output at 2021 prices, million yuan: a Pareto cut off at both ends; of plants by their investment.

    Args:
        smallest: revenue from which firms are simulated, million yuan a year.
    """
    draws, major = luck(seed, "entrant size", who.key, who.when), who.major
    small = pareto(draws, numbers.entrant_size_exponent, smallest, numbers.entrant_size_high)
    plant = pareto(draws[major], numbers.major_project_exponent, numbers.major_project_low, numbers.major_project_high)
    small[major] = plant / technology.capital_output[who.cluster[major]]
    return small
