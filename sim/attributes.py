"""What starting firms are besides their size: margins, stocks, energy, owners, groups, titles, last year's results."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from sim import disclosure, groups
from sim.clusters import COUNT
from sim.firms import CHAMPION, FOREIGN, NATIONAL, PRIVATE, PROVINCIAL, STATE, Firms
from sim.inputs import list_thresholds, named_firms
from sim.milestones import LISTS, TIER_LINES
from sim.parameters import Parameters
from sim.quarter import BASE_YEAR, FIRST
from sim.randomness import stream, uniforms
from sim.technology import Technology
from sim.year import QUARTERS, SEASONS, TITLE_ROUND

_WHOLE_YEAR = 5  # quarters: a firm of the start opened by the end of 2020 and made a whole year of output in 2021
_OWNERS = {"private": PRIVATE, "state": STATE, "foreign": FOREIGN}
_TITLE_YEARS = 3  # titles held at the end of 2021 were given in the three years before, a third in each


def fill(
    firms: Firms, numbers: Parameters, technology: Technology, seed: int, annual: np.ndarray, named: dict[str, int]
) -> None:
    """Fill every column of the starting firms, given their annual output (million yuan, per row)."""
    rows = np.flatnonzero(firms.active)
    luck = _Luck(seed, firms.key[rows])
    _owners(firms, numbers, rows, luck, annual, named)
    _technology(firms, numbers, technology, rows, luck, annual, named)
    _titles(firms, numbers, rows, luck, annual)
    _stocks(firms, numbers, technology, rows, annual)
    _groups(firms, numbers, rows, luck, annual, named)
    _last_year(firms, numbers, technology, rows, annual)
    _reached(firms, numbers, rows, luck)


class _Luck:
    """Draws of starting firms: one uniform or normal per firm and decision."""

    def __init__(self, seed: int, entities: np.ndarray) -> None:
        self._seed, self._entities = seed, entities

    def uniform(self, decision: str) -> np.ndarray:
        return uniforms(stream(self._seed, decision), self._entities)

    def exponential(self, decision: str) -> np.ndarray:
        return -np.log1p(-self.uniform(decision))


def _owners(
    firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck, annual: np.ndarray, named: dict[str, int]
) -> None:
    draw = luck.uniform("owner")
    away = draw < numbers.foreign_share
    state = (draw >= numbers.foreign_share) & (draw < numbers.foreign_share + numbers.state_share)
    firms.ownership[rows] = np.select([away, state], [FOREIGN, STATE], PRIVATE)
    firms.local_headquarters[rows] = ~away
    firms.founded[rows] = FIRST.number - _WHOLE_YEAR - (4.0 * numbers.age_mean * luck.exponential("age")).astype(np.int64)
    for firm in named_firms():
        if firm["firm"] in named:
            row = named[firm["firm"]]
            firms.ownership[row] = _OWNERS[firm["ownership"]]
            firms.local_headquarters[row] = firm["local_headquarters"] == "1"
            firms.listed[row] = firm["listed"] == "1"
    known = np.isin(rows, np.fromiter(named.values(), dtype=np.int64, count=len(named)))
    open_ = rows[firms.above_scale[rows] & firms.local_headquarters[rows] & ~known]
    wish = luck.uniform("listing")[np.searchsorted(rows, open_)] ** (1.0 / np.maximum(annual[open_], 1.0))
    count = max(_scaled(numbers.listed_2021, firms) - int(np.count_nonzero(firms.listed)), 0)
    firms.listed[open_[np.argsort(-wish, kind="stable")[:count]]] = True


def _scaled(count: float, firms: Firms) -> int:
    """Scale a count of 2021 to the size of the population."""
    return round(count * float(np.count_nonzero(firms.above_scale)) / _FULL)


_FULL = 5000.0  # above-scale firms of the default population


def _technology(
    firms: Firms, numbers: Parameters, technology: Technology, rows: np.ndarray, luck: _Luck, annual: np.ndarray,
    named: dict[str, int],
) -> None:
    cluster = firms.cluster[rows]
    floor = numbers.margin_floor
    margin = _closed_margins(firms, technology, rows, annual, floor, luck.exponential("margin"))
    for firm, row in named.items():
        known = numbers.get(f"{firm}.margin")
        if known is not None:
            margin[np.searchsorted(rows, row)] = known
    spread = numbers.research_spread
    firms.research_propensity[rows] = np.exp(spread * _normal(luck, "research") - spread * spread / 2.0)
    # One very large firm's luck would decide its whole cluster's research and energy: named firms do the norm.
    norm = np.fromiter(named.values(), dtype=np.int64, count=len(named))
    firms.research_propensity[norm] = 1.0
    spread = numbers.intensity_spread
    firms.energy_intensity[rows] = technology.energy_intensity[cluster] * np.exp(
        spread * _normal(luck, "energy intensity") - spread * spread / 2.0
    )
    firms.energy_intensity[norm] = technology.energy_intensity[firms.cluster[norm]]
    _close_intensity(firms, technology, annual)
    # Nobody is the more productive for wasting energy: what a firm uses beyond the norm costs it margin, down to the floor.
    research = technology.research[cluster] * firms.research_propensity[rows]
    own_energy = firms.energy_intensity[rows] * technology.energy_price
    margin = np.minimum(margin, technology.highest_margin[cluster])
    fitting = technology.productivity_for_margin(cluster, margin, technology.energy[cluster], research)
    least = technology.productivity_for_margin(cluster, np.full(rows.size, floor), own_energy, research)
    firms.productivity[rows] = np.maximum(fitting, least)
    _digital(firms, numbers, rows, luck, annual)


def _closed_margins(
    firms: Firms, technology: Technology, rows: np.ndarray, annual: np.ndarray, floor: float, draws: np.ndarray
) -> np.ndarray:
    """Return a floor plus drawn excess margins, scaled so that each cluster's output-weighted margin is its own."""
    excess, weight = np.zeros(firms.rows), np.where(firms.above_scale, annual, 0.0)
    excess[rows] = draws
    mean = firms.cluster_sum(weight * excess) / firms.cluster_sum(weight)
    cluster = firms.cluster[rows]
    margin: np.ndarray = floor + ((technology.profit - floor) / mean)[cluster] * draws
    return margin


