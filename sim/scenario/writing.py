"""Scenarios written as files."""

from __future__ import annotations

from itertools import compress
from typing import Any

from sim.scenario.files import LARGEST_BYTES
from sim.scenario.quantities import with_units
from sim.scenario.scenario import Scenario


def to_yaml(data: dict[str, Any], *, on_one_line: bool = False) -> str:
    """Return plain data as YAML text, keys in their order, Chinese as it is; a single key and its value may stand on
    one line, without its end.
    """
    from io import StringIO

    from ruamel.yaml import YAML

    yaml: Any = YAML(typ="safe", pure=True)
    text = StringIO()
    yaml.default_flow_style, yaml.allow_unicode, yaml.sort_base_mapping_type_on_output = on_one_line, True, False
    if on_one_line:
        yaml.width = LARGEST_BYTES
    yaml.dump(data, text)
    return text.getvalue().strip().removeprefix("{").removesuffix("}") if on_one_line else text.getvalue()


def as_file(scenario: Scenario) -> str:
    """Return the text of a file that reads back to the same scenario, every value resolved, quantities with units;
    without targets that its horizon cuts off, which are not asked.
    """
    data = with_units(scenario.resolved())
    asked = [target not in scenario.cut_off for target in scenario.targets]
    return to_yaml({**data, "targets": list(compress(data["targets"], asked))})
