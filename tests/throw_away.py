"""Instruments made for a test, one file each, and a copy of the package to put them into."""

import atexit
import csv
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sim.scenario.reading import load
from tests.conftest import without_amounts
from tests.warm import Warm

HOUSE = Path(__file__).parent.parent

HEAD = '''"""{title}."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.tables.units import Money, Share
from sim.treasury.claims import INVESTMENT, REST_OF_CITY, Basis, Claim, Clause, Spending
from sim.treasury.terms import Sole, Terms


class New(Instrument):
    """Made for a test."""

    title_en: ClassVar[str] = "{title}"
    title_zh: ClassVar[str] = "{chinese}"
    name: ClassVar[str] = "{name}"
'''

RENT_RELIEF = '''    clauses: ClassVar[tuple[Clause, ...]] = (Clause("rent", Basis.UNCONDITIONAL),)

    amount: Money = Field(0.01, description="per firm and quarter 每户每季")
    to: Literal["small_firms", "rest_of_city"] = Field("small_firms", description="who gets it 发放对象")

    def claim(self, view: View) -> list[Claim]:
        """Pay small firms, each quarter."""
        rows = np.flatnonzero(view.firms.active & ~view.firms.above_scale)
        if self.to == "rest_of_city":
            rows = np.full(rows.size, REST_OF_CITY)
        return [self.ask("rent", "small firm", rows, np.full(rows.size, self.amount))]
'''

GROWTH_PRIZE = '''    clauses: ClassVar[tuple[Clause, ...]] = (Clause("prize", Kind.ABOVE_SCALE),)

    amount: Money = Field(0.5, description="per firm newly above scale 每户新升规企业")

    def claim(self, view: View) -> list[Claim]:
        """Pay whoever is newly above scale."""
        events = [event.firsts() for event in view.events if event.kind is Kind.ABOVE_SCALE]
        return [self.ask("prize", "rose", e.rows, np.full(e.rows.size, self.amount), e) for e in events]
'''

DIGITAL_GRANT = '''    clauses: ClassVar[tuple[Clause, ...]] = (Clause("machines", Spending.DIGITAL),)
    outcomes: ClassVar[tuple[str, ...]] = ("firms_granted", "digital_grants")

    rate: Share = Field(0.2, description="share of the spending of the last quarter 上季支出补贴比例")

    def claim(self, view: View) -> list[Claim]:
        """Pay a share of what firms spent on digital retrofits in the last quarter."""
        rows = np.flatnonzero(view.firms.active & (view.firms.digital_spending > 0.0))
        return [self.ask("machines", "bought", rows, self.rate * view.firms.digital_spending[rows])]

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return how many firms spend, which gives them a grant in the next quarter, and what was paid in this one."""
        spending = view.firms.digital_spending > 0.0
        return {"firms_granted": float(np.count_nonzero(spending)) if self.rate else 0.0, "digital_grants": paid}
'''

SECOND_FUND = """    sole: ClassVar[Sole | None] = Sole.CO_INVESTMENT
"""

INSTRUMENTS = {
    "rent_relief": ("Rent relief", "房租减免", RENT_RELIEF),
    "growth_prize": ("Growth prize", "成长奖", GROWTH_PRIZE),
    "digital_grant": ("Digital grant", "智改数转补贴", DIGITAL_GRANT),
    "second_fund": ("Second fund", "第二基金", SECOND_FUND),
}

OUTCOMES = (
    {"outcome": "firms_granted", "name_en": "Firms granted", "name_zh": "获补企业", "unit": "firms", "read_unit": "家"}
    | {"kind": "count", "meaning": "firms that spend on what is granted", "meaning_zh": "有补贴支出的企业"},
    {"outcome": "digital_grants", "name_en": "Digital grants", "name_zh": "智改补贴额", "unit": "million yuan"}
    | {"read_unit": "亿元", "read_factor": "0.01", "kind": "flow", "needs": "digital_grant", "run": "1"}
    | {"meaning": "grants paid in the year", "meaning_zh": "当年支付的补贴"},
)

COMMON = {"read_factor": "1", "period": "of the year", "better": "more", "low": "0", "city": "1", "objective": "1"}

# a copy of the house runs uncompiled: the six instruments whose amounts the text gives are enough
WITHOUT_AMOUNTS = without_amounts(load("baseline-2022"))

SCENARIO = """name: {name}
extends: baseline-2022
title: {{en: the announced package and more, zh: 公布政策及其他}}
question: {{en: what does it do?, zh: 有什么作用？}}
sources: [made for a test]
population: {{above_scale: 100, below_scale: 40}}
horizon: {{until: 2023Q4}}
policies:
"""
SCENARIO += "".join(f"  {name}: null\n" for name in WITHOUT_AMOUNTS) + "  {name}: {levers}\n"

LEVERS = {
    "rent_relief": "{amount: 5 万元}",
    "growth_prize": "{amount: 50 万元}",
    "digital_grant": "{rate: {2022Q1: 0, 2023Q2: 25 %}}",
    "second_fund": "{}",
}


QUIET = ("-W", "ignore:overflow:RuntimeWarning")  # hashes overflow on purpose, which compiled code does not mention


def bare_copy(folder, *rooms):
    """Copy some folders, and the files beside them that commands and tools need; return the folder."""
    for name in rooms:
        shutil.copytree(HOUSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("cli.py", "pyproject.toml", "Makefile"):
        shutil.copy(HOUSE / name, folder / name)
    return folder


def python(folder, *arguments, code=0, compiled=False):
    """Run Python in a copy, and return what it prints or complains of."""
    if compiled or not hasattr(os, "fork"):
        return run(folder, [sys.executable, *QUIET, *arguments], code, compiled)
    with tempfile.TemporaryDirectory() as place:
        outputs = [Path(place) / name for name in ("said", "complained")]
        ended = _waiting().run(folder, arguments, outputs)
        said = [path.read_text(encoding="utf-8") for path in outputs]
    assert ended == code, "".join(said)[-3000:]
    return said[bool(code)]


@functools.cache
def _waiting():
    warm = Warm(QUIET, _surroundings(compiled=False))
    atexit.register(warm.end)
    return warm


def run(folder, command, code=0, compiled=False):
    """Run a command in a copy, uncompiled unless told: compiling takes longer than a city of a hundred firms."""
    surroundings = _surroundings(compiled) | {"PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=600)
    assert done.returncode == code, (done.stdout + done.stderr)[-3000:]
    return done.stderr if code else done.stdout


def _surroundings(compiled):
    left_out = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")  # a copy is started many times, and read once
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"NUMBA_DISABLE_JIT": "0" if compiled else "1", "MPLBACKEND": "Agg"}


def copy_of_the_house(folder):
    """Copy what `clustersim` is made of, add a file for each instrument and the rows of its outcomes, and a scenario
    that uses it; return the folder.
    """
    bare_copy(folder, "sim", "scenarios")
    for name, (title, chinese, body) in INSTRUMENTS.items():
        text = HEAD.format(title=title, chinese=chinese, name=name) + body + "\n\nINSTRUMENT = New\n"
        (folder / "sim" / "policies" / f"{name}.py").write_text(text, encoding="utf-8")
        (folder / f"{name}.yaml").write_text(SCENARIO.format(name=name, levers=LEVERS[name]), encoding="utf-8")
    _add_rows(folder / "sim" / "data" / "outcomes.csv")
    return folder


def _add_rows(table):
    with table.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with table.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="", lineterminator="\n").writerows([COMMON | row for row in OUTCOMES])
