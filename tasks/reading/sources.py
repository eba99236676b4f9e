"""What a release rests on: its publishers, and how many incidents stand on the word of one alone.

In comes the folder of a release, out come rows and lines. Nothing is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.reading.known import VOICED, voices_of
from tasks.storage.releases import read_table

COLUMNS = ("voice", "documents", "incidents", "alone")
_ONE_SIDE = "claimed"


@dataclass(frozen=True)
class Sources:
    """Voices and what rests on them.

    `rows`: a voice (the agency behind a text, else its publisher), its documents, the incidents that it tells of, and
    those that nobody else tells of. Of all `incidents`: those on `one_voice`, and those on one side's word alone."""

    rows: Sequence[tuple[str, int, int, int]]
    incidents: int
    one_voice: int
    one_side: int


def sources(release: Path) -> Sources:
    """The voices of a release, those with most incidents first; sums are left out, unknown publishers are one."""
    voices = voices_of(read_table(release, "documents", VOICED).to_pylist())
    columns = ["incident_id", "is_aggregate", "certainty_code"]
    incidents = [row for row in read_table(release, "incidents", columns).to_pylist() if not row["is_aggregate"]]
    told: defaultdict[str, set[str]] = defaultdict(set)
    for mention in read_table(release, "mentions", ["incident_id", "document_id"]).to_pylist():
        told[mention["incident_id"]].add(voices[mention["document_id"]])
    by_voice = Counter(voice for row in incidents for voice in told[row["incident_id"]])
    alone = Counter(next(iter(told[row["incident_id"]])) for row in incidents if len(told[row["incident_id"]]) == 1)
    of_documents = Counter(voices.values())
    rows = [(voice, of_documents[voice], by_voice[voice], alone[voice]) for voice in of_documents]
    rows.sort(key=lambda row: (-row[2], row[0]))
    one_side = sum(row["certainty_code"] == _ONE_SIDE for row in incidents)
    return Sources(rows, len(incidents), alone.total(), one_side)


def source_lines(found: Sources) -> Iterator[str]:
    """A line for the whole, then a table of the voices."""
    yield f"{found.incidents} incidents"
    yield f"  {_share(found.one_voice, found.incidents)} rest on one voice"
    yield f"  {_share(found.one_side, found.incidents)} rest on one side's word alone"
    yield ""
    cells = [COLUMNS, *(tuple(map(str, row)) for row in found.rows)]
    width = max(len(row[0]) for row in cells)
    for voice, *counts in cells:
        yield f"{voice:<{width}}" + "".join(f"  {count:>9}" for count in counts)


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else f"{part}"
