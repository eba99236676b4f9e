"""Who did it, where another sentence of the story says so: police who made an arrest, a claimant, a suspect.

In come a document's mentions when all of them are read, and whom its sentences charge; mentions without an actor get
one, with the rule. An actor that a deed's own sentence names is never changed, and a claim or a charge that is denied
names nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from tasks.extract.model import Match, Mention, ParsedSentence, Party
from tasks.extract.parties import accused, party_of
from tasks.extract.story import Story
from tasks.extract.word_groups import either, words
from tasks.knowledge.trace import Reading
from tasks.language.sentences import Sentence

# sentences between an arrest and the police who tell of it
_FORCE_REACH = 3
# sentences behind a deed in which it may be told whose it was
_BEHIND_REACH = 2
_SOMEBODY = re.compile(r"\b(?:[A-Z]\w\w|the \w)")
_FOR = re.compile(r"\b(?:for|of|over)\b")
_TAKES_CAPTIVES = ("abduction", "arrest")

Charged = Sequence[tuple[ParsedSentence, tuple[Party, ...]]]
"""Parsed sentences in the order of the text, each with whom it charges with a deed that it does not tell."""


def charged_in(
    parsed: ParsedSentence, matches: Iterable[Match], story: Story, head_types: Mapping[str, str]
) -> tuple[Party, ...]:
    """Whom a sentence charges with violence that is told elsewhere; to be asked while the story stands there.

    Example: "He has been charged with two counts of murder".
    """
    violent = story.violent_types()
    for match in matches:
        if match.trace.dropped_by is not None and match.event_type_code in violent:
            head = accused(match.token)
            if head is not None:
                return (party_of(head, parsed, story.memory, head_types)[0],)
    return ()


def lend_parties(story: Story, charged: Charged) -> None:
    """Give the deeds of a story that name no actor those whom other sentences name for them."""
    told: dict[int, list[Mention]] = defaultdict(list)
    for mention in story.mentions:
        told[mention.parsed.index].append(mention)
    _lend_forces(story, told)
    _lend_captors(story)
    violence = [m for m in story.violence() if not m.is_aggregate]
    _lend_those_behind(story, violence)
    for parsed, suspects in charged:
        here = told[parsed.index]
        if (found := _named(parsed, here, suspects)) is not None:
            parties, rule_id, is_of_all = found
            doers = {p.text for m in here if m.event_type_code in story.violent_types() for p in m.actors}
            blamed = {party.text for party in parties} if rule_id == "party.blamed_for_it" else set()
            if doers - blamed:
                continue  # a deed of its own
            for deed in _deeds(violence, parsed, is_of_all):
                _lend(deed, parties, parsed.sentence, rule_id)


def _lend(mention: Mention, parties: Iterable[Party], sentence: Sentence, rule_id: str) -> None:
    """Give a mention parties of another sentence: their offsets count from the mention's own."""
    shift = sentence.start - mention.parsed.sentence.start
    moved = tuple(replace(p, start=p.start + shift, end=p.end + shift) for p in parties)
    mention.set("actors", Reading(moved, rule_id))


def _lend_forces(story: Story, told: Mapping[int, list[Mention]]) -> None:
    """Arrests by nobody are of the police who are named nearest.

    Example: "He was arrested on Monday. Slidell police said".
    """
    by_authority = story.lexicon.types_with("by_authority")
    for mention in story.mentions:
        if mention.actors or mention.event_type_code not in by_authority or mention.status_code != "occurred":
            continue
        here = mention.parsed.index
        near = range(max(0, here - _FORCE_REACH), min(len(story.sentences), here + _FORCE_REACH + 1))
        for index in sorted(near, key=lambda i: (abs(i - here), i)):
            suffering = [(p.start, p.end) for m in told.get(index, ()) for p in m.recipients]
            force = next(_forces(story.sentences[index], suffering, story), None)
            if force is not None:
                _lend(mention, [force], story.sentences[index], "party.nearest_police")
                break


def _lend_captors(story: Story) -> None:
    """People who are let go by nobody are let go by those who took them, as told last before.

    Example: "Gunmen seized nine women. Two of them were let go on Tuesday".
    """
    captors: Mention | None = None
    for mention in story.mentions:
        if mention.event_type_code in _TAKES_CAPTIVES and mention.status_code == "occurred":
            captors = mention if mention.actors else None
        elif mention.event_type_code == "release" and not mention.actors and captors is not None:
            _lend(mention, captors.actors, captors.parsed.sentence, "party.held_them")


def _lend_those_behind(story: Story, violence: Sequence[Mention]) -> None:
    """A deed by nobody is of those whom one of the next sentences tells to be behind it.

    Example: "A patrol boat came under attack. Abu Sayyaf was responsible", "It was the work of men from the group".
    """
    for deed in violence:
        if deed.actors:
            continue
        begin = deed.parsed.index + 1
        for sentence in story.sentences[begin : begin + _BEHIND_REACH]:
            if (found := _who_is_behind().search(sentence.text)) is not None:
                name = "who" if found["who"] else "doer"
                party = Party(found[name], found.start(name), found.end(name))
                _lend(deed, [party], sentence, "party.told_to_be_behind")
                break


