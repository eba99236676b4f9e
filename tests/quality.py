"""Measure the coder on its own gold and write `docs/quality.md`: `make quality`.

    python tests/quality.py [--data DIR]

Codes `tests/gold/` in an empty data folder, scores it, and sets beside it what `docs/public_scores.json` holds: figures
on public sets, measured when they were last at hand.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from pathlib import Path
from typing import Any

import gold_incidents
import gold_sentences
import pyarrow.parquet as pq
from train_story import GATES

CHECKOUT = Path(__file__).parent.parent
PAGE = CHECKOUT / "docs" / "quality.md"
PUBLIC = CHECKOUT / "docs" / "public_scores.json"
STORY = CHECKOUT / "docs" / "story_scores.json"
JUDGE = CHECKOUT / "docs" / "judge_scores.json"
FLOORS = CHECKOUT / "tests" / "gold" / "floors.json"
MEANINGS = {
    "found": "events coded with the right type",
    "precision": "coded mentions whose type is told",
    "status": "right status, of those found",
    "actors": "actors named, of those found",
    "recipients": "recipients named, of those found",
    "place": "right place, of those found",
    "country_code": "right country, of those found",
    "admin1": "right first-level division, of those found",
    "geo_precision": "right precision of the place, of those found",
    "date": "right first day, of those found",
    "killed": "right number of dead, of those found",
    "injured": "right number of injured, of those found",
    "captured": "right number of captured, of those found",
    "speaker": "right speaker, of those found",
    "kept_out": "what must not be coded is not",
}


def mentions_of(data: Path, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The release's mentions for records that are coded into an empty data folder."""
    from flows.run import run

    data.mkdir(parents=True, exist_ok=True)
    source = data / "gold.jsonl"
    source.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    run([str(source)], data=str(data / "data"))
    mentions = pq.read_table(data / "data" / "releases" / "latest" / "mentions.parquet").to_pylist()
    return sorted(mentions, key=lambda mention: (mention["external_id"], mention["trigger_start"]))


def sentence_scores(data: Path) -> dict[str, tuple[int, int]]:
    """Hits and total of each measure on the gold sentences."""
    rows = gold_sentences.load()
    coded: dict[str, list[dict[str, Any]]] = {}
    for mention in mentions_of(data, [{k: row[k] for k in ("id", "text", "published")} for row in rows]):
        coded.setdefault(mention["external_id"], []).append(mention)
    return gold_sentences.score(rows, coded)


def incident_scores(data: Path, gold: Path = gold_incidents.GOLD) -> dict[str, Any]:
    """`found` as hits and total, and B-cubed precision, recall and F1 of linking, on a file of gold incidents."""
    reports = gold_incidents.load(gold)
    return gold_incidents.score(reports, mentions_of(data, gold_incidents.records(reports)))


def interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def own_tables(sentences: dict[str, tuple[int, int]], incidents: dict[str, Any], wire: dict[str, Any]) -> str:
    """The page's part on the project's own gold, in Markdown."""
    floors = json.loads(FLOORS.read_text())
    lines = ["| measure | value | n | 95 % interval | floor | meaning |", "|---|---|---|---|---|---|"]
    for name, (hits, total) in sentences.items():
        low, high = interval(hits, total)
        floor = floors["sentences"].get(name, "")
        lines.append(f"| {name} | {hits / total:.3f} | {total} | {low:.3f}-{high:.3f} | {floor} | {MEANINGS[name]} |")
    for title, scores, floor in (
        ("linking", incidents, floors["incidents"]),
        ("linking, wire style", wire, floors["wire_incidents"]),
    ):
        lines += ["", f"| {title} | value | floor |", "|---|---|---|"]
        hits, total = scores["found"]
        lines.append(f"| found | {hits / total:.3f} (n = {total}) | {floor['found']} |")
        for name in ("bcubed_precision", "bcubed_recall", "bcubed_f1"):
            lines.append(f"| {name} | {scores[name]:.3f} | {floor.get(name, '')} |")
    return "\n".join(lines)


