"""The vocabularies of extraction, compiled once a run into what the matcher asks for.

In come the checked frames of `seeds/`, out comes one read-only Lexicon. What a row may say is checked by the seed
reader; nothing is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
from spacy.tokens import Token

from tasks.knowledge import actor_types

JUDGE = "judge"
"""The trigger_id of mentions for which no rule fires and the judge alone says that an event is told."""


@dataclass(frozen=True)
class Trigger:
    """One row of `seeds/triggers.csv`."""

    trigger_id: str
    event_type_code: str
    pos: str
    lemmas: tuple[str, ...]
    with_word: frozenset[str]
    not_with: frozenset[str]
    subject_class: frozenset[str]
    object_class: frozenset[str]
    prep_class: frozenset[str]
    actor_slot: tuple[str, ...]
    recipient_slot: tuple[str, ...]
    place_slot: tuple[str, ...]
    weapon_code: str | None
    number_kind: str | None
    number_slot: str | None
    is_outcome: bool
    is_bare: bool
    is_aftermath: bool

    @classmethod
    def of_judge(cls, event_type_code: str) -> Trigger:
        """What fires where only the judge says that an event is told: no words and no conditions; who does what the
        verb says, and to whom, did it."""
        none: frozenset[str] = frozenset()
        slots = ("subject",), ("object",), ()
        return cls(
            JUDGE, event_type_code, "verb", (), none, none, none, none, none, *slots, None, None, None, *[False] * 3
        )

    @property
    def needs_parties(self) -> bool:
        """Whether it fires only where somebody says so to somebody.

        Example: "X said Y must withdraw" is a demand of somebody on somebody.
        """
        return "modal_subject" in self.recipient_slot

    @property
    def needs_sayer(self) -> bool:
        """Whether it fires only where those who say so did the deed.

        Example: "The group said it had carried out the attack" is a claim.
        """
        return "sayer" in self.actor_slot


@dataclass(frozen=True)
class LightVerb:
    """One row of `seeds/light_verbs.csv`: a verb that carries, suffers, plans, prevents ... an event noun."""

    with_word: frozenset[str]
    actor_slot: tuple[str, ...]
    recipient_slot: tuple[str, ...]
    effect_code: str


@dataclass(frozen=True)
class Weapon:
    """One row of `seeds/weapons.csv`: a thing that kills, and the kind of event where only the deaths are told."""

    with_word: frozenset[str]
    weapon_code: str
    event_type_code: str | None


_RUN = re.compile(r"\w+")
_NUMBERED = re.compile(r"^([a-z]{1,3}-)\d{1,3}[a-z]{0,2}$")
# topics in which dozens may die and nobody does
_MAKE_BELIEVE = ("fiction", "drill")


class Lexicon:
    """Triggers, light verbs, status words, reporting verbs, anniversaries, hedges, word classes, weapons by lemma."""

    def __init__(self, vocabularies: Mapping[str, pd.DataFrame]):
        self.triggers: dict[tuple[str, str], list[Trigger]] = {}
        for row in vocabularies["triggers"].to_dict("records"):
            trigger = _trigger(row)
            for lemma in trigger.lemmas:
                self.triggers.setdefault((trigger.pos, lemma), []).append(trigger)
        self.light_verbs: dict[str, list[LightVerb]] = {}
        for row in vocabularies["light_verbs"].to_dict("records"):
            verb = LightVerb(
                frozenset(row["with_word"]), tuple(row["actor_slot"]), tuple(row["recipient_slot"]), row["effect_code"]
            )
            self.light_verbs.setdefault(row["lemma"], []).append(verb)
        self.status_words: dict[str, list[tuple[frozenset[str], str]]] = {}
        self._status_cues: dict[str, set[str]] = {}
        # by lemma what joins a deed to the word that takes it for done; "of" stands for an object too
        self.presupposing: dict[str, frozenset[str]] = {}
        for row in vocabularies["status_cues"].to_dict("records"):
            self._status_cues.setdefault(row["relation_code"], set()).add(row["cue"])
            if row["relation_code"] == "governs":
                self.status_words.setdefault(row["cue"], []).append((frozenset(row["with_word"]), row["value"]))
            if row["relation_code"] == "presupposes":
                self.presupposing[row["cue"]] = frozenset(row["with_word"])
        self.reporting_verbs: dict[str, tuple[str, bool]] = {
            row["lemma"]: (row["stance_code"], bool(row["is_hedged"]))
            for row in vocabularies["reporting_verbs"].to_dict("records")
        }
        date_words = vocabularies["date_words"]
        self.anniversaries = frozenset(date_words.loc[date_words["kind"] == "anniversary", "word"])
        self.hedge = Phrases(vocabularies["hedges"]["phrase"])
        topics = vocabularies["other_topics"]
        self.other_topic = Phrases(topics["phrase"])
        self.make_believe = Phrases(topics.loc[topics["topic_code"].isin(_MAKE_BELIEVE), "phrase"])
        self.classes: dict[str, set[str]] = {}
        for row in vocabularies["word_classes"].to_dict("records"):
            self.classes.setdefault(row["lemma"], set()).add(row["class"])
        for row in vocabularies["actor_heads"].to_dict("records"):
            kind = actor_types.word_class(row["actor_type_code"])
            if kind is not None:
                self.classes.setdefault(row["lemma"], {kind})
        heads = vocabularies["actor_heads"]
        self.courts = frozenset(heads.loc[heads["actor_type_code"] == "judiciary", "lemma"])
        self.weapons: dict[str, list[Weapon]] = {}
        for row in vocabularies["weapons"].to_dict("records"):
            weapon = Weapon(frozenset(row["with_word"]), row["weapon_code"], row["event_type_code"])
            self.weapons.setdefault(row["lemma"], []).append(weapon)
        self.offices = frozenset(lemma for lemma, held in self.classes.items() if held & {"person", "leader"})
        types = vocabularies["event_types"]
        self.takes_casualties = frozenset(types.loc[types["takes_casualties"].astype(bool), "code"])
        self.is_speech_act = frozenset(types.loc[types["is_speech_act"].astype(bool), "code"])
        self.is_elsewhere = frozenset(types.loc[~types["takes_place"].astype(bool), "code"])
        self.is_mutual = frozenset(types.loc[types["is_mutual"].astype(bool), "code"])
        of_trait = types[["traits", "code"]].explode("traits").dropna().groupby("traits")["code"]
        self._by_trait = {str(trait): frozenset(codes) for trait, codes in of_trait}

    def weapon(self, noun: Token) -> Weapon | None:
        """The row of `seeds/weapons.csv` that a noun is, by the words beside it; None where it is no weapon."""
        beside = {c.lemma_.lower() for c in noun.children}
        if noun.dep_ in ("compound", "amod", "nmod"):
            beside |= {noun.nbor(-1).lemma_.lower()} if noun.i else set()
        lemma = noun.lemma_.lower()
        rows = self.weapons.get(lemma) or self.weapons.get(designation(lemma), [])
        named = next((w for w in rows if w.with_word & beside), None)
        return named or next((w for w in rows if not w.with_word), None)

    def types_with(self, trait: str) -> frozenset[str]:
        """The event type codes that have a trait of the list `type_trait`; none where no type has it."""
        return self._by_trait.get(trait, frozenset())

    def status_cues(self, relation_code: str) -> set[str]:
        """The words of `seeds/status_cues.csv` that stand in a relation to the event, as lemmas."""
        return self._status_cues[relation_code]

    def rows(self) -> list[Trigger]:
        """Each trigger once."""
        return list({trigger.trigger_id: trigger for rows in self.triggers.values() for trigger in rows}.values())

    def lemmas(self) -> set[str]:
        """Every lemma on which a trigger can fire."""
        return {lemma for _, lemma in self.triggers}

    def states(self) -> set[str]:
        """The adjectives that tell what became of people: "dead", "hurt"."""
        return {
            lemma
            for (pos, lemma), rows in self.triggers.items()
            if pos == "adjective" and any(row.number_kind for row in rows)
        }


def designation(lemma: str) -> str:
    """The kind of craft or gun that a name with a number is one of: "f-#" for "f-16s"."""
    return _NUMBERED.sub(r"\1#", lemma)


class Phrases:
    """Phrases that a text may hold as whole words, in any case, the longest first."""

    def __init__(self, phrases: Iterable[str]) -> None:
        longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
        self._pattern = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b", re.IGNORECASE)
        # most texts hold none; where a phrase may begin, its first word tells in a tenth of the time
        self._openings = {_RUN.findall(phrase.lower())[0] for phrase in longest_first}
        # each mention of a sentence asks the same
        self._found = lru_cache(maxsize=64)(self._search)

    def search(self, text: str) -> re.Match[str] | None:
        """The first of the phrases in the text; None where it holds none."""
        return self._found(text)

    def _search(self, text: str) -> re.Match[str] | None:
        opened = (run.start() for run in _RUN.finditer(text) if run.group().lower() in self._openings)
        return next((found for at in opened if (found := self._pattern.match(text, at))), None)


def _trigger(row: Mapping[Hashable, Any]) -> Trigger:
    return Trigger(
        trigger_id=row["trigger_id"],
        event_type_code=row["event_type_code"],
        pos=row["pos"],
        lemmas=tuple(row["lemma"]),
        with_word=frozenset(row["with_word"]),
        not_with=frozenset(row["not_with"]),
        subject_class=frozenset(row["subject_class"]),
        object_class=frozenset(row["object_class"]),
        prep_class=frozenset(row["prep_class"]),
        actor_slot=tuple(row["actor_slot"]),
        recipient_slot=tuple(row["recipient_slot"]),
        place_slot=tuple(row["place_slot"]),
        weapon_code=row["weapon_code"],
        number_kind=row["number_kind"],
        number_slot=row["number_slot"],
        is_outcome=row["role_code"] != "event",
        is_bare=row["role_code"] == "bare_outcome",
        is_aftermath=row["role_code"] == "aftermath",
    )