def _normal(luck: _Luck, decision: str) -> np.ndarray:
    draws: np.ndarray = ndtri(luck.uniform(decision))
    return draws


def _close_intensity(firms: Firms, technology: Technology, annual: np.ndarray) -> None:
    """Scale energy intensities so that each cluster's above-scale firms use the cluster's energy."""
    weight = np.where(firms.above_scale, annual, 0.0)
    mean = firms.cluster_sum(weight * firms.energy_intensity) / firms.cluster_sum(weight)
    firms.energy_intensity[firms.active] *= (technology.energy_intensity / mean)[firms.cluster[firms.active]]


def _digital(firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck, annual: np.ndarray) -> None:
    """Give digital levels to the known share of firms, large ones first but not only; higher levels to fewer."""
    for above, share in ((True, numbers.digital_share_2021), (False, numbers.digital_pool_share_2021)):
        members = rows[firms.above_scale[rows] == above]
        if members.size == 0:
            continue
        draw = luck.uniform("digital start")[np.searchsorted(rows, members)]
        order = np.argsort(-(np.argsort(np.argsort(annual[members])) / members.size + draw), kind="stable")
        place = np.empty(members.size)
        place[order] = (np.arange(members.size) + 0.5) / members.size
        firms.digital_level[members] = (place < share).astype(np.int64) + (place < share * share) + (place < share**3)
    _running_in(firms, numbers, rows, luck)


def _running_in(firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck) -> None:
    """Some firms stand in the middle of a retrofit: as many as usual, so that the first years see neither a dip nor a jump."""
    pays = np.exp(-numbers.digital_cost / (numbers.digital_payback_years * numbers.digital_gain)) if numbers.digital_gain else 0.0
    begun = numbers.digital_consider * (1.0 + numbers.digital_peer_weight * numbers.digital_share_2021) * pays
    busy = begun * numbers.digital_dip_quarters / (1.0 + begun * numbers.digital_dip_quarters)
    adapting = (firms.digital_level[rows] < 3) & (luck.uniform("running in") < busy)
    left = 1 + (luck.uniform("running in left") * round(numbers.digital_dip_quarters)).astype(np.int64)
    firms.adapting[rows] = np.where(adapting, left, 0)
    firms.digital_effect[rows] = np.where(adapting, np.exp(-numbers.digital_dip), 1.0)


