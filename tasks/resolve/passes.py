"""Passes from words to values over the mentions of one document: days, places, parties, numbers, codes.

In come mentions as written, out come the same with columns, each set by a reading with its rule. What nothing knows
keeps its text and a null id; nothing is dropped.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from tasks.knowledge.crosswalk import met_with
from tasks.knowledge.passes import assigns, chain
from tasks.knowledge.trace import Reading
from tasks.language.dates import read_date
from tasks.language.dates.words import words as date_words
from tasks.resolve.casualties import read_casualties
from tasks.resolve.model import ResolvedMention
from tasks.resolve.numbers import FLAT_KINDS, Party, read_numbers, with_sides
from tasks.resolve.place_scope import PlaceReading
from tasks.resolve.resolver import Resolver

_DATE_COLUMNS = ("date_start", "date_end", "date_precision_code", "date_basis_code", "date_rule_id")
_PLACE_COLUMNS = (
    "place_label", "latitude", "longitude", "country_code", "admin1_name", "admin1_code", "admin2_name", "admin2_code",
    "geo_precision_code",
)  # fmt: skip
_NUMBER_COLUMNS = ("numbers", *(f"{kind}_{end}" for kind in FLAT_KINDS for end in ("low", "high")))
_CODE_COLUMNS = ("acled_event_type", "acled_sub_event_type", "plover_type", "plover_mode", "cameo_code")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_WORD = re.compile(r"[^\W\d_]+")
# how many places of the name that were passed over a trace tells
_CANDIDATES = 4


@assigns(*_DATE_COLUMNS)
def read_days(mention: ResolvedMention, resolver: Resolver) -> None:
    """The days that its date words mean; of what happened and has none, the document's day, and says so."""
    written, setting = mention.written, mention.setting
    if written["date_text"]:
        reading = read_date(
            written["date_text"],
            _day_of_telling(mention),
            written["tense_code"],
            narrative=written["date_anchor_text"],
            day_first=setting.day_first,
        )
        if reading.start or reading.end:
            is_before = _is_dated_before(mention)
            name = f"narrative:{reading.rule_id}" if is_before else reading.rule_id
            found = (reading.start, reading.end, reading.precision_code, reading.basis_code, name)
            _set_all(mention, _DATE_COLUMNS, found, f"date.{reading.rule_id}")
            if is_before:
                mention.set("date_rule_id", Reading(name, "date.narrative"))
            return
    happened = written["status_code"] in ("occurred", "ongoing", "denied")
    day = setting.published_date if happened else None
    rule = "item_date" if setting.is_item else "document_date"
    values = (day, day, "unknown", "document" if day else "unknown", rule if day else None)
    _set_all(mention, _DATE_COLUMNS, values, f"date.{rule}" if day else "date.undated")


def year_in(text: str) -> int | None:
    """The last year that stands in a text."""
    years = _YEAR.findall(text)
    return int(years[-1]) if years else None


def _day_of_telling(mention: ResolvedMention) -> dt.date | None:
    """The day that date words count from: the document's, but for a day of a month without a year the end of the year
    that the document's account has come to, where all of it is long past.

    Example: "The bombing of 14 October 1988 ... On 16 October 20,000 people marched".
    """
    written, setting = mention.written, mention.setting
    text = written["date_text"]
    if setting.past_year is None or _YEAR.search(text) or not any(map(date_words().is_month, _WORD.findall(text))):
        return setting.published_date
    return dt.date(year_in(written["date_anchor_text"] or "") or setting.past_year, 12, 31)


def _is_dated_before(mention: ResolvedMention) -> bool:
    """Whether the words that date a mention stand in an earlier sentence."""
    end = mention.written["date_text_end"]
    return end is not None and bool(end <= mention.written["sentence_start"])


def _set_all(mention: ResolvedMention, columns: Sequence[str], values: Sequence[Any], rule_id: str) -> None:
    for column, value in zip(columns, values, strict=True):
        mention.set(column, Reading(value, rule_id))


@assigns(*_PLACE_COLUMNS, "place_id", "place_rule_id")
def read_place(mention: ResolvedMention, resolver: Resolver) -> None:
    """The place that its words mean, with all that holds it; the country of the people where no place is told."""
    written, setting = mention.written, mention.setting
    reading = resolver.where(written, setting.source_country or resolver.at_home(written), setting.told_in)
    rule = f"gazetteer.{reading.rule_id.split(':')[0]}" if reading else "gazetteer.no_place"
    if reading is None and resolver.takes_place(written["event_type_code"]):
        reading = resolver.among_people(written)
        rule = "gazetteer.people" if reading else rule
    if setting.fled and reading and _is_refuge(mention, reading, setting.fled):
        reading = resolver.places.country(setting.fled, "home")
        rule = "gazetteer.home"
    for column in _PLACE_COLUMNS[:-1]:
        mention.set(column, Reading(getattr(reading, column) if reading else None, rule))
    precision = reading.geo_precision_code if reading else None
    mention.set("geo_precision_code", Reading(precision or "unknown", rule))
    mention.set("place_id", Reading(reading.place.place_id if reading and reading.place else None, rule))
    for part in reading.rule_id.split(":")[1:] if reading else ():
        mention.set("place_id", Reading(mention["place_id"], f"gazetteer.{part}"))
    mention.set("place_rule_id", Reading(_attached_rule(written["place_rule_id"], reading), rule))


