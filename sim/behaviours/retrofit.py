"""Retrofit: a firm that looks into a digital project wants it when it pays back in time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms import smart
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.table import TOP_DIGITAL_LEVEL, Firms
from sim.luck.compiled import kernel
from sim.luck.randomness import exponential, uniform
from sim.setting import Setting
from sim.tables.milestones import SMART_TITLES
from sim.treasury.claims import Spending
from sim.treasury.support import Support
from sim.treasury.supported import supported


class DigitalState(NamedTuple):
    """How digital firms are and how large."""

    active: PerFirm
    key: PerFirm
    digital_level: PerFirm
    adapting: PerFirm
    expected_demand: PerFirm


class DigitalRules(NamedTuple):
    """How often firms look into a digital project, by peers, size and free diagnosis; what it costs over sales, gains
    and may take to pay back.
    """

    digital_consider: float
    digital_peer_weight: float
    digital_size_weight: float
    size_reference: float
    digital_size_ceiling: float
    digital_cost: float
    digital_gain: float
    digital_payback_years: float
    diagnosis_heard: float
    platform_saving: float


class DigitalTerms(NamedTuple):
    """Prices, public support, free diagnoses, the titles that firms may win at the level to which a digital project
    takes them, and the use they make of a platform.
    """

    price: PerCluster
    deflator: float
    support: Support
    diagnosis: PerFirm
    standing: smart.Standing
    prospect: smart.Prospect
    platform_use: PerFirm


_WRITTEN = ("wanted_digital", "diagnosed", "platform_use")


@declared(reads=(DigitalState, smart.Standing), writes=_WRITTEN)
def consider(firms: Firms, setting: Setting) -> None:
    """Write what each firm wants to spend on a digital project, million yuan; zero when it does not look."""
    numbers, now, rows = setting.numbers, setting.conditions, rows_in(firms)
    luck, state = (setting.luck("digital retrofit"), setting.luck("digital gain")), bundle(DigitalState, firms)
    terms, prospect = setting.terms, smart.prospect(firms, numbers, [setting.terms.column(t) for t in SMART_TITLES])
    support, diagnosis = terms.support_of(Spending.DIGITAL), terms.column("diagnosis")
    titles = bundle(smart.Standing, firms), prospect
    faced = DigitalTerms(now.output_price, now.deflator, support, diagnosis, *titles, _platform_use(firms, setting))
    _digital(rows, state, *luck, faced, bundle(DigitalRules, numbers), firms.wanted_digital)
    firms.diagnosed[diagnosis > 0.0] = setting.quarter.number


def _platform_use(firms: Firms, setting: Setting) -> np.ndarray:
    """Return the use that firms make of platforms, from 0 to 1: it follows what they are served, as they learn."""
    served, use = setting.terms.column("platform_service"), firms.platform_use
    if setting.terms.has("platform_service") or use.any():
        use += (np.where(firms.active, served, 0.0) - use) / max(4.0 * setting.numbers.platform_years, 1.0)
    return use


@kernel
def _digital(
    rows: Rows,
    firms: DigitalState,
    look: np.uint64,
    draws: np.uint64,
    faced: DigitalTerms,
    rules: DigitalRules,
    wanted: PerFirm,
) -> None:
    """Want a digital project where it is looked into and pays back, million yuan a quarter.

    chance to look = consider x (1 + peer weight x share of adopters) x min(ceiling, relative size ^ size weight)
    + heard x diagnoses
    cost = share x deflator x (1 - platform saving x platform use) x sales a year,
    wanted where cost - support - awards expected <= gain seen x payback years x price x sales
    """
    reference, ceiling = rules.size_reference, rules.digital_size_ceiling
    for c in clusters(rows):
        adopters, number = 0, 0
        for i in rows_of(c, rows):
            number += firms.active[i]
            adopters += firms.active[i] & (firms.digital_level[i] > 0)
        spread = rules.digital_consider * (1.0 + rules.digital_peer_weight * adopters / max(number, 1))
        wanted[rows[0][c] : rows[1][c]] = 0.0
        for i in rows_of(c, rows):
            draw, expected = uniform(look, firms.key[i]), firms.expected_demand[i]
            most = ceiling if expected > reference else min(ceiling, 1.0)  # small firms are below the ceiling
            told = rules.diagnosis_heard * faced.diagnosis[i]
            if draw >= spread * most + told or not firms.active[i]:
                continue
            if firms.digital_level[i] >= TOP_DIGITAL_LEVEL or firms.adapting[i] > 0:
                continue
            if draw < spread * (expected / reference) ** rules.digital_size_weight + told and expected > 0.0:
                seen = rules.digital_gain * exponential(uniform(draws, firms.key[i]))
                saved = rules.platform_saving * faced.platform_use[i]
                cost = rules.digital_cost * faced.deflator * (1.0 - saved)
                award = smart.expected_award(faced.standing, faced.prospect, i)
                public = supported(faced.support, i, cost * expected * 4.0) + award
                if cost - public / (expected * 4.0) <= seen * rules.digital_payback_years * faced.price[c]:
                    wanted[i] = cost * expected * 4.0
