"""The city's totals with figures worked by hand: the rest, its taxes, real value added and the city's luck."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from sim.calendar.quarter import Quarter
from sim.city.city import CityAccounts, _RestOfTaxes, real_value_added, value_added_2021
from sim.city.city_luck import CityLuck
from sim.luck import keys
from sim.measure.measures import cluster_flows
from sim.tables.parameters import Parameters
from tests.changzhou import IDENTIFIERS
from tests.hand import by_cluster, firms_with, quarter

NUMBERS = {
    "gdp_2021": 1_000.0,
    "tax_2021": 200.0,
    "budget_revenue_2021": 150.0,
    "high_tech_tax_cut": 0.2,
    "local_tax_share": 0.4,
    "tax_buoyancy": 0.5,
    "revenue_buoyancy": 1.5,
    "linkage": 0.5,
    "other_sectors_growth": 0.21,
    "other_sectors_exposure": 2.0,
} | {f"{c}.cycle_exposure": 1.0 + i for i, c in enumerate(IDENTIFIERS)}
TECHNOLOGY = {"materials": by_cluster(0.6, 0.5), "energy_price": 0.01, "tax_rate": 0.25}


def two_firms(**columns):
    """Row 0 in the first cluster and row 3 in the second; the others are closed."""
    firms = firms_with(
        last_revenue=[100.0, 0.0, 0.0, 200.0],
        productivity=[1.25, 1.0, 1.0, 1.0],
        digital_effect=[1.6, 1.0, 1.0, 1.0],
        energy_intensity=[10.0, 0.0, 0.0, 20.0],
    )
    firms.active[[1, 2]], firms.active[4:] = False, False
    for name, values in columns.items():
        getattr(firms, name)[[0, 3]] = values
    return firms


# value added


def test_value_added_of_2021_is_sales_less_inputs_by_efficiency_and_energy():
    firms = two_firms()
    firms.last_revenue[1] = 77.0  # closed
    found = value_added_2021(firms, quarter(technology=TECHNOLOGY).technology)
    # 100 x (1 - 0.6 / 2 - 0.1) and 200 x (1 - 0.5 - 0.2)
    np.testing.assert_allclose(found[:5], [60.0, 0.0, 0.0, 60.0, 0.0])


def test_real_value_added_is_deflated_once_or_twice_and_free_of_margin_luck():
    firms = two_firms(
        value_added=[50.0, 80.0],
        materials=[45.0, 60.0],
        margin_noise=[0.05, -0.1],
        revenue=[100.0, 200.0],
        energy_use=[500.0, 1_000.0],
        output=[50.0, 40.0],
    )
    now = {"output_price": by_cluster(2.0, 4.0), "input_price": by_cluster(1.25, 2.0)}
    single, double = real_value_added(firms, quarter(outside=now, technology=TECHNOLOGY), cluster_flows(firms))
    np.testing.assert_allclose(single[:3], [55.0 / 2.0, 60.0 / 4.0, 0.0])
    np.testing.assert_allclose(double[:3], [50.0 - 40.0 / 1.25 - 5.0, 40.0 - 80.0 / 2.0 - 10.0, 0.0])


# the rest


class Outlook:
    """Demand is 1.1 times that of 2021 in the first cluster, 1.2 times in the second, and shaken by 0.1 where exposed:
    in one quarter alone.
    """

    def __init__(self, label="2023Q3"):
        self.label = label

    def central_trend(self, quarter):
        return by_cluster(1.1, 1.2) if str(quarter) == self.label else by_cluster(7.0, 9.0)

    def common_shock(self, quarter, exposure):
        return np.exp((0.1 if str(quarter) == self.label else 3.0) * exposure)


def luckless(monkeypatch, other=1.0, label="2023Q3"):
    """Luck of other sectors in one quarter, of published figures in one year."""
    monkeypatch.setattr(CityLuck, "other_sectors", lambda self, quarter: other if str(quarter) == label else 5.0)
    monkeypatch.setattr(CityLuck, "tax_administration", lambda self, year: 0.0)
    monkeypatch.setattr(CityLuck, "published", lambda self, year: 1.25 if year == int(label[:4]) else 5.0)


def accounts(real=1.0, label="2023Q3"):
    """The city's accounts in a quarter in which modelled real value added is `real` times its path."""
    firms = two_firms(high_tech_title=[True, False])
    held = Parameters().replace(NUMBERS)
    technology = quarter(technology=TECHNOLOGY, **NUMBERS).technology
    city = CityAccounts(firms, held, technology, Outlook(label), 1)
    # 60 in each cluster in 2021; path: 60 x 0.9 x 1.1 x exp(0.1) and 60 x 0.8 x 1.2 x exp(0.2), a quarter of it, in a
    # season of 1.2
    path = np.array([59.4 * math.exp(0.1), 57.6 * math.exp(0.2)]) / 4.0 * 1.2
    firms.value_added[[0, 3]], firms.tax[[0, 3]] = real * path * [2.0, 4.0], [3.0, 4.0]
    firms.output[[0, 3]] = [30.0, 40.0]
    outside = {
        "output_price": by_cluster(2.0, 4.0),
        "season": 1.2,
        "deflator": 1.1,
        "usual_ratio": by_cluster(0.9, 0.8),
    }
    setting = quarter(label, outside=outside, technology=TECHNOLOGY, **NUMBERS)
    setting = type(setting)(
        **{name: getattr(setting, name) for name in setting.__dataclass_fields__} | {"years_passed": 2.0}
    )
    return city.account(firms, setting, cluster_flows(firms)), path


REST_2021 = 1_000.0 - 120.0
OF_FIRMS = 0.25 * 0.8 * 60.0 + 0.25 * 60.0  # taxes of modelled firms in 2021: the first is a high-tech firm


