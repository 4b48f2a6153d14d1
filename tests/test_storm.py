"""Whatever happens to a process, its disk and its workers, tables come out as if nothing had, or a line says why."""

import pytest

from tests.store_faults import FAULTS
from tests.storm import OUTCOMES, history, undisturbed
from tools.torture_store import ROOT, planted, torture


def test_histories_of_faults_end_with_the_tables_of_an_undisturbed_experiment():
    ended, broken = torture(range(60))
    assert broken == []
    assert set(ended) <= set(OUTCOMES) and min(ended[how] for how in OUTCOMES[:4]) >= 5


def test_a_history_is_the_same_each_time_it_is_lived():
    assert [history(seed) for seed in (3, 4)] == [history(seed) for seed in (3, 4)]


def test_the_toy_has_two_tables():
    assert sorted(undisturbed()) == ["squares.csv", "words.csv"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.file} {fault.before.strip()[:40]}")
def test_each_planted_fault_has_one_place(fault):
    text = (ROOT / "sim" / "experiments" / fault.file).read_text(encoding="utf-8")
    assert text.count(fault.before) == 1
    assert fault.before != fault.after


@pytest.mark.slow
def test_ten_thousand_histories_break_no_promise():
    ended, broken = torture(range(10_000))
    print(dict(ended))
    assert broken == []


@pytest.mark.slow
def test_faults_planted_in_the_store_are_found_by_histories():
    assert len(FAULTS) >= 20
    assert planted(2_000) == []
