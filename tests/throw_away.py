"""Instruments made for a test, one file each, and a copy of the package to put them into."""

import shutil
from pathlib import Path

HOUSE = Path(__file__).parent.parent

RENT_RELIEF = '''"""A sum each quarter to small firms towards their rent."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.treasury.claims import REST_OF_CITY, Basis, Claim, Clause
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money


class RentRelief(Instrument):
    """Every firm below the above-scale line gets the same, or firms that are not modelled do."""

    name: ClassVar[str] = "rent_relief"
    title_en: ClassVar[str] = "Rent relief"
    title_zh: ClassVar[str] = "房租减免"
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("rent", Basis.UNCONDITIONAL),)

    amount: Money = Field(0.01, description="per firm and quarter 每户每季")
    to: Literal["small_firms", "rest_of_city"] = Field("small_firms", description="who gets it 发放对象")

    def claim(self, view: View) -> list[Claim]:
        """Pay small firms, each quarter."""
        rows = np.flatnonzero(view.firms.active & ~view.firms.above_scale)
        if self.to == "rest_of_city":
            rows = np.full(rows.size, REST_OF_CITY)
        return [self.ask("rent", "small firm", rows, np.full(rows.size, self.amount))]


INSTRUMENT = RentRelief
'''

SCENARIO = """name: relief
extends: baseline-2022
title: {en: the announced package and rent relief, zh: 公布政策加房租减免}
question: {en: what does rent relief do?, zh: 房租减免有什么作用？}
sources: [made for a test]
population: {above_scale: 100, below_scale: 40}
horizon: {until: 2022Q4}
policies:
  rent_relief: {amount: 0.05}
"""


def copy_of_the_house(folder):
    """Copy what `clustersim` is made of, add one file with an instrument and a scenario that uses it;
    return the folder.
    """
    for name in ("sim", "scenarios"):
        shutil.copytree(HOUSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOUSE / "cli.py", folder / "cli.py")
    (folder / "sim" / "policies" / "rent_relief.py").write_text(RENT_RELIEF, encoding="utf-8")
    (folder / "relief.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder
