"""Tables of a city: checked. A register of its firms: begun and checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from sim.commands.options import city_option, set_option
from sim.commands.say import say

if TYPE_CHECKING:
    from sim.tables.city_tables import CityTables

_IN_A_SCENARIO = "in a scenario; then: clustersim check SCENARIO"


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
    from sim.tables.files import refuse

    path = city_folder(folder)
    problems = city_mistakes(path)
    if not problems:
        city_tables = read_city(path)
        problems = list(_as_a_whole(city_tables))
    refuse(problems)
    say("\n".join(_told(city_tables)))


@city.command("template")
@click.argument("file", default="register.xlsx", type=click.Path(path_type=Path))
@city_option
@click.option("--overwrite", is_flag=True, help="Write over a file that is there already.")
def write_template(file: Path, city: str | None, overwrite: bool) -> None:
    """Write FILE (.xlsx or .csv), an empty register of firms with an explanation of each column.

    写出空白企业名录 FILE（.xlsx 或 .csv），并附各列说明；不加 --overwrite 不覆盖已有文件。
    """
    from sim.register.template import template
    from sim.start.places import public_firms
    from sim.tables.city_tables import read_city
    from sim.tables.spreadsheet import SpreadsheetError

    city_tables = read_city(city or "")
    content = template(file, city_tables.clusters, public_firms(city_tables))
    try:
        with file.open("wb" if overwrite else "xb") as out:
            out.write(content)
    except FileExistsError:
        raise SpreadsheetError(f"{file}: is there already; choose another name, or write --overwrite") from None
    except OSError as error:
        raise SpreadsheetError(f"{file}: cannot be written ({error.strerror})") from None
    command = f"clustersim city register {quote(str(file))}{city_tables.option}"
    say(f"{file}: written; fill in the sheet 'firms', then: {command} 已写出")


@city.command("register")
@click.argument("file", type=click.Path(path_type=Path))
@city_option
@set_option
def check_register(file: Path, city: str | None, changes: tuple[str, ...]) -> None:
    """Check a register of firms, FILE, and say everything that is wrong with it, and with the room that the city has
    for it, as 'check' does for a scenario: by the city's tables, or with what --set changes.

    检查企业名录，一次列出全部错误，包括与城市数据的矛盾（与 check 检查情景时相同）；按城市表，或按 --set 所改的数。
    """
    from sim.commands.options import load_spec
    from sim.report.registered import describe_register
    from sim.start.fit import without_room
    from sim.start.places import read_firms
    from sim.tables.catalogue import NO_POLICY
    from sim.tables.files import refuse

    spec = load_spec(NO_POLICY, None, ("firms=none", *changes), city)
    register, firms = read_firms(file, spec.city_tables), spec.population.above_scale
    refuse(without_room(register, spec.city_tables, spec.parameters, firms))
    say("\n".join(describe_register(register, spec.city_tables)))
    say(
        f"checked with {firms:,} above-scale firms simulated; with what a scenario says: clustersim check SCENARIO\n"
        f"按模拟{firms:,}家规上企业检查；按情景检查：clustersim check 情景文件"
    )


def _as_a_whole(city_tables: CityTables) -> Iterator[str]:
    """Yield what is wrong with tables that are sound, once the model reads them."""
    from sim.firms.technology import without_room
    from sim.tables.parameters import crossed

    where = city_tables.folder / "parameters.csv"
    for cluster, left in without_room(city_tables, {}).items():
        yield (
            f"{where}: value added and energy leave {cluster} {left:.2f} of its output for inputs, less than the "
            "commodities it buys; write a larger output or less value added or energy"
        )
    for lower, upper in crossed(city_tables, {}):
        yield f"{where}: {lower} may come to lie above {upper}; write a smaller {lower} or a larger {upper}"
    yield from _of_register(city_tables)


def _of_register(city_tables: CityTables) -> Iterator[str]:
    """Yield what is wrong with the register in the folder."""
    from sim.start.fit import without_room
    from sim.start.places import read_firms
    from sim.tables.spreadsheet import SpreadsheetError

    if city_tables.register is None:
        return
    try:
        register = read_firms(city_tables.register, city_tables)
        yield from without_room(register, city_tables, {}, city_tables.above_scale, _IN_A_SCENARIO)
    except SpreadsheetError as error:
        yield from error.problems


def _told(city_tables: CityTables) -> Iterator[str]:
    """Yield what the tables hold, in both languages."""
    from sim.tables.city_measured import switched_off
    from sim.tables.units import counted

    clusters, firms, plants = city_tables.count, len(city_tables.named_firms), len(city_tables.announced)
    numbers = (clusters, firms, plants, len(city_tables.facts), len(city_tables.flows))
    nouns = ("cluster", "named firm", "announced project", "fact", "flow")
    told = ", ".join(counted(number, noun) for number, noun in zip(numbers, nouns, strict=True))
    yield f"{city_tables.folder}: fine: {city_tables.english}, {told}"
    yield (
        f"无误：{city_tables.chinese}，{clusters}个集群，{firms}家列名企业，{plants}个已公布项目，"
        f"{len(city_tables.facts)}条事实，{len(city_tables.flows)}条流量"
    )
    if city_tables.register is not None:
        yield f"register of real firms 企业名录: {city_tables.register.name}"
    for fact, role in switched_off({role for cluster in city_tables.clusters for role in cluster.roles}).items():
        yield f"note: no cluster has the role {role}: the fact {fact} is switched off"
        yield f"注意：无集群具有{role}角色：不对照事实{fact}"
