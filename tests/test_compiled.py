"""Compiled rules are kept per version of the code, and no version throws away what another may be using."""

import os
import time

import pytest

from sim.luck import compiled

DAY = 24 * 3600.0


@pytest.mark.parametrize(("age", "left"), [(2.0 * DAY, 4), (0.5 * DAY, 7)])
def test_only_versions_that_nobody_used_for_a_day_are_forgotten(tmp_path, age, left):
    for number in range(7):
        folder = tmp_path / f"version-{number}"
        folder.mkdir()
        then = time.time() - age - (0.0 if folder.name == "version-6" else 60.0 * (7 - number))
        os.utime(folder, (then, then))
    compiled._forget_old_versions(tmp_path, "version-6")
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"version-{number}" for number in range(7 - left, 7)]


def test_the_folder_in_use_is_marked_as_used(tmp_path, monkeypatch):
    monkeypatch.setenv("CLUSTERSIM_CACHE_DIR", str(tmp_path))
    folder = compiled._cache_folder()
    os.utime(folder, (0.0, 0.0))
    assert compiled._cache_folder() == folder
    assert folder.stat().st_mtime > time.time() - 60.0
