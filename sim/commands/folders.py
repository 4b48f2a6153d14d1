"""Folders of experiments: how far, whether whole, shards joined, one workbook, one run again."""

from __future__ import annotations

from pathlib import Path

import click

from sim.commands.conduct import conduct_and_tell, told_of
from sim.commands.errors import BAD_INPUT, INTERNAL, fail
from sim.commands.progress import progress_of
from sim.commands.say import say

_TOLD = 10  # runs that fit a line


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def status(folder: Path) -> None:
    """Say how far the experiment in FOLDER is.

    说明文件夹中的实验进展到哪里。
    """
    from sim.experiments.status import describe_status

    say("\n".join(describe_status(folder)))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--rerun",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="make N runs, drawn by chance, again here, and compare their values 随机重做N次运行并核对数值",
)
def verify(folder: Path, rerun: int) -> None:
    """Check every file of a finished experiment against its hash, and some of its runs against runs made again.

    逐个文件核对已完成实验的哈希值；也可重做部分运行来核对数值。
    """
    from random import SystemRandom

    from sim.experiments.status import made_again
    from sim.experiments.status import verify as check_hashes
    from sim.tables.units import counted

    again = []
    if rerun:
        with progress_of(False, "verify", 1, rerun) as show:
            for number, found in enumerate(made_again(folder, rerun, SystemRandom()), 1):
                again.append(found)
                if show is not None:
                    show(number, rerun)
    problems = check_hashes(folder) + [f"run {run}: {wrong}" for run, wrong in again if wrong]
    if problems:
        fail([f"{folder}: {problem}" for problem in problems], INTERNAL)
    say(f"{folder}: every file is as it was written")
    if again:
        runs = ", ".join(str(run) for run, _ in again[:_TOLD]) + (", ..." if len(again) > _TOLD else "")
        say(f"{folder}: {counted(len(again), 'run')} made again ({runs}), with the values that were saved")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--here", is_flag=True, help="make the runs that the shards lack here, on this machine 在本机补做分片缺少的运行"
)
def merge(folder: Path, here: bool) -> None:
    """Join the shards below FOLDER and write the final tables. Shards that are missing or not at their end are refused,
    unless --here makes their runs.

    合并文件夹下的分片，写出最终表格；分片缺失或未完成时拒绝合并，除非用--here在本机补做。
    """
    from sim.experiments.kinds import rebuild
    from sim.experiments.shards import merge as join

    number = join(folder, lacking=here)
    say(f"{number} runs joined in {folder}")
    experiment = rebuild(folder)
    where = {
        "out": folder,
        "quiet": True,
        "jobs": None,
        "scheduler": None,
        "shard": None,
        "fresh": False,
        "excel": False,
        "dry_run": False,
    }
    conduct_and_tell(experiment, where, lambda findings: [])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def excel(folder: Path) -> None:
    """Write a workbook of all tables of the finished experiment in FOLDER: tables.xlsx, a sheet for each.

    把已完成实验的全部表格写成一个工作簿 tables.xlsx，每表一页。
    """
    from sim.experiments.store import add_files
    from sim.pages.workbook import in_a_workbook

    add_files(folder, in_a_workbook(folder))
    say(told_of(folder)[0])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("number", type=click.IntRange(0))
def redo(folder: Path, number: int) -> None:
    """Make one run of the experiment in FOLDER again, here, with its full error if it fails; nothing is written.

    在本机重做实验中的一次运行，失败时给出完整错误；不写任何文件。
    """
    import json

    from sim.experiments.journal import JOURNAL, read_journal
    from sim.experiments.kinds import rebuild

    experiment = rebuild(folder)
    there = read_journal(folder / JOURNAL)[:2]
    wanted = experiment.wanted_after(*there)
    if number >= wanted:
        fail([f"{folder}: has no run {number}; its runs are 0 to {wanted - 1}"], BAD_INPUT)
    value = experiment.task()(experiment.payloads([number], experiment.ended(*there))[0])
    say(json.dumps(experiment.readable(value)))
