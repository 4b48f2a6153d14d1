"""How a screen begins and ends: the scenario or its variant, what options changed in it, and where the tables are."""

from __future__ import annotations

from sim.experiments.experiment import Findings
from sim.scenario.changed import NOTHING, changed
from sim.scenario.scenario import Scenario
from sim.tables.printable import shortened

_BOTH = {NOTHING: f"{NOTHING} 无"}
_MOST = 12  # changes that a title holds; experiment.json has all


def about(spec: Scenario) -> list[str]:
    """Return title and name, and what options changed, where they changed anything."""
    told = [f"{path} = {_BOTH.get(value) or shortened(value, 60)}" for path, value in changed(spec).items()]
    more = f"; and {len(told) - _MOST} more 及其余{len(told) - _MOST}项" if len(told) > _MOST else ""
    changes = [f"  Changed by options 由选项改动: {'; '.join(told[:_MOST])}{more}"] if told else []
    return ["", f"{spec.title.en} {spec.title.zh} ({spec.name})", *changes]


def heading(spec: Scenario) -> list[str]:
    """Return what it is about and what is asked, in both languages."""
    return [*about(spec), f"  {spec.question.en}", f"  {spec.question.zh}"]


def closing(findings: Findings) -> list[str]:
    """Return the last lines: where the tables are."""
    files = ", ".join(f"{name}.csv" for name in findings.tables)
    return ["", f"Tables 表: {findings.folder} ({files})"]
