"""A firm as somebody types it in: what is asked of it, with its units, and how it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from sim.experiments.named_firm import cluster_called
from sim.scenario.errors import explain, truth
from sim.scenario.fields import ScenarioPart
from sim.scenario.files import SUFFIXES, Places, ScenarioError, Sort, read_file, read_value
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.tables.city_tables import CityTables
from sim.tables.files import FileTooLarge, bytes_of
from sim.tables.milestones import SMART_TITLES, TITLES
from sim.tables.nearest import did_you_mean, lists_all, unknown
from sim.tables.printable import shortened
from sim.tables.units import BYTES_PER_MB, Energy, Money, Share

_SHEET, _LARGEST = ".csv", 100_000  # bytes
_FIRM = Sort("firm", "cluster:", "write the path of a file of fields, or FIELD=VALUE like revenue=82亿元")


NONE = "none"
OWNERS = ("private", "state", "foreign")
CHOICES: dict[str, tuple[str, ...]] = {
    "specialised_title": (NONE, *TITLES),
    "smart_title": (NONE, *SMART_TITLES),
    "ownership": OWNERS,
}
"""Fields with words for values, in the order of their numbers in the firm table."""
_IN_CHINESE: dict[str, str] = {
    "无": NONE,
    **dict(zip(("民营", "国有", "外资"), OWNERS, strict=True)),
    **dict(zip(("省级小巨人", "国家级小巨人", "单项冠军"), TITLES, strict=True)),
    **dict(zip(("智能车间", "智能工厂"), SMART_TITLES, strict=True)),
}
"""The same words as people write them in Chinese."""
_LIKE = "revenue=82亿元"


class TypedFirm(ScenarioPart):
    """What is known of one firm; what is not typed is as usual in its cluster, or none."""

    cluster: str = Field(description="cluster: identifier, code or name 所属集群：标识、代码或名称")
    revenue: Money = Field(description="revenue of the last year, of its group 上年营业收入（集团口径）")
    revenue_before: Money | None = Field(
        None,
        description="highest revenue of any year before that; as in the last year unless typed "
        "此前各年最高营业收入，未填视同上年",
    )
    research_share: Share | None = Field(
        None, description="research over revenue; usual in the cluster unless typed 研发占营收比例，默认为集群通常水平"
    )
    digital_level: int = Field(
        0,
        ge=0,
        le=3,
        description="digital level: none, numerical control, cloud, smart factory 数字化等级：无、数控、上云、智能工厂",
    )
    specialised_title: str = Field(
        NONE, description="specialised title that it holds 现有专精特新称号：无、省级小巨人、国家级小巨人、单项冠军"
    )
    smart_title: str = Field(NONE, description="smart title that it holds 现有智能称号：无、智能车间、智能工厂")
    high_tech: bool = Field(False, description="holds high-tech status 现为高新技术企业")
    listed: bool = Field(False, description="shares are listed 已上市")
    ownership: str = Field(OWNERS[0], description="owners: private, state, foreign 所有制：民营、国有、外资")
    led_from_city: bool = Field(True, description="heads its group, led from the city 集团牵头企业且总部在本市")
    profitable: bool = Field(True, description="made a profit last year 上年盈利")
    lacks_capacity: Money = Field(0.0, description="investment in capacity that it lacks 所缺产能对应的投资")
    tax_rise: Money = Field(0.0, description="rise in local tax last year 上年地方贡献增量")
    energy: Energy | None = Field(
        None, description="energy used in a year; usual in the cluster unless typed 年用能量，默认为集群通常水平"
    )

    def before(self) -> float:
        """Return the highest revenue of any year before the last, million yuan: that of the last unless typed."""
        return self.revenue if self.revenue_before is None else self.revenue_before

    @field_validator("high_tech", "listed", "led_from_city", "profitable", mode="before")
    @classmethod
    def _yes_or_no(cls, word: Any) -> Any:
        return truth(word)

    @field_validator(*CHOICES)
    @classmethod
    def _one_of(cls, word: str, about: ValidationInfo) -> str:
        words, word = CHOICES[str(about.field_name)], str(_IN_CHINESE.get(word, word))
        if word not in words:
            near = did_you_mean(word, words) or "; write one of them"
            raise ValueError(f"'{shortened(word)}' is not one of {', '.join(words)}{near}")
        return word


def read_firm(words: Sequence[str], city_tables: CityTables) -> TypedFirm:
    """Return the firm that FIELD=VALUE words say, after a file if the first word names one: a .yaml, .toml or .json
    file of fields, or a .csv file of a header and one row.

    Raises:
        ScenarioError: one line for each thing that is wrong.
    """
    words = [word.replace("＝", "=", 1) for word in words]  # as a Chinese keyboard writes it
    files = [word for word in words if "=" not in word]
    if len(files) > 1 or (files and words[0] != files[0]):
        raise ScenarioError(f"{shortened(files[-1])}: write FIELD=VALUE like revenue=82亿元, after at most one file")
    if files and files[0] in shipped():
        raise ScenarioError(_is_scenario(files[0], city_tables))
    values, places = _of_file(Path(files[0])) if files else ({}, {})
    if values.keys() & Scenario.model_fields.keys() and not values.keys() & TypedFirm.model_fields.keys():
        raise ScenarioError(_is_scenario(files[0], city_tables))
    typed: dict[str, Any] = {}
    for word in words[len(files) :]:
        name, _, text = word.partition("=")
        if name in typed:
            raise ScenarioError(f"{shortened(name)}: stands twice; write it once")
        typed[name] = read_value(text, name)
        places = {keys: place for keys, place in places.items() if keys[0] != name}
    try:
        firm = TypedFirm.model_validate(values | typed)
    except ValidationError as error:
        where = files[0] if files else "eligible"
        problems = (explain(e["loc"], _said(e, city_tables), places, where, TypedFirm) for e in error.errors())
        raise ScenarioError(*dict.fromkeys(problems)) from None
    place = cluster_called(firm.cluster, city_tables, "cluster")
    return firm.model_copy(update={"cluster": city_tables.identifiers[place]})


def _said(error: Any, city_tables: CityTables) -> Any:
    """Return what is wrong with a field that does not exist or is not there, or the error as it is."""
    name = str(error["loc"][-1])
    if error["type"] == "missing":
        like = f"cluster={city_tables.identifiers[0]}" if name == "cluster" else _LIKE
        return f"is missing; write it, like {like}{lists_all('field')}"
    return unknown("field", name, TypedFirm.model_fields) if error["type"] == "extra_forbidden" else error


def _of_file(path: Path) -> tuple[dict[str, Any], Places]:
    if path.suffix == _SHEET:
        return _of_sheet(path), {}
    if path.suffix not in SUFFIXES:
        told = f"write FIELD=VALUE like {_LIKE}, or a file {_ENDINGS}"
        raise ScenarioError(f"{shortened(str(path))}: is neither a field nor a file of fields; {told}")
    document = read_file(path, _FIRM)
    return document.values, document.places


def _is_scenario(name: str, city_tables: CityTables) -> str:
    firm = f"cluster={city_tables.identifiers[0]} {_LIKE}"
    return (
        f"{shortened(name)}: is a scenario, and a firm is asked for; write --scenario {name} and the firm, like {firm}"
    )


_ENDINGS = f"ending in {', '.join((*SUFFIXES, _SHEET))}"


def _of_sheet(path: Path) -> dict[str, Any]:
    """Return the one row of a sheet; empty cells are not typed."""
    try:
        rows = list(csv.DictReader(io.StringIO(bytes_of(path, _LARGEST).decode("utf-8-sig"))))
    except FileTooLarge:
        raise ScenarioError(f"{path}: is larger than {_LARGEST / BYTES_PER_MB:g} MB; a firm is one row") from None
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read ({error.strerror or error}); {_FIRM.instead}") from None
    except (ValueError, csv.Error) as error:
        raise ScenarioError(f"{path}: cannot be read ({error}); save it as UTF-8 CSV") from None
    if len(rows) != 1:
        raise ScenarioError(f"{path}: holds {len(rows)} rows below the header; write one firm, in one row")
    (row,) = rows
    if None in row or None in row.values():
        raise ScenarioError(f"{path}:2: has not as many cells as the header; write one cell for each column")
    return {name.strip(): read_value(text, f"{path}:2: {name}") for name, text in row.items() if text.strip()}


def fields() -> Iterator[tuple[str, str, Any]]:
    """Yield name, description and default of every field; no default where it must be typed."""
    for name, field in TypedFirm.model_fields.items():
        yield name, field.description or "", ... if field.is_required() else field.default


def in_chinese(word: str) -> str:
    """Return the Chinese of a word that a field may hold, as it may be typed; nothing where there is none."""
    return next((chinese for chinese, english in _IN_CHINESE.items() if english == word), "")
