"""One event row from the mentions that tell it.

In come the mentions of one event (rows of `resolved_mentions`) in the order of reading, with their reports; out come
the columns of `events` but for the ids. What no mention says is null.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from tasks.knowledge import event_types
from tasks.language.name_keys import name_key
from tasks.link.certainty import certainty, is_denial
from tasks.link.figures import best_figure, bounds, casualties, casualty_names
from tasks.link.reports import Reports
from tasks.link.rows import AHEAD, HAPPENED, Register, Row
from tasks.link.summary import summary
from tasks.link.where import RANKS
from tasks.tables import CROSSWALK, WHEN, WHERE

_STATUS_ORDER = ("occurred", "ongoing", "planned", "hypothetical", "denied")
_BASIS_ORDER = {"explicit": 0, "relative": 1, "document": 2, "unknown": 3}
_PRECISION_ORDER = {"hour": 0, "day": 0, "week": 1, "month": 2, "season": 3, "year": 4, "longer": 5, "unknown": 6}

_CASUALTIES = ("killed", "injured", "captured")
_DATE = tuple(column.name for column in WHEN)
_PLACE = tuple(column.name for column in WHERE)
_CROSSWALK = tuple(column.name for column in CROSSWALK)


VoicesOf = Callable[[Row], Iterable[str]]
"""A mention or an event -> the publishers that tell it."""


def reading_order(mention: Row, reports: Reports) -> tuple[Any, ...]:
    """Sort key: the earliest report first, within it as the text goes."""
    published = reports[mention["document_id"]].published or date.max
    return published, mention["document_id"], mention["sentence_start"], mention["trigger_start"], mention["mention_id"]


def merge(mentions: Sequence[Row], reports: Reports, actors: Register) -> dict[str, Any]:
    """The columns of `events` for mentions in the order of reading, without event_id and former_event_ids.

    Status: the first of occurred, ongoing, planned, hypothetical, denied that a mention has. Type, date, place, parties
    and counts come from the mentions of that standing (all that happened, or all that did not yet), else from all.
    """
    status = next(code for code in _STATUS_ORDER if any(mention["status_code"] == code for mention in mentions))
    standing = HAPPENED if status in HAPPENED else AHEAD if status in AHEAD else {status}
    said = [mention for mention in mentions if mention["status_code"] in standing]

    def voices_of(mention: Row) -> tuple[str]:
        return (reports[mention["document_id"]].publisher,)

    place = best_place(said, voices_of)
    row: dict[str, Any] = {
        **_type_columns(said, status, place["country_code"]),
        "status_code": status,
        "is_aggregate": mentions[0]["is_aggregate"],
        "certainty_code": certainty(mentions, reports, actors, status, place["country_code"]),
        **merge_parties(said),
        **_columns(best_date(said, voices_of), _DATE),
        **_columns(place, _PLACE),
        **count_columns(said, reports),
        **_speech_columns(mentions, said, actors),
        **_report_columns(mentions, reports),
        "evidence": _evidence(mentions),
    }
    return row | {"summary": summary(row)}


def _columns(mention: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: mention[name] for name in names}


def _type_columns(said: Sequence[Row], status: str, country: str | None) -> dict[str, Any]:
    """Event type, weapon, and the codes of other schemes."""
    event_type = _event_type(said)
    return {
        "event_type_code": event_type,
        "weapon_code": most_frequent(mention["weapon_code"] for mention in said),
        **target_columns(said),
        **_columns(_coded(said, event_type, status, country), _CROSSWALK),
    }


def target_columns(said: Sequence[Row]) -> dict[str, list[str]]:
    """What mentions or events tell to have been hit, each code once with its first words."""
    found: dict[str, str] = {}
    for row in said:
        for code, text in zip(row["target_codes"], row["target_texts"], strict=True):
            found.setdefault(code, text)
    return {"target_codes": list(found), "target_texts": list(found.values())}


def merge_parties(said: Sequence[Row]) -> dict[str, Any]:
    """The parties of mentions or events, with the labels of the first ones."""
    parties = _parties(said)
    return parties | {
        "actor_label": _first_label(parties["actors"]),
        "recipient_label": _first_label(parties["recipients"]),
    }


def count_columns(said: Sequence[Row], reports: Reports) -> dict[str, Any]:
    """Casualties with their bounds and best figures, and other numbers."""
    columns: dict[str, Any] = {}
    for count in _CASUALTIES:
        columns[f"{count}_low"], columns[f"{count}_high"] = bounds(said, count)
    stated = [columns[f"{count}_{end}"] for count in ("killed", "injured") for end in ("low", "high")]
    is_silent = all(bound is None for bound in stated)
    return columns | {
        "casualties_unknown": is_silent and any(mention["casualties_unknown"] for mention in said),
        "numbers": _distinct_numbers(said),
        "casualties": casualties(said, lambda mention: (mention["document_id"], mention["speaker_text"])),
        "casualty_names": casualty_names(said),
        "killed_best": best_figure(said, "killed", reports),
        "injured_best": best_figure(said, "injured", reports),
    }


def _speech_columns(mentions: Sequence[Row], said: Sequence[Row], actors: Register) -> dict[str, Any]:
    """Who says so: the first speaker, and all claims, of mentions of any standing."""
    claims = [mention for mention in mentions if mention["speaker_text"]]
    first: Row = claims[0] if claims else {}
    return {
        "speaker_text": first.get("speaker_text"),
        "speaker_actor_id": first.get("speaker_actor_id"),
        "stance_code": first.get("stance_code"),
        "is_hedged": all(mention["is_hedged"] for mention in said),
        "claims": [_claim(mention, actors) for mention in claims],
    }


def _report_columns(mentions: Sequence[Row], reports: Reports) -> dict[str, Any]:
    """How many mentions, documents and publishers there are, and when the first was published."""
    of = [reports[mention["document_id"]] for mention in mentions]
    return {
        "mention_count": len(mentions),
        "document_count": len({report.document_id for report in of}),
        "publisher_count": len({report.publisher for report in of}),
        "first_reported_date": min((report.published for report in of if report.published), default=None),
    }


def most_frequent(values: Iterable[str | None]) -> str | None:
    """The value given most often, the first read of equals; None where none is given."""
    counted = Counter(value for value in values if value)
    return max(counted, key=lambda value: counted[value]) if counted else None


def _event_type(mentions: Sequence[Row]) -> str:
    """The type that most mentions give, then the closest description, then the first by alphabet."""
    counted: Counter[str] = Counter(mention["event_type_code"] for mention in mentions)
    return min(counted, key=lambda code: (-counted[code], -event_types.specificity(code), code))


def _coded(mentions: Sequence[Row], event_type: str, status: str, country: str | None) -> Row:
    """The mention whose crosswalk codes the event takes: of its type, best of its status, country, with an actor."""
    return min(
        (mention for mention in mentions if mention["event_type_code"] == event_type),
        key=lambda mention: (
            mention["status_code"] != status,
            mention["country_code"] != country,
            not any(party["actor_id"] for party in mention["actors"]),
        ),
    )


def _best_supported(
    rows: Sequence[Row], voices_of: VoicesOf, reading: Callable[[Row], Hashable]
) -> Callable[[Row], tuple[int, int]]:
    """Sort key: readings that most publishers, then most mentions give come first."""
    voices: dict[Hashable, set[str]] = {}
    counted: Counter[Hashable] = Counter()
    for row in rows:
        voices.setdefault(reading(row), set()).update(voices_of(row))
        counted[reading(row)] += row.get("mention_count", 1)
    return lambda row: (-len(voices[reading(row)]), -counted[reading(row)])


def best_date(mentions: Sequence[Row], voices_of: VoicesOf) -> Row:
    """Of mentions or events the one with the best date.

    That is the most precise that a text gives, of equals the best supported, explicit before relative, the earliest.
    """

    def rank(mention: Row) -> tuple[bool, bool, int]:
        is_given = mention["date_basis_code"] in ("explicit", "relative")
        is_inherited = (mention["date_rule_id"] or "").startswith("narrative:")
        return not is_given, is_inherited, _PRECISION_ORDER[mention["date_precision_code"]]

    top = min(rank(mention) for mention in mentions)
    fit = [mention for mention in mentions if rank(mention) == top]
    support = _best_supported(fit, voices_of, lambda mention: (mention["date_start"], mention["date_end"]))
    return min(
        fit,
        key=lambda mention: (
            support(mention),
            mention["date_start"] or date.max,
            mention["date_end"] or date.max,
            mention["date_precision_code"] != "hour",
            _BASIS_ORDER[mention["date_basis_code"]],
        ),
    )


def best_place(mentions: Sequence[Row], voices_of: VoicesOf) -> Row:
    """Of mentions or events the one with the most precise place, of equals the best supported, told in words first."""
    top = max(RANKS[mention["geo_precision_code"]] for mention in mentions)
    fit = [mention for mention in mentions if RANKS[mention["geo_precision_code"]] == top]
    support = _best_supported(fit, voices_of, lambda mention: mention["place_id"])
    return min(fit, key=lambda mention: (mention["place_id"] is None, support(mention), mention["place_text"] is None))


def _party_key(party: Row) -> str:
    return party["actor_id"] or "named " + name_key(party["label"] or party["text"])


def _parties(mentions: Sequence[Row]) -> dict[str, list[Row]]:
    """Actors and recipients, each party once: known ones before names, names before "gunmen"; frequent before rare.

    A party that is now the one and now the other stands where most mentions put it; where one mention has it on both
    sides (a group's wing fights the other wing), on both.
    """
    first: dict[str, dict[str, Row]] = {"actors": {}, "recipients": {}}
    counted: dict[str, Counter[str]] = {"actors": Counter(), "recipients": Counter()}
    on_both: set[str] = set()
    for mention in mentions:
        keys = {role: {_party_key(party) for party in mention[role]} for role in first}
        on_both |= keys["actors"] & keys["recipients"]
        for role, found in first.items():
            counted[role].update(keys[role])
            for party in mention[role]:
                found.setdefault(_party_key(party), party)

    def stays(role: str, key: str) -> bool:
        actor, recipient = counted["actors"][key], counted["recipients"][key]
        return key in on_both or (actor >= recipient if role == "actors" else recipient > actor)

    def united(role: str) -> list[Row]:
        kept = [key for key in first[role] if stays(role, key)]
        # of equals the one that was named first
        kept.sort(key=lambda key: (_generality(first[role][key]), -counted[role][key]))
        return [dict(first[role][key]) for key in kept]

    return {role: united(role) for role in first}


def _generality(party: Row) -> int:
    if party["actor_id"]:
        return 0
    return 1 if any(word[:1].isupper() for word in (party["label"] or "").split()[1:]) else 2


def _first_label(parties: Sequence[Row]) -> str | None:
    return (parties[0]["label"] or parties[0]["text"]) if parties else None


def _distinct_numbers(mentions: Sequence[Row]) -> list[Row]:
    found: dict[tuple[Any, ...], Row] = {}
    for mention in mentions:
        for number in mention["numbers"]:
            found.setdefault((number["kind_code"], number["side_code"], number["low"], number["high"]), number)
    return [dict(number) for number in found.values()]


def _claim(mention: Row, actors: Register) -> dict[str, Any]:
    return {
        "mention_id": mention["mention_id"],
        "document_id": mention["document_id"],
        "speaker_text": mention["speaker_text"],
        "speaker_actor_id": mention["speaker_actor_id"],
        "speaker_label": speaker_label(mention, actors),
        "stance_code": stance(mention),
        "killed_low": mention["killed_low"],
        "killed_high": mention["killed_high"],
        "sentence_text": mention["sentence_text"],
    }


def speaker_label(mention: Row, actors: Register) -> str | None:
    """The speaker by the register's name, else as the text has it."""
    speaker = mention["speaker_actor_id"]
    known = actors.actor(speaker) if speaker else None
    label: str | None = known["label"] if known else mention["speaker_text"]
    return label


def stance(mention: Row) -> str | None:
    """What the speaker does with the statement; who tells that it did not happen denies it."""
    return mention["stance_code"] or ("denies" if is_denial(mention) else None)


def _evidence(mentions: Sequence[Row]) -> list[dict[str, Any]]:
    spans = {
        (mention["document_id"], mention["sentence_start"], mention["sentence_end"]): mention["sentence_text"]
        for mention in mentions
    }
    return [
        {"document_id": document_id, "start": start, "end": end, "text": spans[document_id, start, end]}
        for document_id, start, end in sorted(spans)
    ]
