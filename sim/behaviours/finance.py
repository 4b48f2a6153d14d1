"""Finance: one step grants all wanted spending once, from cash above a buffer, then credit, with public offers on top.

Order of spending: research, replacement, energy saving, digital, expansion. Retrofits are lumpy: all or nothing. Banks
lend on a project that pays as much as the rules on project capital leave, and owners and investors put in part of what
is then missing, both to firms that are not insolvent. Public co-investment needs private money beside it; a firm that
would have expanded anyway saves its own (deadweight), a constrained one builds more (additional). Which of the two it
is, nobody puts in.
"""

from __future__ import annotations

import math

import numpy as np

from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.setting import Setting
from sim.tables.units import FEN_PER_MILLION

WRITES = (
    "research",
    "replacement",
    "energy_saving_spending",
    "digital_spending",
    "expansion",
    "fund_taken",
    "credit_drawn",
    "equity_raised",
)


def grant(firms: Firms, setting: Setting) -> None:
    """Write the granted part of each wanted spending, the credit drawn and the public money taken up, million yuan."""
    numbers, terms, now = setting.numbers, setting.terms, setting.conditions
    _grant(
        firms.start,
        firms.stop,
        firms.active,
        firms.cash,
        firms.operating_flow,
        firms.expected_demand,
        firms.capital,
        firms.pipeline,
        firms.debt,
        firms.net_worth,
        firms.listed,
        firms.above_scale,
        firms.specialised_title,
        firms.wanted_research,
        firms.wanted_replacement,
        firms.wanted_energy_saving,
        firms.wanted_digital,
        firms.wanted_expansion,
        terms.column("fund_offer"),
        terms.column("fund_share"),
        now.output_price,
        setting.technology.debt_ratio,
        now.deflator,
        numbers.cash_buffer,
        numbers.credit_limit,
        numbers.credit_pace,
        numbers.small_credit_access,
        numbers.title_credit_access,
        1.0 - np.array(numbers.by_cluster("project_capital_share")),
        max(1.0 - numbers.cash_sensitivity, 0.0),
        float(FEN_PER_MILLION),
        firms.research,
        firms.replacement,
        firms.energy_saving_spending,
        firms.digital_spending,
        firms.expansion,
        firms.fund_taken,
        firms.credit_drawn,
        firms.equity_raised,
    )


@kernel
def _grant(
    start,
    stop,
    active,
    cash,
    flow,
    expected,
    capital,
    pipeline,
    debt,
    net_worth,
    listed,
    above_scale,
    title,
    want_research,
    want_replacement,
    want_energy,
    want_digital,
    want_expansion,
    offer,
    share,
    price,
    debt_ratio,
    deflator,
    buffer,
    limit,
    pace,
    small_access,
    title_access,
    lendable,
    investors,
    fen,
    research,
    replacement,
    energy,
    digital,
    expansion,
    taken,
    credit,
    equity,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            own = max(cash[i] + min(flow[i], 0.0) - buffer * expected[i] * price[c], 0.0) + max(flow[i], 0.0)
            access = 1.0 if listed[i] else (small_access if not above_scale[i] else (small_access + 1.0) / 2.0)
            if title[i] > 0:
                access = min(access + title_access, 1.0)
            access = min(access, 1.0)
            room = pace * access * max(limit * debt_ratio[c] * (capital[i] + pipeline[i]) * deflator - debt[i], 0.0)
            left = own + room
            research[i] = min(want_research[i], left)
            left -= research[i]
            replacement[i] = min(want_replacement[i], left)
            left -= replacement[i]
            energy[i] = want_energy[i] if want_energy[i] <= left else 0.0
            left -= energy[i]
            digital[i] = want_digital[i] if want_digital[i] <= left else 0.0
            left -= digital[i]
            lent = access * lendable[c] if net_worth[i] > 0.0 else 0.0  # share of a project that banks lend
            reach = left / (1.0 - lent)
            public = 0.0
            if share[i] > 0.0:
                public = min(offer[i], share[i] * want_expansion[i], reach * share[i] / (1.0 - share[i]))
                public = math.floor(public * fen) / fen
            private = min(want_expansion[i] - public, reach)
            missing = max(want_expansion[i] - public - private, 0.0)
            equity[i] = investors * missing if net_worth[i] > 0.0 else 0.0
            expansion[i] = private + public + equity[i]
            taken[i] = public
            spent = research[i] + replacement[i] + energy[i] + digital[i] + private
            credit[i] = max(spent - own, 0.0)
