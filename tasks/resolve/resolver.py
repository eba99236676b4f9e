"""Resolve mentions row by row with the register, the gazetteer, the calendar and the crosswalk.

In come rows of `mentions` and `documents`, out come rows of `resolved_mentions`. This module only puts the pieces of
the stage together; what each decides stands in the module of its name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa

from tasks.knowledge.actors import ActorRegister
from tasks.knowledge.crosswalk import Crosswalk, met_with
from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.language.dates import prefers_day_first, read_date
from tasks.language.quantities import Quantities
from tasks.resolve.numbers import read_numbers, with_sides
from tasks.resolve.parties import Parties
from tasks.resolve.place_scope import PlaceReading
from tasks.resolve.places import PlaceReader
from tasks.tables import RESOLVED_MENTIONS

_AS_WRITTEN = (
    "mention_id", "document_id", "sentence_text", "sentence_start", "sentence_end", "trigger_start", "trigger_end",
    "trigger_text", "trigger_id", "event_type_code", "weapon_code", "status_code", "is_aggregate", "date_text",
    "rules", "place_text", "casualties_unknown", "speaker_text", "stance_code", "is_hedged",
)  # fmt: skip
_PLACE_COLUMNS = (
    "place_label", "latitude", "longitude", "country_code", "admin1_name", "admin1_code", "admin2_name", "admin2_code",
    "geo_precision_code",
)  # fmt: skip
_ARMED_GROUPS = ("armed_group", "militia", "gang")


@dataclass
class Resolver:
    """All that resolution reads: vocabularies compiled and the gazetteer. Built once a run."""

    vocabularies: Mapping[str, pd.DataFrame]
    gazetteer: Gazetteer
    register: ActorRegister = field(init=False)

    def __post_init__(self) -> None:
        words = self.vocabularies
        self.register = ActorRegister(
            words["actors"], words["actor_names"], words["roles"], words["actor_heads"], words["countries"]
        )
        self._home_of = lru_cache(maxsize=20_000)(self._read_home)
        self._homes_in = lru_cache(maxsize=2_000)(self._read_homes_in)
        countries = Countries(words["countries"])
        self.places = PlaceReader(self.gazetteer, countries)
        self.parties = Parties(self.register, countries, words["armyless"])
        self.quantities = Quantities(words["quantities"])
        self.crosswalk = Crosswalk(words["crosswalk"])
        sources = words["sources"]
        types = words["event_types"]
        self._takes_place = frozenset(types.loc[types["takes_place"].astype(bool), "code"])
        self._is_mutual = frozenset(types.loc[types["is_mutual"].astype(bool), "code"])
        self.sources = {row["source_id"]: row for row in sources.to_dict("records")}

    def resolve(
        self, mention: dict[str, Any], document: dict[str, Any], home: str | None, fled: str | None = None
    ) -> dict[str, Any]:
        """One row of `resolved_mentions` without its codes in other schemes.

        `home` is the country that the document is mostly about, `fled` that of a leader who fled from it.
        """
        source = self.sources.get(document["source_id"], {})
        row = {name: mention[name] for name in _AS_WRITTEN}
        row |= self._when(mention, document["published_date"], document["day_first"])
        reading = self._where(mention, source.get("country_code") or self._at_home(mention))
        if reading is None and mention["event_type_code"] in self._takes_place:
            reading = self._among_people(mention)
        if fled and reading and _is_refuge(mention, reading, fled):
            reading = self.places.country(fled, "home")
        row |= {name: getattr(reading, name) for name in _PLACE_COLUMNS} if reading else dict.fromkeys(_PLACE_COLUMNS)
        row["place_id"] = reading.place.place_id if reading and reading.place else None
        row["geo_precision_code"] = row["geo_precision_code"] or "unknown"
        row["place_rule_id"] = _rule(mention["place_rule_id"], reading)
        on = row["date_start"] or document["published_date"]
        near = self._near(mention, row["country_code"], home)
        for side in ("actors", "recipients"):
            row[side] = _distinct(self.parties.read(mention, side, document["text"] or "", on, near))
        row["actor_label"] = row["actors"][0]["label"] if row["actors"] else None
        row["recipient_label"] = row["recipients"][0]["label"] if row["recipients"] else None
        counted = with_sides(
            mention["numbers"],
            row["actors"],
            row["recipients"],
            mention["event_type_code"] in self._is_mutual,
            lambda text: self.register.read(text, on=on, country_codes=near),
        )
        row["numbers"], flat = read_numbers(counted, self.quantities)
        row |= flat
        row["speaker_actor_id"] = self.parties.speaker(mention, document["text"] or "", on, near)
        return row

    def puts_day_first(self, document: dict[str, Any]) -> bool:
        """Whether "03/04/2021" is 3 April: as the document writes elsewhere, else as its source does."""
        own = prefers_day_first([document["text"] or ""])
        return bool(self.sources.get(document["source_id"], {}).get("day_first")) if own is None else own

    def coded(self, row: dict[str, Any], told: list[dict[str, Any]]) -> dict[str, Any]:
        """The row with its codes in the other schemes; `told`: all rows of its document."""
        return row | self.crosswalk.codes(
            event_type_code=row["event_type_code"],
            status_code=row["status_code"],
            weapon_code=row["weapon_code"],
            actors=row["actors"],
            recipients=row["recipients"],
            country_code=row["country_code"],
            killed_low=row["killed_low"],
            met_with=met_with(row, told),
        )

    def _when(self, mention: dict[str, Any], published: dt.date | None, day_first: bool) -> dict[str, Any]:
        text = mention["date_text"]
        if text:
            reading = read_date(
                text, published, mention["tense_code"], narrative=mention["date_anchor_text"], day_first=day_first
            )
            if reading.start or reading.end:
                return {
                    "date_start": reading.start,
                    "date_end": reading.end,
                    "date_precision_code": reading.precision_code,
                    "date_basis_code": reading.basis_code,
                    "date_rule_id": f"narrative:{reading.rule_id}" if _is_before(mention) else reading.rule_id,
                }
        happened = mention["status_code"] in ("occurred", "ongoing", "denied")
        day = published if happened else None
        return {
            "date_start": day,
            "date_end": day,
            "date_precision_code": "unknown",
            "date_basis_code": "document" if day else "unknown",
            "date_rule_id": "document_date" if day else None,
        }

    def _where(self, mention: dict[str, Any], hint: str | None) -> PlaceReading | None:
        text = mention["place_text"]
        if text is None:
            return None
        if mention["place_kind_text"]:
            text = f"{text} {mention['place_kind_text']}"
        return self.places.read(text, mention["place_parents"], mention["place_context"], hint)

    def _among_people(self, mention: dict[str, Any]) -> PlaceReading | None:
        """The country where no place is told but all that the text names is of one country: "a Libyan colonel".

        An army alone tells nothing: it acts abroad.
        """
        sides = {
            side: [self.register.read(span["text"]) for span in mention[side]] for side in ("actors", "recipients")
        }
        hurt = {party["country_code"] for party in sides["recipients"]} - {None}
        doing = {party["country_code"] for party in sides["actors"]} - {None}
        codes = {code for code in (*hurt, *doing, *self._context_countries(mention)) if code}
        is_army = any(party["actor_type_code"] == "military" for party in sides["actors"])
        if len(codes) != 1 or (is_army and not hurt):
            return None
        return self.places.country(codes.pop(), "people")

    def _at_home(self, mention: dict[str, Any]) -> str | None:
        """The one country where the armed groups that a mention names are at home: they seldom act abroad."""
        homes = {self._home_of(span["text"]) for side in ("actors", "recipients") for span in mention[side]} - {None}
        homes = homes or set(self._homes_in(mention["sentence_text"])) - {None}
        return homes.pop() if len(homes) == 1 else None

    def _read_home(self, text: str) -> str | None:
        party = self.register.read(text)
        if party["actor_id"] and party["actor_type_code"] in _ARMED_GROUPS:
            return party["country_code"]
        # a group that has become a government since
        bearers = [self.register.actor(actor_id) or {} for s in self.register.find(text) for actor_id in s.actor_ids]
        lands = {str(row["country_code"]) for row in bearers if row.get("actor_type_code") in _ARMED_GROUPS}
        return lands.pop() if len(lands) == 1 and "None" not in lands else None

    def _read_homes_in(self, sentence: str) -> tuple[str | None, ...]:
        """Where the armed groups are at home that a sentence names, in whatever part."""
        return tuple(self._home_of(span.text) for span in self.register.find(sentence))

    def _near(self, mention: dict[str, Any], country: str | None, home: str | None) -> list[str]:
        """The country whose army and police a bare "the army" means: the event's, but for talks held abroad."""
        if mention["event_type_code"] in self._takes_place and country:
            return [country]
        own = home or country
        return [own] if own else self._context_countries(mention)

    def _context_countries(self, mention: dict[str, Any]) -> list[str]:
        named = (self.places.country_of(text) for text in (*mention["place_parents"], *mention["place_context"]))
        return list(dict.fromkeys(code for code in named if code))

    def fled_from(self, mentions: list[dict[str, Any]]) -> str | None:
        """The country of the one leader of a state who is told to have fled; None where none is."""
        who = [span["text"] for m in mentions if m["event_type_code"] == "displacement" for span in m["actors"]]
        read = [self.register.read(text) for text in who]
        codes = {
            party["country_code"]
            for party in read
            if party["actor_id"]
            and party["actor_type_code"] == "government"
            and self.register.is_person(party["actor_id"])
        }
        return codes.pop() if len(codes) == 1 else None

    def home(self, mentions: list[dict[str, Any]], hint: str | None = None) -> str | None:
        """The country in which most of a document's mentions lie, then the first of those; None where none is told.

        Talks are held anywhere: they tell only where nothing else does.
        """
        codes = [
            (mention["event_type_code"] in self._takes_place, reading.country_code)
            for mention in mentions
            if (reading := self._where(mention, hint or self._at_home(mention))) is not None and reading.country_code
        ]
        told = [code for takes_place, code in codes if takes_place] or [code for _, code in codes]
        return max(dict.fromkeys(told), key=told.count, default=None)


