"""Read paths into rows of `raw_documents` and `rejects`.

In come paths, the sources and the time of reading, out come batches of both tables in a fixed order. Every input ends
up in one of the two; a source that seeds/sources.csv does not have is refused before anything is read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa

from tasks.ingest.containers import Room, kind_of, room, unpacked
from tasks.ingest.files import Found, files, size_of
from tasks.ingest.format import Format, Record, canonical
from tasks.ingest.formats import format_of, is_known
from tasks.ingest.kinds import unread_kind
from tasks.ingest.naming import NamelessError, Naming
from tasks.ingest.objects import behind
from tasks.storage.faults import failed_message
from tasks.storage.objects import is_uri
from tasks.tables import ADHOC, RAW_DOCUMENTS, REJECTS

SNIFFED_BYTES = 8192
MOST_REFUSED = 10_000
"""How many records of one file are refused one by one for one reason."""
# what a row takes besides its content
_ROW_BYTES = 1000

_DECLARED = ("url", "publisher", "title", "author", "language", "published")


class SourceError(ValueError):
    """The source that was named is not in seeds/sources.csv."""


def read(
    paths: list[str],
    sources: pd.DataFrame,
    source_id: str | None,
    ingested_at: dt.datetime,
    naming: Naming,
    batch_bytes: int = 64 * 2**20,
    fetched: Iterable[Found] = (),
    tell: Callable[[int], None] = lambda size: None,
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Batches of (rows of `raw_documents`, rows of `rejects`), each of about `batch_bytes` of content.

    `source_id` is a row of seeds/sources.csv, None for adhoc; `ingested_at` stands in every row; `naming` knows
    what the fields of records are called, and counts the exports that it knew. Files of object storage are read behind
    those of this machine, `fetched` ones last, each before the next is fetched. `tell` is told, now and then, how many
    bytes of the files are read. Raises SourceError.
    """
    if source_id is not None and source_id not in set(sources["source_id"]):
        raise SourceError(f"there is no source {source_id!r}; add it to seeds/sources.csv or leave --source away")
    batch = _Batch(source_id or ADHOC, ingested_at, naming)
    here = [path for path in paths if not is_uri(path)]
    elsewhere = chain.from_iterable(behind(path) for path in paths if is_uri(path))
    done = 0
    for found in chain(files(here), elsewhere, fetched):
        size, before = size_of(found), batch.content_bytes
        for _ in _read_file(found, batch):
            # of one that is packed more comes out than it has
            tell(done + min(batch.content_bytes - before, size))
            if batch.size >= batch_bytes:
                yield batch.take()
        batch.end_file(found.uri)
        done += size
        tell(done)
    yield batch.take()


@dataclass
class _Batch:
    """Rows of both tables until they are taken; `size` is in bytes, `ordinal` and `content_bytes` count documents, and
    what is in them, over all batches."""

    source_id: str
    ingested_at: dt.datetime
    naming: Naming
    size: int = 0
    ordinal: int = 0
    content_bytes: int = 0
    documents: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    refused_of_file: Counter[str] = field(default_factory=Counter)

    def keep(self, uri: str, name: str, media_code: str, content: bytes, fields: dict[str, Any]) -> None:
        """Keep a report; `name` is its external id where it declares none."""
        own_id = _text(fields.get("id"))
        external_id = own_id or name
        rest = {k: v for k, v in fields.items() if k not in (*_DECLARED, "text", "id")}
        self.documents.append(
            {
                "document_id": _hash(self.source_id, external_id, content)[:32],
                "external_id": external_id,
                "source_id": self.source_id,
                "uri": uri,
                "media_code": media_code,
                "content": content,
                "bytes_sha256": hashlib.sha256(content).hexdigest(),
                **{name: _text(fields.get(name)) for name in _DECLARED},
                "metadata": json.dumps(rest, ensure_ascii=False, sort_keys=True, default=str) if rest else None,
                "ingested_at": self.ingested_at,
                "ordinal": self.ordinal,
                "has_own_id": own_id is not None,
            }
        )
        self.ordinal += 1
        self.size += _ROW_BYTES + len(content)
        self.content_bytes += len(content)

    def refuse(self, uri: str, reason_code: str, message: str, content: bytes | None = None) -> None:
        """Refuse a report, or the file, for a reason; of very many in one file the last are only counted."""
        self.refused_of_file[reason_code] += 1
        if self.refused_of_file[reason_code] <= MOST_REFUSED:
            self._reject(uri, reason_code, message, content)

    def end_file(self, uri: str) -> None:
        """Tell how many more were refused in the file that ends here than are told one by one."""
        for reason_code, number in self.refused_of_file.items():
            if number > MOST_REFUSED:
                message = f"{number - MOST_REFUSED} more records are refused for this reason"
                self._reject(uri, reason_code, message, None)
        self.refused_of_file.clear()

    def _reject(self, uri: str, reason_code: str, message: str, content: bytes | None) -> None:
        digest = hashlib.sha256(content).hexdigest() if content else None
        self.size += _ROW_BYTES
        self.rejects.append(
            {
                "reject_id": _hash("ingest", self.source_id, uri, reason_code, digest or "")[:32],
                "stage": "ingest",
                "source_id": self.source_id,
                "uri": uri,
                "reason_code": reason_code,
                "message": message,
                "bytes_sha256": digest,
                "rejected_at": self.ingested_at,
            }
        )

    def take(self) -> tuple[pa.Table, pa.Table]:
        """What was gathered, and the batch empty again."""
        taken = (
            pa.Table.from_pylist(self.documents, schema=RAW_DOCUMENTS.schema),
            pa.Table.from_pylist(self.rejects, schema=REJECTS.schema),
        )
        self.documents, self.rejects, self.size = [], [], 0
        return taken


