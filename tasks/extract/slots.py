"""Find who and what stands in a trigger's slots: subjects, objects, phrases of prepositions, parties and their owners.

In come a match and the names of its sentence, out come tokens that head phrases. What cannot act, or be counted, is
left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.tokens import Token

from tasks.extract.lexicon import Lexicon, Trigger
from tasks.extract.names import SentenceNames
from tasks.extract.who import Who, content
from tasks.extract.word_groups import words
from tasks.language import syntax

if TYPE_CHECKING:
    from tasks.extract.model import Match

MODIFIERS = ("compound", "amod", "nmod", "poss")
_BETWEEN = ("between", "with", "against")
_WHERE = ("in", "on", "at", "near", "outside")
_DOERS = frozenset({"force", "armed_group", "person", "crowd"})
_TOLD_BEFORE = ("it", "them", "this", "that", "both")


class Slots:
    """Reads slots of matches with the vocabularies."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon
        self._who = Who(lexicon)

    def first_filled(self, slots: tuple[str, ...], match: Match, names: SentenceNames) -> list[Token]:
        """The heads in the first of these slots that somebody or something stands in, events and days left out."""
        for slot in slots:
            heads = self.heads(slot, match, names)
            # "holding 14 soldiers hostage": the parse hangs whom on the companion
            heads += [c for h in heads if h == match.with_token for c in syntax.children(h, "compound")]
            heads = [
                h
                for h in heads
                if h != match.token
                and (h != match.with_token or slot == "subject")
                and not self._who.is_event(h)
                and not _is_day(h)
                and not syntax.is_part_of_them(h)
            ]
            if slot == "between" and heads:
                side = slots is match.trigger.actor_slot or slot in match.trigger.actor_slot
                return heads if side else heads[1:]
            if heads:
                return heads
        return []

    def heads(self, slot: str, match: Match, names: SentenceNames) -> list[Token]:
        """The heads in one slot, by the name that `triggers` gives it."""
        token, trigger = match.token, match.trigger
        if slot == "subject":
            return self._subject(match) or self._by_hung_below(token, names)
        if slot == "object":
            if trigger.pos == "verb":
                heads = syntax.objects(token)
                if not heads and trigger.number_slot == "recipient":
                    heads = _headline_object(token)
                return heads
            if trigger.pos == "adjective":
                return _described(token)
            for preposition in ("of", "on", "against", "at", "upon", "between"):
                heads = syntax.prepositional(token, preposition)
                if heads:
                    return heads
            return _hung_elsewhere(token) or self._struck(token)
        if slot == "reporter":
            return self._reporter(token)
        if slot == "sayer":
            return self._sayer(match, names)
        if slot == "modal_subject":
            return syntax.subjects(token.head) + (syntax.objects(token.head) if syntax.is_passive(token.head) else [])
        if slot == "poss":
            return [h for c in syntax.children(token, "poss") for h in syntax.with_conjuncts(c)]
        if slot == "compound":
            return _compounds(token, names)
        if slot == "clause":
            return [c for c in token.children if c.dep_ in ("ccomp", "xcomp")]
        return self._governed("by" if slot == "agent_pp" else slot, match, names)

    def _governed(self, preposition: str, match: Match, names: SentenceNames) -> list[Token]:
        """The heads that a preposition governs at the trigger, or where the parse may have hung them instead."""
        token, trigger = match.token, match.trigger
        heads = syntax.prepositional(token, preposition)
        if not heads and match.with_token is not None:
            heads = syntax.prepositional(match.with_token, preposition)
            if not heads and match.with_token.lower_ == preposition:
                heads = under(match.with_token) or stranded(match)
        if not heads and match.carrier is not None:
            heads = [h for h in syntax.prepositional(match.carrier, preposition) if h != token]
        if not heads and preposition == "of" and trigger.pos == "noun":
            heads = _behind_doer(token, names)
        if not heads and trigger.pos == "noun" and token.dep_ == "nsubj" and preposition in _BETWEEN:
            # "clashes broke out between police and rebels": the sides hang on the verb that says it happened
            heads = [] if syntax.objects(token.head) else syntax.prepositional(token.head, preposition)
        if not heads and trigger.pos == "noun" and token.dep_ in syntax.OBJECTS and preposition == "between":
            heads = syntax.prepositional(token.head, preposition)  # "brokered a truce on Monday between the two"
        if not heads and trigger.pos == "verb" and preposition in ("to", "from", "with", "against"):
            # "delivered blankets and flour to 900 families": the parse hangs them on the goods
            goods = [t for o in syntax.objects(token) for t in (o, *syntax.children(o, "appos"))]
            heads = [h for t in goods for h in syntax.prepositional(t, preposition)]
        if not heads and preposition in ("on", "against") and trigger.pos == "noun":
            heads = self._struck(token)
        if not heads and preposition == "by" and trigger.pos == "verb" and syntax.is_passive(token):
            heads = syntax.subjects(token)
        if not heads and preposition == "by":
            heads = _by_of_series(token) or self._carried_out_by(token)
        return heads

    def _by_hung_below(self, verb: Token, names: SentenceNames) -> list[Token]:
        """The heads of those by whom a passive verb says that it was done, where the parse hangs them on a noun before.

        Example: "was shot in the back by a sniper", not "was killed in a raid by soldiers", which did the raid.
        """
        if not syntax.is_verb(verb) or not syntax.is_passive(verb):
            return []
        where = [p for p in syntax.children(verb, "prep") if p.lower_ in _WHERE]
        nouns = [o for p in where for o in syntax.children(p, "pobj")]
        found = [h for n in nouns if not self._who.is_event(n) for h in syntax.prepositional(n, "by")]
        return [h for h in found if names.classes(h) & _DOERS]

    def _carried_out_by(self, noun: Token) -> list[Token]:
        """The heads of those by whom a participle says that a deed was done.

        Example: "Air strikes carried out by the United States", not "shelling condemned by the UN".
        """
        done = [
            verb
            for verb in syntax.children(noun, "acl")
            if verb.tag_ == "VBN"
            and any(row.effect_code == "carries" for row in self._lexicon.light_verbs.get(verb.lemma_.lower(), ()))
        ]
        return [head for verb in done for head in syntax.prepositional(verb, "by")]

    def _subject(self, match: Match) -> list[Token]:
        token = match.token
        if match.trigger.pos == "verb":
            undergoes = match.trigger.number_slot == "recipient" and "object" in match.trigger.recipient_slot
            if undergoes and not syntax.objects(token) and _headline_object(token):
                return []
            return syntax.subjects(token)
        if match.light_verb is not None and match.light_verb.effect_code == "condemns":
            return []  # who condemns or blames did not do it
        if match.carrier is not None and syntax.is_verb(match.carrier):
            found = syntax.subjects(match.carrier)
            # "it was the second attack": nobody
            is_empty = match.carrier.lemma_ in words("copula") and match.light_verb is None
            return [s for s in found if not (is_empty and s.lower_ in ("it", "this", "that"))]
        if match.trigger.pos == "adjective":
            return _described(token)
        return []

    def _reporter(self, token: Token) -> list[Token]:
        """Who says the clause that the token stands in."""
        for verb in syntax.governors(token):
            if syntax.is_verb(verb) and verb.lemma_.lower() in self._lexicon.reporting_verbs and verb != token.head:
                return syntax.subjects(verb)
        return []

    def _struck(self, noun: Token) -> list[Token]:
        """The heads of what the verb of an attack is done to; a town is where it was done, and is none of them.

        Example: "The strike hit a house".
        """
        verb = noun.head
        struck = syntax.objects(verb) if noun.dep_ == "nsubj" and verb.lemma_.lower() in words("strikes") else []
        return [t for t in struck if "place" not in self._lexicon.classes.get(t.lemma_.lower(), ())]

    def _sayer(self, match: Match, names: SentenceNames) -> list[Token]:
        """The heads of an armed group that says that it did a deed itself.

        Example: "The group said that its fighters had carried out the attack".
        """
        own = [s for s in syntax.subjects(match.token) if _is_ones_own(s)]
        deed = match.with_token
        if deed is None or not own:
            return []
        deeds = [deed] if syntax.is_noun(deed) else [*under(deed), *syntax.prepositional(deed, "for")]
        if not any(d.lower_ in _TOLD_BEFORE if d.pos_ == "PRON" else self._who.is_event(d) for d in deeds):
            return []
        return [h for h in self._reporter(own[0]) if h not in own and _is_armed_group(h, names)]

    def parties(self, heads: list[Token], names: SentenceNames, trigger: Trigger | None = None) -> list[Token]:
        """The heads that can act, or that undergo what the trigger does to people alone; of another one the party that
        it belongs to ("fell to Taliban control")."""
        found: list[Token] = []
        for head in heads:
            meant = content(head)
            undergoes = trigger is not None and self._who.undergoes(meant, trigger, names)
            if undergoes or self._who.is_party(meant, names):
                found.append(meant)
            elif meant.pos_ in ("NOUN", "PROPN") and not self._who.is_event(meant):
                owners = _owners(meant, names)
                found += owners or [o for o in syntax.prepositional(meant, "of") if self._who.is_party(o, names)]
        return list(dict.fromkeys(found))

    def addressed(self, match: Match, names: SentenceNames) -> list[Token]:
        """Whom a word or deed of statecraft concerns, where no slot tells: the first other party named in what it
        governs ("demanded that Korea forsake ...", "agreed to provide aid for Poland")."""
        top = match.carrier if match.carrier is not None and match.light_verb is not None else match.token
        taken = {t.i for actor in match.actors for t in actor.subtree} | {match.token.i}
        for token in top.subtree:
            name = names.of(token)
            if name is None or token.i in taken or names.head(name) != token or token.i < match.token.i:
                continue
            if name.kind in ("actor", "country", "demonym") or name.classes & {"person", "organisation"}:
                head = token
                while head.dep_ in ("compound", "poss", "nmod", "amod") and self._who.is_party(head.head, names):
                    head = head.head
                if head.i not in taken and not self._who.is_event(head):
                    return syntax.with_conjuncts(head)
        return []


