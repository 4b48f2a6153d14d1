"""What the folder of each kind of experiment says: one file of this package for each kind, of its name.

A file holds a function for each of `QUESTIONS`, which takes the folder and returns a part.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from sim.pages.folder import Folder
from sim.pages.parts import Section
from sim.pages.said import Said

QUESTIONS = {
    "answer": Said("The answer", "基本结论"),
    "anyway": Said("What would have happened anyway", "没有这些政策会怎样"),
    "cost": Said("What it costs and who pays", "花多少钱、由谁承担"),
    "groups": Said("Who gains and who loses", "谁受益、谁受损"),
    "decides": Said("What decides it", "结果取决于什么"),
}


def sections(folder: Folder) -> tuple[Section, ...]:
    """Return what the folder says to each question; nothing of a kind that has no file."""
    if find_spec(f"{__name__}.{folder.kind}") is None:  # an experiment of somebody's own: its tables tell it
        return ()
    kind = import_module(f"{__name__}.{folder.kind}")
    return tuple(Section(name, title, getattr(kind, name)(folder)) for name, title in QUESTIONS.items())
