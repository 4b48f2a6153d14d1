"""Costs, firm keys, units and lines of lists: each stands in one place,
and the two directions of each undo one another.
"""

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.firms import costs, disclosure
from sim.firms.costs import UnitCost
from sim.firms.sizes import above_scale_2021, size_classes
from sim.firms.table import PRIVATE, STATE, Firms
from sim.firms.technology import Technology
from sim.luck import keys
from sim.tables.milestones import ABOVE_SCALE_LINE, LISTS, Kind
from sim.tables.parameters import Parameters
from tests.parsed import nodes_of

ROOT = Path(sim.__file__).parent
FIXED = Parameters()
TECHNOLOGY = Technology.of(FIXED)
STEEL = np.array([4])


def sources(*but):
    return [path for path in ROOT.rglob("*.py") if path.name not in but]


def test_a_firm_key_is_read_back_as_it_was_written():
    for cluster, quarter, place in ((0, 0, 0), (9, 36, 65_535), (3, 1, (1 << 32) - 1)):
        key = int(keys.firm_keys(cluster, quarter, np.array([place]))[0])
        assert keys.parts_of_key(key) == (cluster, quarter, place)
    assert keys.parts_of_key(int(keys.firm_keys(0, 0, np.array([0]))[0])) == (0, 0, 0)
    assert int(keys.firm_keys(0, 0, np.array([0]))[0]) == 1  # 0 is nobody's


def test_plants_of_newcomers_and_announced_plants_have_keys_of_their_own():
    places = np.arange(50)
    ordinary, signed = (set(make(2, 7, places).tolist()) for make in (keys.firm_keys, keys.major_plant_keys))
    assert not ordinary & signed
    announced = int(keys.announced_plant_key(2, "byd_changzhou"))
    assert keys.parts_of_key(announced)[:2] == (2, 0)
    assert 1 << 24 <= keys.parts_of_key(announced)[2] < 1 << 25
    assert announced != int(keys.announced_plant_key(2, "another"))


def shifts(source):
    """Return what moves bits in a text or cuts some out of a value with a number; `1 << n` is a number itself."""
    found = [
        node for node in nodes_of(source) if isinstance(node, ast.BinOp) and not isinstance(node.left, ast.Constant)
    ]
    cuts = [
        n
        for n in found
        if isinstance(n.op, ast.BitAnd) and isinstance(n.right, ast.Constant) and not isinstance(n.left, ast.Call)
    ]
    return [ast.unparse(node) for node in found if isinstance(node.op, ast.LShift | ast.RShift) or node in cuts]


def test_bits_are_moved_only_where_keys_are_made_and_lists_are_marked():
    """Whoever takes a key apart asks `keys`, whoever reads or marks a list `disclosure`."""
    found = {path.name for path in sources() if shifts(path)}
    assert found == {"keys.py", "randomness.py", "disclosure.py"}
    assert shifts("place = key & 0xffff\ncluster = int(key) >> 48\nmany = 1 << 16") == ["key & 65535", "int(key) >> 48"]


def test_what_is_marked_is_read_back():
    on = np.array([True, False, True])
    marked = sum(disclosure.mark(on, bit) for bit in range(len(LISTS)))
    assert all(disclosure.has(marked, bit).tolist() == on.tolist() for bit in range(len(LISTS)))
    assert disclosure.has(disclosure.mark(on, 2), np.array([0])).tolist() == [False] * 3
    assert disclosure.has(np.int64(0b1010), np.arange(4)).tolist() == [False, True, False, True]


def test_the_line_of_above_scale_firms_is_written_once():
    assert ABOVE_SCALE_LINE == 20.0
    firms = Firms(np.zeros(1, int), np.array([3]), np.array([3]))
    firms.active[:], firms.last_revenue[:] = True, [19.9, 20.0, 20.1]
    assert size_classes(firms).tolist() == [0, 1, 1]
    assert above_scale_2021(FIXED) == 5_000.0


