"""The day of a mention whose own sentence leaves it out: that of the story before, or of the sentence behind.

In come a mention and the document's story so far, out come the words that date it, with the rule. What is too far back,
or of another occasion, dates nothing.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby, islice

from tasks.extract.aggregates import is_definite
from tasks.extract.model import DateWords, Match, Mention
from tasks.extract.story import DEFINITE, Story, takes_up_victims
from tasks.extract.when import is_past_of_another
from tasks.extract.word_groups import anywhere, either
from tasks.knowledge.trace import Reading
from tasks.language import syntax
from tasks.language.dates import DateSpan, find_dates
from tasks.language.sentences import Sentence

# A sentence about those of whom the one before told, and one that looks back from there.
_GOES_ON = re.compile(r"(?:The|They|He|She|It|Their|His|Her|Its)\b")
_PLUPERFECT = re.compile(r"\bhad\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_COMMA = re.compile(r"[,;.](?:\s|$)")
# "Two days after the blast"
_FROM_DEED = re.compile(r"(?P<lead>.+ (?:after|before)) (?:the|this|that) (?P<deed>\w+)", re.IGNORECASE)
# Stretches and limits, which are no day that a story keeps.
_OPEN_ENDED = re.compile(r"(?:by|before|until|till|since|after|from|over|during|for|in recent)\b", re.IGNORECASE)
# Sentences over which a story keeps its day.
_KEEPS_DAY = 4
# Sentences at the head of a report that may leave the day to the next ones.
_LEAD = 2
# Sentences behind a lead in which it may be told when that was.
_LATER = 3
# Date words of mentions before that the next one can count from.
_ANCHORS = 4

Dated = Reading[DateWords | None]
_NONE: Dated = Reading(None, "date.none_in_text")


def own_words(span: DateSpan, sentence: Sentence) -> DateWords:
    """A date of a sentence as words of the document."""
    return DateWords(span.text, sentence.start + span.start, sentence.start + span.end)


def date_words(mention: Mention, story: Story, item_day: DateWords | None = None) -> Dated:
    """The words that date the mention: its own, else the day that stands over the item of the list that it is of, else
    those of what the story told just before it."""
    parsed, match = mention.parsed, mention.match
    if mention.own_date is not None:
        span = mention.own_date
        return Reading(own_words(span, parsed.sentence), "date.own_words", (span.start, span.end))
    perfect = syntax.is_perfect(match.token)
    undated = mention.event_type_code in story.lexicon.is_elsewhere
    if is_past_of_another(match) or mention.status_code != "occurred" or perfect or undated:
        return _NONE
    if item_day is not None:
        return Reading(item_day, "date.item_day")
    before = _of_days(_dated_before(mention, story), story)
    if before and (last := _last_day(before)).event_type_code not in story.lexicon.is_elsewhere:
        if last.date is None or _OPEN_ENDED.match(last.date.text):
            return _NONE
        return Reading(last.date, "date.story_day")
    day = _day_of_sentence_before(parsed.index, story)
    return Reading(day, "date.sentence_before") if day else _NONE


def _of_days(dated: list[Mention], story: Story) -> list[Mention]:
    """Without the background: what only a month or a year dates, and full dates with their year in a report whose own
    day has none. "The town, taken in May", "On 3 December 2021 four died": the story goes on from its own day."""
    own = next((m.date.text for m in story.mentions if m.date), "")
    has_year = _YEAR.search(own) is not None
    return [
        m
        for m in dated
        if m.date
        and (_is_day(m.date.text) or _OPEN_ENDED.match(m.date.text))
        and (has_year or not _YEAR.search(m.date.text))
    ]


def _dated_before(mention: Mention, story: Story) -> list[Mention]:
    """The dated mentions before that the mention may share a day with."""
    kind, match = mention.event_type_code, mention.match
    dated = [
        m
        for m in story.mentions
        if m.date
        and m.status_code == "occurred"
        and not _is_counted_from(m.date.text)
        and (not m.is_aggregate or _is_day(m.date.text))
    ]
    of_kind = [m for m in dated if m.event_type_code == kind] if is_definite(match) else []
    if _is_definite_noun(match) and kind in story.lexicon.takes_casualties:
        violent = [m for m in dated if m.event_type_code in story.lexicon.takes_casualties]
        of_kind = [m for m in violent if m.date and _is_day(m.date.text)]
    near = of_kind or story.since(mention.parsed.index, _KEEPS_DAY, dated)
    # under a heading of its own a report takes up its lead again, and not what stood last above the heading
    section = mention.parsed.sentence.section
    under = [m for m in near if m.parsed.sentence.section == section]
    return under if under or not near else [m for m in dated if m.parsed.index < _LEAD]


def counted_from_story(mention: Mention, story: Story) -> Reading[DateSpan | None] | None:
    """Another own date for a mention beside "two days after the blast"; None where it keeps the one that it has.

    The blast was told before and has its day; the others count on from there.
    Example: "A bomb killed nine on Friday ... Two days after the blast, police held four".
    """
    date, match = mention.own_date, mention.match
    for span in mention.parsed.dates:
        counted = _FROM_DEED.fullmatch(span.text) if span.clause_end is not None and not span.origin else None
        if counted is None or not _is_known_violence(counted["deed"], story):
            continue
        if span == date:
            return Reading(None, "date.deed_counted_from")
        if date is None and not is_definite(match) and match.token.pos_ == "VERB":
            end = span.start + counted.end("lead")
            found = DateSpan(span.start, end, counted["lead"], is_day=span.is_day)
            return Reading(found, "date.counted_from_deed", (span.start, end))
    return None


def _is_known_violence(noun: str, story: Story) -> bool:
    violent = story.lexicon.takes_casualties
    rows = story.lexicon.triggers.get(("noun", noun.lower()), ())
    known = [m for m in story.mentions if m.event_type_code in violent and m.date and _is_day(m.date.text)]
    return bool(known) and any(trigger.event_type_code in violent for trigger in rows)


def date_leads(story: Story) -> None:
    """Give what opens a matter without a day that of the sentences right behind it, which tell the same kind of deed
    at no other place.

    Example: "Gunmen killed ten villagers in Duguri. The attackers struck on Friday".
    """
    for lead in [m for m in story.mentions if m.date is None and m.status_code == "occurred"]:
        if lead.is_aggregate or lead.event_type_code in story.lexicon.is_speech_act - {"meeting", "negotiation"}:
            continue
        at = lead.parsed.index
        if at >= _LEAD:
            continue
        last = story.sentences[min(len(story.sentences) - 1, at + _LEAD)].start
        behind = [m for m in story.mentions if lead.parsed.sentence.start < m.parsed.sentence.start <= last]
        later = next((m for m in behind if _is_same_deed(lead, m, story)), None)
        if later is not None and later.date and _is_day(later.date.text):
            lead.set("date", Reading(later.date, "date.lead_takes_later"))
            lead.set("date_anchor_text", Reading(later.date_anchor_text, "date.anchor"))
        elif (later is None or later.date is None) and (day := _day_of_sentence_behind(at, story)) is not None:
            lead.set("date", Reading(day, "date.sentence_behind"))
        _date_beside(lead, story)


def _date_beside(lead: Mention, story: Story) -> None:
    """Give the day of a lead to what its sentence tells besides: "torched a mill and forced 60 to leave"."""
    if lead.date is None:
        return
    for other in story.mentions:
        is_beside = other.parsed is lead.parsed and other.date is None and other.status_code == "occurred"
        if is_beside and not other.is_aggregate and other.event_type_code not in story.lexicon.is_elsewhere:
            other.set("date", Reading(lead.date, "date.beside_lead"))


def _day_of_sentence_behind(index: int, story: Story) -> DateWords | None:
    """The one day of the next sentence, where that goes on about those who were told of and tells nothing itself.

    Example: "Gunmen kidnapped 18 guests. The passengers were forced off a bus on Friday, a witness said".
    """
    behind = story.sentences[index + 1] if index + 1 < len(story.sentences) else None
    if (later := _day_told_later(index, story)) is not None:
        return later
    if behind is None or not _GOES_ON.match(behind.text) or _PLUPERFECT.search(behind.text):
        return None
    spans = [span for span in find_dates(behind.text) if not span.is_time_only]
    if len(spans) != 1 or not spans[0].is_day or spans[0].origin is not None:
        return None
    if _OPEN_ENDED.match(spans[0].text) or any(m.parsed.sentence.start == behind.start for m in story.mentions):
        return None
    stop = _COMMA.search(behind.text, spans[0].end)
    if anywhere("said").search(behind.text[: stop.start() if stop else None]):
        return None
    return own_words(spans[0], behind)


def _day_told_later(index: int, story: Story) -> DateWords | None:
    """The day of a sentence soon behind that tells no more than when it was: "It happened at 8 a.m. on Thursday"."""
    for behind in story.sentences[index + 1 : index + 1 + _LATER]:
        if _happened().match(behind.text) and not _PLUPERFECT.search(behind.text):
            days = [span for span in find_dates(behind.text) if span.is_day and span.origin is None]
            return own_words(days[0], behind) if len(days) == 1 else None
        if any(m.date is not None and m.parsed.sentence.start == behind.start for m in story.mentions):
            return None
    return None


@cache
def _happened() -> re.Pattern[str]:
    """How a sentence begins that says when something was that was told before."""
    noun = either("happening", "undertaking")
    it = rf"It|Th(?:e|is) (?:\w+ )?{noun}"
    does = r"(?:happened|took place|occurred|was carried out|began|started|came|on|at|lasted)"
    return re.compile(rf"(?:(?:{it}),? {does}\b|[^.;]{{0,60}}\btime of the {noun}\b)")


def _day_of_sentence_before(index: int, story: Story) -> DateWords | None:
    """The one day that the sentence before names, where nobody says something on it."""
    before = story.sentences[index - 1] if index else None
    if before is None or before.paragraph != story.sentences[index].paragraph or anywhere("said").search(before.text):
        return None
    spans = [span for span in find_dates(before.text) if not span.is_time_only]
    if len(spans) != 1 or _OPEN_ENDED.match(spans[0].text) or spans[0].clause_end is not None:
        return None
    if anywhere("of_a_life").search(before.text):
        return None  # "The poet was born on 3 June 1951. Gunmen abducted him at a roadblock"
    return own_words(spans[0], before)


def anchor_text(date: DateWords | None, story: Story) -> str | None:
    """The words that dated the last mentions, in their order: "the next day" counts from what stands before it.

    What dated a mention before counts for another from where it did for that one: "The next day rebels fired on a
    lorry. Seven were killed".
    """
    told = next((m for m in story.mentions if date is not None and m.date == date), None)
    if told is not None:
        return told.date_anchor_text
    texts = (m.date.text for m in reversed(story.mentions) if m.date and not _is_counted_from(m.date.text))
    runs = list(islice((text for text, _ in groupby(texts)), _ANCHORS))
    return "; ".join(reversed(runs)) or None


def _last_day(mentions: list[Mention]) -> Mention:
    """The last of the mentions; of one sentence the one that has a day.

    Example: the raid, before "a man wanted for a murder in March".
    """
    beside = [m for m in mentions if m.parsed.sentence.start == mentions[-1].parsed.sentence.start]
    return next((m for m in reversed(beside) if m.date and _is_day(m.date.text)), mentions[-1])


def _is_definite_noun(match: Match) -> bool:
    """Whether a noun is meant to be known, whatever else was told since.

    Example: "Condemned the assassination".
    """
    noun = match.token
    return noun.pos_ == "NOUN" and any(c.lower_ in DEFINITE for c in syntax.children(noun, "det"))


def _is_same_deed(lead: Mention, later: Mention, story: Story) -> bool:
    kinds = {lead.event_type_code, later.event_type_code}
    same_place = _place_name(lead) == _place_name(later) or later.place is None or later.place.start is None
    same_place |= later.place is not None and takes_up_victims(later.match, lead)
    happened = later.status_code == "occurred" and not later.is_aggregate
    counted_from = later.date is not None and _is_counted_from(later.date.text)
    return (
        (len(kinds) == 1 or bool(kinds & story.lexicon.types_with("open")) or takes_up_victims(later.match, lead))
        and same_place
        and happened
        and not counted_from
    )


def _place_name(mention: Mention) -> str | None:
    return None if mention.place is None else mention.place.text


def _is_day(date_text: str) -> bool:
    return any(span.is_day for span in find_dates(date_text))


def _is_counted_from(date_text: str) -> bool:
    """Whether words date what happened long before the story's own day.

    Example: "A week after a massacre".
    """
    return any(span.clause_end is not None for span in find_dates(date_text))
