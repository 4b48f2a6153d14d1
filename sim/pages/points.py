"""The points of a sweep as a page tells of them: with some outcomes of the hundred that its table holds."""

from __future__ import annotations

import pandas as pd

from sim.experiments.sweep import told_of_points
from sim.pages.folder import Folder

POINTS = "points"


def points_of(folder: Folder) -> pd.DataFrame:
    """Return a row for each point and outcome that is told of.

    Raises:
        ScenarioError: if the folder lacks the table.
    """
    return folder.rows(POINTS, "outcome", told_of_points(str(folder.settings["objective"])))
