"""The instruments: one file each; the file's name is its name in a scenario."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.policies.instrument import Instrument

ANNOUNCED: tuple[str, ...] = (
    "peak_climbing",
    "leading_enterprise",
    "specialised_enterprise",
    "scale_up",
    "policy_fund",
)
"""Instruments that pay, in the order in which the text names their awards (article p08 to p11), then the fund (p03)."""

_NOT_INSTRUMENTS = {"__init__", "instrument"}


@cache
def names() -> tuple[str, ...]:
    """Return the names of all instruments, in alphabetical order: whatever file stands in the package."""
    return tuple(sorted(found.name for found in iter_modules(__path__) if found.name not in _NOT_INSTRUMENTS))


@cache
def get(name: str) -> type[Instrument]:
    """Return the class of one instrument.

    Raises:
        KeyError: if there is no such instrument.
    """
    if name not in names():
        raise KeyError(name)
    instrument: type[Instrument] = import_module(f"sim.policies.{name}").INSTRUMENT
    return instrument