def _owners(thing: Token, names: SentenceNames) -> list[Token]:
    """Whose a thing is: the "regime" of "regime helicopters"; itself where a pronoun tells ("its aircraft")."""
    armed = names.classes(thing) & {"weapon", "vehicle", "installation"}
    if armed and any(c.pos_ == "PRON" for c in syntax.children(thing, "poss")):
        return [thing]
    return [c for c in _compounds(thing, names) if armed or names.of(c) is not None]


def _compounds(token: Token, names: SentenceNames) -> list[Token]:
    """The words before a noun that name a party, by name first, else by what they are.

    Example: "Syrian government air strikes", "US-led raids".
    """
    before = syntax.children(token, *MODIFIERS)
    before += [c for t in before for c in syntax.children(t, "compound") if t.dep_ == "compound"]
    before += [c for t in before if t.lower_ == "led" for c in syntax.children(t, "npadvmod", "compound", "nmod")]
    named = [(c, name.kind) for c in before if (name := names.of(c)) is not None]
    actors = list({names.of(c): c for c, kind in sorted(named, key=lambda n: n[0].i) if kind == "actor"}.values())
    lands = [c for c, kind in named if kind in ("country", "demonym")]
    bodies = frozenset({"force", "group", "country", "crowd", "civilian"})
    # a name that may be a place names no body: "the Balcombe Street siege"
    bare = [c for c in before if names.classes(c) & bodies and "place" not in names.classes(c) and c not in lands]
    # "Syrian government": whose it is stands before it
    return actors or (bare if lands and bare and max(t.i for t in lands) < bare[0].i else lands or bare)


