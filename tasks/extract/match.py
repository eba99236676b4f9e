"""Decide which triggers fire on a parse, and who stands in their slots.

In comes a parsed sentence with its names, out come matches: the trigger row that fits best at each word, with the
heads of the phrases in its slots. A row whose conditions fail is passed over, and the reason is kept for `explain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from spacy.tokens import Token

from tasks.extract import grammar
from tasks.extract.lexicon import Lexicon, LightVerb, Trigger
from tasks.extract.names import SentenceNames
from tasks.extract.parties import blamed

_EVENT_CARRIERS = ("dobj", "obj", "nsubjpass", "pobj", "attr")
_MODIFIERS = ("compound", "amod", "nmod", "poss")
_COPULAS = ("be", "remain", "stay", "appear", "seem", "become")
_BETWEEN = ("between", "with", "against")
# After these "it" is somebody: "it is willing to withdraw".
_CONTROL_ADJECTIVES = ("willing", "unwilling", "ready", "prepared", "able", "unable", "determined", "keen", "committed")
_GENERAL = ("those", "anyone", "everyone", "whoever", "anybody")
_PARTITIVES = frozenset(
    "dozen score hundred thousand million number couple handful majority rest some many several most all both none "
    "group member band part lot crowd series pair team total swarm wave volley column barrage salvo ton tonne kilogram "
    "kg kgs gram pound litre box barrel one two three four five".split()
)
_TAKING = ("seize", "capture", "grab")
_REMAINS = ("body", "corpse")
_OF_DAYS = ("on", "in", "at", "by", "from", "over", "during", "since")
_TOGETHER = ("along", "together")
_BODIES = frozenset(
    "crowd mob group gang patrol convoy unit battalion brigade army military police force team community village squad "
    "column platoon militia tribe party".split()
)
_PARTY_CLASSES = frozenset({"force", "person", "civilian", "leader", "crowd", "organisation", "country", "group"})


@dataclass
class Match:
    """One trigger that fired: its row, its words, and the heads of the phrases in its slots."""

    trigger: Trigger
    token: Token
    with_token: Token | None
    light_verb: LightVerb | None
    carrier: Token | None
    score: int
    actors: list[Token] = field(default_factory=list)
    recipients: list[Token] = field(default_factory=list)
    places: list[Token] = field(default_factory=list)
    counted: list[Token] = field(default_factory=list)
    outcomes: list[Match] = field(default_factory=list)

    @property
    def start(self) -> int:
        first = self.token
        if self.with_token is not None and 0 < self.token.i - self.with_token.i <= 2:
            first = self.with_token
        return first.idx

    @property
    def end(self) -> int:
        last = self.token
        if self.with_token is not None and 0 < self.with_token.i - self.token.i <= 2:
            last = self.with_token
        return last.idx + len(last)


@dataclass(frozen=True)
class Lost:
    """A trigger row that was tried at a word and did not fire, with the reason."""

    trigger_id: str
    word: str
    reason: str


class Matcher:
    """Fires triggers on parsed sentences."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon

    def matches(self, names: SentenceNames, lost: list[Lost] | None = None) -> list[Match]:
        """The best trigger at each word, in the order of the text; rows that lose go to `lost` where it is given."""
        found = []
        for token in names.doc:
            candidates = []
            for pos in _readings(token):
                # "a drive-by shooting" may be tagged as the verb, and is the noun of that form
                lemma = token.lower_ if pos != "verb" and token.tag_ == "VBG" else token.lemma_.lower()
                for trigger in self._lexicon.triggers.get((pos, lemma), ()):
                    match, reason = self._try(trigger, token, names)
                    if match is not None:
                        candidates.append(match)
                    elif lost is not None:
                        lost.append(Lost(trigger.trigger_id, token.text, reason))
            if candidates:
                best = max(candidates, key=lambda match: match.score)
                found.append(best)
                if lost is not None:
                    lost += [
                        Lost(c.trigger.trigger_id, token.text, f"{best.trigger.trigger_id} meets more conditions")
                        for c in candidates
                        if c is not best
                    ]
        return found

    def _try(self, trigger: Trigger, token: Token, names: SentenceNames) -> tuple[Match | None, str]:
        lexicon = self._lexicon
        if _is_modifier(token, trigger):
            return None, "the word only modifies another"
        if self._is_description(token, trigger):
            return None, f"it only describes {token.head.text!r}"
        with_token = None
        if trigger.with_word:
            beside = (t for t in _neighbours(token) if t.lemma_.lower() in trigger.with_word)
            with_token = next((t for t in beside if not (t.lower_ in _OF_DAYS and grammar.is_of_time(t))), None)
            if with_token is None:
                return None, "none of its companion words stands by: " + ", ".join(sorted(trigger.with_word))
        if trigger.not_with:
            bad = next((t for t in _company(token, with_token) if t.lemma_.lower() in trigger.not_with), None)
            if bad is not None:
                return None, f"it stands with {bad.text!r}"
        if token.dep_ == "relcl" and token.head.lower_ in _GENERAL and token.tag_ in ("VBP", "VBZ"):
            return None, f"it describes {token.head.text!r} in general"
        match = Match(trigger, token, with_token, None, None, 0)
        if trigger.pos != "verb":
            match.carrier, match.light_verb = self._light_verb(token)
        score = 5 * bool(trigger.with_word)
        if trigger.object_class:
            heads = self._slot("object", match, names)
            if not any(_undergoing_classes(h, names) & trigger.object_class for h in heads):
                return None, "its object is none of: " + ", ".join(sorted(trigger.object_class))
            score += 2
        if trigger.subject_class:
            heads = self._slot("subject", match, names)
            needed = not (trigger.with_word or trigger.object_class or trigger.prep_class) and trigger.pos == "verb"
            if (heads or needed) and not any(_doer_classes(h, names) & trigger.subject_class for h in heads):
                return None, "its subject is none of: " + ", ".join(sorted(trigger.subject_class))
            score += 2 * bool(heads)
        if trigger.prep_class:
            heads = _under(with_token) if with_token is not None and with_token != token.head else []
            heads = heads or _stranded(match)
            heads = heads or [*self._slot("of", match, names), *grammar.children(token, *_MODIFIERS)]
            if not any(names.classes(h) & trigger.prep_class for h in heads):
                return None, "its companion's object is none of: " + ", ".join(sorted(trigger.prep_class))
            score += 2
        match.score = score
        self._fill(match, names, lexicon)
        if _is_taking_hostages(match, names):
            match.trigger = replace(trigger, event_type_code="abduction")
        if trigger.needs_parties and not (match.actors and match.recipients):
            return None, "nobody says so, or to nobody"
        return match, ""

    def _fill(self, match: Match, names: SentenceNames, lexicon: Lexicon) -> None:
        trigger, light = match.trigger, match.light_verb
        actor_slot, recipient_slot = trigger.actor_slot, trigger.recipient_slot
        if light is not None:
            actor_slot = tuple(dict.fromkeys((*light.actor_slot, *trigger.actor_slot)))
            recipient_slot = tuple(dict.fromkeys((*light.recipient_slot, *trigger.recipient_slot)))
        actors = self._first_filled(actor_slot, match, names)
        recipients = self._first_filled(recipient_slot, match, names)
        match.places = self._first_filled(trigger.place_slot, match, names)
        match.actors = self._parties(actors, names)
        match.recipients = [t for t in self._parties(recipients, names) if t not in match.actors]
        if not match.actors and trigger.event_type_code in lexicon.takes_casualties:
            culprit = blamed(match.token, names)
            match.actors = [culprit] if culprit is not None and culprit not in match.recipients else []
        if not match.recipients and trigger.event_type_code in lexicon.is_elsewhere:
            match.recipients = self._addressed(match, names)
        if not match.recipients and match.actors and trigger.event_type_code == "surrender":
            match.recipients = self._other_side(match, names)
        if not match.actors and trigger.event_type_code in lexicon.is_elsewhere and "subject" in actor_slot:
            # "Berlin rejected": a capital that speaks is its government
            subjects = self._slot("subject", match, names)
            match.actors = _capitals(subjects, names)
        if not match.recipients and trigger.event_type_code in lexicon.is_elsewhere:
            match.recipients = _capitals([h for s in recipient_slot for h in self._slot(s, match, names)], names)
        mutual = trigger.event_type_code in lexicon.is_mutual and "with" in trigger.recipient_slot
        if mutual and not match.recipients and len(match.actors) > 1:
            match.actors, match.recipients = match.actors[:1], match.actors[1:]
        if trigger.number_kind:
            match.counted = actors if trigger.number_slot == "actor" else recipients
            if trigger.number_kind == "troops":
                match.counted = self._slot("object", match, names)
            match.counted = [_counted(t, match.token) for t in match.counted]
            match.counted = [t for t in match.counted if self._is_countable(t, names)]
            if match.counted:
                match.counted += [t for t in _along_with(match.token) if self._is_countable(t, names)]

    def _parties(self, heads: list[Token], names: SentenceNames) -> list[Token]:
        """The heads that can act; of one that cannot, the party that it belongs to ("fell to Taliban control")."""
        found: list[Token] = []
        for head in heads:
            content = _content(head)
            if self._is_party(content, names):
                found.append(content)
            elif content.pos_ == "NOUN" and not self._is_event(content):
                armed = names.classes(content) & {"weapon", "vehicle", "installation"}
                owners = [c for c in self._compounds(content, names) if armed or names.of(c) is not None]
                owners = owners or [o for o in grammar.prepositional(content, "of") if self._is_party(o, names)]
                found += owners
        return list(dict.fromkeys(found))

    def _addressed(self, match: Match, names: SentenceNames) -> list[Token]:
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
                while head.dep_ in ("compound", "poss", "nmod", "amod") and self._is_party(head.head, names):
                    head = head.head
                if head.i not in taken and not self._is_event(head):
                    return grammar.with_conjuncts(head)
        return []

    def _other_side(self, match: Match, names: SentenceNames) -> list[Token]:
        """ "Soldiers have surrendered, the rebels said": nobody surrenders but to a foe, and one alone is named."""
        own = {t.i for actor in match.actors for t in actor.subtree}
        ids = {i for actor in match.actors for t in actor.subtree if (name := names.of(t)) for i in name.actor_ids}
        words = {actor.lemma_.lower() for actor in match.actors}
        found: dict[str, Token] = {}
        for token in names.doc:
            name = names.of(token)
            if token.dep_ not in grammar.SUBJECTS or token.pos_ == "PRON" or token.i in own:
                continue
            is_armed = bool(names.classes(token) & {"force", "armed_group"}) or (
                name is not None and name.kind == "actor" and bool(name.classes & {"force", "armed_group"})
            )
            key = "/".join(name.actor_ids) if name is not None and name.actor_ids else token.lemma_.lower()
            if is_armed and key not in words and not (name is not None and ids & set(name.actor_ids)):
                found.setdefault(key, token)
        return list(found.values()) if len(found) == 1 else []

    def _first_filled(self, slots: tuple[str, ...], match: Match, names: SentenceNames) -> list[Token]:
        for slot in slots:
            heads = self._slot(slot, match, names)
            # "holding 14 soldiers hostage": the parse hangs whom on the companion
            heads += [c for h in heads if h == match.with_token for c in grammar.children(h, "compound")]
            heads = [
                h
                for h in heads
                if h != match.token
                and (h != match.with_token or slot == "subject")
                and not self._is_event(h)
                and not _is_day(h)
                and not grammar.is_part_of_them(h)
            ]
            if slot == "between" and heads:
                side = slots is match.trigger.actor_slot or slot in match.trigger.actor_slot
                return heads if side else heads[1:]
            if heads:
                return heads
        return []

    def _slot(self, slot: str, match: Match, names: SentenceNames) -> list[Token]:
        token, trigger = match.token, match.trigger
        if slot == "subject":
            return self._subject(match)
        if slot == "object":
            if trigger.pos == "verb":
                heads = grammar.objects(token)
                if not heads and trigger.number_slot == "recipient":
                    heads = _headline_object(token)
                return heads
            if trigger.pos == "adjective":
                return _described(token)
            for preposition in ("of", "on", "against", "at", "upon", "between"):
                heads = grammar.prepositional(token, preposition)
                if heads:
                    return heads
            return _hung_elsewhere(token)
        if slot == "reporter":
            return self._reporter(token)
        if slot == "modal_subject":
            return grammar.subjects(token.head) + (
                grammar.objects(token.head) if grammar.is_passive(token.head) else []
            )
        if slot == "poss":
            return [h for c in grammar.children(token, "poss") for h in grammar.with_conjuncts(c)]
        if slot == "compound":
            return self._compounds(token, names)
        if slot == "clause":
            return [c for c in token.children if c.dep_ in ("ccomp", "xcomp")]
        preposition = "by" if slot == "agent_pp" else slot
        heads = grammar.prepositional(token, preposition)
        if not heads and match.with_token is not None:
            heads = grammar.prepositional(match.with_token, preposition)
            if not heads and match.with_token.lower_ == preposition:
                heads = _under(match.with_token) or _stranded(match)
        if not heads and match.carrier is not None:
            heads = [h for h in grammar.prepositional(match.carrier, preposition) if h != token]
        if not heads and trigger.pos == "noun" and token.dep_ == "nsubj" and preposition in _BETWEEN:
            # "clashes broke out between police and rebels": the sides hang on the verb that says it happened
            heads = [] if grammar.objects(token.head) else grammar.prepositional(token.head, preposition)
        if not heads and trigger.pos == "verb" and preposition in ("to", "from", "with", "against"):
            # "delivered blankets and flour to 900 families": the parse hangs them on the goods
            heads = [h for o in grammar.objects(token) for h in grammar.prepositional(o, preposition)]
        if not heads and preposition == "by" and trigger.pos == "verb" and grammar.is_passive(token):
            heads = grammar.subjects(token)
        return heads

    def _subject(self, match: Match) -> list[Token]:
        token = match.token
        if match.trigger.pos == "verb":
            undergoes = match.trigger.number_slot == "recipient" and "object" in match.trigger.recipient_slot
            if undergoes and not grammar.objects(token) and _headline_object(token):
                return []
            return grammar.subjects(token)
        if match.carrier is not None and grammar.is_verb(match.carrier):
            found = grammar.subjects(match.carrier)
            # "it was the second attack": nobody
            is_empty = match.carrier.lemma_ in _COPULAS and match.light_verb is None
            return [s for s in found if not (is_empty and s.lower_ in ("it", "this", "that"))]
        if match.trigger.pos == "adjective":
            return _described(token)
        return []

    def _reporter(self, token: Token) -> list[Token]:
        """Who says the clause that the token stands in."""
        for verb in grammar.governors(token):
            if grammar.is_verb(verb) and verb.lemma_.lower() in self._lexicon.reporting_verbs and verb != token.head:
                return grammar.subjects(verb)
        return []

    def _compounds(self, token: Token, names: SentenceNames) -> list[Token]:
        found = []
        for child in grammar.children(token, *_MODIFIERS):
            name = names.of(child)
            if name is not None and name.kind in ("actor", "country", "demonym"):
                found.append(child)
        if not found:
            bodies = frozenset({"force", "group", "country", "crowd", "civilian"})
            found = [c for c in grammar.children(token, *_MODIFIERS) if names.classes(c) & bodies]
        return found

    def _light_verb(self, token: Token) -> tuple[Token | None, LightVerb | None]:
        """The verb that carries an event noun ("launched an attack", "came under fire"), and its row."""
        top = token
        while top.dep_ == "conj" and grammar.is_noun(top.head):
            top = top.head
        if top.dep_ == "pobj" and top.head.lower_ == "of" and top.head.head.lemma_.lower() in _PARTITIVES:
            top = top.head.head  # "carried out a series of strikes"
        if top.dep_ not in _EVENT_CARRIERS:
            return None, None
        governor, preposition = top.head, None
        if governor.dep_ in grammar.PREPOSITIONS:
            governor, preposition = governor.head, governor
        if governor.lemma_ in _COPULAS:
            return governor, None
        for row in self._lexicon.light_verbs.get(governor.lemma_.lower(), ()):
            beside = {t.lemma_.lower() for t in governor.children if t.dep_ in ("prt", "prep", "advmod", "acomp")}
            if preposition is not None:
                if preposition.lemma_.lower() in row.with_word:
                    return governor, row
            elif not row.with_word or row.with_word & beside:
                return governor, row
        return None, None

    def _is_description(self, token: Token, trigger: Trigger) -> bool:
        """ "rebels backed by Ankara", "a man accused of theft": who somebody is, not what was said or given today."""
        says = trigger.event_type_code in self._lexicon.is_speech_act
        return says and token.tag_ == "VBN" and token.dep_ in ("acl", "amod") and token.head.head != token.head

    def _is_event(self, token: Token) -> bool:
        """An event noun is what happens, not who does it: "the attack killed 12"."""
        if token.pos_ != "NOUN":
            return False
        rows = self._lexicon.triggers.get(("noun", token.lemma_.lower()), ())
        return any(not row.with_word for row in rows) and not self._lexicon.classes.get(token.lemma_.lower())

    def _is_party(self, token: Token, names: SentenceNames) -> bool:
        if token.ent_type_ in ("DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"):
            return names.of(token) is not None
        if token.pos_ == "NUM" or (token.lower_ in ("there", "it") and not _has_antecedent(token)):
            return False
        classes = names.classes(token)
        if classes & _PARTY_CLASSES:
            return True
        if classes & frozenset({"place", "weapon", "agreement", "talks", "money", "goods"}):
            return False
        return token.pos_ in ("NOUN", "PROPN", "PRON") and bool(classes)

    def _is_countable(self, token: Token, names: SentenceNames) -> bool:
        """People can be counted as victims; buildings, weapons and events cannot."""
        if token.pos_ == "NUM" or (token.lemma_.lower() in _PARTITIVES and grammar.prepositional(token, "of")):
            return True
        if token.lower_ in ("more", "others") and grammar.children(token, "nummod"):
            return True  # "wounded a dozen more"
        if token.lemma_.lower() in _REMAINS:
            return True
        rows = self._lexicon.triggers.get(("noun", token.lemma_.lower()), ())
        if any(not row.with_word for row in rows) or (token.lemma_.lower() in _BODIES and not grammar.is_plural(token)):
            return False  # "opened fire on a protest", "ambushed a patrol": nobody is counted
        classes = names.classes(token)
        if classes & (_PARTY_CLASSES - {"country", "organisation"}):
            return True
        return not classes and token.pos_ in ("NOUN", "PROPN", "PRON") and not self._is_event(token)


