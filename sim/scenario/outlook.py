"""The outlook of a scenario: what is expected of the world outside, and what a scenario writes over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, core_schema

from sim.calendar.schedule import Schedule, is_steps
from sim.firms.commodities import COMMODITIES
from sim.outside.pressure import SWINGS, Pressure
from sim.scenario.fields import OverTime, ScenarioPart
from sim.tables.city_tables import CityTables
from sim.tables.nearest import did_you_mean, unknown
from sim.tables.units import PlainNumber, Rate, split_quantity

CENTRAL = "central"
_WORDS = tuple(SWINGS)
_EXAMPLE = "{CLUSTER: boom}, {CLUSTER: {2022: boom, 2024: slump}} or {CLUSTER: 5 %}"


@dataclass(frozen=True)
class OrWord:
    """Lets a number be one of some words."""

    words: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler(source))

    def _read(self, value: Any, number: core_schema.ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, str) and not split_quantity(value)[0]:
            near = did_you_mean(value, self.words) or "; write one of them, or a number like 0.05 or 5 %"
            raise ValueError(f"'{value[:20]}' is neither a number nor one of {', '.join(self.words)}{near}")
        return number(value)


def _clusters(value: Any) -> Any:
    """Read what is said of clusters; `central` says nothing of any."""
    if value == CENTRAL:
        return {}
    if not isinstance(value, Mapping) or is_steps(value):
        raise ValueError(f"{str(value)[:20]} must be {CENTRAL}, or say a cluster first, like {_EXAMPLE}")
    return value


def _said(paths: Mapping[str, Schedule[Any]]) -> Any:
    return {cluster: path.plain() for cluster, path in paths.items()} or CENTRAL


_Shift = Annotated[Rate, Field(ge=-0.2, le=0.2)]
_Titles = Annotated[PlainNumber, Field(ge=0, le=10_000, json_schema_extra={"unit": "titles a year"})]
_Points = Annotated[Rate, Field(ge=-0.25, le=0.5), OrWord(_WORDS)]
_Price = Annotated[Rate, Field(ge=-0.5, le=1.0)]
_Currency = Annotated[Rate, Field(ge=-0.3, le=0.5)]
_Orders = Annotated[Rate, Field(ge=-0.9, le=1.0)]
_Parts = Annotated[Rate, Field(ge=-0.5, le=5.0)]
_CENTRAL_PATH = Schedule.constant(0.0)


def _price(english: str, chinese: str) -> Any:
    return Field(
        _CENTRAL_PATH,
        description=f"price of {english} over its central path, a share of it {chinese}价格较中性路径高出的比例",
    )


class Outlook(ScenarioPart):
    """What is expected of the world outside. A field that has the name of a number of the city is a path of that
    number, in place of the one value that a world draws (`sim.scenario.drawn`).
    """

    thresholds: Literal["ex-ante", "as-known"] = Field(
        "ex-ante",
        description="list lines: expected in 2022, or as published since 榜单门槛：按2022年预期，或按其后公布",
    )
    calm: bool = Field(False, description="no growth, shocks or noise 平静世界：无增长、冲击和噪声")
    announced: bool = Field(
        True, description="what was under way or announced in early 2022 comes to pass 在建和已公布项目按期推进"
    )
    demand_shift: OverTime[_Shift] = Field(
        _CENTRAL_PATH,
        description="points of growth a year added to every cluster, from a quarter on where it is a path 需求增速平移",
    )
    demand: Annotated[
        dict[str, OverTime[_Points]], BeforeValidator(_clusters), PlainSerializer(_said, return_type=Any)
    ] = Field(
        {},
        description="by cluster, points of growth a year added to its trend, or boom or slump: one size for all "
        "clusters, measured by the luck of their growth (boom_size); 'clustersim clusters' lists them "
        "按集群写：年需求增速增减，或景气（boom）、衰退（slump）；幅度按各集群增速波动统一确定（boom_size）",
    )
    metals_price: OverTime[_Price] = _price("metals", "金属")
    ores_price: OverTime[_Price] = _price("ores", "矿石")
    electricity_price: OverTime[_Price] = _price("electricity", "电力")
    chemicals_price: OverTime[_Price] = _price("chemicals", "化工原料")
    coal_price: OverTime[_Price] = _price("coal, coke and fuels", "煤炭、焦炭及燃料")
    exchange_rate: OverTime[_Currency] = Field(
        _CENTRAL_PATH,
        description="yuan per US dollar over its central path, a share of it: exports, core parts and the World 500 "
        "line in yuan follow 人民币对美元汇率（元/美元）较中性路径高出的比例：影响出口、进口核心零部件和世界500强门槛",
    )
    world_500_line: OverTime[_Price] = Field(
        _CENTRAL_PATH,
        description="dollars that the World 500 asks for over their central path, a share of it "
        "世界500强门槛（美元）较中性路径高出的比例",
    )
    export_demand: OverTime[_Orders] = Field(
        _CENTRAL_PATH,
        description="orders from abroad over their central path, a share of it; a cluster feels it by its export_share "
        "国外订单较中性路径高出的比例，各集群按出口占比受影响 (article p17)",
    )
    core_parts_price: OverTime[_Parts] = Field(
        _CENTRAL_PATH,
        description="price abroad of core parts, and of key materials that are bought like them, over its central "
        "path, a share of it; what cannot be got is written as the price at which it can "
        "进口核心零部件和关键材料的国外价格较中性路径高出的比例；断供写作可得时的价格 (article p39)",
    )
    title_quota_provincial: OverTime[_Titles] | None = Field(
        None,
        description="provincial little giants recognised in the city, in place of the number of that name "
        "省级小巨人年度名额，替代同名数值",
    )
    title_quota_national: OverTime[_Titles] | None = Field(
        None,
        description="national little giants recognised in the city, in place of the number of that name "
        "国家级小巨人年度名额，替代同名数值",
    )
    title_quota_champion: OverTime[_Titles] | None = Field(
        None,
        description="champions recognised in the city, in place of the number of that name "
        "单项冠军年度名额，替代同名数值",
    )

    @property
    def pressure(self) -> Pressure:
        """What is written over the central outlook."""
        return Pressure(
            self.demand,
            {name: getattr(self, f"{name}_price") for name in COMMODITIES},
            self.exchange_rate,
            self.world_500_line,
            self.export_demand,
            self.core_parts_price,
        )


def unknown_clusters(outlook: Any, city_tables: CityTables) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield, of the plain values of an outlook, where clusters stand that the city does not have, and what to write."""
    said = outlook.get("demand") if isinstance(outlook, Mapping) else None
    codes = {cluster.code: cluster.identifier for cluster in city_tables.clusters}
    for name in said if isinstance(said, Mapping) and not is_steps(said) else ():
        if name in codes:
            yield ("outlook", "demand", name), f"is the code of {codes[name]}; write {codes[name]}"
        elif name not in city_tables.identifiers:
            problem = unknown("cluster", name, city_tables.identifiers, city=city_tables.option)
            yield ("outlook", "demand", name), problem
