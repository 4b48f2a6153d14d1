"""How likely a target is, in sentences: of one world, whether it holds there, since one world has no interval."""

from __future__ import annotations

from typing import Any

from sim.pages.said import Said, noted, said
from sim.report.targets import PROBABILITY, already, by_policy, chance, decided, likely
from sim.scenario.scenario import Scenario
from sim.tables.rounded import percent
from sim.tables.units import counted

ONE_WORLD = Said("one world: no interval", "仅一个世界：无区间")
_PAIRED = Said("paired difference and its 95 % interval", "配对差值及其95%区间")
_SO, _NOT_SO = Said("so in the one world", "该世界中成立"), Said("not so in the one world", "该世界中不成立")


def chance_said(probability: float, low: float, high: float, worlds: int) -> Said:
    """Return a probability with its interval and the words for it; of one world whether it holds."""
    return said(chance(probability, low, high)) if worlds > 1 else _SO if probability > 0.0 else _NOT_SO


def share_said(probability: float, low: float, high: float, worlds: int) -> str:
    """Return a probability as a figure of a chart: of one world 0 % or 100 %, without an interval."""
    return f"{percent(probability)} [{percent(low)}, {percent(high)}]" if worlds > 1 else percent(probability)


def chance_is(worlds: int) -> Said:
    """Return what the chances of a chart are: shares of worlds, of one world 0 % or 100 %."""
    if worlds == 1:
        return Said("100 % where so in the one world, 0 % where not", "该世界中如此为100%，否则为0%")
    return Said(f"share of {worlds} worlds, 95 % interval", f"占{worlds}个世界的比重，95%区间")


def probability_is(worlds: int) -> Said:
    """Return what the chances of so many worlds are, and of how many."""
    if worlds == 1:
        return ONE_WORLD
    return Said(f"{PROBABILITY[0]}; {worlds} worlds", f"{PROBABILITY[1]}；{worlds}个世界")


def likely_said(row: Any) -> Said:
    """Return how likely a target is by the year of a row of `targets.csv`."""
    if row.replications > 1:
        return said(likely(row))
    told = chance_said(row.probability, row.low, row.high, 1)
    return Said(f"{told.en}: {row.sentence}", f"{told.zh}：{row.sentence_zh}")


def by_policy_said(row: Any) -> Said | None:
    """Return what the whole package does to the answer; nothing where a run has no twin without policy."""
    told = by_policy(row)
    if not told or row.replications > 1:
        return noted(said(told), _PAIRED) if told else None
    (same, same_zh), without = (
        (("changes the answer", "改变了答案") if row.differs else ("leaves the answer as it is", "未改变答案")),
        chance_said(row.without_policy, 0.0, 0.0, 1),
    )
    return Said(
        f"{row.sentence} - the whole package {same}: without any policy {without.en} ({ONE_WORLD.en})",
        f"{row.sentence_zh}——全部政策合计{same_zh}：无任何政策时{without.zh}（{ONE_WORLD.zh}）",
    )


def decided_said(row: Any, spec: Scenario) -> Said:
    """Return which number drawn per world separates the worlds; one world separates nothing."""
    if row.replications > 1:
        return said(decided(row, spec))
    return Said(
        f"{row.sentence} - one world tells nothing of what decides it; give more worlds",
        f"{row.sentence_zh}——仅一个世界，看不出取决于什么；请增加世界数",
    )


def already_said(row: Any) -> Said:
    """Return in how many worlds a target holds in the first year of the run."""
    if row.replications > 1:
        return noted(said(already(row)), Said(counted(row.replications, "world"), f"{row.replications}个世界"))
    told = chance_said(row.probability, row.low, row.high, 1)
    return Said(f"In the first year, {told.en}: {row.sentence}", f"首年，{told.zh}：{row.sentence_zh}")
