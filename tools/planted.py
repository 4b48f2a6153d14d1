"""Where faults are planted, which tests have to notice them, and which files of the same rooms are spared and why."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Module(NamedTuple):
    """Files of the package (by name or last folder and name, wherever they lie), the tests that hold them, the share
    to be killed.
    """

    pattern: str
    tests: tuple[str, ...]
    bar: float = 0.0

    def files(self, root: Path = ROOT) -> list[str]:
        """Return the files, paths from the root."""
        return sorted(str(p.relative_to(root)) for p in (root / "sim").rglob(self.pattern))


MODULES = (
    Module("accounts.py", ("accounts_claims", "fund_claims"), 1.0),
    Module("year_books.py", ("accounts_claims", "recognition_claims", "thresholds_claims"), 1.0),
    Module("ledger.py", ("ledger_claims", "ledger"), 1.0),
    Module(
        "policies/*.py",
        (
            "policies_claims",
            "policies_awards",
            "digital_claims",
            "ladders",
            "research_support",
            "first_purchase",
            "first_loan",
            "talent",
            "fund_claims",
            "notch_counted",
            "major_projects",
            "new_industries",
            "mergers",
            "two_high",
            "elimination",
            "energy_saving_claims",
            "land",
            "service",
        ),
    ),
    Module("firms/swap.py", ("two_high", "elimination")),
    Module("behaviours/land.py", ("land",)),
    Module("first_sets.py", ("first_purchase",)),
    Module("answered.py", ("research_support",)),
    Module("recognition.py", ("recognition_claims", "crossings")),
    Module("titles.py", ("titles_claims",)),
    Module("high_tech.py", ("titles_claims", "ladders")),
    Module("smart_titles.py", ("digital_claims",)),
    Module("thresholds.py", ("thresholds_claims",)),
    Module("finance.py", ("finance_claims", "fund_claims", "energy_saving_claims")),
    Module("funding.py", ("fund_claims",)),
    Module("sharing.py", ("fund_claims", "policies_claims")),
    Module("stakes.py", ("fund_claims",)),
    Module("awarded.py", ("notch_counted",)),
    Module("market.py", ("market_claims",)),
    Module("energy_saving.py", ("energy_saving_claims",)),
    Module("energy_saved.py", ("energy_saving_claims",)),
    Module("behaviours/energy.py", ("energy_claims", "energy_rules")),
    Module("quotas.py", ("energy_rules", "energy_claims")),
    Module("treasury/energy.py", ("energy_rules",)),
    Module("measure/energy.py", ("measures_claims",)),
    Module("outlays.py", ("measures_claims",)),
    Module("city.py", ("city_claims",)),
    Module("city_luck.py", ("city_claims",)),
    Module("world.py", ("world_claims",)),
    Module("outside/prices.py", ("world_claims",)),
    Module("list_lines.py", ("world_claims", "outlook")),
    Module("pressure.py", ("outlook",)),
    Module("year.py", ("year", "recognition_claims")),
    Module("claims.py", ("what_earned_it", "measures_claims")),
    Module("support.py", ("support",)),
    Module("supported.py", ("support",)),
    Module("events.py", ("measures_claims",)),
    Module("measures.py", ("measures_claims",)),
    Module("mergers.py", ("mergers",)),
    Module("treasury/lines.py", ("thresholds_claims", "mergers")),
    Module("measure/leaders.py", ("leaders",)),
    Module("measure/newcomers.py", ("major_projects", "new_industries")),
    Module("adding_up.py", ("adding_up_claims", "credit_claims")),
    Module("experiments/replicate.py", ("adding_up_claims", "credit_claims")),
    Module("payment_classes.py", ("credit_claims",)),
    Module("schedule.py", ("schedules",)),
    Module("quarter.py", ("schedules", "year")),
    Module("programme.py", ("schedules",)),
    Module("terms.py", ("policies_claims", "recognition_claims")),
    Module("shapley.py", ("shapley", "statistics")),
    Module("inference/confidence.py", ("statistics",)),
    Module("inference/shares.py", ("statistics", "inference")),
    Module("inference/screening.py", ("what_is_told_from_chance",)),
    Module("inference/paired_shares.py", ("statistics",)),
    Module("inference/means.py", ("inference", "statistics")),
    Module("inference/ratios.py", ("statistics",)),
    Module("inference/distributions.py", ("statistics",)),
    Module("inference/differing.py", ("inference",)),
    Module("inference/betting.py", ("inference",)),
    Module("inference/of_outcome.py", ("inference",)),
    Module("inference/sequence.py", ("inference",)),
    Module("inference/discoveries.py", ("inference",)),
)

ROOMS = ("behaviours", "calendar", "city", "inference", "measure", "outside", "policies", "treasury")
"""Rooms of which every file is planted or spared: what they hold is arithmetic that a wrong sign can slip into."""

SPARED = {
    "held by whole runs (signs, stylised facts, usual growth), too slow to be asked of each fault": (
        "behaviours/construction.py",
        "behaviours/demand.py",
        "behaviours/entry_exit.py",
        "behaviours/expectations.py",
        "behaviours/innovation.py",
        "behaviours/investment.py",
        "behaviours/listing.py",
        "behaviours/ownership.py",
        "behaviours/projects.py",
        "behaviours/retrofit.py",
        "outside/rivals.py",
        "outside/shocks.py",
        "measure/outcomes.py",
        "measure/undefined.py",
    ),
}
"""Files of these rooms without faults, by reason."""


def files_of_rooms(root: Path = ROOT) -> list[str]:
    """Return the files of the rooms, paths from the root; what only names a room holds no rule."""
    found = (path for room in ROOMS for path in (root / "sim" / room).rglob("*.py") if path.name != "__init__.py")
    return sorted(path.relative_to(root).as_posix() for path in found)


def libraries(root: Path = ROOT) -> list[str]:
    """Return the modules of declared libraries that the package and its tests import anywhere, to be loaded once
    before forks: a fork that loads them itself takes longer than its tests.
    """
    setup = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*setup["dependencies"], *setup["optional-dependencies"]["test"]]
    names = {re.split(r"[<>=\[ ]", line)[0] for line in declared}
    found: set[str] = set()
    for path in (*(root / "sim").rglob("*.py"), *(root / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return sorted(name for name in found if any(f"{name}.".startswith(f"{known}.") for known in names))
