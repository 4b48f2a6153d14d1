"""How a screen begins and ends: the scenario or its variant, what was changed in it, and where the tables are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.calendar.quarter import Quarter
from sim.experiments.experiment import Experiment, Findings
from sim.report.quotable import to_quote
from sim.scenario.changed import NOTHING, changed_by_variant
from sim.scenario.notes import not_asked
from sim.scenario.scenario import Scenario
from sim.tables.printable import shortened

_BOTH = {NOTHING: f"{NOTHING} 无"}
_MOST, _LONGEST = 12, 200  # changes that a title holds, and signs of one; experiment.json has all


def about(experiment: Experiment) -> list[str]:
    """Return title and name, what the variant and options changed, and what else must be known of every figure."""
    spec = experiment.base
    lines = [
        "",
        f"{spec.title.en} {spec.title.zh} ({spec.name})",
        *changes_of(spec, experiment.changed()),
    ]
    lines += [f"  {' '.join(FIXED)}"] * experiment.fixed
    lines += [f"  {' '.join(told)}" for told in part_year(spec)]
    return lines + [f"  {line}" for line in not_asked(spec)]


FIXED = (
    "Assumed numbers are held (--fixed), so intervals hold shocks alone and are too narrow.",
    "假定参数取定值（--fixed），区间只含随机冲击，偏窄。",
)


def changes_of(spec: Scenario, by_options: Mapping[str, str]) -> list[str]:
    """Return what the variant and options changed in a scenario."""
    return [f"  {' '.join(title)}: {text}" for title, text in changes_told(spec, by_options)]


def changes_told(spec: Scenario, by_options: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield what the variant and what options changed, where they did: by whom, in both languages, and paths with
    their values.
    """
    by = (
        (("Changed by the variant", "由变体改动"), changed_by_variant(spec)),
        (("Changed by options", "由选项改动"), by_options),
    )
    for title, changes in by:
        told = [f"{path} = {_BOTH.get(value) or shortened(value, _LONGEST)}" for path, value in changes.items()]
        more = f"; and {len(told) - _MOST} more 及其余{len(told) - _MOST}项" if len(told) > _MOST else ""
        if told:
            yield title, f"{'; '.join(told[:_MOST])}{more}"


def part_year(spec: Scenario) -> Iterator[tuple[str, str]]:
    """Yield that a part of a year was run, of which no outcome is told, where it was."""
    if spec.until.year != spec.last_year:
        part = f"{Quarter.of(spec.until.year, 1)}-{spec.until}"
        yield (
            f"{part} was run too and stands in tables by quarter and payment alone; figures end with {spec.last_year}.",
            f"{part}亦在模拟之列，仅见于按季度和按支付的表；各项数字截至{spec.last_year}年。",
        )


def heading(experiment: Experiment) -> list[str]:
    """Return what it is about and what is asked, in both languages."""
    question = experiment.base.question
    return [*about(experiment), f"  {question.en}", f"  {question.zh}"]


def closing(findings: Findings) -> list[str]:
    """Return the last lines: what to quote, and where the tables are."""
    files = ", ".join(f"{name}.csv" for name in findings.tables)
    return [*to_quote(findings), "", f"Tables 表: {findings.folder} ({files})"]
