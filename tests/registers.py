"""Registers of invented firms for tests: rows as dicts, written as .csv or .xlsx under the template's headers."""

import csv

import openpyxl

from sim.register.columns import columns

GOOD = {
    "name": "某某机械有限公司",
    "cluster": "高端装备",
    "revenue": 5000,
    "output": 5200,
    "value_added": 1100,
    "tax": 180,
    "energy": 70,
    "staff": 60,
    "fixed_assets": 2600,
    "research": 120,
    "debt": 900,
    "listed": "否",
    "ownership": "民营",
    "headquarters": "本市",
    "group": "无",
    "titles": "高新技术企业；小巨人",
}


def firm(number, **values):
    """A good row with its own code and name, and some values in place of the usual ones; None leaves a cell empty."""
    return GOOD | {"code": f"A{number:05d}", "name": f"虚构企业第{number}号"} | values


def grid(rows, headers=None):
    """Header and rows as lists; a column that no row holds is left out."""
    headers = headers or {}
    names = [name for name in columns() if any(name in row for row in rows)]
    return [
        [headers.get(name, columns()[name].header) for name in names],
        *([row.get(name) for name in names] for row in rows),
    ]


def write_csv(path, table, encoding="utf-8-sig"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(["" if cell is None else cell for cell in row] for row in table)
    return path


def write_xlsx(path, table, name="firms"):
    book = openpyxl.Workbook()
    book.active.title = name
    for row in table:
        book.active.append(row)
    book.save(path)
    return path