def _readings(token: Token) -> tuple[str, ...]:
    tag = token.tag_
    if tag.startswith("VB") or tag == "MD":
        return ("verb", "adjective") if tag == "VBN" else ("verb", "noun", "adjective") if tag == "VBG" else ("verb",)
    if tag.startswith("NN"):
        return ("noun",)
    if tag.startswith("JJ"):
        return ("adjective", "verb") if token.lower_.endswith("ed") else ("adjective",)
    return ()


def _is_modifier(token: Token, trigger: Trigger) -> bool:
    """ "attack helicopter", "the captured town": the word names a kind or a state, nothing happens in this clause."""
    if trigger.pos == "adjective":
        return False
    if token.ent_type_ == "DATE" and token.pos_ == "PROPN":
        return True
    if trigger.is_outcome and token.dep_ == "amod":
        return False
    if token.dep_ in ("compound", "amod", "nmod") and token.head.pos_ in ("NOUN", "PROPN") and token.i < token.head.i:
        return True
    modal = token.tag_ == "MD" and trigger.needs_parties
    return trigger.pos == "verb" and token.dep_ in ("aux", "auxpass") and not modal


def _neighbours(token: Token) -> list[Token]:
    """Words that a companion word may be: children, the preposition above, and the words right beside."""
    found = list(token.children)
    if token.dep_ in ("pobj", "pcomp") or (token.dep_ in ("dobj", "obj", "conj") and grammar.is_verb(token.head)):
        found.append(token.head)
    if token.dep_ == "pobj" and token.head.lower_ == "of":
        found.append(token.head.head)  # "state of emergency"
        if token.head.head.lemma_.lower() in _PARTITIVES:
            found.append(token.head.head.head)  # "carried out a series of strikes"
    for offset in (-1, 1, -2):
        index = token.i + offset
        if 0 <= index < len(token.doc) and (offset != -2 or token.doc[index].dep_ in ("compound", "amod")):
            found.append(token.doc[index])
    found += [g for c in token.children if c.dep_ in ("compound", "amod") for g in c.children]
    # "put to death", "set a depot on fire"
    near = [p for p in grammar.children(token, "prep") if p.lower_ in ("to", "on")]
    found += [o for p in near for o in grammar.children(p, "pobj")]
    # "expelled two embassy officials"
    objects = grammar.children(token, "dobj", "obj", "nsubjpass") if grammar.is_verb(token) else []
    found += [c for o in objects for c in grammar.children(o, "compound", "amod")]
    found += [g for o in objects for p in grammar.children(o, "prep") if p.lower_ == "of" for g in p.children]
    # "opened fire on the crowd": the preposition may hang on the object
    found += [p for o in token.children if o.dep_ in ("dobj", "obj") for p in o.children if p.dep_ == "prep"]
    return found