def _stocks(
    firms: Firms, numbers: Parameters, technology: Technology, rows: np.ndarray, annual: np.ndarray
) -> None:
    """Stationary stocks: what a firm would hold if last year went on for ever."""
    cluster, output = firms.cluster[rows], annual[rows]
    firms.capital[rows] = technology.capital_output[cluster] * output
    firms.debt[rows] = technology.debt_ratio[cluster] * firms.capital[rows]
    firms.demand[rows] = firms.expected_demand[rows] = firms.orders[rows] = firms.output[rows] = output / 4.0
    research = technology.research[cluster] * firms.research_propensity[rows] * output
    firms.research_stock[rows] = technology.usual_research_stock(numbers)[cluster] * firms.research_propensity[rows] * output
    labour_and_materials = (technology.materials + technology.wages)[cluster] / firms.productivity[rows]
    cost = labour_and_materials / firms.digital_effect[rows] + firms.energy_intensity[rows] * technology.energy_price
    firms.competitiveness[rows] = -np.log(cost)
    earned = _earned(firms, numbers, technology, rows) * output / 4.0
    profit = earned - research / 4.0 - technology.depreciation / 4.0 * firms.capital[rows]
    kept = np.maximum(profit, 0.0) * (1.0 - numbers.payout) / numbers.payout
    firms.cash[rows] = numbers.cash_buffer * output / 4.0 + kept
    firms.operating_flow[rows] = earned
    firms.net_worth[rows] = firms.cash[rows] + firms.capital[rows] - firms.debt[rows]


def _earned(firms: Firms, numbers: Parameters, technology: Technology, rows: np.ndarray) -> np.ndarray:
    """Sales less inputs, energy, wages, tax and interest, per yuan of output, without this year's noise."""
    cluster = firms.cluster[rows]
    energy = firms.energy_intensity[rows] * technology.energy_price
    value_added = 1.0 - technology.materials[cluster] / firms.productivity[rows] - energy
    interest = technology.loan_rate * technology.debt_ratio[cluster] * technology.capital_output[cluster]
    earned: np.ndarray = (
        value_added - _tax_rate(firms, numbers, rows) * np.maximum(value_added, 0.0)
        - technology.wages[cluster] / firms.productivity[rows] - interest
    )
    return earned


def _tax_rate(firms: Firms, numbers: Parameters, rows: np.ndarray) -> np.ndarray:
    """Tax over value added: less for high-tech firms."""
    rate: np.ndarray = numbers.tax_rate * np.where(firms.high_tech_title[rows], 1.0 - numbers.high_tech_tax_cut, 1.0)
    return rate


def _groups(
    firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck, annual: np.ndarray, named: dict[str, int]
) -> None:
    """Attach sisters to larger firms of their cluster, and give large groups plants outside the city."""
    sister, parent = luck.uniform("sister"), luck.uniform("parent")
    known = np.isin(rows, np.fromiter(named.values(), dtype=np.int64, count=len(named)))
    for c in range(COUNT):
        inside = firms.cluster[rows] == c
        large = rows[inside & (annual[rows] >= numbers.group_outside_floor) & firms.local_headquarters[rows] & ~known]
        joins = inside & firms.local_headquarters[rows] & ~known & (annual[rows] >= numbers.body_end)
        joins &= (annual[rows] < numbers.group_outside_floor) & (sister < numbers.sister_share)
        if large.size:
            firms.group[rows[joins]] = large[(parent[joins] * large.size).astype(np.int64)]
    _outside(firms, numbers, rows, luck, annual, known)
    for firm, row in named.items():
        _named_outside(firms, numbers, firm, row)
    firms.outside_capacity[:] = firms.outside_demand * (1.0 + numbers.outside_spare)
    firms.leads[:] = firms.group == np.arange(firms.rows)
    firms.members = np.flatnonzero(~firms.leads)
    firms.beyond = np.flatnonzero((firms.outside_demand > 0.0) | (firms.trading_base > 0.0))


def _outside(
    firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck, annual: np.ndarray, known: np.ndarray
) -> None:
    has = (annual[rows] >= numbers.group_outside_floor) & firms.local_headquarters[rows] & ~known
    has &= luck.uniform("outside") < numbers.group_outside_share
    ratio = 2.0 * numbers.group_outside_ratio * luck.uniform("outside size")
    firms.outside_demand[rows] = np.where(has, ratio * annual[rows] / 4.0, 0.0)
    firms.outside_intensity[rows] = firms.energy_intensity[rows]


def _named_outside(firms: Firms, numbers: Parameters, firm: str, row: int) -> None:
    revenue = numbers[f"{firm}.revenue_2021"] * 100.0
    trading = numbers.get(f"{firm}.trading_share", 0.0)
    outside = max(1.0 - numbers.get(f"{firm}.local_share", 1.0) - trading, 0.0)
    firms.outside_demand[row] = revenue * outside / 4.0
    firms.trading_base[row] = revenue * trading / 4.0


