"""Parts of a package: instruments that `attribute` takes together when it shares the package's effect, such as the four
operations of the article (add, subtract, multiply, divide). Instruments of no part stand for themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from sim import policies as registry
from sim.scenario.fields import Instruments, ScenarioPart, Text
from sim.scenario.merging import POLICIES, policies_of

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

PARTS = "parts"


class PackagePart(ScenarioPart):
    """Instruments that act as one, and what they are called together."""

    title: Text
    policies: Instruments = Field(min_length=1)


def members_of(parts: Mapping[str, PackagePart], instruments: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return who shares a package's effect, each with its instruments: the parts, as far as their instruments are in
    force, then each instrument of no part.
    """
    taken = {name for part in parts.values() for name in part.policies}
    found = {name: tuple(i for i in part.policies if i in instruments) for name, part in parts.items()}
    return {name: own for name, own in found.items() if own} | {i: (i,) for i in instruments if i not in taken}


def _apart(parts: dict[str, PackagePart]) -> dict[str, PackagePart]:
    """Refuse an instrument in two parts, and a part that a table could not tell from an instrument."""
    of: dict[str, str] = {}
    for name, part in parts.items():
        if name in registry.names():
            raise ValueError(f"'{name}' is the name of an instrument; call the part something else")
        for instrument in part.policies:
            if instrument in of:
                raise ValueError(f"{instrument} stands in {of[instrument]} and in {name}; leave it in one of them")
            of[instrument] = name
    return parts


Parts = Annotated[dict[str, PackagePart], AfterValidator(_apart)]


def reduced(raw: Mapping[str, Any], before: Collection[str]) -> dict[str, Any]:
    """Return changed plain values of a scenario whose parts name none of the instruments that were taken out.

    Args:
        before: the instruments that were there.
    """
    parts, gone = raw.get(PARTS), set(before) - policies_of(raw).keys()
    if not gone or not isinstance(parts, dict):
        return dict(raw)
    left = {name: {**part, POLICIES: [i for i in part[POLICIES] if i not in gone]} for name, part in parts.items()}
    return {**raw, PARTS: {name: part for name, part in left.items() if part[POLICIES]}}


def not_there(spec: Scenario) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield parts that name an instrument which the scenario does not have: the key it stands at, and what to write."""
    for name, part in spec.parts.items():
        if lacking := [instrument for instrument in part.policies if instrument not in spec.policies]:
            said = f"the scenario has no {', '.join(lacking)}; take the name out, or write it under policies"
            yield (PARTS, name, "policies"), said
