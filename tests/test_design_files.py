"""A design is read as strictly as a scenario, from a text file or a workbook, and says where a mistake stands; where an
experiment cannot be kept, and scripts whose workers would run them again, are told before the first run.
"""

import os
import subprocess
import sys
from datetime import date

import pytest
from click.testing import CliRunner

import cli
from sim.experiments import sweep
from sim.experiments.design_file import FilePoints, read_points
from sim.experiments.run import plan, run
from sim.model import ClusterModel
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from tests.conftest import small
from tests.mistakes import CAP, DESIGNS, FUND, RATE, RULE, book

TINY = {"population__above_scale": 200, "population__below_scale": 50, "horizon__until": "2022Q4"}
POINTS = [{CAP: 0.05, FUND: 10_000.0}, {CAP: 0.1, FUND: 20_000.0}]


def saved(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def told(path):
    """Return the lines with which a file of points is refused, by reading it or by checking them."""
    with pytest.raises(ScenarioError) as error:
        sweep.plan(load("baseline-2022"), [], design=str(path))
    assert all(line.startswith(f"--design {path}") for line in error.value.problems), error.value
    return error.value.problems


TEXT = f"{CAP},{FUND}\n0.05,10000\n0.1,20000\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.replace("\n", "\r").encode(),  # as an old Mac ends a line
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        (TEXT + ",\n\n , \n").encode(),
        f'{CAP}（%）,{FUND}(亿元)\n5,100\n"10","2,00"\n'.replace("2,00", "200").encode("gb18030"),
        f'{CAP} ,{FUND}\n5 %,1 亿元\n10％,"20,000 million yuan"\n'.replace("1 亿", "100 亿").encode(),
        f'{CAP},{FUND}\n.05,"10,000"\n1e-1,2e4\n'.encode(),
        f"{CAP},{FUND},\n0.05,10_000,\n0.1,20000.0,\n".encode(),
    ],
)
def test_a_text_file_is_read_however_a_program_or_a_person_ends_parts_and_encodes_its_lines(tmp_path, data):
    assert read_points(saved(tmp_path, "d.csv", data)) == POINTS


@pytest.mark.parametrize(
    "data",
    [
        book([[CAP, FUND], [0.05, 10000], [0.1, 20000]]),
        book([[CAP, FUND, None], [0.05, 10000], [0.1, 20000], [None, None], [" "]]),
        book([[f"{CAP} (%)", f"{FUND}（亿元）"], [5, 100], ["10", "200"]]),
        book([[CAP, FUND], ["5 %", "10,000"], [0.1, 20000.0]], empty=[]),
    ],
)
def test_a_workbook_is_read_as_a_text_file_is(tmp_path, data):
    assert read_points(saved(tmp_path, "d.xlsx", data)) == POINTS
    assert read_points(saved(tmp_path, "D.XLSX", data)) == POINTS


def test_values_keep_their_kinds(tmp_path):
    rows = [[RULE, "outlook.calm", "population.above_scale"], ["even", "true", "600"], ["leaders", "false", "5,000"]]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    found = read_points(saved(tmp_path, "d.csv", text.encode()))
    assert [list(point.values()) for point in found] == [["even", True, 600], ["leaders", False, 5000]]
    assert isinstance(found[0]["population.above_scale"], int)
    same = [rows[0], ["even", True, 600], ["leaders", False, 5000]]
    assert read_points(saved(tmp_path, "d.xlsx", book(same))) == found
    assert type(sweep.plan(load("baseline-2022"), [], design=str(tmp_path / "d.csv")).points) is not FilePoints


@pytest.mark.parametrize("name", DESIGNS)
def test_text_file_and_workbook_say_the_same_of_a_mistake(name, tmp_path):
    rows = DESIGNS[name][0]
    text = "".join(
        ",".join("" if c is None else f'"{c}"' if "," in str(c) else str(c) for c in row) + "\n" for row in rows
    )
    one = told(saved(tmp_path, "d.csv", text.encode()))
    other = told(saved(tmp_path, "d.xlsx", book(rows)))
    plain = [line.replace("sheet points, ", "").replace("d.xlsx", "d.csv") for line in other]
    assert [line.replace("column A", "column 1").replace("column B", "column 2") for line in plain] == [*one]


