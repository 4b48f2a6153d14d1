"""The city's accounts: energy paid once, real value added that sees saved inputs, a rest that lives,
what is published.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.calendar.quarter import Quarter
from sim.city.city import CityAccounts, _RestOfTaxes, real_value_added, value_added_2021
from sim.city.city_luck import CityLuck
from sim.firms.technology import Technology
from sim.measure.measures import cluster_flows
from sim.model import ClusterModel
from sim.outside.world import World
from sim.scenario.calm import calm
from sim.scenario.reading import load
from sim.tables.files import read
from sim.tables.parameters import Parameters
from tests.changzhou import IDENTIFIERS
from tests.conftest import small

LATE = Quarter.read("2025Q4")
STILL = {"other_sectors_spread": 0.0, "buoyancy_spread": 0.0, "reporting_noise": 0.0, "census_revision_spread": 0.0}


# energy once


def unit_cost(numbers, quarter=LATE):
    """Materials, energy and wages of a firm at its cluster's norm, yuan per yuan of output of 2021."""
    technology = Technology.of(numbers)
    now = World(numbers, technology, 1, quarter).at(quarter)
    energy = technology.energy_intensity * now.energy_price
    return technology.materials * now.input_price + energy + technology.wages * now.wage_index


def dearer_by_a_tenth(commodity):
    """A calm world in which one commodity has risen by 10 % after two years."""
    return calm(Parameters()).replace({f"{commodity}_price_drift": np.log(1.1) / 2.0})


def energy_parts():
    """Electricity and coal per yuan of output, read from the tables by hand: the bill, split as the input-output rows
    split it.
    """
    rows = {row["input"]: row for row in read("cities/changzhou/input_output")}
    numbers, parts = Parameters(), {"electricity": [], "coal": []}
    for c in IDENTIFIERS:
        bill = numbers[f"{c}.energy_share"] * 1800e4 / (numbers[f"{c}.output_2021"] * 100.0) * 0.002
        electricity = float(rows["electricity"][c])
        coal = numbers[f"{c}.coal_share"] * float(rows["ores_and_coal"][c]) + numbers[f"{c}.coke_share"] * float(
            rows["coke_and_petroleum"][c]
        )
        parts["electricity"].append(bill * electricity / (electricity + coal))
        parts["coal"].append(bill * coal / (electricity + coal))
    return {name: np.array(values) for name, values in parts.items()}


@pytest.mark.parametrize("commodity", ["electricity", "coal"])
def test_dearer_energy_raises_unit_cost_by_its_share_and_by_nothing_else(commodity):
    rise = unit_cost(dearer_by_a_tenth(commodity)) - unit_cost(calm(Parameters()))
    np.testing.assert_allclose(rise, 0.1 * energy_parts()[commodity], rtol=1e-9)


def test_the_electricity_of_textiles_by_hand():
    # 5 % of 18m tce over 65bn yuan at 2,000 yuan per tce: 2.769 % of output; mines give 0.7 x 0.005 and coke 0.2 x
    # 0.004 of coal.
    electricity = energy_parts()["electricity"][IDENTIFIERS.index("textiles")]
    assert electricity == pytest.approx(0.0276923 * 0.015 / (0.015 + 0.0043), rel=1e-5)


@pytest.mark.parametrize("commodity", ["metals", "ores", "chemicals"])
def test_what_is_not_energy_leaves_the_energy_bill_alone(commodity):
    numbers = dearer_by_a_tenth(commodity)
    now = World(numbers, Technology.of(numbers), 1, LATE).at(LATE)
    np.testing.assert_allclose(now.energy_price, numbers.energy_price, rtol=1e-12)
    assert (now.input_price > 1.0).all()


def test_ores_and_coal_together_weigh_what_the_row_of_the_mines_weighs():
    table, technology, numbers = Parameters().city_tables.input_output, Technology.of(Parameters()), Parameters()
    ores = technology.commodities[1]
    np.testing.assert_allclose(
        ores + np.array(numbers.by_cluster("coal_share")) * table.ores_and_coal, table.ores_and_coal
    )
    np.testing.assert_allclose(technology.commodities[[2, 4]].sum(axis=0), technology.energy, rtol=1e-12)
    np.testing.assert_allclose(technology.energy, technology.energy_intensity * technology.energy_price, rtol=1e-12)
    assert (technology.commodities[[0, 1, 3]].sum(axis=0) < technology.materials).all()