def _read_file(found: Found, batch: _Batch, space: Room | None = None, level: int = 0) -> Iterator[None]:
    """Put a file's reports into the batch, pausing after each so that a full batch can be taken.

    A file that holds others gives theirs: `level` is how many it lies in, `space` what may still be unpacked of them.
    """
    if found.path is None:
        batch.refuse(found.uri, found.reason_code or "unreadable", found.message or "")
        yield
        return
    try:
        with found.path.open("rb") as stream:
            head = stream.read(SNIFFED_BYTES)
        packed = kind_of(found.called, head, is_known(found.called, head))
        if packed and head.strip():
            yield from _read_container(found, packed, batch, space, level)
        elif (format_ := _readable(found, head, batch)) is not None:
            yield from _read_records(found, format_, batch)
    except OSError as error:
        batch.refuse(found.uri, "unreadable", f"the file cannot be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one file, the others are read
        batch.refuse(found.uri, "failed", failed_message(error))
    yield


def _read_container(found: Found, packed: str, batch: _Batch, space: Room | None, level: int) -> Iterator[None]:
    with ExitStack() as stack:
        space = space or room(found, stack)
        is_empty = True
        for inner in unpacked(found, packed, space, level):
            is_empty = False
            yield from _read_file(inner, batch, space, level + 1)
        if is_empty:
            batch.refuse(found.uri, "empty", "the archive holds no file")


def _readable(found: Found, head: bytes, batch: _Batch) -> Format | None:
    """The format of a file, None for one that is refused by what it is."""
    assert found.path is not None
    format_ = format_of(found.called, head)
    kind = unread_kind(found.called, head)
    if not head.strip():
        batch.refuse(found.uri, "empty", "the file is empty")
    elif format_ is None or (kind and format_.is_fallback):
        if kind:
            batch.refuse(found.uri, "unknown_format", f"the file is {kind}; no report is read from that")
        else:
            batch.refuse(found.uri, "binary", "the file holds bytes that are no text")
    elif not format_.in_pieces and (size := found.path.stat().st_size) > format_.max_bytes:
        message = f"{size // 2**20} MB in one file; at most {format_.max_bytes // 2**20} MB of its kind are read"
        batch.refuse(found.uri, "too_large", message)
    else:
        return format_
    return None


def _read_records(found: Found, format_: Format, batch: _Batch) -> Iterator[None]:
    assert found.path is not None
    record = None
    for record in format_.records(found.path):
        _take_in(found, format_.media_code, record, batch)
        yield
    if record is None:
        batch.refuse(found.uri, "empty", "the file holds no record")


def _take_in(found: Found, media_code: str, record: Record, batch: _Batch) -> None:
    """Keep a record, or refuse it with the reason; one that cannot be written down is refused with the error."""
    uri = found.uri if record.number is None else f"{found.uri}#{record.number}"
    try:
        _keep(found, uri, record.media_code or media_code, record, batch)
    except NamelessError as error:
        batch.refuse(uri, error.reason_code, str(error), record.content)
    except Exception as error:  # noqa: BLE001 - whatever a record raises, the others go on
        batch.refuse(uri, "failed", failed_message(error), record.content or None)


def _keep(found: Found, uri: str, media_code: str, record: Record, batch: _Batch) -> None:
    if record.fields is None:
        batch.refuse(uri, record.reason_code or "broken_record", record.message or "", record.content or None)
        return
    told = found.fields if record.number is None else {}
    # also in names of fields, which are known by their letters alone
    if (broken := _half_character({**told, **record.fields})) is not None:
        batch.refuse(uri, "broken_record", f"{broken} holds half of a character", record.content)
        return
    record = _named(record, batch.naming) if media_code == "record" else record
    name = PurePosixPath(found.uri)
    numbered = name.stem if record.number is None else f"{name.name}:{record.number}"
    batch.keep(uri, numbered, media_code, record.content, {**told, **(record.fields or {})})


def _named(record: Record, naming: Naming) -> Record:
    """The record under the names that Sitrep knows; its bytes are its own, but where its text has another name."""
    assert record.fields is not None
    fields = naming.named(record.fields)
    if record.fields.get("text") == fields["text"]:
        return replace(record, fields=fields)
    return replace(record, fields=fields, content=canonical(record.fields | {"text": fields["text"]}))


def _half_character(fields: dict[str, Any]) -> str | None:
    """The first field, or name of one, with a lone surrogate, which is no text and can be stored nowhere."""
    for name, value in fields.items():
        try:
            f"{name}{json.dumps(value, ensure_ascii=False, default=str)}".encode()
        except UnicodeEncodeError:
            return name.encode("utf-8", "replace").decode()
    return None


def _text(value: Any) -> str | None:
    """A declared field as text; nothing is repaired, an empty one is none."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _hash(*parts: str | bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(str(len(raw)).encode() + b":" + raw)
    return whole.hexdigest()
