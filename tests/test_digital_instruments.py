"""Money for the digital firm: what each instrument pays, worked by hand, and what firms then do."""

import numpy as np
import pytest

from sim.behaviours import finance, retrofit
from sim.city import city
from sim.experiments.attribute import attribute
from sim.experiments.replicate import worlds
from sim.policies.digital_diagnosis import DigitalDiagnosis
from sim.policies.smart_loan import SmartLoan
from sim.treasury.claims import SERVICE, SUBSIDY
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import firms_with, quarter
from tests.policy_bench import look, paid, plain_firms


def announced(instrument, firms, **view):
    """Return the view of a quarter and the terms that the instrument makes in it."""
    seen, terms = look(firms, **view), Terms(firms.rows, "highest", 0.5)
    instrument.announce(seen, terms)
    return seen, terms


# free diagnosis


def test_a_third_of_firms_is_diagnosed_a_year_at_twenty_thousand_yuan_each_and_no_cash_reaches_them():
    """Thirty firms, 0.4 a year: three a quarter."""
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    view, terms = announced(DigitalDiagnosis(reach=0.4), firms)
    claims = DigitalDiagnosis().take_up(view, terms)
    assert paid(claims) == {29: 0.02, 28: 0.02, 27: 0.02}
    assert [claim.form for claim in claims] == [SERVICE]


def test_all_are_diagnosed_once_before_anybody_is_again_and_who_has_nothing_to_gain_is_left_out():
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    firms.diagnosed[26:] = 9, 7, 8, 7
    firms.digital_level[25], firms.adapting[24], firms.above_scale[23], firms.active[22] = 3, 1, False, False
    _, terms = announced(DigitalDiagnosis(reach=1.0), firms)  # 28 above scale and in business: seven a quarter
    assert np.flatnonzero(terms.column("diagnosis")).tolist() == [15, 16, 17, 18, 19, 20, 21]
    firms.diagnosed[:22] = 9
    _, terms = announced(DigitalDiagnosis(reach=1.0), firms)
    assert set(np.flatnonzero(terms.column("diagnosis"))) == {29, 27, 28, 26, 21, 20, 19}


def test_peers_first_begins_in_the_most_digital_cluster():
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    firms.digital_level[[3, 4, 27]] = 1  # two of three in the second cluster, one of three in the last
    _, terms = announced(DigitalDiagnosis(reach=0.8, first="peers"), firms)
    assert np.flatnonzero(terms.column("diagnosis")).tolist() == [3, 4, 5, 27, 28, 29]


def looked(heard, told, seeds=range(40)):
    """Return how many of thirty firms look into a project that always pays, over some seeds."""
    number = 0
    for seed in seeds:
        firms = firms_with(expected_demand=10.0)
        terms = Terms(firms.rows)
        terms.add("diagnosis", told)
        retrofit.consider(firms, quarter(terms=terms, seed=seed, diagnosis_heard=heard, digital_cost=1e-9))
        number += np.count_nonzero(firms.wanted_digital)
        assert (firms.diagnosed == (firms.diagnosed[0] if told else 0)).all() and bool(firms.diagnosed[0]) == bool(told)
    return number / 30.0 / len(seeds)


def test_of_those_diagnosed_as_many_look_into_a_project_as_hear_beside_those_who_look_anyway():
    assert looked(0.6, 0.0) == looked(0.0, 1.0) == pytest.approx(0.05, abs=0.02)
    assert looked(0.6, 1.0) == pytest.approx(0.65, abs=0.05)
    assert looked(1.0, 1.0) == 1.0


# the loan


@pytest.mark.parametrize(
    ("room", "cash", "worth", "granted", "credit"),
    [
        (0.0, 4.0, 1.0, 0.0, 0.0),  # 10 million yuan wanted, 4 there
        (0.5, 4.0, 1.0, 0.0, 0.0),  # the loan lends 5 more: still one short
        (0.6, 4.0, 1.0, 10.0, 6.0),
        (0.6, 12.0, 1.0, 10.0, 0.0),  # who has the money borrows nothing
        (0.6, 4.0, -1.0, 0.0, 0.0),  # nobody lends to the insolvent
    ],
)
def test_the_loan_lends_its_share_beyond_usual_credit_all_or_nothing(room, cash, worth, granted, credit):
    firms = firms_with(cash=cash, net_worth=worth, wanted_digital=10.0, listed=True)
    terms = Terms(firms.rows)
    terms.add("loan_room", room)
    finance.grant(firms, quarter(terms=terms, cash_buffer=0.0))
    assert (firms.digital_spending[0], firms.credit_drawn[0]) == (granted, pytest.approx(credit))


