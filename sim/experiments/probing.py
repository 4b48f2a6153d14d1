"""What a typed-in firm lacks: the smallest change of what was typed after which a rule says yes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import Any

from sim.experiments.typed_firm import CHOICES, TypedFirm
from sim.tables.milestones import ABOVE_SCALE_LINE, TIER_LINES

Says = Callable[[TypedFirm], bool]
_CLOSE = 1e-7  # of a value: where a line is sought no further
_DIGITS = 6  # to which a line is told
_HALVINGS = 60  # at most: below what a float of the widest range tells apart

AT_LEAST, AT_MOST, MORE_THAN, ONE_OF = "at least", "at most", "more than", "one of"
_NOUGHT = 1e-6  # of an amount: what helps below it helps from nought on

AMOUNTS: dict[str, tuple[float, ...]] = {
    "revenue": (0.0, 10.0, ABOVE_SCALE_LINE, 400.0, 2_000.0, *TIER_LINES, 500_000.0),
    "research_share": (0.0, 0.01, 0.03, 0.1, 0.3),
    "lacks_capacity": (10.0, 100.0, 1_000.0, 10_000.0),
    "tax_rise": (0.1, 10.0),
    "energy": (1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0, 10_000_000.0),
}
"""What is tried of amounts, in the units of their fields: a line lies between what was typed and what helps."""
COUNTS: dict[str, Sequence[int]] = {"digital_level": range(4)}
CLIMBED = ("specialised_title", "smart_title")
"""Fields whose words are steps that nobody goes down."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that has to be otherwise.

    Attributes:
        field: of the typed firm. has: as typed. wants: the least amount or number that helps, or all words that do.
        how: `at least`, `at most`, `more than` or `one of`. taken: what the firm is taken to have once it has it.
    """

    field: str
    has: Any
    wants: Any
    how: str
    taken: Any


def needs(firm: TypedFirm, usual: Mapping[str, Any], says: Says, most: int = 2) -> list[Need]:
    """Return the fewest changes after which a rule says yes, the nearest value of each; nothing where up to `most`
    fields changed together do not help. The cluster is given: no firm moves to another for an award; so is the past.

    Args:
        usual: what stands for fields that were not typed; it follows the others until it is changed itself.
    """
    own = {name: usual.get(name) if value is None else value for name, value in firm}
    tried = {name: list(values) for name, values in _tries(firm, own) if values}
    for size in range(1, most + 1):
        for names in combinations(tried, size):
            for values in product(*(tried[name] for name in names)):
                changed = dict(zip(names, values, strict=True))
                if says(firm.model_copy(update=changed)):
                    return [_need(firm, own[name], changed, name, tried[name], says) for name in names]
    return []


def _tries(firm: TypedFirm, own: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield what is tried of each field, the nearest first; energy before all others, so that what a rule on energy
    asks for is told in energy, not in the sales that would spread it.
    """
    for name, has in sorted(own.items(), key=lambda item: item[0] != "energy"):
        if name in AMOUNTS:
            # who is known to use energy sells something: energy per revenue has no meaning without
            least = _NOUGHT if name == "revenue" and firm.energy is not None else 0.0
            values = (value for value in AMOUNTS[name] if value != has and value >= least)
            yield name, sorted(values, key=partial(_apart, has))
        elif name in COUNTS:
            yield name, [value for value in COUNTS[name] if value > has]
        elif name in CLIMBED:
            yield name, list(CHOICES[name][CHOICES[name].index(has) + 1 :])
        elif name in CHOICES:
            yield name, [word for word in CHOICES[name] if word != has]
        elif isinstance(has, bool):
            yield name, [True] * (not has)


def _apart(has: float, value: float) -> float:
    return abs(value - has)


def _need(firm: TypedFirm, has: Any, changed: dict[str, Any], name: str, tried: Sequence[Any], says: Says) -> Need:
    """Return one of several changes that help together, an amount as near to what the firm has as it may be."""
    wants = changed[name]
    if name in COUNTS:
        return Need(name, has, wants, AT_LEAST, wants)
    if name not in AMOUNTS:
        help_too = [value for value in tried if says(firm.model_copy(update=changed | {name: value}))]
        return Need(name, has, help_too, ONE_OF, wants)
    near, far = has, wants
    for _ in range(_HALVINGS):
        largest = max(abs(far), abs(near))
        if largest <= _NOUGHT or abs(far - near) <= _CLOSE * largest:
            break
        middle = (near + far) / 2.0
        if says(firm.model_copy(update=changed | {name: middle})):
            far = middle
        else:
            near = middle
    if abs(far) <= _NOUGHT:
        return Need(name, has, 0.0, MORE_THAN, wants) if wants > has else Need(name, has, 0.0, AT_MOST, far)
    return Need(name, has, _rounded(far), AT_LEAST if wants > has else AT_MOST, far)


def _rounded(value: float) -> float:
    """Return a value to so many digits that what halving left of a line is gone."""
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))
