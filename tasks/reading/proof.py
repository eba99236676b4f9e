"""A proof that an incident stands in a release as told: one JSON that can be checked without the archive.

In come the folder of a release and an incident's id, out comes the proof; in comes a proof, out come sentences on what
in it does not hold, none where all does. What is checked is the proof alone, and of a release, where one is given, the
manifest. What is no proof is told as such; a release whose rows are not those of its manifest is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.storage import manifests, tree
from tasks.storage.checks import StoreError

FORMAT = "sitrep-proof/1"
_HOW = (
    "Each row leads over its path to the tree of its table, among `trees` in `manifest`: a leaf is the sha256 of a "
    "byte 0 and the row, a node that of a byte 1, left and right. The sha256 of `manifest` is `root`. A document_id is "
    "the beginning of the sha256 over source_id, external_id and the document's bytes, each after its length in "
    "decimal and a colon."
)
_HEX = re.compile(r"[0-9a-f]{64}")
# no proof of one incident is near to it
LARGEST = 256 * 2**20

Proof = dict[str, Any]


def proof_of(release: Path, incident_id: str, meanings: Mapping[str, str]) -> Proof:
    """The proof of one incident: its row, its mentions and their documents with their paths to the root, its sentences
    with their SHA-256, the rules that made their values (`meanings` by rule_id), code and vocabulary fingerprints.

    A unique beginning of an id is enough. Raises LookupError where there is no such incident, or several, StoreError
    where the release has no trees or rows that are not those of its manifest.
    """
    text = (release / manifests.NAME).read_text("utf-8")
    manifest = manifests.read(release)
    rows, trees = _rooted(release, manifest)
    own = [_field(row, "incident_id") for row in rows["incidents"]]
    found = [number for number, one in enumerate(own) if one.startswith(incident_id)]
    if len(found) != 1:
        what = f"{len(found)} incidents" if found else "no incident"
        raise LookupError(f"release {release.name} has {what} of id {incident_id}")
    whole = own[found[0]]
    mentions = [n for n, row in enumerate(rows["mentions"]) if whole in row and json.loads(row)["incident_id"] == whole]
    told = [json.loads(rows["mentions"][number]) for number in mentions]
    ids = {mention["document_id"] for mention in told}
    documents = [n for n, row in enumerate(rows["documents"]) if _field(row, "document_id") in ids]
    wanted = {"incidents": found, "mentions": mentions, "documents": documents}
    names = sorted({rule for mention in told for rule in mention["rules"]})
    return {
        "format": FORMAT,
        "how": _HOW,
        "incident_id": whole,
        "release": manifest["version"],
        "root": hashlib.sha256(text.encode()).hexdigest(),
        "rows": [_proved(t, rows[t][n], trees[t].path(n)) for t in tree.TABLES for n in wanted[t]],
        "sentences": _sentences(told),
        "rules": {name: meanings.get(name, "") for name in names},
        "fingerprints": manifest.get("fingerprints", {}),
        "manifest": text,
    }


def _rooted(release: Path, manifest: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, tree.Tree]]:
    """The rows of each table as text, and the trees over them, which are those that the manifest tells."""
    rows: dict[str, list[str]] = {}
    trees: dict[str, tree.Tree] = {}
    for table in tree.TABLES:
        stated = manifest.get("trees", {}).get(table)
        if stated is None:
            raise StoreError(f"{release} was made before rows were proved; run `sitrep run --no-ingest` for another")
        rows[table] = list(tree.rows(release / f"{table}.parquet"))
        trees[table] = tree.Tree([tree.leaf(row) for row in rows[table]])
        if trees[table].root.hex() != stated:
            file = f"{release / table}.parquet"
            raise StoreError(f"{file}: its rows do not lead to the tree in {manifests.NAME}; ask `sitrep verify` why")
    return rows, trees


def _field(row: str, name: str) -> str:
    """The value of a row's first column, an id, without reading the rest."""
    return row.partition(f'"{name}":"')[2].partition('"')[0]


