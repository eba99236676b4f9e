"""The parties that stand beside a deed and not in a slot of its own: "attacks blamed on Boko Haram".

In come the names of a parsed sentence, out come the token of an armed group, or the end of the words that say to
whom somebody belongs ("gunmen from the Islamist group al-Shabaab"). What is only linked or compared is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from spacy.tokens import Token

from tasks.extract.coreference import antecedent_of
from tasks.extract.lexicon import Lexicon
from tasks.extract.memory import Memory
from tasks.extract.model import Match, ParsedSentence, Party
from tasks.extract.names import SentenceNames
from tasks.extract.slots import Slots
from tasks.extract.word_groups import either, words
from tasks.language import syntax
from tasks.language.dates import find_dates

# steps up the parse from a deed to who is accused of it
_ACCUSED_REACH = 6
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# "Da'ish [IS] militants"
_GLOSSED = re.compile(r" [\[(][^\])]{1,40}[\])] ")


def party_of(
    token: Token, parsed: ParsedSentence, memory: Memory, head_types: Mapping[str, str]
) -> tuple[Party, str | None]:
    """The party that a token heads, with its apposition and group, and the rule that found whom it means, if any."""
    names = parsed.names
    _, start, end = syntax.phrase_text(token)
    name = names.of(token)
    if name is not None and name.kind == "actor" and name.end == end:
        start = min(start, name.start)  # "Syrian government" of "Syrian government air strikes"
    for child in syntax.children(token, "appos"):
        _, apposed_start, apposed_end = syntax.phrase_text(child)
        if apposed_start <= end + 1:
            end = apposed_end
    start, end = start_with_group(start, names), end_with_group(end, names)
    start = _behind_date(start, end, names.text)
    antecedent = antecedent_of(token, parsed.index, names, memory, head_types)
    meant = (antecedent.value, antecedent.rule_id) if antecedent else (None, None)
    return Party(names.text[start:end], start, end, meant[0]), meant[1]


def _behind_date(start: int, end: int, text: str) -> int:
    """Where a party's words begin behind a date that the parse takes in: "23 May 2014 Rebels bombarded"."""
    if _YEAR.search(text, start, end) is None:
        return start
    ends = [span.end for span in find_dates(text) if span.start <= start < span.end < end]
    rest = text[ends[0] : end] if ends else ""
    return end - len(rest.lstrip(" ,:–-")) if rest.strip() else start


def start_with_group(start: int, names: SentenceNames) -> int:
    """Where a party's words begin once the group that stands before brackets in front of them is taken in."""
    text = names.text
    for name in names.names:
        if name.kind == "actor" and name.end < start and _GLOSSED.fullmatch(text[name.end : start]):
            return name.start
    return start


def end_with_group(end: int, names: SentenceNames) -> int:
    """Where a party's words end once the group that it belongs to is told right behind them."""
    text = names.text
    for name in names.names:
        if name.kind != "actor" or name.start <= end:
            continue
        between = text[end : name.start]
        if _of_whom().fullmatch(between) or (between == " " and _group_word().search(text, max(0, end - 20), end)):
            return name.end  # "the Basque separatist organisation ETA"
    return end


def blamed(deed: Token, names: SentenceNames) -> Token | None:
    """The armed group that the sentence blames for a deed, whose deed it calls it, or that stands right before it."""
    text = names.text
    for name in names.names:
        if "armed_group" not in name.classes:
            continue
        if (
            _blamed_on().search(text, 0, name.start)
            or _its_deed().match(text, name.end)
            or _claims().match(text, name.end)
        ):
            return names.head(name)
        if name.end + 1 == deed.idx and deed.tag_ in ("VBD", "VBN", "VBZ"):
            return names.head(name)
    return None


def claimant(deed: Token, names: SentenceNames) -> Token | None:
    """The armed group that its own sentence tells to have claimed a deed; None where none did.

    Example: "A blast, which the Islamic State claimed, killed six", "raids that were claimed by a separatist group".
    """
    for verb in names.words:
        if verb.lemma_.lower() != "claim" or verb.dep_ not in ("relcl", "acl", "conj") or not syntax.is_verb(verb):
            continue
        told = verb.head if verb.dep_ != "conj" else syntax.first_of_verbs(verb)
        is_its_own = told in (deed, syntax.clause(deed)) or told.lemma_.lower() in words("happening")
        denied = any(c.dep_ == "neg" for c in verb.children)
        for head in syntax.subjects(verb):
            if is_its_own and not denied and names.classes(head) & {"armed_group", "group"}:
                return head
    return None


def at_hands_of(verb: Token) -> list[Token]:
    """The heads of those at whose hands people suffered: "lost their lives at the hands of vigilantes"."""
    hands = [h for h in syntax.prepositional(verb, "at") if h.lower_ == "hands"]
    return [head for hand in hands for head in syntax.prepositional(hand, "of")]


