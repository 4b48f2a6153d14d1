"""What is said of a scenario that cannot be taken, and where its keys stand."""

from __future__ import annotations

from typing import Any

Places = dict[tuple[Any, ...], tuple[str, int, int]]  # line and column 0: somewhere in the file


class ScenarioError(ValueError):
    """One or more things wrong with a scenario, one line each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
