"""The JSON Schema of scenario files, for completion and hints in an editor."""

from __future__ import annotations

from typing import Any

from sim import policies as registry
from sim.calendar.schedule import KEY, over_time
from sim.outside.pressure import SWINGS
from sim.scenario.asking import may_be_asked
from sim.scenario.outlook import CENTRAL
from sim.scenario.programme import written
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import TARGET

_TEXT_OR_NUMBER = [{"type": "number"}, {"type": "string"}]


def scenario_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) with every instrument's fields, units and descriptions."""
    schema = Scenario.model_json_schema(by_alias=True)
    definitions = schema.setdefault("$defs", {})
    instruments = {}
    for name in registry.names():
        kind = registry.get(name)
        own = written(name).model_json_schema(by_alias=True)
        own["description"] = f"{kind.title_en} {kind.title_zh}"
        instruments[name] = {"anyOf": [_with_units(own), {"type": "null"}]}
    properties = schema["properties"]
    properties["policies"] = {"type": "object", "additionalProperties": False, "properties": instruments}
    properties["extends"] = {
        "type": "string",
        "description": "a shipped scenario or a file of the same folder 继承的情景",
    }
    properties["envelope"] = {"$ref": "#/$defs/PublicEnvelope"}
    for part in ("PublicEnvelope", "Outlook"):
        _with_units(definitions[part])
    demand = definitions["Outlook"]["properties"]["demand"]
    points, _ = demand.pop("additionalProperties")["anyOf"]
    by_cluster = over_time([{"enum": list(SWINGS)}, points, {"type": "string"}])
    demand["anyOf"] = [{"const": CENTRAL}, {"type": demand.pop("type"), "additionalProperties": by_cluster}]
    definitions["PublicEnvelope"]["properties"]["order"]["items"] = {"enum": list(registry.names())}
    target = definitions["Target"]["properties"]
    target["metric"] = {"enum": list(may_be_asked(TARGET, twins=True))}
    definitions["Answer"]["properties"]["metric"] = {"enum": list(may_be_asked(TARGET))}
    for bound in ("at_least", "at_most"):
        target[bound] = {"anyOf": _TEXT_OR_NUMBER, "description": "a number in the outcome's unit, or text with a unit"}
    schema["required"] = ["name", "title", "question", "sources"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _with_units(model: dict[str, Any]) -> dict[str, Any]:
    """Let fields with a unit be text as well as numbers, at every step of a path."""
    for field in model.get("properties", {}).values():
        if "unit" in field and "anyOf" in field:
            field |= over_time([field["anyOf"][0], {"type": "string"}])
    for edge in ("from", "until"):
        if edge in model.get("properties", {}):
            model["properties"][edge]["anyOf"] = [{"type": "string", "pattern": KEY}, {"type": "integer"}]
            model["properties"][edge].pop("default", None)
    return model
