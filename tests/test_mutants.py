"""Planted faults: where they are planted, which tests have to notice, and when that is enough."""

import ast
import subprocess
import sys

import pytest

from tools import mutate
from tools import planted as planted_files
from tools.mutant_tests import KILLED, RAISED, SURVIVED
from tools.mutants import Mutant, mutants
from tools.planted import SPARED

SOURCE = b'''"""A docstring with 1 + 1."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    LIMIT = 3 + 4

NAMES = ("a", "b")


@kernel(nogil=1 + 1)
def rule(price: int, floor: float = 20.0) -> None:
    """Another: 5 * 5."""
    for i in range(price.size):
        if not price[i] >= floor:
            continue
        price[i] = max(
            price[i] + 2.0,
            0.0,
        )
    if price.size == 0:
        raise ValueError(f"{price.size + 1} is wrong, not {3 + 3}")


def later(year):
    if year > 3:
        return year
'''


def planted():
    return [(m.line, m.kind, m.before, m.after) for m in mutants("a.py", SOURCE)]


def test_faults_are_planted_in_bodies_of_decorated_functions():
    found = {(kind, after) for _, kind, _, after in planted()}
    for expected in (
        ("boundary", "if not (price[i] > floor):"),
        ("sign", "if (price[i] >= floor):"),
        ("boundary", "if (price.size != 0):"),
        ("condition negated", "if (not year > 3):"),
        ("statement removed", "pass"),
        ("operator", "(price[i] - 2.0),"),
        ("constant", "price[i] + (4.0),"),
        ("constant", "(1.0),"),
        ("twin", "price[i] = (min)("),
        ("constant", "def rule(price: int, floor: float = (40.0)) -> None:"),
        ("time", "return (year + 1)"),
        ("time", "return (year + -1)"),
    ):
        assert expected in found


def test_text_types_decorators_and_declarations_are_left_alone():
    assert {line for line, *_ in planted()} == {11, 14, 15, 16, 17, 18, 20, 25, 26}


def test_every_fault_is_python_and_leaves_every_line_its_number():
    files = [file for module in mutate.MODULES for file in module.files()]
    for file, source, step in [("a.py", SOURCE, 1), *((file, (mutate.ROOT / file).read_bytes(), 20) for file in files)]:
        for mutant in mutants(file, source)[::step]:
            changed = mutant.apply(source)
            assert changed != source and changed.count(b"\n") == source.count(b"\n"), mutant
            ast.parse(changed)


# which tests hold which files


def test_every_pattern_finds_files_and_no_file_belongs_to_two_modules():
    found = [file for module in mutate.MODULES for file in module.files()]
    assert all(module.files() for module in mutate.MODULES)
    assert len(found) == len(set(found))


def test_every_file_of_a_room_with_rules_is_planted_or_spared_with_a_reason_and_none_is_both():
    files = planted_files.files_of_rooms()
    chosen = {file for module in mutate.MODULES for file in module.files()}
    spared = [f"sim/{file}" for spared in SPARED.values() for file in spared]
    assert len(spared) == len(set(spared)) and set(spared) <= set(files)
    assert set(files) - chosen == set(spared)
    assert all(len(reason) > 10 for reason in SPARED)


def test_a_new_file_of_a_room_is_seen(tmp_path):
    (tmp_path / "sim" / "treasury" / "later").mkdir(parents=True)
    for name in ("__init__", "rebate"):
        (tmp_path / "sim" / "treasury" / "later" / f"{name}.py").write_text("", encoding="utf-8")
    assert planted_files.files_of_rooms(tmp_path) == ["sim/treasury/later/rebate.py"]


