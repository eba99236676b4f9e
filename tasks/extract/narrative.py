"""What a report has told so far, and what its next sentences take up from it: days, counts, kinds and plans.

In come the mentions of a document in the order of its text, out come what a later one leaves unsaid and an earlier
one says. What is too far back, or told as something else, is not taken up.
"""

from __future__ import annotations

import re
from typing import Any

from tasks.extract.aggregates import is_definite
from tasks.extract.lexicon import Lexicon
from tasks.extract.match import Match
from tasks.extract.when import is_past_of_another
from tasks.extract.where import PlaceText
from tasks.language import syntax
from tasks.language.dates import DateSpan, find_dates
from tasks.language.quantities import Quantities
from tasks.language.sentences import Sentence

_SAYING = re.compile(r"\b(?:said|says|told|announced|added|reported|according)\b", re.IGNORECASE)
# A sentence about those of whom the one before told, and one that looks back from there.
_GOES_ON = re.compile(r"(?:The|They|He|She|It|Their|His|Her|Its)\b")
_PLUPERFECT = re.compile(r"\bhad\b", re.IGNORECASE)
_COMMA = re.compile(r"[,;.](?:\s|$)")
# "Two days after the blast"
_FROM_DEED = re.compile(r"(?P<lead>.+ (?:after|before)) (?:the|this|that) (?P<deed>\w+)", re.IGNORECASE)
# Stretches and limits, which are no day that a narrative keeps.
_OPEN_ENDED = re.compile(r"(?:by|before|until|till|since|after|from|over|during|for|in recent)\b", re.IGNORECASE)
# The type of attacks whose words say no more than that somebody was attacked.
_OPEN_KIND = "attack_on_civilians"
# The kinds that "bombing" may mean as well.
_FROM_THE_AIR = frozenset(["air_strike", "drone_strike", "suicide_bombing"])
# Violence that is no "attack", and kills nobody by itself.
_BLOODLESS = frozenset(["abduction"])
_WORD = re.compile(r"[a-z]+|\d+")
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
_DEFINITE = ("the", "this", "that", "these", "those", "both")
_REACH = 4
# Sentences over which a narrative keeps its day.
_NARRATIVE = 4
# Sentences at the head of a report that may leave the day to the next ones.
_LEAD = 2
# Date words of mentions before that a narrative's next one can count from.
_STORY = 4


