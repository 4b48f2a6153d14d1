"""What is judged in a quarter, and why a firm would not win it: asked of the rules that judge, before they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sim.behaviours import listing, titles
from sim.calendar.year import GO_PUBLIC, JUDGE_LISTS, JUDGE_TIERS, TITLE_ROUND
from sim.experiments.open_model import OpenModel
from sim.firms import disclosure, groups, smart
from sim.firms.table import Firms
from sim.firms.turnover import raised
from sim.setting import Setting
from sim.tables.milestones import ABOVE_SCALE_LINE, LISTS, SMART_TITLES, TIER_LINES, TIERS, TITLES, Kind, Unit

FAR = 0.1  # of a line: who lies below that is not told that it missed it
Reason = tuple[str, dict[str, float]]  # a row of `sim/data/reasons.csv`, and the figures that it words
Judge = Callable[[OpenModel, Setting, int], Iterator[tuple[Kind, Reason]]]


def below_scale(firms: Firms, row: int) -> Reason:
    """Return that a firm is not on the list of above-scale firms."""
    return "below_scale", {"revenue": float(firms.last_revenue[row]), "line": ABOVE_SCALE_LINE}


def _tiers(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[Kind, Reason]]:
    firms, rank = model.firms, int(model.firms.group_highest_tier[row])
    revenue = float(groups.shown(firms, Unit.GROUP)[row])
    if _reports(firms, row) and rank < len(TIERS) and FAR * TIER_LINES[rank] <= revenue < TIER_LINES[rank]:
        yield TIERS[rank], ("below_line", {"revenue": revenue, "line": TIER_LINES[rank]})


def _lists(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[Kind, Reason]]:
    firms, heads = model.firms, np.array([row])
    revenue = float(firms.reported_revenue[row])
    for name, line in zip(LISTS, model.world.lines(setting.quarter.year).tolist(), strict=True):
        if not _reports(firms, row) or revenue < FAR * line:
            continue
        if revenue < line:
            yield name, ("below_line", {"revenue": revenue, "line": line})
        elif not disclosure.may_enter(firms, heads, name)[0]:
            yield name, ("not_admitted", {})
        else:
            chance = float(disclosure.chance(firms, setting.numbers, heads, name)[0])
            yield name, ("not_known", {"chance": chance})


def _titles(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[Kind, Reason]]:
    for decided, titled in model.title_rounds(setting):
        if row not in decided.winners and titled[row] <= decided.rank:
            yield TITLES[decided.rank], _lost(model.firms, setting, row, decided, int(titled[row]))


def _lost(firms: Firms, setting: Setting, row: int, decided: titles.TitleRound, held: int) -> Reason:
    """Return why a firm that holds a lower title, or none, did not win a round."""
    numbers, revenue = setting.numbers, float(firms.last_revenue[row])
    if row in decided.candidates:
        place = int(np.searchsorted(decided.candidates, row))
        if not decided.applies[place]:
            return "not_worth_it", {"chance": float(decided.chance[place]), "least": float(decided.least[place])}
        won = np.isin(decided.candidates, decided.winners)
        last = float(decided.score[won].min()) if won.any() else np.inf
        figures = {"score": float(decided.score[place]), "last": last}
        return "outscored", figures | {"applicants": int(decided.applies.sum()), "places": decided.quota}
    if not firms.above_scale[row]:
        return below_scale(firms, row)
    if decided.rank + 1 == len(TITLES):
        return "too_small", {"revenue": revenue, "line": numbers.champion_size_floor}
    if held < decided.rank:
        return "lower_title_first", {}
    return "too_large", {"revenue": revenue, "line": numbers.title_size_limit}


def _smart(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[Kind, Reason]]:
    firms = model.firms
    for rank, title in enumerate(SMART_TITLES):
        if firms.smart_title[row] > rank:
            continue
        drawn_from = smart.candidates(firms, rank)
        if row in drawn_from:
            weight, places = (
                smart.odds(firms.last_revenue[drawn_from], setting.numbers),
                smart.quota(setting.numbers, rank),
            )
            chance = min(places * float(weight[drawn_from == row][0] / weight.sum()), 1.0)
            yield title, ("not_drawn", {"applicants": int(drawn_from.size), "places": places, "chance": chance})
        elif not firms.above_scale[row]:
            yield title, below_scale(firms, row)
        else:
            yield title, ("level_too_low", {"level": int(firms.digital_level[row]), "line": smart.LEVELS[rank]})


def _high_tech(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[Kind, Reason]]:
    firms, numbers = model.firms, setting.numbers
    share = float(setting.technology.research[firms.cluster[row]] * firms.research_propensity[row])
    if firms.high_tech_title[row]:
        return
    if share < numbers.high_tech_research_line:
        yield Kind.HIGH_TECH, ("research_too_low", {"share": share, "line": numbers.high_tech_research_line})
    else:
        yield Kind.HIGH_TECH, ("not_come_forward", {"chance": numbers.high_tech_recognition})


def _listing(model: OpenModel, setting: Setting, row: int) -> Iterator[tuple[Kind, Reason]]:
    firms, numbers = model.firms, setting.numbers
    if firms.listed[row] or not _reports(firms, row):
        return
    if row in listing.candidates(firms, numbers.listing_size_floor):
        paid = setting.terms.column(Kind.LISTED)[[row]] / numbers.listing_cost
        chance = raised(numbers.listing_hazard, numbers.listing_response, paid)
        yield Kind.LISTED, ("not_come_forward", {"chance": float(np.atleast_1d(chance)[0])})
    elif firms.last_revenue[row] < numbers.listing_size_floor:
        figures = {"revenue": float(firms.last_revenue[row]), "line": numbers.listing_size_floor}
        yield Kind.LISTED, ("too_small", figures)
    elif not firms.above_scale[row]:
        yield Kind.LISTED, below_scale(firms, row)
    else:
        yield Kind.LISTED, ("loss", {"profit": float(firms.last_profit[row])})


def _reports(firms: Firms, row: int) -> bool:
    """Tell whether a firm heads a group led from the city."""
    return bool(firms.leads[row] and firms.local_headquarters[row])


JUDGED: tuple[tuple[int, Judge], ...] = (
    (JUDGE_TIERS, _tiers),
    (JUDGE_LISTS, _lists),
    (TITLE_ROUND, _titles),
    (TITLE_ROUND, _smart),
    (TITLE_ROUND, _high_tech),
    (GO_PUBLIC, _listing),
)
"""The season in which each is judged, and who tells why not."""