def _distinct(parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each party once: "a police checkpoint" and "four officers" are one police."""
    first = {party["actor_id"] or party["label"]: party for party in reversed(parties)}
    return [party for party in parties if first[party["actor_id"] or party["label"]] is party]


def _is_before(mention: dict[str, Any]) -> bool:
    """Whether the words that date a mention stand in an earlier sentence."""
    return mention["date_text_end"] is not None and mention["date_text_end"] <= mention["sentence_start"]


def _is_refuge(mention: dict[str, Any], reading: PlaceReading, fled: str) -> bool:
    """Whether a deed is only put into the country to which a leader fled, which is where he went and not where it
    happened."""
    is_loose = mention["place_rule_id"] in ("clause", "sentence", "paragraph")
    is_abroad = reading.geo_precision_code == "country" and reading.country_code not in (None, fled)
    return is_loose and is_abroad and mention["event_type_code"] != "displacement"


def _rule(attached: str | None, reading: PlaceReading | None) -> str | None:
    if attached is None:
        return reading.rule_id if reading else None
    return f"{attached}:{reading.rule_id}" if reading and reading.rule_id else attached


def resolve_mentions(mentions: pa.Table, documents: pa.Table, resolver: Resolver) -> pa.Table:
    """Rows of `resolved_mentions` for rows of `mentions`.

    `documents` needs document_id, source_id, published_date and text.
    """
    columns = ["document_id", "source_id", "published_date", "text"]
    by_id = {
        d["document_id"]: d | {"day_first": resolver.puts_day_first(d)} for d in documents.select(columns).to_pylist()
    }
    told: dict[str, list[dict[str, Any]]] = {}
    for mention in mentions.to_pylist():
        told.setdefault(mention["document_id"], []).append(mention)
    rows = []
    for document_id, of_document in told.items():
        fled = resolver.fled_from(of_document)
        home = fled or resolver.home(of_document)
        read = [resolver.resolve(mention, by_id[document_id], home, fled) for mention in of_document]
        rows += [resolver.coded(row, read) for row in read]
    return pa.Table.from_pylist(rows, schema=RESOLVED_MENTIONS.schema)
