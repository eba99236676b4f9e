"""`make story`: learn from the whole reports of `seeds/stories` which accounts of a report are one happening, and which
happenings of several reports are one incident.

In come reports in which somebody marked the incidents that each sentence tells of, coded as Sitrep codes them; out come
the values of `seeds/story_weights.csv` and `seeds/retold_weights.csv`. How the weights do on the hands that are kept
out goes to `docs/story_scores.json`, for `docs/quality.md`. Refused are weights without a meaning in those files.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from flows.resources import actor_register
from flows.run import run
from tasks.link import read_reports
from tasks.link.incidents.joining import Told, join
from tasks.link.incidents.likeness import weights as retold_weights
from tasks.link.incidents.retold import Retold
from tasks.link.reports import Report as About
from tasks.link.story import counted, tellings
from tasks.link.story.grouping import group
from tasks.link.story.happening import happening_rows
from tasks.link.story.likeness import NOT_LEARNED, likeness, weights
from tasks.link.story.names import Names, names_of_report
from tasks.link.story.telling import Telling
from tasks.link.weights import WEIGHTS
from tasks.storage.store import Store
from tasks.tables import HAPPENINGS
from tasks.vocabularies import SEEDS

FOLDER = SEEDS / "stories"
WEIGHTS_FILE, RETOLD_FILE = SEEDS / "story_weights.csv", SEEDS / "retold_weights.csv"
SCORES = Path(__file__).parent.parent / "docs" / "story_scores.json"
GATES = frozenset("blo")
"""The hands whose reports are never trained on."""
# the inverse of how much large weights cost; of .1, .3 and 1 the best on hands that were kept out in turn
_STRENGTH = 0.3

Row = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """A coded report: its hand, its tellings, and the incident that each tells of; None where that is not clear."""

    hand: str
    about: About
    names: Names
    tellings: list[Telling]
    incidents: list[str | None]

    def pairs(self) -> Iterator[tuple[list[str], bool]]:
        """The weights that hold of each two tellings, and whether they are one incident."""
        for one, other in combinations(range(len(self.tellings)), 2):
            ours, theirs = self.incidents[one], self.incidents[other]
            if ours and theirs:
                held = [id_ for id_ in likeness(self.tellings[one], self.tellings[other]) if id_ not in NOT_LEARNED]
                yield held, ours == theirs

    def happenings(self, values: Mapping[str, int]) -> Iterator[tuple[Row, str | None]]:
        """Rows of `happenings` that the weights make of it, and the incident that most accounts of each tell of."""
        of = dict(zip((one.id for one in self.tellings), self.incidents, strict=True))
        groups = group(self.tellings, values, WEIGHTS.one_happening)
        for members, row in zip(groups, happening_rows(groups, self.about, self.names), strict=True):
            clear = [name for one in members if (name := of[one.id])]
            yield row, max(sorted(set(clear)), key=clear.count) if clear else None


def stories() -> dict[str, Row]:
    """The reports by id, with their hand."""
    return {
        row["id"]: row | {"hand": path.stem}
        for path in sorted(FOLDER.glob("*.jsonl"))
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    }


def text_of(story: Row) -> str:
    """The body as a report has it: paragraphs with an empty line between."""
    parts = [("\n\n" if one.get("para") else " ") + one["text"] for one in story["sentences"]]
    return "".join(parts).strip()


def coded(known: dict[str, Row], data: Path) -> Iterator[Report]:
    """The reports as Sitrep codes them, in a folder of its own."""
    keys = ("id", "title", "published", "publisher")
    source = data / "stories.jsonl"
    records = ({key: story[key] for key in keys} | {"text": text_of(story)} for story in known.values())
    source.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    run([str(source)], data=str(data / "data"))
    store = Store(str(data / "data"))
    documents = store.read("documents").to_pylist()
    by_id = {row["document_id"]: row for row in documents}
    resolved = store.read("resolved_mentions").combine_chunks()
    home = dict(zip(*(resolved[name].to_pylist() for name in ("mention_id", "document_id")), strict=True))
    rows = {row["mention_id"]: row for row in resolved.select(["mention_id", "trigger_start"]).to_pylist()}
    reports = read_reports(store.read("documents"))
    for told in tellings(resolved, store.read("accounts"), reports, actor_register()):
        document = by_id[home[told[0].id]]
        story = known[document["external_id"]]
        single = sorted(counted(told), key=lambda one: (one.account.positions, one.id))
        places = spans(document["text"], story)
        starts = [[rows[mention]["trigger_start"] for mention in one.account.ids] for one in single]
        labels = [incident(one, at, places, story) for one, at in zip(single, starts, strict=True)]
        about = reports[document["document_id"]]
        yield Report(story["hand"], about, names_of_report(document["text"], document["title"]), single, labels)


def spans(text: str, story: Row) -> list[tuple[int, int, list[str]]]:
    """Where the sentences stand in the cleaned text, with their incidents; what cleaning took out is left out."""
    at = [place for place, letter in enumerate(text) if not letter.isspace()]
    flat = "".join(text[place] for place in at)
    found, begin = [], 0
    for sentence in story["sentences"]:
        words = "".join(sentence["text"].split())
        # cleaning cuts a dateline off the first sentence
        cuts = (cut for cut in range(max(1, len(words) - 20)) if flat.find(words[cut:], begin) >= 0)
        cut = next(cuts, None)
        if cut is not None:
            start = flat.find(words[cut:], begin)
            begin = start + len(words) - cut
            found.append((at[start], at[begin - 1] + 1, sentence["incidents"]))
    return found


def incident(telling: Telling, triggers: list[int], places: list[tuple[int, int, list[str]]], story: Row) -> str | None:
    """The incident that most sentences of a telling tell of: the one of its kind, or the only one."""
    kinds = {one["incident_id"]: one["kinds"] for one in story["incidents"]}
    votes: list[str] = []
    for trigger in triggers:
        told = next((names for start, end, names in places if start <= trigger < end), [])
        fitting = [name for name in told if telling.kind in kinds[name]]
        if len(fitting) == 1 or (not fitting and len(told) == 1):
            votes += fitting or told
    return max(sorted(set(votes)), key=votes.count) if votes else None


Pair = tuple[list[str], bool]


class Compared(NamedTuple):
    """Two happenings of two reports that linking compares: their ids and incidents, and what holds of them."""

    ids: tuple[str, str]
    incidents: tuple[str | None, str | None]
    held: list[str]


def compared(happenings: Sequence[tuple[Row, str | None]]) -> Iterator[Compared]:
    """All pairs of a hand that linking compares."""
    rows, incidents = [row for row, _ in happenings], [name for _, name in happenings]
    table = pa.Table.from_pylist(rows, schema=HAPPENINGS.schema)
    retold = Retold(table, table["happening_id"].combine_chunks(), table.slice(0, 0))
    everything = np.ones(len(rows), bool)
    for ones, others in retold.pairs(everything, ~everything):
        held: list[list[str]] = [[] for _ in ones]
        for ids, holds in retold.compared.likeness(ones, others):
            for names, number in zip(held, holds.tolist(), strict=True):
                names += [ids[number]] if number >= 0 else []
        for one, other, names in zip(ones.tolist(), others.tolist(), held, strict=True):
            ids_of = rows[one]["happening_id"], rows[other]["happening_id"]
            yield Compared(ids_of, (incidents[one], incidents[other]), names)


def retold_pairs(known: Iterable[Report], values: Mapping[str, int]) -> Iterator[Pair]:
    """The weights that hold of each two happenings that are compared, and whether they are one incident."""
    for happenings in by_hand(known, values).values():
        for _, (ours, theirs), held in compared(happenings):
            if ours and theirs:
                yield held, ours == theirs


def by_hand(known: Iterable[Report], values: Mapping[str, int]) -> Mapping[str, list[tuple[Row, str | None]]]:
    """The happenings in the reports of each hand."""
    found = defaultdict(list)
    for report in known:
        found[report.hand] += report.happenings(values)
    return found


def learned(pairs: Sequence[Pair]) -> dict[str, int]:
    """The weights that these pairs teach, in hundredths of a logit."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    held = [{name: 1 for name in names if name != "always"} for names, _ in pairs]
    same = [is_same for _, is_same in pairs]
    columns = DictVectorizer()
    model = LogisticRegression(C=_STRENGTH, max_iter=5000)
    model.fit(columns.fit_transform(held), same)
    found = dict(zip(columns.get_feature_names_out(), model.coef_[0], strict=True))
    return {name: round(100 * float(value)) for name, value in ({"always": model.intercept_[0]} | found).items()}


