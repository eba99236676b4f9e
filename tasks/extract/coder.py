"""Code documents: cut, search, parse, match, fold, and write down what was found.

In come documents and an Extractor, out come rows of `mentions` and new rows of `parses`. This module only puts the
pieces of the stage together; what each decides stands in the module of its name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import pyarrow as pa
from spacy.tokens import Token

from tasks.extract.aggregates import is_aggregate
from tasks.extract.consolidation import consolidate
from tasks.extract.counts import Tolls, UnknownCounts, numbers_of, with_toll
from tasks.extract.lexicon import Lexicon
from tasks.extract.match import Lost, Match, Matcher
from tasks.extract.memory import Memory
from tasks.extract.names import Name, NameFinder, SentenceNames
from tasks.extract.narrative import Narrative
from tasks.extract.parties import end_with_group, start_with_group
from tasks.extract.search import TriggerSearch, known_forms
from tasks.extract.speakers import Speaker, is_hedged, speaker_of
from tasks.extract.status import status_and_tense
from tasks.extract.when import date_of
from tasks.extract.where import PlaceText, places_of
from tasks.extract.whereabouts import told_later, under_heading
from tasks.knowledge.actors import ActorRegister
from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.language import syntax
from tasks.language.dates import find_dates
from tasks.language.parse_repairs import ParseMender
from tasks.language.parsing import Parser
from tasks.language.quantities import Quantities, QuantitySpan
from tasks.language.sentences import Sentence, SentenceSplitter
from tasks.tables import MENTIONS, PARSES

_PRONOUN = re.compile(r"\b(?:he|she|they|them|it|its|his|her|their|him|the group|the insurgents?)\b", re.IGNORECASE)
# "File photo: smoke rises over ...": a picture of something else, put beside the news
_OLD_PICTURE = re.compile(r"\W*(?:FILE(?: PHOTO| PICTURE)?|File (?:photo|picture|image)|Archive photo)\b\W")
# "six people died there", not "there were six dead"
_THERE = re.compile(r"\bthere\b(?! (?:is|are|was|were|has|have|had|will|may|could|would)\b)")
_CONTEXT_PLACES = 12
# Rules under which a mention's place is a name in its own sentence, which later sentences may mean.
_NAMED_RULES = ("slot", "attached", "clause", "sentence")
_CAPITALS_SHARE = 0.8


@dataclass
class Extractor:
    """All that extraction reads: vocabularies compiled, gazetteer, model. Built once a run."""

    vocabularies: Mapping[str, pd.DataFrame]
    gazetteer: Gazetteer
    model: str
    lexicon: Lexicon = field(init=False)

    def __post_init__(self) -> None:
        words = self.vocabularies
        self.lexicon = Lexicon(words)
        countries = Countries(words["countries"])
        register = ActorRegister(
            words["actors"], words["actor_names"], words["roles"], words["actor_heads"], words["countries"]
        )
        self.heads = dict(zip(words["actor_heads"]["lemma"], words["actor_heads"]["actor_type_code"], strict=True))
        self.names = NameFinder(self.lexicon, register, self.gazetteer, countries)
        self.splitter = SentenceSplitter(words["abbreviations"])
        self.quantities = Quantities(words["quantities"])
        self.tolls = Tolls(words["toll_words"])
        self.unknown = UnknownCounts(words["unknown_counts"])
        self.parser = Parser(self.model)
        irregular = self.parser.irregular_forms()
        self.search = TriggerSearch(self.lexicon.asked(), irregular)
        lemmas = self.lexicon.lemmas() | set(self.lexicon.light_verbs) | set(self.lexicon.reporting_verbs)
        self.mender = ParseMender(self.lexicon, lemmas, known_forms(lemmas, irregular))
        self.matcher = Matcher(self.lexicon)

    def parse_text(self, text: str) -> str:
        """The sentence as it is parsed, letter by letter: hard wraps are spaces, and wire text in capitals gets the
        case of running text."""
        text = text.replace("\n", " ").replace("\t", " ")
        letters = [c for c in text if c.isalpha()]
        if len(letters) < 12 or sum(c.isupper() for c in letters) < _CAPITALS_SHARE * len(letters):
            return text
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        cased = list(lowered)
        first = next((i for i, c in enumerate(cased) if c.isalpha()), 0)
        starts = {first}
        for name in self.names.known(text):
            starts |= {name.start + m.start() for m in re.finditer(r"\b\w", text[name.start : name.end])}
        for index in starts:
            cased[index] = text[index]
        return "".join(cased)


def extract_documents(
    documents: pa.Table, extractor: Extractor, known: Callable[[list[str]], dict[str, bytes]]
) -> tuple[pa.Table, pa.Table]:
    """Rows of `mentions` for rows of `documents`, and the rows of `parses` that were not known.

    `known` gives the stored parses (bytes) for sentence hashes; an empty answer only costs time.
    """
    reports = [_Report(row, extractor) for row in documents.to_pylist()]
    docs, parses = extractor.parser.parse((t for r in reports for t in r.wanted.values()), known)
    for doc in docs.values():
        extractor.mender.mend(doc)
    rows = [row for report in reports for row in report.mentions(docs)]
    rows.sort(key=lambda row: row["mention_id"])
    return pa.Table.from_pylist(rows, schema=MENTIONS.schema), parses.select(PARSES.names)


class _Report:
    """One document on its way through the stage."""

    def __init__(self, row: dict[str, Any], extractor: Extractor):
        self._row = row
        self._x = extractor
        text = row["text"] or ""
        self._sentences = extractor.splitter.sentences(text, row["segments"])
        hits = [
            i
            for i, s in enumerate(self._sentences)
            if extractor.search.is_wanted(s.text) and not _OLD_PICTURE.match(s.text)
        ]
        chosen = set(hits)
        for i in hits:
            if i and _PRONOUN.search(self._sentences[i].text):
                chosen.add(i - 1)
        self.wanted = {i: extractor.parse_text(self._sentences[i].text) for i in sorted(chosen)}
        self._countries = extractor.names.country_codes(f"{row['title'] or ''}\n{text}")
        self._placed = frozenset(name for s in self._sentences for name in extractor.names.unlisted(s.text))
        self._memory = Memory()
        self._story = Narrative(self._sentences, extractor.lexicon, extractor.quantities)
        self._speakers: list[tuple[int, str, str | None]] = []

    def mentions(self, docs: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The document's rows of `mentions`."""
        if not self.wanted:
            return []
        self._places = self._places_by_sentence()
        rows: list[dict[str, Any]] = []
        for index, parsed in self.wanted.items():
            names = self._x.names.over(docs[parsed], self._countries, self._placed)
            self._memory.read(names, index)
            matches = consolidate(self._x.matcher.matches(names), self._x.lexicon)
            quantities = self._x.quantities.find(names.doc.text) if matches else []
            toll = self._x.tolls.in_text(names.doc.text, quantities) if matches else None
            taken_by = self._taken_by(toll, matches) if toll else None
            sentence_rows: list[dict[str, Any]] = []
            for match in matches:
                sentence_rows += self._rows(match, index, names, quantities, toll if match is taken_by else None)
            self._story.told += sentence_rows
            rows += sentence_rows
        self._story.date_leads()
        return rows

    # ------------------------------------------------------------ one match

    def _taken_by(self, toll: QuantitySpan, matches: list[Match]) -> Match | None:
        """The happening whose dead the toll counts: the violence that is told last before it."""
        violent = self._x.lexicon.takes_casualties
        told = [m for m in matches if m.trigger.event_type_code in violent and m.token.idx < toll.start]
        return max(told, key=lambda match: match.token.idx, default=None)

    def _rows(
        self, match: Match, index: int, names: SentenceNames, quantities: list[QuantitySpan], toll: QuantitySpan | None
    ) -> list[dict[str, Any]]:
        x, story, sentence = self._x, self._story, self._sentences[index]
        dates = [span for span in find_dates(names.doc.text) if not span.is_time_only]
        status, tense = status_and_tense(match, x.lexicon)
        if status == "occurred" and story.is_told_plan(match):
            status, tense = "planned", "future"
        speaker = self._speaker(match, index, names)
        date = story.counted_from_told(match, date_of(match, dates, names, x.lexicon), dates)
        numbers = [story.counted_before(number, index) for number in numbers_of(match, quantities)]
        if toll is not None:
            numbers = with_toll(numbers, toll)
        actors = [self._party(t, index, names) for t in match.actors]
        recipients = [self._party(t, index, names) for t in match.recipients]
        places = places_of(match, names, [*match.actors, *match.recipients])
        kind = match.trigger.event_type_code
        is_sum = is_aggregate(match, date, sentence.text, is_lead=index == 0)
        if match.trigger.is_outcome and not is_sum:
            hurt = [n for n in numbers if n["kind_code"] != "missing"]
            bare = match.trigger.is_bare and not match.outcomes and not hurt
            if bare and story.kind_before(index) is None:
                return []  # "the leader died in 1989": nobody is said to have killed
            elsewhere = bool(places) and not story.is_of_told(match)
            kind = story.kind_of_outcome(index, numbers, bool(actors), elsewhere, kind)
        else:
            kind = story.kind_meant(match, date, index) or kind
        if not numbers and x.lexicon.other_topic.search(sentence.text):
            return []  # "the defence surrendered possession": the words of war about something else
        if self._is_in_general(match, kind, places, [*numbers, *([date] if date else [])], names):
            return []
        if not (actors or recipients or places or numbers or date) and not syntax.is_verb(match.token):
            return []  # a bare noun in passing tells nothing
        unknown = kind in x.lexicon.takes_casualties and x.unknown.in_text(sentence.text)
        if unknown and status == "denied":
            status = "occurred"  # "the toll of the strike is not yet known" denies no strike
        counts = [self._offset(number, sentence) for number in numbers]
        base = {
            "document_id": self._row["document_id"],
            "sentence_text": sentence.text,
            "sentence_start": sentence.start,
            "sentence_end": sentence.end,
            "trigger_start": sentence.start + match.start,
            "trigger_end": sentence.start + match.end,
            "trigger_text": sentence.text[match.start : match.end],
            "trigger_id": match.trigger.trigger_id,
            "event_type_code": kind,
            "weapon_code": self._weapon(match),
            "status_code": status,
            "rules": [],
            "tense_code": tense,
            "is_aggregate": is_sum,
            "actors": [self._offset(a, sentence) for a in actors],
            "recipients": [self._offset(r, sentence) for r in recipients],
            **story.date_columns(match, date, sentence, status, kind, index),
            "date_anchor_text": date.origin if date is not None and date.origin else story.so_far(),
            "numbers": [] if unknown else story.added_up(counts, kind, index, places),
            "casualties_unknown": unknown,
            "speaker_text": speaker.text if speaker else None,
            "speaker_refers_to": speaker.refers_to if speaker else None,
            "stance_code": speaker.stance_code if speaker else None,
            "is_hedged": is_hedged(sentence.text, x.lexicon) or bool(speaker and speaker.is_hedged),
        }
        rows = []
        if kind not in x.lexicon.is_elsewhere and (not places or self._is_wide(places)):
            inherited = self._inherited_place(index, places)
            places = [inherited] if inherited else places
        for ordinal, place in enumerate(places or [None]):
            rows.append(base | self._place_columns(place, index, sentence) | {"mention_id": _id(base, ordinal)})
        return rows

    def _is_in_general(
        self, match: Match, kind: str, places: list[PlaceText], told: list[Any], names: SentenceNames
    ) -> bool:
        """ "Fighting has displaced many", "victims of attacks": a noun for violence at large, of nobody known, with no
        day, place or count of its own, is talk about violence and no event."""
        token = match.token
        if syntax.is_verb(token) or match.light_verb is not None or kind not in self._x.lexicon.takes_casualties:
            return False
        if told or match.outcomes or any(place.rule_id not in ("modifier", "sentence") for place in places):
            return False
        if any(names.of(party) is not None for party in (*match.actors, *match.recipients)):
            return False
        return not any(c.dep_ in ("det", "poss") and c.lower_ not in ("any", "some") for c in token.children)

    def _weapon(self, match: Match) -> str | None:
        if match.trigger.weapon_code:
            return match.trigger.weapon_code
        for outcome in match.outcomes:
            if outcome.trigger.weapon_code:
                return outcome.trigger.weapon_code
        if match.trigger.event_type_code not in self._x.lexicon.takes_casualties:
            return None
        weapons = (self._x.lexicon.weapon(token) for token in match.token.subtree)
        return next((weapon.weapon_code for weapon in weapons if weapon is not None), None)

    # ------------------------------------------------------------ who

    def _party(self, token: Token, index: int, names: SentenceNames) -> dict[str, Any]:
        text, start, end = syntax.phrase_text(token)
        for child in syntax.children(token, "appos"):
            apposed = syntax.phrase_text(child)
            if apposed[1] <= end + 1:
                text, end = names.doc.text[start : apposed[2]], apposed[2]
        start, end = start_with_group(start, names), end_with_group(end, names)
        text = names.doc.text[start:end]
        return {"text": text, "start": start, "end": end, "refers_to": self._refers_to(token, index, names)}

    def _refers_to(self, token: Token, index: int, names: SentenceNames) -> str | None:
        if token.pos_ == "PRON":
            if token.dep_ in ("dobj", "pobj") and not token.lower_.endswith(("self", "selves")):
                own = [syntax.phrase_text(s)[0] for s in syntax.subjects(syntax.clause(token))]
                return self._memory.antecedent(token, index, names.classes(token), apart_from=own)
            said = self._who_says_so_of_himself(token, names) or self._who_did_before(token, names)
            return said or self._memory.antecedent(token, index, names.classes(token))
        if names.of(token) is None and (apposed := self._apposed_person(token, names)) is not None:
            return syntax.phrase_text(apposed)[0]
        left, right = syntax.phrase(token)
        if any(names.of(t) is not None for t in token.doc[left:right]):
            return None
        for child in syntax.children(token, "appos"):
            if names.of(child) is not None:
                return syntax.phrase_text(child)[0]
        for child in syntax.children(token, "poss"):
            if child.pos_ == "PRON":
                return self._memory.antecedent(child, index, names.classes(child))
        definite = any(c.dep_ == "det" and c.lower_ in ("the", "this", "that", "these") for c in token.children)
        kind = self._x.heads.get(token.lemma_.lower())
        armed = kind in ("armed_group", "militia", "gang")
        # "the army" and "the two sides" are no group that was described
        is_state = kind in ("military", "police", "government") or token.lemma_.lower() in ("side", "party")
        if definite and (armed or ("group" in names.classes(token) and not is_state)):
            return self._memory.described(index, token.i)
        return None

    def _apposed_person(self, token: Token, names: SentenceNames) -> Token | None:
        """ "The head of the High Council for Reconciliation, Abdullah Abdullah": whom an office names, wherever the
        parse hangs the name."""
        if not names.classes(token) & {"person", "leader"} or syntax.is_plural(token):
            return None
        apposed = [t for t in token.subtree if t.dep_ == "appos" and (name := names.of(t)) and "person" in name.classes]
        between = {g for t in apposed for g in syntax.governors(t)[:6]}
        is_told = any(syntax.is_verb(g) and token in syntax.governors(g) for g in between)
        return apposed[0] if len(apposed) == 1 and not is_told else None

    def _who_did_before(self, token: Token, names: SentenceNames) -> str | None:
        """ "The gunman shouted before he was killed": the subject of the clause above, where it can be."""
        clause = syntax.clause(token)
        is_beside = clause.dep_ == "advcl" and syntax.is_verb(clause.head) and token.lower_ in ("he", "she")
        subjects = syntax.children(clause.head, "nsubj", "nsubjpass") if is_beside else []
        fits = [s for s in subjects if s.pos_ != "PRON" and not syntax.is_plural(s) and s.i < token.i]
        fits = [s for s in fits if names.classes(s) & {"person", "leader", "force", "civilian"}]
        return syntax.phrase_text(fits[0])[0] if fits else None

    def _who_says_so_of_himself(self, token: Token, names: SentenceNames) -> str | None:
        """ "The union announced that it has called off the strike": the subject of the saying, where it can be."""
        clause = syntax.clause(token)
        verb = clause.head
        if token.dep_ not in ("nsubj", "nsubjpass") or clause.dep_ != "ccomp" or not syntax.is_verb(verb):
            return None
        sayers = [s for s in syntax.subjects(verb) if s.pos_ != "PRON"]
        fits = [s for s in sayers if self._memory.can_stand_for(token, names.classes(s), syntax.is_plural(s))]
        return syntax.phrase_text(fits[0])[0] if fits else None

    def _speaker(self, match: Match, index: int, names: SentenceNames) -> Speaker | None:
        found = speaker_of(match.token, names, self._x.lexicon)
        if found is None:
            segment = self._sentences[index].segment_speaker
            return Speaker(segment, None, "asserts", False) if segment else None
        if found.head is not None and found.head.pos_ == "PRON":
            last = next((text for at, text, _ in reversed(self._speakers) if index - at <= 4), None)
            refers_to = last or self._memory.antecedent(found.head, index, frozenset())
            return Speaker(found.text, refers_to, found.stance_code, found.is_hedged)
        self._speakers.append((index, found.text, found.refers_to))
        if found.refers_to is None:
            found = Speaker(found.text, self._fuller_name(found.text), found.stance_code, found.is_hedged, found.head)
        return found

    def _fuller_name(self, text: str) -> str | None:
        """ "Rahmani" after "provincial police spokesperson Inamuddin Rahmani"."""
        last = text.split()[-1]
        for _, earlier, refers_to in self._speakers:
            if earlier != text and earlier.split()[-1] == last and len(earlier) > len(text):
                return refers_to or earlier
            if earlier == text and refers_to:
                return refers_to
        return None

    # ------------------------------------------------------------ where

    def _places_by_sentence(self) -> list[tuple[int, str]]:
        found = []
        self._peoples = []
        for index, sentence in enumerate(self._sentences):
            for name in self._known(sentence.text):
                if name.kind in ("place", "country"):
                    found.append((index, name.text))
            self._peoples += [(index, people) for people in self._x.names.peoples(sentence.text)]
        return found

    def _around(self, index: int) -> list[str]:
        ordered = sorted(self._places, key=lambda p: (abs(p[0] - index), p[0]))
        texts = [text for _, text in ordered]
        texts += [text for _, text in sorted(self._peoples, key=lambda p: (abs(p[0] - index), p[0]))]
        row = self._row
        for segment in row["segments"]:
            if segment["kind_code"] in ("dateline", "heading"):
                part = row["text"][segment["start"] : segment["end"]]
                texts += [n.text for n in self._known(part) if n.kind in ("place", "country")]
        if row["title"]:
            texts += [n.text for n in self._known(row["title"]) if n.kind in ("place", "country")]
        return list(dict.fromkeys(texts))[:_CONTEXT_PLACES]

    def _is_wide(self, places: list[PlaceText]) -> bool:
        """Whether no more than countries are told."""
        return all(self._is_land(place.text) for place in places)

    def _is_land(self, text: str) -> bool:
        names = self._known(text)
        return bool(names) and all(name.kind == "country" for name in names)

    def _known(self, text: str) -> list[Name]:
        return self._x.names.known(text, self._countries, self._placed)

    def _inherited_place(self, index: int, own: list[PlaceText]) -> PlaceText | None:
        """Where the sentence names no place: the nearest one told in its paragraph, else the document's first; and
        where it names only a country, the place that the next sentences tell."""
        later = told_later(self._sentences, index, self._known)
        if own:
            return later and replace(later, parents=(*later.parents, own[0].text))
        paragraph = self._sentences[index].paragraph
        before = [
            t for t in self._story.told if t["place_text_start"] is not None and t["place_rule_id"] in _NAMED_RULES
        ]
        if _THERE.search(self._sentences[index].text):
            before = [t for t in self._story.told if t["place_text"] is not None][-1:] or before
        same = [t for t in before if self._paragraph_of(t) == paragraph]
        own_segments = self._row["segments"]
        heading = under_heading(own_segments, self._row["text"], self._sentences[index].start, self._known)
        if not same and (heading or later):
            return heading or later
        source, rule = (same[-1], "paragraph") if same else (before[0], "document") if before else (None, "")
        if source is not None:
            return PlaceText(
                source["place_text"], None, None, source["place_kind_text"], tuple(source["place_parents"]), rule
            )
        # a country that its own sentence does not put it in is a party there: "US soldiers killed two men"
        places = [(at, text) for at, text in self._places if at < index or (at == index and not self._is_land(text))]
        here = [text for at, text in places if self._sentences[at].paragraph == paragraph]
        if here:
            return PlaceText(here[-1], None, None, None, (), "paragraph")
        earlier = [text for _, text in places]
        if earlier:
            return PlaceText(earlier[-1], None, None, None, (), "document")
        described = [t["place_text"] for t in self._story.told if t["place_text_start"] is not None]
        if described:  # "a protest in the capital": a place of which only the kind was told
            return PlaceText(described[-1], None, None, None, (), "document")
        title = self._row["title"] or ""
        titled = [n.text for n in self._known(title) if n.kind in ("place", "country")]
        return PlaceText(titled[0], None, None, None, tuple(titled[1:]), "title") if titled else None

    def _paragraph_of(self, told: dict[str, Any]) -> int:
        return next(s.paragraph for s in self._sentences if s.start == told["sentence_start"])

    def _place_columns(self, place: PlaceText | None, index: int, sentence: Sentence) -> dict[str, Any]:
        if place is None:
            return {
                "place_text": None, "place_text_start": None, "place_text_end": None, "place_kind_text": None,
                "place_rule_id": None, "place_parents": [], "place_context": self._around(index),
            }  # fmt: skip
        here = place.start is not None
        context = [p for p in self._around(index) if p != place.text and p not in place.parents]
        return {
            "place_text": place.text,
            "place_text_start": sentence.start + place.start if here and place.start is not None else None,
            "place_text_end": sentence.start + place.end if here and place.end is not None else None,
            "place_kind_text": place.kind_text,
            "place_rule_id": place.rule_id,
            "place_parents": list(place.parents),
            "place_context": context,
        }

    def _offset(self, span: dict[str, Any], sentence: Sentence) -> dict[str, Any]:
        """The span with offsets in the document and the words as the document has them, case and all."""
        start, end = span["start"] + sentence.start, span["end"] + sentence.start
        return span | {"text": self._row["text"][start:end], "start": start, "end": end}


def _id(base: dict[str, Any], ordinal: int) -> str:
    parts = (
        base["document_id"], base["trigger_start"], base["trigger_end"], base["event_type_code"], ordinal, 0
    )  # fmt: skip
    return "me_" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20]


def explain(text: str, extractor: Extractor) -> dict[str, Any]:
    """What fires in one sentence, how it is read, and which trigger rows lost, with the reason."""
    document = {
        "document_id": "", "text": text, "title": None,
        "segments": [{"kind_code": "body", "start": 0, "end": len(text), "speaker_text": None}],
    }  # fmt: skip
    report = _Report(document, extractor)
    parsed = [extractor.parse_text(s.text) for s in report._sentences]
    docs, _ = extractor.parser.parse(parsed, lambda hashes: {})
    for doc in docs.values():
        extractor.mender.mend(doc)
    lost: list[Lost] = []
    tokens = []
    for sentence in parsed:
        names = extractor.names.over(docs[sentence])
        extractor.matcher.matches(names, lost)
        tokens += [(t.text, t.lemma_, t.tag_, t.dep_, t.head.text) for t in docs[sentence]]
    return {"mentions": report.mentions(docs), "lost": lost, "tokens": tokens}