def judge_tables() -> str:
    """The page's part on the judge, in Markdown: hands that it was not trained on, and its learning curve."""
    scores = json.loads(JUDGE.read_text())
    lines = [
        f"The learned judge saw {scores['texts']} texts of `seeds/judge/`. The hands below were kept out, and wrote "
        "without having seen a rule: `gate` avoids the usual words on purpose, `plaingate` uses them as reports do, "
        "`articlesgate` are sentences of whole articles, each read alone.",
        "",
        "| hand | n | read by | types found | types right | texts without an event left alone |",
        "|---|---|---|---|---|---|",
    ]
    for hand, ways in scores["gates"].items():
        for way, value in ways.items():
            shares = " | ".join(f"{value[name]:.3f}" for name in ("recall", "precision", "left_alone"))
            lines.append(f"| {hand} | {value['texts']} | {way} | {shares} |")
    lines += ["", "| about | texts without an event | coded by rules alone | with the judge |", "|---|---|---|---|"]
    for kind, rate in scores["false_rates"].items():
        shares = f"{rate['rules alone']:.2f} | {rate['with the judge']:.2f}"
        lines.append(f"| {kind} | {rate['texts']} | {shares} |")
    lines += ["", "| texts that it saw | main type is its first (`plaingate`) |", "|---|---|"]
    lines += [f"| {count} | {share:.3f} |" for count, share in scores["curve"].items()]
    return "\n".join(lines)


def story_table() -> str:
    """The accounts of reports, in Markdown."""
    lines = ["| hand | reports | accounts | B-cubed precision | recall | F1 |", "|---|---|---|---|---|---|"]
    for hand, value in _hands("story"):
        lines.append(f"| {hand} | {value['reports']} | {value['accounts']} | {_b_cubed(value)} |")
    return "\n".join(lines)


def retold_table() -> str:
    """The happenings of several reports, in Markdown."""
    lines = [
        "| hand | happenings | B-cubed precision | recall | F1 | told by several | of these one row |",
        "|---|---|---|---|---|---|---|",
    ]
    for hand, value in _hands("retold"):
        rows = f"{value['told_by_several']} | {value['one_row']}"
        lines.append(f"| {hand} | {value['happenings']} | {_b_cubed(value)} | {rows} |")
    return "\n".join(lines)


def _hands(part: str) -> list[tuple[str, dict[str, float]]]:
    """How each hand is called, with its scores; last those that were kept out, together."""
    scores = json.loads(STORY.read_text())[part]
    together = [("kept out, together", scores.pop("gate")), ("each alone", scores.pop("gate_each_alone"))]
    return [(f"`{hand}`" + (", kept out" if hand in GATES else ""), scores[hand]) for hand in scores] + together


def _b_cubed(value: dict[str, float]) -> str:
    return " | ".join(f"{value[name]:.3f}" for name in ("precision", "recall", "f1"))


def page(own: str) -> str:
    """`docs/quality.md`: the project's own gold, then public sets."""
    public = json.loads(PUBLIC.read_text())
    lines = ["| set | measure | rules alone | value | n | 95 % interval | others |", "|---|---|---|---|---|---|---|"]
    for row in public["rows"]:
        low, high = row["interval"]
        lines.append(
            f"| {row['set']} | {row['measure']} | {row['rules_alone']:.3f} | {row['value']:.3f} | {row['n']} "
            f"| {low:.3f}-{high:.3f} | {row.get('others', '')} |"
        )
    return f"""# Quality

Generated by `make quality`; do not edit. Shares are of n; intervals are 95 %.

## The project's own gold

`tests/gold/` holds sentences and incidents written for it; `make test` holds these figures to the floors.

{own}

## The judge

{judge_tables()}

## The story of a report

Which accounts of a report are one happening, over the accounts whose incident a reader marked. Hands that were kept out
of training say what it is worth; what a model scores on the others it has seen.

{story_table()}

## The same in several reports

Which happenings of several reports are one incident, over the happenings whose incident is clear.

{retold_table()}

## Public sets

{public["about"]}

{chr(10).join(lines)}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="where to code; an empty temporary folder by default")
    chosen = parser.parse_args().data
    from flows.engine import quiet_prefect

    quiet_prefect()
    with tempfile.TemporaryDirectory() as folder:
        data = chosen or Path(folder)
        own = own_tables(
            sentence_scores(data / "sentences"),
            incident_scores(data / "incidents"),
            incident_scores(data / "wire", gold_incidents.WIRE),
        )
    PAGE.write_text(page(own), encoding="utf-8")
    print(own)


if __name__ == "__main__":
    main()
