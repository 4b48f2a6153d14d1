"""What a folder does not tell, and which command does: no section of a page is empty."""

from __future__ import annotations

from sim.pages.again import base_of
from sim.pages.folder import Folder
from sim.pages.parts import Body
from sim.pages.said import Said
from sim.tables.catalogue import NO_POLICY


def told_by(folder: Folder, command: str) -> Body:
    """Return that a command tells it; `command` holds `{}` where the scenario stands."""
    line = f"clustersim {command.format(base_of(folder))}"
    return Body((Said(f"Not asked here; '{line}' tells it.", f"此处未考察，可运行 {line}。"),))


def anyway(folder: Folder) -> Body:
    """Return which command tells what would have happened anyway."""
    if not folder.scenario.policies:
        return told_by(folder, "compare {} VARIANT")
    before = folder.scenario.before or NO_POLICY
    return told_by(folder, f"compare {before} {{}}")


def groups(folder: Folder) -> Body:
    """Return which command tells who gains and who loses."""
    return anyway(folder)


def deciding(folder: Folder) -> Body:
    """Return which command tells which numbers decide."""
    return told_by(folder, "sensitivity {}")
