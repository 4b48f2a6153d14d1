"""Stocks of titles, high-tech firms and listed firms in forty worlds without policy: no pool runs empty, none jumps."""

import numpy as np
import pytest

from sim.model import ClusterModel
from sim.scenario.reading import load
from sim.tables.milestones import TITLES

pytestmark = pytest.mark.slow
WORLDS, YEARS = 40, 9
STOCKS = {
    "provincial_little_giants": 122,
    "national_little_giants": 28,
    "champions": 24,
    "high_tech_firms": 2915,
    "listed_firms": 81,
}


def held(firms, name):
    return set(firms.key[getattr(firms, name) & firms.active].tolist())


@pytest.fixture(scope="module")
def worlds():
    """Per world: stocks by year (from 2021), grants by title and year less the quota, firms newly listed by year."""
    spec = load("no-policy").with_changes({"horizon.until": "2030Q4"})
    stocks, granted, listings = [], [], []
    for seed in range(1, WORLDS + 1):
        model, grants, flows = ClusterModel(spec, seed=seed), np.zeros((len(TITLES), YEARS)), np.zeros(YEARS)
        for step in range(4 * YEARS):
            before = held(model.firms, "listed")
            model.step()
            flows[step // 4] += len(held(model.firms, "listed") - before)
            for event in model.events:
                if event.kind in TITLES:
                    grants[TITLES.index(event.kind), step // 4] += event.rows.size
        quotas = [round(model.numbers[f"title_quota_{title.split('_')[0]}"]) for title in TITLES]
        years = model.result().years
        stocks.append([np.concatenate([[start], years[name]]) for name, start in STOCKS.items()])
        granted.append(grants - np.array(quotas)[:, None])
        listings.append(flows)
    return dict(zip(STOCKS, np.moveaxis(np.array(stocks), 0, 1), strict=True)), np.array(granted), np.array(listings)


def test_every_quota_finds_its_applicants_in_every_year(worlds):
    """In all but one in a hundred rounds: few firms may value a title in a world in which it is worth little."""
    short = worlds[1] < 0
    print("rounds short of the quota by title:", short.mean(axis=(0, 2)))
    assert short.mean(axis=(0, 2)).max() <= 0.01


def test_no_stock_of_titles_falls_away(worlds):
    for name in ("provincial_little_giants", "national_little_giants", "champions"):
        path = worlds[0][name].mean(axis=0)
        print(name, path.round(1))
        assert (path >= path[0]).all(), name


def test_high_tech_firms_grow_like_before_2022_and_then_ever_slower(worlds):
    """The rise of 2021 was 418 (2,497 to 2,915)."""
    rise = np.diff(worlds[0]["high_tech_firms"].mean(axis=0))
    print("high-tech firms", worlds[0]["high_tech_firms"].mean(axis=0).round(0), "rise", rise.round(0))
    assert 200 <= rise[0] <= 600
    assert (np.diff(rise[:4]) < 0.0).all()


def test_eight_to_fourteen_firms_go_public_a_year_to_2025_and_more_as_candidates_grow(worlds):
    flow = worlds[2].mean(axis=0)
    print("listings a year", flow.round(1), "stock", worlds[0]["listed_firms"].mean(axis=0).round(1))
    assert (flow[:4] >= 8.0).all() and (flow[:4] <= 14.0).all() and (flow <= 20.0).all()
    assert (np.diff(worlds[0]["listed_firms"].mean(axis=0)) > 0.0).all()
