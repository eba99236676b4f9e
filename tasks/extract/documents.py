"""Read documents: cut, search, parse, match, consolidate, and pass by pass write down what was found.

In come documents and an Extractor, out come rows of `mentions` and new rows of `parses`. A sentence in which no trigger
word stands is not parsed; what each step decides stands in the module of its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import accumulate, takewhile
from typing import Any

import pyarrow as pa
from spacy.tokens import Doc

from tasks.extract.aggregates import are_of_war
from tasks.extract.casualty_names import KnownNames, add_names
from tasks.extract.casualty_parts import add_parts
from tasks.extract.clause import CLAUSE
from tasks.extract.consolidation import consolidate
from tasks.extract.extractor import Extractor
from tasks.extract.judge import Judgement
from tasks.extract.judge.features import NOTHING_SAID, RulesSaid
from tasks.extract.judge.outlook import Prospects
from tasks.extract.judge.verdicts import NONE, is_other_matter
from tasks.extract.lexicon import Lexicon, Trigger
from tasks.extract.model import Lost, Match, Mention, ParsedSentence, Party
from tasks.extract.names import SentenceNames
from tasks.extract.relevance import is_old_picture
from tasks.extract.rows import mention_row
from tasks.extract.scene import Scene
from tasks.extract.sections import under_other_sections
from tasks.extract.speakers import lend_speakers
from tasks.extract.story import Story
from tasks.extract.story_counts import (
    count_for,
    deed_before,
    happening_beside,
    note_tolls,
    spare_the_wounded,
    taken_up,
)
from tasks.extract.story_dates import date_leads
from tasks.extract.story_parties import charged_in, lend_parties
from tasks.extract.walk import WALK, at_each_place
from tasks.extract.walk_context import Heard, WalkContext
from tasks.extract.when import is_stamp
from tasks.extract.word_groups import either
from tasks.language import syntax
from tasks.language.dates import find_dates
from tasks.language.sentences import Sentence
from tasks.tables import MENTIONS, PARSES

Known = Callable[[list[str]], dict[str, bytes]]
"""Gives stored parses (bytes) for sentence hashes; an empty answer only costs time."""

UNREAD = pa.schema([("document_id", pa.string()), ("sentences", pa.int64())])
"""How many sentences of a document may tell something and are not read, as it has too many; those that have some."""


# mentions that a document keeps in mind at the least: those of a bulletin of many pages know nothing of its beginning
_REMEMBERED = 300
# sentences with deeds, and with deadly ones, from which a document is about violence whatever the judge holds of its
# words; of 45 real articles in which nothing happens none has more than 3 and 1, half of these limits bring false rows
# from reports on violence at large
_DEEDS, _DEADLY = 6, 4
# code points of the sentences that are parsed of one document; a book of nothing but attacks has more
MOST_READ = 200_000
# sentences up to which a text is a note, too short to tell by its words what it is about
_NOTE = 5
# rules that say that nothing is told whatever the words are like
_SETTLED = (
    "relevance.other_topic",
    "relevance.make_believe",
    "relevance.habit",
    "relevance.only_prevented",
    "relevance.nobody_hurt",
    "merge.only_thought",
)


@dataclass
class Fired:
    """The triggers of one sentence: all that fired, in the order of the text, the rows that were tried and lost, those
    that are left after consolidation, what the judge is told of them, what it believes, whom the sentence charges."""

    parsed: ParsedSentence
    matches: list[Match]
    lost: list[Lost] = field(default_factory=list)
    kept: list[Match] = field(default_factory=list)
    said: RulesSaid = NOTHING_SAID
    judgement: Judgement | None = None
    charged: tuple[Party, ...] = ()


def extract_documents(documents: pa.Table, extractor: Extractor, known: Known) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Rows of `mentions` for rows of `documents`, the rows of `parses` that were not known, and what is `UNREAD`."""
    readings = [DocumentReading(row, extractor) for row in documents.to_pylist()]
    docs, parses = extractor.parser.parse((t for r in readings for t in r.wanted.values()), known)
    for doc in docs.values():
        extractor.repairs.apply(doc)
    rows = [row for reading in readings for row in reading.rows(docs)]
    rows.sort(key=lambda row: row["mention_id"])
    unread = [{"document_id": r.document["document_id"], "sentences": r.unread} for r in readings if r.unread]
    return (
        pa.Table.from_pylist(rows, schema=MENTIONS.schema),
        parses.select(PARSES.names),
        pa.Table.from_pylist(unread, schema=UNREAD),
    )


