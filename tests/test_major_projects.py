"""Major projects: what is promised and paid, who comes for it, and how supervision shortens building."""

import numpy as np
import pytest

from sim.calendar.quarter import FIRST, Quarter
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.firms.newcomers import Newcomers, Promise
from sim.firms.signings import Plants, Signings, comes
from sim.firms.turnover import most_drawn, most_signed
from sim.model import ClusterModel
from sim.policies.project_awards import ProjectAwards
from sim.policies.project_supervision import ProjectSupervision
from sim.start.population import draft
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.policy_bench import delivered, event, look, paid, plain_firms
from tests.test_same_luck import advance

MANY = {"parameters.major_projects": 300, "parameters.major_project_new_plant_share": 0.15, "outlook.announced": False}
PROMISE = {"policies.project_awards": {"rate": 0.3, "cap": "100 billion yuan"}}
EAGER = {"parameters.major_project_response": 3}
HASTE = {"policies.project_supervision": {"share": 0.9}}


def firms_with_places(numbers):
    """Return thirty plain firms in clusters of equal weight, with the places that the numbers ask for."""
    firms = plain_firms()
    firms.expected_demand[:] = 1.0
    firms.places = np.array([np.zeros(10), np.full(10, most_signed(numbers)), np.full(10, most_drawn(numbers))], int)
    return firms


def turned(numbers, quarters, terms=None, seed=1, price=1.0):
    """Yield the signings of some quarters from 2022 on, under the same terms in all."""
    signings, firms = Signings.none(), firms_with_places(numbers)
    for past in range(quarters):
        signings.turn(FIRST + past, firms.places, numbers, seed, terms or Newcomers(), price)
        yield signings, firms


def one_plant(delay, signed=FIRST.number):
    """Return the signings of a single plant with a delay in quarters."""
    none, whole = np.zeros(1), np.array([signed])
    held = whole, none, whole, none + delay, none, none, none > 0, none
    plant = Plants(np.ones(1, np.uint64), np.zeros(1, np.int64), *held)
    return Signings(plant, plant.only(none > 0))


# what is promised and paid


def test_an_award_is_a_share_of_the_investment_at_the_price_of_the_day_and_at_most_the_cap():
    """500 million at a price of 1.1 is 550: a tenth is 55, and 52 under a cap of 52; at a response of 2 a plant in
    550 / 2 / 52 comes for it beside each that comes anyway."""
    numbers = Parameters().replace({"major_project_low": 500, "major_project_high": 500, "major_project_response": 2.0})
    for cap, award in ((100.0, 55.0), (52.0, 52.0), (0.0, 0.0)):
        ((signings, _),) = turned(numbers, 1, Newcomers(Promise(0.1, cap)), price=1.1)
        np.testing.assert_allclose(signings.waiting.award, award)
        np.testing.assert_allclose(signings.waiting.pull, 2.0 * award / 550.0)


def test_a_plant_that_opened_is_paid_what_it_was_promised_and_one_without_a_promise_nothing():
    firms = plain_firms()
    firms.promised_award[:3] = 10.0, 0.0, 2.5
    opened = event("project_opened", [0, 1], unit="establishment")
    assert paid(ProjectAwards().claim(look(firms, events=[opened]))) == {0: 10.0}


def test_supervision_costs_a_quarter_of_its_year_and_works_as_far_as_it_is_paid():
    """A fifth off delays makes a quarter pass 1/0.8 of them; half paid, a tenth and 1/0.9."""
    given, view = ProjectSupervision(), look(plain_firms())
    assert paid(given.claim(view)) == {-1: 2.5}
    assert delivered(given, view).newcomers.pace == pytest.approx(1.25)
    assert delivered(given, view, holds=1.25).newcomers.pace == pytest.approx(1.0 / 0.9)


def test_two_promises_to_the_same_plant_are_refused():
    terms = Terms(30)
    ProjectAwards().announce(look(plain_firms()), terms)
    with pytest.raises(ValueError, match=r"two instruments make a promise to newcomers' plants"):
        ProjectAwards().announce(look(plain_firms()), terms)


# how long it takes


@pytest.mark.parametrize(
    ("delay", "cut", "opens"), [(3.5, 0.0, 7), (3.5, 0.5, 5), (3.5, 0.2, 6), (0.5, 0.0, 4), (0.5, 0.9, 4)]
)
def test_supervision_takes_its_share_off_delays_and_nothing_off_the_shortest_time(delay, cut, opens):
    """The shortest building time is five quarters, so the earliest end is that of the fourth after the signing."""
    signings, terms, numbers = one_plant(delay), Newcomers(), Parameters()
    terms.hasten(cut)
    past = 0
    while not signings.due.key.size:
        signings.turn(FIRST + past, np.zeros((3, 10), dtype=np.int64), numbers, 1, terms, 1.0)
        past += 1
    assert past - 1 == opens


def test_a_hastened_plant_opens_no_later_with_the_luck_that_it_has_anyway():
    slow, fast = (
        advance(ClusterModel(small("no-policy").with_changes(MANY | policy), seed=4), 12) for policy in ({}, HASTE)
    )
    rows = [{int(m.firms.key[r]): r for r in np.flatnonzero(m.firms.major)} for m in (slow, fast)]
    both = sorted(rows[0].keys() & rows[1].keys())
    assert len(both) > 10 and len(rows[1]) > len(rows[0])
    there, here = (np.array([known[key] for key in both]) for known in rows)
    assert (fast.firms.founded[here] <= slow.firms.founded[there]).all()
    assert (fast.firms.founded[here] < slow.firms.founded[there]).any()
    for name in ("research_propensity", "local_headquarters"):
        np.testing.assert_array_equal(getattr(fast.firms, name)[here], getattr(slow.firms, name)[there], name)


