"""The JSON Schema of scenario files, for completion and hints in an editor."""

from __future__ import annotations

from typing import Any

from sim import policies as registry
from sim.asking import may_be_asked
from sim.catalogue import TARGET
from sim.scenario import Scenario

_TEXT_OR_NUMBER = [{"type": "number"}, {"type": "string"}]


def scenario_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) with every instrument's fields, units and descriptions."""
    schema = Scenario.model_json_schema(by_alias=True)
    definitions = schema.setdefault("$defs", {})
    definitions.pop("Instrument", None)
    instruments = {}
    for name in registry.names():
        kind = registry.get(name)
        own = kind.model_json_schema(by_alias=True)
        own["description"] = f"{kind.title_en} {kind.title_zh}"
        instruments[name] = {"anyOf": [_with_units(own), {"type": "null"}]}
    properties = schema["properties"]
    properties["policies"] = {"type": "object", "additionalProperties": False, "properties": instruments}
    properties["extends"] = {"type": "string", "description": "a shipped scenario or a file of the same folder 继承的情景"}
    properties["envelope"] = {"$ref": "#/$defs/PublicEnvelope"}
    _with_units(definitions["PublicEnvelope"])
    definitions["PublicEnvelope"]["properties"]["order"]["items"] = {"enum": list(registry.names())}
    target = definitions["Target"]["properties"]
    target["metric"] = {"enum": list(may_be_asked(TARGET, twins=True))}
    for bound in ("at_least", "at_most"):
        target[bound] = {"anyOf": _TEXT_OR_NUMBER, "description": "a number in the outcome's unit, or text with a unit"}
    schema["required"] = ["name", "title", "question", "sources"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _with_units(model: dict[str, Any]) -> dict[str, Any]:
    """Let fields with a unit be text as well as numbers."""
    for field in model.get("properties", {}).values():
        if field.get("unit") in ("million yuan", "tce"):
            field.pop("type", None)
            field["anyOf"] = _TEXT_OR_NUMBER
    return model
