"""Rows for the tests of linking: mentions, documents and a register of actors with a handful of parties."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.link import CONTROL, Known, KnownIncidents, link_events, link_incidents, read_reports, territory
from tasks.tables import DOCUMENTS, RESOLVED_MENTIONS, TERRITORY

PLACES = {
    "Imam Sahib District": ("admin2", "AFG", "Kunduz", "Imam Sahib", 37.19, 68.93),
    "Imam Sahib": ("settlement", "AFG", "Kunduz", None, 37.189, 68.936),
    "Doshi District": ("admin2", "AFG", "Baghlan", "Doshi", 35.6, 68.7),
    "Kunduz": ("settlement", "AFG", "Kunduz", "Kunduz District", 36.728, 68.868),
    "Kunduz Province": ("admin1", "AFG", "Kunduz", None, 36.8, 68.8),
    "Kabul": ("settlement", "AFG", "Kabul", None, 34.52, 69.18),
    "Kabul Province": ("admin1", "AFG", "Kabul", None, 34.5, 69.2),
    "Afghanistan": ("country", "AFG", None, None, 34.0, 66.0),
    "Washington": ("settlement", "USA", "District of Columbia", None, 38.9, -77.04),
    "Camp Blue": ("point", "AFG", "Kabul", None, 34.56, 69.2),
}

# actor_id: label, side, type, country
ACTORS = {
    "taliban": ("Taliban", "taliban", "armed_group", "AFG"),
    "isk": ("Islamic State Khorasan", "isk", "armed_group", "AFG"),
    "afg_army": ("Afghan National Army", "afg", "military", "AFG"),
    "afg_police": ("Afghan National Police", "afg", "police", "AFG"),
    "usa": ("United States", "usa", "country", "USA"),
    "AFG.person.nawab_khan": ("Nawab Khan", "afg", "police", "AFG"),
    "AFG.person.haji_ali": ("Haji Ali", "afg", "police", "AFG"),
    "joe_biden": ("Joe Biden", "usa", "government", "USA"),
    "ashraf_ghani": ("Ashraf Ghani", "afg", "government", "AFG"),
}


class Actors:
    def side(self, actor_id: str) -> str | None:
        return ACTORS[actor_id][1] if actor_id in ACTORS else None

    def actor(self, actor_id: str) -> dict[str, Any] | None:
        if actor_id not in ACTORS:
            return None
        label, _, kind, country = ACTORS[actor_id]
        return {"actor_id": actor_id, "label": label, "actor_type_code": kind, "country_code": country}


def party(name: str, actor_type: str = "unknown") -> dict[str, Any]:
    """A known actor by its id, else an unnamed one by its words."""
    if name in ACTORS:
        label, _, kind, country = ACTORS[name]
        return {"text": label, "actor_id": name, "label": label, "country_code": country, "actor_type_code": kind}
    return {"text": name, "actor_id": None, "label": name, "country_code": None, "actor_type_code": actor_type}


def place(label: str | None) -> dict[str, Any]:
    if label is None:
        return {"geo_precision_code": "unknown"}
    precision, country, admin1, admin2, latitude, longitude = PLACES[label]
    return {
        "place_text": label,
        "place_id": "pl_" + label,
        "place_label": label,
        "latitude": latitude,
        "longitude": longitude,
        "country_code": country,
        "admin1_name": admin1,
        "admin1_code": f"{country}.{admin1}" if admin1 else None,
        "admin2_name": admin2,
        "admin2_code": f"{country}.{admin1}.{admin2}" if admin2 else None,
        "geo_precision_code": precision,
    }


def day(text: str | None, basis: str = "explicit") -> dict[str, Any]:
    """A day that the text gives; None leaves the event undated; basis `document` lends the report's day."""
    if text is None:
        return {"date_precision_code": "unknown", "date_basis_code": "unknown"}
    told = date.fromisoformat(text)
    dated = basis in ("explicit", "relative")
    return {
        "date_text": text if dated else None,
        "date_start": told,
        "date_end": told,
        "date_precision_code": "day" if dated else "unknown",
        "date_basis_code": basis,
    }


def mention(sentence: str, document: str = "a", at: int = 0, **given: Any) -> dict[str, Any]:
    """A row of resolved_mentions: happened `on` a day, or undated and `told` on one; a count is one or (low, high)."""
    row: dict[str, Any] = dict.fromkeys(RESOLVED_MENTIONS.schema.names)
    on, told = given.pop("on", None), given.pop("told", None)
    dates = day(told, "document") if told else day(on)
    row |= {
        "document_id": document,
        "sentence_text": sentence,
        "sentence_start": at,
        "sentence_end": at + len(sentence),
        "trigger_start": at + given.pop("trigger", 0),
        "trigger_text": sentence.split()[0],
        "trigger_id": "trigger",
        "status_code": "occurred",
        "is_aggregate": False,
        "casualties_unknown": False,
        "is_hedged": False,
        "rules": [],
        "numbers": [],
        "casualties": [],
        "casualty_names": [],
        "target_codes": [],
        "target_texts": [],
        **dates,
        **place(given.pop("place", None)),
    }
    for role in ("actors", "recipients"):
        row[role] = [one if isinstance(one, dict) else party(one) for one in given.pop(role, ())]
        row[role[:-1] + "_label"] = row[role][0]["label"] if row[role] else None
    for kind in ("killed", "injured", "captured"):
        if kind in given:
            count = given.pop(kind)
            row[kind + "_low"], row[kind + "_high"] = count if isinstance(count, tuple) else (count, count)
    row |= {
        "event_type_code": given.pop("type", "territory_seized"),
        "weapon_code": given.pop("weapon", None),
        "status_code": given.pop("status", "occurred"),
        "speaker_text": given.pop("speaker", None),
        "speaker_actor_id": given.pop("speaker_id", None),
        "stance_code": given.pop("stance", None),
    }
    row["mention_id"] = given.pop(
        "id", sha256(f"{document} {at} {row['event_type_code']} {sentence}".encode()).hexdigest()[:24]
    )
    unknown = set(given) - set(row)
    assert not unknown, f"no such column: {unknown}"
    row |= given
    row["trigger_end"] = row["trigger_start"] + len(row["trigger_text"])
    return row