def _company(token: Token, with_token: Token | None) -> list[Token]:
    """Words whose presence can forbid a reading: neighbours, and what stands in and around the object."""
    found = _neighbours(token)
    if token.head != token:
        found.append(token.head)
    for child in token.children:
        if child.dep_ in ("dobj", "obj", "nsubj", "nsubjpass", "prep", "agent"):
            found += list(child.children)
            found += [o for p in child.children if p.dep_ == "prep" for o in p.children]
    if with_token is not None:
        found += list(with_token.children)
    return [t for t in found if t != token]


def _under(token: Token) -> list[Token]:
    """Heads of what a companion word governs: a preposition's object, or a noun's "of" phrase."""
    heads = [o for child in token.children if child.dep_ in ("pobj", "pcomp") for o in grammar.with_conjuncts(child)]
    if not heads:
        for preposition in ("of", "over", "to"):
            heads = grammar.prepositional(token, preposition)
            if heads:
                break
    # "fell to the Taliban control": the modifier of the object tells whose
    return heads + [c for h in heads for c in h.children if c.dep_ in ("compound", "poss", "nmod")]


def _hung_elsewhere(noun: Token) -> list[Token]:
    """ "Died in a strike on a market": what stands right behind the noun, though the parse hangs it on the verb."""
    follower = noun.nbor(1) if noun.i + 1 < len(noun.doc) else None
    is_aimed = follower is not None and follower.dep_ == "prep" and follower.lower_ in ("on", "against")
    return [h for h in _under(follower) if not _is_day(h)] if is_aimed and follower is not None else []


