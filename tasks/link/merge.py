"""One event row from the mentions that tell it.

Takes the mentions of one event (rows of `resolved_mentions`) with their reports; gives the columns of `events` but for
the ids. Whatever the order of the mentions, the row is the same: they are first put in the order of telling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from tasks.knowledge import event_types
from tasks.language.name_keys import name_key
from tasks.link.certainty import certainty, is_denial
from tasks.link.figures import best_figure, bounds
from tasks.link.summary import summary
from tasks.link.tellings import HAPPENED, RANKS, Register, Report
from tasks.tables import CROSSWALK, WHEN, WHERE

Row = Mapping[str, Any]
Reports = Mapping[str, Report]

_STATUS_ORDER = ("occurred", "ongoing", "planned", "hypothetical", "denied")
_BASIS_ORDER = {"explicit": 0, "relative": 1, "document": 2, "unknown": 3}
_PRECISION_ORDER = {"hour": 0, "day": 0, "week": 1, "month": 2, "season": 3, "year": 4, "longer": 5, "unknown": 6}

_DATE = tuple(column.name for column in WHEN)
_PLACE = tuple(column.name for column in WHERE)
_CROSSWALK = tuple(column.name for column in CROSSWALK)


def telling_order(mention: Row, reports: Reports) -> tuple[Any, ...]:
    """Sort key: the earliest report first, within it as the text goes."""
    published = reports[mention["document_id"]].published or date.max
    return published, mention["document_id"], mention["sentence_start"], mention["trigger_start"], mention["mention_id"]


def merge(mentions: Sequence[Row], reports: Reports, actors: Register) -> dict[str, Any]:
    """The columns of `events` for mentions in the order of telling, without event_id and former_event_ids.

    Status: the first of occurred, ongoing, planned, hypothetical, denied that a mention has. Type, date, place, parties
    and counts come from the mentions of that standing (all that happened, or all that did not yet), else from all.
    """
    status = next(code for code in _STATUS_ORDER if any(mention["status_code"] == code for mention in mentions))
    standing = HAPPENED if status in HAPPENED else {"planned", "hypothetical"} if status != "denied" else {"denied"}
    said = [mention for mention in mentions if mention["status_code"] in standing]
    publishers = {mention["mention_id"]: reports[mention["document_id"]].publisher for mention in mentions}
    where, when = _best_place(said, publishers), _best_date(said, publishers)
    kind = _kind(said)
    typed = _typed(said, kind, status, where["country_code"])
    killed, injured, captured = (bounds(said, name) for name in ("killed", "injured", "captured"))
    parties = _parties(said)
    claims = [mention for mention in mentions if mention["speaker_text"]]
    first = claims[0] if claims else {}
    dates = [day for mention in mentions if (day := reports[mention["document_id"]].published)]
    row: dict[str, Any] = {
        "event_type_code": kind,
        "weapon_code": _most_frequent(mention["weapon_code"] for mention in said),
        **{name: typed[name] for name in _CROSSWALK},
        "status_code": status,
        "is_aggregate": mentions[0]["is_aggregate"],
        "certainty_code": certainty(mentions, reports, actors, status, where["country_code"]),
        **parties,
        "actor_label": _first_label(parties["actors"]),
        "recipient_label": _first_label(parties["recipients"]),
        **{name: when[name] for name in _DATE},
        **{name: where[name] for name in _PLACE},
        "killed_low": killed[0],
        "killed_high": killed[1],
        "injured_low": injured[0],
        "injured_high": injured[1],
        "captured_low": captured[0],
        "captured_high": captured[1],
        "casualties_unknown": killed == injured == (None, None) and any(m["casualties_unknown"] for m in said),
        "numbers": _distinct_numbers(said),
        "speaker_text": first.get("speaker_text"),
        "speaker_actor_id": first.get("speaker_actor_id"),
        "stance_code": first.get("stance_code"),
        "is_hedged": all(mention["is_hedged"] for mention in said),
        "killed_best": best_figure(said, "killed", reports),
        "injured_best": best_figure(said, "injured", reports),
        "mention_count": len(mentions),
        "document_count": len({mention["document_id"] for mention in mentions}),
        "publisher_count": len(set(publishers.values())),
        "first_reported_date": min(dates, default=None),
        "claims": [_claim(mention, actors) for mention in claims],
        "evidence": _evidence(mentions),
    }
    return row | {"summary": summary(row)}


def _most_frequent(values: Iterable[str | None]) -> str | None:
    """The value given most often, the first told of equals; None where none is given."""
    counted = Counter(value for value in values if value)
    return max(counted, key=lambda value: counted[value]) if counted else None


def _kind(mentions: Sequence[Row]) -> str:
    """The type that most mentions give, then the closest description, then the first by alphabet."""
    counted = Counter(mention["event_type_code"] for mention in mentions)
    return min(counted, key=lambda kind: (-counted[kind], -event_types.specificity(kind), kind))


def _typed(mentions: Sequence[Row], kind: str, status: str, country: str | None) -> Row:
    """The mention whose crosswalk codes the event takes: of its type, best of its status, country, with an actor."""
    return min(
        (mention for mention in mentions if mention["event_type_code"] == kind),
        key=lambda mention: (
            mention["status_code"] != status,
            mention["country_code"] != country,
            not any(party["actor_id"] for party in mention["actors"]),
        ),
    )


def _best_supported(
    mentions: Sequence[Row], publishers: Mapping[str, str], reading: Callable[[Row], Hashable]
) -> Callable[[Row], tuple[int, int]]:
    """Sort key: readings that most publishers, then most mentions give come first."""
    voices: dict[Hashable, set[str]] = {}
    for mention in mentions:
        voices.setdefault(reading(mention), set()).add(publishers[mention["mention_id"]])
    counted = Counter(reading(mention) for mention in mentions)
    return lambda mention: (-len(voices[reading(mention)]), -counted[reading(mention)])


def _best_date(mentions: Sequence[Row], publishers: Mapping[str, str]) -> Row:
    """The most precise date that a text gives, of equals the best supported, explicit before relative, the earliest."""

    def rank(mention: Row) -> tuple[bool, bool, int]:
        is_given = mention["date_basis_code"] in ("explicit", "relative")
        is_inherited = (mention["date_rule_id"] or "").startswith("narrative:")
        return not is_given, is_inherited, _PRECISION_ORDER[mention["date_precision_code"]]

    top = min(rank(mention) for mention in mentions)
    fit = [mention for mention in mentions if rank(mention) == top]
    support = _best_supported(fit, publishers, lambda mention: (mention["date_start"], mention["date_end"]))
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


def _best_place(mentions: Sequence[Row], publishers: Mapping[str, str]) -> Row:
    """The most precise place, of equals the best supported, the one with the text's own words first."""
    top = max(RANKS[mention["geo_precision_code"]] for mention in mentions)
    fit = [mention for mention in mentions if RANKS[mention["geo_precision_code"]] == top]
    support = _best_supported(fit, publishers, lambda mention: mention["place_id"])
    return min(fit, key=lambda mention: (mention["place_id"] is None, support(mention), mention["place_text"] is None))


