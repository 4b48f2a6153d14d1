"""Finance: one step grants all wanted spending once, from cash above a buffer, then credit, with public offers on top.

Order of spending: research, replacement, energy saving, digital, mergers, expansion. Retrofits and mergers are lumpy:
all or nothing, of several energy-saving projects as many as there is money for. What saved energy is worth beyond its
usual price secures loans on its project (energy management contracts: who is rationed pays it out of the saving); a
loan for digital projects may lend a share of one beyond usual credit, and banks lend a share of the price of a firm
that is bought, which secures it. Banks lend on an expansion that pays as much as the rules on project capital leave,
and owners and investors put in part of what is then missing, all to firms that are not insolvent. Public co-investment
needs private money beside it; a firm that would have expanded anyway saves its own (deadweight), a constrained one
builds more (additional). Which of the two it is, nobody puts in. It may bring more private money in two ways: as a
signal, for banks trust a firm that the fund chose as long as it is in it; and by taking losses first, which banks and
investors then need not fear.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.table import Firms
from sim.luck.compiled import kernel, rule
from sim.setting import Setting
from sim.tables.units import FEN_PER_MILLION

_FEN = float(FEN_PER_MILLION)


class Asked(NamedTuple):
    """What firms want to spend, million yuan, and what money they can find is judged by."""

    active: PerFirm
    cash: PerFirm
    operating_flow: PerFirm
    expected_demand: PerFirm
    capital: PerFirm
    pipeline: PerFirm
    debt: PerFirm
    net_worth: PerFirm
    holdings: PerFirm
    listed: PerFirm
    above_scale: PerFirm
    specialised_title: PerFirm
    wanted_research: PerFirm
    wanted_replacement: PerFirm
    wanted_energy_saving: PerFirm
    energy_projects: PerFirm
    energy_security: PerFirm
    wanted_digital: PerFirm
    wanted_merger: PerFirm
    wanted_expansion: PerFirm
    fund_stake: PerFirm
    fund_refused: PerFirm


class Offered(NamedTuple):
    """Public co-investment on offer: million yuan, the share of an expansion that it pays at most, and the share of
    its partners' loss that it takes first; and the share of a digital project that is lent beyond usual credit.
    """

    money: PerFirm
    share: PerFirm
    first_loss: PerFirm
    loan_room: PerFirm


class HelpedCredit(NamedTuple):
    """What policy adds to access to credit, a share, and whether the next loan is a first one with help."""

    access: PerFirm
    first: PerFirm


class BankRules(NamedTuple):
    """What banks go by."""

    cash_buffer: float
    credit_limit: float
    credit_pace: float
    small_credit_access: float
    title_credit_access: float
    fund_signal: float
    fund_loss: float
    first_loss_response: float
    merger_loan_share: float


class Lending(NamedTuple):
    """Prices, what a cluster usually owes per yuan of capital, the shares of a project that banks lend and that
    owners put in where money is missing, and the number of the quarter.
    """

    price: PerCluster
    deflator: float
    debt_ratio: PerCluster
    lendable: PerCluster
    investors: float
    now: int


class Granted(NamedTuple):
    """What is spent and where the money comes from, million yuan; the number of the quarter of a first loan with help,
    0 without one.
    """

    research: PerFirm
    replacement: PerFirm
    energy_saving_spending: PerFirm
    digital_spending: PerFirm
    merger_spending: PerFirm
    expansion: PerFirm
    fund_taken: PerFirm
    fund_declined: PerFirm
    credit_drawn: PerFirm
    equity_raised: PerFirm
    helped_loan_quarter: PerFirm


@declared(reads=(Asked,), writes=(Granted,))
def grant(firms: Firms, setting: Setting) -> None:
    """Write the granted part of each wanted spending, the credit drawn and the public money taken up, million yuan."""
    numbers, terms, now = setting.numbers, setting.terms, setting.conditions
    given = Lending(
        price=now.output_price,
        deflator=now.deflator,
        debt_ratio=setting.technology.debt_ratio,
        lendable=1.0 - np.array(numbers.by_cluster("project_capital_share")),
        investors=max(1.0 - numbers.cash_sensitivity, 0.0),
        now=setting.quarter.number,
    )
    _grant(
        rows_in(firms),
        bundle(Asked, firms),
        Offered(*(terms.column(name) for name in ("fund_offer", "fund_share", "fund_first_loss", "loan_room"))),
        HelpedCredit(terms.column("credit_access"), terms.column("helped_loan")),
        bundle(BankRules, numbers),
        given,
        bundle(Granted, firms),
    )


@rule
def _covered(first_loss: float, share: float, loss: float) -> float:
    """Return the share of its partners' loss in a project that public money takes: what is left of its own part,
    (1 - loss) x share, bears at most (1 - share) x loss.
    """
    partners = (1.0 - share) * loss
    return min(first_loss, (1.0 - loss) * share / partners) if partners > 0.0 else 0.0


@rule
def _as_many(wanted: float, projects: int, lent: float, money: float) -> float:
    """Return what is spent on as many of several projects as money reaches beside what is lent on them, million yuan:
    spent = wanted x n / projects, where n <= projects x money / (wanted - lent).
    """
    own = max(wanted - lent, 0.0)
    return wanted if own <= money else wanted * math.floor(projects * money / own) / max(projects, 1)


@kernel
def _grant(
    rows: Rows, asked: Asked, offered: Offered, helped: HelpedCredit, rules: BankRules, given: Lending, granted: Granted
) -> None:
    """Grant spending in its order out of own money and credit, million yuan a quarter:

    own = max(cash + min(flow, 0) - buffer, 0) + max(flow, 0); credit <= pace x access x max(limit - debt, 0)
    energy saving: as many projects as left + what is lent on them pays for, the loan only where net worth is above 0
    digital: all of it where it is at most what is left + loan room x itself, the room only where net worth is above 0
    merger: the same with the share that banks lend of its price
    expansion = private + public + equity; private = min(wanted - public, left / (1 - lent)), lent a share
    public = min(offer, share x wanted, private x share / (1 - share)), whole fen; equity = investors x missing
    where the fund is in or comes in: access += signal; where it takes losses first, of what banks and investors leave
    out the part response x share of their loss that it takes is won back
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not asked.active[i]:
                continue
            flow = asked.operating_flow[i]
            buffer = rules.cash_buffer * asked.expected_demand[i] * given.price[c]
            own = max(asked.cash[i] + min(flow, 0.0) - buffer, 0.0) + max(flow, 0.0)
            small = rules.small_credit_access
            access = 1.0 if asked.listed[i] else (small if not asked.above_scale[i] else (small + 1.0) / 2.0)
            if asked.specialised_title[i] > 0:
                access = min(access + rules.title_credit_access, 1.0)
            access += helped.access[i]
            wanted = asked.wanted_expansion[i]
            share = offered.share[i] if wanted > 0.0 and not asked.fund_refused[i] else 0.0
            if share > 0.0 or asked.fund_stake[i] > 0.0:
                access += rules.fund_signal
            access = min(max(access, 0.0), 1.0)
            limit = rules.credit_limit * given.debt_ratio[c]
            most = limit * (asked.capital[i] + asked.pipeline[i]) * given.deflator + limit * asked.holdings[i]
            room = rules.credit_pace * access * max(most - asked.debt[i], 0.0)
            left = own + room
            research = min(asked.wanted_research[i], left)
            left -= research
            replacement = min(asked.wanted_replacement[i], left)
            left -= replacement
            solvent = asked.net_worth[i] > 0.0
            lent = asked.energy_security[i] if solvent else 0.0
            energy = _as_many(asked.wanted_energy_saving[i], asked.energy_projects[i], lent, left)
            left = max(left - energy, 0.0)
            digital = asked.wanted_digital[i]
            beyond = offered.loan_room[i] * digital if solvent else 0.0
            digital = digital if digital <= left + beyond else 0.0
            left = max(left - digital, 0.0)
            merger = asked.wanted_merger[i]
            secured = rules.merger_loan_share * merger if solvent else 0.0
            merger = merger if merger <= left + secured else 0.0
            left = max(left - merger, 0.0)
            won, public, offer = 0.0, 0.0, 0.0
            if share > 0.0:
                offer = min(offered.money[i], share * wanted)
                cover = _covered(offered.first_loss[i], offer / wanted, rules.fund_loss)
                won = min(rules.first_loss_response * cover, 1.0)
            lending = access + won * (1.0 - access)
            lent = lending * given.lendable[c] if solvent else 0.0  # share of a project that banks lend
            reach = left / (1.0 - lent)
            if share > 0.0:
                public = min(offer, reach * share / (1.0 - share))
                public = math.floor(public * _FEN) / _FEN
            private = min(wanted - public, reach)
            missing = max(wanted - public - private, 0.0)
            equity = (given.investors + won * (1.0 - given.investors)) * missing if solvent else 0.0
            if offered.money[i] > 0.0 and public == 0.0:
                granted.fund_declined[i] = given.now
            granted.research[i] = research
            granted.replacement[i] = replacement
            granted.energy_saving_spending[i] = energy
            granted.digital_spending[i] = digital
            granted.merger_spending[i] = merger
            granted.equity_raised[i] = equity
            granted.expansion[i] = private + public + equity
            granted.fund_taken[i] = public
            drawn = max(research + replacement + energy + digital + merger + private - own, 0.0)
            granted.credit_drawn[i] = drawn
            if helped.first[i] > 0.0 and drawn > 0.0 and granted.helped_loan_quarter[i] == 0:
                granted.helped_loan_quarter[i] = given.now
