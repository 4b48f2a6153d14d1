"""Tables that are made in pieces: the same bytes as whole ones, whatever the pieces, and nobody lays them together."""

import io
import subprocess
import sys
import tarfile

import numpy as np
import pandas as pd
import pytest

from sim.experiments import files, long_tables, sweep_tables
from sim.experiments.ema import ema_archive
from sim.experiments.experiment import conduct
from sim.experiments.pieces import MadeTables, Pieces
from sim.experiments.run import run
from sim.experiments.sweep import Sweep, plan
from sim.pages.folder import Folder
from sim.pages.points import points_of
from sim.report.sweep_console import describe_sweep
from sim.tables.catalogue import CITY, listed
from tests.conftest import small
from tests.test_store import ROOT

SIZES = (7, 64, 90, 1_000)
YEARS = (2022, 2023)
LEVER, SHARE = "policies.energy_budget.extra_tightening", "policies.policy_fund.co_investment"
MOST_MEGABYTES = 300
NAMES = [o.name for o in listed(CITY) if not o.against]


def invented(payload):
    """Return outcomes of a run that follow from its point and world alone; no model runs."""
    changes, world = payload
    luck = np.random.default_rng((world, round(1_000 * sum(changes.values()))))
    return {name: luck.uniform(-9.0, 9.0, len(YEARS)).tolist() for name in NAMES}


