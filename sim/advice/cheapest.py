"""The cheapest package that reaches a target with a probability, found among noisy results and proved in fresh worlds.

A generator: it yields what is to be tried next and is sent what was found, so it knows no run and no folder. First the
ends and a Sobol design, in few worlds each; what looks cheap and good enough is tried again. Then rounds around the
best package, guided by a local surface through all results, on a scale that shrinks from the whole box; levers that do
nothing fall to their low end there. Last, candidates one after the other in many worlds each, until one is certified;
after one that fails the surface knows more, and the next candidate is a safer one. No two packages share worlds: the
luck of one set of worlds would favour the same wrong packages everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np

from sim.advice.effort import FIRMER, RACES, Batch, Effort, Stage
from sim.advice.judging import best_of, elsewhere_of, finer, front_of, promising, start_of
from sim.advice.proposing import aim_for, candidate, cheaper, proposals
from sim.advice.space import Space
from sim.advice.surface import Trials, fit

Proved = Callable[[int, int], bool]  # hits, worlds -> whether the package may be called certified
Look = Generator[Batch, Trials, None]


def look(space: Space, wanted: float, effort: Effort, proved: Proved, first: np.ndarray, seed: int) -> Look:
    """Yield batches until a package is certified or the candidates are used up.

    Args:
        wanted: probability asked for. first: points of the first round, (points, levers).
        seed: of what is proposed.
    """
    rng = np.random.default_rng([seed, 0x5EA])
    together = np.repeat(np.linspace(0.0, 1.0, effort.together)[:, None], space.levers, axis=1)
    tried = yield Batch(space.snapped(together), effort.worlds * FIRMER)
    tried = tried + (yield Batch(space.snapped(first), effort.worlds))
    if effort.broad:
        tried = tried + (yield Batch(cheaper(space, tried, wanted, effort.broad, rng), effort.worlds))
    for race in range(RACES):
        again = promising(tried, wanted, effort.raced)
        if len(again):
            tried = tried + (yield Batch(again, effort.worlds * 2 ** (race + 1)))
    aim = aim_for(wanted, effort.checks)
    centre, radius = start_of(tried, wanted), 1.0
    for _ in range(effort.rounds):
        surface = fit(tried, centre, radius)
        elsewhere = elsewhere_of(tried, surface, wanted, effort.packages // 4)
        near = proposals(space, surface, aim, effort.packages - len(elsewhere), rng)
        tried = tried + (yield Batch(np.concatenate([elsewhere, near]), effort.repeats))
        radius = finer(tried, centre, radius)
        centre = best_of(tried, fit(tried, centre, radius), wanted)
    for number in range(effort.candidates):
        point = candidate(space, tried, centre, radius, aim, 0.5 + number, rng)
        found = yield Batch(point[None], effort.checks, Stage.CHECK)
        if proved(int(found.hits[0]), int(found.worlds[0])):
            break
        tried, centre = tried + found, point
    packages, worlds = effort.front
    yield Batch(front_of(tried, packages), worlds, Stage.FRONT)
