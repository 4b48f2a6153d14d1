"""What a page begins with: what was asked, and what must be known of every figure."""

from __future__ import annotations

from collections.abc import Iterator

from sim.pages.again import known_as
from sim.pages.folder import Folder
from sim.pages.references import apart
from sim.pages.said import Said, alike, said
from sim.pages.sentences import named
from sim.report.heading import FIXED, changes_told, part_year
from sim.scenario.changed import said_at
from sim.scenario.notes import not_asked
from sim.scenario.reading import load
from sim.tables.printable import shortened

_MOST_CHANGES = 6  # of a variant that a line tells
_MOST = 2  # other arms that a title names; the line below it names all
NAMES = {
    "run": Said("One scenario in many worlds", "单一情景，多个世界"),
    "compare": Said("Scenarios compared in the same worlds", "相同世界中的情景比较"),
    "attribute": Said("What the money bought", "财政资金换来了什么"),
    "sweep": Said("Many values of levers and numbers", "政策参数与不确定数的多个取值"),
    "search": Said("The cheapest package that reaches a target", "达到目标的最省方案"),
    "sensitivity": Said("Which assumed numbers decide", "哪些假定参数起决定作用"),
}


def title(folder: Folder) -> Said:
    """Return the title of the page: the scenario's; of several, theirs against that of the base."""
    base, *others = apart(folder.arms).values()
    if not others:
        return base
    shown, left = others[:_MOST], len(others) - _MOST
    more, more_zh = (f" and {left} more", f"等{len(others)}个方案") if left > 0 else ("", "")
    arms = Said(", ".join(arm.en for arm in shown) + more, "、".join(arm.zh for arm in shown) + more_zh)
    return Said(f"{arms.en}, against: {base.en}", f"{arms.zh}，对照：{base.zh}")


def questions(folder: Folder) -> tuple[Said, ...]:
    """Return the questions that the scenarios ask, each once."""
    asked = dict.fromkeys(Said(spec.question.en, spec.question.zh) for spec in folder.arms.values())
    return tuple(asked)[: _MOST + 1]


def kind(folder: Folder) -> Said:
    """Return what was done, and with which scenarios."""
    arms = ", ".join(folder.arms)
    return named(NAMES.get(folder.kind, alike(folder.kind)), alike(arms))


def notes(folder: Folder) -> Iterator[Said]:
    """Yield what the variant and options changed, and what else holds for every figure."""
    yield from _of_variant(folder)
    for (english, chinese), text in changes_told(folder.scenario, folder.experiment.changed()):
        yield Said(f"{english}: {text}", f"{chinese}：{text}")
    if folder.settings.get("fixed"):
        yield said(FIXED)
    yield from map(said, part_year(folder.scenario))
    yield from map(alike, dict.fromkeys(line for spec in folder.arms.values() for line in not_asked(spec)))


def _of_variant(folder: Folder) -> Iterator[Said]:
    """Yield of which scenario the base is a variant, whose question stands above, and what it changes in that."""
    for base, variant in known_as(folder.scenario.name):
        if variant is None:
            continue
        whole = load(base)
        changes = said_at(folder.scenario, whole.variant(variant).changed_by_variant)
        told = "; ".join(f"{path} = {shortened(value)}" for path, value in list(changes.items())[:_MOST_CHANGES])
        left = len(changes) - _MOST_CHANGES
        told += f"; (+{left})" if left > 0 else ""
        yield Said(
            f"This is the variant {variant} of “{whole.title.en}”, of which the question is asked; the variant "
            f"changes: {told}",
            f"本页为“{whole.title.zh}”的变体 {variant}，上述问题针对该情景本身；变体改动：{told}",
        )
        return