def _stranded(match: Match) -> list[Token]:
    """ "Peacekeepers were fired upon": what the companion would govern stands before the passive verb."""
    word = match.with_token
    is_bare = word is not None and word.dep_ in ("prep", "prt") and word.head == match.token and not _under(word)
    return grammar.objects(match.token) if is_bare and grammar.is_passive(match.token) else []


def _headline_object(verb: Token) -> list[Token]:
    """ "Twelve wounded in blast", "how many fighters wounded or killed": a bare transitive verb is a passive."""
    if grammar.objects(verb) or verb.tag_ not in ("VBD", "VBN") or grammar.children(verb, "aux"):
        return []
    subjects = grammar.children(verb, "nsubj")
    return [s for subject in subjects for s in grammar.with_conjuncts(subject)]


def _described(adjective: Token) -> list[Token]:
    """The noun that an adjective describes: "12 dead", "were dead", "left 12 people dead"."""
    if adjective.dep_ == "amod":
        return [adjective.head]
    holders = (adjective, *grammar.children(adjective, "aux"))
    numbers = [n for t in holders for n in grammar.children(t, "nummod", "npadvmod", "nsubj", "nsubjpass")]
    if numbers:
        return [t for n in numbers for t in grammar.with_conjuncts(n)]
    verb = adjective.head
    if adjective.dep_ in ("acomp", "oprd") and grammar.is_verb(verb) and (undergone := grammar.objects(verb)):
        return undergone  # "shot five residents dead", "were found dead"
    if adjective.dep_ in ("acomp", "attr", "conj") and grammar.is_verb(verb):
        return [s for c in grammar.children(verb, "nsubj", "nsubjpass") for s in grammar.with_conjuncts(c)]
    if adjective.dep_ in ("oprd", "ccomp", "xcomp", "advcl", "dobj", "acl", "dep") and grammar.is_verb(verb):
        found = grammar.children(verb, *grammar.OBJECTS)
        return [t for n in found if n != adjective for t in grammar.with_conjuncts(n)]
    return []


