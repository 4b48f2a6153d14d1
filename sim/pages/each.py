"""Figures of several years, arms or values, one after another in one sentence."""

from __future__ import annotations

from collections.abc import Iterable

from sim.pages.said import Said, figures


def each(parts: Iterable[str]) -> Said:
    """Return figures as the screen writes them, one after another, with the marks that each language puts between."""
    told = tuple(parts)
    return Said(figures("; ".join(told)).en, figures("；".join(told)).zh)
