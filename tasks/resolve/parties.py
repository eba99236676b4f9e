"""Reads the parties of a mention with what its document says beside their words.

In come spans of actors and recipients with their mention, out come actors as in a release. Beyond the register's
reading of the words alone: a people's adjective that stands for its state ("Turkish jets"), two peoples before one
noun, and a bare "the army" in a country that has none. Refused is an army for a state or territory without one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from tasks.knowledge.actors import ActorRegister
from tasks.knowledge.places.countries import Countries

# arms that only a state's forces have where a people alone is told: "Turkish jets", "Israeli artillery"
_ARMS_OF_STATE = frozenset({"aircraft", "helicopter", "drone", "artillery", "missile", "warship", "tank"})
_DEEDS_OF_STATE = frozenset({"air_strike", "drone_strike", "shelling"})
# words for people that are told by their number alone, or by what is left of them
_BY_NUMBER = frozenset("others dozens scores hundreds thousands several many bodies corpses".split())
_PAIR = re.compile(r"(?P<one>[A-Z][\w-]*) and (?P<other>[A-Z][\w-]*) (?P<noun>[a-z][\w -]*)")


class Parties:
    """Reads parties with the register; `armyless`: country_code, active_from, active_to of seeds/armyless.csv."""

    def __init__(self, register: ActorRegister, countries: Countries, armyless: pd.DataFrame) -> None:
        self.register = register
        self.countries = countries
        self._armyless = {
            str(row["country_code"]): (_day(row["active_from"]), _day(row["active_to"]))
            for row in armyless.to_dict("records")
        }
        self._named = lru_cache(maxsize=16)(self._read_named)

    def has_army(self, country_code: str, on: dt.date | None) -> bool:
        """Whether a state has forces of its own on a day; without a day, today."""
        if country_code not in self._armyless:
            return True
        start, end = self._armyless[country_code]
        return (start is not None and on is not None and on < start) or (end is not None and (on is None or on > end))

    def read(
        self, mention: dict[str, Any], side: str, text: str, on: dt.date | None, near: Sequence[str]
    ) -> list[dict[str, Any]]:
        """The actors or recipients of a mention; `text`: its document, `near`: whose army a bare "the army" is."""
        is_armed = mention["weapon_code"] in _ARMS_OF_STATE or mention["event_type_code"] in _DEEDS_OF_STATE
        found = []
        for span in self._apart(mention[side]):
            party = self._with_army(span, self._party(span, on, near), text, on, near)
            party = self._as_state(party, on, is_armed and side == "actors")
            found.append(_as_people(party) if side == "recipients" else party)
        return found

    def speaker(self, mention: dict[str, Any], text: str, on: dt.date | None, near: Sequence[str]) -> str | None:
        """The id of who says so; None where nobody is told or known."""
        if not mention["speaker_text"]:
            return None
        span = {"text": mention["speaker_text"], "refers_to": mention["speaker_refers_to"]}
        actor_id: str | None = self._with_army(span, self._party(span, on, near), text, on, near)["actor_id"]
        return actor_id

    def _party(self, span: dict[str, Any], on: dt.date | None, near: Sequence[str]) -> dict[str, Any]:
        return self.register.read(span["text"], on=on, country_codes=near, refers_to=span["refers_to"])

    def _apart(self, spans: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Two peoples before one noun as two parties: "Israeli and Lebanese soldiers"."""
        found: list[dict[str, Any]] = []
        for span in spans:
            pair = _PAIR.fullmatch(span["text"])
            if pair and all(self.countries.is_demonym(pair[people]) for people in ("one", "other")):
                found += [span | {"text": f"{pair[people]} {pair['noun']}"} for people in ("one", "other")]
            else:
                found.append(span)
        return found

    def _with_army(
        self, span: dict[str, Any], party: dict[str, Any], text: str, on: dt.date | None, near: Sequence[str]
    ) -> dict[str, Any]:
        """The party; the army of a state without one is that of the other country that the text names most."""
        code = party["country_code"]
        if party["actor_type_code"] != "military" or not code or self.has_army(code, on):
            return party
        if party["actor_id"] != self.register.state(code, "military", on):
            return party
        others = [other for other in self._named(text) if other != code and self.has_army(other, on)]
        return self._party(span, on, others[:1] if code in near else ())

    def _read_named(self, text: str) -> tuple[str, ...]:
        """The countries that a text names, they or their people, the oftenest first."""
        codes = [span.country_code for span in self.countries.find(text)]
        return tuple(code for code, _ in Counter(codes).most_common())

    def _as_state(self, party: dict[str, Any], on: dt.date | None, is_armed: bool) -> dict[str, Any]:
        """A people's adjective alone as its state, where it wields the arms of a state as its army."""
        code = party["country_code"]
        if party["actor_id"] or not code or not self.countries.is_adjective(party["text"]):
            return party
        army = self.register.state(code, "military", on) if is_armed and self.has_army(code, on) else None
        row = self.register.actor(army or f"{code}.country")
        if row is None:
            return party
        return party | {name: row[name] for name in ("actor_id", "label", "country_code", "actor_type_code")}


def _as_people(party: dict[str, Any]) -> dict[str, Any]:
    """Whom only their number tells are people, armed or not: "killing dozens"."""
    is_bare = party["actor_id"] is None and (party["label"] or "").casefold() in _BY_NUMBER
    return party | {"label": "people"} if is_bare else party


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) and not pd.isna(value) else None
