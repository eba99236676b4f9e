"""Make rows of `mentions`: the one place of the stage that knows the names of the table's columns.

In come mentions with all columns set, out come rows with offsets in the document and the words as the document has
them, case and all. Nothing is refused here; the store checks the rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from tasks.extract.model import Count, Mention, Party


def mention_row(mention: Mention, document_id: str, text: str, ordinal: int, item: int = 0) -> dict[str, Any]:
    """The row of a mention; `text` is its document's, `ordinal` counts the places of one trigger, `item` is that of a
    list of reports."""
    sentence, match = mention.parsed.sentence, mention.match
    start, end = sentence.start + match.start, sentence.start + match.end
    return {
        "mention_id": _mention_id(document_id, start, end, mention.event_type_code, ordinal),
        "document_id": document_id,
        "sentence_text": sentence.text,
        "sentence_start": sentence.start,
        "sentence_end": sentence.end,
        "trigger_start": start,
        "trigger_end": end,
        "trigger_text": sentence.text[match.start : match.end],
        "trigger_id": match.trigger.trigger_id,
        "item": item or None,
        "event_type_code": mention.event_type_code,
        "weapon_code": mention.weapon_code,
        "target_codes": [target.code for target in mention.targets],
        "target_texts": [sentence.text[target.start : target.end] for target in mention.targets],
        "status_code": mention.status_code,
        "tense_code": mention.tense_code,
        "rules": mention.trace.rules(),
        "is_aggregate": mention.is_aggregate,
        "actors": [_party_row(party, sentence.start, text) for party in mention.actors],
        "recipients": [_party_row(party, sentence.start, text) for party in mention.recipients],
        **_date_columns(mention),
        **_place_columns(mention),
        "numbers": [_count_row(number, text) for number in mention.numbers],
        "number_parts": [_count_row(part, text) for part in mention.parts],
        "casualty_names": [asdict(victim) for victim in mention.names],
        "casualties_unknown": mention.casualties_unknown,
        **_speaker_columns(mention),
    }


def _mention_id(document_id: str, start: int, end: int, event_type_code: str, ordinal: int) -> str:
    parts = (document_id, start, end, event_type_code, ordinal, 0)
    return "me_" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


def _party_row(party: Party, offset: int, text: str) -> dict[str, Any]:
    start, end = party.start + offset, party.end + offset
    return {"text": text[start:end], "start": start, "end": end, "refers_to": party.refers_to}


def _count_row(number: Count, text: str) -> dict[str, Any]:
    return {
        "kind_code": number.kind_code,
        "side_code": number.side_code,
        "text": text[number.start : number.end],
        "start": number.start,
        "end": number.end,
        "is_additional": number.is_additional,
        "is_plural": number.is_plural,
    }


def _date_columns(mention: Mention) -> dict[str, Any]:
    date = mention.date
    return {
        "date_text": date.text if date else None,
        "date_text_start": date.start if date else None,
        "date_text_end": date.end if date else None,
        "date_anchor_text": mention.date_anchor_text,
    }


def _place_columns(mention: Mention) -> dict[str, Any]:
    place, offset = mention.place, mention.parsed.sentence.start
    return {
        "place_text": place.text if place else None,
        "place_text_start": offset + place.start if place and place.start is not None else None,
        "place_text_end": offset + place.end if place and place.end is not None else None,
        "place_kind_text": place.kind_text if place else None,
        "place_rule_id": place.rule_id if place else None,
        "place_parents": list(place.parents) if place else [],
        "place_context": list(mention.place_context),
    }


def _speaker_columns(mention: Mention) -> dict[str, Any]:
    speaker = mention.speaker
    return {
        "speaker_text": speaker.text if speaker else None,
        "speaker_refers_to": speaker.refers_to if speaker else None,
        "stance_code": speaker.stance_code if speaker else None,
        "is_hedged": mention.is_hedged,
    }
