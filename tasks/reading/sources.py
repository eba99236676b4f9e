"""What a release rests on: its publishers, and how many incidents stand on the word of one alone.

In comes the folder of a release, out come rows and lines. Nothing is refused.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.knowledge import schemes
from tasks.reading.known import VOICED, voices_of
from tasks.storage.releases import read_table

_OF_SIDES = ("side", "statements", "incidents", "alone")
COLUMNS = ("voice", "documents", "incidents", "alone")
_ONE_SIDE = "claimed"


@dataclass(frozen=True)
class Sources:
    """Voices and what rests on them.

    `rows`: a voice (the agency behind a text, else its publisher), its documents, the incidents that it tells of, and
    those that nobody else tells of. `sides`: an actor who speaks, the statements, the incidents that they are of, and
    those that rest on this one side's word. Of all `incidents`: those on `one_voice`, and those on one side's word."""

    rows: Sequence[tuple[str, int, int, int]]
    sides: Sequence[tuple[str, int, int, int]]
    incidents: int
    one_voice: int
    one_side: int


def sources(release: Path) -> Sources:
    """The voices of a release, those with most incidents first; sums are left out, unknown publishers are one."""
    voices = voices_of(read_table(release, "documents", VOICED).to_pylist())
    columns = ["incident_id", "is_aggregate", "certainty_code", "claims"]
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
    return Sources(rows, _sides(incidents), len(incidents), alone.total(), one_side)


def _sides(incidents: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int, int]]:
    """Actors who speak, by label, those of most incidents first."""
    statements, of, alone = Counter[str](), Counter[str](), Counter[str]()
    for incident in incidents:
        said = [
            claim["speaker_label"] or claim["speaker_text"] for claim in incident["claims"] if claim["speaker_actor_id"]
        ]
        statements.update(said)
        of.update(set(said))
        alone.update(set(said) if incident["certainty_code"] == _ONE_SIDE and len(set(said)) == 1 else ())
    return sorted(((side, statements[side], of[side], alone[side]) for side in of), key=lambda row: (-row[2], row[0]))


def source_lines(found: Sources) -> Iterator[str]:
    """A line for the whole, then a table of the voices, with what is known of them, and one of the sides that speak."""
    yield f"{found.incidents} incidents"
    yield f"  {_share(found.one_voice, found.incidents)} rest on one voice"
    yield f"  {_share(found.one_side, found.incidents)} rest on one side's word alone"
    yield ""
    known = [schemes.publisher_facts(row[0]) for row in found.rows]
    facts = [(of.acled_scale or "", of.side_actor_id or "", of.licence or "") for of in known]
    yield from _table(COLUMNS, found.rows, [("scale", "voice of", "terms"), *facts] if any(map(any, facts)) else [])
    if found.sides:
        yield ""
        yield from _table(_OF_SIDES, found.sides)


def _table(
    head: Sequence[str], rows: Sequence[tuple[str, int, int, int]], facts: Sequence[Sequence[str]] = ()
) -> Iterator[str]:
    cells = [head, *(tuple(map(str, row)) for row in rows)]
    width = max(len(row[0]) for row in cells)
    widths = [max(map(len, column)) for column in zip(*facts, strict=True)]
    for number, (name, *counts) in enumerate(cells):
        more = "".join(f"  {fact:<{wide}}" for fact, wide in zip(facts[number] if facts else (), widths, strict=True))
        yield (f"{name:<{width}}" + "".join(f"  {count:>10}" for count in counts) + more).rstrip()


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else f"{part}"