def documents(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=DOCUMENTS.schema)


def document(
    document_id: str, published: str | None = "2021-06-22", publisher: str | None = None, **given: Any
) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "external_id": document_id,
        "source_id": "adhoc",
        "publisher": publisher,
        "published_date": date.fromisoformat(published) if published else None,
        **given,
    }


class Linked:
    """What linking gave, easy to look into; with `known`, only what is new or changed is linked into what was."""

    def __init__(
        self,
        rows: list[dict[str, Any]],
        reports: pa.Table,
        before: Linked | None = None,
        known: bool = False,
        **fixes: Any,
    ) -> None:
        table = pa.Table.from_pylist(rows, schema=RESOLVED_MENTIONS.schema)
        made: dict[str, str] = {}
        for row in rows:
            made[row["document_id"]] = sha256((made.get(row["document_id"], "") + repr(row)).encode()).hexdigest()
        past = Known(before.mentions, before.table) if before else Known()
        if before and known:
            past = past._replace(accounts=before.accounts)
        linked = link_events(table, reports, past, Actors(), made, **fixes)
        self.refused = linked.refused
        self.changed = linked
        self.mentions = replaced(past.event_mentions, "mention_id", linked.gone_mentions, linked.event_mentions)
        self.table = replaced(past.events, "event_id", linked.gone_events, linked.events)
        self.accounts = replaced(past.accounts, "account_id", linked.gone_accounts, linked.accounts)
        self._count_incidents(linked, before, known, read_reports(reports))
        held = territory([row for row in self.table.to_pylist() if row["event_type_code"] in CONTROL], Actors())
        self.held = pa.Table.from_pylist(held, schema=TERRITORY.schema)
        self.events = self.table.to_pylist()
        self.territory = self.held.to_pylist()
        self.reasons = {row["mention_id"]: row["link_reason"] for row in self.mentions.to_pylist()}
        self.home = {row["mention_id"]: row["event_id"] for row in self.mentions.to_pylist()}

    def _count_incidents(self, linked: Any, before: Linked | None, known: bool, reports: Any) -> None:
        """`incidents`, `of_incident` (event_id -> row of incident_events) and what changed of them."""
        past = KnownIncidents()
        if before:
            past = KnownIncidents(before.incident_events, before.incident_table)
        if before and known:
            past = past._replace(happenings=before.happenings)
        changed = [*linked.gone_events, *linked.events["event_id"].to_pylist()]
        self.happenings = replaced(past.happenings, "happening_id", linked.gone_happenings, linked.happenings)
        self.changed_incidents = link_incidents(
            self.accounts,
            self.mentions,
            self.happenings,
            lambda ids: self.table.filter(pc.is_in(self.table["event_id"], value_set=pa.array(ids))),
            past,
            changed,
            [*linked.gone_happenings, *linked.happenings["happening_id"].to_pylist()],
            reports,
            linked.of_incidents,
        )
        new = self.changed_incidents
        self.incident_events = replaced(past.incident_events, "event_id", new.gone_events, new.incident_events)
        self.incident_table = replaced(past.incidents, "incident_id", new.gone_incidents, new.incidents)
        self.incidents = self.incident_table.to_pylist()
        self.of_incident = {row["event_id"]: row for row in self.incident_events.to_pylist()}

    def incident(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """The incident of a mention."""
        found = self.of_incident.get(self.home[row["mention_id"]])
        return found and next(one for one in self.incidents if one["incident_id"] == found["incident_id"])

    def role(self, row: dict[str, Any]) -> str | None:
        """What a mention's event is to its incident."""
        found = self.of_incident.get(self.home[row["mention_id"]])
        return found and found["incident_role_code"]

    @property
    def one(self) -> dict[str, Any]:
        assert len(self.events) == 1, [event["summary"] for event in self.events]
        return self.events[0]

    def together(self, *rows: dict[str, Any]) -> bool:
        return len({self.home[row["mention_id"]] for row in rows}) == 1


def replaced(table: pa.Table, key: str, gone: list[str], rows: pa.Table) -> pa.Table:
    """As the store puts rows in the place of others."""
    out = pa.array([*gone, *rows[key].to_pylist()], pa.string())
    kept = table.filter(pc.invert(pc.is_in(table[key], value_set=out)))
    return pa.concat_tables([kept, rows]).sort_by(key).combine_chunks()


def link(
    *rows: dict[str, Any], reports: list[dict[str, Any]] | None = None, before: Linked | None = None, **fixes: Any
) -> Linked:
    """Link mentions; documents that no row describes were published on 22 June 2021 by publishers of their own name."""
    given = {report["document_id"]: report for report in reports or []}
    for row in rows:
        given.setdefault(row["document_id"], document(row["document_id"], publisher=f"Paper {row['document_id']}"))
    return Linked(list(rows), documents(*given.values()), before, **fixes)