def long_table(rows=200):
    luck = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "run": np.arange(rows),
            "point": np.arange(rows) // 4,
            "replication": np.arange(rows) % 4 // 2,
            "year": np.tile(YEARS, rows // 2),
            LEVER: np.arange(rows) // 4 * 0.1,
            "word": np.array(["=1", "清", "", "x,y"], object)[np.arange(rows) % 4],
            "kind": pd.Categorical(np.array(["a", "b", "c"])[np.arange(rows) // 90]),
            "gdp_real": luck.uniform(0.0, 1e6, rows),
            "gdp": np.where(np.arange(rows) == 7, np.nan, luck.uniform(0.0, 1e6, rows)),
            "public_cost": luck.uniform(0.0, 1e-20, rows),
        }
    )


def in_pieces(table, rows):
    return Pieces(lambda: (table.iloc[first : first + rows] for first in range(0, max(len(table), 1), rows)))


@pytest.mark.parametrize("rows", SIZES)
def test_a_file_has_the_same_bytes_in_whatever_pieces_its_table_comes(monkeypatch, tmp_path, rows):
    whole = long_table()
    monkeypatch.setattr(files, "_ROWS", 30)
    monkeypatch.setattr(files, "_CELLS", 64 * len(whole.columns))
    pieces = in_pieces(whole, rows)
    for write in (files.csv_pieces, files.parquet_pieces, lambda t: ema_archive(t, [LEVER], "m", 2023, tmp_path)):
        assert b"".join(write(pieces)) == b"".join(write(whole))
    swept = MadeTables({"t": pieces.each(files.without_dust_alike)})["t"]
    pd.testing.assert_frame_equal(swept, files.without_dust(whole))


@pytest.mark.parametrize("rows", [0, 63, 64, 65, 128])
def test_a_parquet_file_holds_every_row_once_in_groups_of_the_same_length(monkeypatch, rows):
    import pyarrow.parquet as pq

    whole = long_table().iloc[:rows].reset_index(drop=True)
    monkeypatch.setattr(files, "_CELLS", 64 * len(whole.columns))
    content = io.BytesIO(b"".join(files.parquet_pieces(in_pieces(whole, 7))))
    found, expected = (table.astype({"kind": str}) for table in (pd.read_parquet(content), whole))
    pd.testing.assert_frame_equal(found, expected)
    groups = pq.ParquetFile(content).metadata
    lengths = [groups.row_group(place).num_rows for place in range(groups.num_row_groups)]
    assert lengths == [64] * (rows // 64) + [rows % 64] * (rows % 64 > 0)


def test_the_archive_holds_the_last_year_of_each_run_and_only_outcomes_that_every_run_has(tmp_path):
    whole = long_table(8)
    packed = b"".join(ema_archive(in_pieces(whole, 3), [LEVER], "m", 2023, tmp_path))
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert archive.getnames() == ["metadata.json", "experiments.csv", "gdp_real.cls", "public_cost.cls"]
        held = archive.extractfile("gdp_real.cls").read().decode().split()
    assert [float(cell) for cell in held] == whole["gdp_real"][[1, 3, 5, 7]].tolist()
    assert not list(tmp_path.iterdir())  # nothing of what it was made through is left


@pytest.fixture
def swept(monkeypatch):
    """A sweep of two points in two worlds whose runs are invented."""
    monkeypatch.setattr(Sweep, "task", lambda self: invented)
    spec = small("baseline-2022", horizon__until="2023Q4")
    return plan(spec, [f"{LEVER}=0,0.1", f"{SHARE}=0.5,1"], design="zip", replications=2)


@pytest.mark.parametrize("cells", [1, 2 * (len(NAMES) + 2) * 3])
def test_the_files_of_a_sweep_are_the_same_however_many_runs_are_read_at_once(swept, tmp_path, monkeypatch, cells):
    conduct(swept, tmp_path / "usual")
    monkeypatch.setattr(sweep_tables, "_CELLS", cells)
    conduct(swept, tmp_path / "other")
    for name in ("sweep.csv", "points.csv", "sweep.parquet", "ema.tar.gz"):
        assert (tmp_path / "usual" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name


def test_points_tell_the_runs_that_there_are(monkeypatch):
    monkeypatch.setattr(sweep_tables, "_CELLS", 1)
    values = {0: {"gdp": [9.0, 1.0]}, 1: {"gdp": [9.0, 3.0]}, 5: {"gdp": [9.0, 7.0]}}  # the second point has none
    made = MadeTables(sweep_tables.sweep_tables([{"x": 0.1}, {"x": 0.2}, {"x": 0.3}], 2, values, YEARS))
    rows = made["points"][["point", "x", "outcome", "year", "median", "mean", "runs"]]
    assert rows.values.tolist() == [[0, 0.1, "gdp", 2023, 2.0, 2.0, 2], [2, 0.3, "gdp", 2023, 7.0, 7.0, 1]]
    assert made["sweep"][["run", "point", "replication", "year", "x", "gdp"]].values.tolist() == [
        [0, 0, 0, 2022, 0.1, 9.0],
        [0, 0, 0, 2023, 0.1, 1.0],
        [1, 0, 1, 2022, 0.1, 9.0],
        [1, 0, 1, 2023, 0.1, 3.0],
        [5, 2, 1, 2022, 0.3, 9.0],
        [5, 2, 1, 2023, 0.3, 7.0],
    ]


@pytest.mark.parametrize("levels", [[None, None, "a"], [None, 0.5, 1], [True, False, True], ["a", "b", 1], [0, 1, 2]])
def test_a_lever_is_of_one_type_in_every_piece(monkeypatch, levels):
    monkeypatch.setattr(sweep_tables, "_CELLS", 1)
    values = {number: {"gdp": [1.0, 2.0]} for number in range(3)}
    made = sweep_tables.sweep_tables([{"x": level} for level in levels], 1, values, YEARS)
    every = made["sweep"].each(files.without_dust_alike)
    assert len({str(frame["x"].dtype) for frame in every.frames()}) == 1
    content = b"".join(files.parquet_pieces(every))
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(content)), every.whole())
    assert b"".join(files.csv_pieces(every)) == files.csv_bytes(files.without_dust(made["sweep"].whole()))


def test_no_screen_picture_or_page_lays_a_long_table_together(swept, tmp_path, monkeypatch):
    from sim.pages.rendered import rendered

    shown = {}
    monkeypatch.setattr(Pieces, "whole", lambda self: pytest.fail("a long table was laid together"))
    found = conduct(swept, tmp_path / "x", draw=lambda experiment, tables: shown.update(tables) or {}, tell=rendered)
    assert describe_sweep(found)
    assert (found.folder / "page.html").is_file()
    assert shown.keys() == {"points"} and "gdp_real" in set(shown["points"]["outcome"])
    assert shown["points"]["outcome"].nunique() < len(NAMES) / 3
    points = Folder(found.folder).table("points")
    told = points[points["outcome"].isin(set(shown["points"]["outcome"]))].reset_index(drop=True)
    pd.testing.assert_frame_equal(points_of(Folder(found.folder)), told)


@pytest.mark.slow
def test_payments_of_all_worlds_are_one_table_and_the_sheet_is_of_the_first_that_paid():
    spec = small("baseline-2022", horizon__until="2022Q4")
    found = run(spec, 2)
    ledger = found.tables.as_made("ledger")
    pd.testing.assert_frame_equal(found.ledger, pd.concat(ledger.frames(), ignore_index=True))
    assert set(found.ledger["replication"]) == {0, 1} and found.ledger["firm"].dtype == "category"
    late = Pieces(lambda: iter([found.ledger.iloc[:0], *ledger.frames()]))
    assert set(long_tables.first_world(late).whole()["replication"]) == {0}
    second = Pieces(lambda: (frame[frame["replication"] == 1] for frame in ledger.frames()))
    assert set(long_tables.first_world(second).whole()["replication"]) == {1}
    nothing = Pieces(lambda: (frame.iloc[:0] for frame in ledger.frames()))
    assert files.csv_bytes(long_tables.first_world(nothing)) == files.csv_bytes(found.ledger.iloc[:0])


@pytest.mark.slow
def test_the_tables_of_a_hundred_thousand_runs_take_less_than_300_megabytes():
    script = ROOT / "benchmarks" / "many_runs.py"
    told = subprocess.run(
        [sys.executable, script, "--points", "10000", "--replications", "0"], capture_output=True, text=True, check=True
    )
    assert "sweep of 100,000 runs" in told.stdout
    assert float(told.stdout.split(" MB")[0].split()[-1]) < MOST_MEGABYTES