def _is_ones_own(subject: Token) -> bool:
    """The sayer himself or his men: "it", "its fighters"."""
    return subject.lower_ in ("it", "they", "we", "he") or any(
        c.lower_ in ("its", "their", "our", "his") for c in syntax.children(subject, "poss")
    )


def _is_armed_group(head: Token, names: SentenceNames) -> bool:
    """Somebody who fights and is no state, or who speaks for such: nobody where "no group" does."""
    if any(c.lower_ in ("no", "neither", "none") for c in head.children):
        return False
    classes = names.classes(head)
    if "armed_group" in classes or ("group" in classes and "force" not in classes):
        return True
    return any(_is_armed_group(o, names) for p in ("for", "of") for o in syntax.prepositional(head, p))


def under(token: Token) -> list[Token]:
    """Heads of what a companion word governs: a preposition's object, or a noun's "of" phrase."""
    heads = [o for child in token.children if child.dep_ in ("pobj", "pcomp") for o in syntax.with_conjuncts(child)]
    if not heads:
        for preposition in ("of", "over", "to"):
            heads = syntax.prepositional(token, preposition)
            if heads:
                break
    # "fell to the Taliban control": the modifier of the object tells whose
    return heads + [c for h in heads for c in h.children if c.dep_ in ("compound", "poss", "nmod")]


