"""Energy saving: a firm looks into projects the more often the more a tce costs it, wants those that pay back in time,
and can borrow on what the saving is worth beyond its usual price.

What a tce costs is its price and, for who is rationed, what one more would earn. A project lasts for years, so one
quarter of rationing counts little: the shadow price that a firm reckons with follows it like expected demand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calendar.year import QUARTERS
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.energy_use import processes, use_a_year
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.luck.randomness import exponential, part_of, uniform
from sim.setting import Setting
from sim.treasury.claims import Spending
from sim.treasury.support import Support
from sim.treasury.supported import supported


class EnergyUser(NamedTuple):
    """Who is in business, and what being short of energy cost in the last quarter."""

    active: PerFirm
    key: PerFirm
    energy_price_shadow: PerFirm


class SavingRules(NamedTuple):
    """How often firms look, at the price of 2021 and beyond it, and after an audit; what a project saves and costs
    (years in which it pays back at the price of 2021, million yuan per tce), may take to pay back, and how much of its
    worth is lent on it.
    """

    energy_consider: float
    energy_look_response: float
    energy_looks: float
    energy_audit_heard: float
    energy_saving: float
    energy_saving_payback: float
    energy_price: float
    energy_payback_limit: float
    energy_contract_share: float
    expectation_weight: float


class Faced(NamedTuple):
    """What firms plan to use, tce a year, in how many processes; prices, public support for energy saving, and energy
    audits of the last year.
    """

    use: PerFirm
    processes: PerFirm
    price: PerCluster
    deflator: float
    support: Support
    audits: PerFirm


class SavingWanted(NamedTuple):
    """The shadow price that firms reckon with, million yuan per tce; what they want to spend on how many projects, the
    share of their energy that all of them would save, and what is lent on them, million yuan.
    """

    energy_shadow_seen: PerFirm
    wanted_energy_saving: PerFirm
    energy_projects: PerFirm
    wanted_energy_saved: PerFirm
    energy_security: PerFirm


@declared(reads=(EnergyUser, "expected_demand", "energy_intensity"), writes=(SavingWanted, "audited"))
def consider(firms: Firms, setting: Setting) -> None:
    """Write what each firm wants to spend on saving energy this quarter, million yuan; zero when it does not look."""
    now, terms = setting.conditions, setting.terms
    audits, support = terms.column("audits"), terms.support_of(Spending.ENERGY_SAVING)
    luck = setting.luck("energy retrofit"), setting.luck("energy saving")
    use = use_a_year(firms)
    faced = Faced(use, processes(use, setting.numbers.energy_process), now.energy_price, now.deflator, support, audits)
    users, wanted = bundle(EnergyUser, firms), bundle(SavingWanted, firms)
    _want(rows_in(firms), users, *luck, faced, bundle(SavingRules, setting.numbers), wanted)
    firms.audited[audits > 0.0] = setting.quarter.number


@kernel
def _want(
    rows: Rows,
    users: EnergyUser,
    look: np.uint64,
    draws: np.uint64,
    faced: Faced,
    rules: SavingRules,
    wanted: SavingWanted,
) -> None:
    """Want projects of a firm's processes that are looked into and pay back, million yuan a quarter.

    shadow seen moves by weight x (shadow price - shadow seen); usual = price of 2021 x deflator, worth = energy price +
    shadow seen, million yuan per tce
    chance to look = min(consider x (worth / usual) ^ response + heard / 4 x audits, looks / 4), for each
    cost = payback x draw x saving x use of the process x usual, wanted where it is at most
    limit x saving x use x worth + what support adds to that of the projects before; use in tce a year
    lent = contract share x limit x saving x use x max(worth - usual, 0), at most the cost
    """
    usual, limit = rules.energy_price * faced.deflator, rules.energy_payback_limit
    most = rules.energy_looks / QUARTERS
    for c in clusters(rows):
        for i in rows_of(c, rows):
            cost, projects, saved = 0.0, 0, 0.0
            if users.active[i]:
                seen = wanted.energy_shadow_seen[i]
                seen += rules.expectation_weight * (users.energy_price_shadow[i] - seen)
                wanted.energy_shadow_seen[i] = seen
                worth, number = faced.price[c] + seen, faced.processes[i]
                each, often = rules.energy_saving * (faced.use[i] / number), -1.0
                for part in range(number):
                    key = part_of(users.key[i], part)
                    draw = uniform(look, key)
                    if draw >= most:
                        continue
                    if often < 0.0:  # few get here, and a power takes long
                        often = rules.energy_consider * (worth / usual) ** rules.energy_look_response
                        often += rules.energy_audit_heard / QUARTERS * faced.audits[i]
                    if draw < often:
                        own = rules.energy_saving_payback * exponential(uniform(draws, key)) * each * usual
                        paid = supported(faced.support, i, cost + own) - supported(faced.support, i, cost)
                        if own - paid <= limit * each * worth:
                            cost, projects = cost + own, projects + 1
                saved = rules.energy_saving * projects / number
                secured = rules.energy_contract_share * limit * each * projects * max(worth - usual, 0.0)
                wanted.energy_security[i] = min(secured, cost)
            else:
                wanted.energy_security[i] = 0.0
            wanted.wanted_energy_saving[i], wanted.energy_projects[i] = cost, projects
            wanted.wanted_energy_saved[i] = saved