class Narrative:
    """The mentions of one document that were told so far, `told`, among its sentences."""

    def __init__(self, sentences: list[Sentence], lexicon: Lexicon, quantities: Quantities):
        self._sentences = sentences
        self._lexicon = lexicon
        self._quantities = quantities
        self.told: list[dict[str, Any]] = []

    def date_columns(
        self, match: Match, date: DateSpan | None, sentence: Sentence, status: str, kind: str, index: int
    ) -> dict[str, Any]:
        """The words that date the event: its own, else those of what the narrative told just before it."""
        if date is not None:
            start, end = sentence.start + date.start, sentence.start + date.end
            return {"date_text": date.text, "date_text_start": start, "date_text_end": end}
        none = {"date_text": None, "date_text_start": None, "date_text_end": None}
        if is_past_of_another(match):
            return none
        perfect = syntax.is_perfect(match.token)
        if status != "occurred" or perfect or kind in self._lexicon.is_elsewhere:
            return none
        reach = self._sentences[max(0, index - _NARRATIVE)].start
        told = [
            t
            for t in self.told
            if t["date_text"]
            and t["status_code"] == "occurred"
            and not _is_counted_from(t["date_text"])
            and (not t["is_aggregate"] or _is_day(t["date_text"]))
        ]
        of_kind = [t for t in told if t["event_type_code"] == kind] if is_definite(match) else []
        if _is_definite_noun(match) and kind in self._lexicon.takes_casualties:
            violent = [t for t in told if t["event_type_code"] in self._lexicon.takes_casualties]
            of_kind = [t for t in violent if _is_day(t["date_text"])]
        told = of_kind or [t for t in told if t["sentence_start"] >= reach]
        if told and (last := _last_day(told))["event_type_code"] not in self._lexicon.is_elsewhere:
            if _OPEN_ENDED.match(last["date_text"]):
                return none
            return {name: last[name] for name in none}
        return self._day_before(index) or none

    def counted_from_told(self, match: Match, date: DateSpan | None, dates: list[DateSpan]) -> DateSpan | None:
        """ "A bomb killed nine on Friday ... Two days after the blast, police held four": the blast is the one that was
        told and has its day, and the others count on from there. Any other match keeps its date."""
        for span in dates:
            counted = _FROM_DEED.fullmatch(span.text) if span.clause_end is not None and not span.origin else None
            if counted is None or not self._is_told_violence(counted["deed"]):
                continue
            if span == date:
                return None
            if date is None and not is_definite(match) and match.token.pos_ == "VERB":
                return DateSpan(span.start, span.start + counted.end("lead"), counted["lead"], is_day=span.is_day)
        return date

    def _is_told_violence(self, noun: str) -> bool:
        violent = self._lexicon.takes_casualties
        rows = self._lexicon.triggers.get(("noun", noun.lower()), ())
        told = [t for t in self.told if t["event_type_code"] in violent and t["date_text"] and _is_day(t["date_text"])]
        return bool(told) and any(trigger.event_type_code in violent for trigger in rows)

    def date_leads(self) -> None:
        """ "Gunmen killed ten villagers in Duguri. The attackers struck on Friday": what opens a matter without a day
        gets that of the sentences right behind it, which tell the same kind of deed at no other place."""
        lacks = [t for t in self.told if t["date_text"] is None and t["status_code"] == "occurred"]
        for lead in lacks:
            if lead["is_aggregate"] or lead["event_type_code"] not in self._lexicon.takes_casualties:
                continue
            at = next(i for i, s in enumerate(self._sentences) if s.start == lead["sentence_start"])
            if at >= _LEAD:
                continue
            last = self._sentences[min(len(self._sentences) - 1, at + _LEAD)].start
            behind = [t for t in self.told if lead["sentence_start"] < t["sentence_start"] <= last]
            later = next((t for t in behind if _tells_same(lead, t)), None)
            if later is not None and later["date_text"] and _is_day(later["date_text"]):
                lead.update({name: later[name] for name in ("date_text", "date_text_start", "date_text_end")})
            elif later is None or not later["date_text"]:
                lead.update(self._day_behind(at) or {})

    def _day_behind(self, index: int) -> dict[str, Any] | None:
        """ "Gunmen kidnapped 18 guests. The passengers were forced off a bus on Friday, a witness said": the one day of
        the next sentence, where that goes on about those who were told of and nothing is told in it."""
        behind = self._sentences[index + 1] if index + 1 < len(self._sentences) else None
        if behind is None or not _GOES_ON.match(behind.text) or _PLUPERFECT.search(behind.text):
            return None
        spans = [span for span in find_dates(behind.text) if not span.is_time_only]
        if len(spans) != 1 or not spans[0].is_day or spans[0].origin is not None:
            return None
        if _OPEN_ENDED.match(spans[0].text) or any(t["sentence_start"] == behind.start for t in self.told):
            return None
        stop = _COMMA.search(behind.text, spans[0].end)
        if _SAYING.search(behind.text[: stop.start() if stop else None]):
            return None
        start, end = behind.start + spans[0].start, behind.start + spans[0].end
        return {"date_text": spans[0].text, "date_text_start": start, "date_text_end": end}

    def _day_before(self, index: int) -> dict[str, Any] | None:
        """The one day that the sentence before names, where nobody says something on it."""
        before = self._sentences[index - 1] if index else None
        if before is None or before.paragraph != self._sentences[index].paragraph or _SAYING.search(before.text):
            return None
        spans = [span for span in find_dates(before.text) if not span.is_time_only]
        if len(spans) != 1 or _OPEN_ENDED.match(spans[0].text) or spans[0].clause_end is not None:
            return None
        start, end = before.start + spans[0].start, before.start + spans[0].end
        return {"date_text": spans[0].text, "date_text_start": start, "date_text_end": end}

    def so_far(self) -> str | None:
        """The words that dated the last mentions, in their order: "the next day" counts from what stands before it."""
        texts = [t["date_text"] for t in self.told if t["date_text"] and not _is_counted_from(t["date_text"])]
        runs = [text for index, text in enumerate(texts) if index == 0 or text != texts[index - 1]]
        return "; ".join(runs[-_STORY:]) or None

    def added_up(
        self, numbers: list[dict[str, Any]], kind: str, index: int, places: list[PlaceText]
    ) -> list[dict[str, Any]]:
        """ "A leader was arrested. Two more were also detained": with the counts before, where these add to them.

        "Twelve died in Ariha. The other four were killed in Saraqib" are those of two places.
        """
        kinds = {n["kind_code"] for n in numbers}
        before = next((t for t in reversed(self.told) if t["event_type_code"] == kind and t["numbers"]), None)
        near = before is not None and before["sentence_start"] >= self._sentences[max(0, index - _NARRATIVE)].start
        if before is None or not near or before["is_aggregate"] or not all(n["is_additional"] for n in numbers):
            return numbers
        named = [place.text for place in places if place.text[:1].isupper()]
        if before["place_text"] and named and before["place_text"] not in named:
            return numbers
        return [*(n for n in before["numbers"] if n["kind_code"] in kinds), *numbers]

    def counted_before(self, number: dict[str, Any], index: int) -> dict[str, Any]:
        """ "Four gunmen were seen. The patrol killed the gunmen": the count of the people whom "the" points back to."""
        words = number["text"].lower().split()
        if len(words) < 2 or words[0] not in _DEFINITE or not number["is_plural"]:
            return number
        sentence = self._sentences[index]
        for near in reversed(self._sentences[max(0, index - _NARRATIVE) : index + 1]):
            text = near.text[: number["start"]] if near is sentence else near.text
            for span in reversed(self._quantities.find(text)):
                noun = re.match(rf"(?:\s+[\w-]+){{0,2}}\s+{re.escape(words[-1])}\b", text[span.end :], re.IGNORECASE)
                if noun is not None and (span.low or 0) > 1:
                    start = near.start - sentence.start + span.start
                    end = near.start - sentence.start + span.end + noun.end()
                    return number | {"text": text[span.start : span.end + noun.end()], "start": start, "end": end}
        return number

    def kind_of_outcome(
        self, index: int, numbers: list[dict[str, Any]], has_actor: bool, has_place: bool, kind: str
    ) -> str:
        """Deaths told after a happening, with no new actor or place, are that happening's: the one that told as many,
        else the last."""
        if not self.told or has_actor or has_place:
            return kind
        same = [t for t in self.told if _tolls(numbers) & _tolls(t["numbers"])]
        violent = [t for t in self.told if t["event_type_code"] in self._lexicon.takes_casualties - _BLOODLESS]
        near = [t for t in violent[-1:] if t["sentence_start"] >= self._sentences[max(0, index - 2)].start]
        before = next((t["event_type_code"] for t in (*reversed(same), *near)), kind)
        return before if before in self._lexicon.takes_casualties - _BLOODLESS else kind

    def is_of_told(self, match: Match) -> bool:
        """ "Killed in the strike", "wounded during that raid": part of a happening that was told before."""
        held = [
            o
            for token in {match.token, syntax.clause(match.token)}
            for p in ("in", "during", "from", "by")
            for o in syntax.prepositional(token, p)
            if p == "during" or ("noun", o.lemma_.lower()) in self._lexicon.triggers
        ]
        return any(c.lower_ in _DEFINITE for o in held for c in syntax.children(o, "det"))

    def kind_meant(self, match: Match, date: DateSpan | None, index: int) -> str | None:
        """ "The attack", "this blast", "Wednesday's bombing": the kind of what was told before, where the word leaves
        it open: the last violence a few sentences back, or what is told of the same day. None for another matter."""
        token, trigger = match.token, match.trigger
        is_open = trigger.event_type_code == _OPEN_KIND and not trigger.with_word
        is_bombing = token.lemma_.lower() in ("bombing", "bombardment")
        definite = any(c.lower_ in _DEFINITE or c.dep_ == "poss" for c in token.children)
        if not (is_open or is_bombing) or token.pos_ != "NOUN" or not definite or syntax.is_plural(token):
            return None
        if date is None:
            return self.kind_before(index) if is_open else None
        day = _day_words(date.text)
        same = [t for t in self._violence() if day and t["date_text"] and _day_words(t["date_text"]) == day]
        kinds = {t["event_type_code"] for t in same} - {_OPEN_KIND}
        if len(kinds) != 1 or (is_bombing and not kinds <= _FROM_THE_AIR):
            return None
        return kinds.pop()

    def kind_before(self, index: int) -> str | None:
        """The kind of the last violence told, where that is at most a few sentences back."""
        violent = self._violence()
        if not violent or violent[-1]["sentence_start"] < self._sentences[max(0, index - _REACH)].start:
            return None
        return violent[-1]["event_type_code"]

    def _violence(self) -> list[dict[str, Any]]:
        kinds = self._lexicon.takes_casualties - _BLOODLESS
        return [t for t in self.told if t["event_type_code"] in kinds and t["status_code"] == "occurred"]

    def is_told_plan(self, match: Match) -> bool:
        """ "Friday's meeting", "the talks" after "will meet": a definite noun for what was told as a plan."""
        if match.token.pos_ != "NOUN" or match.light_verb is not None:
            return False
        definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that") for c in match.token.children)
        kinds = {match.trigger.event_type_code} | (
            self._lexicon.is_mutual if match.trigger.event_type_code in self._lexicon.is_mutual else set()
        )
        told = [t["status_code"] for t in self.told if t["event_type_code"] in kinds - {"armed_clash"}]
        return definite and bool(told) and told[-1] == "planned"


