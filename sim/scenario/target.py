"""A target: an outcome with a bound, and which years it is asked of; the sentence that says so is made from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator

from sim.calendar.quarter import FIRST
from sim.scenario.asking import ask, read_bound
from sim.scenario.fields import ScenarioPart, Text, Year
from sim.scenario.files import ScenarioError
from sim.tables.catalogue import COUNT, SHARE, SINCE_THE_START, TARGET, Outcome, outcomes
from sim.tables.units import BILLION_PER_MILLION, DUST, PlainNumber

IN, BY, THROUGHOUT = WHEN = ("in", "by", "throughout")
BOUNDS = ("at_least", "at_most")
_EN = {IN: "in {last}", BY: "in at least one year of {first}-{last}", THROUGHOUT: "in every year of {first}-{last}"}
_ZH = {IN: "{last}年", BY: "{first}—{last}年至少有一年", THROUGHOUT: "{first}—{last}年每年都"}


class Target(ScenarioPart):
    """An outcome with a bound, and the years it is asked of; with a probability where a verdict is wanted."""

    name: str = Field(pattern=r"^[\w-]{1,64}$")
    title: Text
    metric: str
    at_least: PlainNumber | None = None
    at_most: PlainNumber | None = None
    when: Literal["in", "by", "throughout"] = Field(
        "by",
        description="in: in that year; by: in any year up to it; throughout: in each year up to it. Without it, by for "
        "at_least and throughout for at_most "
        "in 当年；by 截至该年任一年；throughout 截至该年每一年。不写时，at_least 为 by，at_most 为 throughout",
    )
    since: Year | None = Field(
        None,
        ge=FIRST.year,
        le=2030,
        description="first year that counts, for by and throughout; without it that of the run "
        "by 和 throughout 起算年份，不写则为模拟首年",
    )
    by: Year = Field(
        ge=FIRST.year, le=2030, description="the year asked of, the last that counts 所问年份，亦即最后一年"
    )
    probability: PlainNumber | None = Field(
        None,
        gt=0,
        lt=1,
        description="asked for; only with it a verdict is given 所要求的概率；写明才作判定",
    )

    @model_validator(mode="before")
    @classmethod
    def _usually_when(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {"when": THROUGHOUT if data.get("at_most") is not None else BY, **data}

    @field_validator("metric")
    @classmethod
    def _may_be_asked(cls, metric: str) -> str:
        try:
            ask(metric, TARGET, "metric", twins=True)
        except ScenarioError as error:
            raise ValueError(str(error).removeprefix("metric: ")) from None
        return metric

    @field_validator(*BOUNDS, mode="before")
    @classmethod
    def _read_bound(cls, value: Any, read: ValidationInfo) -> Any:
        """Read a bound in the unit of its outcome; what is no amount at all is told as any value of another kind."""
        known = isinstance(value, (int, float, str)) and not isinstance(value, bool)
        if "metric" not in read.data:  # what is wrong with it is told, and in which unit this is nobody knows
            return 0.0
        return read_bound(read.data["metric"], value) if known else value

    @model_validator(mode="after")
    def _one_bound(self) -> Target:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("write either at_least or at_most")
        if self.since is not None and self.when == IN:
            raise ValueError(f"since: 'when: in' asks of {self.by} alone; write 'when: by', or take since out")
        if self.since is not None and self.since > self.by:
            raise ValueError(f"since: {self.since} lies after by: {self.by}; write {self.by} or a year before it")
        return self

    @property
    def threshold(self) -> float:
        """The bound, in the outcome's unit."""
        bound = self.at_least if self.at_least is not None else self.at_most
        assert bound is not None
        return bound

    @property
    def first(self) -> int:
        """First year that counts."""
        return self.since or FIRST.year

    def years(self, labels: Sequence[int]) -> list[int]:
        """Return those of a run's years that are told, the year asked of last."""
        return [year for year in labels if self.first <= year <= self.by]

    def holds(self, values: np.ndarray, labels: Sequence[int]) -> np.ndarray:
        """Tell for each year of `years` whether the target holds if asked of that year.

        Args:
            values: of the outcome, (..., years of the run). labels: those years.
        """
        seen = values[..., [labels.index(year) for year in self.years(labels)]]
        # rounding decides nothing: what misses a bound by dust meets it
        met = seen >= self.threshold - DUST if self.at_least is not None else seen <= self.threshold + DUST
        if self.when == IN:
            return met
        gather = np.logical_or if self.when == BY else np.logical_and
        return np.asarray(gather.accumulate(met, axis=-1))

    def sentence(self, year: int | None = None) -> tuple[str, str]:
        """Return what is asked, of the year asked of or of another, in English and Chinese."""
        known, last = outcomes()[self.metric], year or self.by
        when = IN if last == self.first else self.when
        span = {"first": self.first, "last": last}
        more = self.at_least is not None
        english, chinese = _named(known)
        bound, bound_zh = amount(known, self.threshold)
        return (
            f"{english}: {bound} or {'more' if more else 'less'} {_EN[when].format(**span)}",
            f"{chinese}：{_ZH[when].format(**span)}{'不低于' if more else '不高于'}{bound_zh}",
        )


def _named(outcome: Outcome) -> tuple[str, str]:
    """Return the names of an outcome, with where its counting begins if it adds up over years."""
    if outcome.period != SINCE_THE_START:
        return outcome.english, outcome.chinese
    return f"{outcome.english} (all since {FIRST.year})", f"{outcome.chinese}（{FIRST.year}年以来累计）"


def amount(outcome: Outcome, value: float) -> tuple[str, str]:
    """Return an amount as people read it in English and in Chinese."""
    prices = "（2021年价）" if outcome.unit.endswith("at 2021 prices") else ""
    chinese = f"{value * outcome.read_factor:,.12g}{outcome.read_unit}{prices}"
    if outcome.kind == COUNT:
        return f"{value:,.12g}", chinese
    if outcome.kind == SHARE:
        return chinese, chinese
    if outcome.unit.startswith("million yuan per"):  # a price: too small for billions
        return f"{value * outcome.read_factor:,.12g} {outcome.unit.removeprefix('million ')}", chinese
    if outcome.unit.startswith("million yuan"):
        return f"{value * BILLION_PER_MILLION:,.12g} {outcome.unit.replace('million', 'billion')}", chinese
    return f"{value:,.12g} {outcome.unit}", chinese
