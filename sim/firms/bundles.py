"""Bundles: named tuples in which a compiled rule (a kernel) is given what it reads and what it writes, one per role.

A field is named as in the table it comes from (a column of the firms, a number, a price), so that one function fills
any bundle by name. A step of the quarter declares which bundles it reads and which it writes: their fields are the
columns it may touch, and every other bundle holds none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

import numpy as np

from sim.firms.columns import columns
from sim.firms.table import Firms
from sim.luck.compiled import rule

PerFirm: TypeAlias = np.ndarray  # one value per row of the firm table
PerCluster: TypeAlias = np.ndarray  # one value per cluster

_Bundle = TypeVar("_Bundle", bound=tuple[Any, ...])
_Step = TypeVar("_Step", bound=Callable[..., Any])


class Rows(NamedTuple):
    """First row of each cluster, and the row after its last one used."""

    start: PerCluster
    stop: PerCluster


def rows_in(firms: Firms) -> Rows:
    """Return the rows of each cluster, which every kernel is given first: the same object while the table is."""
    return bundle(Rows, firms)


@rule
def clusters(rows: Rows) -> range:
    """Return the numbers of the clusters."""
    return range(rows.start.size)


@rule
def rows_of(cluster: int, rows: Rows) -> range:
    """Return the rows of a cluster as unsigned numbers: an index that cannot be negative needs no check, a fifth of
    the time.
    """
    return range(np.uint64(rows.start[cluster]), np.uint64(rows.stop[cluster]))


class Source(Protocol):
    """What bundles are taken from, firms or numbers; it keeps those that were made of it, for as long as they hold."""

    bundles: dict[type, Any]


def bundle(kind: type[_Bundle], source: Source) -> _Bundle:
    """Return a bundle of a kind, each field taken by its name from a source.

    Raises:
        AttributeError: if the source has no such name.
    """
    if kind not in source.bundles:  # a bundle is made once: two hundred microseconds of a quarter
        fields: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]
        source.bundles[kind] = kind(*[getattr(source, name) for name in fields])
    made: _Bundle = source.bundles[kind]
    return made


class Touched(NamedTuple):
    """Columns of the firm table that a step of the quarter reads and writes; it may read what it writes."""

    reads: frozenset[str]
    writes: frozenset[str]


def declared(*, reads: tuple[Any, ...] = (), writes: tuple[Any, ...]) -> Callable[[_Step], _Step]:
    """Declare what a step of the quarter reads and writes: bundles of columns, names of columns that it takes from the
    table itself, and functions that return such names. `touched` says which they are, and whether they are columns:
    the table of columns is read by who asks, not by an import.
    """

    def declare(step: _Step) -> _Step:
        vars(step)["touches"] = reads, writes
        return step

    return declare


def touched(step: Callable[..., Any]) -> Touched | None:
    """Return what a step declared, None for a function that is no step.

    Raises:
        ValueError: if a name is no column.
    """
    if "touches" not in vars(step):
        return None
    found = Touched(*(frozenset(name for part in parts for name in _names(part)) for parts in vars(step)["touches"]))
    if unknown := (found.reads | found.writes) - columns().keys():
        raise ValueError(f"no columns of the firm table: {', '.join(sorted(unknown))}")
    return found


def _names(part: Any) -> tuple[str, ...]:
    if isinstance(part, str):
        return (part,)
    names: tuple[str, ...] = getattr(part, "_fields", ()) or part()
    return names