def _by_of_series(noun: Token) -> list[Token]:
    """The heads of those by whom a series of it was done ("a series of strikes by a coalition")."""
    series = noun.head.head if noun.dep_ == "pobj" else noun
    return syntax.prepositional(series, "by") if series.lemma_.lower() in words("partitive") else []


def _hung_elsewhere(noun: Token) -> list[Token]:
    """The heads of what stands right behind the noun, though the parse hangs it on the verb.

    Example: "Died in a strike on a market".
    """
    follower = noun.nbor(1) if noun.i + 1 < len(noun.doc) else None
    is_aimed = follower is not None and follower.dep_ == "prep" and follower.lower_ in ("on", "against")
    return [h for h in under(follower) if not _is_day(h)] if is_aimed and follower is not None else []


def stranded(match: Match) -> list[Token]:
    """The heads of what the companion would govern, where it stands before the passive verb.

    Example: "Peacekeepers were fired upon".
    """
    word = match.with_token
    is_bare = word is not None and word.dep_ in ("prep", "prt") and word.head == match.token and not under(word)
    return syntax.objects(match.token) if is_bare and syntax.is_passive(match.token) else []


def _headline_object(verb: Token) -> list[Token]:
    """The subjects of a bare transitive verb, which is a passive and takes them as objects.

    Example: "Twelve wounded in blast", "how many fighters wounded or killed".
    """
    if syntax.objects(verb) or verb.tag_ not in ("VBD", "VBN") or syntax.children(verb, "aux"):
        return []
    if any(p.lower_ == "at" and p.i == verb.i + 1 for p in syntax.children(verb, "prep")):
        return []  # "men shot at a car" shoot
    subjects = syntax.children(verb, "nsubj")
    return [s for subject in subjects for s in syntax.with_conjuncts(subject)]


def _described(adjective: Token) -> list[Token]:
    """The heads that an adjective describes.

    Example: "12 dead", "were dead", "left 12 people dead".
    """
    if adjective.dep_ == "amod":
        return [adjective.head]
    above = (adjective, *syntax.children(adjective, "aux"))
    numbers = [n for t in above for n in syntax.children(t, "nummod", "npadvmod", "nsubj", "nsubjpass")]
    if numbers:
        return [t for n in numbers for t in syntax.with_conjuncts(n)]
    verb = adjective.head
    if adjective.dep_ in ("acomp", "oprd") and syntax.is_verb(verb) and (undergone := syntax.objects(verb)):
        return undergone  # "shot five residents dead", "were found dead"
    if adjective.dep_ in ("acomp", "attr", "conj") and syntax.is_verb(verb):
        return [s for c in syntax.children(verb, "nsubj", "nsubjpass") for s in syntax.with_conjuncts(c)]
    if adjective.dep_ in ("oprd", "ccomp", "xcomp", "advcl", "dobj", "acl", "dep") and syntax.is_verb(verb):
        found = syntax.children(verb, *syntax.OBJECTS)
        return [t for n in found if n != adjective for t in syntax.with_conjuncts(n)]
    return []


def capitals(heads: list[Token], names: SentenceNames) -> list[Token]:
    """The heads that are names of capitals."""
    return [h for h in heads if (name := names.of(h)) is not None and name.is_capital]


def _behind_doer(noun: Token, names: SentenceNames) -> list[Token]:
    """Whom a deed was done to, where the parse makes them its doer's.

    Example: "the arrest by Tunisian police of a lawyer", not "by soldiers of the 4th Brigade".
    """
    doers = [d for d in syntax.prepositional(noun, "by") if "force" in names.classes(d) or names.of(d) is not None]
    found = [h for d in doers for h in syntax.prepositional(d, "of")]
    return [h for h in found if "person" in names.classes(h) and not names.classes(h) & {"force", "group"}]


def _is_day(head: Token) -> bool:
    if head.lemma_.lower() in words("partitive") and syntax.prepositional(head, "of"):
        return False  # "on Wednesday thousands of people marched": the model may hold them for a part of the day
    return head.ent_type_ in ("DATE", "TIME") and head.pos_ != "NUM" and head.tag_ != "CD"
