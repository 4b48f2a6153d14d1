"""The parts of the page on a firm: its public money, what rationed it, and what it did not get."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from sim.calendar.quarter import Quarter
from sim.experiments.awards import Award
from sim.experiments.payment_classes import PaymentClass
from sim.experiments.rationed import By, Rationed, units
from sim.experiments.why_not import Missed
from sim.firms.columns import columns
from sim.policies import get, names
from sim.report.quoted import number
from sim.tables.files import read
from sim.tables.kinds import kind_names
from sim.tables.milestones import Kind
from sim.tables.rounded import percent
from sim.tables.units import FEN_PER_MILLION, PER_CENT, WAN_PER_MILLION, YI_PER_MILLION
from sim.treasury.claims import Basis, Earner, Spending

_BY = {
    By.ORDER: ("ordered to close", "按要求关停"),
    By.SWAP: ("rule on two-high projects", "“两高”项目规定"),
    By.LAND: ("land budget", "产业用地指标"),
    By.ENERGY: ("energy quota", "用能指标"),
    By.MONEY: ("its own money and credit", "自有资金与信贷"),
    By.CUT: ("envelope, cut", "财政盘子不足，削减"),
    By.WAITS: ("envelope, waits", "财政盘子不足，等待"),
}
_OF_2021 = YI_PER_MILLION, "亿元 (2021 prices 2021年价)"
_READ = {"quantity": _OF_2021, "million yuan, 2021 prices": _OF_2021, "mu": (1.0, "mu 亩")}
"""Units of columns as people read them: factor and name; all others are money of the day."""
_BOUGHT = {
    PaymentClass.DEADWEIGHT: ("it would have done so by then anyway", "没有该政策届时也会如此"),
    PaymentClass.TIMING: ("it would have done so later", "没有该政策也会如此，只是更晚"),
    PaymentClass.RELABELLED: ("the line was met on paper alone", "仅在账面上达标"),
    PaymentClass.DISPLACED: ("another local firm has lost it", "本地另一企业因此失去"),
    PaymentClass.ADDITIONAL: ("it would not have done so", "没有该政策就不会如此"),
    PaymentClass.UNCONDITIONAL: ("no event and no project of its own earned it", "不以企业的事项或项目为条件"),
}


class Figure(float):
    """A number that a reason words: `yi` of million yuan, `share`, `points`, or as it is."""

    def __format__(self, how: str) -> str:
        value = float(self)
        if how == "yi":
            return number(value * YI_PER_MILLION)
        if how == "share":
            return f"{percent(value, 1)}"
        return f"{value:.3f}" if how == "points" else number(value)


@cache
def reasons() -> dict[str, tuple[str, str]]:
    """Return the words of every reason, in English and in Chinese, figures in braces."""
    return {row["reason"]: (row["english"], row["chinese"]) for row in read("reasons")}


def awards_lines(awards: Sequence[Award]) -> Iterator[str]:
    """Yield the public money, a line for all payments that one thing earned, and what each class means."""
    if not awards:
        yield "Public money 财政资金: none 无"
        return
    total = sum(award.fen for award in awards)
    yield f"Public money 财政资金: {_wan(total)} 万元"
    together: defaultdict[tuple[str, str, str | None], list[Award]] = defaultdict(list)
    for award in awards:
        together[award.instrument, award.clause, award.judged].append(award)
    for paid in together.values():
        yield from _award(paid)
    named = {kind for paid in together.values() for kind in _bought(paid)}
    for kind in (kind for kind in PaymentClass if kind in named):
        english, chinese = _BOUGHT[kind]
        yield f"  {kind} {kind.chinese}: {english} {chinese}"


def _bought(paid: Sequence[Award]) -> dict[PaymentClass, str]:
    """Return what some payments bought, by class the share of them as it is told; no class that is told as nothing."""
    fen = sum(award.fen for award in paid)
    shares = {kind: sum(a.classes.get(kind, 0.0) * a.fen for a in paid) / fen for kind in PaymentClass}
    told = {kind: number(round(share * PER_CENT, 1)) for kind, share in shares.items()}
    return {kind: f"{share}%" for kind, share in told.items() if share != number(0.0)}


def _award(paid: Sequence[Award]) -> Iterator[str]:
    """Yield what one thing earned, and what would have happened without the instrument."""
    first, fen = paid[0], sum(award.fen for award in paid)
    instrument, when = get(first.instrument), spans(award.quarter for award in paid)
    bought = ", ".join(f"{kind} {kind.chinese} {share}" for kind, share in _bought(paid).items())
    yield (
        f"  {instrument.title_en} {instrument.title_zh}, {first.clause}: {_wan(fen)} 万元, {when}; {_earned(first)}; "
        f"{bought}"
    )
    twin = paid[-1].twin
    if twin is None:
        return
    if isinstance(first.earned_by, Spending):
        here, there = ((value or 0.0) * WAN_PER_MILLION for value in (twin.spent_here, twin.spent_there))
        english, chinese = named_earner(first.earned_by)
        yield (
            f"    {english} {chinese}, whole run 全程: {number(here)} 万元; without the instrument 没有该政策: "
            f"{number(there)} 万元"
        )
    else:
        reached = spans(twin.reached) if twin.reached else "never in this run 本次模拟中从未"
        yield f"    without the instrument it gets there 没有该政策时达到: {reached}"


def _earned(award: Award) -> str:
    """Return what earned a payment, in both languages."""
    english, chinese = named_earner(award.earned_by)
    if award.judged is None:
        return f"for 因 {english} {chinese}"
    return f"for 因 {english} {chinese}, judged in {award.judged} 于{award.judged}认定 ({award.of_year})"


def named_earner(earner: Earner) -> tuple[str, str]:
    """Return what earns a payment, in English and in Chinese."""
    if isinstance(earner, Kind):
        return kind_names()[earner]
    if isinstance(earner, Spending):
        return earner.replace("_", " "), columns()[earner].meaning_zh
    return {
        Basis.OUTSIDE: ("what happens outside the modelled firms", "所模拟企业之外的事"),
        Basis.UNCONDITIONAL: ("no event and no project of its own", "不以企业的事项或项目为条件"),
    }[earner]


def rationed_lines(short: Sequence[Rationed]) -> Iterator[str]:
    """Yield what it got less of than it wanted, or had earned, and by what."""
    if not short:
        yield "Rationed 受限: in no quarter 没有任何季度"
        return
    yield (
        "Rationed 受限 (quarters; what it lacked of what it wanted, or lost of what stood, added up over them "
        "各季；各季相加的所缺/所需，或关停/原有)"
    )
    together: defaultdict[tuple[By, str], list[Rationed]] = defaultdict(list)
    for each in short:
        together[each.by, each.what].append(each)
    for (by, what), cases in together.items():
        english, chinese = _BY[by]
        lacked, wanted = sum(c.wanted - c.got for c in cases), sum(c.wanted for c in cases)
        named = f"{what.replace('_', ' ')} {columns()[what].meaning_zh}" if what in units() else what
        factor, unit = _READ.get(units().get(what, ""), (YI_PER_MILLION, "亿元"))
        amounts = f"{number(lacked * factor)} / {number(wanted * factor)} {unit}"
        yield f"  {english} {chinese}: {named}: {spans(c.quarter for c in cases)}; {amounts}"


def missed_lines(missed: Sequence[Missed]) -> Iterator[str]:
    """Yield why it did not get a title, a place or an offer; the figures are those of the last such quarter."""
    if not missed:
        yield "Not got 未获得: nothing that was judged or offered 没有落选的评审或未获的要约"
        return
    yield "Not got, and why 未获得及原因 (figures of the last quarter named 数字为所列最后一季)"
    together: defaultdict[tuple[str, str], list[Missed]] = defaultdict(list)
    for each in missed:
        together[each.what, each.because].append(each)
    first = list(dict.fromkeys(each.what for each in missed))
    for (what, because), cases in sorted(together.items(), key=lambda item: first.index(item[0][0])):
        figures = {name: Figure(value) for name, value in cases[-1].figures.items()}
        english, chinese = (words.format(**figures) for words in reasons()[because])
        yield f"  {' '.join(_thing(what))}: {spans(c.quarter for c in cases)}: {english} {chinese}"


def _thing(what: str) -> tuple[str, str]:
    """Return what an instrument, or a kind of event, is called."""
    return (get(what).title_en, get(what).title_zh) if what in names() else kind_names()[Kind(what)]


def _wan(fen: int) -> str:
    return number(fen / FEN_PER_MILLION * WAN_PER_MILLION)


def spans(quarters: Iterable[str]) -> str:
    """Return quarters, ascending, as people list them: `2022Q1-2022Q3, 2024Q1`."""
    found: list[list[Quarter]] = []
    for quarter in sorted({Quarter.read(text) for text in quarters}):
        if found and quarter - found[-1][-1] == 1:
            found[-1].append(quarter)
        else:
            found.append([quarter])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in found)
