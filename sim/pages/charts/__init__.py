"""The charts of a page: whatever file of this package draws one.

A file holds `draw(folder)`, which yields the charts that the folder has tables for, none where it has not, and `ORDER`,
its place on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sim.pages.folder import Folder
from sim.pages.said import Said


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes:
        name: of its element, which no other chart of the page has. title: what stands above it.
        svg: one `<svg>` element, everything of users in it escaped; what is written in it stands there in both
            languages, as `<text class="en">` and `<text class="zh">`.
        said: what it shows, for who cannot see it; it stands below.
    """

    name: str
    title: Said
    svg: str
    said: Said


def charts(folder: Folder) -> Iterator[Chart]:
    """Yield every chart that the folder has tables for, in the order of the page."""
    for module in _modules():
        yield from module.draw(folder)


@cache
def _modules() -> tuple[Any, ...]:
    found = [import_module(f"{__name__}.{file.name}") for file in iter_modules(__path__)]
    return tuple(sorted((m for m in found if hasattr(m, "ORDER")), key=lambda module: (module.ORDER, module.__name__)))
