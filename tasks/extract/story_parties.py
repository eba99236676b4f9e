"""Who did it, where another sentence of the story says so: police who made an arrest, a claimant, a suspect.

In come a document's mentions when all of them are read, and what fired on each of its sentences; mentions without an
actor get one, with the rule. An actor that a deed's own sentence names is never changed, and a claim or a charge that
is denied names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache

from spacy.tokens import Token

from tasks.extract.model import Match, Mention, ParsedSentence, Party
from tasks.extract.parties import accused
from tasks.extract.story import Story
from tasks.extract.word_groups import either
from tasks.knowledge.trace import Reading
from tasks.language.sentences import Sentence

PartyOf = Callable[[Token, ParsedSentence], Party]
"""The party that a token heads in its sentence."""

# sentences between an arrest and the police who tell of it
_FORCE_REACH = 3
# who tells nothing of the deed: "an attack on police", "five policemen"
_SUFFERS = re.compile(
    r"(?:\b(?:on|at|against|with|kill\w*|wound\w*|injur\w*)(?: the)?|\d|\b(?:two|three|four|five|six)) $"
)
_BLAMES = ("accuse", "blame")


def lend_parties(story: Story, fired: Sequence[tuple[ParsedSentence, Sequence[Match]]], party_of: PartyOf) -> None:
    """Give the deeds of a story that name no actor those whom other sentences name for them.

    `fired`: each parsed sentence with all that fired on it, whatever became of it.
    """
    _lend_forces(story)
    for parsed, matches in fired:
        for found, rule_id, is_of_all in _named(story, parsed, matches, party_of):
            for deed in _deeds(story, parsed, is_of_all):
                _lend(deed, found, parsed.sentence, rule_id)


def _lend(mention: Mention, parties: Iterable[Party], sentence: Sentence, rule_id: str) -> None:
    """Give a mention parties of another sentence: their offsets count from the mention's own."""
    shift = sentence.start - mention.parsed.sentence.start
    moved = tuple(replace(p, start=p.start + shift, end=p.end + shift) for p in parties)
    mention.set("actors", Reading(moved, rule_id))


def _lend_forces(story: Story) -> None:
    """Arrests by nobody are of the police who are named nearest.

    Example: "He was arrested on Monday. Slidell police said".
    """
    by_authority = story.lexicon.types_with("by_authority")
    suffering = {
        (m.parsed.sentence.start + p.start, m.parsed.sentence.start + p.end)
        for m in story.mentions
        for p in m.recipients
    }
    for mention in story.mentions:
        if mention.actors or mention.event_type_code not in by_authority or mention.status_code != "occurred":
            continue
        here = mention.parsed.index
        near = range(max(0, here - _FORCE_REACH), min(len(story.sentences), here + _FORCE_REACH + 1))
        for index in sorted(near, key=lambda i: (abs(i - here), i)):
            sentence = story.sentences[index]
            found = next((p for p in _forces(sentence) if not _is_of(p, sentence, suffering)), None)
            if found is not None:
                _lend(mention, [found], sentence, "party.nearest_police")
                break


def _forces(sentence: Sentence) -> Iterable[Party]:
    for found in _police().finditer(sentence.text):
        if not _SUFFERS.search(sentence.text, max(0, found.start() - 20), found.start()):
            yield Party(found.group(), found.start(), found.end())


def _is_of(party: Party, sentence: Sentence, spans: Iterable[tuple[int, int]]) -> bool:
    start, end = party.start + sentence.start, party.end + sentence.start
    return any(start < e and s < end for s, e in spans)


def _named(
    story: Story, parsed: ParsedSentence, matches: Sequence[Match], party_of: PartyOf
) -> Iterable[tuple[tuple[Party, ...], str, bool]]:
    """Whom a sentence names for a deed that others tell: the parties, the rule, whether for several deeds."""
    here = [m for m in story.mentions if m.parsed is parsed]
    told = {m.event_type_code for m in here if m.actors} & story.violent_types()
    for mention in here:
        is_claim = mention.event_type_code == "responsibility_claim" and mention.status_code == "occurred"
        if is_claim and mention.actors and not told:
            yield mention.actors, "party.claims_it", _several().search(parsed.text) is not None
            return
    if told:
        return
    for mention in here:
        is_blame = mention.event_type_code == "accusation" and mention.match.token.lemma_.lower() in _BLAMES
        if is_blame and mention.recipients and _of_deed().search(parsed.text):
            yield mention.recipients, "party.blamed_for_it", _several().search(parsed.text) is not None
            return
    for match in matches:
        # "charged with two counts of murder": the deed is told elsewhere
        charged = accused(match.token) if match.event_type_code in story.violent_types() else None
        if charged is not None and match.trace.dropped_by is not None:
            yield (party_of(charged, parsed),), "party.charged_with_it", False
            return
    for mention in here:
        if mention.event_type_code == "arrest" and mention.recipients and _over_deed().search(parsed.text):
            yield mention.recipients, "party.arrested_over_it", False
            return


def _deeds(story: Story, parsed: ParsedSentence, is_of_all: bool) -> list[Mention]:
    """The violence without an actor that a claim or a charge in this sentence is of: the last that was told before."""
    violence = [m for m in story.violence() if not m.is_aggregate and m.parsed is not parsed]
    before = [m for m in violence if m.parsed.index < parsed.index]
    if is_of_all:
        return [m for m in before if not m.actors]
    nearest = before[-1] if before else violence[0] if violence else None
    return [nearest] if nearest is not None and not nearest.actors else []


@cache
def _police() -> re.Pattern[str]:
    """Police with what names them: "Slidell Police Department", "state police", "Montreal police officers"."""
    # "When Montreal police": what opens a clause names nobody
    named = r"(?:(?!(?:When|After|As|But|And|While|On|In|Then|Later)\b)[A-Z][\w'’-]+ (?:of |and )?){0,4}"
    return re.compile(
        rf"\b{named}{either('police_word')}\b(?: (?:Department|[Oo]fficers?|[Oo]ffice|[Ff]orce|[Ss]ervice)\b)?"
    )


@cache
def _several() -> re.Pattern[str]:
    return re.compile(rf"\b{either('happening')}s\b")


@cache
def _of_deed() -> re.Pattern[str]:
    """A deed that somebody is blamed for: "blamed the Houthis for the shelling"."""
    return re.compile(rf"\b(?:for|of|behind) (?:\w+ ){{0,4}}{either('happening')}s?\b")


@cache
def _over_deed() -> re.Pattern[str]:
    """What an arrest is made for, where other sentences tell of it: "over the incident"."""
    return re.compile(
        r"\b(?:over|for|in connection with|in relation to) (?:the|this|that|his|her|their)(?: \w+)? "
        rf"{either('happening')}s?\b"
    )
