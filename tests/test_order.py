"""The demo's events are the same in whichever order and batches its documents come, by the stages' own functions."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from conftest import drawn_often
from hypothesis import given
from hypothesis import strategies as st
from link_rows import document, mention, replaced

from tasks.clean import clean_documents, mark_copies
from tasks.extract import Extractor, extract_documents
from tasks.link import Known, KnownIncidents, Linked, Text, link_events, link_incidents, read_reports
from tasks.resolve import Resolver, resolve_mentions
from tasks.storage.store import Store
from tasks.tables import DOCUMENTS, RESOLVED_MENTIONS
from tasks.vocabularies import load

Batches = list[list[str]]


@pytest.fixture(scope="module")
def register():
    from tasks.knowledge.actors import ActorRegister

    return ActorRegister(*(load(name) for name in ("actors", "actor_names", "roles", "actor_heads", "countries")))


def events_of(known: Known) -> list[str]:
    """The rows of events, without the names that remember what came first."""
    return sorted(map(str, known.events.drop_columns(["event_id", "former_event_ids"]).to_pylist()))


def incidents_of(known: KnownIncidents) -> list[str]:
    """The rows of incidents, without ids."""
    return sorted(map(str, known.incidents.drop_columns(["incident_id", "former_incident_ids"]).to_pylist()))


def arriving(resolved: pa.Table, documents: pa.Table, batches: Batches, register: Any) -> tuple[Known, KnownIncidents]:
    """What is linked once the last batch of documents is there, each having been linked into those before."""
    known, incidents = Known(), KnownIncidents()
    for number in range(len(batches)):
        # rows lie in the order in which they came
        order = [id_ for batch in batches[: number + 1] for id_ in batch]
        places = {id_: place for place, id_ in enumerate(order)}
        tables = []
        for table in (resolved, documents):
            ranks = pa.array([places.get(id_) for id_ in table["document_id"].to_pylist()], pa.int64())
            there = table.append_column("rank", ranks).filter(pc.is_valid(ranks))
            tables.append(there.sort_by("rank").drop_columns("rank"))
        linked = link_events(*tables, known, register, dict.fromkeys(order, "made"), texts=texts_of(documents))
        known = Known(
            replaced(known.event_mentions, "mention_id", linked.gone_mentions, linked.event_mentions),
            replaced(known.events, "event_id", linked.gone_events, linked.events),
            replaced(known.accounts, "account_id", linked.gone_accounts, linked.accounts),
        )
        incidents = counted(known, linked, incidents, tables[1])
    return known, incidents


def texts_of(documents: pa.Table) -> Any:
    """The texts as the flow gives them."""
    rows = {row["document_id"]: Text(row["document_id"], row["text"], row["title"]) for row in documents.to_pylist()}
    return lambda ids: (rows[id_] for id_ in sorted(ids) if rows[id_].text)


def counted(known: Known, linked: Linked, before: KnownIncidents, documents: pa.Table) -> KnownIncidents:
    """The incidents after what was linked last."""

    def events_of_ids(ids: Any) -> pa.Table:
        return known.events.filter(pc.is_in(known.events["event_id"], value_set=pa.array(ids)))

    changed = [*linked.gone_events, *linked.events["event_id"].to_pylist()]
    retold = [*linked.gone_happenings, *linked.happenings["happening_id"].to_pylist()]
    happenings = replaced(before.happenings, "happening_id", linked.gone_happenings, linked.happenings)
    new = link_incidents(
        known.accounts,
        known.event_mentions,
        happenings,
        events_of_ids,
        before,
        changed,
        retold,
        read_reports(documents),
        linked.of_incidents,
    )
    return KnownIncidents(
        replaced(before.incident_events, "event_id", new.gone_events, new.incident_events),
        replaced(before.incidents, "incident_id", new.gone_incidents, new.incidents),
        happenings,
    )


def dealt(ids: list[str], random: Random) -> Batches:
    random.shuffle(ids)
    cuts = sorted({0, len(ids), *(random.randrange(len(ids) + 1) for _ in range(2))})
    return [ids[start:end] for start, end in pairwise(cuts)]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_demo_coded_in_any_batches_gives_the_same_events(
    seed: int, demo_data: Path, judging: Extractor, resolver: Resolver, register: Any
) -> None:
    store = Store(demo_data)
    raw = store.read("raw_documents")
    model = judging.parser.model
    parses = {row["sentence_sha256"]: row["parse"] for row in store.read("parses").to_pylist() if row["model"] == model}
    batches = dealt(raw["document_id"].to_pylist(), Random(seed))
    cleaned, resolved = [], []
    for batch in batches:
        places = [raw["document_id"].to_pylist().index(id_) for id_ in batch]
        documents, _ = clean_documents(raw.take(places), load("sources"), load("boilerplate"), load("agencies"))
        mentions, new_parses, _ = extract_documents(documents, judging, lambda hashes: parses)
        assert not new_parses.num_rows
        cleaned.append(documents)
        resolved.append(resolve_mentions(mentions, documents, resolver))
    documents = pa.concat_tables(cleaned)
    copies = mark_copies(documents.append_column("group", pa.nulls(len(documents), pa.string())))
    originals = pa.array([copies.get(id_) for id_ in documents["document_id"].to_pylist()], pa.string())
    at = documents.schema.get_field_index("duplicate_of")
    documents = documents.set_column(at, documents.schema.field(at), originals)
    grown, incidents = arriving(pa.concat_tables(resolved), documents, batches, register)
    assert events_of(grown) == events_of(Known(events=store.read("events")))
    assert incidents_of(incidents) == incidents_of(KnownIncidents(incidents=store.read("incidents")))


IMAM = "Imam Sahib District"
FALL = {"on": "2021-06-21", "place": IMAM, "actors": ["taliban"]}
BLAST = {"type": "explosive_attack", "on": "2021-06-20", "place": "Kunduz", "actors": ["gunmen"]}
CONFUSABLE = [
    mention("The Taliban took Imam Sahib on Monday", "z1", **FALL),
    mention("Fighters overran the province on Monday", "z2", **FALL | {"place": "Kunduz Province"}),
    mention("The district changed hands", "z3", told="2021-06-22", place=IMAM),
    mention("The Taliban took Doshi on Monday", "z4", **FALL | {"place": "Doshi District"}),
    mention("They took a district", "z5", told="2021-06-22", place="Afghanistan", actors=["taliban"]),
    mention("A bomb in the market killed nine people", "z6", killed=9, **BLAST),
    mention("A second bomb at the gate killed nine people", "z6", 200, killed=9, **BLAST),
    mention("Bombs in Kunduz killed 18 people in all", "z7", killed=18, **BLAST),
    mention("The blast killed at least nine", "z8", killed=(9, None), **BLAST | {"place": "Kunduz Province"}),
    mention("The army denied that Imam Sahib fell", "z9", status="denied", **FALL),
    mention("Fighting went on in Imam Sahib", "z9", 200, type="armed_clash", told="2021-06-22", place=IMAM),
    mention("Dozens of districts fell in June", "z10", is_aggregate=True, told="2021-06-30", place="Afghanistan"),
    # told alike by names, though no two of them are one event
    mention("Shooting at the Weheliye hotel", "z11", type="shooting", on="2021-06-20", place="Kunduz Province"),
    mention("A raid on the Weheliye hotel killed two", "z12", type="raid", killed=2, told="2021-06-22", place=None),
    mention("Some died in the Weheliye hotel", "z13", type="attack_on_civilians", on="2021-06-20", place="Kabul"),
    mention("Nine died at the Weheliye hotel", "z6", 400, type="attack_on_civilians", killed=9, place="Kunduz"),
]


@pytest.fixture(scope="module")
def confusable(demo_data: Path, register: Any) -> tuple[pa.Table, pa.Table, list[list[str]]]:
    """Mentions and documents of the demo with confusable ones among them, and what linking at once gives."""
    store = Store(demo_data)
    reports = [document(id_, publisher=f"Paper {id_}") for id_ in sorted({row["document_id"] for row in CONFUSABLE})]
    # one is a copy of another, and speaks for it
    reports[-1] |= {"duplicate_of": "z1"}
    documents = pa.concat_tables([store.read("documents"), pa.Table.from_pylist(reports, schema=DOCUMENTS.schema)])
    told = pa.Table.from_pylist(CONFUSABLE, schema=RESOLVED_MENTIONS.schema)
    resolved = pa.concat_tables([store.read("resolved_mentions"), told])
    ids = documents["document_id"].to_pylist()
    assert len(ids) > len(reports)
    events, incidents = arriving(resolved, documents, [sorted(ids)], register)
    return resolved, documents, [events_of(events), incidents_of(incidents)]


@drawn_often(3)
@given(random=st.randoms(use_true_random=False))
def test_confusable_reports_among_the_demos_link_alike_in_any_order(
    random: Random, confusable: tuple[pa.Table, pa.Table, list[list[str]]], register: Any
) -> None:
    resolved, documents, at_once = confusable
    ids = documents["document_id"].to_pylist()
    events, incidents = arriving(resolved, documents, dealt(ids, random), register)
    assert [events_of(events), incidents_of(incidents)] == at_once
