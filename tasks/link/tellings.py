"""What linking knows of a mention, or of several mentions that were found to tell one event.

Takes resolved mentions, documents and the register of actors; gives one `Telling` a mention, and the union of two.
A mention of a document that is not in `documents`, or a mention that stands twice, is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from sys import intern
from typing import Any, NamedTuple, Protocol

import pyarrow as pa

from tasks.knowledge import event_types
from tasks.knowledge.addresses import host_of
from tasks.language.name_keys import name_key
from tasks.tables import HOW_MANY, KIND, STATUS, WHEN, WHERE

LONG_AGO, FAR_OFF = -(10**7), 10**7
MANY = 10**9

POINT, SETTLEMENT, ADMIN2, ADMIN1, COUNTRY, NOWHERE = 5, 4, 3, 2, 1, 0
RANKS = {
    "point": POINT,
    "settlement": SETTLEMENT,
    "admin2": ADMIN2,
    "admin1": ADMIN1,
    "country": COUNTRY,
    "unknown": NOWHERE,
}

HAPPENED = frozenset({"occurred", "ongoing"})
AHEAD = frozenset({"planned", "hypothetical"})

# an undated past event was news when it was written of: it lies at most these days before the report
NEWS_DAYS = 5
# an undated plan is the plan of other reports written about the same time
PLAN_DAYS = 3

_ELSEWHERE = re.compile(
    r"\W*(?:(?:\w+ ){0,2}(?:hours?|minutes?|days?) (?:earlier|later|before)|elsewhere|separately|in a separate)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_STATE = frozenset({"country", "government", "legislature", "judiciary", "military", "police", "intelligence"})
_ARMED = frozenset({"armed_group", "gang"})
_WORDINGS_KEPT = 4
_SPOTS = frozenset(
    "hotel hospital mosque church cathedral temple school college university square market bazaar bridge airport road "
    "street highway avenue station prison jail restaurant checkpoint base camp barracks palace stadium port".split()
)
_ANYBODY = frozenset(
    "people persons person civilians residents villagers locals citizens others members several least about more than "
    "some many dozens scores hundreds thousands three four five seven eight nine eleven twelve them their those these "
    "fighters militants insurgents rebels gunmen soldiers troops forces dead killed wounded injured nobody both which "
    "area areas district village town city province region another other fellow local women children".split()
)

MENTION_COLUMNS = (
    *("mention_id", "document_id", "sentence_text", "sentence_start", "trigger_start", "actors", "recipients"),
    *(column.name for column in (*KIND, *STATUS, *WHEN, *WHERE, *HOW_MANY)),
    "speaker_text",
)


class UnknownDocumentError(ValueError):
    """A mention belongs to a document that `documents` does not hold."""


class RepeatedMentionError(ValueError):
    """A mention id stands more than once in `resolved_mentions`."""


class Register(Protocol):
    """What linking asks of the register of actors."""

    def side(self, actor_id: str) -> str | None: ...

    def actor(self, actor_id: str) -> Mapping[str, Any] | None: ...


def content_words(text: str) -> frozenset[str]:
    """Words of four letters or more and all numbers: what two sentences must share to share their wording."""
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    # one string a word, however many sentences share it: linking holds them all at once
    return frozenset(intern(word) for word in _WORD.findall(text.casefold()) if len(word) > 3 or word.isdigit())


class Report(NamedTuple):
    """One document as linking sees it: who stands behind it, when, and of which report it is a near-copy."""

    document_id: str
    original_id: str
    publisher: str
    published: date | None


def read_reports(documents: pa.Table) -> dict[str, Report]:
    """document_id -> Report. `publisher` is the one that a near-copy repeats; an unknown one is the empty string."""
    # column by column, for a large archive has many documents
    names = ("document_id", "published_date", "duplicate_of", "publisher", "url")
    ids, dates, parents, publishers, urls = (documents[name].to_pylist() for name in names)
    parent_of = dict(zip(ids, parents, strict=True))
    named = dict(zip(ids, map(_publisher, publishers, urls), strict=True))

    def original(document_id: str) -> str:
        seen = {document_id}
        while (parent := parent_of.get(document_id)) and parent not in seen:
            seen.add(parent)
            document_id = parent
        return document_id

    reports = {}
    for document_id, published, parent in zip(ids, dates, parents, strict=True):
        first = original(document_id) if parent else document_id
        # the original has left the data: its copies still share one voice
        reports[document_id] = Report(document_id, first, named.get(first, "copy of " + first), published)
    return reports


def _publisher(name: str | None, url: str | None) -> str:
    return name_key(name or host_of(url) or "")


@dataclass(slots=True, frozen=True)
class Where:
    """A place with the divisions that hold it; rank POINT to NOWHERE."""

    rank: int
    country: str | None
    admin1: str | None
    admin2: str | None
    place_id: str | None
    name: frozenset[str]
    is_unresolved: bool
    latitude: float | None
    longitude: float | None


@dataclass(slots=True)
class Telling:
    """One mention, or several that tell one event.

    Days are proleptic ordinals. `firm` is (latest first day, earliest last day) over dates that the texts give; `weak`
    the same over the days that reports without a date leave open. `figures` maps a kind of count to its hull.
    `counted` holds the words of the counts. `actors` and `recipients` hold sides, `doers` and `victims` words of the
    names of the persons among them, `targets` words for recipients that the register does not know.
    """

    ids: tuple[str, ...]
    documents: frozenset[str]
    originals: frozenset[str]
    kinds: frozenset[str]
    statuses: frozenset[str]
    is_aggregate: bool
    firm: tuple[int, int] | None
    weak: tuple[int, int] | None
    where: Where
    actors: frozenset[str]
    recipients: frozenset[str]
    camps: frozenset[str]
    doers: frozenset[str]
    victims: frozenset[str]
    targets: frozenset[str]
    weapons: frozenset[str]
    figures: dict[str, tuple[int, int]]
    counted: frozenset[tuple[str, str]]
    wordings: tuple[frozenset[str], ...]
    positions: tuple[int, ...]
    sentence: int
    speaker: str | None
    has_own_setting: bool
    is_set_apart: bool

    @property
    def id(self) -> str:
        return self.ids[0]

    @property
    def is_mutual(self) -> bool:
        return bool(self.kinds & event_types.MUTUAL)

    @property
    def is_ahead(self) -> bool:
        return self.statuses <= AHEAD

    @property
    def has_happened(self) -> bool:
        return bool(self.statuses & HAPPENED)


def read_tellings(mentions: Iterable[pa.Table], reports: Mapping[str, Report], actors: Register) -> Iterator[Telling]:
    """One Telling a row of the tables (MENTION_COLUMNS of `resolved_mentions`), in their order."""
    sides: dict[str, str] = {}
    shared: dict[Any, Any] = {}

    def side(actor_id: str) -> str:
        if actor_id not in sides:
            sides[actor_id] = actors.side(actor_id) or actor_id
        return sides[actor_id]

    for row in _rows(mentions):
        report = reports.get(row["document_id"])
        if report is None:
            raise UnknownDocumentError(
                f"mention {row['mention_id']} of resolved_mentions names document {row['document_id']}, "
                "which documents does not hold"
            )
        yield _telling(row, report, side, shared)


def _rows(mentions: Iterable[pa.Table]) -> Iterator[dict[str, Any]]:
    for part in mentions:
        columns = [part.column(name).to_pylist() for name in MENTION_COLUMNS]
        yield from (dict(zip(MENTION_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True))


def _telling(row: dict[str, Any], report: Report, side: Any, shared: dict[Any, Any]) -> Telling:
    """`shared` holds the values of the tellings before: what is equal is held once, however many tellings have it."""

    def share(value: Any) -> Any:
        return shared.setdefault(value, value)

    firm, weak = _days(row, report)
    parties = [row["actors"], row["recipients"]]
    if row["event_type_code"] == "territory_handed_over":
        parties.reverse()  # who was handed a place is the one who took it over
    named = [frozenset(side(party["actor_id"]) for party in told if party["actor_id"]) for told in parties]
    figures = _figures(row)
    return Telling(
        ids=(row["mention_id"],),
        documents=share(frozenset((row["document_id"],))),
        originals=share(frozenset((report.original_id,))),
        kinds=share(frozenset((row["event_type_code"],))),
        statuses=share(frozenset((row["status_code"],))),
        is_aggregate=row["is_aggregate"],
        firm=share(firm),
        weak=share(weak),
        where=share(_where(row)),
        actors=share(named[0]),
        recipients=share(named[1]),
        camps=share(frozenset(camp for party in parties[0] if (camp := _camp(party["actor_type_code"])))),
        doers=share(_people(parties[0])),
        victims=share(_people(parties[1])),
        targets=share(_targets(row)),
        weapons=share(frozenset((row["weapon_code"],) if row["weapon_code"] else ())),
        figures=shared.setdefault(("figures", *figures.items()), figures),
        counted=share(frozenset((number["kind_code"], name_key(number["text"])) for number in row["numbers"])),
        wordings=(_wording(row),),
        positions=(row["trigger_start"],),
        sentence=row["sentence_start"],
        speaker=share(name_key(row["speaker_text"])) if row["speaker_text"] else None,
        has_own_setting=_has_own_setting(row),
        is_set_apart=_is_set_apart(row),
    )


def _people(parties: list[dict[str, Any]]) -> frozenset[str]:
    """Words of the names of persons: known ones, and others written like a name (Nawab Khan, not Shia Muslims)."""
    words: set[str] = set()
    for party in parties:
        name = party["label"] or party["text"]
        if party["actor_id"]:
            if "person" in party["actor_id"].split("."):
                words.update(name_key(name).split())
        elif len(parts := name.split()) > 1 and all(part[0].isupper() for part in parts) and parts[-1][-1] != "s":
            words.update(name_key(name).split())
    return frozenset(words)


def _targets(row: dict[str, Any]) -> frozenset[str]:
    """What was hit, in words that tell one target from others: school, market, pilgrims; people and numbers do not."""
    words = content_words(" ".join(party["text"] for party in row["recipients"] if not party["actor_id"]))
    place = frozenset(_WORD.findall(name_key(f"{row['place_text'] or ''} {row['place_label'] or ''}")))
    return frozenset(intern(word.removesuffix("s")) for word in words - place - _ANYBODY if not word.isdigit())


def _camp(actor_type: str | None) -> str | None:
    return "state" if actor_type in _STATE else "armed" if actor_type in _ARMED else None


def _wording(row: dict[str, Any]) -> frozenset[str]:
    """The sentence's words but for place, date and parties, which are compared by what they mean."""
    parties = (party["text"] for role in ("actors", "recipients") for party in row[role])
    said = " ".join(text for text in (row["place_text"], row["place_label"], row["date_text"], *parties) if text)
    return content_words(row["sentence_text"]) - content_words(said)