def measured(known: list[Report], values: dict[str, int]) -> dict[str, float]:
    """B-cubed over the tellings whose incident is clear."""
    items = []
    for number, report in enumerate(known):
        of = {one.id: name for one, name in zip(report.tellings, report.incidents, strict=True)}
        for place, members in enumerate(group(report.tellings, values, WEIGHTS.one_happening)):
            items += [((number, of[one.id]), (number, place)) for one in members if of[one.id]]
    return b_cubed(items) | {"accounts": len(items), "reports": len(known)}


def retold_measured(known: list[Report], story: Mapping[str, int], values: Mapping[str, int]) -> dict[str, float]:
    """B-cubed over the happenings whose incident is clear, and how many incidents of several reports are one row."""
    items: list[tuple[Any, Any]] = []
    for hand, happenings in by_hand(known, story).items():
        ids = [row["happening_id"] for row, _ in happenings]
        scored = [(sum(values.get(name, 0) for name in pair.held), *sorted(pair.ids)) for pair in compared(happenings)]
        ranked = sorted((-score, one, other) for score, one, other in scored if score > WEIGHTS.one_incident)
        alike = [(one, other) for _, one, other in ranked]
        told = [Told(id_, id_, one["document_id"], 1) for id_, (one, _) in zip(ids, happenings, strict=True)]
        home = {id_: number for number, members in enumerate(join(told, alike)) for id_ in members}
        items += [((hand, name), (hand, home[id_])) for id_, (_, name) in zip(ids, happenings, strict=True) if name]
    several = {name for name, times in Counter(name for name, _ in items).items() if times > 1}
    one_row = sum(len({row for name, row in items if name == wanted}) == 1 for wanted in several)
    return b_cubed(items) | {"happenings": len(items), "told_by_several": len(several), "one_row": one_row}


