"""Innovation: research by the cluster's norm, cut when squeezed; success by chance; laggards imitate the frontier.

Support lowers the price of research, which firms answer by an elasticity; what they misuse or relabel is no research.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import efficiency
from sim.firms.table import Firms
from sim.firms.technology import falls_behind
from sim.luck.compiled import kernel
from sim.luck.randomness import exponential, uniform
from sim.setting import Setting
from sim.treasury.answered import answered, no_answers
from sim.treasury.claims import Spending
from sim.treasury.support import Support
from sim.treasury.supported import supported
from sim.treasury.terms import Terms


class ResearchPlans(NamedTuple):
    """What a firm judges its research by."""

    active: PerFirm
    expected_demand: PerFirm
    research_propensity: PerFirm
    operating_flow: PerFirm


class Promised(NamedTuple):
    """What support is promised for research, room for `answered` to work in, what a yuan of it costs in later support,
    and the shares of the money that are misused and of the added research that are relabelled.
    """

    support: Support
    last_answers: np.ndarray
    later: PerFirm
    misused: PerFirm
    relabelled: PerFirm


class Research(NamedTuple):
    """Research that a firm wants to do, and what it reports beside, million yuan a quarter."""

    wanted_research: PerFirm
    research_on_paper: PerFirm


@declared(reads=(ResearchPlans,), writes=(Research,))
def want(firms: Firms, setting: Setting) -> None:
    """Write the research each firm wants this quarter and what it reports beside, million yuan."""
    norm, price = setting.technology.research, setting.conditions.output_price
    squeeze = setting.numbers.research_squeeze
    rows, terms = rows_in(firms), setting.terms
    _plan(rows, bundle(ResearchPlans, firms), norm, price, squeeze, bundle(Research, firms))
    if terms.supports(Spending.RESEARCH):
        shares = (terms.column(f"research_{name}") for name in ("support_lost", "misused", "relabelled"))
        support = terms.support_of(Spending.RESEARCH)
        promised = Promised(support, no_answers(support), *shares)
        _answer(rows, promised, setting.numbers.research_price_elasticity, bundle(Research, firms))


@kernel
def _plan(
    rows: Rows, plans: ResearchPlans, norm: PerCluster, price: PerCluster, squeeze: float, research: Research
) -> None:
    """Plan: wanted = norm x propensity x expected demand x price, million yuan a quarter, cut by the squeeze where the
    operating flow is negative.
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            kept = 1.0 - squeeze if plans.operating_flow[i] < 0.0 else 1.0
            usual = norm[c] * plans.research_propensity[i] * plans.expected_demand[i] * price[c]
            research.wanted_research[i] = usual * kept if plans.active[i] else 0.0
            research.research_on_paper[i] = 0.0


