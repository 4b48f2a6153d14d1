"""Awards for technology centres: who is paid, by hand, and that they buy nothing but a name."""

import dataclasses

import numpy as np
import pytest

from sim.calendar.quarter import FIRST, Quarter
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.policies.technology_centres import TechnologyCentres
from sim.treasury.claims import AWARD, Basis
from sim.treasury.ledger import Payment
from tests.conftest import small
from tests.policy_bench import look, paid, plain_firms

FEW = {"held_national": 2.0, "held_provincial": 3.0, "new_national": 1.0, "new_provincial": 2.0}


def ranked():
    """Return thirty firms of which the first does most research and the last least."""
    firms = plain_firms()
    firms.season_research[:] = np.arange(firms.rows, 0, -1)[:, None] / 4.0
    return firms


def before(view, rows, clause, quarter="2022Q3"):
    """Return a view in which some firms were paid under a clause."""
    rows, then = np.array(rows), Quarter.read(quarter)
    fen = np.full(rows.size, 10)
    made = Payment(then, "technology_centres", clause, "", AWARD, rows, fen, Basis.UNCONDITIONAL, None)
    return dataclasses.replace(view, payments=lambda name, quarter: [made] if quarter == then else [])


def test_the_next_in_research_after_all_holders_are_paid_a_million_and_300_000_yuan():
    """Two hold a national centre, so the third gets one; three more hold a provincial one, so the seventh does."""
    assert paid(TechnologyCentres(**FEW).claim(look(ranked(), "2023Q3"))) == {2: 1.0, 6: 0.3, 7: 0.3}
    assert paid(TechnologyCentres(**FEW).claim(look(ranked(), "2023Q2"))) == {}
    assert paid(TechnologyCentres().claim(look(ranked(), "2023Q3"))) == {13: 1.0}  # 277 more firms are not there


def test_nobody_is_paid_twice_and_a_new_firm_in_the_row_of_one_that_closed_is_nobody():
    firms = ranked()
    view = before(look(firms, "2023Q3"), [2], "national")
    assert paid(TechnologyCentres(**FEW).claim(view)) == {3: 1.0, 7: 0.3, 8: 0.3}
    view = before(look(firms, "2023Q3"), [6, 7], "provincial")
    assert paid(TechnologyCentres(**FEW).claim(view)) == {2: 1.0, 8: 0.3, 9: 0.3}
    firms.founded[6] = (FIRST + 4).number
    view = before(look(firms, "2023Q3"), [6, 7], "provincial")
    assert paid(TechnologyCentres(**FEW).claim(view)) == {2: 1.0, 6: 0.3, 8: 0.3}


def test_a_centre_is_for_above_scale_firms_in_business_that_do_research():
    firms = ranked()
    firms.active[2], firms.above_scale[7] = False, False
    firms.season_research[10:] = 0.0
    assert paid(TechnologyCentres(**FEW).claim(look(firms, "2023Q3"))) == {3: 1.0, 8: 0.3, 9: 0.3}


HELD = {f"policies.technology_centres.{name}": value for name, value in FEW.items()}


@pytest.fixture(scope="module")
def base():
    return small("no-policy", horizon__until="2023Q4", population__above_scale=100, population__below_scale=40)


@pytest.mark.parametrize(
    "off", [("award_national", "award_provincial"), ("new_national", "new_provincial")], ids=lambda names: names[0]
)
def test_without_awards_or_without_recognitions_it_is_as_if_it_were_not_there(base, off):
    changes = HELD | {f"policies.technology_centres.{name}": 0.0 for name in off}
    found = dict(worlds({"none": base, "off": base.with_changes(changes)}, 4))
    for name, values in found["none"].years.items():
        assert np.array_equal(values, found["off"].years[name], equal_nan=True), name


def test_its_money_is_unconditional_to_the_last_yuan(base):
    """Two years of one national and two provincial centres: 3.2 million yuan."""
    found = attribution.attribute(base.with_changes(HELD), worlds=2, shapley="none")
    rows = found.attribution.query("instrument == 'technology_centres'").set_index("class")["million_yuan"]
    assert rows["unconditional"] == pytest.approx(3.2) and rows.sum() == rows["unconditional"]
    assert found.attribution_costs["outcome"].to_list() == ["own_research"]
