"""What is to be doubted in a folder's figures, the gravest first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.pages.again import known_as
from sim.pages.folder import Folder
from sim.pages.parts import Body
from sim.pages.place import OUTLOOK_OF, THRESHOLDS, outlooks_changed
from sim.pages.said import Said, said
from sim.report.heading import FIXED
from sim.report.quoted import few_worlds
from sim.report.sensitivity_console import thin
from sim.scenario.calm import calm
from sim.scenario.changed import short
from sim.scenario.drawn import paths_of_numbers
from sim.scenario.scenario import Scenario
from sim.tables.city_tables import default_city, read_city, shipped_cities
from sim.tables.numbers import Number
from sim.tables.parameters import Parameters


def doubts(folder: Folder) -> Body:
    """Return what to doubt: too few worlds, numbers that are held, numbers that are assumed, the outlook, the firms."""
    drawn = () if folder.settings.get("fixed") else (_assumed(folder),)
    told = (*_of_this(folder), *drawn, *_outlook(folder), *_of_another_city(folder), _firms(folder.scenario))
    return Body(told[:1], told[1:])


def _of_this(folder: Folder) -> Iterator[Said]:
    worlds = _worlds(folder)
    if worlds and (few := few_worlds(worlds)):
        yield said(few)
    if folder.settings.get("fixed"):
        yield said(FIXED)
    if folder.kind == "sensitivity":
        yield from map(said, thin(folder.experiment))
    failed = folder.table("failed")
    if failed is not None:
        yield Said(
            f"{len(failed)} runs failed and are left out; failed.csv names them.",
            f"{len(failed)}次运行失败，未计入，见 failed.csv。",
        )


def _worlds(folder: Folder) -> int:
    """Return how many worlds the figures rest on, 0 of a kind that does not say."""
    comparison = folder.table("comparison")
    if "checks" in folder.settings:  # what is told of a package was seen in fresh worlds
        return int(folder.settings["checks"])
    return folder.worlds if comparison is None else int(comparison["pairs"].max())


def _assumed(folder: Folder) -> Said:
    """Say how many numbers are not known, and what that does to the figures of this kind of experiment."""
    numbers = _drawn(folder)
    count, assumed = len(numbers), sum(n.grade == "assumed" for n in numbers)
    if folder.kind == "sensitivity":
        return Said(
            f"Moved over their ranges are the assumed numbers alone, {assumed} of them, and those without a source are "
            "guesses; what the model leaves out is not looked at.",
            f"仅对{assumed}个假定参数在其取值范围内作了变动，假定本身并无出处；模型未涵盖的因素未作考察。",
        )
    if _worlds(folder) == 1:
        return Said(
            f"The one world is one draw of shocks and of {count} numbers within ranges, {assumed} of them assumed "
            "without a source; another draw may look otherwise.",
            f"这一个世界由随机冲击和{count}个参数在取值范围内的一次抽取得出，其中{assumed}个为无出处的假定；再抽一次可能不同。",
        )
    return Said(
        f"Intervals come from shocks and from {count} numbers that are drawn within ranges, {assumed} of them "
        "assumed without a source; what the model leaves out is in no interval.",
        f"区间来自随机冲击和{count}个在取值范围内抽取的参数，其中{assumed}个为无出处的假定；模型未涵盖的因素不在区间之内。",
    )


def _drawn(folder: Folder) -> list[Number]:
    """Return the numbers that are drawn in the base: those with a range that neither the scenario holds, nor a path of
    the outlook replaces, nor a calm world stills, nor the points of a sweep set.
    """
    spec = folder.scenario
    points: Any = folder.settings.get("points")
    set_by_points = {short(path) for path in points[0]} if isinstance(points, list) else set()
    held = {*spec.parameters, *paths_of_numbers(spec), *set_by_points}
    found = [n for n in spec.city_tables.numbers.values() if n.uncertain and n.name not in held]
    if not spec.outlook.calm:
        return found
    unsaid = calm(Parameters(spec.city_tables, dict.fromkeys(spec.city_tables.numbers, math.nan)))
    return [n for n in found if math.isnan(unsaid[n.name])]


def _outlook(folder: Folder) -> Iterator[Said]:
    """Yield what the outlook is, as this folder has it: the central one, or one that is written over."""
    changed, tables = outlooks_changed(folder), folder.scenario.city_tables
    when, own = OUTLOOK_OF, tables.name not in shipped_cities()
    if THRESHOLDS in changed:
        yield Said(
            f"The lines of lists are those published after {when.en}: nobody could know them then.",
            f"榜单门槛采用{when.zh}以后公布的数值，当时无从得知。",
        )
    if written := [name for name in changed if name != THRESHOLDS]:
        fields = ", ".join(written)
        yield Said(
            f"This is not the central outlook of {when.en}: what is written over it ({fields}) is a supposition of the "
            "scenario, no forecast.",
            f"所用前景并非{when.zh}之时的中性判断：改动之处（{fields}）为情景设定，不是预测。",
        )
    elif THRESHOLDS not in changed:
        yield Said(
            f"The outlook is the one of {when.en}, and nothing that comes with the model is fitted to what happened "
            "afterwards: this is no forecast of what did happen.",
            f"前景为{when.zh}之时的判断，模型自带数据未用此后的实际情况校准，不是对实际走势的预测。",
        )
    if own:
        yield Said(
            f"Numbers of {tables.english} are those of the user's own tables, which nobody has checked against "
            "sources; those of the nation come with the model.",
            f"{tables.chinese}的数据来自用户自备的表格，未经与出处核对；全国性数据为模型自带。",
        )


def _of_another_city(folder: Folder) -> Iterator[Said]:
    """Yield that a scenario which comes with the model was written for another city than that of the folder."""
    spec, written_for = folder.scenario, read_city(default_city())
    if spec.policies and spec.city_tables.name != default_city() and known_as(spec.name):
        city = spec.city_tables
        yield Said(
            f"The policies and their money are those of {written_for.english}, for which this scenario was written, "
            f"not of {city.english}.",
            f"政策及其金额取自为{written_for.chinese}编写的情景，并非{city.chinese}的政策。",
        )


def _firms(spec: Scenario) -> Said:
    """Say which firms are real."""
    if spec.real_firms is not None:
        file = Path(spec.real_firms.file).name
        return Said(
            f"Firms of the register {file} are real as far as it says; the others are drawn: never read a drawn firm "
            "as a real one.",
            f"名录 {file} 所列企业为真实企业，以名录所载为限；其余企业为抽取生成，不得当作真实企业解读。",
        )
    if not spec.city_tables.named_firms:
        return Said("All firms are drawn; never read one as a real firm.", "企业均为抽取生成，不得当作真实企业解读。")
    return Said(
        "Firms are drawn, only the named ones are real; never read a drawn firm as a real one.",
        "除列名企业外，企业均为抽取生成，不得当作真实企业解读。",
    )
