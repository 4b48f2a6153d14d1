"""A YAML reader that refuses what a plain scenario never needs before anything is built of it."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.parser import Parser

from sim.scenario.limits import DEEPEST, MOST_NODES, SHORT
from sim.scenario.problem import ScenarioError


class _PlainParser(Parser):
    """Checks each event as it is handed on, so that a text is parsed once."""

    file = ""
    depth = nodes = documents = 0

    def get_event(self) -> Any:
        event = super().get_event()
        kind = type(event).__name__
        where = f"{self.file}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"
        self.documents += kind == "DocumentStartEvent"
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise ScenarioError(
                f"{where}: anchors and aliases (& and *) are not allowed; write the values out, or use 'extends:'"
            )
        if getattr(event, "tag", None) and kind != "DocumentStartEvent":
            raise ScenarioError(f"{where}: tags (!) are not allowed; write a plain value")
        self.nodes += kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent")
        self.depth += kind in ("MappingStartEvent", "SequenceStartEvent")
        self.depth -= kind in ("MappingEndEvent", "SequenceEndEvent")
        if told := self._too_much():
            raise ScenarioError(f"{where}: {told}; {SHORT}")
        return event

    def _too_much(self) -> str:
        if self.documents > 1:
            return "more than one document"
        if self.depth > DEEPEST:
            return f"nested deeper than {DEEPEST} levels"
        return f"more than {MOST_NODES:,} values" if self.nodes > MOST_NODES else ""


def composed(text: str, name: str) -> Any:
    """Return the nodes of a text, None if it is empty.

    Raises:
        ScenarioError: if it is not plain; other errors of the parser if it is no YAML.
    """
    reader = YAML(typ="safe", pure=True)
    reader.Parser = _PlainParser
    reader.parser.file = name
    return reader.compose(text)