def _last_day(told: list[dict[str, Any]]) -> dict[str, Any]:
    """What was told last; of one sentence what has a day, before "a man wanted for a murder in March"."""
    beside = [t for t in told if t["sentence_start"] == told[-1]["sentence_start"]]
    return next((t for t in reversed(beside) if _is_day(t["date_text"])), told[-1])


def _is_definite_noun(match: Match) -> bool:
    """ "Condemned the assassination": what was told before, whatever else was told since."""
    noun = match.token
    return noun.pos_ == "NOUN" and any(c.lower_ in _DEFINITE for c in syntax.children(noun, "det"))


def _tells_same(lead: dict[str, Any], later: dict[str, Any]) -> bool:
    kinds = {lead["event_type_code"], later["event_type_code"]}
    same_place = lead["place_text"] == later["place_text"] or later["place_text_start"] is None
    happened = later["status_code"] == "occurred" and not later["is_aggregate"]
    counted_from = later["date_text"] is not None and _is_counted_from(later["date_text"])
    return (len(kinds) == 1 or _OPEN_KIND in kinds) and same_place and happened and not counted_from


def _tolls(numbers: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """What is counted and the word that counts it, articles aside: ("killed", "two")."""
    words = ((n["kind_code"], n["text"].split()[0].lower()) for n in numbers if n["text"].split())
    return {(kind, word) for kind, word in words if word not in ("a", "an", "the", "no", "one")}


def _is_day(date_text: str) -> bool:
    return any(span.is_day for span in find_dates(date_text))


def _day_words(date_text: str) -> frozenset[str]:
    """The weekday of date words, or their numbers and month: "on Wednesday", "Wednesday's"."""
    words = _WORD.findall(date_text.lower())
    weekdays = {word for word in words if word in _WEEKDAYS}
    return frozenset(weekdays or (word for word in words if word.isdigit() or word[:3] in _MONTHS))


def _is_counted_from(date_text: str) -> bool:
    """ "A week after a massacre": what happened long before the story's own day."""
    return any(span.clause_end is not None for span in find_dates(date_text))
