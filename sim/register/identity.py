"""Who is who in a register: no firm stands twice, groups have heads, and the city's named firms are recognised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from sim.register.cells import NONE
from sim.register.columns import choices, columns, words
from sim.register.entries import Entry
from sim.register.headers import Header
from sim.register.mistakes import Mistakes
from sim.register.register import NamedCluster, PublicFirm
from sim.tables.nearest import did_you_mean, plain

_MOST_HINTS = 10
_DISTRICT = "[^\\W_a-z]{2,3}"  # the name of a district, which a word for districts follows


def refuse_doubles(entries: Sequence[Entry], header: Header, mistakes: Mistakes) -> None:
    """A code stands once; a name stands once, unless different codes tell its firms apart."""
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        for column in ("code", "name"):
            if column not in entry.values:
                continue
            first = seen.setdefault((column, plain(entry.values[column])), entry)
            if first is not entry and (column == "code" or not _told_apart(first, entry)):
                place = header.known[column].place
                mistakes.add(
                    entry.row,
                    place,
                    f"stands twice, first in row {first.row + 1}; delete one of the rows, or mend it",
                    column=columns()[column],
                    value=entry.cells[place],
                )
                break


def _told_apart(first: Entry, other: Entry) -> bool:
    """Tell whether codes say that two firms of one name are not the same; a double code has been told already."""
    return "code" in first.values and "code" in other.values


class Heads:
    """Finds the head of the group that a row names."""

    def __init__(
        self,
        entries: Sequence[Entry],
        public: Sequence[PublicFirm],
        stands_for: Mapping[int, str],
        city: Sequence[str] = (),
    ) -> None:
        self._rows: dict[str, list[int]] = {}
        for number, entry in enumerate(entries):
            for word in {plain(entry.values[column]) for column in ("code", "name") if column in entry.values}:
                self._rows.setdefault(word, []).append(number)
        self._public = {plain(name): firm.identifier for firm in public for name in _names(firm)}
        self._ways = [(same, public) for same in _ways(city)]
        self._hints: dict[str, str] = {}
        self._row_of = {identifier: number for number, identifier in stands_for.items()}

    def find(self, said: str) -> tuple[int, str]:
        """Return the number of the entry, or -1 and the identifier of a named firm that has no row.

        Raises:
            KeyError: with what to write instead, if there is none or more than one.
        """
        word = plain(said)
        rows = self._rows.get(word, [])
        if len(rows) > 1:
            raise KeyError(f"names {len(rows)} rows of the register; write the code of the head")
        if rows:
            return rows[0], ""
        identifier = self._public_one(word)
        if not identifier:
            raise KeyError(
                f"heads a group but has no row in the register{self._hint(word)}; add its row, write the code or name "
                "of a firm that has one, or 'none 无'"
            )
        return (self._row_of[identifier], "") if identifier in self._row_of else (-1, identifier)

    def _public_one(self, word: str) -> str:
        """Return the identifier of the named firm that a name is, as `recognise` knows it; empty for none."""
        if word not in self._public:
            found = [firm.identifier for same, public in self._ways for firm in public if same(word, firm)]
            self._public[word] = found[0] if found else ""
        return self._public[word]

    def _hint(self, word: str) -> str:
        """Return the nearest name; only for the first heads that are missing, for it takes a while among many firms."""
        if word not in self._hints:
            first = len(self._hints) < _MOST_HINTS
            self._hints[word] = (
                did_you_mean(word, [*self._rows, *filter(self._public.get, self._public)]) if first else ""
            )
        return self._hints[word]


def find_heads(entries: Sequence[Entry], header: Header, heads: Heads, mistakes: Mistakes) -> list[tuple[int, str]]:
    """Return the head of each entry's group: number and identifier as in `Heads.find`, (-1, '') where not given.

    A firm that heads a group is of it, whether its own row says so or not.
    """
    found: list[tuple[int, str]] = [(-1, "")] * len(entries)
    for number, entry in enumerate(entries):
        said = entry.values.get("group")
        if said == NONE:
            found[number] = number, ""
        elif said is not None:
            try:
                found[number] = heads.find(said)
            except KeyError as why:
                _add(entry, header, str(why.args[0]), mistakes)
    _own(found)
    _refuse_chains(entries, header, found, mistakes)
    return found


def _own(found: list[tuple[int, str]]) -> None:
    for head, _ in list(found):
        if head >= 0 and found[head] == (-1, ""):
            found[head] = head, ""


def _refuse_chains(
    entries: Sequence[Entry], header: Header, found: Sequence[tuple[int, str]], mistakes: Mistakes
) -> None:
    for number, (head, _) in enumerate(found):
        if head not in (-1, number) and found[head] != (head, ""):
            why = f"belongs to another group itself (row {entries[head].row + 1}); write the head of that group"
            _add(entries[number], header, why, mistakes)


def _add(entry: Entry, header: Header, why: str, mistakes: Mistakes) -> None:
    place = header.known["group"].place
    mistakes.add(entry.row, place, why, column=columns()["group"], value=entry.cells[place])


def recognise(
    entries: Sequence[Entry],
    header: Header,
    clusters: Sequence[NamedCluster],
    public: Sequence[PublicFirm],
    mistakes: Mistakes,
    city: Sequence[str] = (),
) -> dict[int, str]:
    """Return the identifier of the city's named firm that an entry stands for, by number of the entry.

    Args:
        city: names of the city, which may stand before that of a firm.
    """
    found: dict[int, str] = {}
    ways = _ways(city)
    for firm in public:
        for same in ways:
            rows = [n for n, entry in enumerate(entries) if n not in found and same(entry.values.get("name", ""), firm)]
            if rows:
                break
        if len(rows) > 1:
            _add_doubt(entries, header, rows, firm, mistakes)
        elif rows:
            found[rows[0]] = firm.identifier
            _check_cluster(entries[rows[0]], header, firm, clusters[firm.cluster], mistakes)
    return found


def _add_doubt(entries: Sequence[Entry], header: Header, rows: list[int], firm: PublicFirm, mistakes: Mistakes) -> None:
    others = ", ".join(str(entries[number].row + 1) for number in rows[1:])
    mistakes.add(
        entries[rows[0]].row,
        header.known["name"].place,
        f"may be the city's named firm {firm.chinese} {firm.english}, and so may row {others}; write {firm.chinese} as "
        "the name of the one that is",
        column=columns()["name"],
        value=entries[rows[0]].values["name"],
    )


def _check_cluster(entry: Entry, header: Header, firm: PublicFirm, own: NamedCluster, mistakes: Mistakes) -> None:
    if entry.values.get("cluster", firm.cluster) != firm.cluster:
        known = header.known["cluster"]
        mistakes.add(
            entry.row,
            known.place,
            f"is not the cluster of the city's named firm {firm.chinese} {firm.english}; write {own.chinese} "
            f"{own.identifier}, or another name if it is another firm",
            column=known.column,
            value=entry.cells[known.place],
        )


def _ways(city: Sequence[str]) -> tuple[Callable[[str, PublicFirm], bool], ...]:
    """Return how a name is compared with that of a named firm, the surest first."""
    return _exactly, _same_name, partial(_same_after_place, place=_place(city))


def _exactly(name: str, firm: PublicFirm) -> bool:
    return plain(name) in {plain(known) for known in _names(firm)}


def _same_name(name: str, firm: PublicFirm) -> bool:
    return bool(name) and core(name) in {core(known) for known in _names(firm)}


def _same_after_place(name: str, firm: PublicFirm, place: re.Pattern[str]) -> bool:
    """A place may stand before the name, and nothing else: 'Jiangsu North Star' is North Star, 'New North Star' another
    firm.
    """
    text = core(name)
    known = (core(known) for known in _names(firm))
    return any(text.endswith(end) and place.fullmatch(text.removesuffix(end)) is not None for end in known)


def _place(city: Sequence[str]) -> re.Pattern[str]:
    """Return what is a place before a name: nation, province and the city, by names of its own or declared, and a
    district after these.
    """

    def any_of(said: Iterable[str]) -> str:
        return "|".join(re.escape(plain(word)) for word in sorted(said, key=len, reverse=True))

    said = {choice.value: (*choice.words, *choice.words_zh) for choice in choices("place_word")}
    places = any_of([*city, *(word for choice in choices("place") for word in (*choice.words, *choice.words_zh))])
    district = rf"(?:{_DISTRICT}(?:{any_of(said['after_district'])}) ?)?"
    return re.compile(rf"(?:(?:{places}) ?(?:{any_of(said['after_place'])})? ?)+{district}")


def _names(firm: PublicFirm) -> tuple[str, str, str]:
    return firm.identifier, firm.english, firm.chinese


def core(name: str) -> str:
    """Return a name without its legal form."""
    text, forms = plain(name), tuple(words("legal_form"))
    while (form := next((form for form in forms if text.endswith(form) and text != form), None)) is not None:
        text = text.removesuffix(form).strip(" ,")
    return text
