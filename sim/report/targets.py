"""What a run says of its targets: each line holds by itself, first in English, then in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from sim.report.quoted import NO_INTERVAL_OF_ONE
from sim.report.reference import unit_zh
from sim.scenario.scenario import Scenario
from sim.scenario.target import amount
from sim.tables.catalogue import outcomes
from sim.tables.likelihood import likelihood
from sim.tables.rounded import percent, points

PROBABILITY = ("probability with its 95 % interval", "概率及其95%区间")


def describe_targets(table: pd.DataFrame, spec: Scenario) -> list[str]:
    """Return the lines of all targets of `targets.csv`."""
    titles = {target.name: target.title for target in spec.targets}
    lines = []
    for name, rows in table.groupby("target", sort=False):
        title = titles[str(name)]
        lines += [f"  {title.en} {title.zh}", *(f"    {line}" for line in _target(list(rows.itertuples()), spec))]
    return lines or ["  none is asked 无"]


def chance(probability: float, low: float, high: float) -> tuple[str, str]:
    """Return a probability with its interval and the words for it, in English and in Chinese."""
    word, word_zh = likelihood(low, high)
    figures = f"{percent(probability)} [{percent(low)}, {percent(high)}]"
    return f"{figures} {word}", f"{figures} {word_zh}"


def _target(rows: list[Any], spec: Scenario) -> Iterator[str]:
    asked, first = rows[-1], rows[0]
    yield from likely(asked)
    if asked.verdict and asked.replications > 1:
        yield " ".join(judged(asked))
    if first is not asked:
        yield f"{' '.join(EACH_YEAR)}: {by_year(rows)}"
        yield from already(first) if asked.replications > 1 else ()
    if asked.replications > 1:
        yield from decided(asked, spec)
        yield from by_policy(asked)


EACH_YEAR = ("The same asked of each year", "逐年同问")


def likely(row: Any) -> tuple[str, str]:
    """Return how likely a target is by the year of a row of `targets.csv`; of one world, whether it holds there."""
    if row.replications < 2:
        holds, holds_zh = holds_in_one(row)
        alone, alone_zh = NO_INTERVAL_OF_ONE
        return f"{holds} ({alone}): {row.sentence}", f"{holds_zh}（{alone_zh}）：{row.sentence_zh}"
    english, chinese = chance(row.probability, row.low, row.high)
    return f"{english}: {row.sentence}", f"{chinese}：{row.sentence_zh}"


def judged(row: Any) -> tuple[str, str]:
    """Return the verdict on a target for which a probability is asked."""
    return (
        f"Asked for with {percent(row.required)}: {row.verdict}",
        f"要求概率{percent(row.required)}：{row.verdict_zh}",
    )


def holds_in_one(row: Any) -> tuple[str, str]:
    """Return whether a target is reached in the one world of a run."""
    return ("reached", "达到") if row.probability > 0.0 else ("not reached", "未达到")


def by_year(rows: Sequence[Any]) -> str:
    """Return the probability of each year with its interval; of one world, in which years it holds there."""
    if rows[0].replications < 2:
        return "; ".join(f"{r.year} {' '.join(holds_in_one(r))}" for r in rows)
    return "; ".join(f"{r.year} {percent(r.probability)} [{percent(r.low)}, {percent(r.high)}]" for r in rows)


def already(first: Any) -> tuple[str, str]:
    """Return in how many worlds a target holds in the first year."""
    return (
        f"Already so in the first year, in {percent(first.probability)} of worlds: {first.sentence}",
        f"首年已然，占{percent(first.probability)}的世界：{first.sentence_zh}",
    )


def decided(row: Any, spec: Scenario) -> tuple[str, str]:
    """Say which number drawn per world separates the worlds, or that none does."""
    worlds = row.replications
    if row.probability in (0.0, 1.0):
        return (
            f"{row.sentence} - the answer is the same in all of {worlds} worlds",
            f"{row.sentence_zh}——{worlds}个世界的答案均相同",
        )
    if not row.number:
        return (
            f"{row.sentence} - in these {worlds} worlds no number drawn could be told to separate those where this "
            "holds from the others; more worlds may show one",
            f"{row.sentence_zh}——这{worlds}个世界中看不出哪个抽取的数能区分成立与否；增加世界数或可看出",
        )
    (english, chinese), (holds, holds_zh), (fails, fails_zh) = _told_by(row, spec)
    higher = f"{percent(row.pairs_higher)}"
    return (
        f"{row.sentence} - of what is drawn per world, best told by {english} ({row.number}): median {holds} where "
        f"this holds, {fails} where not; higher where it holds in {higher} of pairs",
        f"{row.sentence_zh}——各世界所抽的数中最能区分的是{chinese}（{row.number}）：成立时中位数{holds_zh}，不成立时{fails_zh}；"
        f"{higher}的配对中成立者较高",
    )


def _told_by(row: Any, spec: Scenario) -> tuple[tuple[str, str], ...]:
    """Return name and both medians of what separates, each in English and Chinese: a number, or a price of a year."""
    medians = [float(f"{value:.3g}") for value in (row.median_with, row.median_without)]
    number = spec.city_tables.numbers.get(row.number)
    if number is not None:
        words = ((f"{value:,g} {number.unit}", f"{value:,g} {unit_zh(number.unit)}") for value in medians)
        return (number.meaning, number.meaning_zh), *words
    name, _, year = row.number.rpartition(".")
    price = outcomes()[name]
    return (f"{price.english} of {year}", f"{year}年{price.chinese}"), *(amount(price, value) for value in medians)


def by_policy(row: Any) -> tuple[str, ...]:
    """Say what the whole package does to the answer, from worlds paired with their twin without policy; nothing where
    there is no such twin.
    """
    if pd.isna(row.without_policy):
        return ()
    change, low, high = map(points, (row.difference, row.difference_low, row.difference_high))
    return (
        f"{row.sentence} - all policies together change the answer in {percent(row.differs)} of {row.replications} "
        f"worlds (without any policy {percent(row.without_policy)}): {change} percentage points [{low}, {high}]",
        f"{row.sentence_zh}——全部政策合计使{row.replications}个世界中{percent(row.differs)}的答案改变"
        f"（无任何政策时{percent(row.without_policy)}）：{change}个百分点 [{low}, {high}]",
    )
