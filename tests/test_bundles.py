"""A bundle holds the columns that the firms have now, and numbers under their own names."""

from typing import NamedTuple

import numpy as np
import pytest

from sim.firms.bundles import bundle, declared, touched
from sim.firms.table import Firms
from sim.tables.parameters import Parameters


class Money(NamedTuple):
    cash: np.ndarray
    debt: np.ndarray


class BufferRule(NamedTuple):
    cash_buffer: float


def firms():
    return Firms(np.array([0, 2]), np.array([2, 3]), np.array([2, 4]))


def test_a_bundle_holds_the_columns_themselves():
    two = firms()
    bundle(Money, two).debt[1] = 7.0
    assert two.debt[1] == 7.0 and bundle(Money, two).cash is two.cash


def test_a_bundle_follows_a_column_that_is_put_in_place_of_another():
    two = firms()
    bundle(Money, two)
    two.debt = np.full(4, 3.0)
    assert bundle(Money, two).debt is two.debt
    two.debt += 1.0
    assert bundle(Money, two).debt[0] == 4.0


def test_a_copy_has_bundles_of_its_own_and_a_read_only_view_cannot_be_written_through_one():
    two = firms()
    bundle(Money, two)
    assert bundle(Money, two.copy()).debt is not two.debt
    with pytest.raises(ValueError, match="read-only"):
        bundle(Money, two.read_only()).debt[0] = 1.0


def test_numbers_are_taken_by_name_and_a_changed_world_has_its_own():
    numbers = Parameters()
    assert bundle(BufferRule, numbers) == (numbers.cash_buffer,)
    assert bundle(BufferRule, numbers.replace({"cash_buffer": 0.25})) == (0.25,)
    assert bundle(BufferRule, numbers) == (numbers.cash_buffer,)


class Misspelt(NamedTuple):
    cash: np.ndarray
    dept: np.ndarray


def test_a_misspelt_column_is_refused_where_its_step_is_asked_and_where_it_is_taken():
    for parts in ((Misspelt,), ("dept",)):
        with pytest.raises(ValueError, match="no columns of the firm table: dept"):
            touched(declared(reads=parts, writes=())(lambda firms, setting: None))
    with pytest.raises(AttributeError, match="no column named 'dept'"):
        bundle(Misspelt, firms())


def test_a_declaration_names_the_fields_of_bundles_and_single_columns():
    @declared(reads=(Money, "key"), writes=("listed", lambda: ("major", "founded")))
    def step(firms, setting): ...

    assert touched(step) == ({"cash", "debt", "key"}, {"listed", "major", "founded"})
    assert touched(firms) is None