def _within_bounds(wanted: list[int], sentences: list[Sentence]) -> list[int]:
    """Those of the sentences, from the first, that are parsed of one document, so that none holds up a run."""
    lengths = accumulate(len(sentences[i].text) for i in wanted)
    return wanted[: sum(1 for _ in takewhile(lambda length: length <= MOST_READ, lengths))]


class DocumentReading:
    """One document on its way through the stage: its sentences, those `wanted` for parsing, its mentions."""

    def __init__(self, row: Mapping[str, Any], extractor: Extractor, everything: bool = False):
        """`row`: document_id, title, text and segments; `everything` parses sentences without a trigger word too."""
        self.document = row
        self._x = extractor
        self.judgements: dict[int, Judgement] = {}
        self.is_other_matter = False
        self.unread = 0
        self.sentences = extractor.splitter.sentences(row["text"] or "", row["segments"])
        wanted = range(len(self.sentences)) if everything else self._wanted()
        self.wanted = {i: extractor.parse_text(self.sentences[i].text) for i in wanted}
        self.scene = Scene(row, self.sentences, extractor.names)
        self._in_other_sections = under_other_sections(row["segments"], row["text"] or "", self.sentences)
        self.story = Story(self.sentences, extractor.lexicon, extractor.quantities)
        self.fired: list[Fired] = []
        self._told: list[Mention] = []

    def _wanted(self) -> list[int]:
        """The sentences in which a trigger may fire, or of which the judge is sure, and those that their pronouns
        need."""
        may_fire = {i: found for i, s in enumerate(self.sentences) if (found := self._x.search.triggers(s.text))}
        hits = list(may_fire)
        if self._x.judge is not None and self._x.prospects is not None:
            by_words = [self._x.judge.sentence(s.text) for s in self.sentences]
            hits = self._with_prospects(may_fire, [one.of(NONE) for one in by_words], self._x.prospects)
            self.judgements = dict(enumerate(by_words))
            for index in hits:
                del self.judgements[index]
            deeds = self._x.lexicon.takes_casualties
            sure = [i for i, one in self.judgements.items() if i not in may_fire and one.told(deeds) is not None]
            hits = sorted([*hits, *sure])
        hits = [i for i in hits if not is_old_picture(self.sentences[i].text)]
        before = {i - 1 for i in hits if i and _meant_before().search(self.sentences[i].text)}
        wanted = sorted({*hits, *before})
        read = _within_bounds(wanted, self.sentences)
        self.unread = len(wanted) - len(read)
        return read

    def _with_prospects(
        self, may_fire: Mapping[int, list[Trigger]], none: list[int], prospects: Prospects
    ) -> list[int]:
        """The sentences of these on which a trigger can fire and stand.

        In a document that is about another matter whatever fires, that is where the judge would not drop all that can.
        `none`: how sure it is of each sentence, by its words alone, that it tells nothing.
        """
        if len(self.sentences) <= _NOTE or not is_other_matter(none):
            return list(may_fire)  # in a note deeds stand; else the least that could be said of each is less
        outlook = {i: prospects.of(self.sentences[i].text, found) for i, found in may_fire.items()}
        is_sure = is_other_matter([outlook[i].none if i in outlook else score for i, score in enumerate(none)])
        if not is_sure or sum(one.may_tell_deed for one in outlook.values()) >= min(_DEEDS, _DEADLY):
            return list(may_fire)
        return [i for i, one in outlook.items() if one.may_tell_words or one.may_tell_deed]

    def rows(self, docs: Mapping[str, Doc]) -> list[dict[str, Any]]:
        """The document's rows of `mentions`; `docs` are mended parses by parsed text."""
        mentions = self.mentions(docs)
        text, ordinals, rows = self.document["text"] or "", dict[int, int](), []
        for mention in mentions:
            ordinal = ordinals[id(mention.match)] = ordinals.get(id(mention.match), -1) + 1
            item = self.scene.items.of(mention.parsed.index)
            rows.append(mention_row(mention, self.document["document_id"], text, ordinal, item))
        return rows

    def mentions(self, docs: Mapping[str, Doc], explain: bool = False) -> list[Mention]:
        """The document's mentions in the order of its text, each at one place; `explain` keeps what lost, too."""
        self.fired = [self._fire(index, docs[parsed_text], explain) for index, parsed_text in self.wanted.items()]
        self._judge()
        item = 0
        for fired in self.fired:
            if (own := self.scene.items.of(fired.parsed.index)) != item:
                item = own  # another item of a list of reports: its story begins here
                self._told += self.story.mentions
                self.story.mentions.clear()
            self._take_in(fired)
        self.story.mentions[:0] = self._told
        date_leads(self.story)
        lend_speakers(self.story.mentions, self.sentences)
        spare_the_wounded(self.story.mentions, self.sentences)
        note_tolls(self.story, self._x.tolls, self._x.unknown)
        add_parts(self.story.mentions, self.sentences, self._x.quantities, self._x.head_types)
        known = KnownNames(self.scene.people, self._x.gazetteer.word_class, self._x.head_types)
        add_names(self.story.mentions, self.sentences, known)
        lend_parties(self.story, [(fired.parsed, fired.charged) for fired in self.fired])
        return self.story.mentions

    def _fire(self, index: int, doc: Doc, explain: bool) -> Fired:
        """The triggers that fire on one parsed sentence."""
        parsed = ParsedSentence(index, self.sentences[index], partial(self._names, doc), [], [])
        lost: list[Lost] = []
        may_fire = explain or self._x.matcher.rows.may_fire(doc)
        matches = self._x.matcher.matches(parsed.names, lost if explain else None) if may_fire else []
        if may_fire:
            parsed.quantities.extend(self._x.quantities.find(syntax.text_of(doc)))
        if matches:
            text, start = syntax.text_of(doc), parsed.sentence.start
            dates = (s for s in find_dates(text) if not s.is_time_only and not is_stamp(s, text, start))
            parsed.dates.extend(dates)
        kept = consolidate(matches, self._x.lexicon)
        return Fired(parsed, matches, lost, kept, _said(matches, kept))

    def _names(self, doc: Doc) -> SentenceNames:
        return self._x.names.over(doc, self.scene.known(syntax.text_of(doc)), self.scene.people)

    def _judge(self) -> None:
        """What the judge believes of each sentence, and so of the document."""
        if self._x.judge is None:
            return
        for fired in self.fired:
            index = fired.parsed.index
            if index not in self.judgements or fired.said != NOTHING_SAID:
                self.judgements[index] = self._x.judge.sentence(fired.parsed.text, fired.said)
            fired.judgement = self.judgements[index]
        self.is_other_matter = (
            is_other_matter([one.of(NONE) for one in self.judgements.values()]) and not self._tells_of_violence()
        )

    def _tells_of_violence(self) -> bool:
        """Whether so many sentences tell of deeds, or of the dead of such, that no words around them make it another
        matter."""
        types = self._x.lexicon.takes_casualties
        deeds = [[m for m in fired.kept if m.event_type_code in types] for fired in self.fired]
        deadly = sum(any(t.trigger.number_kind == "killed" for m in of for t in (m, *m.outcomes)) for of in deeds)
        return sum(map(bool, deeds)) >= _DEEDS or deadly >= _DEADLY

    def _take_in(self, fired: Fired) -> None:
        """Read what a sentence tells, clause by clause, then with the document, and let the story go on from it."""
        parsed, x = fired.parsed, self._x
        self.story.memory.read(parsed)
        matches, violent = fired.kept, x.lexicon.takes_casualties
        toll = x.tolls.in_text(parsed.names.text, parsed.quantities) if matches else None
        taken_by = happening_beside(toll.start, matches, violent) if toll else None
        walk = WalkContext(self.story, self.scene, x.lexicon, x.unknown, x.head_types, heard=self._heard(fired))
        in_clauses = [self._in_clause(match, parsed) for match in matches]
        own_counts = [number for one in in_clauses for number in one.own_numbers]
        plain = taken_up(x.plain_counts.beside(parsed, own_counts), in_clauses, violent)
        mentions = [
            told
            for one in in_clauses
            for told in self._walked(
                one, replace(walk, toll=toll if one.match is taken_by else None, plain=plain.get(id(one), ()))
            )
        ]
        is_other = self._is_other(parsed.index)
        if not mentions and not is_other and not any(m.trace.dropped_by in _SETTLED for m in fired.matches):
            added = told_without_rule(fired, x.lexicon)
            for match in added:
                if match.event_type_code in x.lexicon.takes_casualties:
                    x.matcher.fill(match, parsed.names)
            fired.matches += added
            mentions = [told for match in added for told in self._walked(self._in_clause(match, parsed), walk)]
        fired.charged = charged_in(parsed, fired.matches, self.story, x.head_types)
        self.story.mentions += mentions
        if not is_other and (deed := deed_before(parsed, self.story)) is not None:
            left = [number for one in in_clauses if one.is_dropped for number in plain.get(id(one), ())]
            left = left if mentions else x.plain_counts.beside(parsed, ())
            count_for(deed, [number for number in left if not are_of_war([number], x.quantities)], parsed.sentence)
        if len(self.story.mentions) > 2 * _REMEMBERED:
            self._told += self.story.mentions[:-_REMEMBERED]
            del self.story.mentions[:-_REMEMBERED]

    def _heard(self, fired: Fired) -> Heard | None:
        """What the judge says of a sentence; None where there is no judge."""
        if fired.judgement is None:
            return None
        # the type of mere deaths is no reading, but what is left where nothing says more
        offered = {m.event_type_code for m in (*fired.matches, *fired.kept) if not m.trigger.is_outcome}
        kept = frozenset(m.event_type_code for m in fired.kept)
        is_other = self._is_other(fired.parsed.index)
        return Heard(fired.judgement, frozenset(offered), kept, is_other, len(self.sentences) <= _NOTE)

    def _is_other(self, index: int) -> bool:
        """Whether a sentence, by its document or by the heading above it, is about another matter."""
        return self.is_other_matter or index in self._in_other_sections

    def _in_clause(self, match: Match, parsed: ParsedSentence) -> Mention:
        """The mention of a match, as its own sentence tells it."""
        mention = Mention(match, parsed)
        for clause_pass in CLAUSE:
            clause_pass(mention, self._x.lexicon)
        return mention

    def _walked(self, mention: Mention, context: WalkContext) -> list[Mention]:
        """A mention of a clause read with the document, at each of its places; none where a pass drops it."""
        for walk_pass in WALK:
            if not mention.is_dropped:
                walk_pass(mention, context)
        return [] if mention.is_dropped else at_each_place(mention, self.scene)