def test_libraries_are_those_that_are_declared_and_imported_wherever_that_stands(tmp_path):
    texts = {
        "pyproject.toml": '[project]\ndependencies = ["numba>=0.6", "scipy", "rich"]\n'
        '[project.optional-dependencies]\ntest = ["pytest>=8"]\ncluster = ["distributed"]\n',
        "sim/a.py": "import os\nimport numba\nfrom sim import x\ndef f():\n    import distributed, scipylike",
        "tests/b.py": "import pytest\ndef g():\n    from scipy.stats import qmc",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert planted_files.libraries(tmp_path) == ["numba", "pytest", "scipy.stats"]
    assert {"mesa", "ruamel.yaml", "scipy.special", "hypothesis"} <= set(planted_files.libraries())


def test_every_test_that_is_to_notice_exists():
    for module in mutate.MODULES:
        for name in module.tests:
            assert (mutate.ROOT / "tests" / f"test_{name}.py").exists(), name


def test_accounts_and_ledger_ask_for_all():
    bars = {module.pattern: module.bar for module in mutate.MODULES}
    assert bars["accounts.py"] == bars["year_books.py"] == bars["ledger.py"] == 1.0


# the same program


def test_what_is_called_the_same_program_is_a_fault_that_could_be_planted_and_has_a_reason():
    every = {
        m.name for module in mutate.MODULES for f in module.files() for m in mutants(f, (mutate.ROOT / f).read_bytes())
    }
    same = mutate.equivalent()
    assert set(same) <= every, set(same) - every
    assert all(len(reason) > 10 for reason in same.values())
    left = len(mutate.every_mutant())
    assert len(same) <= mutate.EQUIVALENT_AT_MOST * (left + len(same))


# draws and bars


def test_a_seed_always_draws_the_same_and_another_draws_others():
    every = mutate.every_mutant()
    first, again, other = (mutate.order(seed, every)[:100] for seed in (1, 1, 2))
    assert first == again != other
    assert len({m.file for m, _ in first}) > 8


def verdicts(**counts):
    """Verdicts of one module: killed, survived, raised."""
    module = next(m for m in mutate.MODULES if m.pattern == counts.get("pattern", "market.py"))
    mutant = Mutant("sim/x.py", 1, 1, 0, 1, "f", "constant", "2", "x = 1", "x = (2)")
    hows = (
        [KILLED] * counts.get("killed", 0) + [SURVIVED] * counts.get("survived", 0) + [RAISED] * counts.get("raised", 0)
    )
    return [mutate.Verdict(mutant, module, how) for how in hows]


@pytest.mark.parametrize(
    ("counts", "enough"),
    [
        ({"killed": 95, "survived": 5}, True),
        ({"killed": 94, "survived": 6}, False),
        ({"killed": 19, "survived": 1, "raised": 50}, True),
        ({"killed": 99, "survived": 1, "pattern": "ledger.py"}, False),
        ({"killed": 99, "pattern": "accounts.py"}, True),
    ],
)
def test_ninety_five_of_a_hundred_are_to_be_killed_and_all_in_accounts_and_ledger(counts, enough):
    assert mutate.enough(verdicts(**counts)) is enough


def test_the_page_names_each_survivor_and_counts_by_module():
    text = mutate.page({7: verdicts(killed=3, survived=1, raised=2)})
    assert "| market.py | 3 of 4 |" in text
    assert "| all | 3 of 4 (75.0 %) |" in text
    assert "| 7 | sim/x.py | 1 | constant | `x = 1` | `x = (2)` |" in text
    assert "only raised: 2" in text


@pytest.mark.skipif(sys.version_info < (3, 12), reason="lines are noted by sys.monitoring")
def test_a_part_of_a_path_that_no_file_has_is_refused_before_any_test_runs(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mutate", "--only", "nowhere.py"])
    monkeypatch.setattr(mutate, "bench", lambda chosen: pytest.fail("tests are run"))
    with pytest.raises(SystemExit) as refused:
        mutate.main()
    assert refused.value.code == 2
    assert "--only nowhere.py: no file" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info < (3, 12), reason="lines are noted by sys.monitoring")
def test_planted_faults_are_noticed_and_the_tree_is_left_alone():
    before = (mutate.ROOT / "sim/behaviours/market.py").read_bytes()
    command = [sys.executable, "-m", "tools.mutate", "--only", "market.py", "--number", "3"]
    done = subprocess.run(command, cwd=mutate.ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "| all | 3 of 3 (100.0 %) |" in done.stdout
    assert (mutate.ROOT / "sim/behaviours/market.py").read_bytes() == before
