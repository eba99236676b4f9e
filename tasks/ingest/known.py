"""What is known already and is read otherwise now: documents and rejects.

In come rows of `raw_documents` and `rejects` as they are read now and as they were; out come rows of now that keep when
and where the document was first read, and the rejects that no longer hold. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

_KEPT = ("ingested_at", "ordinal", "uri")
_INPUT = ["source_id", "uri", "bytes_sha256"]
FORGOTTEN = "forgotten"
"""The reason of a reject that stands for a document which was taken out, and stays out."""
FIRST_READ = ("document_id", *_KEPT)
"""The columns of `raw_documents` that say when and where a document was first read."""


def as_first_read(rows: pa.Table, first: pa.Table) -> pa.Table:
    """The rows with the columns FIRST_READ of `first`, which holds the same documents."""
    rows, first = rows.sort_by("document_id"), first.sort_by("document_id")
    for name in _KEPT:
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), first[name])
    return rows


def not_forgotten(found: pa.Table, known: pa.Table) -> pa.Table:
    """The documents whose bytes nobody took out: no known reject of their source says so."""
    gone = {content for content in _contents(known) if content[1] == FORGOTTEN}
    if not gone:
        return found
    named = zip(found["source_id"].to_pylist(), found["bytes_sha256"].to_pylist(), strict=True)
    return found.filter(pa.array([(source, FORGOTTEN, digest) not in gone for source, digest in named], pa.bool_()))


def not_refused_before(refused: pa.Table, known: pa.Table) -> pa.Table:
    """The rejects that are news: neither they nor, from another path, the same bytes were refused for this reason."""
    ids, contents = set(known["reject_id"].to_pylist()), set(_contents(known))
    is_news = [
        id_ not in ids and (content[-1] is None or content not in contents)
        for id_, content in zip(refused["reject_id"].to_pylist(), _contents(refused), strict=True)
    ]
    return refused.filter(pa.array(is_news, pa.bool_()))


def _contents(rejects: pa.Table) -> list[tuple[str, str, str | None]]:
    columns = (rejects[name].to_pylist() for name in ("source_id", "reason_code", "bytes_sha256"))
    return list(zip(*columns, strict=True))


def retold(refused: pa.Table, known: pa.Table) -> pa.Table:
    """The known rejects that are told in other words now, as where a number grew: as they were, but for that."""
    words = dict(zip(refused["reject_id"].to_pylist(), refused["message"].to_pylist(), strict=True))
    rows = [row | {"message": words.get(row["reject_id"], row["message"])} for row in known.to_pylist()]
    before = known["message"].to_pylist()
    changed = [row for row, message in zip(rows, before, strict=True) if row["message"] != message]
    return pa.Table.from_pylist(changed, schema=known.schema)


def answered(known: pa.Table, source_id: str, addresses: set[str], refused: set[str]) -> list[str]:
    """The ids of known rejects of addresses that lead to others and were read now, but for those refused again."""
    return [
        row["reject_id"]
        for row in known.to_pylist()
        if row["source_id"] == source_id and row["uri"] in addresses and row["reject_id"] not in refused
    ]


def outlived(known: pa.Table, found: pa.Table, refused: pa.Table) -> list[str]:
    """The ids of known rejects of ingest whose input is read now, or refused for another reason.

    The same input is what has the same bytes at the same address, an address that gave no bytes before, or a file that
    was refused whole and of which a part is read now.
    """
    inputs, opened = set(), set()
    for row in (*found.select(_INPUT).to_pylist(), *refused.select(_INPUT).to_pylist()):
        inputs |= {(row["source_id"], row["uri"], digest) for digest in (row["bytes_sha256"], None)}
    for row in found.select(_INPUT).to_pylist():
        opened |= {(row["source_id"], whole) for whole in _around(row["uri"])}
    ids = {
        row["reject_id"]
        for row in known.to_pylist()
        if tuple(row[name] for name in _INPUT) in inputs or (row["source_id"], row["uri"]) in opened
    }
    return sorted(ids - set(refused["reject_id"].to_pylist()))


def _around(uri: str) -> Iterator[str]:
    """The file and the containers of a record: "a.zip!/b.csv#3" lies in "a.zip!/b.csv" and in "a.zip"."""
    file, sign, number = uri.rpartition("#")
    if sign and number.isdecimal():
        yield file
    parts = uri.split("!/")
    yield from ("!/".join(parts[:count]) for count in range(1, len(parts)))