def _days(row: dict[str, Any], report: Report) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    start, end = row["date_start"], row["date_end"]
    if row["date_basis_code"] in ("explicit", "relative") and (start or end):
        return (start.toordinal() if start else LONG_AGO, end.toordinal() if end else FAR_OFF), None
    told = start or end or report.published
    if told is None:
        return None, None
    day = told.toordinal()
    if row["status_code"] in AHEAD:
        return None, (day - PLAN_DAYS, day + PLAN_DAYS)
    return None, (day - NEWS_DAYS, day)


def _where(row: dict[str, Any]) -> Where:
    rank = RANKS[row["geo_precision_code"]]
    country = row["country_code"]
    text = row["place_text"]
    # "the Weheliye Hotel" and "the Jalaa military camp" are spots in some town and not the names of others
    last = text.split()[-1] if text else ""
    unresolved = row["place_id"] is None and last[:1].isupper() and last.casefold() not in _SPOTS
    label = text if unresolved else row["place_label"]
    return Where(
        rank=rank,
        country=country,
        admin1=_division(country, row["admin1_code"], row["admin1_name"]) if rank >= ADMIN1 else None,
        admin2=_division(country, row["admin2_code"], row["admin2_name"]) if rank >= ADMIN2 else None,
        place_id=row["place_id"],
        name=frozenset(_WORD.findall(name_key(label))) if label else frozenset(),
        is_unresolved=unresolved,
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


def _division(country: str | None, code: str | None, name: str | None) -> str | None:
    return code or (f"{country}.{name_key(name)}" if name else None)


def _figures(row: dict[str, Any]) -> dict[str, tuple[int, int]]:
    figures: dict[str, tuple[int, int]] = {}
    for kind in ("killed", "injured", "captured"):
        low, high = row[kind + "_low"], row[kind + "_high"]
        if low is not None or high is not None:
            figures[kind] = (low or 0, MANY if high is None else high)
    for number in row["numbers"]:
        kind = number["kind_code"]
        if kind not in ("killed", "injured", "captured") and (number["low"] is not None or number["high"] is not None):
            key = f"{kind} {number['side_code'] or ''}"
            figures.setdefault(key, (number["low"] or 0, MANY if number["high"] is None else number["high"]))
    return figures


def _has_own_setting(row: dict[str, Any]) -> bool:
    """A place or a day in its own sentence, not one that the sentences before lend it."""
    own_day = row["date_text"] and not (row["date_rule_id"] or "").startswith("narrative:")
    lent = (row["place_rule_id"] or "").split(":")[0] in ("paragraph", "document", "title")
    return bool(own_day or (row["place_text"] and not lent))


def _is_set_apart(row: dict[str, Any]) -> bool:
    """The words right before the trigger say that this is not the one told before: "a second bomb", "another attack".

    "Another five people died" adds to a count and sets nothing apart, hence the look at numbers. "The other bomb" is
    another than the one told before. "Hours earlier a car bomb exploded" and "Elsewhere in the city" open another
    matter.
    """
    before = row["sentence_text"][: max(0, row["trigger_start"] - row["sentence_start"])]
    if _ELSEWHERE.match(before):
        return True
    words = _WORD.findall(before.casefold())[-3:]
    for place, word in enumerate(words):
        if word in ("another", "second", "third", "separate", "separately"):
            return not any(follower.isdigit() for follower in words[place + 1 :])
        if word == "other" and words[place - 1 : place] == ["the"] and len(words) - place <= 2:
            return True
    return False


def _meet(one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])