def _proved(table: str, row: str, steps: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    return {"table": table, "row": row, "path": [[side, beside.hex()] for side, beside in steps]}


def _sentences(told: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each sentence once, in the order of documents and text."""
    found = {
        (mention["document_id"], mention["sentence_start"], mention["sentence_end"]): mention["sentence_text"]
        for mention in told
    }
    return [
        {"document_id": document, "start": start, "end": end, "text": text, "sha256": _sha256(text)}
        for (document, start, end), text in sorted(found.items())
    ]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# ------------------------------------------------------------ checking


def proof_faults(text: str, release: Path | None = None) -> list[str]:
    """What does not hold in a proof, a line each; nothing but the proof, and the release's manifest, is read."""
    try:
        proof = json.loads(text)
        if not isinstance(proof, dict) or proof.get("format") != FORMAT:
            return [f"this is no proof of the form {FORMAT}"]
        return [*_broken(proof), *(_not_of(proof, release) if release else ())]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return [f"this is no whole proof ({type(error).__name__}: {error})"]


def _broken(proof: Proof) -> Iterator[str]:
    manifest = json.loads(proof["manifest"])
    if _sha256(proof["manifest"]) != proof["root"]:
        yield "manifest: its sha256 is not the root"
    if manifest["version"] != proof["release"]:
        yield f"release: the manifest is of {manifest['version']}, not of {proof['release']}"
    if manifest.get("fingerprints", {}) != proof["fingerprints"]:
        yield "fingerprints: are not those of the manifest"
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in tree.TABLES}
    for number, entry in enumerate(proof["rows"], 1):
        steps = [(side, bytes.fromhex(beside)) for side, beside in entry["path"]]
        if not all(side in ("left", "right") and _HEX.fullmatch(beside) for side, beside in entry["path"]):
            yield f"row {number}: its path is none"
        elif tree.climbed(tree.leaf(entry["row"]), steps).hex() != manifest["trees"][entry["table"]]:
            yield f"row {number}: does not lead to the tree of {entry['table']}"
        rows[entry["table"]].append(json.loads(entry["row"]))
    yield from _apart(proof, rows)


def _apart(proof: Proof, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """What of the proof the proved rows do not bear out."""
    own, mentions = [row["incident_id"] for row in rows["incidents"]], rows["mentions"]
    if own != [proof["incident_id"]]:
        yield f"incident: the row is of {', '.join(own) or 'none'}, not of {proof['incident_id']}"
    elif (counted := rows["incidents"][0]["mention_count"]) != len({mention["mention_id"] for mention in mentions}):
        yield f"mentions: {len(mentions)} are proved, the incident has {counted}"
    if any(mention["incident_id"] != proof["incident_id"] for mention in mentions):
        yield "mentions: some are of another incident"
    if {mention["document_id"] for mention in mentions} != {row["document_id"] for row in rows["documents"]}:
        yield "documents: are not those of the mentions"
    if _sentences(mentions) != proof["sentences"]:
        yield "sentences: are not those of the mentions, or their hashes are not theirs"
    if {rule for mention in mentions for rule in mention["rules"]} != set(proof["rules"]):
        yield "rules: are not those of the mentions"


def _not_of(proof: Proof, release: Path) -> Iterator[str]:
    path = release / manifests.NAME
    if not path.is_file() or path.is_symlink():
        yield f"{release} is no release: it has no {manifests.NAME}"
    elif hashlib.sha256(path.read_bytes()).hexdigest() != proof["root"]:
        yield f"root: is not the sha256 of {path}"


def held_line(text: str) -> str:
    """What a proof without faults shows, in a line."""
    proof = json.loads(text)
    counts = {table: sum(entry["table"] == table for entry in proof["rows"]) for table in tree.TABLES}
    return (
        f"{proof['incident_id']} stands in {proof['release']} with {counts['mentions']} mentions, "
        f"{len(proof['sentences'])} sentences, {counts['documents']} documents; root {proof['root']}"
    )
