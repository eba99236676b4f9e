"""Collect the counts of people that a match tells, as written.

In come a match with the heads that its trigger counts, out come number spans by kind and side. What they amount to is
for resolve; that a text says the number is not known is noted, so that unknown never turns into zero.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
from spacy.tokens import Token

from tasks.extract.model import Count, Match
from tasks.extract.word_groups import words
from tasks.language import syntax
from tasks.language.dates.words import words as date_words
from tasks.language.quantities import QuantitySpan

# characters between a cue and the people that it is about
_NEAR = 45
# that something is not known, in whatever words
_UNCERTAIN = (
    r"(?:un(?:known|clear|certain|confirmed)|(?:could|can) not (?:\w+ ){0,2}(?:tell|say|confirm|be \w+)"
    r"|not (?:yet |immediately |been |be )*(?:known|clear|available|established|determined|confirmed|announced|counted)"
    r"|no (?:\w+ ){0,2}(?:word|details?|information|figures?|news|count|estimate|indication) (?:\w+ ){0,2})"
)
# "unknown gunmen", "an undisclosed place": what is said to be unknown is not a count
_OF_A_THING = (
    r"(?!(?:unknown|undisclosed|undetermined|unconfirmed|an unspecified)\s"
    r"(?!numbers?\b|how\b|whether\b|if\b|what\b|to\b|at\b|as\b|and\b|in\b|so\b|but\b|yet\b|until\b)\w)"
)
_ADDING = ("other", "others", "another", "more", "additional", "further")
_OF_THEM = ("most", "mostly", "all")
_ARTICLES = ("a", "an", "another")
_ONE_PERSON = ("he", "she", "him", "her")
_ADDED = re.compile(r"(?:\s[\w-]+){1,3},?\sand\s")
# "increased by three and now stands at 54", "rose by four to 31"
_STEP = re.compile(r",?\s(?:and\s)?(?:to|(?:now\s)?(?:stands|stood)\sat|reached|reaching)\s", re.IGNORECASE)
_RISEN = re.compile(r"from\s.*\sto\s", re.IGNORECASE)
_OF_THE = re.compile(r"\b(?:among|of) the $", re.IGNORECASE)
_DEAD = re.compile(r" (?:people |persons |others )?(?:dead|killed|fatalities|victims|who (?:were killed|died))\b")
# "by three to 27": no range, but a step and what it comes to
_BY_STEP = re.compile(r"\sby\s$", re.IGNORECASE)
_TO_RESULT = re.compile(r".+\sto\s", re.IGNORECASE)
# a toll of many happenings
_OF_MANY = re.compile(
    r"\b(?:(?<!has )(?<!have )since(?! (?:the (?:previous|day before)|yesterday|last night))"
    r"|this (?:year|month|week)|(?:year|month|week)['’]s|so far this|annual)\b",
    re.IGNORECASE,
)


class UnknownCounts:
    """Says whether a sentence states that a count is not known, by `seeds/unknown_counts.csv` (part, phrase)."""

    def __init__(self, unknown_counts: pd.DataFrame):
        parts = {part: sorted(group["phrase"]) for part, group in unknown_counts.groupby("part")}
        cue, of = rf"{_OF_A_THING}(?:{_either(parts['cue'])}|{_UNCERTAIN})", _either(parts["about_near"])
        self._cue = re.compile(rf"\b{cue}", re.IGNORECASE)
        self._about = re.compile(rf"\b{_either(parts['about'])}", re.IGNORECASE)
        # "no details of the wounded", "the number of dead could not be learnt"
        self._near = re.compile(
            rf"(?:\b{cue}\b.{{0,{_NEAR}}}?\b{of}\b|\b{of}\b.{{0,{_NEAR}}}?\b{cue}\b)", re.IGNORECASE
        )

    def in_text(self, text: str) -> bool:
        """True where a text holds a cue ("unclear") and what it is about ("how many"), or near it whom ("the dead")."""
        return self.begins(text) is not None

    def begins(self, text: str) -> int | None:
        """Where the cue stands; None where the text says of no count that it is not known."""
        cue = self._cue.search(text)
        if cue is not None and self._about.search(text) is None:
            cue = self._near.search(text)
        return None if cue is None else cue.start()


class Tolls:
    """Finds what the dead of a happening come to, by `seeds/toll_words.csv` (part, phrase)."""

    def __init__(self, toll_words: pd.DataFrame):
        of = {part: _either(sorted(group["phrase"], key=len)[::-1]) for part, group in toll_words.groupby("part")}
        # what stands right before the count
        to = r"(?:\s+now)?\s$"
        figure, rises, raises = of["figure"], of["rises"], of["raises"]
        between = r"[^.;\d]{0,40}?(?:\sfrom [\w,]+)?"
        self._patterns = [
            re.compile(pattern, re.IGNORECASE)
            for pattern in (
                rf"\b{figure}\b[^.;]{{0,160}}?\b{rises}\b(?:{between}\s(?:to|at|by))?{to}",
                rf"\b{raises}\s(?:the|its|their)\s(?:\w+\s){{0,2}}?{figure}\b{between}(?:\s(?:to|at|by))?{to}",
                rf"\bput(?:s|ting)?\sthe\s(?:dead|slain)\b{between}\sat{to}",
            )
        ]
        self._figure = re.compile(rf"\b(?:{figure}|the dead)\b", re.IGNORECASE)
        self._raised_to = re.compile(rf"\b{raises}\sto\s$", re.IGNORECASE)
        self._of_what = re.compile(rf",?\s(?:the|its|their)\s(?:\w+\s){{0,2}}?{figure}\b", re.IGNORECASE)

    def may_stand(self, text: str) -> bool:
        """Whether a word for a toll stands in a sentence, so that its numbers are worth a look."""
        return self._figure.search(text) is not None

    def in_text(self, text: str, quantities: list[QuantitySpan]) -> QuantitySpan | None:
        """The toll that a sentence tells ("the toll of the attack rose to 13"), or None.

        Not where it sums more than one happening ("this year's toll", "since May").
        """
        if _OF_MANY.search(text):
            return None
        for quantity in quantities:  # "among the 22 dead were nine women"
            if _OF_THE.search(text, 0, quantity.start) and _DEAD.match(text, quantity.end):
                return quantity
        for quantity in quantities:  # "bringing to 104 the number of people killed"
            if self._raised_to.search(text, 0, quantity.start) and self._of_what.match(text, quantity.end):
                return quantity
        for pattern in self._patterns:
            for quantity in quantities:
                if pattern.search(text, 0, quantity.start) is None:
                    continue
                result = next((q for q in quantities if _STEP.fullmatch(text, quantity.end, q.start)), None)
                if result is not None:
                    return result
                if any(_ADDED.fullmatch(text, quantity.end, other.start) for other in quantities):
                    return None  # "stood at three soldiers and two civilians"
                is_step = _BY_STEP.search(text, 0, quantity.start) is not None
                risen = (_TO_RESULT if is_step else _RISEN).match(quantity.text)
                if risen is not None and quantity.high is not None:  # "rose from 12 to 26"
                    start = quantity.start + risen.end()
                    return replace(quantity, start=start, text=quantity.text[risen.end() :], low=quantity.high)
                return quantity
        return None


def of_toll(toll: QuantitySpan) -> Count:
    """The dead of a happening, as a sentence gives their toll."""
    return Count("killed", "recipient", toll.text, toll.start, toll.end, "count.toll", is_plural=True)


def with_toll(numbers: list[Count], toll: QuantitySpan) -> list[Count]:
    """The number spans with the toll for all the dead that the sentence counts in parts ("three more have died")."""
    others = [n for n in numbers if n.kind_code != "killed"]
    return sorted([*others, of_toll(toll)], key=lambda n: n.start)


def numbers_of(match: Match, quantities: list[QuantitySpan]) -> list[Count]:
    """Number spans of a match and its outcomes, offsets in the sentence, in the order of the text."""
    found = _counted(match, quantities)
    of_outcomes = [n for outcome in match.outcomes for n in _counted(outcome, quantities)]
    # "shot and wounded three": they were shot, and did not die of it
    hurt = {(n.start, n.end) for n in of_outcomes if n.kind_code == "injured" and not match.trigger.is_outcome}
    found = [n for n in found if n.kind_code != "killed" or (n.start, n.end) not in hurt] + of_outcomes
    if match.with_token is None and any(_is_of_same_people(outcome) for outcome in match.outcomes):
        found = [replace(n, kind_code="injured") if n.kind_code == "killed" else n for n in found]
    found += [n for m in (match, *match.outcomes) for n in _no_casualties(m)]
    if not any(n.side_code == "actor" for n in found):
        found += _taking_part(match, quantities)
    unique: dict[tuple[str, int, int], Count] = {}
    for number in found:
        unique.setdefault((number.kind_code, number.start, number.end), number)
    numbers = list(unique.values())
    for at, number in enumerate(numbers):
        is_additional = number.is_additional or _is_joined(number, numbers, match)
        numbers[at] = replace(number, is_additional=is_additional)
    return sorted(numbers, key=lambda n: (n.start, n.kind_code))


def _is_of_same_people(outcome: Match) -> bool:
    """Whether it tells that they live who were shot, and nobody else: "two women shot in Tulsa are recovering"."""
    trigger = outcome.trigger
    return trigger.is_aftermath and trigger.number_kind == "injured" and not outcome.counted


def _no_casualties(match: Match) -> list[Count]:
    """The counts of a noun that says that nobody is dead and nobody hurt; empty where it is some people's alone.

    Example: "No casualties were reported", "without casualties"; not "no civilian casualties", "the army suffered
    none".
    """
    noun = match.token
    if (nobody := _nobody_hurt(match)) is not None:
        text, start, end = nobody
        return [Count("killed", "recipient", text, start, end, "count.nobody_hurt", is_plural=True)]
    if noun.lemma_.lower() != "casualty" or any(c.dep_ not in ("det", "prep", "punct") for c in noun.children):
        return []
    no = next((c for c in syntax.children(noun, "det") if syntax.denies(c)), None)
    without = next((g for g in syntax.governors(noun)[:2] if g.lower_ == "without"), None)
    first = no or without
    verb = noun.head
    if first is None or (noun.dep_ == "dobj" and verb.lemma_.lower() in words("suffers")):
        return []
    text, start, end = noun.doc[first.i : noun.i + 1].text, first.idx, noun.idx + len(noun)
    return [
        Count(kind, "recipient", text, start, end, "count.no_casualties", is_plural=True)
        for kind in ("killed", "injured")
    ]


def _nobody_hurt(match: Match) -> tuple[str, int, int] | None:
    """The words that say that nobody was hurt, so that nobody died either, with their place; None where none do.

    Example: "No one was hurt", "causing no injuries"; not "no other injuries".
    """
    if match.trigger.number_kind != "injured":
        return None
    token = match.token
    heads = [token] if syntax.is_noun(token) else match.counted or match.recipients
    for head in heads:
        no = next((c for c in syntax.children(head, "det") if c.lower_ == "no" and len(list(head.children)) == 1), None)
        if no is not None and (syntax.is_noun(token) or head.lower_ in ("one", "people")):
            return head.doc[no.i : head.i + 1].text, no.idx, head.idx + len(head)
        if head.lower_ == "nobody":
            return head.text, head.idx, head.idx + len(head)
    return None


def _taking_part(match: Match, quantities: list[QuantitySpan]) -> list[Count]:
    """The counts of those who did it, where a number gives them.

    Example: "Around 200 fighters attacked the base".
    """
    found: list[Count] = []
    for head in match.actors:
        is_people = syntax.is_plural(head) and head.pos_ != "PRON" and head.lemma_.lower() not in words("no_people")
        span = _number_text(head, quantities) if is_people else None
        if span is None or not span[3]:
            continue
        text, start, end, _ = span
        found.append(Count("participants", "actor", text, start, end, "count.taking_part", bool(found), True))
    return found


def _is_joined(number: Count, others: list[Count], match: Match) -> bool:
    """Whether a count is of a second deed of the kind, done to others, and adds to that of the first.

    Example: "Arrested a leader and detained one suspect".
    """
    first = min((n.start for n in others if n.kind_code == number.kind_code), default=number.start)
    if number.start == first or match.trigger.number_kind != number.kind_code:
        return False
    for outcome in match.outcomes:
        joined = outcome.token.dep_ == "conj" and outcome.token.head == match.token
        if not joined or outcome.trigger.number_kind != number.kind_code:
            continue
        held = any(h.idx <= number.end and h.idx + len(h) >= number.start for h in outcome.counted)
        definite = any(c.lower_ in ("the", "those") for h in outcome.counted for c in h.children)
        if held and not definite:
            return True
    return False


def _counted(match: Match, quantities: list[QuantitySpan]) -> list[Count]:
    kind = match.trigger.number_kind
    if kind is None:
        return []
    heads = [meant for head in match.counted for meant in syntax.meant(head)]
    found = []
    for index, head in enumerate(heads):
        if index and _is_alternative(head):
            continue  # "a mullah or imam": one of the two
        if head.dep_ == "conj" and any(c.lower_ == "no" for c in head.head.children):
            continue  # "no women or children": none of either
        if head.dep_ == "conj" and _shares_number(head):
            continue  # "14 women and children": fourteen in all
        if index and any(c.lower_ in _OF_THEM for c in head.children):
            continue  # "killed 32, most school students": they are among them
        span = _number_text(head, quantities)
        if span is None and index == 0 and len(heads) > 1 and head.lower_ in ("they", "them"):
            span = head.text, head.idx, head.idx + len(head), False  # "they were held together with four others"
        if span is None:
            continue
        text, start, end, counted = span
        if not counted and kind in ("participants", "troops", "displaced", "missing"):
            continue  # a bare noun tells no number of a crowd
        is_plural = syntax.is_plural(head) or (not counted and _is_collective(head)) or head.lower_ in ("they", "them")
        side = match.trigger.number_slot or "recipient"
        is_additional = index > 0 or _is_additional(head, match.token)
        found.append(Count(kind, side, text, start, end, "count.in_slot", is_additional, is_plural))
    if not found and match.trigger.pos == "noun":
        found = _noun_count(match, quantities)
    if not found and match.with_token is not None and match.with_token.lemma_.lower() == "life":
        found = _lives(match.with_token, kind, quantities)
    return found


def _is_alternative(head: Token) -> bool:
    before = head.nbor(-1) if head.i else head
    return head.dep_ == "conj" and before.lower_ == "or" and not syntax.is_plural(head)


def _noun_count(match: Match, quantities: list[QuantitySpan]) -> list[Count]:
    """The count that stands on the event noun itself.

    Example: "12 deaths", "no casualties", "the death toll rose to 50".
    """
    token = match.token
    left = syntax.phrase(token, with_of=False)[0]
    begin = token.doc[left].idx
    span = next((q for q in quantities if begin <= q.start and q.end <= token.idx), None)
    if span is None:
        verb = token.head
        for preposition in ("to", "at", "of"):
            for source in (token, verb):
                for head in syntax.prepositional(source, preposition):
                    span = span or next((q for q in quantities if q.start <= head.idx < q.end), None)
    if span is None or span.text.lower() in _ARTICLES:
        return []
    kind = match.trigger.number_kind or ""
    return [Count(kind, "recipient", span.text, span.start, span.end, "count.on_noun", is_plural=True)]


def _lives(noun: Token, kind: str, quantities: list[QuantitySpan]) -> list[Count]:
    """The count of lives, where these are counted and not those who lost them.

    Example: "Claimed 242 lives".
    """
    span = _number_text(noun, quantities)
    if span is None or not span[3]:
        return []
    return [Count(kind, "recipient", span[0], span[1], span[2], "count.lives", is_plural=True)]


def _number_text(head: Token, quantities: list[QuantitySpan]) -> tuple[str, int, int, bool] | None:
    """Words from the quantity to the head, or the whole phrase, its half-open offsets in the sentence, whether counted.

    None where the head is a pronoun for more than one.
    """
    _, start, end = syntax.phrase_text(head)
    spans = [q for q in quantities if q.start < end and q.end > start]
    sentence = syntax.text_of(head.doc)
    bare = [o for o in syntax.prepositional(head, "of") if o.pos_ == "NUM"]
    if bare and head.lemma_.lower() in words("one_person") and not syntax.is_plural(head):
        spans, bare = [q for q in spans if q.end <= head.idx], []  # "a farmer of 71" is one farmer
    numbered = [q for q in spans if bare and q.start <= bare[0].idx < q.end]
    if numbered:
        return numbered[0].text, numbered[0].start, numbered[0].end, True  # "a family of five"
    if spans:
        first = spans[0]
        if first.start > head.idx + len(head):
            # "members of three families": the families are counted, not the members
            return sentence[start:end], start, end, False
        stop = max(first.end, head.idx + len(head))
        return sentence[first.start : stop], first.start, stop, True
    above = head.head.head if head.dep_ == "pobj" and head.head.lower_ == "of" else None
    if above is not None and above.pos_ in ("NUM", "NOUN") and above.lower_ != "one":
        part = [q for q in quantities if q.start <= above.idx < q.end]
        if part:  # "five of its citizens who were kidnapped"
            return sentence[part[0].start : end], part[0].start, end, True
    if head.pos_ == "PRON":
        return (head.text, head.idx, head.idx + len(head), False) if head.lower_ in _ONE_PERSON else None
    return sentence[start:end], start, end, False


def _is_additional(head: Token, trigger: Token) -> bool:
    before_head = {c.lower_ for c in head.children}
    if not before_head.isdisjoint(date_words().ordinals) and not before_head.isdisjoint(("a", "an")):
        return True  # "a fifth officer died": four did before
    beside = [head, *head.children, *(g for c in head.children if c.dep_ == "nummod" for g in c.children)]
    if any(c.lower_ in _ADDING and not (c.lower_ == "more" and c.nbor(1).lower_ == "than") for c in beside):
        return True
    return head.lower_ == "others" or any(c.lower_ == "also" for c in trigger.children)


def _shares_number(head: Token) -> bool:
    """A bare plural joined to one that a number counts, and no number or article of its own."""
    first = head.head
    own = [c for c in head.children if c.dep_ in ("nummod", "det", "poss", "quantmod", "amod")]
    return syntax.is_plural(head) and not own and bool(syntax.children(first, "nummod")) and syntax.is_plural(first)


def _is_collective(head: Token) -> bool:
    return head.lower_ in words("collective")


def _either(phrases: list[str]) -> str:
    return "(?:" + "|".join(re.escape(phrase) for phrase in phrases) + ")"