def accused(deed: Token) -> Token | None:
    """Who is accused of a deed, charged with it or arrested for it; None where the sentence accuses nobody.

    Example: "A man accused of killing two was arraigned", "Gomes was arrested in connection with the shooting".
    """
    is_charge = False
    for governor in syntax.governors(deed)[:_ACCUSED_REACH]:
        lemma = governor.lemma_.lower()
        is_charge |= lemma in words("charge_noun")
        if not syntax.is_verb(governor) or not (is_charge or lemma in words("alleges")):
            continue
        if governor.dep_ in ("acl", "relcl") and not syntax.children(governor, "nsubj", "dobj"):
            return governor.head
        found = syntax.children(governor, "nsubjpass") or syntax.children(governor, "dobj")
        if deed in found:  # "pinned the attack on the rebels"
            found = syntax.prepositional(governor, "on") or syntax.prepositional(deed, "on")
        if any(t.lemma_.lower() in words("charge_noun") for t in found):
            found = syntax.prepositional(governor, "against") or [
                t for f in found for t in syntax.prepositional(f, "against")
            ]  # "filed charges against four men"
        named = [t for t in found if t.pos_ != "PRON" or t.lower_ not in ("who", "which", "that")]
        return named[0] if named else governor.head if governor.dep_ == "relcl" else None
    return None


def who_acts_around(match: Match, names: SentenceNames, slots: Slots, lexicon: Lexicon) -> list[Token]:
    """Who does a deed that the verb around it tells on the way: the armed subject of what is done in an assault or
    during an operation, whoever stands somewhere in protest; empty where the verb tells no such deed.

    Example: "fighters overran the camp in an assault", not "police arrested two in the shooting".
    """
    around = match.token.head
    verb = around.head
    is_around = match.trigger.pos == "noun" and match.token.dep_ == "pobj" and around.lower_ in ("in", "during")
    if not is_around or not syntax.is_verb(verb) or syntax.is_passive(verb):
        return []
    code = match.event_type_code
    doers = slots.parties(syntax.subjects(verb), names)
    if code in lexicon.types_with("rally"):
        return doers if around.lower_ == "in" and not syntax.children(match.token, "det") else []
    rows = lexicon.triggers.get(("verb", verb.lemma_.lower()), ())
    told = {row.event_type_code for row in rows if not row.is_outcome}  # who died in a raid did not raid
    searches = code == "raid" and verb.lemma_.lower() not in lexicon.reporting_verbs
    if not searches and not told & lexicon.types_with("hits") - lexicon.types_with("by_authority"):
        return []
    return [head for head in doers if names.classes(head) & {"force", "armed_group", "group"}]


def other_side(match: Match, names: SentenceNames) -> list[Token]:
    """The foe to whom those surrender who do: the one other armed party that is a subject; empty where there are more.

    Example: "Soldiers have surrendered, the rebels said".
    """
    own = {t.i for actor in match.actors for t in actor.subtree}
    ids = {i for actor in match.actors for t in actor.subtree if (name := names.of(t)) for i in name.actor_ids}
    words = {actor.lemma_.lower() for actor in match.actors}
    found: dict[str, Token] = {}
    for token in names.words:
        name = names.of(token)
        if token.dep_ not in syntax.SUBJECTS or token.pos_ == "PRON" or token.i in own:
            continue
        is_armed = bool(names.classes(token) & {"force", "armed_group"}) or (
            name is not None and name.kind == "actor" and bool(name.classes & {"force", "armed_group"})
        )
        key = "/".join(name.actor_ids) if name is not None and name.actor_ids else token.lemma_.lower()
        if is_armed and key not in words and not (name is not None and ids & set(name.actor_ids)):
            found.setdefault(key, token)
    return list(found.values()) if len(found) == 1 else []


@cache
def _group_word() -> re.Pattern[str]:
    """A word for a group, right behind which its name may stand."""
    return re.compile(rf"\b{either('named_group')}$")


@cache
def _of_whom() -> re.Pattern[str]:
    """What stands between somebody and the name of the group that he belongs to."""
    held_to_be = rf"{either('supposed')} to (?:be|belong to|come from)"
    return re.compile(
        rf",? (?:from|of|belonging to|loyal to|{held_to_be})(?: (?:from|of))?"
        rf"(?: (?:the )?(?:suspected )?{either('member_of_group')} of)?(?: the)?"
        rf"(?: (?:[A-Z][\w-]*(?:['’]s)?|{either('group_adjective')})){{0,4}} "
    )


@cache
def _blamed_on() -> re.Pattern[str]:
    """What stands right before the name of a group that is blamed for a deed."""
    done_by = rf"{either('group_deed')}s?\b[^.;,]{{0,60}} by"
    culprit = either("culprit_adjective")
    return re.compile(rf"\b(?:{either('blames')}|{done_by})(?: the)?(?: {culprit})* $")


@cache
def _its_deed() -> re.Pattern[str]:
    """What stands right behind the name of a group whose deed it is."""
    deeds = rf"(?:{either('group_deed')}(?:e?s)?|{either('group_campaign')})"
    return re.compile(rf"(?:['’]s)? (?:{either('deed_means')} )?{deeds}\b")


@cache
def _claims() -> re.Pattern[str]:
    return re.compile(rf" (?:(?:has|have|had) )?{either('claims')} responsibility for\b")
