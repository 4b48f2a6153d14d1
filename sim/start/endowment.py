"""The endowment: all that a starting firm has besides its size, read from top to bottom.

Each part writes its own columns from those above it. The way is down only: `history` calls `endow`, `endow` the parts,
the parts read what `population` drafted; nothing below calls back.
"""

from __future__ import annotations

import numpy as np

from sim.firms import announced
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.start.give_digital import give_digital_levels
from sim.start.give_groups import give_groups
from sim.start.give_owners import give_owners
from sim.start.give_smart import give_smart_titles
from sim.start.give_standing import give_standing
from sim.start.give_stocks import give_last_year, give_stocks
from sim.start.give_technology import give_technology
from sim.start.give_titles import give_titles
from sim.start.population import Draft
from sim.start.sized import Sized, StartLuck
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters


def endow(drafted: Draft, numbers: Parameters, technology: Technology, seed: int, annual: np.ndarray) -> Firms:
    """Return firms of the given sizes (million yuan a year) with all that a firm of that size has when nothing ever
    happened to it.

    Args:
        drafted: their rows, keys and names. numbers, technology, seed: those of the world, as for the draft.
    """
    firms = _same_layout(drafted.firms)
    firms.above_scale[:] = annual >= ABOVE_SCALE_LINE
    firms.ever_above_scale[:] = firms.above_scale
    rows = np.flatnonzero(firms.active)
    luck = StartLuck(seed, firms.key[rows])
    sized = Sized(firms, numbers, technology, annual, drafted.named, rows, luck, drafted.given)
    give_owners(sized)
    give_technology(sized)
    give_digital_levels(sized)
    give_titles(sized)
    give_smart_titles(sized)
    give_stocks(sized)
    give_groups(sized)
    give_last_year(sized)
    give_standing(sized)
    firms.keeps_outside[[move.row for move in announced.schedule(numbers, drafted.named).relocations]] = True
    return firms


def _same_layout(laid_out: Firms) -> Firms:
    """Return firms with the same rows and keys; columns that hold only zeros are made anew, which costs nothing until
    they are written.
    """
    firms = Firms(laid_out.start, laid_out.first_entrant, laid_out.end)
    firms.places = laid_out.places.copy()
    firms.cluster[:], firms.key[:], firms.active[:] = laid_out.cluster, laid_out.key, laid_out.active
    return firms
