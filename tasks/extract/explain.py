"""Tell how a document was read: every trigger whose word stands in it, what became of it, and by which rules.

In come a cleaned document and an Extractor, out come the fates of its triggers with the traces of its mentions, and
lines for a maintainer's eyes. Nothing is refused; a sentence that is never parsed in a run says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from spacy.tokens import Doc

from tasks.extract.documents import DocumentReading, Fired
from tasks.extract.extractor import Extractor
from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Count, DateWords, Lost, Mention, Party, PlaceText, Speaker, Target
from tasks.extract.relevance import is_old_picture
from tasks.extract.rows import mention_row
from tasks.knowledge.trace import Trace, is_empty
from tasks.language.dates import DateSpan

_PARTS_OF_SPEECH = ("verb", "noun", "adjective")


@dataclass(frozen=True)
class Fate:
    """What became of one trigger that fired: its row and words, its trace, the ids of the mentions that it gave; for
    one that is dropped, the words that decided it where there are any."""

    trigger_id: str
    words: str
    trace: Trace
    mention_ids: tuple[str, ...] = ()
    taken_up_by: str | None = None


@dataclass
class SentenceExplained:
    """One sentence: what fired, what lost, the parse (text, lemma, tag, dependency, head), why it was not parsed, and
    what the judge believes of it."""

    text: str
    fates: list[Fate] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    tokens: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    passed_over: str | None = None
    judged: str | None = None

    def trigger_ids(self) -> set[str]:
        """Every trigger row that is accounted for."""
        return {fate.trigger_id for fate in self.fates} | {lost.trigger_id for lost in self.lost}


@dataclass
class Explanation:
    """A document explained: its sentences in order, and the rows of `mentions` that it gives."""

    sentences: list[SentenceExplained]
    rows: list[dict[str, Any]]


def as_document(text: str, title: str | None = None) -> dict[str, Any]:
    """A text as a document of one segment, as clean would give it where nothing is to be cleaned."""
    body = {"kind_code": "body", "start": 0, "end": len(text), "speaker_text": None}
    return {"document_id": "", "title": title, "text": text, "segments": [body]}


def explain(document: Mapping[str, Any], extractor: Extractor) -> Explanation:
    """Read a document (document_id, title, text, segments) as a run does, and keep what it does not."""
    reading = DocumentReading(document, extractor)
    parsed = [extractor.parse_text(sentence.text) for sentence in reading.sentences]
    docs, _ = extractor.parser.parse(parsed, lambda hashes: {})
    for doc in docs.values():
        extractor.repairs.apply(doc)
    mentions = reading.mentions(docs, explain=True)
    rows: dict[int, list[dict[str, Any]]] = {}
    text = document["text"] or ""
    for mention in mentions:
        of_match = rows.setdefault(id(mention.match), [])
        of_match.append(mention_row(mention, document["document_id"], text, len(of_match)))
    fired = {one.parsed.index: one for one in reading.fired}
    sentences = []
    for index, sentence in enumerate(reading.sentences):
        told = SentenceExplained(sentence.text, tokens=_tokens(docs[parsed[index]]))
        if index in fired:
            told.fates = _fates(fired[index], mentions, rows)
            told.lost = fired[index].lost
        else:
            is_picture = is_old_picture(sentence.text)
            told.passed_over = "it captions an old picture" if is_picture else "no trigger with its companion is in it"
        if extractor.judge is not None and index in reading.judgements:
            told.judged = extractor.judge.told(reading.judgements[index])
        told.lost += _not_tried(docs[parsed[index]], extractor.lexicon, told)
        sentences.append(told)
    return Explanation(sentences, [row for of_match in rows.values() for row in of_match])


def _fates(fired: Fired, mentions: list[Mention], rows: Mapping[int, list[dict[str, Any]]]) -> list[Fate]:
    traces: dict[int, Trace] = {}
    for mention in reversed(mentions):
        traces[id(mention.match)] = mention.trace
    fates = []
    for match in fired.matches:
        ids = tuple(row["mention_id"] for row in rows.get(id(match), ()))
        text, trace = fired.parsed.names.text, traces.get(id(match), match.trace)
        drop = next((step for step in trace.steps if not step.column and step.span not in (None, match.span)), None)
        by = text[slice(*drop.span)] if drop is not None and drop.span is not None else None
        fates.append(Fate(match.trigger.trigger_id, text[match.start : match.end], trace, ids, by))
    return fates


def _not_tried(doc: Doc, lexicon: Lexicon, told: SentenceExplained) -> list[Lost]:
    """Triggers whose lemma stands in the sentence as another part of speech than theirs, or in one that is not read."""
    known = told.trigger_ids()
    found = []
    for token in doc:
        for pos, lemma in product(_PARTS_OF_SPEECH, dict.fromkeys((token.lemma_.lower(), token.lower_))):
            reason = told.passed_over or f"the parse takes it for {token.pos_.lower()}, not {pos}"
            triggers = lexicon.triggers.get((pos, lemma), ())
            found += [Lost(t.trigger_id, token.text, reason) for t in triggers if t.trigger_id not in known]
    return found


def _tokens(doc: Doc) -> list[tuple[str, str, str, str, str]]:
    return [(t.text, t.lemma_, t.tag_, t.dep_, t.head.text) for t in doc]


# ------------------------------------------------------------ lines for a maintainer's eyes


def explain_lines(
    explanation: Explanation, meanings: Mapping[str, str], resolved: Mapping[str, Trace], parse: bool = True
) -> Iterator[str]:
    """Lines: each sentence with its triggers, readings and drops, what lost and why, and the parse.

    `meanings`: what each rule does, by its id (seeds/rules.csv). `resolved`: what resolve made of it, by mention id.
    """
    for sentence in explanation.sentences:
        yield sentence.text
        if sentence.passed_over:
            yield f"  not read: {sentence.passed_over}"
        elif not sentence.fates:
            yield "  nothing fires"
        for fate in sentence.fates:
            yield from _fate_lines(fate, meanings, resolved)
        if sentence.judged:
            yield f"  the judge: {sentence.judged}"
        if sentence.lost:
            yield "  what lost, and why"
            for lost in sentence.lost:
                yield f"    {lost.word:<14}{lost.trigger_id:<36}{lost.reason}"
        if parse:
            yield "  the parse"
            for text, lemma, tag, dependency, head in sentence.tokens:
                yield f"    {text:<18}{lemma:<18}{tag:<6}{dependency:<10}{head}"
        yield ""


def _fate_lines(fate: Fate, meanings: Mapping[str, str], resolved: Mapping[str, Trace]) -> Iterator[str]:
    dropped = fate.trace.dropped_by
    types = [step.value for step in fate.trace.steps if step.column == "event_type_code"]
    if dropped:
        into = f", told by {fate.taken_up_by!r}" if fate.taken_up_by else ""
        yield f"  {fate.words!r} fires {fate.trigger_id} and is dropped{into}: {meanings.get(dropped, '')} ({dropped})"
    else:
        yield f"  {fate.words!r} fires {fate.trigger_id}: {types[-1]}"
    yield from _step_lines(fate.trace, "    ")
    for mention_id in fate.mention_ids:
        if mention_id in resolved:
            yield f"    resolved, {mention_id}"
            yield from _step_lines(resolved[mention_id], "      ")


def _step_lines(trace: Trace, indent: str) -> Iterator[str]:
    for step in trace.steps:
        if step.column and not is_empty(step.value):
            mark = "not " if step.is_lost else ""
            yield f"{indent}{step.column:<22}{mark}{told_value(step.value):<46} {step.rule_id}"


def told_value(value: Any) -> str:
    """A value of a step in words."""
    if isinstance(value, tuple | list):
        return "; ".join(told_value(one) for one in value)
    if isinstance(value, dict) and "label" in value:
        return f"{value['text']} = {value['actor_id'] or value['label']} ({value['actor_type_code']})"
    if isinstance(value, dict) and "low" in value:
        of = value.get("side_code") or value.get("group_code")
        return f"{value['kind_code']} {value['low']} to {value['high']} ({of})"
    if isinstance(value, Party):
        return value.text + (f" = {value.refers_to}" if value.refers_to else "")
    if isinstance(value, Target):
        return f"{value.code} {value.text!r}"
    if isinstance(value, Count):
        return f"{value.kind_code} {value.text!r}" + (" more" if value.is_additional else "")
    if isinstance(value, PlaceText):
        inside = f" in {', '.join(value.parents)}" if value.parents else ""
        return f"{value.text}{f' ({value.kind_text})' if value.kind_text else ''}{inside}"
    if isinstance(value, Speaker):
        return f"{value.text}, {value.stance_code}" + (f" = {value.refers_to}" if value.refers_to else "")
    return value.text if isinstance(value, DateWords | DateSpan) else str(value)
