"""Linking what is new into what is linked, with what linking anew would give.

In comes what is known from before (rows of `accounts`), with the documents whose mentions are to be read and those
whose accounts go; out come the rows of `accounts` that come and go, and the clusters of mention ids that begin and end.
A mention whose document is missing is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby, islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tasks.knowledge import event_types
from tasks.link.accounts import Account, united
from tasks.link.cluster import at_one_place, in_text
from tasks.link.joining import Joining
from tasks.link.nearby import Bools, Ints, Meetings, Setting, Settings, setting
from tasks.link.read_accounts import MENTION_COLUMNS, read_accounts
from tasks.link.reports import Reports
from tasks.link.rows import Register
from tasks.link.weights import WEIGHTS
from tasks.tables import ACCOUNTS

Cluster = tuple[str, ...]

# mentions held as rows of Python objects at a time
_BATCH = 20_000

_GROUP = {
    "rank": "group_rank",
    "country": "group_country_code",
    "admin1": "group_admin1",
    "cell": "group_cell",
    "low": "group_first_day",
    "high": "group_last_day",
}

# of what is known of accounts before, what says where each was put
_KEPT = ("group_id", "root_id", *_GROUP.values())


class Relinked(NamedTuple):
    """Rows of `accounts` that are new or changed; ids of those that go; clusters that begin; mentions whose end.

    `read`: the accounts, by id, of the documents that were read.
    """

    accounts: pa.Table
    read: dict[str, Account]
    gone: list[str]
    clusters: list[Cluster]
    ended: list[str]


def with_rows(accounts: pa.Table, mention_ids: pa.ChunkedArray) -> pa.Table:
    """Rows of `accounts` with `rows`: where its mentions stand in `mention_ids`, null for one that is no more."""
    ids = accounts["mention_ids"].combine_chunks()
    rows = pc.index_in(ids.values, value_set=mention_ids.combine_chunks())
    return accounts.append_column("rows", pa.ListArray.from_arrays(ids.offsets, rows))


def changed_inputs(resolved: pa.Table, reports: Reports, made: Mapping[str, str], before: pa.Table) -> dict[str, str]:
    """document_id -> what its accounts are made from now (empty: nothing), for documents where that is not as before.

    `made`: document_id -> an id of what its mentions in `resolved` were made from; `before`: as `with_rows` gives it.
    """
    inputs = {}
    for document_id in pc.unique(resolved["document_id"]).to_pylist():
        # a mention without its document is refused where it is read
        report = reports.get(document_id)
        behind = f"{report.original_id}\n{report.publisher}\n{report.published}" if report else ""
        inputs[document_id] = sha256(f"{made.get(document_id)}\n{behind}".encode()).hexdigest()[:32]
    # all accounts of a document were made from one input
    first = np.unique(before["document_id"].combine_chunks().dictionary_encode().indices, return_index=True)[1]
    marked = before.select(["document_id", "input_id"]).take(pa.array(first))
    known = dict(zip(marked["document_id"].to_pylist(), marked["input_id"].to_pylist(), strict=True))
    changed = {name: made_from for name, made_from in inputs.items() if known.get(name) != made_from}
    changed |= dict.fromkeys(known.keys() - inputs.keys(), "")
    # mentions that were written by a run that was killed before it could say so
    rows = pc.list_flatten(before["rows"])
    lost = before["document_id"].take(pc.list_parent_indices(before["rows"]).filter(pc.is_null(rows)))
    is_found = np.ones(resolved.num_rows, bool)
    is_found[rows.drop_null().to_numpy()] = False
    found = resolved["document_id"].filter(pa.array(is_found))
    return changed | {name: inputs.get(name, "") for part in (lost, found) for name in pc.unique(part).to_pylist()}


def relink(
    resolved: pa.Table,
    reports: Reports,
    actors: Register,
    before: pa.Table,
    inputs: Mapping[str, str],
) -> Relinked:
    """Link anew the mentions of the documents in `inputs`, among those that `before` tells of.

    `resolved`: columns of `resolved_mentions`; `before`: `accounts` `with_rows`, those of other documents still true;
    `inputs`: document id -> what its accounts are to be marked with, for documents that are new, changed or gone. Any
    documents in any order, one run or many: the clusters are the same. Raises UnknownDocumentError.
    """
    mentions = resolved.select(MENTION_COLUMNS)
    documents = pa.array(sorted(inputs), pa.string())
    is_read = pc.is_in(mentions["document_id"], value_set=documents)
    is_gone = pc.is_in(before["document_id"], value_set=documents)
    fresh = _Fresh(mentions, np.flatnonzero(is_read.to_numpy()))
    known = pc.binary_join_element_wise(before["family"], pc.cast(before["is_aggregate"], pa.string()), " ")
    before = before.append_column("is_gone", is_gone)

    def read(part: pa.Table) -> Iterator[Account]:
        return read_accounts([part], reports, actors)

    def linked(name: str) -> Relinked:
        by_document = groupby(islice(accounts, fresh.count(name)), lambda mention: mention.documents)
        new = [account for _, mentions_of_one in by_document for account in in_text(mentions_of_one)]
        family = _Family(name, before.filter(pc.equal(known, name)), new, lambda rows: read(mentions.take(rows)))
        family.relink()
        read_now = {account.id: account for account in new}
        return Relinked(family.rows(inputs), read_now, family.gone(), family.clusters(), family.ended())

    # in the order of the families, of which most have few
    accounts = read_accounts(fresh.tables(), reports, actors)
    names = {*fresh.families(), *pc.unique(known.filter(is_gone)).to_pylist()}
    # a family at a time, so that what it was united from is gone before the next is read
    parts = [linked(name) for name in sorted(names)]
    return Relinked(
        pa.concat_tables([ACCOUNTS.schema.empty_table(), *(part.accounts for part in parts)]),
        {name: account for part in parts for name, account in part.read.items()},
        [account for part in parts for account in part.gone],
        sorted(cluster for part in parts for cluster in part.clusters),
        [mention for part in parts for mention in part.ended],
    )


class _Fresh:
    """The mentions that are to be read: one family of event types after the other, of each one document after the
    other."""

    def __init__(self, mentions: pa.Table, rows: Ints) -> None:
        self._mentions = mentions
        named = mentions.select(["event_type_code", "is_aggregate", "document_id"]).take(pa.array(rows))
        kind = named["event_type_code"].combine_chunks().dictionary_encode()
        of_kind = np.array([event_types.family(code) for code in kind.dictionary.to_pylist()], dtype=object)
        words = pd.Series(of_kind[kind.indices.to_numpy()] if len(rows) else [], dtype=object)
        sums = pc.cast(named["is_aggregate"], pa.string()).to_pandas()
        names = (words + " " + sums).tolist()
        self._counts = Counter(names)
        by_family = {"family": pa.array(names, pa.string()), "document_id": named["document_id"]}
        order = pc.sort_indices(pa.table(by_family), [("family", "ascending"), ("document_id", "ascending")])
        self._rows = rows[order.to_numpy()]

    def families(self) -> list[str]:
        return sorted(self._counts)

    def count(self, family: str) -> int:
        return self._counts[family]

    def tables(self) -> Iterator[pa.Table]:
        for start in range(0, len(self._rows), _BATCH):
            yield self._mentions.take(pa.array(self._rows[start : start + _BATCH]))


class _Family:
    """The accounts of one family of event types, from before and new, on their way to groups and clusters.

    An account's number is its row before, and after these the place among the new ones; so with groups.
    """

    def __init__(
        self, name: str, before: pa.Table, new: Sequence[Account], read: Callable[[pa.Array], Iterator[Account]]
    ) -> None:
        """`before`: rows of `accounts`, with whether each `is_gone`, and the `rows` of its mentions for `read`."""
        self._name, self._before, self._new, self._read = name, before, new, read
        self._frame = before.select(["account_id", "place", "first_day", "last_day", "is_gone", *_KEPT]).to_pandas()
        self._is_gone: Bools = self._frame["is_gone"].to_numpy(bool)
        self._held = dict(enumerate(new, start=before.num_rows))
        self._held_groups: dict[int, Account] = {}

    # accounts

    def _accounts(self, numbers: Sequence[int]) -> list[Account]:
        """The accounts of these numbers; those not yet held are read all at once."""
        missing = [number for number in numbers if number not in self._held]
        if missing:
            rows = self._before["rows"].take(pa.array(missing))
            mentions = self._read(pc.list_flatten(rows))
            for number, size in zip(missing, pc.list_value_length(rows).to_pylist(), strict=True):
                self._held[number] = united(islice(mentions, size))
        return [self._held[number] for number in numbers]

    def _group_accounts(self, groups: Sequence[int]) -> list[Account]:
        """The groups of these numbers, each as one account."""
        missing = [group for group in groups if group not in self._held_groups]
        self._accounts([number for group in missing for number in self._members(group)])
        for group in missing:
            self._held_groups[group] = united(self._accounts(self._members(group)))
        return [self._held_groups[group] for group in groups]

    def _members(self, group: int) -> Sequence[int]:
        """The accounts of a group, by id."""
        if group >= self._old_groups:
            return self._added[group - self._old_groups]
        return self._by_group.of(group)

    # the work

    def relink(self) -> None:
        """Unite what lies at one place, then let coarser places join."""
        frame, rows = self._frame, len(self._frame)
        group_of, group_ids = pd.factorize(frame["group_id"])
        self._old_groups = len(group_ids)
        self._by_group = _Grouped(group_of, frame["account_id"].to_numpy())
        self._settings = pd.DataFrame([setting(account) for account in self._new], columns=list(Setting._fields))
        groups = self._unite_at_places(group_of, self._settings)

        was = np.ones(self._old_groups, bool)
        now = was.copy()
        now[group_of[self._is_gone]] = False
        self._added: list[list[int]] = []
        for group in groups:
            homes = {int(group_of[number]) if number < rows else -1 for number in group}
            home = homes.pop() if len(homes) == 1 else -1
            if home < 0 or not now[home] or len(self._by_group.of(home)) != len(group):
                self._added.append(group)
                for number in group:
                    if number < rows:
                        now[group_of[number]] = False
        firsts = frame.drop_duplicates("group_id")
        root_before = pd.Index(group_ids).get_indexer(firsts["root_id"]) if rows else np.empty(0, np.int64)
        count = self._old_groups + len(self._added)
        added = self._group_accounts(range(self._old_groups, count))
        old = firsts[list(_GROUP.values())].set_axis(list(_GROUP), axis=1).assign(place="")
        both = [old, pd.DataFrame([setting(account) for account in added], columns=list(Setting._fields))]
        self._group_settings = pd.concat([part for part in both if len(part)], ignore_index=True) if count else both[1]
        self._ids = [*group_ids.tolist(), *(account.id for account in added)]
        self._now = np.append(now, np.ones(len(added), bool))
        # not kept: it holds this family, which then would not be gone with its last use
        joining = Joining(
            Settings(self._ids, self._group_settings),
            self._group_accounts,
            np.append(was, np.zeros(len(added), bool)),
            self._now,
            np.append(root_before, np.arange(self._old_groups, count)).astype(np.int64),
        )
        joining.run()
        self._root, self._is_changed = joining.root, joining.is_changed

    def _unite_at_places(self, group_of: Ints, settings: pd.DataFrame) -> list[list[int]]:
        """Groups of accounts at the places that something new or gone touches; those not told stay as they were."""
        frame, rows = self._frame, len(self._frame)
        touched = {*settings["place"], *frame["place"][self._is_gone]}
        near = np.flatnonzero(frame["place"].isin(touched).to_numpy())
        stays = ~self._is_gone[near]
        kept, new = near[stays], np.arange(rows, rows + len(self._new))
        numbers = np.append(kept, new)
        ids = [*frame["account_id"].to_numpy()[kept], *(account.id for account in self._new)]
        old = frame.iloc[near][["place", "first_day", "last_day"]]
        old = old.set_axis(["place", "low", "high"], axis=1).assign(country=None, admin1=None, cell=None)
        old["rank"] = old["place"].str[0].astype(int)
        at = np.full(rows + len(self._new), -1)
        at[numbers] = np.arange(len(numbers))

        def accounts_of(places: Sequence[int]) -> list[Account]:
            return self._accounts(numbers[places].tolist())

        now = Settings(ids, pd.concat([part for part in (old[stays], settings) if len(part)] or [settings]))
        todo = np.ones(len(numbers), bool)
        todo[: len(kept)] = False
        meetings = Meetings(now, accounts_of)
        if len(kept):
            todo[: len(kept)] = _in_other_company(frame["account_id"].to_numpy()[near], old, stays, meetings)
        # of a group that has lost some or is in other company, all others
        lost = np.unique(np.append(group_of[near[~stays]], group_of[kept[todo[: len(kept)]]]))
        todo[: len(kept)] = np.isin(group_of[kept], lost)

        def group_at(place: int) -> Ints:
            return np.sort(at[self._by_group.of(int(group_of[numbers[place]]))])

        found = at_one_place(meetings, now.place, accounts_of, np.flatnonzero(todo), group_at)
        return [numbers[list(group)].tolist() for group in found]

    # what came of it

    def _changed(self, is_new: bool) -> list[int]:
        there = self._now if is_new else np.arange(len(self._now)) < self._old_groups
        return np.flatnonzero(self._is_changed & there).tolist()

    def _mention_ids(self, number: int) -> Sequence[str]:
        rows = len(self._frame)
        return self._new[number - rows].ids if number >= rows else self._before["mention_ids"][number].as_py()

    def clusters(self) -> list[Cluster]:
        """The mention ids of each event that is new or changed."""
        parts: dict[int, list[str]] = defaultdict(list)
        for group in self._changed(is_new=True):
            for number in self._members(group):
                parts[int(self._root[group])] += self._mention_ids(number)
        return [tuple(sorted(ids)) for ids in parts.values()]

    def ended(self) -> list[str]:
        """The mentions whose events of before are no more, or are others."""
        return [
            mention
            for group in self._changed(is_new=False)
            for number in self._by_group.of(group)
            for mention in self._mention_ids(number)
        ]

    def gone(self) -> list[str]:
        """The accounts of before that are no more."""
        return list(self._frame["account_id"][self._is_gone])

    def rows(self, inputs: Mapping[str, str]) -> pa.Table:
        """Rows of `accounts`: the new ones, and those whose group or event is another now."""
        groups = np.array(self._changed(is_new=True), np.int64)
        members = [self._members(group) for group in groups.tolist()]
        numbers = np.array([number for group in members for number in group], np.int64)
        groups = np.repeat(groups, [len(group) for group in members])
        order = np.argsort(numbers, kind="stable")
        numbers, groups = numbers[order], groups[order]
        rows = len(self._frame)
        kept = self._before.take(pa.array(numbers[numbers < rows]))
        new = [self._new[number - rows] for number in numbers[numbers >= rows].tolist()]
        documents = [document for account in new for document in account.documents]
        family, is_aggregate = self._name.rsplit(" ", 1)
        fresh = pa.table(
            {
                "account_id": [account.id for account in new],
                "document_id": documents,
                "input_id": [inputs[document] for document in documents],
                "mention_ids": [list(account.ids) for account in new],
                "family": [family] * len(new),
                "is_aggregate": [is_aggregate == "true"] * len(new),
                **{
                    theirs: self._settings[ours].to_numpy()[numbers[numbers >= rows] - rows]
                    for theirs, ours in (("place", "place"), ("first_day", "low"), ("last_day", "high"))
                },
                # read with the whole document, when all its accounts are known
                "happening_id": pa.nulls(len(new), pa.string()),
            }
        )
        own = pa.schema(list(ACCOUNTS.schema)[: fresh.num_columns])
        table = pa.concat_tables([part.select(own.names).cast(own) for part in (kept, fresh)])
        ids = np.array(self._ids, dtype=object)
        columns = {"group_id": ids[groups], "root_id": ids[self._root[groups]]}
        for ours, theirs in _GROUP.items():
            columns[theirs] = self._group_settings[ours].to_numpy()[groups]
        for field in list(ACCOUNTS.schema)[fresh.num_columns :]:
            table = table.append_column(field, pa.array(columns[field.name], field.type, from_pandas=True))
        return table


class _Grouped:
    """Numbers by group, in each by id."""

    def __init__(self, group_of: Ints, ids: Sequence[str]) -> None:
        by_id = pc.sort_indices(pa.array(ids, pa.string())).to_numpy()
        self._order = by_id[np.argsort(group_of[by_id], kind="stable")]
        self._sorted = group_of[self._order]

    def of(self, group: int) -> list[int]:
        """The numbers of a group."""
        first, last = np.searchsorted(self._sorted, [group, group + 1])
        members: list[int] = self._order[first:last].tolist()
        return members


def _in_other_company(ids: Any, old: pd.DataFrame, stays: Bools, now: Meetings) -> Bools:
    """Which of those that stay can meet others among themselves now than before.

    `old`: settings of all that were there; `now` begins with those that stay.
    """

    def of(rows: Bools) -> tuple[Ints, Ints]:
        return Meetings(Settings(ids[rows], old[rows]), lambda _: []).company()

    left = of(stays)
    before = [counts[stays] for counts in of(np.ones(len(old), bool))]
    after = [counts[: len(left[0])] for counts in now.company()]
    changed: Bools = np.zeros(len(left[0]), bool)
    for ours, theirs in zip(before, after, strict=True):
        changed |= _kind_of_company(ours) != _kind_of_company(theirs)
    is_crowd = after[0] > WEIGHTS.crowd
    changed |= is_crowd & ((before[0] != left[0]) | (after[0] != left[0]))
    return changed


def _kind_of_company(counts: Ints) -> Ints:
    return (counts > WEIGHTS.busy).astype(np.int64) + (counts > WEIGHTS.crowd)
