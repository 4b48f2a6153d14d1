"""A new scenario file to begin with."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("name")
@click.option("--from", "scenario", default="baseline-2022", show_default=True, help="Scenario (a shipped name or a file) that it means at first.")
def new(name: str, scenario: str) -> None:
    """Write NAME.yaml here: an annotated scenario with every section and lever; it refuses to overwrite.

    在当前文件夹写出带注释的情景文件 NAME.yaml，含全部部分和参数；不覆盖已有文件。
    """
    from sim.report.annotated import annotated
    from sim.scenario import load, new_name

    path = Path(f"{new_name(name)}.yaml")
    text = annotated(load(scenario), name)
    write_new(path, text)
    click.echo(f"{path}: written; clustersim check {path} 已写出")


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet.

    Raises:
        ScenarioError: if it is, or cannot be written.
    """
    from sim.scenario_file import ScenarioError

    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ScenarioError(f"{path}: is there already; choose another name, or move it away") from None
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be written ({error.strerror})") from None
