"""What a run says of its targets: each line holds by itself, first in English, then in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.report.reference import unit_zh
from sim.scenario.scenario import Scenario
from sim.scenario.target import amount
from sim.tables.catalogue import outcomes
from sim.tables.likelihood import likelihood
from sim.tables.units import PER_CENT


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
    figures = f"{probability:.0%} [{low:.0%}, {high:.0%}]"
    return f"{figures} {word}", f"{figures} {word_zh}"


def _target(rows: list[Any], spec: Scenario) -> Iterator[str]:
    asked, first = rows[-1], rows[0]
    english, chinese = chance(asked.probability, asked.low, asked.high)
    yield f"{english}: {asked.sentence}"
    yield f"{chinese}：{asked.sentence_zh}"
    if asked.verdict:
        yield f"Asked for with {asked.required:.0%}: {asked.verdict} 要求概率{asked.required:.0%}：{asked.verdict_zh}"
    if first is not asked:
        figures = "; ".join(f"{r.year} {r.probability:.0%} [{r.low:.0%}, {r.high:.0%}]" for r in rows)
        yield f"The same asked of each year 逐年同问: {figures}"
        yield f"Already so in the first year, in {first.probability:.0%} of worlds: {first.sentence}"
        yield f"首年已然，占{first.probability:.0%}的世界：{first.sentence_zh}"
    yield from _decided(asked, spec)
    yield from _policy(asked)


def _decided(row: Any, spec: Scenario) -> Iterator[str]:
    """Say which number drawn per world separates the worlds, or that none does."""
    worlds = row.replications
    if row.probability in (0.0, 1.0):
        yield f"{row.sentence} - the answer is the same in all of {worlds} worlds"
        yield f"{row.sentence_zh}——{worlds}个世界的答案均相同"
        return
    if not row.number:
        yield (
            f"{row.sentence} - in these {worlds} worlds no number drawn could be told to separate those where this "
            "holds from the others; more worlds may show one"
        )
        yield f"{row.sentence_zh}——这{worlds}个世界中看不出哪个抽取的数能区分成立与否；增加世界数或可看出"
        return
    (english, chinese), (holds, holds_zh), (fails, fails_zh) = _told_by(row, spec)
    higher = f"{row.pairs_higher:.0%}"
    yield (
        f"{row.sentence} - of what is drawn per world, best told by {english} ({row.number}): median {holds} where "
        f"this holds, {fails} where not; higher where it holds in {higher} of pairs"
    )
    yield (
        f"{row.sentence_zh}——各世界所抽的数中最能区分的是{chinese}（{row.number}）：成立时中位数{holds_zh}，不成立时{fails_zh}；"
        f"{higher}的配对中成立者较高"
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


def _policy(row: Any) -> Iterator[str]:
    """Say what the whole package does to the answer, from worlds paired with their twin without policy."""
    if pd.isna(row.without_policy):
        return
    points, low, high = (
        f"{PER_CENT * value:+.1f}" for value in (row.difference, row.difference_low, row.difference_high)
    )
    yield (
        f"{row.sentence} - all policies together change the answer in {row.differs:.0%} of {row.replications} worlds "
        f"(without any policy {row.without_policy:.0%}): {points} percentage points [{low}, {high}]"
    )
    yield (
        f"{row.sentence_zh}——全部政策合计使{row.replications}个世界中{row.differs:.0%}的答案改变"
        f"（无任何政策时{row.without_policy:.0%}）：{points}个百分点 [{low}, {high}]"
    )
