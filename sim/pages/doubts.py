"""What is to be doubted in a folder's figures, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator

from sim.pages.folder import Folder
from sim.pages.parts import Body
from sim.pages.said import Said, said
from sim.report.heading import FIXED
from sim.report.quoted import few_worlds
from sim.report.sensitivity_console import thin

ALWAYS = (
    Said(
        "The outlook is the one of February 2022, and nothing is fitted to what happened afterwards: this is no "
        "forecast of what did happen.",
        "前景为2022年2月之时的判断，未用此后的实际数据校准，不是对实际走势的预测。",
    ),
    Said(
        "Firms are drawn, only the named ones are real; never read a drawn firm as a real one.",
        "除列名企业外，企业均为抽取生成，不得当作真实企业解读。",
    ),
)


def doubts(folder: Folder) -> Body:
    """Return what to doubt: too few worlds, numbers that are held, numbers that are assumed, the outlook."""
    drawn = () if folder.settings.get("fixed") else (_assumed(folder),)
    told = (*_of_this(folder), *drawn, *ALWAYS)
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
    numbers = folder.scenario.city_tables.numbers.values()
    drawn = [n for n in numbers if n.uncertain]
    assumed = sum(n.grade == "assumed" for n in drawn)
    return Said(
        f"Intervals come from shocks and from {len(drawn)} numbers that are drawn within ranges, {assumed} of them "
        "assumed without a source; what the model leaves out is in no interval.",
        f"区间来自随机冲击和{len(drawn)}个在取值范围内抽取的参数，其中{assumed}个为无出处的假定；模型未涵盖的因素不在区间之内。",
    )
