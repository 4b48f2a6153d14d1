"""Tables of a city: checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sim.tables.city_tables import CityTables


@click.group()
def city() -> None:
    """Work on the tables of a city.

    城市表的处理。
    """


@city.command()
@click.argument("folder")
def check(folder: str) -> None:
    """Check the tables of a city in FOLDER (or a city that comes along) and say all that is wrong with them.

    检查文件夹中的城市表（或自带城市），一次列出全部错误。
    """
    from sim.tables.city_tables import city_folder, city_mistakes, read_city
    from sim.tables.files import TableError

    path = city_folder(folder)
    problems = city_mistakes(path)
    if not problems:
        city_tables = read_city(path)
        problems = list(_as_a_whole(city_tables))
    if problems:
        raise TableError(*problems)
    click.echo("\n".join(_told(city_tables)))


def _as_a_whole(city_tables: CityTables) -> Iterator[str]:
    """Yield what is wrong with tables that are sound, once the model reads them."""
    from sim.firms.technology import without_room
    from sim.report import facts, flows
    from sim.tables.parameters import crossed

    where = city_tables.folder / "parameters.csv"
    for cluster, left in without_room(city_tables, {}).items():
        yield (
            f"{where}: value added and energy leave {cluster} {left:.2f} of its output for inputs, less than the "
            "commodities it buys; write a larger output or less value added or energy"
        )
    for lower, upper in crossed(city_tables, {}):
        yield f"{where}: {lower} may come to lie above {upper}; write a smaller {lower} or a larger {upper}"
    yield from (*facts.unmeasured(city_tables), *flows.unmeasured(city_tables))


def _told(city_tables: CityTables) -> Iterator[str]:
    """Yield what the tables hold, in both languages."""
    from sim.report.start_measures import unmeasured_roles

    clusters, firms, plants = city_tables.count, len(city_tables.named_firms), len(city_tables.announced)
    yield (
        f"{city_tables.folder}: fine: {city_tables.english}, {clusters} clusters, {firms} named firms, {plants} "
        f"announced projects, {len(city_tables.facts)} facts, {len(city_tables.flows)} flows"
    )
    yield (
        f"无误：{city_tables.chinese}，{clusters}个集群，{firms}家列名企业，{plants}个已公布项目，"
        f"{len(city_tables.facts)}条事实，{len(city_tables.flows)}条流量"
    )
    for role in unmeasured_roles(city_tables):
        yield f"no cluster has the role {role}: the fact energy_share_{role} is switched off"
        yield f"无集群具有{role}角色：不对照事实energy_share_{role}"
