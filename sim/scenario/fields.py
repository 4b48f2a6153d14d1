"""Parts of a scenario: texts, outlook, horizon, population and public money."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from sim import policies as registry
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.schedule import Schedule, any_quarter, mean_of_year
from sim.tables.city_tables import read_city
from sim.tables.milestones import FEWEST_ABOVE_SCALE, MOST_ABOVE_SCALE
from sim.tables.nearest import unknown
from sim.tables.units import Money, PlainNumber, Rate, Share

_Value = TypeVar("_Value")
OverTime = Annotated[Schedule[_Value], AfterValidator(lambda path: path.checked_from(FIRST))]
_Shift = Annotated[Rate, Field(ge=-0.2, le=0.2)]
_Titles = Annotated[PlainNumber, Field(ge=0, le=10_000, json_schema_extra={"unit": "titles a year"})]


def _year(value: Any) -> Any:
    """Read a year as people write it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{4}", value):
        return int(value)
    if re.fullmatch(r"\d{4}Q[1-4]", value):
        raise ValueError(f"'{value}' is a quarter, and a year is asked for; write {value[:4]}")
    raise ValueError(f"'{value[:20]}' is not a year; write it like 2025")


_WHOLE_YEAR = re.compile(r"(\d{4})\.0")


def _quarter(season: int) -> BeforeValidator:
    """Read a quarter; a year written alone is its first or its last."""

    def read(value: Any) -> Any:
        if not isinstance(value, (int, float, str)) or isinstance(value, bool):
            return value
        year = _WHOLE_YEAR.fullmatch(str(value))  # 2025.0, as a program writes a year
        return str(any_quarter(int(year[1]) if year else value, season=season))

    return BeforeValidator(read)


def _first(text: str) -> str:
    if Quarter.read(text) != FIRST:
        raise ValueError(
            f"the starting state is the end of 2021, so a run starts in {FIRST}; write {FIRST}, or leave it out"
        )
    return text


def _not_before(text: str) -> str:
    if Quarter.read(text) < FIRST:
        raise ValueError(f"{text} lies before {FIRST}, in which a run starts; write {FIRST.year}Q4 or a later quarter")
    return text


Year = Annotated[int, BeforeValidator(_year)]
_OneLine = Annotated[str, BeforeValidator(lambda text: " ".join(text.split()) if isinstance(text, str) else text)]


class ScenarioPart(BaseModel):
    """What all parts share: nothing unknown, nothing changed later, no value read as another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True)


class Text(ScenarioPart):
    """A sentence in English and in Chinese."""

    en: _OneLine = Field(min_length=1, max_length=500)
    zh: _OneLine = Field(min_length=1, max_length=500)


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
        Schedule.constant(0.0),
        description="points of growth a year added to every cluster, from a quarter on where it is a path 需求增速平移",
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


class Horizon(ScenarioPart):
    """First and last quarter."""

    start: Annotated[str, _quarter(1), AfterValidator(_first)] = Field(
        "2022Q1",
        alias="from",
        description="first quarter; the starting state is the end of 2021 起始季度；初始状态为2021年末",
    )
    until: Annotated[str, _quarter(4), AfterValidator(_not_before)] = Field(
        "2025Q4",
        description="last quarter, at most 2030Q4; a year is its last quarter "
        "结束季度，最晚2030Q4；写年份即该年第四季度",
    )


class Population(ScenarioPart):
    """Numbers of firms at the start; where a scenario says none, those of its city."""

    above_scale: int = Field(
        default_factory=lambda: read_city().above_scale,
        ge=FEWEST_ABOVE_SCALE,
        le=MOST_ABOVE_SCALE,
        json_schema_extra={"unit": "firms"},
        description="firms of at least 20 million yuan 规上企业数（营收2000万元及以上）",
    )
    below_scale: int = Field(
        default_factory=lambda: read_city().below_scale,
        ge=10,
        le=100_000,
        json_schema_extra={"unit": "firms"},
        description="smaller firms in the pool 规下企业数",
    )

    @property
    def counts(self) -> tuple[int, int]:
        """Firms above and below the line."""
        return self.above_scale, self.below_scale


def _known_instrument(name: str) -> str:
    if name not in registry.names():
        raise ValueError(unknown("instrument", name, registry.names()))
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise ValueError(f"instrument '{twice[0]}' stands twice; keep one")
    return names


Instruments = Annotated[
    tuple[Annotated[str, AfterValidator(_known_instrument)], ...],
    BeforeValidator(lambda names: tuple(names) if isinstance(names, list) else names),
    AfterValidator(_each_once),
]


class PublicEnvelope(ScenarioPart):
    """Public money of a calendar year."""

    amount_a_year: OverTime[Money] = Field(
        Schedule.constant(10_000.0),
        description="all instruments together; a year in which it changes holds the mean of its quarters "
        "每年财政盘子，年内变动按四季平均 (article p03)",
    )
    when_short: Literal["prorate", "in_order", "queue"] = Field(
        "prorate",
        description="cut the claims of a quarter alike, pay instrument by instrument and cut the last, or keep "
        "whole claims for later "
        "不足时同比例削减、按工具顺序兑付或整笔排队",
    )
    order: Instruments = Field(
        registry.ANNOUNCED,
        description="instruments in the order in which they are paid under in_order and queue; those not named come "
        "after, by the "
        "alphabet; awards of a quarter and what instruments buy directly always come before its offers "
        "按顺序兑付时的政策工具先后（默认按公布顺序）；未列出者随后；每季先兑付奖励和直接购买、再投放资金",
    )

    stacking: Literal["highest", "sum"] = Field(
        "highest",
        description="a firm that several instruments support in one thing gets the highest support or all of them "
        "同一事项多项支持：就高不重复，或累加 (open reading)",
    )
    most_public: Share = Field(
        0.5,
        description="share of what a firm spends that all supports for it may pay together "
        "同一支出财政支持合计最高占比 (assumed, 0.3-0.5)",
    )

    def of_year(self, year: int) -> float:
        """Return what a calendar year holds, million yuan."""
        return mean_of_year(self.amount_a_year, year)
