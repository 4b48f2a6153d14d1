"""The answer that a scenario gives on the screen of a run: how an outcome of a year differs between the scenario and a
variant of it, or between two variants, in the same worlds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator, model_validator

from sim.calendar.quarter import FIRST
from sim.scenario.asking import ask
from sim.scenario.fields import ScenarioPart, Year
from sim.scenario.files import ScenarioError
from sim.scenario.merging import POLICIES, merge, policies_of
from sim.tables.catalogue import TARGET
from sim.tables.nearest import unknown

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

ANSWER = "answer"
SIDES = OF, AGAINST = ("of", "against")
_MAY_DIFFER = (POLICIES, "envelope", "outlook", "parameters", "targets", "title", "question", "sources")


class Answer(ScenarioPart):
    """An outcome of a year, and the two sides whose difference is told: `of` less `against`."""

    metric: str
    year: Year = Field(ge=FIRST.year, le=2030, description="the year whose figure is told 所答年份")
    of: str | None = Field(
        None, description="the variant whose effect is told; without it the scenario itself 所问变体，不写则为情景本身"
    )
    against: str | None = Field(
        None, description="the variant it is held against; without it the scenario itself 对照变体，不写则为情景本身"
    )

    @field_validator("metric")
    @classmethod
    def _may_be_asked(cls, metric: str) -> str:
        try:
            ask(metric, TARGET, "metric")
        except ScenarioError as error:
            raise ValueError(str(error).removeprefix("metric: ")) from None
        return metric

    @model_validator(mode="after")
    def _two_sides(self) -> Answer:
        if self.of == self.against:
            raise ValueError(
                "compares a scenario with itself; write a variant as of: or as against:, or a different one as each"
            )
        return self

    @property
    def variants(self) -> dict[str, str]:
        """The variants that have to run beside the scenario, by side."""
        return {side: name for side in SIDES if (name := getattr(self, side)) is not None}

    def sides(self, scenario: str) -> tuple[str, str]:
        """Return the names of both sides: a variant's, or that of the scenario."""
        return self.of or scenario, self.against or scenario


def problems_of(spec: Scenario) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what keeps a scenario's answer from being given: the key it stands at, and what to write instead."""
    if spec.answer is None:
        return
    arms = {spec.name: spec.policies.keys()}
    for side, name in spec.answer.variants.items():
        if name not in spec.variants:
            yield (ANSWER, side), unknown("variant", name, spec.variants)
            continue
        if name == spec.name:
            yield (ANSWER, side), f"variant {name} has the scenario's own name; give it another"
            continue
        changes = spec.variants[name]
        if others := [key for key in changes if key not in _MAY_DIFFER]:
            yield (
                (ANSWER, side),
                (
                    f"variant {name} changes {', '.join(others)} too, so the two are not of the same firms and "
                    "years; write a variant of policies, envelope, outlook and parameters alone"
                ),
            )
        arms[name] = policies_of(merge(spec.as_written, changes)).keys()
    try:
        ask(spec.answer.metric, TARGET, "metric", arms=arms)
    except ScenarioError as error:
        yield (ANSWER, "metric"), str(error).removeprefix("metric: ")


def too_late(spec: Scenario) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield that the run never reaches the year of the answer."""
    if spec.answer is not None and spec.answer.year > spec.last_year:
        yield (
            (ANSWER, "year"),
            (
                f"{spec.answer.year} lies after the last whole year of the run; write {spec.last_year} or before, or a "
                "later horizon: {until: ...}"
            ),
        )


def asked_of(spec: Scenario) -> Answer | None:
    """Return the answer that a run of the scenario gives; nothing where the run reaches no such year, or options took
    out what it compares.
    """
    return None if any(too_late(spec)) or any(problems_of(spec)) else spec.answer


def arms_of(spec: Scenario) -> dict[str, Scenario]:
    """Return the variants that run beside a scenario for its answer, by side."""
    asked = asked_of(spec)
    return {} if asked is None else {side: spec.variant(name) for side, name in asked.variants.items()}


def without_answer(raw: dict[str, Any]) -> dict[str, Any]:
    """Return plain values of a scenario without the answer: of another world nobody asked."""
    return {key: value for key, value in raw.items() if key != ANSWER}