def test_every_wrong_cell_is_told_and_no_more_than_ten(tmp_path):
    rows = [[CAP, RATE], [None, "much"], ["5 tce", 0.1], [0.1, "half"]]
    problems = told(saved(tmp_path, "d.xlsx", book(rows)))
    places = [line.partition("sheet points, ")[2].split(":")[0] for line in problems]
    assert places == ["row 2, column A", "row 2, column B", "row 3, column A", "row 4, column B"]
    assert len(told(saved(tmp_path, "d.xlsx", book([[CAP], *[["x"]] * 50])))) == 10


def test_a_date_and_a_formula_that_was_never_worked_out_are_told(tmp_path):
    (line,) = told(saved(tmp_path, "d.xlsx", book([["horizon.until"], [date(2024, 1, 1)]])))
    assert "row 2, column A: horizon.until: 2024-01-01 00:00:00 is a date; write a quarter like 2024Q1" in line
    (line,) = told(saved(tmp_path, "d.xlsx", book([[CAP], ["=0.1"]])))
    assert "row 2, column A" in line and "formula whose value is not saved" in line


def test_points_are_sound_together_or_told_with_their_row(tmp_path):
    weights = [f"policies.peak_climbing.weight_{part}" for part in ("innovation", "green", "output")]
    (line,) = told(saved(tmp_path, "d.xlsx", book([weights, [0.4, 0.3, 0.3], [0.5, 0.25, 0.35]])))
    assert "sheet points, row 3" in line and "must add up to 1" in line
    step = f"{FUND}.2023Q1"
    steps = load("baseline-2022").with_changes({f"{FUND}": {"2022Q1": 0, "2023Q1": 5.0}})
    with pytest.raises(ScenarioError, match=r"row 1, column 1: .*is a path over time"):
        sweep.plan(steps, [], design=str(saved(tmp_path, "d.csv", f"{FUND}\n5\n".encode())))
    assert sweep.plan(steps, [], design=str(saved(tmp_path, "d.csv", f"{step}\n5\n".encode()))).points == [{step: 5}]


# where an experiment is kept


@pytest.mark.parametrize("out", ["a" * 300, "file/below", "/proc/clustersim"])
@pytest.mark.parametrize("shard", [[], ["--shard", "1/2"]])
def test_a_place_that_cannot_be_written_is_told_in_one_line_before_the_first_run(out, shard, tmp_path, monkeypatch):
    if out.startswith("/proc") and not os.path.isdir("/proc"):  # noqa: PTH112
        pytest.skip("another system")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("sim.experiments.engine.execute", lambda *_: pytest.fail("it ran"))
    found = CliRunner().invoke(cli.main, ["run", "no-policy", "-n", "1", "--out", out, *shard])
    assert (found.exit_code, found.output.count("\n")) == (5, 1), found.output
    assert found.output.startswith(f"error: {out[:150]}") and found.output.endswith("; choose another --out\n")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# in Python


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, True, "1", None])
def test_a_seed_that_is_none_is_told_with_what_to_write(seed):
    with pytest.raises(ValueError, match=r"seed: .* is no seed; write a whole number from 0 to 9,223"):
        plan(load("no-policy"), 1, seed=seed)


def test_a_model_below_seed_nought_is_told_too():
    with pytest.raises(ValueError, match="seed: -1 is no seed; write a whole number"):
        ClusterModel("no-policy", seed=-1)


@pytest.mark.parametrize(
    ("word", "said"), [("jobs", "write workers, the number of processes"), ("worker", r"did you mean 'workers'")]
)
def test_an_argument_that_no_experiment_has_is_told_with_what_there_is(word, said):
    with pytest.raises(
        TypeError, match=rf"no argument '{word}'.*{said}.*there are .*replications.* workers, scheduler, shard"
    ):
        run(small("no-policy", **TINY), 1, **{word: 2})


GUARDS = {"none": "", "elsewhere": "if __name__ == '__main__':\n    print('guarded')\n"}


@pytest.mark.parametrize("guard", ["none", pytest.param("elsewhere", marks=pytest.mark.slow)])
def test_a_script_whose_workers_would_run_it_again_ends_at_once_with_one_instruction(guard, tmp_path):
    values = {path.replace("__", "."): value for path, value in TINY.items()}
    script = tmp_path / "study.py"
    script.write_text(
        "from sim import load, run\n"
        f"spec = load('no-policy').with_changes({values})\n"
        f"run(spec, replications=4, workers=2)\n{GUARDS[guard]}",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.count("Traceback") - done.stderr.count("During handling") == 1, done.stderr
    assert done.stderr.endswith(
        f"RuntimeError: {script}: every worker process imports this script and would run it again; put what it does "
        "below a line: if __name__ == '__main__':\n"
    )
