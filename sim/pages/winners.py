"""Who has more of an outcome and who has less, in one sentence: only where that can be told from no difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.pages.folder import Folder
from sim.pages.said import Said, alike, said
from sim.pages.sentences import named
from sim.report.quoted import titled
from sim.tables.catalogue import Outcome

MORE, LESS, UNCLEAR, SINGLE = "more", "less", "unclear", "single"
_PAIRS = 2  # worlds that an interval of a paired difference needs
VERDICTS = {
    MORE: Said("more", "增加"),
    LESS: Said("less", "减少"),
    UNCLEAR: Said("cannot be told", "尚不能区分"),
    SINGLE: Said("cannot be told of one world", "仅一个世界，不能区分"),
}


def verdict(low: float, high: float, worlds: int) -> str:
    """Return what an interval of a difference tells; one world has none."""
    return SINGLE if worlds < _PAIRS else MORE if low > 0.0 else LESS if high < 0.0 else UNCLEAR


def clusters(folder: Folder) -> dict[str, Said]:
    """Return the names of the clusters by identifier."""
    return {c.identifier: Said(c.english, c.chinese) for c in folder.scenario.city_tables.clusters}


def winners(folder: Folder, known: Outcome, found: Mapping[str, str], worlds: int) -> Said:
    """Say which clusters have more, which less, and in how many that cannot be told.

    Args:
        found: verdict by identifier of the cluster. worlds: pairs of them that the verdicts rest on.
    """
    names, title = clusters(folder), said(titled(known, *folder.years))
    if worlds < _PAIRS:
        return named(title, Said("who gains cannot be told of one world", "仅一个世界，不能判断谁受益"))
    more, less = (
        _listed(names.get(name, alike(name)) for name, told in found.items() if told == side) for side in (MORE, LESS)
    )
    unclear, all_of_them = list(found.values()).count(UNCLEAR), len(found)
    return Said(
        f"{title.en}: more in {more.en}; less in {less.en}; cannot be told in {unclear} of {all_of_them} clusters "
        f"(by the 95 % interval of the paired difference; {worlds} worlds)",
        f"{title.zh}：增加的有{more.zh}；减少的有{less.zh}；{all_of_them}个集群中{unclear}个尚不能区分（依据配对差值的95%区间；{worlds}个世界）",
    )


def _listed(names: Iterable[Said]) -> Said:
    told = tuple(names)
    return Said(", ".join(n.en for n in told) or "none", "、".join(n.zh for n in told) or "无")