def strange_lines(source):
    """Return comparisons with 20 million yuan, and names that are given it, in a file of its own."""
    found = []
    for node in nodes_of(source):
        parts = (
            [node.left, *node.comparators]
            if isinstance(node, ast.Compare)
            else [node.value]
            if isinstance(node, ast.Assign | ast.AnnAssign)
            else []
        )
        if any(
            isinstance(part, ast.Constant) and part.value == ABOVE_SCALE_LINE and isinstance(part.value, float)
            for part in parts
        ):
            found.append(ast.unparse(node))
    return found


def test_no_other_file_holds_the_line_of_above_scale_firms():
    assert [line for path in sources("milestones.py") for line in strange_lines(path)] == []
    assert strange_lines("above = revenue >= 20.0\nLINE = 20.0\nWORLDS = 20") == ["LINE = 20.0", "revenue >= 20.0"]


def test_only_the_private_list_asks_for_private_owners():
    firms = Firms(np.zeros(1, int), np.array([2]), np.array([2]))
    firms.ownership[:] = [PRIVATE, STATE]
    admitted = {name: disclosure.may_enter(firms, np.arange(2), name).tolist() for name in LISTS}
    assert admitted == {name: [True, True] for name in LISTS} | {Kind.PRIVATE_500: [True, False]}


def asks_who_owns(source):
    """Return comparisons with private owners or with the name of a list."""
    names = {str(name) for name in LISTS}
    return [
        ast.unparse(node)
        for node in nodes_of(source)
        if isinstance(node, ast.Compare)
        and any(
            (isinstance(part, ast.Name) and part.id == "PRIVATE")
            or (isinstance(part, ast.Constant) and part.value in names)
            for part in (node.left, *node.comparators)
        )
    ]


def test_owners_are_asked_for_in_one_file_and_lists_go_by_their_kind_not_by_a_string():
    found = {path.name: asks for path in sources() if (asks := asks_who_owns(path))}
    assert found == {"disclosure.py": ["firms.ownership[rows] == PRIVATE"]}
    assert asks_who_owns("if name == 'private_500' and owner != PRIVATE: pass") == [
        "name == 'private_500'",
        "owner != PRIVATE",
    ]


def test_unit_cost_by_hand():
    """Inputs 0.6 and wages 0.1 at the norm, a quarter more able, 50 tce per million yuan at 0.002
    million yuan a tce.
    """
    held = replace(TECHNOLOGY, materials=np.full(10, 0.6), wages=np.full(10, 0.1), energy_price=0.002)
    cost = UnitCost(held, np.array([0]), np.array([1.25]), np.array([50.0]))
    assert (
        cost.materials == pytest.approx([0.48])
        and cost.wages == pytest.approx([0.08])
        and cost.energy == pytest.approx([0.1])
    )
    assert (
        cost.bought == pytest.approx([0.58])
        and cost.value_added == pytest.approx([0.42])
        and cost.total == pytest.approx([0.66])
    )
    assert costs.unit_cost(0.7, 0.1, 1.25) == pytest.approx(0.66)
    # value added 0.42, taxed at a quarter, less wages
    assert costs.unit_margin(1.0, 0.6, 0.1, 0.1, 0.25, 1.25) == pytest.approx(0.42 * 0.75 - 0.08)


def test_the_rule_for_one_firm_and_the_function_for_many_agree():
    cost = UnitCost(TECHNOLOGY, STEEL, np.array([1.1]), TECHNOLOGY.energy_intensity[STEEL])
    materials, wages, energy = TECHNOLOGY.materials[4], TECHNOLOGY.wages[4], TECHNOLOGY.energy[4]
    assert costs.unit_cost(TECHNOLOGY.variable[4], energy, 1.1) == cost.total[0]
    earned = cost.value_added - FIXED.tax_rate * cost.value_added - cost.wages
    assert costs.unit_margin(1.0, materials, wages, energy, FIXED.tax_rate, 1.1) == pytest.approx(earned[0], rel=1e-12)
    both = costs.own_tax_rates(FIXED.tax_rate, np.array([False, True]), FIXED.high_tech_tax_cut)
    assert both.tolist() == [
        costs.own_tax_rate(FIXED.tax_rate, high_tech, FIXED.high_tech_tax_cut) for high_tech in (False, True)
    ]
    assert both[1] < both[0]