def _content(head: Token) -> Token:
    """Who is meant where the head only counts them: "dozens of people", "three of the soldiers"."""
    if head.lemma_.lower() in _REMAINS:
        return next(iter(grammar.prepositional(head, "of")), head)  # "the bodies of 12 men"
    if head.pos_ == "NUM" or head.lemma_.lower() in _PARTITIVES:
        inner = grammar.prepositional(head, "of")
        if inner and (head.pos_ == "NUM" or head.lemma_.lower() not in ("group", "member", "band", "team", "crowd")):
            return inner[0]
    return head


def _counted(head: Token, trigger: Token) -> Token:
    """Of whom the number is told: "the bodies of 12 men", "one of five fishermen who had been abducted"."""
    is_one_of_them = head.lower_ == "one" and trigger.dep_ == "relcl" and trigger.head == head
    return _content(head) if is_one_of_them or head.lemma_.lower() in _REMAINS else head


def _is_taking_hostages(match: Match, names: SentenceNames) -> bool:
    """ "Rebels seized five aid workers": people who do not fight, taken by those who are no state."""
    if match.trigger.event_type_code != "arrest" or match.token.lemma_.lower() not in _TAKING:
        return False
    by_group = any("armed_group" in names.classes(actor) for actor in match.actors)
    return by_group and bool(match.recipients) and not any("force" in names.classes(r) for r in match.recipients)