@pytest.mark.parametrize("label", ["2023Q1", "2023Q4"])
def test_the_rest_closes_gdp_and_taxes_of_2021_and_grows_on_its_own(monkeypatch, label):
    luckless(monkeypatch, 1.05, label)
    found, path = accounts(label=label)
    rest = 1.21**2 * math.exp(0.2) * 1.05
    produced = rest * REST_2021 * 1.2 / 4.0
    value_added = 2.0 * path[0] + 4.0 * path[1]
    assert found.industrial_value_added == pytest.approx(value_added)
    assert found.gdp == pytest.approx(value_added + 1.1 * produced)
    assert found.gdp_published == pytest.approx(found.gdp * 1.25)
    assert found.gdp_real == pytest.approx(path.sum() + produced)
    assert found.gdp_real_double == pytest.approx(70.0 + produced)
    growth = rest * 1.1
    assert found.tax == pytest.approx(7.0 + (200.0 - OF_FIRMS) * growth**0.5 * 1.2 / 4.0)
    assert found.local_tax == pytest.approx(2.8 + (150.0 - 0.4 * OF_FIRMS) * growth**1.5 * 1.2 / 4.0)


def test_the_rest_follows_half_of_what_modelled_industry_is_off_its_path(monkeypatch):
    luckless(monkeypatch)
    on, path = accounts()
    off, _ = accounts(real=1.1)
    assert (off.gdp_real - 1.1 * path.sum()) / (on.gdp_real - path.sum()) == pytest.approx(1.05)


@pytest.mark.parametrize("label", ["2023Q1", "2023Q4"])
def test_the_luck_of_collection_is_that_of_the_year(monkeypatch, label):
    luckless(monkeypatch, label=label)
    plain, _ = accounts(label=label)
    monkeypatch.setattr(CityLuck, "tax_administration", lambda self, year: {2023: 0.25}.get(year, 9.0))
    lucky, _ = accounts(label=label)
    growth = 1.21**2 * math.exp(0.2) * 1.1
    assert (lucky.tax - 7.0) / (plain.tax - 7.0) == pytest.approx(growth**0.25)
    assert (lucky.local_tax - 2.8) / (plain.local_tax - 2.8) == pytest.approx(growth**0.25)


def test_a_loss_of_2021_paid_no_tax(monkeypatch):
    firms = two_firms(energy_intensity=[10.0, 80.0])  # the second: 200 x (1 - 0.5 - 0.8) is a loss of 60
    held = Parameters().replace(NUMBERS)
    city = CityAccounts(firms, held, quarter(technology=TECHNOLOGY, **NUMBERS).technology, Outlook(), 1)
    assert city._taxes.of(1.0, 0.0) == pytest.approx((200.0 - 15.0, 150.0 - 6.0))


def test_taxes_of_the_rest_move_by_each_quarters_growth():
    taxes = _RestOfTaxes(Parameters().replace(NUMBERS), 50.0)
    assert taxes.of(1.1, 0.0) == pytest.approx((150.0 * 1.1**0.5, 130.0 * 1.1**1.5))
    assert taxes.of(1.1, 0.3) == pytest.approx((150.0 * 1.1**0.5, 130.0 * 1.1**1.5))  # nothing grew
    assert taxes.of(0.99, 0.5) == pytest.approx((150.0 * 1.1**0.5 * 0.9, 130.0 * 1.1**1.5 * 0.9**2.0))


# luck


def lucky(monkeypatch, draws, **numbers):
    monkeypatch.setattr(CityLuck, "_normal", lambda self, decision, year: draws.get((decision, year), 0.0))
    return CityLuck(Parameters().replace(numbers), 1)


def test_a_years_luck_of_other_sectors_comes_in_four_steps_and_stays(monkeypatch):
    draws = {("other sectors", 2022): 1.0, ("other sectors", 2023): -2.0, ("other sectors", 2021): 50.0}
    luck = lucky(monkeypatch, draws, other_sectors_spread=0.1)
    for label, walk, variance in (
        ("2022Q1", 0.25, 0.0625),
        ("2022Q4", 1.0, 1.0),
        ("2023Q1", 0.5, 1.0625),
        ("2023Q2", 0.0, 1.25),
        ("2024Q4", -1.0, 3.0),
    ):
        assert luck.other_sectors(Quarter.read(label)) == pytest.approx(math.exp(0.1 * walk - 0.005 * variance)), label


def test_tax_administration_and_published_gdp_have_the_luck_of_their_year(monkeypatch):
    draws = {
        ("tax administration", 2023): 2.0,
        ("reported gdp", 2023): -1.0,
        ("census", 2023): 1.5,
        ("census", 2028): -1.0,
    }
    luck = lucky(
        monkeypatch, draws, buoyancy_spread=0.3, reporting_noise=0.02, census_revision=0.04, census_revision_spread=0.02
    )
    assert [luck.tax_administration(year) for year in (2022, 2023, 2024)] == [0.0, 0.6, 0.0]
    found = [luck.published(year) for year in (2022, 2023, 2024, 2028, 2029)]
    assert found == pytest.approx([1.0, 0.98, 1.07, 1.07, 1.07 * 1.02])


def test_a_draw_of_the_city_is_keyed_by_decision_and_year():
    luck = CityLuck(Parameters(), 8)
    for decision, year in (("census", 2023), ("other sectors", 2025), ("other sectors", 2024), ("other sectors", 2026)):
        expected = NormalDist().inv_cdf(keys.uniform(keys.stream(8, decision, year * 4), 0))
        assert luck._normal(decision, year) == luck._normal(decision, year) == expected
