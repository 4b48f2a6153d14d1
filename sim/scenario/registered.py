"""The register of real firms that a scenario names: which file, in which state, and whether the city has room for
it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from sim.scenario.cities import is_no_register

if TYPE_CHECKING:
    from sim.register.register import Register
    from sim.scenario.scenario import Scenario


class RegisterFile(BaseModel):
    """A file and the hash of its content, so that a change of the file is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    file: str
    sha256: str = ""


def _read(value: Any) -> Any:
    """Return file and hash of a file that is named without its hash."""
    if is_no_register(value):
        return None
    named = value if isinstance(value, str) else value.get("file") if isinstance(value, dict) else None
    if isinstance(named, str) and (named is value or not value.get("sha256")):
        from sim.start.places import hash_of

        file = Path(named).resolve()
        return {**(value if named is not value else {}), "file": str(file), "sha256": hash_of(file)}
    if not isinstance(value, (dict, RegisterFile)):
        raise ValueError("is no file; write the path of an .xlsx or .csv file, like register.xlsx, or none")
    return value


_WRITTEN = {"anyOf": [{"type": "string"}, {"type": "object", "required": ["file"]}, {"type": "null"}]}
RealFirms = Annotated[RegisterFile | None, BeforeValidator(_read), WithJsonSchema(_WRITTEN)]


def register_of(spec: Scenario) -> Register | None:
    """Return the register of a scenario, if it names one.

    Raises:
        SpreadsheetError: if the file is not the one that the scenario was read with.
    """
    if spec.real_firms is None:
        return None
    from sim.start.places import read_firms

    return read_firms(Path(spec.real_firms.file), spec.city_tables, spec.real_firms.sha256)


def problems_of(spec: Scenario) -> tuple[str, ...]:
    """Return all that is wrong with the register of a scenario, and with the room that the city has for it."""
    from sim.tables.spreadsheet import SpreadsheetError

    try:
        register = register_of(spec)
    except SpreadsheetError as error:
        return error.problems
    if register is None:
        return ()
    from sim.start.fit import without_room

    return tuple(without_room(register, spec.city_tables, spec.parameters, spec.population.above_scale))