def unite(one: Telling, other: Telling) -> Telling:
    """The two as one: narrowest place, days that suit both, all parties, hull of the figures. Symmetric."""
    if other.id < one.id:
        one, other = other, one
    firm = _meet(one.firm, other.firm)
    # inside a text a date given once holds for the undated sentences around it, however old the matter is
    is_dated_text = firm is not None and one.documents == other.documents
    figures = dict(one.figures)
    for kind, (low, high) in other.figures.items():
        mine = figures.get(kind, (low, high))
        figures[kind] = min(mine[0], low), max(mine[1], high)
    wordings = sorted({*one.wordings, *other.wordings}, key=lambda words: (-len(words), sorted(words)))
    return Telling(
        ids=tuple(sorted((*one.ids, *other.ids))),
        documents=one.documents | other.documents,
        originals=one.originals | other.originals,
        kinds=one.kinds | other.kinds,
        statuses=one.statuses | other.statuses,
        is_aggregate=one.is_aggregate,
        firm=firm,
        weak=None if is_dated_text else _meet(one.weak, other.weak),
        where=_narrower(one.where, other.where),
        actors=one.actors | other.actors,
        recipients=one.recipients | other.recipients,
        camps=one.camps | other.camps,
        doers=one.doers | other.doers,
        victims=one.victims | other.victims,
        targets=one.targets | other.targets,
        weapons=one.weapons | other.weapons,
        figures=figures,
        counted=one.counted | other.counted,
        wordings=tuple(wordings[:_WORDINGS_KEPT]),
        positions=tuple(sorted((*one.positions, *other.positions))),
        sentence=min(one.sentence, other.sentence),
        speaker=one.speaker if one.speaker == other.speaker else None,
        has_own_setting=one.has_own_setting or other.has_own_setting,
        is_set_apart=one.is_set_apart and other.is_set_apart,
    )


def united(tellings: Iterable[Telling]) -> Telling:
    """All as one, in the order given, on which the place and days of the union may hang."""
    return reduce(unite, tellings)


def _narrower(one: Where, other: Where) -> Where:
    fine, coarse = (one, other) if one.rank >= other.rank else (other, one)
    return Where(
        rank=fine.rank,
        country=fine.country or coarse.country,
        admin1=fine.admin1 or coarse.admin1,
        admin2=fine.admin2 or coarse.admin2,
        place_id=fine.place_id,
        name=fine.name or coarse.name,
        # the union is called what the finer one is called, else what the other is
        is_unresolved=fine.is_unresolved if fine.name else coarse.is_unresolved,
        latitude=fine.latitude,
        longitude=fine.longitude,
    )