def _titles(firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck, annual: np.ndarray) -> None:
    effort = firms.research_propensity[rows] + luck.uniform("title luck")
    middling = firms.above_scale[rows] & (annual[rows] <= numbers.title_size_limit)
    large = firms.above_scale[rows] & (annual[rows] >= numbers.champion_size_floor)
    left = np.ones(rows.size, dtype=bool)
    for title, allowed, name in (
        (CHAMPION, large, "champions_2021"), (NATIONAL, middling, "national_little_giants_2021"),
        (PROVINCIAL, middling, "provincial_little_giants_2021"),
    ):
        candidates = np.flatnonzero(allowed & left)
        best = candidates[np.argsort(-effort[candidates], kind="stable")[: _scaled(numbers[name], firms)]]
        firms.specialised_title[rows[best]] = firms.highest_title[rows[best]] = title
        left[best] = False
    # titles are judged in their round of the year, so that is where they end
    ahead = TITLE_ROUND + QUARTERS * (luck.uniform("title age") * _TITLE_YEARS).astype(np.int64)
    held = firms.specialised_title[rows] > 0
    firms.specialised_expiry[rows] = np.where(held, FIRST.number - 1 + ahead, 0)
    _high_tech(firms, numbers, rows, luck, ahead)


def _high_tech(firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck, ahead: np.ndarray) -> None:
    """High-tech status goes to firms whose research reaches the line: those with most of it first, above scale before the pool."""
    intensity = np.array(numbers.by_cluster("research_norm"))[firms.cluster[rows]] * firms.research_propensity[rows]
    merit = intensity * (1.0 + luck.uniform("high-tech start")) * (1.0 + firms.above_scale[rows])
    merit[intensity < numbers.high_tech_research_line] = 0.0
    best = np.argsort(-merit, kind="stable")[: min(_scaled(numbers.high_tech_2021, firms), int(np.count_nonzero(merit)))]
    firms.high_tech_title[rows[best]] = True
    firms.high_tech_expiry[rows[best]] = (FIRST.number - 1 + ahead)[best]


def _last_year(
    firms: Firms, numbers: Parameters, technology: Technology, rows: np.ndarray, annual: np.ndarray
) -> None:
    """Results of 2021: revenue by quarter and local tax; profit is what the years before the start bring."""
    output = annual[rows]
    for season, name in enumerate(SEASONS):
        firms.season_revenue[rows, season] = output / 4.0 * numbers[name]
    firms.last_revenue[rows] = output
    energy = firms.energy_intensity[rows] * technology.energy_price
    value_added = 1.0 - technology.materials[firms.cluster[rows]] / firms.productivity[rows] - energy
    firms.last_local_tax[rows] = (
        numbers.local_tax_share * _tax_rate(firms, numbers, rows) * np.maximum(value_added, 0.0) * output
    )
    firms.year_revenue[rows], firms.year_local_tax[rows] = output, firms.last_local_tax[rows]
    extra = 4.0 * (firms.outside_demand + firms.trading_base)
    firms.year_group_extra[:] = extra
    firms.reported_revenue[:] = groups.reported(firms)
    firms.real_revenue[:] = firms.reported_revenue


def _reached(firms: Firms, numbers: Parameters, rows: np.ndarray, luck: _Luck) -> None:
    """Tiers crossed by 2021 and lists of 2021, which read revenue of 2020: 2022 must bring no burst of awards."""
    lines = np.array(TIER_LINES)
    firms.highest_tier[:] = firms.highest_real_tier[:] = np.searchsorted(lines, firms.last_revenue, side="right")
    reported = np.searchsorted(lines, firms.reported_revenue, side="right")
    firms.group_highest_tier[:] = firms.group_highest_real_tier[:] = reported
    before = firms.reported_revenue[rows] / (1.0 + numbers.growth_2021)
    known = list_thresholds(BASE_YEAR)
    for bit, name in enumerate(LISTS):
        line = known[name, BASE_YEAR] * (numbers.exchange_rate_2020 if name == "world_500" else 1.0)
        met = (before >= line) & firms.local_headquarters[rows] & disclosure.may_enter(firms, rows, name)
        shown = luck.uniform(f"disclosure {name}") < disclosure.usual_share(numbers, name)
        on_list = met & (shown | disclosure.by_rule(firms, rows))
        firms.lists_met[rows] |= met.astype(np.int64) << bit
        firms.lists_now[rows] |= on_list.astype(np.int64) << bit
    firms.lists_ever[:] = firms.discloses[:] = firms.lists_now
