"""High-tech status: without a quota, for firms whose research reaches the statutory share of sales; recognised in time,
examined again when its validity ends, and lost when research falls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calendar.year import TITLE_ROUND
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.luck.randomness import uniform
from sim.setting import Setting
from sim.tables.milestones import Kind
from sim.treasury.events import Event, reached


class Examined(NamedTuple):
    """Who may come forward as a high-tech firm, the research that it does over the cluster's norm, and its taxes."""

    active: PerFirm
    key: PerFirm
    research_propensity: PerFirm
    tax: PerFirm


class HighTechRules(NamedTuple):
    """Research over sales at the cluster's norm, the statutory line, the chance to come forward in a year and how far
    an award raises it, the years of taxes and the share of them that the status saves, and the quarters of today and
    of the end of a validity that begins now.
    """

    norm: PerCluster
    line: float
    recognition: float
    response: float
    years: float
    tax_cut: float
    now: int
    valid: int


class HighTechStatus(NamedTuple):
    """High-tech status and the last quarter of its validity."""

    high_tech_title: PerFirm
    high_tech_expiry: PerFirm


@declared(reads=(Examined,), writes=(HighTechStatus, "ever_high_tech"))
def examine(firms: Firms, setting: Setting) -> list[Event]:
    """In the third quarter, recognise firms and examine holders again; return events for both."""
    if setting.quarter.season != TITLE_ROUND:
        return []
    numbers, held = setting.numbers, firms.high_tech_title.copy()
    rules = HighTechRules(
        norm=setting.technology.research,
        line=numbers.high_tech_research_line,
        recognition=numbers.high_tech_recognition,
        response=numbers.high_tech_response,
        years=numbers.title_years,
        tax_cut=numbers.high_tech_tax_cut,
        now=setting.quarter.number,
        valid=setting.title_expiry(),
    )
    award = setting.terms.column(Kind.HIGH_TECH)
    status = bundle(HighTechStatus, firms)
    _recognise(rows_in(firms), bundle(Examined, firms), setting.luck("high-tech"), award, rules, status)
    given = firms.high_tech_title & (firms.high_tech_expiry == rules.valid)
    new, again = np.flatnonzero(given & ~held), np.flatnonzero(given & held)
    first = ~firms.ever_high_tech[new]
    firms.ever_high_tech[new] = True
    return [
        reached(Kind.HIGH_TECH, setting.quarter, new, first),
        reached(Kind.HIGH_TECH_RENEWED, setting.quarter, again, np.zeros(again.size, dtype=bool)),
    ]


@kernel
def _recognise(
    rows: Rows, firms: Examined, luck: np.uint64, award: PerFirm, rules: HighTechRules, status: HighTechStatus
) -> None:
    """Holders are examined again when their validity ends, others come forward by chance; whoever meets the line has
    the title.

    The line is met where norm x propensity, research over sales, reaches it
    chance a year = 1 - (1 - recognition) ^ (1 + response x award / (award + taxes saved)); taxes saved = cut x taxes a
    year x years of validity, million yuan: an award speeds up those to whom it is much beside what the law gives
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not firms.active[i]:
                continue
            held = status.high_tech_title[i]
            if held:
                due = status.high_tech_expiry[i] <= rules.now
            else:
                chance = rules.recognition
                if award[i] > 0.0:
                    saved = rules.tax_cut * firms.tax[i] * 4.0 * rules.years
                    push = rules.response * award[i] / (award[i] + max(saved, 0.0))
                    chance = 1.0 - (1.0 - chance) ** (1.0 + push)
                due = uniform(luck, firms.key[i]) < chance
            if due:
                meets = rules.norm[c] * firms.research_propensity[i] >= rules.line
                status.high_tech_title[i] = meets
                if meets:
                    status.high_tech_expiry[i] = rules.valid
