"""Find on whose word a sentence stands: reporting verbs, "according to", posts, quotations, pronouns.

In comes a match in its sentence, out comes the speaker as written, the words that tell who that is, the stance and
whether it is told with reserve. A sentence in the reporter's own voice has no speaker.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon
from tasks.extract.memory import Memory
from tasks.extract.model import Mention, ParsedSentence, Speaker
from tasks.extract.names import SentenceNames
from tasks.extract.word_groups import either, words
from tasks.knowledge.trace import Reading
from tasks.language import syntax
from tasks.language.sentences import Sentence

_REPORTED = ("ccomp", "parataxis", "xcomp", "advcl", "relcl", "acl", "conj", "dobj", "pobj", "prep", "pcomp", "nsubj")
# sentences over which "he said" means who spoke last
_REACH = 4
# speakers that a document keeps in mind
_MOST_HEARD = 300
# sentences that one quotation goes on over at most: past that a mark was lost
_LONGEST_QUOTATION = 6
# 'Police spokesman Tito Lopes: "Rifles were seized"'
_BEFORE_QUOTE = re.compile(r"(?P<who>[A-Z][^:.;\"“”]{3,80}): [\"“„]")
_MARKS = ('"', "“", "„")


class Speakers:
    """Who has spoken in a document so far, so that "he" and a last name find him."""

    def __init__(self) -> None:
        self._heard: list[tuple[int, str, str | None]] = []

    def speaker(self, token: Token, parsed: ParsedSentence, lexicon: Lexicon, memory: Memory) -> Speaker | None:
        """The speaker of the clause that holds the token; one who is named is remembered."""
        found = speaker_of(token, parsed.names, lexicon)
        if found is None:
            poster = parsed.sentence.segment_speaker
            if poster is None and (before := _BEFORE_QUOTE.match(parsed.text)) and before.end() <= token.idx:
                return Speaker(before["who"], None, "asserts", False, "speaker.before_quote")
            return Speaker(poster, None, "asserts", False, "speaker.post") if poster else None
        if found.head is not None and found.head.pos_ == "PRON":
            last = next((text for at, text, _ in reversed(self._heard) if parsed.index - at <= _REACH), None)
            refers_to = last or memory.antecedent(found.head, parsed.index)
            return replace(found, refers_to=refers_to, rule_id="speaker.pronoun", head=None)
        self._heard.append((parsed.index, found.text, found.refers_to))
        del self._heard[:-_MOST_HEARD]
        if found.refers_to is None and (fuller := self._fuller_name(found.text)) is not None:
            found = replace(found, refers_to=fuller, rule_id="speaker.fuller_name")
        return found

    def _fuller_name(self, text: str) -> str | None:
        """The longer name that was given before: "Rahmani" is "provincial police spokesperson Inamuddin Rahmani"."""
        words = text.split()
        for _, earlier, refers_to in self._heard:
            if words and earlier != text and earlier.split()[-1:] == words[-1:] and len(earlier) > len(text):
                return refers_to or earlier
            if earlier == text and refers_to:
                return refers_to
        return None


def speaker_of(token: Token, names: SentenceNames, lexicon: Lexicon) -> Speaker | None:
    """The speaker of the clause that holds the token, by the nearest reporting verb above it or "according to"."""
    current = token
    for governor in syntax.governors(token):
        row = lexicon.reporting_verbs.get(governor.lemma_.lower()) if syntax.is_verb(governor) else None
        if row is not None and _reports(governor, current):
            heads = [h for h in syntax.subjects(governor) if h.i != token.i]
            if not heads and governor.dep_ == "advcl":
                heads = syntax.subjects(governor.head) if syntax.is_verb(governor.head) else []
            if heads:
                return _speaker(_who_spreads(heads[0], governor), row[0], row[1], "speaker.reporting_verb")
        current = governor
    for word in names.words:
        if word.lower_ == "account" and word.dep_ == "pobj" and word.head.lower_ == "by":
            owners = syntax.children(word, "poss")
            if owners and owners[0].pos_ != "PRON":
                return _speaker(owners[0], "asserts", False, "speaker.according_to")  # "by the navy's account"
        if word.lower_ == "according" and word.i + 1 < len(names.words):
            heads = syntax.prepositional(word, "to")
            if heads:
                head = heads[0]
                inner = syntax.prepositional(head, "of")
                if head.lemma_.lower() in words("statement") and inner:
                    head = inner[0]
                return _speaker(head, "asserts", False, "speaker.according_to")
        if word.lower_ in ("said", "says") and word.dep_ in ("ROOT", "parataxis", "advcl", "ccomp"):
            # a clause that the parser hung beside its reporting verb: "12 were killed, police said"
            heads = syntax.children(word, "nsubj")
            if heads and (word.i > token.i or word.dep_ == "parataxis") and word != syntax.clause(token):
                return _speaker(heads[0], "asserts", False, "speaker.said_beside")
    return None


def _who_spreads(head: Token, verb: Token) -> Token:
    """The head of those on whose word it stands, as they spread what reports it; else the head itself.

    Example: "The group circulated videos, which reveal that ...".
    """
    if verb.dep_ != "relcl" or not any(c.tag_ in ("WDT", "WP") for c in syntax.children(verb, *syntax.SUBJECTS)):
        return head
    spread = next((g for g in syntax.governors(head) if syntax.is_verb(g)), None)
    if spread is None or spread.lemma_.lower() not in words("spreads"):
        return head
    return next(iter(syntax.subjects(spread)), head)


def hedge_in(text: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """Where a sentence holds a hedge of `seeds/hedges.csv`, half-open offsets; None where it holds none."""
    found = lexicon.hedge.search(text)
    return None if found is None else found.span()


def _reports(verb: Token, below: Token) -> bool:
    """The clause below is what the verb reports, not its subject or its time."""
    return below.dep_ in _REPORTED and below.dep_ != "nsubj" and below.dep_ != "prep"


def _speaker(head: Token, stance: str, hedged: bool, rule_id: str) -> Speaker:
    text, begin, end = syntax.phrase_text(head)
    refers_to = None
    for whom in syntax.prepositional(head, "for"):
        _, start, stop = syntax.phrase_text(whom)
        if end <= start <= end + 6:  # "a spokesman for the governor"
            text, end = syntax.text_of(head.doc)[begin:stop], stop
    for child in head.children:
        if child.dep_ == "appos":
            apposed, start, _ = syntax.phrase_text(child)
            if start <= end + 1:
                text = f"{text} {apposed}"
            else:
                refers_to = apposed
    return Speaker(text, refers_to, stance, hedged, rule_id, head)


def lend_speakers(mentions: Sequence[Mention], sentences: Sequence[Sentence]) -> None:
    """Give what stands in a quotation of several sentences, and has no speaker, the one who is named where it ends.

    Example: '"Tanks shelled the market. Two houses were damaged," the governor said.'
    """
    is_open, paragraph, held = False, 0, list[int]()
    for index, sentence in enumerate(sentences):
        # a paragraph that opens with a mark goes on with the quotation before it, or begins one
        opened = is_open and not (sentence.paragraph != paragraph and sentence.text.startswith(_MARKS))
        paragraph, is_open = sentence.paragraph, _is_open_after(sentence.text, opened)
        if opened or is_open or held:
            held.append(index)
        if is_open and len(held) <= _LONGEST_QUOTATION:
            continue
        if len(held) > 1 and not is_open:
            _lend(mentions, held, sentence.text)
        is_open, held = False, []


def _lend(mentions: Sequence[Mention], held: Collection[int], ending: str) -> None:
    last = max(held)
    begin, end = (
        bisect_left(mentions, min(held), key=lambda m: m.parsed.index),
        bisect_right(mentions, last, key=lambda m: m.parsed.index),
    )
    near = mentions[begin:end]
    speaker = next((m.speaker for m in near if m.parsed.index == last and m.speaker is not None), None)
    speaker = speaker or _named_behind(ending)
    if speaker is None:
        return
    for mention in near:
        if mention.parsed.index in held and mention.speaker is None:
            mention.set("speaker", Reading(replace(speaker, rule_id="speaker.of_quotation"), "speaker.of_quotation"))


def _named_behind(ending: str) -> Speaker | None:
    """Who is named behind the mark that closes a quotation, whose last sentence tells nothing itself.

    Example: '... with all our cattle," Marial Deng, a chief from Rumbek, said by telephone'.
    """
    behind = re.split(r"[”\"]", ending)[-1].strip()
    found = _sayer().match(behind) or _sayer_inverted().match(behind)
    if found is None or found["who"].lower() in ("he", "she", "they", "it", "we", "i"):
        return None
    apposed = found.groupdict().get("apposed")
    text = f"{found['who']} {apposed}" if apposed and apposed[0].isupper() else found["who"]
    return Speaker(text, None, "asserts", False, "speaker.of_quotation")


@cache
def _sayer() -> re.Pattern[str]:
    """Who says so, with his name or his office between commas: "the mayor of Mocoa, Jorge Rosero, told"."""
    return re.compile(rf"(?P<who>[^,.;:]{{2,80}}?)(?:, (?P<apposed>[^,.;:]{{2,80}}),)? {either('said')}\b")


@cache
def _sayer_inverted() -> re.Pattern[str]:
    return re.compile(rf"{either('said')} (?P<who>[^,.;:]{{2,80}})")


def _is_open_after(text: str, is_open: bool) -> bool:
    """Whether a quotation is open behind a sentence."""
    for mark in text:
        if mark in "“„":
            is_open = True
        elif mark == "”":
            is_open = False
        elif mark == '"':
            is_open = not is_open
    return is_open
