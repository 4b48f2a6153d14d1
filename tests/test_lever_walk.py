"""Every lever moves what it is said to move, or says why it moves nothing."""

import numpy as np
import pytest

from sim import policies
from sim.experiments.replicate import worlds
from sim.policies import ANNOUNCED
from sim.scenario.programme import written
from sim.tables.catalogue import CITY, listed
from tests.conftest import small
from tests.lever_walk import INERT, WALK

BATCH, MOST = 10, 200
ERRORS = 3.0
OWN = {"public_cost", "award_cost", "awards"}
OF_ALL = {"from", "until", "in_force"}
LEVERS = sorted(
    f"{name}.{lever}"
    for name in policies.names()
    for lever, field in written(name).model_fields.items()
    if (field.alias or lever) not in OF_ALL
)


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_says_what_it_moves_or_why_it_moves_nothing(lever):
    assert (lever in WALK) != (lever in INERT), lever


def test_what_is_said_to_move_is_an_outcome_that_no_instrument_pays_and_no_lever_is_left_over():
    told = {outcome.name for outcome in listed(CITY) if not outcome.against}
    assert {moves.outcome for moves in WALK.values()} <= told - OWN
    assert set(WALK) | set(INERT) == set(LEVERS)
    assert ANNOUNCED


def arms_of(lever):
    """Return the worlds' two arms: the instrument alone as announced, and with the lever at its upper end."""
    moves = WALK[lever]
    name, _, field = lever.partition(".")
    base = small("no-policy", horizon__until="2025Q4").with_changes({f"policies.{name}": {}})
    base = base.with_changes(moves.beside) if moves.beside else base
    top = moves.to if moves.to is not None else top_of(name, field)
    return {"base": base, "top": base.with_changes({f"policies.{lever}": top})}


def top_of(name, field):
    """Return the upper end of a lever's range."""
    return min(bound.le for bound in policies.get(name).model_fields[field].metadata if hasattr(bound, "le"))


@pytest.mark.slow
@pytest.mark.parametrize("lever", sorted(WALK))
def test_a_lever_at_its_upper_end_moves_its_outcome_beyond_three_paired_standard_errors(lever):
    moves, arms, found = WALK[lever], arms_of(lever), []
    while len(found) < MOST:
        for seed in range(len(found), len(found) + BATCH):
            end = {name: result.years[moves.outcome][-1] for name, result in worlds(arms, seed + 1)}
            found.append(moves.direction * float(end["top"] - end["base"]))
        mean, error = np.mean(found), np.std(found, ddof=1) / np.sqrt(len(found))
        if mean > 0.0 and mean > ERRORS * error:
            return
    pytest.fail(f"{lever}: {moves.outcome} by {moves.direction * mean:+.4g} with a standard error of {error:.4g}")
