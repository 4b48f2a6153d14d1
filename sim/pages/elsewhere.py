"""What a folder does not tell, and which command does: no section of a page is empty, and below figures stands what
more another command tells, not that nothing was asked. Every command that is named is one that is taken.
"""

from __future__ import annotations

from sim.pages.again import arms_of_command, base_of
from sim.pages.folder import Folder
from sim.pages.parts import Body
from sim.pages.said import Said, said
from sim.report.console import NO_COMPARISON
from sim.scenario.changed import beyond_policy
from sim.scenario.reading import load
from sim.tables.catalogue import NO_POLICY

_VARIANT = " --variant "  # `run` takes it; where several arms are named, a variant is one of these


def told_by(folder: Folder, command: str) -> Body:
    """Return that a command tells it; `command` holds `{}` where the scenario stands."""
    return _told(f"clustersim {command.format(base_of(folder))}")


def anyway(folder: Folder) -> Body:
    """Return which command tells what would have happened anyway: a run has worlds without policy beside its own."""
    return told_by(folder, "run {}") if folder.scenario.policies else Body((said(NO_COMPARISON),))


def groups(folder: Folder) -> Body:
    """Return which command tells who gains and who loses."""
    return anyway(folder)


def gains(folder: Folder) -> Said:
    """Return, for below figures of who was paid, which command tells who gains and who loses."""
    line = f"clustersim run {base_of(folder)}"
    return Said(
        f"Who gains and who loses is not asked here; '{line}' tells it.", f"谁受益、谁受损此处未考察，可运行 {line}。"
    )


def deciding(folder: Folder) -> Body:
    """Return which command tells which numbers decide: between the arms, where there are several."""
    return _told(_sensitivity(folder))


def more_of_groups(folder: Folder) -> tuple[Said, ...]:
    """Return, for below figures, which command tells more of who gains; nothing where it would not be policy alone."""
    spec, base = folder.scenario, base_of(folder)
    other = spec.before or NO_POLICY
    if _VARIANT in base or beyond_policy(load(other), spec):
        return ()
    line = f"clustersim compare {other} {base}"
    return (
        Said(
            f"By size of firm, and of more outcomes by cluster, against {other}: '{line}' tells it.",
            f"按企业规模及更多指标分集群、与{other}相比的结果，见 {line}。",
        ),
    )


def more_of_deciding(folder: Folder) -> Said:
    """Return, for below figures, which command tells which assumed numbers decide."""
    line = _sensitivity(folder)
    return Said(f"Which assumed numbers decide: '{line}' tells it.", f"哪些假定参数起决定作用，见 {line}。")


def _told(line: str) -> Body:
    return Body((Said(f"Not asked here; '{line}' tells it.", f"此处未考察，可运行 {line}。"),))


def _sensitivity(folder: Folder) -> str:
    arms = arms_of_command(folder) if len(folder.arms) > 1 else base_of(folder)
    return f"clustersim sensitivity {arms.replace(_VARIANT, ' ')}"
