"""Which newcomers may open: they need land where a budget limits it, and closed capacity where a rule asks for it."""

from __future__ import annotations

import numpy as np

from sim.firms import land
from sim.firms.entrants import Entrants, sizes
from sim.firms.signings import Plants
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.setting import Setting

Newcomers = tuple[np.ndarray, np.ndarray]  # cluster and key of each


def admitted(firms: Firms, setting: Setting, ordinary: Newcomers, plants: Plants) -> tuple[Newcomers, Plants]:
    """Return the ordinary newcomers and the plants that may open; who finds no land takes no credits of closed
    capacity. Announced plants have both.
    """
    if (budget := setting.terms.land) is not None:
        ordinary, plants = _with_land(land.left(firms, budget), setting, ordinary, plants)
    ratio = np.broadcast_to(setting.terms.newcomers.swap, firms.start.shape)
    small, large = _entrants(setting, ordinary, plants)
    opens = _credited(setting, small, ratio[small.cluster])
    return (ordinary[0][opens], ordinary[1][opens]), plants.only(_credited(setting, large, plants.swap))


def sizes_of(who: Entrants, setting: Setting) -> np.ndarray:
    """Return what entrants sell in their first year, million yuan at 2021 prices."""
    return sizes(who, setting.numbers, setting.technology, setting.smallest, setting.seed)


def _entrants(setting: Setting, ordinary: Newcomers, plants: Plants) -> tuple[Entrants, Entrants]:
    when = np.full(ordinary[0].size, setting.quarter.number)
    small = Entrants(*ordinary, np.zeros(when.size, dtype=bool), when)
    return small, Entrants(plants.cluster, plants.key, np.ones(plants.key.size, dtype=bool), plants.usual)


def _with_land(left: float, setting: Setting, ordinary: Newcomers, plants: Plants) -> tuple[Newcomers, Plants]:
    """Return those of both kinds that find a place on the land that is left, mu."""
    both = _entrants(setting, ordinary, plants)
    who = Entrants(*(np.concatenate(pair) for pair in zip(*both, strict=True)))
    capital = sizes_of(who, setting) * setting.technology.capital_output[who.cluster]
    need = capital * land.new_plots(who.key, setting.seed, setting.plots())
    found = land.finding_land(need, uniforms(setting.luck("land"), who.key), left)
    few = ordinary[0].size
    return (ordinary[0][found[:few]], ordinary[1][found[:few]]), plants.only(found[few:])


def _credited(setting: Setting, who: Entrants, ratio: np.ndarray) -> np.ndarray:
    """Return a mask of newcomers for whose capacity enough has closed (`sim.firms.swap`)."""
    annual = sizes_of(who, setting) if ratio.any() else np.zeros(ratio.size)
    return setting.bank.admit(annual, ratio, who.cluster)
