"""The register of actors: rows, names in time, sides, and names found in running text.

In come the frames of seeds/actors.csv, actor_names.csv, actor_heads.csv and countries.csv; out go rows, spans and
sides. Refused are names and parents without a row, endless chains of parents, and dates in the wrong order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pandas as pd

from tasks.knowledge import actor_types
from tasks.knowledge.actors.tokens import Token, key, tokenise
from tasks.knowledge.places.countries import Countries

_PERSON = "person"
_OVER_AN_ARTICLE = ("United ", "Republic", "Kingdom", "Islands", "Territory", "Emirates", "Territories")
_PLURAL_COUNTRIES = frozenset({"PHL", "NLD", "MDV", "BHS", "GMB", "SYC", "COM"})


class ActorRegisterError(ValueError):
    """The actor vocabularies contradict themselves."""


@dataclass(frozen=True, slots=True)
class ActorSpan:
    """An actor's name in a text: half-open code point offsets, the words, and the actors that bear the name."""

    start: int
    end: int
    text: str
    actor_ids: tuple[str, ...]


class Entry(NamedTuple):
    """A name of one actor: the days between which it means that actor, and the case it must have."""

    actor_id: str
    active_from: date | None
    active_to: date | None
    cased: tuple[str, ...] | None
    needs_capital: bool


def _day(value: object, where: str) -> date | None:
    """A cell as a day; None where it is empty."""
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)) or value == "":
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ActorRegisterError(f"{where}: {value!r} is not a date like 2021-08-15") from None


def _days(row: Mapping[Hashable, object], where: str) -> tuple[date | None, date | None]:
    start, end = _day(row["active_from"], f"{where}, active_from"), _day(row["active_to"], f"{where}, active_to")
    if start and end and end < start:
        raise ActorRegisterError(f"{where}: active_to {end} lies before active_from {start}")
    return start, end


def text_or_none(value: object) -> str | None:
    """A cell as text; None where it is empty."""
    return value if isinstance(value, str) and value else None


def is_true(value: object) -> bool:
    """A cell as a yes or no."""
    return value is True or str(value).casefold() == "true"


def _cells(value: object) -> list[str]:
    """A list cell as strings, an empty one as none."""
    if isinstance(value, str):
        return [part for part in value.split(";") if part]
    return [str(part) for part in value] if isinstance(value, Iterable) else []


def _variants(name: str) -> set[tuple[str, ...]]:
    """The folded forms of a name: as written and with the possessive run together ("Lords Resistance Army")."""
    return {key(name), key(name.replace("'s ", "s ").replace("’s ", "s "))} - {()}