def _forces(sentence: Sentence, suffering: Sequence[tuple[int, int]], story: Story) -> Iterator[Party]:
    """The police of a sentence but those that it counts or to whom something is done.

    Example: not "five policemen were hurt", "an attack on police".
    """
    text = sentence.text
    for found in _police().finditer(text):
        start, end = found.span()
        is_done_to = _done_to().search(text, max(0, start - 30), start) is not None
        if is_done_to or any(start < e and s < end for s, e in suffering):
            continue
        if not any(number.end in (start, start - 1) for number in story.quantities.find(text[:start])):
            yield Party(found.group(), start, end)


def _named(
    parsed: ParsedSentence, here: Sequence[Mention], charged: tuple[Party, ...]
) -> tuple[tuple[Party, ...], str, bool] | None:
    """Whom a sentence names for a deed that others tell: the parties, the rule, whether for several deeds."""
    text = parsed.text
    for mention in here:
        code = mention.event_type_code
        if code == "responsibility_claim" and mention.status_code == "occurred" and mention.actors:
            return mention.actors, "party.claims_it", _several().search(text) is not None
        is_blame = code == "accusation" and mention.match.token.lemma_.lower() in words("alleges")
        # "The army blamed the rebels.", and nothing else, for what was told before
        is_of_none = not _FOR.search(text, mention.match.end) and all(
            _SOMEBODY.search(p.text) for p in mention.recipients
        )
        if is_blame and mention.recipients and (is_of_none or _of_deed().search(text)):
            return mention.recipients, "party.blamed_for_it", _several().search(text) is not None
    if charged:
        return charged, "party.charged_with_it", False
    arrests = (m for m in here if m.event_type_code == "arrest" and m.recipients)
    if (arrest := next(arrests, None)) is not None and _over_deed().search(text):
        return arrest.recipients, "party.arrested_over_it", False
    return None


def _deeds(violence: Sequence[Mention], parsed: ParsedSentence, is_of_all: bool) -> list[Mention]:
    """The violence without an actor that a claim or a charge in this sentence is of: the last that was told before."""
    before = [m for m in violence if m.parsed.index < parsed.index]
    if is_of_all:
        return [m for m in before if not m.actors]
    nearest = before[-1] if before else next((m for m in violence if m.parsed is not parsed), None)
    return [nearest] if nearest is not None and not nearest.actors else []


@cache
def _police() -> re.Pattern[str]:
    """Police with what names them: "Slidell Police Department", "state police", "Montreal police officers"."""
    # "When Montreal police": what opens a clause names nobody
    named = rf"(?:(?!{either('clause_opener')}\b)[A-Z][\w'’-]+ (?:of |and )?){{0,4}}"
    return re.compile(
        rf"\b{named}{either('police_word')}\b(?: (?:Department|[Oo]fficers?|[Oo]ffice|[Ff]orce|[Ss]ervice)\b)?"
    )


@cache
def _done_to() -> re.Pattern[str]:
    """What stands right before those to whom something is done: "attack on the", "killed"."""
    return re.compile(rf"\b(?:on|at|against|with|{either('does_harm')})(?: the)? $")


@cache
def _who_is_behind() -> re.Pattern[str]:
    """What says whose a deed was that another sentence told; not "nobody was responsible"."""
    it = rf"(?:it|for (?:it|the {either('happening')}))"
    behind = rf"(?:was|were) (?:responsible(?: {it})?|to blame|behind (?:it|the {either('happening')}))"
    return re.compile(
        rf"\b(?:[Ii]t|[Tt]h(?:is|at)) (?:was|had been) the work(?:, [^,.;]{{1,40}},)? of (?P<who>[^,.;]{{3,60}})"
        rf"|^(?P<doer>(?!No\b|Nobody|None|It\b|He\b|She\b|Who)[A-Z][\w' -]{{2,50}}?) {behind}(?=[,.;]| [a-z]+ said)"
    )


@cache
def _several() -> re.Pattern[str]:
    return re.compile(rf"\b{either('happening')}s\b")


@cache
def _of_deed() -> re.Pattern[str]:
    """A deed that somebody is blamed for: "blamed the Houthis for the shelling", "blamed the attack on them"."""
    deed = rf"(?:\w+ ){{0,4}}{either('happening')}s?\b"
    return re.compile(rf"\b(?:for|of|behind) {deed}|\b(?:blam|pinn)(?:ed|es|ing) {deed} on\b")


@cache
def _over_deed() -> re.Pattern[str]:
    """What an arrest is made for, where other sentences tell of it: "over the incident"."""
    return re.compile(
        r"\b(?:over|for|in connection with|in relation to) (?:the|this|that|his|her|their)(?: \w+)? "
        rf"{either('happening')}s?\b"
    )