def test_full_pass_through_keeps_the_yuan_earned_on_a_unit():
    full = {f"{c}.pass_through": 1.0 for c in IDENTIFIERS} | {"price_adjustment": 1.0}
    calm_world, dear = calm(Parameters()).replace(full), dearer_by_a_tenth("coal").replace(full)
    now = World(dear, Technology.of(dear), 1, LATE).at(LATE)
    np.testing.assert_allclose(now.output_price - unit_cost(dear), 1.0 - unit_cost(calm_world), rtol=1e-12)


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.slow)])
def test_every_commodity_price_stays_on_its_drift_in_the_mean(count):
    """Each cluster buys one commodity alone, so that a world tells all five at once."""
    numbers = calm(Parameters()).replace({"commodity_spread": 0.18})
    technology = Technology.of(numbers)
    alone = np.zeros_like(technology.commodities)
    each = np.arange(len(alone))
    alone[each, each] = technology.commodities[:, 0]
    technology = replace(technology, commodities=alone)
    worlds = [World(numbers, technology, seed, LATE).at(LATE) for seed in range(1, count + 1)]
    prices = np.array([w.input_price + w.energy_price / technology.energy_price for w in worlds])[:, each]
    assert (prices.std(axis=0) > 0.0).all()
    assert (np.abs(prices.mean(axis=0) - 2.0) < 3.0 * prices.std(axis=0) / len(prices) ** 0.5).all()


# real value added


@pytest.fixture(scope="module")
def settled():
    """A model after some quarters, numbers drawn, and the setting of its last quarter."""
    model = ClusterModel(small("no-policy"), seed=3)
    for _ in range(6):
        model.step()
    return model, SimpleNamespace(technology=model.technology, conditions=model.world.at(model.quarter))


def save_materials(firms, share):
    """Book the quarter again with less material, as accounts would."""
    saved = share * (firms.materials - firms.margin_noise * firms.revenue)
    firms.materials -= saved
    firms.value_added += saved


def test_one_per_cent_of_materials_saved_raises_double_deflated_value_added_by_exactly_that(settled):
    model, setting = settled
    firms = model.firms.copy()
    able = np.where(firms.active, firms.productivity * firms.digital_effect, 1.0)
    quantity = firms.cluster_sum(model.technology.materials[firms.cluster] / able * firms.output)  # at prices of 2021
    single, double = real_value_added(firms, setting, cluster_flows(firms))
    save_materials(firms, 0.01)
    single_after, double_after = real_value_added(firms, setting, cluster_flows(firms))
    np.testing.assert_allclose(double_after - double, 0.01 * quantity, rtol=1e-8)
    now = setting.conditions
    np.testing.assert_allclose(single_after - single, 0.01 * quantity * now.input_price / now.output_price, rtol=1e-8)


def test_a_tce_saved_counts_at_the_price_of_2021_in_one_and_at_its_relative_price_in_the_other(settled):
    model, setting = settled
    firms = model.firms.copy()
    single, double = real_value_added(firms, setting, cluster_flows(firms))
    saved, now = 0.1 * firms.energy_use, setting.conditions
    firms.energy_use -= saved
    firms.energy_bill -= saved * now.energy_price[firms.cluster]
    firms.value_added += saved * now.energy_price[firms.cluster]
    single_after, double_after = real_value_added(firms, setting, cluster_flows(firms))
    tce = firms.cluster_sum(saved)
    np.testing.assert_allclose(double_after - double, tce * model.technology.energy_price, rtol=1e-8)
    np.testing.assert_allclose(single_after - single, tce * now.energy_price / now.output_price, rtol=1e-8)


def test_a_firms_yearly_luck_with_margins_is_a_price_and_moves_nominal_value_added_only():
    spec = small("no-policy", horizon__until="2022Q4")
    start = ClusterModel(spec, seed=3, fixed=True).start
    noise, none = (
        ClusterModel(spec.with_changes({"parameters.cost_noise": n}), seed=3, fixed=True, start=start)
        for n in (0.035, 0.0)
    )
    for model in (noise, none):
        model.step()
    loud, quiet = noise.record.city[0], none.record.city[0]
    assert loud["gdp"] != quiet["gdp"]
    for name in ("gdp_real", "gdp_real_double"):
        assert loud[name] == pytest.approx(quiet[name], rel=1e-12)


def test_both_measures_agree_at_the_prices_of_2021_and_sum_to_nominal_gdp_in_a_calm_world():
    model = ClusterModel(small("no-policy", outlook__calm=True), seed=2, fixed=True)
    for _ in range(4):
        model.step()
    for row in model.record.city:
        assert row["gdp_real"] == pytest.approx(row["gdp_real_double"], rel=1e-12)
        assert row["gdp_real"] == pytest.approx(row["gdp"], rel=1e-12)
        assert row["gdp_published"] == row["gdp"]
    assert sum(row["gdp"] for row in model.record.city) == pytest.approx(880_760.0, rel=1e-9)
    assert sum(row["tax"] for row in model.record.city) == pytest.approx(104_900.0, rel=1e-9)
    assert sum(row["local_tax"] for row in model.record.city) == pytest.approx(68_810.0, rel=1e-9)