class Register:
    """Actors and their names. Rows come from seeds/actors.csv; the states and their parts are made from countries.csv.

    `actors`: actor_id, label, actor_type_code, country_code, parent_actor_id, active_from, active_to, source.
    `actor_names`: name, actor_id, active_from, active_to, is_case_sensitive. The days of an actor choose among actors
    of one name; the days of a name are bounds outside of which it does not mean the actor. Both ends are included.
    `actor_heads`: of lemma, actor_type_code, is_plural_force the last marks words which with a nationality name a part
    of the state ("Afghan army"). A changed regime takes over these names by rows in actor_names with dates.
    """

    def __init__(
        self, actors: pd.DataFrame, actor_names: pd.DataFrame, actor_heads: pd.DataFrame, countries: pd.DataFrame
    ) -> None:
        self.countries = Countries(countries)
        self._rows: dict[str, dict[str, object]] = {}
        self._aliases: dict[str, list[str]] = defaultdict(list)
        self._entries: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
        self._state_keys: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
        self._order: dict[str, int] = {}
        self._sides: dict[str, str] = {}
        self._add_actors(actors)
        self._add_states(countries, actor_heads)
        self._add_names(actor_names)
        self._check_parents()
        self._lengths: dict[str, list[int]] = {}
        for words in self._entries:
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def __len__(self) -> int:
        return len(self._rows)

    def actor(self, actor_id: str) -> dict[str, object] | None:
        """The row of an actor with the columns of seeds/actors.csv (dates as `date`); None where there is none."""
        row = self._rows.get(actor_id)
        return dict(row) if row else None

    def names(self, actor_id: str) -> list[str]:
        """The names of an actor other than its label, in the order of seeds/actor_names.csv."""
        return list(self._aliases.get(actor_id, ()))

    def is_person(self, actor_id: str) -> bool:
        """Whether the actor is a person: their ids hold `person` as a part, like FRA.person.de_gaulle."""
        return _PERSON in actor_id.split(".")

    def side(self, actor_id: str, on: date | None = None) -> str:
        """The topmost parent, by which sides are compared; a state as such stands with its government on that day.

        An id without a row is its own side.
        """
        if actor_id.endswith(".country") and actor_id in self._rows:
            return self.state(actor_id.split(".")[0], "government", on) or actor_id
        return self._sides.get(actor_id, actor_id)

    def same_side(self, one: str | None, other: str | None, on: date | None = None) -> bool:
        """Whether two actors belong together; never where either is unknown."""
        return one is not None and other is not None and self.side(one, on) == self.side(other, on)

    def state(self, country_code: str, part: str, on: date | None = None) -> str | None:
        """The actor that is a part of a state on a day: government, military, police ...; None for an unknown state."""
        base = f"{country_code}.{part}"
        if base not in self._rows:
            return None
        entries: list[Entry] = [Entry(base, None, None, None, False)]
        for words in self._state_keys.get((country_code, part), ()):
            entries += [e for e in self._entries[words] if self._rows[e.actor_id]["actor_type_code"] == part]
        return self.choose(entries, on, (country_code,)) or base

    def find(self, text: str) -> list[ActorSpan]:
        """All names of the register in `text`, from the left, the longest first; none overlap.

        Case, marks, hyphens and apostrophes do not count, save where a name is case sensitive. Bare countries and
        peoples are not found here, only names that hold them ("Afghan National Army", "US military").
        """
        tokens = tokenise(text)
        return [
            ActorSpan(
                tokens[first].start,
                tokens[last].end,
                text[tokens[first].start : tokens[last].end],
                tuple(dict.fromkeys(entry.actor_id for entry in entries)),
            )
            for first, last, entries in self.spans(tokens)
        ]

    def spans(self, tokens: Sequence[Token]) -> list[tuple[int, int, list[Entry]]]:
        """Names in tokens: index of the first and of the last word, and what the name can mean."""
        found: list[tuple[int, int, list[Entry]]] = []
        index = 0
        while index < len(tokens):
            step = 1
            for length in self._lengths.get(tokens[index].folded, ()):
                words = tokens[index : index + length]
                if len(words) < length or not all(word.is_joined for word in words[1:]):
                    continue
                entries = self.entries(words)
                if entries:
                    found.append((index, index + length - 1, entries))
                    step = length
                    break
            index += step
        return found

    def entries(self, words: Sequence[Token]) -> list[Entry]:
        """What these words together can mean as a name."""
        entries = self._entries.get(tuple(word.folded for word in words))
        if not entries:
            return []
        cased = tuple(word.cased for word in words)
        return [
            entry
            for entry in entries
            if (entry.cased is None or entry.cased == cased)
            and not (entry.needs_capital and not words[0].is_capitalised)
        ]

    def choose(self, entries: Sequence[Entry], on: date | None, country_codes: Sequence[str] = ()) -> str | None:
        """The actor that a name means: of the given countries before others, active on the day before others.

        Without a day, the actor that has no end, else the one that ended last. Of several, the one that began last.
        A name outside of its own days means nobody; an actor outside of its days is taken where no other bears the
        name, the nearest in time first.
        """
        if on is not None:
            entries = [
                e
                for e in entries
                if (e.active_from is None or e.active_from <= on) and (e.active_to is None or on <= e.active_to)
            ]
        if not entries:
            return None
        if country_codes:
            own = [e for e in entries if self._rows[e.actor_id]["country_code"] in country_codes]
            entries = own or entries
        return min(entries, key=lambda entry: self._distance(entry, on)).actor_id

    def _distance(self, entry: Entry, on: date | None) -> tuple[int, int, int]:
        """How far an actor's days are from the day, then how long ago it began, then its place in the register."""
        row = self._rows[entry.actor_id]
        start, end = row["active_from"], row["active_to"]
        began = max((d.toordinal() for d in (start, entry.active_from) if isinstance(d, date)), default=0)
        if on is None:
            ends = [d.toordinal() for d in (end, entry.active_to) if isinstance(d, date)]
            away = date.max.toordinal() - min(ends) if ends else 0
        elif isinstance(start, date) and on < start:
            away = (start - on).days
        elif isinstance(end, date) and on > end:
            away = (on - end).days
        else:
            away = 0
        return away, -began, self._order[entry.actor_id]

    def _put(self, row: dict[str, object]) -> None:
        actor_id = str(row["actor_id"])
        self._order[actor_id] = len(self._rows)
        self._rows[actor_id] = row

    def _add_actors(self, actors: pd.DataFrame) -> None:
        for row in actors.to_dict("records"):
            actor_id = str(row["actor_id"])
            where = f"seeds/actors.csv, actor_id {actor_id}"
            if actor_id in self._rows:
                raise ActorRegisterError(f"{where}: stands there twice")
            start, end = _days(row, where)
            self._put(
                {
                    "actor_id": actor_id,
                    "label": str(row["label"]),
                    "actor_type_code": str(row["actor_type_code"]),
                    "country_code": text_or_none(row["country_code"]),
                    "parent_actor_id": text_or_none(row["parent_actor_id"]),
                    "active_from": start,
                    "active_to": end,
                    "source": text_or_none(row["source"]),
                }
            )
            self._enter(str(row["label"]), Entry(actor_id, None, None, None, True))

    def _add_states(self, countries: pd.DataFrame, actor_heads: pd.DataFrame) -> None:
        """Every country as such and its parts, each under its nationality with each word for it."""
        words: dict[str, list[str]] = {part: [part] for part in sorted(actor_types.with_trait("nations_own"))}
        for row in actor_heads.to_dict("records"):
            part, lemma = str(row["actor_type_code"]), str(row["lemma"])
            if part in words and is_true(row["is_plural_force"]):
                words[part] += [form for form in (lemma, plural(lemma)) if form not in words[part]]
        for row in countries.to_dict("records"):
            code, name = str(row["country_code"]), str(row["name"])
            own = [*self.countries.names(code), *_cells(row["adjectives"])]
            self._add_state(code, "country", "country", name)
            named = f"the {name}" if _takes_article(code, name) else name
            for part, label in actor_types.parts_of_state().items():
                self._add_state(code, part, part, label.format(named))
                for word in words.get(part, ()):
                    for term in own:
                        self._enter_state(code, part, f"{term} {word}", term)

    def _add_state(self, code: str, part: str, type_code: str, label: str) -> None:
        actor_id = f"{code}.{part}"
        if actor_id in self._rows:
            return
        parent = None if part in ("country", "government") else f"{code}.government"
        self._put(
            {
                "actor_id": actor_id,
                "label": label,
                "actor_type_code": type_code,
                "country_code": code,
                "parent_actor_id": parent,
                "active_from": None,
                "active_to": None,
                "source": "seeds/countries.csv",
            }
        )

    def _enter_state(self, code: str, part: str, name: str, term: str) -> None:
        # "US" must stand in capitals where "us" would be a word; other terms with one capital
        tokens = tokenise(name)
        cased = tuple(token.cased for token in tokens) if term.replace(".", "").isupper() else None
        words = tuple(token.folded for token in tokens)
        self._state_keys[(code, part)].append(words)
        if all(entry.actor_id != f"{code}.{part}" or entry.cased != cased for entry in self._entries[words]):
            self._entries[words].append(Entry(f"{code}.{part}", None, None, cased, cased is None))

    def _add_names(self, actor_names: pd.DataFrame) -> None:
        for row in actor_names.to_dict("records"):
            name, actor_id = str(row["name"]), str(row["actor_id"])
            where = f"seeds/actor_names.csv, name {name!r}"
            if actor_id not in self._rows:
                raise ActorRegisterError(f"{where}: seeds/actors.csv has no actor_id {actor_id}")
            start, end = _days(row, where)
            cased = tuple(token.cased for token in tokenise(name)) if is_true(row["is_case_sensitive"]) else None
            if name != self._rows[actor_id]["label"] and name not in self._aliases[actor_id]:
                self._aliases[actor_id].append(name)
            self._enter(name, Entry(actor_id, start, end, cased, False))

    def _enter(self, name: str, entry: Entry) -> None:
        forms = [tuple(token.folded for token in tokenise(name))] if entry.cased else sorted(_variants(name))
        for words in forms:
            if words and entry not in self._entries[words]:
                self._entries[words].append(entry)

    def _check_parents(self) -> None:
        for actor_id in self._rows:
            seen = [actor_id]
            while parent := self._rows[seen[-1]]["parent_actor_id"]:
                if parent not in self._rows:
                    raise ActorRegisterError(f"seeds/actors.csv, actor_id {seen[-1]}: no parent_actor_id {parent}")
                if parent in seen:
                    raise ActorRegisterError(f"seeds/actors.csv, actor_id {actor_id}: is its own ancestor")
                seen.append(str(parent))
            self._sides[actor_id] = self.side(seen[-1]) if seen[-1].endswith(".country") and len(seen) > 1 else seen[-1]


def _takes_article(code: str, name: str) -> bool:
    return code in _PLURAL_COUNTRIES or any(word in name for word in _OVER_AN_ARTICLE)


def plural(noun: str) -> str:
    """The regular plural of an English noun, and that of nouns in -man."""
    if noun.endswith("man") and not noun.endswith("human"):
        return noun[:-3] + "men"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "sh", "ch", "x", "z")) else "s")
