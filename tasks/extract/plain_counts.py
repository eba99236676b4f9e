"""Counts of people that the words beside a number tell, where the parse of a sentence gives none.

In come a parsed sentence with its number phrases and the counts that its matches found, out come further counts: of
"Bus attacked in Damascus, 6 pilgrims dead, 22 hurt", of "Killed: 3". The small model goes astray in headlines, notes,
long sentences without commas; there what stands right before or behind a number still says what became of whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

import pandas as pd
from spacy.tokens import Token

from tasks.extract.model import Count, ParsedSentence
from tasks.extract.names import SentenceNames
from tasks.extract.who import Who
from tasks.language import syntax
from tasks.language.quantities import QuantitySpan

_KINDS = ("killed", "injured", "captured")
_RULE, _NOBODY = "count.plain_words", "count.nobody_hurt"
# tokens between a number and what became of those it counts
_FARTHEST = 9
# characters before a number in which a label or verb stands
_LONGEST_LEAD = 40
_NO_PEOPLE = ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY")
_AUXILIARIES = frozenset(("be", "have", "get"))
_OF_THEM = frozenset(("including", "among", "most", "mostly", "all", "many", "some"))
_OBJECTS = ("NUM", "DET", "NOUN", "PROPN", "PRON", "ADJ")
_ONES = ("a", "an", "another", "one")
_JOINS = re.compile(r"\s*(?:,\s*and|,|and|as well as|plus|&)\s+", re.IGNORECASE)
# nobody, and what was done to nobody; `{verbs}` as stems, `{done}` as participles, `{nouns}` for what did not befall
_NOBODY_DONE = (
    r"\b(?:(?:without|\w+n['’]t|not)\s(?:{verbs})(?:e|ing|ed|ting)?\s(?:any(?:one|body)|any\s(?:people|person))"
    r"|(?:{verbs})(?:s|ed|ing)?\s(?:no[\s-]one|nobody)"
    r"|(?:no[\s-]one|nobody)\s(?:was|were|is|has\sbeen|had\sbeen|got)\s"
    r"(?:reported(?:ly)?\s|said\sto\s(?:be|have\sbeen)\s)?(?:{done})"
    r"|without\sany(?:one|body)\s(?:being|getting)\s(?:{done})"
    r"|(?:no|without(?:\scausing)?(?:\sany)?|neither|not\scause(?:\sany)?)\s(?:reports?\sof\s(?:any\s)?)?(?:{nouns})"
    r"(?!\s(?:among|on|in|to|of|from|within)\b)"
    r"|(?:remained|was|were|escaped)\s(?:unhurt|unharmed|unscathed|uninjured|injury)"
    r")\b"
)
_HURT = {
    "verbs": "hurt|injur|wound|harm|hit",
    "done": "hurt|injured|wounded|harmed|hit",
    "nouns": "casualties|casualty|injuries|injury|victims|bloodshed",
}
_DEAD = {"verbs": "kill", "done": "killed", "nouns": "loss of life|deaths|fatalities"}
# who is not hurt is not dead either
_HARMLESS = {
    "killed": re.compile(
        _NOBODY_DONE.format(**{part: f"{hurt}|{_DEAD[part]}" for part, hurt in _HURT.items()}), re.IGNORECASE
    ),
    "injured": re.compile(_NOBODY_DONE.format(**_HURT), re.IGNORECASE),
}


# a part of those who were counted before: "eight of the wounded were in critical condition"
_PART_OF_THEM = re.compile(
    r"\s+of (?:the|those|these) (?:\w+ )?(?:wounded|injured|hurt|dead|killed|victims)\b", re.IGNORECASE
)


class PlainCounts:
    """Reads counts by `seeds/toll_words.csv` (part, phrase): what people are, and what is done to them, by kind."""

    def __init__(self, toll_words: pd.DataFrame, who: Who) -> None:
        phrases = {str(part): "|".join(_longest_first(group["phrase"])) for part, group in toll_words.groupby("part")}
        self._who = who
        self._are = {kind: _word_of(phrases[f"are_{kind}"]) for kind in _KINDS}
        self._does = {kind: re.compile(rf"\b(?:{phrases[f'does_{kind}']})\s+$", re.IGNORECASE) for kind in _KINDS}
        self._labels = {
            kind: re.compile(rf"\b(?:{phrases[f'label_{kind}']})\s*(?:[:=]|[–—-]\s)\s*$", re.IGNORECASE)
            for kind in _KINDS
        }

    def beside(self, parsed: ParsedSentence, told: Sequence[Count]) -> list[Count]:
        """The counts that no match tells: of a kind of which `told` has none, names people without their number, or
        has but one of several that stand together ("4 soldiers and 10 militants killed")."""
        counted = [n for n in told if any(_meet(n, q) for q in parsed.quantities)]
        numbered = {n.kind_code for n in counted if any(_meet(n, q) and not _is_vague(q) for q in parsed.quantities)}
        found, read = [], self._read(parsed)
        for kind in _KINDS:
            plain = [n for n in read if n.kind_code == kind]
            ours = [n for n in counted if n.kind_code == kind]
            others = [n for n in counted if n.kind_code != kind]
            free = [n for n in plain if not any(_meet(n, other) for other in others)]
            holds_ours = all(any(_meet(n, one) for n in free) for one in ours)
            if kind in numbered and len(free) == len(plain) > len(ours) and holds_ours:
                found += free
            elif kind not in numbered:
                found += [n for n in free if not any(_meet(n, one) for one in ours)]
        return sorted(found, key=lambda n: n.start)

    def _read(self, parsed: ParsedSentence) -> list[Count]:
        text, names = parsed.names.text, parsed.names
        found: list[Count] = []
        joined: Count | None = None  # the count behind, for what is joined to it: "two guards and a boy were killed"
        spans = [q for q in parsed.quantities if q.low is not None or q.high is not None]
        ends = {q.start: self._end_of_people(q, names) for q in spans}
        for quantity in reversed(spans):
            kind, end = self._kind_of(quantity, ends[quantity.start], names)
            is_people = ends[quantity.start] is not None
            if kind is None and joined is not None and is_people and _JOINS.fullmatch(text, end, joined.start):
                # "In another action, six rebels were wounded": a comma joins numbers alone
                is_list = quantity.text.lower() not in _ONES or " and " in text[end : joined.start]
                kind = joined.kind_code if is_list else None
            if kind is None:
                joined = None
                continue
            number = Count(
                kind, "recipient", text[quantity.start : end], quantity.start, end, _RULE, is_plural=quantity.low != 1
            )
            found.append(number)
            joined = number
        found = self._with_those_behind(found[::-1], spans, ends, text)
        for kind, pattern in _HARMLESS.items():
            if (nobody := pattern.search(text)) and kind not in {n.kind_code for n in found}:
                found.append(Count(kind, "recipient", nobody.group(), *nobody.span(), _NOBODY, is_plural=True))
        return found

    def _with_those_behind(
        self,
        found: Sequence[Count],
        spans: Sequence[QuantitySpan],
        ends: dict[int, int | None],
        text: str,
    ) -> list[Count]:
        """The counts with those joined behind them, and all but the first of a kind on top of it.

        Example: "killing two guards, a driver and four villagers".
        """
        own = {n.start: n for n in found}
        told: list[Count] = []
        for quantity in spans:
            number, before = own.get(quantity.start), told[-1] if told else None
            end = ends[quantity.start]
            is_joined = before is not None and _JOINS.fullmatch(text, before.end, quantity.start) is not None
            is_counted = end is not None and end > quantity.end and _stands_in_list(quantity, end, text)
            if number is None and is_joined and is_counted and before is not None and end is not None:
                words = text[quantity.start : end]
                number = Count(
                    before.kind_code, "recipient", words, quantity.start, end, _RULE, is_plural=quantity.low != 1
                )
            if number is not None:
                adds = is_joined and before is not None and before.kind_code == number.kind_code
                if adds or all(n.kind_code != number.kind_code for n in told):
                    told.append(replace(number, is_additional=True) if adds else number)
        return told

    def _kind_of(self, quantity: QuantitySpan, end: int | None, names: SentenceNames) -> tuple[str | None, int]:
        """What became of those whom a number counts, or None, and the end of the words for them."""
        text = names.text
        begin = max(0, quantity.start - _LONGEST_LEAD)
        for kind in _KINDS:
            if self._labels[kind].search(text, begin, quantity.start):
                return kind, end or quantity.end
        if end is None:
            return None, quantity.end
        became = self._became(quantity, names)
        if became is not None:
            return became, end
        before = names.between(max(0, quantity.start - 2), quantity.start)
        is_verb = bool(before) and syntax.is_verb(before[-1])
        for kind in _KINDS:
            if is_verb and self._does[kind].search(text, begin, quantity.start):
                return kind, end
        return None, end

    def _became(self, quantity: QuantitySpan, names: SentenceNames) -> str | None:
        """What the words behind say of those counted: "22 other pilgrims, most of them women, were slightly hurt"."""
        if _PART_OF_THEM.match(names.text, quantity.end):
            return None
        behind = names.between(quantity.end, len(names.text))
        has_noun = is_said = False
        walked = 0
        while walked < min(len(behind), _FARTHEST):
            token = behind[walked]
            if token.text == "," and walked + 1 < len(behind) and behind[walked + 1].lower_ in _OF_THEM:
                inside = list(takewhile(lambda t: t.text != ",", behind[walked + 1 : walked + 1 + _FARTHEST]))
                walked += len(inside) + 2
                continue
            for kind in _KINDS:
                state = self._are[kind].match(names.text, token.idx)
                if state is not None and (is_said or not self._is_done_to_others(token, state.end(), has_noun, names)):
                    return kind
            if not _may_stand_between(token):
                return None
            is_said = is_said or token.lemma_.lower() in _AUXILIARIES
            has_noun = has_noun or syntax.is_noun(token)
            walked += 1
        return None

    def _is_done_to_others(self, state: Token, end: int, has_noun: bool, names: SentenceNames) -> bool:
        """Whether those counted did it: "two gunmen killed nine"; not "two gunmen killed", "22 wounded people"."""
        following = next(iter(names.between(end + 1, len(names.text))), None)
        if following is None or following.pos_ not in _OBJECTS or state.tag_ in ("JJ", "NN", "NNS"):
            return False
        return has_noun or following.pos_ not in ("NOUN", "PROPN", "ADJ")

    def _end_of_people(self, quantity: QuantitySpan, names: SentenceNames) -> int | None:
        """Where the words for those counted end; the number's own end where it stands alone, None where it counts
        things."""
        noun = None
        for token in names.between(quantity.end, len(names.text))[:_FARTHEST]:
            if token.lower_ in ("of", "the", "their", "its", "his", "her") and noun is None:
                continue
            if not (syntax.is_noun(token) or token.pos_ in ("ADJ", "DET", "PRON") or token.tag_ in ("VBN", "VBG")):
                break
            if noun is None and any(self._are[kind].match(names.text, token.idx) for kind in _KINDS):
                continue
            if syntax.is_noun(token) or token.lower_ in ("others", "people"):
                noun = token
            elif noun is not None:
                break
        if noun is None:
            return quantity.end
        is_people = noun.ent_type_ not in _NO_PEOPLE and self._who.is_countable(noun, names)
        return noun.idx + len(noun) if is_people else None


def _may_stand_between(token: Token) -> bool:
    if token.pos_ == "VERB":
        return token.tag_ in ("VBN", "VBG") and token.i + 1 < len(token.doc) and syntax.is_noun(token.nbor(1))
    if token.pos_ in ("ADP", "SCONJ", "CCONJ"):
        return token.lower_ == "of"
    return token.pos_ not in ("PUNCT", "SPACE", "NUM") or token.text in ("-", "'", "’", "(", ")")


def _stands_in_list(quantity: QuantitySpan, end: int, text: str) -> bool:
    """Whether an article behind a comma goes on with a list: "two guards, a driver and a boy", not "20, an official
    said"."""
    if quantity.text.lower() == "both":
        return False  # "both the army and the police said"
    is_number = quantity.text.lower() not in _ONES
    return is_number or text[: quantity.start].endswith(" and ") or _JOINS.match(text, end) is not None


def _is_vague(quantity: QuantitySpan) -> bool:
    """Whether it only says that they were more than one: "several"."""
    return quantity.high is None and " " not in quantity.text and not quantity.text[0].isdecimal()


def _meet(one: Count, other: Count | QuantitySpan) -> bool:
    return one.start < other.end and other.start < one.end


def _longest_first(phrases: pd.Series) -> Iterator[str]:
    return (re.escape(phrase) for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


def _word_of(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{phrases})\b", re.IGNORECASE)
