"""The ids of events and incidents, kept while these grow, merge and split.

In come clusters, of mention ids or of event ids, and what was known before; out come each cluster's id and the ids that
ended in it.
Two clusters never get one id, and an id that is in use is never among the former ones. Ids may be taken over from
a release of another data folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from itertools import chain, count

import pyarrow as pa
import pyarrow.compute as pc

from tasks.tables import EVENTS

_NAMES = ("event_id", "former_event_ids")


EVENT, INCIDENT = "ev_", "in_"
"""What ids begin with."""


def first_id(prefix: str, member: str) -> str:
    """Id of an event, or incident, whose smallest mention, or event, at first sight is `member`."""
    return prefix + sha256(member.encode()).hexdigest()[:20]


def name_clusters(
    prefix: str,
    clusters: Sequence[tuple[str, ...]],
    known: Mapping[str, str],
    former: Mapping[str, Sequence[str]],
    taken: Collection[str] = (),
) -> list[tuple[str, list[str]]]:
    """(id, ids that ended in it) for each cluster of mentions, or events, in their order.

    `known`: member -> id before; `former`: id -> ids that had ended in it; `taken`: ids of others that have none of
    these members and go on. The cluster and the known one that share most members go together first (ties: the smaller
    id, then the smaller member): a grown one keeps its id, of merged ones the larger gives it, after a split the larger
    part keeps it. A known id that no cluster keeps ended in the cluster that has most of its members. A cluster without
    a known id is named after its smallest member whose name is free.
    """
    home = {mention: number for number, cluster in enumerate(clusters) for mention in cluster}
    shared = Counter((known[mention], home[mention]) for mention in known if mention in home)
    ranked = sorted(shared, key=lambda pair: (-shared[pair], pair[0], clusters[pair[1]][0]))
    names: dict[int, str] = {}
    kept: set[str] = set()
    for old, number in ranked:
        if number not in names and old not in kept:
            names[number] = old
            kept.add(old)
    heir = {old: number for number, old in names.items()}
    for old, number in ranked:
        heir.setdefault(old, number)
    ended: dict[int, set[str]] = defaultdict(set)
    for old, number in heir.items():
        ended[number].update((old, *former.get(old, ())))
    for number in sorted(set(range(len(clusters))) - set(names), key=lambda number: clusters[number][0]):
        # a part split off may begin with the very mention after which the other part is named
        fresh = (f"{clusters[number][0]} {turn}" for turn in count(2))
        tries = (first_id(prefix, text) for text in chain(clusters[number], fresh))
        names[number] = next(name for name in tries if name not in kept and name not in taken)
        kept.add(names[number])
    return [(names[number], sorted(ended[number] - kept) if number in ended else []) for number in range(len(clusters))]


def with_ids_of(
    known_mentions: pa.Table, known_events: pa.Table, their_mentions: pa.Table, their_events: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """What is known, (event_id, mention_id) and (event_id, former_event_ids), with what another release knows.

    A known mention keeps its event; an event that both know has the former ids of both.
    """
    links = known_mentions.select(["event_id", "mention_id"])
    is_known = pc.is_in(their_mentions["mention_id"], value_set=links["mention_id"].combine_chunks())
    their_links = their_mentions.select(links.column_names).filter(pc.invert(is_known))
    former: dict[str, set[str]] = defaultdict(set)
    for table in (known_events, their_events):
        for name, ended in zip(*(table[column].to_pylist() for column in _NAMES), strict=True):
            former[name].update(ended)
    rows = [{"event_id": name, "former_event_ids": sorted(former[name])} for name in sorted(former)]
    events = pa.Table.from_pylist(rows, schema=pa.schema([EVENTS.column(name).field for name in _NAMES]))
    return pa.concat_tables([links.cast(their_links.schema), their_links]), events
