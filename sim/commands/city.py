"""A city's own data: the register of its firms."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def city() -> None:
    """Give a city its own data: a register of its firms.

    城市自有数据：企业名录。
    """


@city.command("template")
@click.argument("file", default="register.xlsx", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Write over a file that is there already.")
def write_template(file: Path, overwrite: bool) -> None:
    """Write FILE (.xlsx or .csv), an empty register of firms with an explanation of each column.

    写出空白企业名录 FILE（.xlsx 或 .csv），并附各列说明；不加 --overwrite 不覆盖已有文件。
    """
    from sim.register.template import template
    from sim.start.places import public_firms
    from sim.tables.clusters import CLUSTERS
    from sim.tables.spreadsheet import SpreadsheetError

    content = template(file, CLUSTERS, public_firms())
    try:
        with file.open("wb" if overwrite else "xb") as out:
            out.write(content)
    except FileExistsError:
        raise SpreadsheetError(f"{file}: is there already; choose another name, or write --overwrite") from None
    except OSError as error:
        raise SpreadsheetError(f"{file}: cannot be written ({error.strerror})") from None
    click.echo(f"{file}: written; fill in the sheet 'firms', then: clustersim city register {file} 已写出")


@city.command("register")
@click.argument("file", type=click.Path(path_type=Path))
def check_register(file: Path) -> None:
    """Check a register of firms, FILE, and say everything that is wrong with it.

    检查企业名录，一次列出全部错误。
    """
    from sim.report.registered import describe_register
    from sim.start.places import read_firms

    click.echo("\n".join(describe_register(read_firms(file))))
