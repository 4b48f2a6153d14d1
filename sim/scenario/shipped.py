"""The scenarios that come along."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from sim.tables.nearest import unknown

SHIPPED = Path(__file__).parents[2] / "scenarios"


@cache
def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with clustersim."""
    return tuple(sorted(p.stem for p in SHIPPED.glob("*.yaml")))


def _comes_along(name: str) -> str:
    if name not in shipped():
        raise ValueError(unknown("scenario", name, shipped()))
    return name


ShippedName = Annotated[str, AfterValidator(_comes_along)]