def test_stages_add_up_where_clusters_keep_their_weights():
    """Signed less opened is what the number under way rises by, quarter by quarter."""
    numbers, before = Parameters(), 0
    for past, (signings, firms) in enumerate(turned(numbers, 40)):
        waiting, due = (p.only(comes(p, firms, numbers)) for p in (signings.waiting, signings.due))
        new = np.count_nonzero(np.concatenate([waiting.signed, due.signed]) == (FIRST + past).number)
        assert waiting.key.size - before == new - due.key.size
        before = waiting.key.size
    assert before > 0


# who comes


def test_who_comes_anyway_comes_whatever_is_promised_and_a_promise_draws_others_in_proportion():
    """Three tenths of the investment at a response of one draw three for every ten."""
    numbers = Parameters().replace({"major_project_response": 1.0})
    came = []
    for terms in (Newcomers(), Newcomers(Promise(0.3, np.inf))):
        found = [s.due.only(comes(s.due, firms, numbers)) for s, firms in turned(numbers, 1500, terms)]
        came.append({int(key) for plants in found for key in plants.key})
        if terms.promise.rate == 0.0:
            assert not any(plants.drawn.any() for plants in found)
    anyway, promised = came
    assert anyway < promised
    assert len(promised) / len(anyway) == pytest.approx(1.3, abs=0.05)


def test_no_lever_reaches_past_the_places_that_are_kept_for_it():
    numbers = Parameters().city_tables.numbers
    most = next(bound.le for bound in ProjectAwards.model_fields["rate"].metadata if hasattr(bound, "le"))
    assert most * numbers["major_project_response"].most <= numbers["major_project_drawn_most"].value


@pytest.mark.parametrize("share", [0.04, 0.08, 0.15, 0.45])
@pytest.mark.parametrize("most", [0.0, 0.5, 1.0, 3.0])
def test_a_cluster_of_the_largest_weight_has_a_place_for_every_plant_that_a_promise_may_draw(share, most):
    numbers = Parameters().replace({"major_project_new_plant_share": share, "major_project_drawn_most": most})
    firms = draft(numbers, 100, 100, 1, FIRST).firms
    signed = 111.0 / 4.0 * share * numbers.major_project_cluster_share
    assert (signed <= firms.places[1]).all() and (signed * most <= firms.places[2]).all()
    assert (firms.end - firms.first_entrant >= firms.places.sum(axis=0)).all()


# in worlds


def test_levers_at_zero_are_the_instrument_away_bit_for_bit():
    base = small("no-policy", horizon__until="2024Q4")
    off = base.with_changes({"policies.project_awards": {"rate": 0}, "policies.project_supervision": {"share": 0}})
    absent, zero = (result for _, result in worlds({"absent": base, "zero": off}, 5))
    for table in ("years", "cluster_years", "quarters", "city"):
        for name, values in getattr(absent, table).items():
            np.testing.assert_array_equal(values, getattr(zero, table)[name], name)


def test_a_promise_brings_plants_and_what_they_make():
    base = small("no-policy").with_changes(MANY | EAGER)
    for seed in (1, 2, 3):
        found = dict(worlds({"base": base, "promise": base.with_changes(PROMISE)}, seed))
        for name in ("projects_signed", "projects_opened", "industrial_value_added"):
            less, more = (found[arm].years[name] for arm in ("base", "promise"))
            assert more.sum() > less.sum(), (seed, name)


def test_a_promise_is_kept_after_the_instrument_has_ended_and_made_to_nobody_later():
    for_a_year = {
        "policies.project_awards": {"rate": 0.3, "until": 2022},
        "policies.project_supervision": {"until": 2022},
    }
    spec = small("no-policy", horizon__until="2026Q4").with_changes(MANY | for_a_year)
    model = advance(ClusterModel(spec, seed=2), 20)
    awards = [p for p in model.ledger.payments if p.clause == "opened_project"]
    assert awards and min(p.quarter for p in awards) > Quarter.of(2022, 4)
    signed = [int(key - 1) >> 32 & 0xFFFF for p in awards for key in model.firms.key[p.rows]]
    assert set(signed) <= {1, 2, 3, 4}, "quarters since the start"
    rounds = [p.quarter.year for p in model.ledger.payments if p.clause == "rounds"]
    assert set(rounds) == {2022}


def test_an_award_is_judged_by_whether_the_same_plant_opens_without_it():
    """Where nobody comes for it all is paid for nothing; at three tenths of the investment and a response of three some
    of it brings plants. A plant that both worlds hasten comes no sooner for the award."""
    spec, found = small("no-policy").with_changes(MANY | HASTE), {}
    for name, changes in {"idle": PROMISE | {"parameters.major_project_response": 0}, "eager": PROMISE | EAGER}.items():
        values = attribution.split_world(spec.with_changes(changes), 1, True, "none", 0, 0)
        found[name] = {}
        for _, clause, what, *_, amount in values["money"]:
            if clause == "opened_project":
                found[name][what] = found[name].get(what, 0.0) + amount
    assert found["idle"]["deadweight"] > 0.9 * sum(found["idle"].values())
    assert found["eager"]["additional"] > 0.2 * sum(found["eager"].values())
    assert not found["idle"].get("timing") and not found["eager"].get("timing")


def test_plants_drawn_are_led_from_outside_as_often_as_others():
    all_from_outside = {"parameters.major_project_outside_share": 1.0}
    spec = small("no-policy").with_changes(MANY | EAGER | PROMISE | all_from_outside)
    model = advance(ClusterModel(spec, seed=3), 12)
    rows = np.flatnonzero(model.firms.major)
    assert rows.size and not model.firms.local_headquarters[rows].any()
