"""What was asked of an experiment: question, command, settings, changes and versions, read from its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from sim.experiments.manifest import CHANGED
from sim.pages.again import again
from sim.pages.folder import Folder
from sim.scenario.files import ScenarioError
from sim.tables.files import read

_LISTED = 12  # values of a setting that are told; experiment.json holds all


@cache
def settings() -> dict[str, str]:
    """Return what the settings of experiments are called in Chinese."""
    return {row["setting"]: row["chinese"] for row in read("settings")}


def asked_of(folder: Path, known: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield what was asked, a row each: what it is, in both languages, and one or two texts.

    Args:
        folder: of the experiment. known: its manifest.
    """
    base = next(iter(known["scenarios"].values()))
    yield "Scenario 情景", base["title"]["en"], base["title"]["zh"]
    yield "Question 问题", base["question"]["en"], base["question"]["zh"]
    yield "Experiment 实验", f"clustersim {known['kind']} {' '.join(known['scenarios'])}"
    yield from _command(folder)
    for name, value in known["settings"].items():
        yield f"{name} {settings().get(name, '')}".strip(), _told(value)
    for path, value in known.get(CHANGED, {}).items():
        yield "Changed by options 由选项改动", f"{path} = {value}"
    packages = ", ".join(f"{name} {version}" for name, version in known.get("packages", {}).items())
    yield "Versions 版本", f"clustersim {known['clustersim']}, Python {known.get('python', '')}, {packages}"
    yield "Code 代码", str(known.get("code", ""))
    yield "Data 数据", str(known.get("data", ""))


def _command(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield the command that makes it again; nothing of an experiment of another version that is not read any more."""
    with suppress(ScenarioError, KeyError):
        made = again(Folder(folder))
        yield "Command 命令", made.command
        if made.files:
            files = ", ".join(made.files)
            yield "Its files 所需文件", f"{files}: on the page that 'clustersim page' writes", f"{files}：见网页"


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} = {one}" for name, one in value.items())
    if isinstance(value, list):
        more = f"; ... ({len(value)})" if len(value) > _LISTED else ""
        return "; ".join(_told(one) for one in value[:_LISTED]) + more
    return str(value)