def test_value_added_of_2021_is_what_firms_keep_of_sales_after_inputs_and_energy():
    model = ClusterModel(small("no-policy"), seed=3)
    row = int(np.flatnonzero(model.firms.active)[0])
    c, firms, technology = model.firms.cluster[row], model.firms.copy(), model.technology
    able = firms.productivity[row] * firms.digital_effect[row]
    kept = 1.0 - technology.materials[c] / able - firms.energy_intensity[row] * technology.energy_price
    assert value_added_2021(firms, technology)[row] == pytest.approx(firms.last_revenue[row] * kept)


def test_a_firm_that_improves_as_outside_firms_do_is_on_the_path_at_any_price():
    """The path of the linkage has one definition with gdp_real: a squeeze by prices alone is not a fall of activity."""
    drifts = {f"{name}_price_drift": drift for name, drift in (("metals", 0.2), ("coal", -0.3), ("electricity", 0.1))}
    numbers = calm(Parameters()).replace(drifts | {"deflator_growth": 0.02})
    technology = Technology.of(numbers)
    now = World(numbers, technology, 1, LATE).at(LATE)
    bought = technology.materials * now.input_price + technology.energy_intensity * now.energy_price
    single = (now.output_price - bought) / now.output_price
    np.testing.assert_allclose(now.usual_ratio, single / (1.0 - technology.materials - technology.energy), rtol=1e-12)
    assert (np.abs(now.usual_ratio - 1.0) > 0.005).all()


def test_energy_per_gdp_reads_the_single_deflated_measure():
    years = ClusterModel(small("no-policy", horizon__until="2022Q4"), seed=3).run().years
    np.testing.assert_allclose(years["energy_intensity"], years["energy_use"] / years["gdp_real"], rtol=1e-12)


LOCAL = {  # what only the city's firms change; outside prices and rivals stay as the world drew them
    "digital gain": ({"digital_consider": 0.0}, {}),
    "innovation success": ({}, {"success_rate": 0.09}),
    "energy saving": ({"energy_consider": 0.0}, {"energy_consider": 0.08}),
}


@pytest.mark.slow
@pytest.mark.parametrize("cause", list(LOCAL))
def test_saving_inputs_raises_both_measures_of_real_gdp(cause):
    """Without policy to 2030, 24 worlds. Prices and rivals are made before the change, so that they are held."""
    gained = []
    for seed in range(1, 25):
        pair = []
        for change in LOCAL[cause]:
            model = ClusterModel(load("no-policy").with_changes({"horizon.until": "2030Q4"}), seed=seed)
            model.numbers = model.numbers.replace(change)
            years = model.run().years
            pair.append([years["gdp_real"][-1], years["gdp_real_double"][-1]])
        gained.append(np.subtract(pair[1], pair[0]))
    mean, error = np.mean(gained, axis=0), np.std(gained, axis=0, ddof=1) / len(gained) ** 0.5
    print(
        cause,
        "gdp_real, gdp_real_double in 2030, million yuan:",
        mean.round(0),
        "+-",
        (1.96 * error).round(0),
        "against the sign:",
        (np.array(gained) < 0.0).sum(axis=0),
    )
    assert (mean - 1.96 * error > 0.0).all()


# the rest of the city


class Frozen:
    """A world in which the path of modelled industry is what the test says."""

    def __init__(self, common=0.0):
        self._common = common

    def central_trend(self, quarter):
        return np.ones(10)

    def common_shock(self, quarter, exposure):
        return np.exp(exposure * self._common)


def test_with_a_buoyancy_and_no_spread_taxes_of_the_rest_grow_as_nominal_growth_to_its_power():
    numbers = Parameters().replace({"tax_buoyancy": 0.8, "revenue_buoyancy": 0.95})
    taxes = _RestOfTaxes(numbers, 0.0)
    for nominal in (1.02, 1.05, 1.21):
        tax, local = taxes.of(nominal, 0.0)
    assert tax == pytest.approx(104_900.0 * 1.21**0.8)
    assert local == pytest.approx(68_810.0 * 1.21**0.95)


def test_a_good_year_of_tax_administration_adds_its_buoyancy_and_stays():
    taxes = _RestOfTaxes(Parameters().replace({"tax_buoyancy": 0.8}), 0.0)
    taxes.of(1.1, 0.2)
    tax, _ = taxes.of(1.21, 0.0)
    assert tax == pytest.approx(104_900.0 * 1.1**1.0 * 1.1**0.8)


