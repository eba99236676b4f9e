"""Actors with their rows, their names in time and their sides, and the names found in running text.

In come the frames of seeds/actors.csv, actor_names.csv, actor_heads.csv and countries.csv; out go rows, spans and
sides. Refused are names and parents without a row, endless chains of parents, and dates in the wrong order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from tasks.knowledge.actors.cells import ActorRegisterError, active_days, is_true
from tasks.knowledge.actors.name_index import NameIndex, NameMeaning, Words, cased_words
from tasks.knowledge.actors.rows import ActorRow, lineage, typed_rows
from tasks.knowledge.actors.states import state_id, state_names, state_rows
from tasks.knowledge.actors.tokens import tokenise
from tasks.knowledge.places.countries import Countries

_PERSON = "person"


@dataclass(frozen=True, slots=True)
class ActorSpan:
    """An actor's name in a text: half-open code point offsets, the words, and the actors that bear the name."""

    start: int
    end: int
    text: str
    actor_ids: tuple[str, ...]


class NamedActors:
    """Actors and their names. Rows come from seeds/actors.csv; the states and their parts are made from countries.csv.

    `actors`: actor_id, label, actor_type_code, country_code, parent_actor_id, active_from, active_to, source.
    `actor_names`: name, actor_id, active_from, active_to, is_case_sensitive. The days of an actor choose among actors
    of one name; the days of a name are bounds outside of which it does not mean the actor. Both ends are included.
    `actor_heads`: of lemma, actor_type_code, is_plural_force the last marks words which with a nationality name a part
    of the state ("Afghan army"). A changed regime takes over these names by rows in actor_names with dates.
    Raises ActorRegisterError where they contradict themselves.
    """

    def __init__(
        self, actors: pd.DataFrame, actor_names: pd.DataFrame, actor_heads: pd.DataFrame, countries: pd.DataFrame
    ) -> None:
        self.countries = Countries(countries)
        self.index = NameIndex()
        self._rows = typed_rows(actors)
        for row in self._rows.values():
            self.index.enter(row["label"], NameMeaning(row["actor_id"], None, None, None, True))
        self._state_words: dict[tuple[str, str], list[Words]] = defaultdict(list)
        self._add_states(countries, actor_heads)
        self._aliases: dict[str, list[str]] = defaultdict(list)
        self._add_names(actor_names)
        self._order = {actor_id: number for number, actor_id in enumerate(self._rows)}
        self._sides = {actor_id: self._topmost(actor_id) for actor_id in self._rows}

    def _add_states(self, countries: pd.DataFrame, actor_heads: pd.DataFrame) -> None:
        """Add the states that no row of seeds/actors.csv is, and the names of all."""
        for row in state_rows(countries):
            self._rows.setdefault(row["actor_id"], row)
        for code, part, words, meaning in state_names(countries, self.countries, actor_heads):
            self._state_words[code, part].append(words)
            self.index.put(words, meaning)

    def _add_names(self, actor_names: pd.DataFrame) -> None:
        """Add the names of seeds/actor_names.csv. Raises ActorRegisterError for a name of nobody."""
        for row in actor_names.to_dict("records"):
            name, actor_id = str(row["name"]), str(row["actor_id"])
            where = f"seeds/actor_names.csv, name {name!r}"
            if actor_id not in self._rows:
                raise ActorRegisterError(f"{where}: seeds/actors.csv has no actor_id {actor_id}")
            start, end = active_days(row, where)
            cased = cased_words(name) if is_true(row["is_case_sensitive"]) else None
            if name != self._rows[actor_id]["label"] and name not in self._aliases[actor_id]:
                self._aliases[actor_id].append(name)
            self.index.enter(name, NameMeaning(actor_id, start, end, cased, False))

    def _topmost(self, actor_id: str) -> str:
        """The topmost parent of an actor; for what stands under a state as such, the side of that state."""
        *under, top = lineage(actor_id, self._rows)
        return self.side(top) if under and top.endswith(".country") else top

    def __len__(self) -> int:
        """How many actors there are, states and their parts among them."""
        return len(self._rows)

    def row(self, actor_id: str) -> ActorRow:
        """The row of an actor that is there, not to be changed. Raises KeyError where there is none."""
        return self._rows[actor_id]

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
        base = state_id(country_code, part)
        if base not in self._rows:
            return None
        meanings = [NameMeaning(base, None, None, None, False)]
        for words in self._state_words.get((country_code, part), ()):
            meanings += [m for m in self.index.of(words) if self._rows[m.actor_id]["actor_type_code"] == part]
        return self.choose(meanings, on, (country_code,)) or base

    def find(self, text: str) -> list[ActorSpan]:
        """All names of actors in `text`, from the left, the longest first; none overlap.

        Case, marks, hyphens and apostrophes do not count, save where a name is case sensitive. Bare countries and
        peoples are not found here, only names that hold them ("Afghan National Army", "US military").
        """
        tokens = tokenise(text)
        return [
            ActorSpan(
                tokens[first].start,
                tokens[last].end,
                text[tokens[first].start : tokens[last].end],
                tuple(dict.fromkeys(meaning.actor_id for meaning in meanings)),
            )
            for first, last, meanings in self.index.spans(tokens)
        ]

    def choose(self, meanings: Sequence[NameMeaning], on: date | None, country_codes: Sequence[str] = ()) -> str | None:
        """The actor that a name means: of the given countries before others, active on the day before others.

        Without a day, the actor that has no end, else the one that ended last. Of several, the one that began last.
        A name outside of its own days means nobody; an actor outside of its days is taken where no other bears the
        name, the nearest in time first.
        """
        if on is not None:
            meanings = [
                m
                for m in meanings
                if (m.active_from is None or m.active_from <= on) and (m.active_to is None or on <= m.active_to)
            ]
        if not meanings:
            return None
        if country_codes:
            own = [m for m in meanings if self._rows[m.actor_id]["country_code"] in country_codes]
            meanings = own or meanings
        return min(meanings, key=lambda meaning: self._distance(meaning, on)).actor_id

    def _distance(self, meaning: NameMeaning, on: date | None) -> tuple[int, int, int]:
        """How far an actor's days are from the day, then how long ago it began, then its place among the actors."""
        row = self._rows[meaning.actor_id]
        start, end = row["active_from"], row["active_to"]
        began = max((day.toordinal() for day in (start, meaning.active_from) if day), default=0)
        if on is None:
            ends = [day.toordinal() for day in (end, meaning.active_to) if day]
            away = date.max.toordinal() - min(ends) if ends else 0
        elif start and on < start:
            away = (start - on).days
        elif end and on > end:
            away = (on - end).days
        else:
            away = 0
        return away, -began, self._order[meaning.actor_id]
