"""Small releases for the tests of the report: a few events by hand, and as many more as a test asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from tasks.tables import RELEASE_TABLES

Rows = dict[str, list[dict[str, Any]]]

# kind, day, place, admin1, country, latitude, longitude, actor, recipient, sentence, trigger, killed
_ACLED = ("Explosions/Remote violence", "Battles", "Protests")
_TOLD: tuple[tuple[Any, ...], ...] = (
    (
        *("air_strike", date(2024, 3, 4), "Goma", "North Kivu", "COD", -1.67, 29.23, "Air Force", "M23"),
        *("🛩 The Air Force bombed M23 in Goma on Monday.", "bombed", (12, 15)),
    ),
    (
        *("armed_clash", date(2024, 3, 11), "Sake", "North Kivu", "COD", -1.57, 29.04, "M23", "Wazalendo"),
        *("M23 clashed with Wazalendo near Sake on 11 March.", "clashed", (None, None)),
    ),
    (
        *("protest", date(2024, 3, 12), "Manila", None, "PHL", 14.6, 120.98, "Bayan", "Senate"),
        *("Bayan marched on the Senate in Manila.", "marched", (0, 0)),
    ),
)


def release(rows: Rows) -> dict[str, pa.Table]:
    """The tables of a release; tables without rows are empty."""
    return {
        name: pa.Table.from_pylist([_filled(table.schema, row) for row in rows.get(name, [])], schema=table.schema)
        for name, table in RELEASE_TABLES.items()
    }


def few() -> Rows:
    """Three incidents with an event, a mention and a document each: ev_0 an air strike with a speaker, others none."""
    rows: Rows = {"incidents": [], "events": [], "mentions": [], "documents": []}
    for i, told in enumerate(_TOLD):
        _add(rows, i, told)
    rows["mentions"][0] |= {"speaker_text": "the army", "stance_code": "claims_responsibility"}
    rows["events"][0]["claims"] = [
        {"mention_id": "me_0", "document_id": "do_0", "speaker_text": "the army", "speaker_actor_id": "COD.military"}
        | {"speaker_label": "Armed forces", "stance_code": "claims_responsibility", "killed_low": 12, "killed_high": 15}
        | {"sentence_text": _TOLD[0][9]}
    ]
    rows["incidents"][0]["claims"] = rows["events"][0]["claims"]
    rows["territory"] = [
        {"place_id": "p1", "place_label": "Sake", "country_code": "COD", "date": date(2024, 3, 11), "event_id": "ev_1"}
        | {"controller_actor_id": "m23", "controller_label": "M23", "previous_controller_actor_id": "COD.military"}
        | {"certainty_code": "reported"}
    ]
    rows["rejects"] = [
        {"reject_id": "r1", "stage": "ingest", "source_id": "adhoc", "uri": "bad.bin", "reason_code": "binary"}
        | {"message": "no text in it", "rejected_at": datetime(2024, 3, 13, tzinfo=UTC)}
    ]
    return rows


def rebels_say_forty(rows: Rows) -> dict[str, Any]:
    """A mention of ev_0 in which the other side tells of forty dead."""
    toll = {"killed_low": 40, "killed_high": 40}
    return rows["mentions"][0] | {"mention_id": "me_rebels", "speaker_text": "M23", "stance_code": "asserts"} | toll


def many(count: int, mentions: int = 3) -> dict[str, pa.Table]:
    """A release of so many incidents of an event each, told by so many mentions in words of their own.

    They are spread over 500 days, 8,633 places in 194 provinces, 2,003 actors and 89 publishers.
    """
    base = release(few())
    at, of = np.arange(count), np.repeat(np.arange(count), mentions)
    day = np.datetime64("2023-01-01") + at * 7919 % 500
    point = {"latitude": at % 97 / 2 - 20.0, "longitude": at % 89 / 1.0}
    town = {"place_id": _ids("geonames:", at % 8633), "place_label": _ids("Town", at % 8633)}
    town["admin1_name"] = _ids("Province", at % 194)
    parties = {"actors": _parties(at * 31 % 2003), "recipients": _parties(at * 17 % 1999)}
    told = {"date_start": day, "date_end": day, **point, **town, **parties, "killed_best": at % 13}
    incidents = _set(base["incidents"].take(at % 3), incident_id=_ids("in", at), **told)
    events = _set(base["events"].take(at % 3), event_id=_ids("ev", at), incident_id=_ids("in", at), **told)
    ids = {"mention_id": _ids("me", np.arange(len(of))), "event_id": _ids("ev", of), "document_id": _ids("do", of)}
    ids["incident_id"] = _ids("in", of)
    told_by = base["mentions"].take(of % 3)
    ids["sentence_text"] = np.char.add(told_by["sentence_text"].to_numpy().astype(str), _words(len(of)))
    documents = _set(base["documents"].take(at % 3), document_id=_ids("do", at), title=_ids("Report", at))
    documents = _set(documents, publisher=_ids("Paper", at % 89))
    more = {"incidents": incidents, "events": events, "mentions": _set(told_by, **ids), "documents": documents}
    return base | more | {"territory": base["territory"].slice(0, 0)}


def _words(count: int) -> Any:
    """So many lines of a dozen words each, out of 4,096 of three syllables."""
    syllables = np.array([first + last for first in "bdfgklmn" for last in ("a", "er")])
    line = np.full(count, "", dtype="U1")
    for n in range(12):
        seed = (np.arange(count) * 2654435761 + n * 40503) % 4093
        for size in (1, 16, 256):
            line = np.char.add(line, np.char.add(" " if size == 1 else "", syllables[seed // size % 16]))
    return line


def _parties(numbers: Any) -> pa.Array:
    names = pa.array(_ids("Front", numbers))
    none, type_ = pa.nulls(len(names), pa.string()), pa.array(["rebels"] * len(names))
    members = pa.StructArray.from_arrays(
        [names, none, names, none, type_], ["text", "actor_id", "label", "country_code", "actor_type_code"]
    )
    return pa.ListArray.from_arrays(pa.array(np.arange(len(names) + 1), pa.int32()), members)


def _ids(name: str, numbers: Any) -> Any:
    return np.char.add(f"{name}_", numbers.astype(str))


def _set(table: pa.Table, **columns: Any) -> pa.Table:
    for name, values in columns.items():
        field = table.schema.field(name)
        table = table.set_column(
            table.schema.get_field_index(name), field, pa.chunked_array([pa.array(values)]).cast(field.type)
        )
    return table


def _add(rows: Rows, i: int, told: tuple[Any, ...]) -> None:
    kind, day, place, admin1, country, latitude, longitude, actor, recipient, sentence, trigger, killed = told
    coded = {
        "event_id": f"ev_{i}",
        "event_type_code": kind,
        "acled_event_type": _ACLED[i],
        "status_code": "occurred",
        "actors": [_party(actor)],
        "recipients": [_party(recipient)],
        "actor_label": actor,
        "recipient_label": recipient,
        "date_text": "on Monday",
        "date_start": day,
        "date_end": day,
        "date_precision_code": "day",
        "date_basis_code": "relative",
        "place_text": place,
        "place_id": f"geonames:{place}",
        "place_label": place,
        "latitude": latitude,
        "longitude": longitude,
        "country_code": country,
        "admin1_name": admin1,
        "geo_precision_code": "settlement",
        "killed_low": killed[0],
        "killed_high": killed[1],
    }
    event = {"summary": kind, "certainty_code": "reported", "killed_best": killed[0], "first_reported_date": day}
    told_by = {"mention_count": 1, "document_count": 1, "publisher_count": 1}
    rows["events"].append(coded | event | told_by | {"incident_id": f"in_{i}", "incident_role_code": "head"})
    rows["incidents"].append(coded | event | told_by | {"incident_id": f"in_{i}", "incident_type_code": kind})
    begin = sentence.index(trigger)
    offsets = {"sentence_start": 100, "sentence_end": 100 + len(sentence)}
    offsets |= {"trigger_start": 100 + begin, "trigger_end": 100 + begin + len(trigger)}
    ids = {"mention_id": f"me_{i}", "document_id": f"do_{i}", "external_id": f"x{i}"}
    words = {"sentence_text": sentence, "trigger_text": trigger, "trigger_id": f"{kind}.{trigger}"}
    rows["mentions"].append(coded | ids | offsets | words | {"incident_id": f"in_{i}"})
    rows["documents"].append(
        {"document_id": f"do_{i}", "external_id": f"x{i}", "source_id": "adhoc", "publisher": "The Wire"}
        | {"title": f"Report {i}", "url": f"https://wire.example/{i}", "published_date": day, "char_count": 900}
        | {"published_basis_code": "declared", "ingested_at": datetime(2024, 3, 13, tzinfo=UTC)}
    )


def _party(label: str) -> dict[str, Any]:
    return {"text": label, "actor_id": None, "label": label, "country_code": None, "actor_type_code": "unknown"}


def _filled(schema: pa.Schema, row: dict[str, Any]) -> dict[str, Any]:
    """The row with what the schema wants and it lacks: lists empty, flags false, else null."""
    values = {name: value for name, value in row.items() if name in schema.names}
    for field in schema:
        empty: Any = [] if pa.types.is_list(field.type) else False if pa.types.is_boolean(field.type) else None
        values.setdefault(field.name, empty)
    return values