def _said(matches: list[Match], kept: list[Match]) -> RulesSaid:
    return RulesSaid(
        frozenset(m.trigger.trigger_id for m in matches),
        frozenset(m.trigger.event_type_code for m in matches),
        frozenset(m.event_type_code for m in kept),
    )


def told_without_rule(fired: Fired, lexicon: Lexicon) -> list[Match]:
    """The event that the judge believes a sentence to tell although no rule fires.

    It stands at the verb of what is said: "dropped" of "medics said that helicopters had dropped barrels".
    """
    told = None if fired.judgement is None else fired.judgement.told(lexicon.takes_casualties)
    verb = None if told is None else next((t for t in fired.parsed.names.words if t.head == t), None)
    if told is None or verb is None:
        return []
    while verb.lemma_.lower() in lexicon.reporting_verbs and (said := syntax.children(verb, "ccomp", "parataxis")):
        verb = said[0]
    match = Match(Trigger.of_judge(told), verb)
    match.retype(told, None, "judge.told")
    return [match]


@cache
def _meant_before() -> re.Pattern[str]:
    """Finds words whose sense the sentence before gives: pronouns, "the group"."""
    pronouns = "he|she|they|them|it|its|his|her|their|him"
    return re.compile(rf"\b(?:{pronouns}|the {either('group_meant')})\b", re.IGNORECASE)