def _along_with(verb: Token) -> list[Token]:
    """ "The mayor was killed along with 13 others", "in an attack, together with his son": they are counted too."""
    around = [verb, *(o for p in grammar.children(verb, "prep") for o in grammar.children(p, "pobj"))]
    around += grammar.children(verb, *grammar.OBJECTS)
    inner = [c for t in around for c in t.children if c.lower_ in _TOGETHER]
    withs = [p for t in (*around, *inner) for p in grammar.children(t, "prep") if p.lower_ == "with" and p.i]
    joined = {p.i: p for p in withs if p.nbor(-1).lower_ in _TOGETHER and p.i > verb.i}
    return [o for p in joined.values() for child in grammar.children(p, "pobj") for o in grammar.with_conjuncts(child)]


def _capitals(heads: list[Token], names: SentenceNames) -> list[Token]:
    return [h for h in heads if (name := names.of(h)) is not None and name.is_capital]


def _doer_classes(head: Token, names: SentenceNames) -> frozenset[str]:
    """The classes of a subject, and that of a vehicle in its compound ("a bus carrying pilgrims", misread)."""
    inside = [c for c in head.children if c.dep_ == "compound"]
    inside += [g for c in inside for g in c.children if g.dep_ == "compound"]
    vehicle = any("vehicle" in names.classes(c) for c in inside)
    return names.classes(_content(head)) | ({"vehicle"} if vehicle else set())


def _undergoing_classes(head: Token, names: SentenceNames) -> frozenset[str]:
    """The classes of an object, and of whom "them" means; "the bodies of 12 men" are bodies as well as men."""
    people = [_content(token) for token in grammar.meant(head)]
    # "killed Ana Ruiz, a candidate for mayor"
    people += [a for token in people if token.pos_ == "PROPN" for a in grammar.children(token, "appos")]
    found = frozenset().union(*(names.classes(token) for token in people))
    return found | names.classes(head) if head.lemma_.lower() in _REMAINS else found


def _is_day(head: Token) -> bool:
    return head.ent_type_ in ("DATE", "TIME") and head.pos_ != "NUM" and head.tag_ != "CD"


def _has_antecedent(token: Token) -> bool:
    """ "it" that only fills the subject's place ("it was still unclear") stands for nothing."""
    if token.lower_ == "there":
        return False
    verb = token.head
    return not any(
        c.dep_ in ("ccomp", "csubj") or (c.dep_ == "acomp" and c.lower_ not in _CONTROL_ADJECTIVES)
        for c in verb.children
        if c.i > verb.i
    )
