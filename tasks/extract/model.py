"""What extraction works on: matches of triggers, the sentence around them, and the mentions that they become.

In come a trigger's row and the tokens in its slots; a mention's columns are set by readings alone, each with the rule
that read it, and every step is kept in its trace. Nothing is refused here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from spacy.tokens import Token

from tasks.extract.lexicon import LightVerb, Trigger
from tasks.extract.names import SentenceNames
from tasks.knowledge.trace import Reading, Span, Trace
from tasks.language.dates import DateSpan
from tasks.language.quantities import QuantitySpan
from tasks.language.sentences import Sentence


@dataclass(frozen=True)
class Party:
    """An actor or recipient as written: half-open offsets, and the words elsewhere that tell who is meant."""

    text: str
    start: int
    end: int
    refers_to: str | None = None


@dataclass(frozen=True)
class Count:
    """A count of people as written: of what, of which side, by which rule, whether it comes on top of another."""

    kind_code: str
    side_code: str
    text: str
    start: int
    end: int
    rule_id: str
    is_additional: bool = False
    is_plural: bool = False


@dataclass(frozen=True)
class VictimName:
    """One of those who are counted, by name: of which count, the name as written without title, the age if told."""

    kind_code: str
    name: str
    age: int | None


@dataclass(frozen=True)
class Target:
    """What was hit: its code, its words, their half-open offsets in the sentence, the rule that found it."""

    code: str
    text: str
    start: int
    end: int
    rule_id: str


@dataclass(frozen=True)
class DateWords:
    """The words that date a mention, half-open offsets in the document."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class PlaceText:
    """Where a mention lies, as written: offsets in the sentence, the kind word that stands apart, the places that the
    text puts it in, and the rule that attached it."""

    text: str
    start: int | None
    end: int | None
    kind_text: str | None
    parents: tuple[str, ...]
    rule_id: str

    @property
    def span(self) -> Span | None:
        """Its words, half-open offsets in the sentence; None where another sentence gives them."""
        return None if self.start is None or self.end is None else (self.start, self.end)


@dataclass(frozen=True)
class Speaker:
    """Who says so: words, those that tell who that is, stance_code, whether with reserve, the rule that found him."""

    text: str
    refers_to: str | None
    stance_code: str
    is_hedged: bool
    rule_id: str
    head: Token | None = None


@dataclass(frozen=True)
class Lost:
    """A trigger row that was tried at a word and did not fire, with the reason."""

    trigger_id: str
    word: str
    reason: str


@dataclass(eq=False)
class Match:
    """One trigger that fired: its row, its words, the heads of the phrases in its slots, and what became of it."""

    trigger: Trigger
    token: Token
    with_token: Token | None = None
    light_verb: LightVerb | None = None
    carrier: Token | None = None
    score: int = 0
    actors: list[Token] = field(default_factory=list)
    recipients: list[Token] = field(default_factory=list)
    places: list[Token] = field(default_factory=list)
    counted: list[Token] = field(default_factory=list)
    outcomes: list[Match] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)
    event_type_code: str = field(init=False)
    weapon_code: str | None = field(init=False)

    def __post_init__(self) -> None:
        self.retype(self.trigger.event_type_code, self.trigger.weapon_code, "type.trigger")

    @property
    def start(self) -> int:
        """Offset in the sentence of the first word of the trigger."""
        first = self.token
        if self.with_token is not None and 0 < self.token.i - self.with_token.i <= 2:
            first = self.with_token
        return first.idx

    @property
    def end(self) -> int:
        """Offset in the sentence behind the last word of the trigger."""
        last = self.token
        if self.with_token is not None and 0 < self.with_token.i - self.token.i <= 2:
            last = self.with_token
        return last.idx + len(last)

    @property
    def span(self) -> Span:
        """The trigger's words, half-open offsets in the sentence."""
        return self.start, self.end

    def retype(self, event_type_code: str, weapon_code: str | None, rule_id: str, word: Token | None = None) -> None:
        """Give the match another type and weapon, and note by which rule and word."""
        span = self.span if word is None else (word.idx, word.idx + len(word))
        self.event_type_code, self.weapon_code = event_type_code, weapon_code
        self.trace.add("event_type_code", Reading(event_type_code, rule_id, span))

    def drop(self, rule_id: str, other: Match | None = None) -> None:
        """Note that the match tells nothing of its own; `other` is the one that takes it up."""
        self.trace.drop(rule_id, None if other is None else other.span)


@dataclass(frozen=True)
class ParsedSentence:
    """A sentence of a document with its parse: place in the document, days and quantities that it tells, names."""

    index: int
    sentence: Sentence
    find_names: Callable[[], SentenceNames]
    dates: list[DateSpan]
    quantities: list[QuantitySpan]

    @cached_property
    def names(self) -> SentenceNames:
        """Its names, looked for when somebody asks: of a sentence in which nothing fires that is seldom so."""
        return self.find_names()

    @property
    def text(self) -> str:
        """The sentence as the document has it."""
        return self.sentence.text


class Mention:
    """One happening that a clause tells of, on its way to a row of `mentions`.

    Columns are set by `set` alone, anything else raises AttributeError; a column is missing until a pass has set it.
    `drop` keeps the mention in its trace and out of the rows.
    """

    match: Match
    parsed: ParsedSentence
    trace: Trace
    event_type_code: str
    weapon_code: str | None
    status_code: str
    tense_code: str
    is_aggregate: bool
    actors: tuple[Party, ...]  # offsets in the sentence, as all that has no other note
    recipients: tuple[Party, ...]
    own_date: DateSpan | None  # what its own sentence dates it by
    date: DateWords | None  # the words that date it, from wherever in the document
    date_anchor_text: str | None  # the words that dated the story before
    own_numbers: tuple[Count, ...]
    numbers: tuple[Count, ...]  # with those that they add to; offsets in the document
    parts: tuple[Count, ...]  # of those who are counted; offsets in the document
    names: tuple[VictimName, ...]  # of those who are counted
    casualties_unknown: bool
    speaker: Speaker | None
    is_hedged: bool
    places: tuple[PlaceText, ...]
    targets: tuple[Target, ...]  # what the deed hit
    place: PlaceText | None  # the one of its places that this mention is about
    place_context: tuple[str, ...]

    def __init__(self, match: Match, parsed: ParsedSentence):
        self.__dict__.update(match=match, parsed=parsed, trace=match.trace, event_type_code=match.event_type_code)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} of a mention is set by set(column, reading)")

    def set(self, column: str, reading: Reading[Any]) -> None:
        """Give a column a value and note the step."""
        self.__dict__[column] = reading.value
        self.trace.add(column, reading)

    def drop(self, rule_id: str, span: Span | None = None) -> None:
        """Take the mention out of the rows, by this rule."""
        self.trace.drop(rule_id, span)

    @property
    def is_dropped(self) -> bool:
        """Whether a rule took the mention out of the rows."""
        return self.trace.dropped_by is not None

    def copied(self) -> Mention:
        """The same mention once more, with a trace of its own: for another of its places."""
        other = copy.copy(self)
        other.__dict__["trace"] = Trace(list(self.trace.steps))
        return other
