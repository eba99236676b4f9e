"""Counts that a mention leaves to the story: those whom "the gunmen" points back to, the dead to whom more are added,
those that no clause of its own tells.

In come the counts of a mention or a sentence and the document's story so far, out come counts with those before them,
and whose they are. What is of another place, or too far back, adds nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from tasks.extract.counts import Tolls, UnknownCounts, of_toll
from tasks.extract.model import Count, Match, Mention, ParsedSentence
from tasks.extract.story import DEFINITE, Story
from tasks.extract.word_groups import anywhere, either, words
from tasks.knowledge.trace import Reading
from tasks.language.sentences import Sentence

# sentences over which counts are taken up
_REACH = 4
# sentences behind a deed that may only count its victims
_COUNTED_ON = 2
_POINTED_BACK = "count.pointed_back"


def counted_before(numbers: Sequence[Count], index: int, story: Story) -> list[Count]:
    """The counts, those of people whom "the" points back to as they were told before.

    Example: "Four gunmen were seen. The patrol killed the gunmen", "Ten children and five women died. The children and
    women were ...": what is joined to one that points back does so, too.
    """
    found: list[Count] = []
    for number in numbers:
        is_joined = bool(found) and number.is_additional and found[-1].rule_id == _POINTED_BACK
        found.append(_pointed_back(number, is_joined, index, story))
    return found


def _pointed_back(number: Count, is_joined: bool, index: int, story: Story) -> Count:
    words = number.text.lower().split()
    is_definite = len(words) > 1 and words[0] in DEFINITE
    if not (is_definite or (is_joined and len(words) == 1)) or not number.is_plural:
        return number
    sentence = story.sentences[index]
    for near in reversed(story.sentences[max(0, index - _REACH) : index + 1]):
        text = near.text[: number.start] if near is sentence else near.text
        for span in reversed(story.quantities.find(text)):
            noun = re.match(rf"(?:\s+[\w-]+){{0,2}}\s+{re.escape(words[-1])}\b", text[span.end :], re.IGNORECASE)
            if noun is not None and (span.low or 0) > 1:
                start = near.start - sentence.start + span.start
                end = near.start - sentence.start + span.end + noun.end()
                counted = text[span.start : span.end + noun.end()]
                return replace(number, text=counted, start=start, end=end, rule_id=_POINTED_BACK)
    return number


def added_up(mention: Mention, numbers: Sequence[Count], story: Story) -> tuple[Count, ...]:
    """The counts with the ones before, where these add to them; counts of another place do not.

    Example: "A leader was arrested. Two more were also detained", but not "Twelve died in Ariha. The other four were
    killed in Saraqib".
    """
    kinds = {n.kind_code for n in numbers}
    of_kind = (m for m in reversed(story.mentions) if m.event_type_code == mention.event_type_code and m.numbers)
    before = next(of_kind, None)
    near = before is not None and bool(story.since(mention.parsed.index, _REACH, [before]))
    if before is None or not near or before.is_aggregate or not all(n.is_additional for n in numbers):
        return tuple(numbers)
    if any(_is_told_again(number, mention, before.numbers) for number in numbers):
        return tuple(numbers)
    days = {span.text.lower() for one in (before, mention) if (span := one.own_date) is not None}
    if len(days) > 1:
        return tuple(numbers)  # each has a day of its own, and would be counted twice: "a seventh died on Saturday"
    named = [place.text for place in mention.places if place.text[:1].isupper()]
    if before.place is not None and before.place.text and named and before.place.text not in named:
        return tuple(numbers)
    taken_up = (replace(n, rule_id="count.adds_to_before") for n in before.numbers if n.kind_code in kinds)
    return (*taken_up, *numbers)


def _is_told_again(number: Count, mention: Mention, before: Sequence[Count]) -> bool:
    """Whether a count is of people counted before: "the three drivers were also killed", after "three drivers"."""
    lead = mention.parsed.text[: number.start - mention.parsed.sentence.start].lower().split()
    is_definite = bool(lead) and lead[-1] in DEFINITE
    return is_definite and number.text.lower() in {one.text.lower() for one in before}


def happening_before(position: int, matches: Sequence[Match], violent: Collection[str]) -> Match | None:
    """The happening whose people a sentence counts at a position: the violence (types) that is told last before it."""
    before = [m for m in matches if m.event_type_code in violent and m.token.idx < position]
    return max(before, key=lambda match: match.token.idx, default=None)


def happening_beside(position: int, matches: Sequence[Match], violent: Collection[str]) -> Match | None:
    """The happening before a position, else the first behind it: "bringing to 104 the number of those killed"."""
    behind = min((m for m in matches if m.event_type_code in violent), key=lambda m: m.token.idx, default=None)
    return happening_before(position, matches, violent) or behind


def taken_up(
    numbers: Sequence[Count], mentions: Sequence[Mention], violent: Collection[str]
) -> Mapping[int, tuple[Count, ...]]:
    """The counts that no mention of a sentence tells, by the `id` of the one that takes each up: the violence (types)
    told last before it, else first behind it."""
    matches = [one.match for one in mentions]
    found: dict[int, tuple[Count, ...]] = {}
    for number in numbers:
        by = happening_beside(number.start, matches, violent)
        found |= {id(one): (*found.get(id(one), ()), number) for one in mentions if one.match is by}
    return found


def deed_before(parsed: ParsedSentence, story: Story) -> Mention | None:
    """The violence that is told right before a sentence, or in it, last; None where none is."""
    kinds = story.violent_types()
    told = (m for m in reversed(story.mentions) if m.event_type_code in kinds and m.status_code == "occurred")
    last = next(told, None)
    return last if last is not None and story.since(parsed.index, _COUNTED_ON, [last]) else None


def count_for(deed: Mention, numbers: Sequence[Count], sentence: Sentence) -> None:
    """Give what a sentence counts that tells of nothing else to the deed before it, where that counts none of the kind.

    Example: "Fatalities: 3", "It did not kill anyone".
    """
    start = sentence.start
    for number in numbers:
        if all(n.kind_code != number.kind_code or n.rule_id == number.rule_id for n in deed.numbers):
            told = replace(number, start=number.start + start, end=number.end + start)
            deed.set("numbers", Reading((*deed.numbers, told), number.rule_id, (number.start, number.end)))


def note_tolls(story: Story, tolls: Tolls, unknown: UnknownCounts) -> None:
    """Where a sentence tells no more than a toll, or that it is not known, that is the toll of the deed before it.

    Example: "Shells hit a market. The toll there is eight", "The toll remained unknown this morning".
    """
    deeds = [m for m in story.violence() if not m.is_aggregate]
    if not deeds:
        return
    counting = {m.parsed.index for m in deeds if _counts_hurt(m)}
    for index, sentence in enumerate(story.sentences):
        last = bisect_right(deeds, index, key=lambda m: m.parsed.index)
        deed = deeds[last - 1] if last else None
        if (
            deed is None
            or index - deed.parsed.index > _COUNTED_ON
            or not counting.isdisjoint((index, deed.parsed.index))
        ):
            continue
        if unknown.in_text(sentence.text):
            deed.set("casualties_unknown", Reading(True, "count.unknown"))
        elif tolls.may_stand(sentence.text):
            toll = tolls.in_text(sentence.text, list(story.quantities.find(sentence.text)))
            count_for(deed, [] if toll is None else [of_toll(toll)], sentence)


def _counts_hurt(mention: Mention) -> bool:
    return any(number.kind_code in ("killed", "injured") for number in mention.numbers)


def spare_the_wounded(mentions: Iterable[Mention], sentences: Iterable[Sentence]) -> None:
    """Count as hurt those of whom a report only says that they were shot, where they live by what it says besides.

    Example: "was shot in the leg", "was shot several times and survived"; "was shot" in a report that tells of wounds
    or a hospital and of no death.
    """
    shot = [m for m in mentions if m.match.token.lemma_.lower() in words("may_live") and m.match.with_token is None]
    if not shot:
        return
    texts = [sentence.text for sentence in sentences]
    all_live = any(anywhere("lives_on").search(text) or anywhere("tells_wounds").search(text) for text in texts)
    all_live = all_live and not any(anywhere("tells_death").search(text) for text in texts)
    for mention in shot:
        if all_live or _lives_there(mention.parsed.text, mention.match.end):
            numbers = tuple(replace(n, kind_code="injured") if n.kind_code == "killed" else n for n in mention.numbers)
            mention.set("numbers", Reading(numbers, "count.shot_and_lived", mention.match.span))


def _lives_there(text: str, end: int) -> bool:
    """Whether a sentence says that those live who were shot at a word that ends there."""
    if anywhere("tells_death").search(text):
        return False
    return bool(anywhere("lives_on").search(text) or _in_limb().match(text, end))


@cache
def _in_limb() -> re.Pattern[str]:
    """What stands behind "shot" and says that it was no deadly one: "him in the left leg", "with a rubber bullet"."""
    whose = r"(?:the|his|her|their|its|one|both|an?|each)"
    limb = rf"(?:in|through|below|above|near) {whose}(?: [\w-]+)? {either('limb')}\b"
    return re.compile(
        rf"(?:(?! and )[^.;,]){{0,60}} (?:{limb}|with (?:an? )?(?:rubber|plastic)[\w -]* bullets?\b)", re.IGNORECASE
    )