def b_cubed(items: list[tuple[Any, Any]]) -> dict[str, float]:
    """Precision, recall and F1 of pairs of the true group and the one found."""
    precision = sum(_share(items, one[1], one[0], 1) for one in items) / len(items)
    recall = sum(_share(items, one[0], one[1], 0) for one in items) / len(items)
    found = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}
    return {name: round(value, 3) for name, value in found.items()}


def _share(items: list[Any], group_of: Any, wanted: Any, side: int) -> float:
    """Of the items in one group of a side, how many are in the wanted group of the other."""
    members = [item for item in items if item[side] == group_of]
    return sum(item[1 - side] == wanted for item in members) / len(members)


def write(file: Path, values: dict[str, int]) -> None:
    """Put the values into the vocabulary; weights that no report taught become 0."""
    with file.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    unknown = sorted(values.keys() - {row["weight_id"] for row in rows})
    if unknown:
        raise SystemExit(f"{file}: no row for weight_id {', '.join(unknown)}; add them with their meaning")
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(row | {"value": values.get(row["weight_id"], 0)} for row in rows)


def main() -> None:
    """Train, write the weights, and measure them on the hand that is kept out; `--measure` only measures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--measure", action="store_true", help="measure the weights that are there")
    only_measure = parser.parse_args().measure
    with tempfile.TemporaryDirectory() as folder:
        reports = list(coded(stories(), Path(folder)))
    trained = [report for report in reports if report.hand not in GATES]
    values, retold = dict(weights()), dict(retold_weights())
    if not only_measure:
        values = learned([pair for report in trained for pair in report.pairs()])
        write(WEIGHTS_FILE, values)
        retold = learned(list(retold_pairs(trained, values)))
        write(RETOLD_FILE, retold)
    hands = sorted({report.hand for report in reports})
    of_hand = {hand: [report for report in reports if report.hand == hand] for hand in hands}
    gate = [report for report in reports if report.hand in GATES]
    alone, apart = {"always": WEIGHTS.one_happening - 1}, {"always": WEIGHTS.one_incident - 1}
    scores = {
        "story": {hand: measured(known, values) for hand, known in of_hand.items()}
        | {"gate": measured(gate, values), "gate_each_alone": measured(gate, alone)},
        "retold": {hand: retold_measured(known, values, retold) for hand, known in of_hand.items()}
        | {"gate": retold_measured(gate, values, retold), "gate_each_alone": retold_measured(gate, values, apart)},
    }
    SCORES.write_text(json.dumps(scores, indent=1) + "\n")
    print(json.dumps(scores, indent=1))


if __name__ == "__main__":
    main()