@pytest.mark.parametrize("margin", [-0.02, 0.0, 0.05, 0.1])
def test_productivity_for_a_margin_earns_that_margin(margin):
    """The inverse of the cost function: sales less inputs, energy, tax, wages, wear, interest and research."""
    cluster = np.arange(10)
    margins = np.minimum(np.full(10, margin), TECHNOLOGY.highest_margin)
    able = TECHNOLOGY.productivity_for_margin(cluster, margins, TECHNOLOGY.energy, TECHNOLOGY.research)
    capital = (TECHNOLOGY.depreciation + TECHNOLOGY.loan_rate * TECHNOLOGY.debt_ratio) * TECHNOLOGY.capital_output
    for c in cluster:
        earned = costs.unit_margin(
            1.0, TECHNOLOGY.materials[c], TECHNOLOGY.wages[c], TECHNOLOGY.energy[c], TECHNOLOGY.tax_rate, able[c]
        )
        assert earned - capital[c] - TECHNOLOGY.research[c] == pytest.approx(margins[c], abs=1e-12), c


def test_a_firm_at_the_norm_earns_the_norm():
    able = TECHNOLOGY.productivity_for_margin(np.arange(10), TECHNOLOGY.profit, TECHNOLOGY.energy, TECHNOLOGY.research)
    np.testing.assert_allclose(able, 1.0, rtol=1e-12)


def test_the_share_of_cost_that_efficiency_moves_by_hand():
    """Inputs 0.6 and wages 0.1 of a cost of 0.8: seven eighths;
    a firm that is 1 % more able has costs about 0.875 % lower.
    """
    held = replace(TECHNOLOGY, materials=np.full(10, 0.6), wages=np.full(10, 0.1), energy=np.full(10, 0.1))
    assert costs.variable_share(held) == pytest.approx(np.full(10, 0.875))
    lower = costs.unit_cost(0.7, 0.1, 1.01) / costs.unit_cost(0.7, 0.1, 1.0) - 1.0
    assert lower == pytest.approx(-0.00875, rel=0.02)


COSTS = ("materials", "wages", "variable", "material_cost", "wage_cost")


def named(node):
    """What an expression is read from: `materials` of `technology.materials[cluster]`;
    of a sum in brackets its first part.
    """
    while isinstance(node, ast.Subscript | ast.BinOp):
        node = node.value if isinstance(node, ast.Subscript) else node.left
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def own_costs(source):
    """Return where a text divides inputs or wages by something, or adds the two up."""
    found = []
    for node in nodes_of(source):
        if isinstance(node, ast.BinOp):
            divides = isinstance(node.op, ast.Div) and named(node.left) in COSTS
            adds = isinstance(node.op, ast.Add) and {named(node.left), named(node.right)} == {"materials", "wages"}
            found += [ast.unparse(node)] if divides or adds else []
    return found


# Files that still work a unit cost out for themselves; they are to ask `costs` (`variable`, `unit_cost`, `UnitCost`,
# `variable_share`).
STILL_THEIR_OWN = {}
# Shares of a norm or of a total, not the cost of a firm.
NO_UNIT_COST = {
    "give_stocks.py": ["cost.variable / firms.digital_effect[rows]"],
    "world.py": ["faced.materials / technology.materials"],
    "start_measures.py": ["wages / float(of.added.sum())"],
    "city.py": ["(firms.cluster_sum(firms.materials) - luck) / now.input_price"],
}


def test_unit_costs_are_worked_out_in_one_file():
    """Materials, wages or both over something else, and their sum, stand in `costs` and `technology` alone."""
    found = {path.name: sorted(own) for path in sources("costs.py", "technology.py") if (own := own_costs(path))}
    assert {name: own for name, own in found.items() if name not in STILL_THEIR_OWN} == {
        n: o for n, o in NO_UNIT_COST.items() if n in found
    }
    assert {name: own for name, own in found.items() if name in STILL_THEIR_OWN} == {
        name: sorted(own) for name, own in STILL_THEIR_OWN.items()
    }


@pytest.mark.parametrize(
    "line",
    [
        "x = technology.materials[c] / able",
        "x = wages + materials[c]",
        "x = (a.materials + a.wages)[c] / b",
        "x = wage_cost[c] / able * y",
    ],
)
def test_the_scan_sees_a_cost_of_a_files_own(line):
    assert own_costs(line)
