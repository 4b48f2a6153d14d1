"""Which firm is meant: by its name or part of it, its label in tables, its key, or as the largest of a cluster."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from sim.experiments.firm_label import firm_label
from sim.luck.keys import firm_keys, may_enter, parts_of_key
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario
from sim.start.places import FirmName, Place, counts, names
from sim.start.state import Start
from sim.tables.city_tables import CityTables
from sim.tables.nearest import did_you_mean, plain, unknown, write_one_like
from sim.tables.parameters import Parameters
from sim.tables.printable import shortened

LARGEST = "largest"
_LABEL = re.compile(r"([A-Za-z]+)-([0-9]{1,4})-([0-9]{1,9})")
_BEGUN = re.compile(r"([A-Za-z]{2,4})-[0-9]")  # of a label, whatever follows
_LONGEST_KEY = 19  # digits


@dataclass(frozen=True, slots=True)
class WantedFirm:
    """A firm that is asked for.

    Attributes:
        key: its key; 0 where only a start tells who it is. cluster: number of the cluster whose largest it is, else -1.
    """

    key: int = 0
    cluster: int = -1

    def key_in(self, start: Start) -> int:
        """Return its key: of the largest the firm of the cluster that sold most in 2021, plants in the city alone."""
        if self.key:
            return self.key
        firms = start.firms
        rows = np.arange(firms.start[self.cluster], firms.first_entrant[self.cluster])
        return int(firms.key[rows[np.argmax(firms.last_revenue[rows])]])


def wanted_firm(text: str, spec: Scenario) -> WantedFirm:
    """Return the firm that a text asks for, before anything is run.

    Raises:
        ScenarioError: if it fits none, or several.
    """
    word, _, cluster = text.strip().partition(" ")
    if plain(word) == LARGEST:
        return WantedFirm(cluster=cluster_called(cluster, spec.city_tables, "FIRM"))
    if (key := _key(text.strip(), spec)) is not None:
        return WantedFirm(key)
    return WantedFirm(_named(text, spec))


def firm_names(spec: Scenario, *, registered: bool = False) -> dict[Place, FirmName]:
    """Return the names of the starting firms by place: those of the city's table, and of a register only if asked."""
    above = counts(Parameters(spec.city_tables).replace(spec.parameters), spec.population.above_scale)
    return names(spec.city_tables, above, spec.read_register() if registered else None)


def cluster_called(text: str, city_tables: CityTables, where: str) -> int:
    """Return the number of a cluster by identifier, code or name; `where` it is asked for is told if there is none.

    Raises:
        ScenarioError: if there is none.
    """
    for place, cluster in enumerate(city_tables.clusters):
        if plain(text) in {
            plain(word) for word in (cluster.identifier, cluster.code, cluster.english, cluster.chinese)
        }:
            return place
    if not text.strip():
        like = write_one_like("", [f"{LARGEST} {name}" for name in city_tables.identifiers])
        raise ScenarioError(f"FIRM: '{LARGEST}' asks for a cluster behind it{like}")
    told = unknown("cluster", text, city_tables.identifiers, city=city_tables.option)
    raise ScenarioError(f"{where}: {told}")


def _key(text: str, spec: Scenario) -> int | None:
    """Return the key that a label or a number stands for; nothing where the text is neither."""
    if text.isascii() and text.isdigit() and len(text) <= _LONGEST_KEY:
        return _checked(int(text), text, spec)
    label = _LABEL.fullmatch(text)
    codes = [cluster.code.casefold() for cluster in spec.city_tables.clusters]
    if label is None or label[1].casefold() not in codes:
        return None
    key = firm_keys(codes.index(label[1].casefold()), int(label[2]), np.array([int(label[3])]))
    return _checked(int(key[0]), text, spec)


def _checked(key: int, text: str, spec: Scenario) -> int:
    """Return a key that some firm of the scenario may have; whether an entrant comes is known once worlds have run."""
    cluster = parts_of_key(key)[0]
    if key < 1 or cluster >= spec.city_tables.count:
        raise ScenarioError(
            f"FIRM: '{text}' is no key of a firm; write a label of firms.csv like {firm_label(1, spec.city_tables)}, "
            "or a name"
        )
    return key


def _named(text: str, spec: Scenario) -> int:
    """Return the key of the one firm that a name fits, or a part of a name; messages tell no name of a register."""
    known, told = firm_names(spec, registered=True), firm_names(spec)
    asked = plain(text)
    whole = [place for place, name in known.items() if asked in _words(name)]
    parts = [place for place, name in known.items() if asked and any(asked in word for word in _words(name))]
    found = whole or parts
    if len(found) == 1:
        cluster, place = found[0]
        return int(firm_keys(cluster, 0, np.array([place]))[0])
    shown = shortened(text.strip(), 60)
    if found:
        fitting = [f"{told[p].english} {told[p].chinese}" for p in found if p in told] or ["firms of the register"]
        raise ScenarioError(f"FIRM: '{shown}' fits {len(found)} firms: {', '.join(fitting)}; write more of the name")
    example = firm_label(1, spec.city_tables)
    if begun := _BEGUN.match(text.strip()):
        codes = [cluster.code for cluster in spec.city_tables.clusters]
        if begun[1].upper() not in codes:
            raise ScenarioError(f"FIRM: '{shown}': {unknown('cluster', begun[1], codes, city=spec.city_tables.option)}")
        raise ScenarioError(f"FIRM: '{shown}' is no label of a firm; write it like {begun[1].upper()}-0-0")
    public = [word for name in told.values() for word in (name.english, name.chinese) if word]
    near = did_you_mean(text.strip(), public) or write_one_like(text.strip(), public)
    raise ScenarioError(
        f"FIRM: no firm is called '{shown}'{near}; or write a label of firms.csv like {example}, or '{LARGEST} CLUSTER'"
    )


def _words(name: FirmName) -> list[str]:
    return [plain(word) for word in (name.english, name.chinese, name.code) if word]


def refuse_absent(key: int, there: np.ndarray, spec: Scenario, *, entered: bool = False) -> None:
    """Refuse a key that no firm has.

    Args:
        there: the keys of the start; or of the end of a run, if `entered`: whoever enters has one only then.

    Raises:
        ScenarioError: if it is none of them, and will be none.
    """
    cluster, quarter, place = parts_of_key(key)
    if (there == np.uint64(key)).any() or (not entered and may_enter(quarter, place)):
        return
    label, code = firm_label(key, spec.city_tables), spec.city_tables.clusters[cluster].code
    if entered:
        raise ScenarioError(f"FIRM: {label} does not enter in this world; write another firm, or another --seed")
    starting = int(np.count_nonzero([parts_of_key(int(k))[:2] == (cluster, 0) for k in there if k]))
    raise ScenarioError(f"FIRM: there is no firm {label}; write one from {code}-0-0 to {code}-0-{starting - 1}")