@kernel
def _answer(rows: Rows, promised: Promised, elasticity: float, research: Research) -> None:
    """Answer support, million yuan a quarter: a firm reports what pays best (`answered`), and of that wants

    usual + max((1 - relabelled) x added - misused x support, 0); the rest of what is added stands on paper.
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            usual = research.wanted_research[i]
            reported = answered(promised.support, i, usual, elasticity, promised.later[i], promised.last_answers)
            misused = min(promised.misused[i], 1.0) * supported(promised.support, i, reported)
            added = max((1.0 - min(promised.relabelled[i], 1.0)) * (reported - usual) - misused, 0.0)
            research.wanted_research[i] = usual + added
            research.research_on_paper[i] = reported - usual - added


class Tried(NamedTuple):
    """Research that is paid, and what else decides what comes of it."""

    active: PerFirm
    key: PerFirm
    research: PerFirm
    expected_demand: PerFirm
    digital_effect: PerFirm


class Chances(NamedTuple):
    """What success depends on, and how large it is."""

    success_rate: float
    success_concavity: float
    talent_limit: float
    success_step: float
    quality_share: float
    quality_response: float


class Learning(NamedTuple):
    """Frontier (log efficiency), the usual stock of research over demand, prices, the share of the stock that is
    forgotten in a quarter, the share of the gap to the frontier that is closed in it, the number of the quarter, and
    the share of quality work that is paid for the firm.
    """

    frontier: PerCluster
    usual: PerCluster
    deflator: float
    wear: float
    imitation: PerCluster
    now: int
    quality_support: PerFirm


class Helped(NamedTuple):
    """What policy adds to the chance of success and to talent, which limits it, shares, and what both make at most."""

    success: PerFirm
    extra_talent: PerFirm
    most: float


class DiscoveryLuck(NamedTuple):
    """Streams of success, of its size and of its kind."""

    success: np.uint64
    step: np.uint64
    kind: np.uint64


class Known(NamedTuple):
    """What firms know: stock of research, million yuan at 2021 prices, efficiency and quality (log), and the number of
    the quarter of the last product that succeeded.
    """

    research_stock: PerFirm
    productivity: PerFirm
    quality: PerFirm
    product_success: PerFirm


@declared(reads=(Tried, "merger_gain"), writes=(Known, "extra_talent"))
def discover(firms: Firms, setting: Setting) -> None:
    """Add granted research to the stock, renew the talent that policy brought, draw success and imitation; firms that
    were bought gain what that brings."""
    numbers, now, terms = setting.numbers, setting.conditions, setting.terms
    wear = numbers.research_wear / 4.0
    given = Learning(
        frontier=firms.frontier,
        usual=setting.technology.research / falls_behind(wear, now.trend_growth),  # of a firm that keeps pace
        deflator=now.deflator,
        wear=wear,
        imitation=setting.imitation,
        now=setting.quarter.number,
        quality_support=setting.terms.column("quality_support"),
    )
    if firms.merger_gain.any():
        firms.productivity *= np.exp(firms.merger_gain)
    luck = DiscoveryLuck(*(setting.luck(f"innovation{of}") for of in ("", " step", " kind")))
    helped = _help(firms, terms, numbers.talent_outbid)
    _discover(rows_in(firms), bundle(Tried, firms), helped, luck, bundle(Chances, numbers), given, bundle(Known, firms))


def _help(firms: Firms, terms: Terms, outbid: float) -> Helped:
    """Renew the talent that policy brought and tell what helps firms; `outbid` is a share a year."""
    success, most = terms.column("success_support"), 1.0
    if terms.has("talent_inflow") or firms.extra_talent.any():
        most += _bring(rows_in(firms), terms.column("talent_inflow"), 1.0 - outbid / 4.0, firms.extra_talent)
    if terms.has("success_support"):
        most *= 1.0 + float(success.max())
    return Helped(success, firms.extra_talent, most)


@kernel
def _bring(rows: Rows, inflow: PerFirm, kept: float, extra: PerFirm) -> float:
    """Renew extra talent = kept x extra + inflow, shares of the usual; return the highest of any firm."""
    highest = 0.0
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if inflow[i] > 0.0 or extra[i] > 0.0:
                extra[i] = kept * extra[i] + inflow[i]
                highest = max(highest, extra[i])
    return highest


@kernel
def _discover(
    rows: Rows,
    tried: Tried,
    helped: Helped,
    luck: DiscoveryLuck,
    chances: Chances,
    given: Learning,
    known: Known,
) -> None:
    """Add research to the stock, million yuan at 2021 prices, and draw success and imitation in a quarter.

    chance = rate x (1 + help) x min(talent limit x (1 + talent), (stock / (usual x expected demand)) ^ concavity)
    a success multiplies productivity by exp(gain) or adds the gain x (1 + response x support) to quality;
    gain = step x an exponential draw
    imitation: productivity += share x (frontier - efficiency) / digital effect
    """
    highest = chances.success_rate * chances.talent_limit * helped.most
    for c in clusters(rows):
        best = math.exp(given.frontier[c])
        for i in rows_of(c, rows):
            if not tried.active[i]:
                continue
            key = tried.key[i]
            known.research_stock[i] += tried.research[i] / given.deflator - given.wear * known.research_stock[i]
            draw = uniform(luck.success, key)
            if draw < highest:  # most firms need no further look
                rate, limit = chances.success_rate * (1.0 + helped.success[i]), chances.talent_limit
                relative = known.research_stock[i] / max(given.usual[c] * tried.expected_demand[i], 1e-12)
                able_to = min(limit * (1.0 + helped.extra_talent[i]), relative**chances.success_concavity)
                if draw < rate * able_to:
                    gain = chances.success_step * exponential(uniform(luck.step, key))
                    if uniform(luck.kind, key) < chances.quality_share:
                        known.quality[i] += gain * (1.0 + chances.quality_response * given.quality_support[i])
                        known.product_success[i] = given.now
                    else:
                        known.productivity[i] *= math.exp(gain)
            able = efficiency(known.productivity[i], tried.digital_effect[i])
            if able < best:
                known.productivity[i] += given.imitation[c] * (best - able) / tried.digital_effect[i]
