"""Of which city and which outlook a page tells, in words of its own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.scenario.outlook import Outlook
from sim.scenario.scenario import Scenario
from sim.tables.city_tables import shipped_cities

OUTLOOK_OF = Said("February 2022", "2022年2月")
THRESHOLDS = "thresholds"  # field of an outlook that says which list lines are used
_MOST = 6  # fields of an outlook that a sentence names


def place(folder: Folder) -> Said:
    """Return the city, and whether its outlook is the central one of its date."""
    tables, changed = folder.scenario.city_tables, outlooks_changed(folder)
    own, own_zh = ("", "") if tables.name in shipped_cities() else (" (tables of the user)", "（用户自备数据）")
    told, told_zh = (
        (f", changed in {_names(changed)}", f"，改动：{_names(changed)}") if changed else (", unchanged", "，未作改动")
    )
    firms, firms_zh = _register(folder.scenario)
    return Said(
        f"City: {tables.english}{own}. Outlook: the central one of {OUTLOOK_OF.en}{told}.{firms}",
        f"城市：{tables.chinese}{own_zh}。前景：{OUTLOOK_OF.zh}之时的中性判断{told_zh}。{firms_zh}",
    )


def outlooks_changed(folder: Folder) -> tuple[str, ...]:
    """Return the fields of the outlook in which any arm differs from the central one."""
    return tuple(dict.fromkeys(name for spec in folder.arms.values() for name in _changed(spec)))


def _changed(spec: Scenario) -> Iterator[str]:
    usual, own = Outlook(), spec.outlook
    yield from (name for name in type(own).model_fields if getattr(own, name) != getattr(usual, name))


def _names(fields: tuple[str, ...]) -> str:
    left = len(fields) - _MOST
    return ", ".join(fields[:_MOST]) + (f" (+{left})" if left > 0 else "")


def _register(spec: Scenario) -> tuple[str, str]:
    if spec.real_firms is None:
        return "", ""
    file = Path(spec.real_firms.file).name
    return f" Real firms: register {file}.", f"真实企业：名录 {file}。"