def test_what_the_loan_lends_is_not_there_for_an_expansion():
    """Cash of 4 and a loan of 6 are spent on the project: nothing of the firm's own is left for new capacity."""
    firms = firms_with(cash=4.0, net_worth=1.0, wanted_digital=10.0, wanted_expansion=10.0)
    terms = Terms(firms.rows)
    terms.add("loan_room", 0.6)
    finance.grant(firms, quarter(terms=terms, cash_buffer=0.0, cash_sensitivity=1.0))
    assert (firms.digital_spending[0], firms.expansion[0]) == (10.0, 0.0)


def test_three_points_of_half_a_project_are_paid_at_once_up_to_the_cap_of_three_years():
    """1 % x 3 years x half of 100 million yuan = 1.5 million; of 1,000 million 15, but 2 a year for three years."""
    firms = plain_firms()
    firms.digital_spending[[0, 1]] = 100.0, 1_000.0
    view, terms = announced(SmartLoan(), firms)
    claims = SmartLoan().take_up(view, terms)
    assert paid(claims) == {0: 1.5, 1: 6.0}
    assert {claim.form for claim in claims} == {SUBSIDY} and (terms.column("loan_room") == 0.5).all()


# in a run

OFF = {
    "digital_diagnosis": {"reach": 0.0},
    "smart_loan": {"room": 0.0},
}


@pytest.fixture(scope="module")
def found():
    """Two years without policy, and with each instrument at its defaults and at zero."""
    base = small("no-policy", horizon__until="2023Q4")
    arms = {"none": base}
    for name, off in OFF.items():
        arms[name] = base.with_changes({f"policies.{name}": {}})
        arms[f"{name} off"] = base.with_changes({f"policies.{name}": off})
    return dict(worlds(arms, 11))


@pytest.mark.parametrize("name", OFF)
def test_at_zero_an_instrument_is_as_if_it_were_not_there(found, name):
    for table in ("years", "quarters", "cluster_years", "city"):
        here, there = getattr(found[f"{name} off"], table), getattr(found["none"], table)
        for outcome, values in there.items():
            assert np.array_equal(values, here[outcome], equal_nan=True), outcome


@pytest.mark.parametrize("name", OFF)
def test_more_firms_are_digital_with_the_instrument_than_without(found, name):
    assert found[name].years["digital_share"][-1] > found["none"].years["digital_share"][-1]
    assert found[name].years["public_cost"].sum() > 0.0


# what it comes to

PACKAGE = {"policies.digital_subsidy": {}, "policies.digital_diagnosis": {}, "policies.smart_loan": {}}


def over_none(patch, size, number):
    """Return value added of the clusters with the package over that without by world and quarter to 2030, less one:
    nominal, real, double-deflated.
    """
    seen, real = [], city.real_value_added

    def watched(*given):
        seen.append(real(*given))
        return seen[-1]

    patch.setattr(city, "real_value_added", watched)
    base = small("no-policy", horizon__until="2030Q4").with_changes(size)
    found = []
    for world in range(number):
        paths = []
        for _, result in worlds({"none": base, "package": base.with_changes(PACKAGE)}, 100 + world):
            nominal = result.quarters["value_added"].sum(axis=1)
            paths.append([nominal, *np.array(seen).sum(axis=2).T])
            seen.clear()
        none, package = np.array(paths)
        found.append(package / none - 1.0)
    return np.array(found)


@pytest.mark.parametrize(
    ("above", "below", "number", "sure"),
    [(300, 100, 6, 0.0), pytest.param(600, 300, 40, 1.96, marks=pytest.mark.slow)],
)
def test_subsidy_diagnosis_and_loan_cost_value_added_at_first_and_bring_more_nominal_and_real_in_2030(
    monkeypatch, above, below, number, sure
):
    size = {"population.above_scale": above, "population.below_scale": below}
    beyond = over_none(monkeypatch, size, number)
    early, late = beyond[:, :, :3].mean(axis=2), beyond[:, :, -4:].mean(axis=2)
    error = [path.std(axis=0, ddof=1) / np.sqrt(number) for path in (early, late)]
    assert (early.mean(axis=0) + sure * error[0] < 0.0).all()
    assert (late.mean(axis=0) - sure * error[1] > 0.0).all()


def test_what_each_instrument_paid_is_split_by_what_earned_it():
    spec = small("no-policy", horizon__until="2023Q4").with_changes({f"policies.{name}": {} for name in OFF})
    rows = attribute(spec, worlds=2, orders=1).attribution
    split = rows[rows["million_yuan"] != 0.0].groupby("instrument")["class"].agg(set)
    assert split["digital_diagnosis"] == {"unconditional"}
    assert split["smart_loan"] <= {"deadweight", "timing", "displaced", "additional"}