def rest_of(model, world):
    """GDP of the rest in one quarter when modelled industry is exactly on its path."""
    city = CityAccounts(model.firms, model.numbers, model.technology, world, 1)
    now = SimpleNamespace(usual_ratio=np.ones(10), season=1.0, deflator=1.0)
    setting = SimpleNamespace(conditions=now, quarter=LATE, years_passed=4.0)
    path = float((city._start * np.asarray(world.common_shock(LATE, city._exposure))).sum()) / 4.0
    return city._rest_index(path, setting)


def test_the_rest_feels_the_common_shock_once_by_its_own_exposure():
    model = ClusterModel(small("no-policy").with_changes({"parameters.other_sectors_spread": 0.0}), seed=3, fixed=True)
    exposure = model.numbers.other_sectors_exposure
    assert rest_of(model, Frozen(common=0.1)) / rest_of(model, Frozen()) == pytest.approx(
        np.exp(0.1 * exposure), rel=1e-12
    )


@pytest.mark.parametrize(("count", "near"), [(200, 0.12), pytest.param(1000, 0.05, marks=pytest.mark.slow)])
def test_the_rest_stays_on_its_trend_in_the_mean(count, near):
    numbers = Parameters().replace({"other_sectors_spread": 0.02, "common_shock_spread": 0.02})
    technology, exposure = Technology.of(numbers), np.array(0.5)
    factor = np.array(
        [
            CityLuck(numbers, seed).other_sectors(quarter)
            * World(numbers, technology, seed, quarter).common_shock(quarter, exposure)
            for seed in range(1, count + 1)
            for quarter in [Quarter.read("2026Q2")]
        ]
    )
    assert abs(factor.mean() - 1.0) < 3.0 * factor.std() / len(factor) ** 0.5
    # 4.25 years: 4 whole and half of one (variance a quarter), and 18 quarters of half the common shock
    assert np.log(factor).std() == pytest.approx((0.02**2 * 4.25 + 18 * 0.01**2) ** 0.5, rel=near)


def test_the_common_shock_that_the_rest_feels_is_the_one_in_demand():
    still = {f"{c}.{name}": 0.0 for c in IDENTIFIERS for name in ("demand_growth", "cycle_spread")}
    numbers = Parameters().replace(still)
    world = World(numbers, Technology.of(numbers), 5, LATE)
    grown = sum(world.at(Quarter.read("2022Q1") + i).demand_growth for i in range(16))
    np.testing.assert_allclose(
        np.exp(grown), world.common_shock(LATE, np.array(numbers.by_cluster("cycle_exposure"))), rtol=1e-12
    )


# what is published


def test_a_census_shifts_the_published_level_from_the_year_after_it_and_noise_is_new_each_year():
    sure = CityLuck(Parameters().replace(STILL | {"census_revision": 0.02}), 1)
    assert [sure.published(year) for year in (2022, 2023, 2024, 2028, 2029)] == pytest.approx(
        [1.0, 1.0, 1.02, 1.02, 1.0404]
    )
    noisy = CityLuck(
        Parameters().replace({"census_revision": 0.0, "census_revision_spread": 0.0, "reporting_noise": 0.01}), 1
    )
    assert len({noisy.published(year) for year in range(2022, 2031)}) == 9


def test_a_census_may_lower_the_figure_and_its_mean_and_spread_are_the_tables():
    numbers = Parameters().replace({"reporting_noise": 0.0})
    shift = np.array([CityLuck(numbers, seed).published(2025) - 1.0 for seed in range(1, 2001)])
    assert shift.mean() == pytest.approx(0.02, abs=0.0015)
    assert shift.std() == pytest.approx(0.02, rel=0.06)
    assert 0.1 < (shift < 0.0).mean() < 0.22  # a normal of mean 2 and spread 2 is negative in 15.9 % of cases


def test_variants_of_a_world_share_noise_and_revision_so_that_policy_adds_to_gdp_itself(announced, no_policy):
    ratios = []
    for spec in (announced, no_policy):
        years = ClusterModel(spec, seed=4).run().years
        ratios.append(years["gdp_published"] / years["gdp"])
    np.testing.assert_allclose(ratios[0], ratios[1], rtol=1e-12)
    assert np.abs(ratios[0] - 1.0).max() > 1e-4


def test_the_trillion_is_asked_of_the_published_figure():
    for name in ("baseline-2022", "no-policy", "tight-energy-cap", "trillion-gdp"):
        targets = [target for target in load(name).targets if "trillion" in target.name]
        assert targets
        for target in targets:
            assert target.metric == "gdp_published"
            assert "ublished" in target.title.en and "公布" in target.title.zh
    assert "published" in next(row["meaning"] for row in read("outcomes") if row["outcome"] == "gdp_published")
