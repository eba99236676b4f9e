"""What a document has named so far, so that pronouns and descriptions find whom they stand for.

In come the names of each sentence as it is read, out comes the most recent name that fits a pronoun or a description
such as "the insurgents". Where nothing fits, the answer is none and the words stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spacy.tokens import Token

from tasks.extract.names import Name, SentenceNames
from tasks.extract.place_texts import INSIDE
from tasks.extract.word_groups import words
from tasks.language import syntax

if TYPE_CHECKING:
    from tasks.extract.model import ParsedSentence

_SINGULAR_PERSON = ("he", "him", "his", "she", "her", "hers")
_PLURAL = ("they", "them", "their", "theirs")
_THING = ("it", "its")
_REACH_SENTENCES = 6
_VEHICLE = frozenset({"vehicle"})
_PEOPLE = frozenset({"force", "person", "civilian", "crowd", "leader"})
_ARGUMENTS = ("nsubj", "nsubjpass", "dobj", "pobj", "conj")


@dataclass(frozen=True)
class Entry:
    """One named or described party in the order of the text."""

    text: str
    classes: frozenset[str]
    sentence: int
    position: int
    is_subject: bool
    is_plural: bool


@dataclass
class Memory:
    """The parties and speakers of one document, in the order in which it names them."""

    entries: list[Entry] = field(default_factory=list)
    _unread: list[ParsedSentence] = field(default_factory=list)

    def read(self, parsed: ParsedSentence) -> None:
        """Take in the parties of a sentence, once somebody asks; those out of reach from here on are forgotten."""
        near = parsed.index - _REACH_SENTENCES
        self.entries = [entry for entry in self.entries if entry.sentence >= near]
        self._unread = [*(one for one in self._unread if one.index >= near), parsed]

    def _read(self, names: SentenceNames, sentence: int) -> None:
        seen: set[int] = set()
        for name in names.names:
            if name.kind in ("place", "demonym"):
                continue
            head = names.head(name)
            if (
                name.kind == "country"
                and head.dep_ == "pobj"
                and head.head.lower_ != "of"
                and head.head.lower_ in INSIDE
            ):
                continue  # "near Puerto Rico" says where, and does nothing
            top = head.head if head.dep_ in ("compound", "nmod", "poss") and head.head.pos_ == "NOUN" else head
            if head.dep_ == "poss" or top.i in seen:
                top = head
            seen.add(top.i)
            self._add(top, name, names, sentence)
        for token in names.words:
            if token.i in seen or token.pos_ != "NOUN" or names.of(token) is not None:
                continue
            classes = names.classes(token)
            if classes & _PEOPLE and token.dep_ in _ARGUMENTS:
                text, _, _ = syntax.phrase_text(token)
                self._remember(token, text, classes, sentence)
            elif "country" in classes and token.dep_ in ("nsubj", "nsubjpass"):
                self._remember(token, syntax.phrase_text(token)[0], classes, sentence)  # "the regime"
            elif "vehicle" in classes and token.dep_ in ("nsubj", "nsubjpass"):
                self._remember(token, "", _VEHICLE, sentence)

    def _read_all(self) -> None:
        for parsed in self._unread:
            self._read(parsed.names, parsed.index)
        self._unread = []

    def _add(self, top: Token, name: Name, names: SentenceNames, sentence: int) -> None:
        text = name.text if names.of(top) is name else syntax.phrase_text(top)[0]
        self._remember(top, text, names.classes(top) | name.classes, sentence)

    def _remember(self, token: Token, text: str, classes: frozenset[str], sentence: int) -> None:
        subject = token.dep_ in ("nsubj", "nsubjpass") or (
            token.dep_ == "conj" and token.head.dep_ in ("nsubj", "nsubjpass")
        )
        plural = syntax.is_plural(token) or token.lower_ in words("collective")
        self.entries.append(Entry(text, classes, sentence, token.i, subject, plural))

    @staticmethod
    def can_stand_for(pronoun: Token, classes: frozenset[str], is_plural: bool) -> bool:
        """Whether "it" or "they" may mean a body of these classes; "he" may be anybody that was named before."""
        bodies = classes & {"group", "organisation", "country", "force", "crowd"}
        return (pronoun.lower_ in _THING and bool(bodies) and not is_plural) or (
            pronoun.lower_ in _PLURAL and (is_plural or bool(bodies - {"country"}))
        )

    def antecedent(self, token: Token, sentence: int, apart_from: Sequence[str] = ()) -> str | None:
        """The text that a pronoun stands for, or None; never one of `apart_from`, who do it to him."""
        word = token.lower_
        if apart_from:
            self._read_all()
            return Memory([e for e in self.entries if e.text not in apart_from]).antecedent(token, sentence)
        if word in _SINGULAR_PERSON:
            return self._last(sentence, token.i, lambda e: "person" in e.classes and not e.is_plural)
        if word in _PLURAL:
            people = frozenset({"force", "group", "crowd", "civilian", "person", "organisation"})
            return self._last(sentence, token.i, lambda e: bool(e.classes & people) and "country" not in e.classes)
        if word in _THING:
            # "a helicopter was hit; its gunner died": no body is meant where a vehicle is
            bodies = frozenset({"group", "organisation", "country", "force"}) | _VEHICLE
            return self._last(sentence, token.i, lambda e: bool(e.classes & bodies) and "person" not in e.classes)
        return None

    def described(self, sentence: int, position: int, is_of_no_state: bool) -> str | None:
        """The armed group or body that "the group", "the insurgents", "the movement" stands for, or None.

        Rebels, who are `is_of_no_state`, are no soldiers of a government.
        """
        asked = frozenset(("force", "group", "armed_group") if is_of_no_state else ("force", "group"))
        return self._last(sentence, position, lambda e: asked <= e.classes and "country" not in e.classes)

    def _last(self, sentence: int, position: int, fits: Callable[[Entry], bool]) -> str | None:
        self._read_all()
        near = [
            e
            for e in self.entries
            if (e.sentence < sentence or e.position < position)
            and sentence - e.sentence <= _REACH_SENTENCES
            and fits(e)
        ]
        if not near:
            return None
        # the nearest sentence first; in it a subject before others, and the later of two
        return max(near, key=lambda e: (e.sentence, e.is_subject, e.position)).text or None
