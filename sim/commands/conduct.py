"""How a command makes an experiment's runs and says what came out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any

from sim.commands.errors import RUNS_FAILED, fail
from sim.commands.progress import progress_of
from sim.commands.say import say, say_all

_FEW_RUNS = 1_000


def conduct_and_tell(experiment: Any, where: dict[str, Any], describe: Callable[[Any], list[str]]) -> None:
    """Make an experiment's runs, say what came out, and end with code 4 when some failed; of a dry run only say what
    it would take.
    """
    from sim.experiments.engine import cores
    from sim.experiments.estimate import estimate
    from sim.experiments.experiment import conduct
    from sim.experiments.folder import shard_folder
    from sim.experiments.store import refuse_unusable
    from sim.tables.units import counted

    workers, shard = where["jobs"] or cores(), read_shard(where["shard"])
    refuse_excel_of_shards(where)
    folder = where["out"] or Path("outputs") / experiment.name
    if where["dry_run"]:
        refuse_unusable(folder)
        say("\n".join(estimate(experiment, workers).told()))
        return
    count = [0, 0]
    most = experiment.most() if shard is None else 0
    with progress_of(where["quiet"], experiment.name, 0 if where["scheduler"] else workers, most) as show:

        def progress(done: int, total: int) -> None:
            count[:] = done, total
            if show is not None:
                show(done, total)

        try:
            findings = conduct(
                experiment,
                folder,
                workers=workers,
                scheduler=where["scheduler"],
                shard=shard,
                fresh=where["fresh"],
                progress=progress,
                draw=partial(_draw, quiet=where["quiet"]),
                tell=partial(_tell, excel=where["excel"]),
            )
        except BaseException as stop:
            stop.saved = _saved(shard_folder(folder, shard), *count)  # type: ignore[attr-defined]
            stop.next = f"the same command{' without --fresh' * where['fresh']} goes on"  # type: ignore[attr-defined]
            raise
    if not where["quiet"]:
        told = describe(findings) if findings.tables else [f"{len(findings.values)} runs are in {findings.folder}"]
        say_all([*told, *told_of(findings.folder)])
    if findings.failed:
        number, error = next(iter(findings.failed.items()))
        listed = "see failed.csv, or" if shard is None else "see it whole"
        again = f"{listed}: clustersim redo {quote(str(findings.folder))} {number}"
        fail([f"{counted(len(findings.failed), 'run')} failed, the first: run {number}: {error}; {again}"], RUNS_FAILED)


def refuse_excel_of_shards(where: dict[str, Any]) -> None:
    """One part of the runs has no tables."""
    from sim.scenario.files import ScenarioError

    if where["excel"] and where["shard"]:
        raise ScenarioError(
            "--excel: one shard has no tables; leave it out, and when all have ended write 'clustersim merge FOLDER' "
            "and 'clustersim excel FOLDER'"
        )


def _saved(folder: Path, done: int, total: int) -> str:
    """Say what a stop leaves: runs of this call and of earlier ones."""
    return f"{done:,} of {total:,} runs ended and are saved in {folder}" if done else "no run was saved"


def _draw(experiment: Any, tables: Any, *, quiet: bool) -> dict[str, bytes]:
    """Draw, after many runs in a process of its own: matplotlib would double the memory of this one. Few fill none,
    and a process costs a second. What cannot be drawn costs a warning, never a result.
    """
    try:
        pictures, chinese = _drawn(experiment, tables)
        if pictures and not (chinese or quiet):
            say(f"note 提示: {_NO_FONT}", err=True)
        return pictures
    except Exception as error:
        told = (str(error).splitlines() or [type(error).__name__])[0]
        say(f"warning: no pictures were drawn ({told[:200]}); all tables are there", err=True)
        return {}


_NO_FONT = (
    "no font with Chinese was found, so the pictures are labelled in English; install one, such as fonts-noto-cjk, and "
    "run the same command again 未找到中文字体，图中只标英文；请安装字体（如 fonts-noto-cjk）后重新运行同一命令"
)


def _tell(folder: Path, *, excel: bool) -> dict[str, bytes]:
    """Make the page and the brief, and the workbook where it is asked for; what pages cannot tell costs a warning,
    never a result.
    """
    from sim.pages.rendered import rendered
    from sim.pages.workbook import in_a_workbook

    workbook = in_a_workbook(folder) if excel else {}
    try:
        return workbook | rendered(folder)
    except Exception as error:
        told = (str(error).splitlines() or [type(error).__name__])[0]
        say(f"warning: no page was made ({told[:200]}); all tables are there", err=True)
        return workbook


def told_of(folder: Path | None) -> list[str]:
    """Return the lines that say where the workbook and the page of a folder are, where it has them."""
    from sim.pages.rendered import PAGE
    from sim.pages.workbook import WORKBOOK

    titles = ((WORKBOOK, "Workbook 工作簿"), (PAGE, "Page 网页"))
    return [f"{title}: {folder / name}" for name, title in titles if folder and (folder / name).is_file()]


def _drawn(experiment: Any, tables: Any) -> tuple[dict[str, bytes], bool]:
    from sim.experiments.engine import apart
    from sim.report.experiment_figures import drawn

    if experiment.wanted({}) <= _FEW_RUNS:
        return drawn(experiment, tables)
    found: tuple[dict[str, bytes], bool] = apart(drawn, experiment, tables)
    return found


def read_shard(text: str | None) -> tuple[int, int] | None:
    """Return part and number of parts of `I/N`.

    Raises:
        ScenarioError: if it is not written so.
    """
    from sim.scenario.files import ScenarioError

    if text is None:
        return None
    part, slash, number = text.partition("/")
    if not (slash and part.isdigit() and number.isdigit() and 1 <= int(part) <= int(number)):
        raise ScenarioError(f"--shard {text}: write I/N with I from 1 to N, like 2/4")
    return int(part), int(number)


def refuse_shards(where: dict[str, Any], command: str) -> None:
    """Experiments whose later runs depend on earlier ones cannot be cut into shards."""
    from sim.scenario.files import ScenarioError

    if where["shard"]:
        raise ScenarioError(f"--shard: a {command} decides its next runs from its last ones; use --jobs or --scheduler")