def _party_key(party: Row) -> str:
    return party["actor_id"] or "named " + name_key(party["label"] or party["text"])


def _parties(mentions: Sequence[Row]) -> dict[str, list[Row]]:
    """Actors and recipients, each party once: known ones before names, names before "gunmen"; often told before seldom.

    A party told now as the one and now as the other stands where most mentions put it; where one mention has it on both
    sides (a group's wing fights the other wing), on both.
    """
    first: dict[tuple[str, str], Row] = {}
    told: Counter[tuple[str, str]] = Counter()
    on_both: set[str] = set()
    for mention in mentions:
        keys = {role: {_party_key(party) for party in mention[role]} for role in ("actors", "recipients")}
        on_both |= keys["actors"] & keys["recipients"]
        for role in ("actors", "recipients"):
            told.update((role, key) for key in sorted(keys[role]))
            for party in mention[role]:
                first.setdefault((role, _party_key(party)), party)
    united: dict[str, list[Row]] = {}
    for role, across, wins_tie in (("actors", "recipients", True), ("recipients", "actors", False)):
        kept = [
            (_generality(party), -told[role, key], place, party)
            for place, ((where, key), party) in enumerate(first.items())
            if where == role
            and (
                key in on_both
                or told[role, key] > told[across, key]
                or (wins_tie and told[role, key] == told[across, key])
            )
        ]
        united[role] = [dict(entry[3]) for entry in sorted(kept, key=lambda entry: entry[:3])]
    return united


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
    speaker = mention["speaker_actor_id"]
    known = actors.actor(speaker) if speaker else None
    stance = mention["stance_code"] or ("denies" if is_denial(mention) else None)
    return {
        "mention_id": mention["mention_id"],
        "document_id": mention["document_id"],
        "speaker_text": mention["speaker_text"],
        "speaker_actor_id": speaker,
        "speaker_label": known["label"] if known else mention["speaker_text"],
        "stance_code": stance,
        "killed_low": mention["killed_low"],
        "killed_high": mention["killed_high"],
        "sentence_text": mention["sentence_text"],
    }


def _evidence(mentions: Sequence[Row]) -> list[dict[str, Any]]:
    spans = {
        (mention["document_id"], mention["sentence_start"], mention["sentence_end"]): mention["sentence_text"]
        for mention in mentions
    }
    return [
        {"document_id": document_id, "start": start, "end": end, "text": spans[document_id, start, end]}
        for document_id, start, end in sorted(spans)
    ]