def _is_refuge(mention: ResolvedMention, reading: PlaceReading, fled: str) -> bool:
    """Whether a deed is only put into the country to which a leader fled, which is where he went and not where it
    happened."""
    is_loose = reading.rule_id == "people" or mention.written["place_rule_id"] in ("clause", "sentence", "paragraph")
    is_abroad = reading.geo_precision_code == "country" and reading.country_code not in (None, fled)
    return is_loose and is_abroad and mention.written["event_type_code"] != "displacement"


def _attached_rule(attached: str | None, reading: PlaceReading | None) -> str | None:
    if attached is None:
        return reading.rule_id if reading else None
    return f"{attached}:{reading.rule_id}" if reading and reading.rule_id else attached


def note_candidates(mention: ResolvedMention, resolver: Resolver) -> None:
    """Note the other places of the name that were passed over: for eyes, not for rows."""
    text = mention.written["place_text"]
    for place in resolver.places.candidates(text) if text else ():
        if place.place_id != mention["place_id"]:
            inside = ", ".join(filter(None, (place.label, place.admin1_name, place.country_code)))
            abroad = place.country_code != mention["country_code"]
            rule = "gazetteer.another_country" if abroad else "gazetteer.another_place"
            mention.trace.lose("place_id", Reading(f"{place.place_id} ({inside})", rule))
            if len([step for step in mention.trace.steps if step.is_lost]) >= _CANDIDATES:
                return


@assigns(
    *("actors", "recipients", "actor_label", "recipient_label", "speaker_actor_id"),
    requires=("date_start", "country_code"),
)
def read_parties(mention: ResolvedMention, resolver: Resolver) -> None:
    """Whom the words of the parties and of the speaker mean, on the day and in the country of the event."""
    written, text = mention.written, mention.setting.text
    on, near = _day(mention), resolver.near(written, mention["country_code"], mention.setting.home)
    for side, label in (("actors", "actor_label"), ("recipients", "recipient_label")):
        parties = _distinct(resolver.parties.read(dict(written), side, text, on, near))
        first = parties[0] if parties else None
        mention.set(side, Reading(parties, _party_rule(first)))
        for party in parties[1:]:
            mention.set(side, Reading(parties, _party_rule(party)))
        mention.set(label, Reading(first["label"] if first else None, _party_rule(first)))
    speaker = resolver.parties.speaker(dict(written), text, on, near)
    mention.set("speaker_actor_id", Reading(speaker, "actor.speaker" if speaker else "actor.nobody"))


def _day(mention: ResolvedMention) -> dt.date | None:
    day: dt.date | None = mention["date_start"] or mention.setting.published_date
    return day


def _distinct(parties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each party once: "a police checkpoint" and "four officers" are one police."""
    first = {party["actor_id"] or party["label"]: party for party in reversed(parties)}
    return [party for party in parties if first[party["actor_id"] or party["label"]] is party]


def _party_rule(party: dict[str, Any] | None) -> str:
    """By which kind of reading a party is known."""
    if party is None:
        return "actor.nobody"
    if party["actor_id"] is None:
        return "actor.by_kind" if party["actor_type_code"] not in (None, "unknown") else "actor.unknown"
    is_of_state = party["actor_id"].partition(".")[0] == party["country_code"]
    return "actor.body_of_state" if is_of_state else "actor.registered"


@assigns(*_NUMBER_COLUMNS, "casualties", requires=("actors", "recipients", "date_start", "country_code"))
def read_counts(mention: ResolvedMention, resolver: Resolver) -> None:
    """The bounds of its counts, of which side they are, and what the killed, injured and captured come to."""
    written, on = mention.written, _day(mention)
    near = resolver.near(written, mention["country_code"], mention.setting.home)

    def read(text: str) -> Party:
        return resolver.register.read(text, on=on, country_codes=near)

    spans = with_sides(
        written["numbers"],
        mention["actors"],
        mention["recipients"],
        resolver.is_mutual(written["event_type_code"]),
        read,
    )
    told = read_casualties(spans, written["number_parts"], mention.setting.text, resolver.quantities, read)
    mention.set("casualties", Reading(told, "count.group_by_words"))
    numbers, flat = read_numbers(spans, resolver.quantities)
    sided = [span["side_code"] for span in spans] != [span["side_code"] for span in written["numbers"]]
    mention.set("numbers", Reading(numbers, "count.side_by_words" if sided else "count.bounds"))
    for column, value in flat.items():
        added = any(s["is_additional"] for s in spans if column.startswith(s["kind_code"]))
        mention.set(column, Reading(value, "count.sum_of_parts" if added else "count.bounds"))


@assigns(*_CODE_COLUMNS, requires=("actors", "recipients", "country_code", "killed_low"))
def read_codes(mention: ResolvedMention, resolver: Resolver, of_document: Sequence[dict[str, Any]]) -> None:
    """What it is in the terms of ACLED, PLOVER and CAMEO; `of_document`: rows of all mentions of its document."""
    row = mention.row()
    names = ("event_type_code", "status_code", "weapon_code", "actors", "recipients", "country_code", "killed_low")
    codes = resolver.crosswalk.codes(**{name: row[name] for name in names}, met_with=met_with(row, of_document))
    for column, value in codes.items():
        mention.set(column, Reading(value, f"code.{column.partition('_')[0]}"))


PASSES = chain(given=(), passes=(read_days, read_place, read_parties, read_counts))
"""What is read of each mention by itself, in this order; codes come last, when all of the document is read."""
