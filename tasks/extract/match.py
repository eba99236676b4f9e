"""Decide which triggers fire on a parse, and who stands in their slots.

In comes a parsed sentence with its names, out come matches: the trigger row that fits best at each word, with the
heads of the phrases in its slots. A row whose conditions fail is passed over, and the reason is kept for `explain`.
"""

from __future__ import annotations

from spacy.tokens import Token

from tasks.extract.kinds_by_parties import retype_by_parties
from tasks.extract.lexicon import Lexicon, LightVerb, Trigger
from tasks.extract.model import Lost, Match
from tasks.extract.names import SentenceNames
from tasks.extract.parties import accused, at_hands_of, blamed, claimant, other_side, who_acts_around
from tasks.extract.slots import MODIFIERS, Slots, capitals, stranded, under
from tasks.extract.trigger_rows import TriggerRows
from tasks.extract.who import Who, content, doer_classes, undergoing_classes
from tasks.extract.word_groups import words
from tasks.knowledge import event_types
from tasks.language import syntax

_EVENT_CARRIERS = ("dobj", "obj", "nsubjpass", "pobj", "attr")
_GENERAL = ("those", "anyone", "everyone", "whoever", "anybody")
_OF_DAYS = ("on", "in", "at", "by", "from", "over", "during", "since")
_TOGETHER = ("along", "together")
# what can be struck and is no party: "blew up a railway bridge"
_PEOPLE = frozenset({"person", "civilian", "force"})
_STRUCK = frozenset({"building", "structure", "installation", "vehicle"})


class Matcher:
    """Fires triggers on parsed sentences."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon
        self._slots = Slots(lexicon)
        self._who = Who(lexicon)
        self.rows = TriggerRows(lexicon)

    def matches(self, names: SentenceNames, lost: list[Lost] | None = None) -> list[Match]:
        """The best trigger at each word, in the order of the text; rows that lose go to `lost` where it is given."""
        found = []
        for token in names.words:
            candidates = []
            for trigger in self.rows.of(token):
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
        if token.dep_ in ("pobj", "pcomp") and token.head.lower_ == "without" and not trigger.is_outcome:
            return None, "it did not happen: 'without'"  # "exploded without warning", "taken without a fight"
        with_token, reason = _companion(trigger, token, names)
        if reason:
            return None, reason
        if trigger.not_with:
            bad = next((t for t in _company(token, with_token) if t.lemma_.lower() in trigger.not_with), None)
            if bad is not None:
                return None, f"it stands with {bad.text!r}"
        if token.dep_ == "relcl" and token.head.lower_ in _GENERAL and token.tag_ in ("VBP", "VBZ"):
            return None, f"it describes {token.head.text!r} in general"
        match = Match(trigger, token, with_token)
        if trigger.pos != "verb":
            match.carrier, match.light_verb = self._light_verb(token)
        score = 5 * bool(trigger.with_word)
        if trigger.object_class:
            heads = self._slots.heads("object", match, names)
            if not any(undergoing_classes(h, names) & trigger.object_class for h in heads):
                return None, "its object is none of: " + ", ".join(sorted(trigger.object_class))
            score += 2
        if trigger.subject_class:
            heads = self._slots.heads("subject", match, names)
            if not heads and trigger.event_type_code == "accident":
                heads = self._slots.heads("object", match, names)  # "a bus was overturned": nobody did it
            needed = trigger.pos == "verb" and (
                not (trigger.with_word or trigger.object_class or trigger.prep_class)
                or trigger.event_type_code in lexicon.types_with("rally")  # "the bridge was closed" for repairs
            )
            if (heads or needed) and not any(doer_classes(h, names) & trigger.subject_class for h in heads):
                return None, "its subject is none of: " + ", ".join(sorted(trigger.subject_class))
            score += 2 * bool(heads)
        if trigger.prep_class:
            heads = under(with_token) if with_token is not None and with_token != token.head else []
            heads = heads or stranded(match)
            heads = heads or [*self._slots.heads("of", match, names), *syntax.children(token, *MODIFIERS)]
            if not any(names.classes(h) & trigger.prep_class for h in heads):
                return None, "its companion's object is none of: " + ", ".join(sorted(trigger.prep_class))
            score += 2
        match.score = score
        self.fill(match, names)
        if (
            trigger.event_type_code in lexicon.takes_casualties
            and (nature := self._of_nature(match, names)) is not None
        ):
            return None, f"{nature.text!r} is no party: a sickness, a beast, hunger or heat"
        retype_by_parties(match, names, self._slots, lexicon)
        if trigger.needs_parties and not (match.actors and match.recipients):
            return None, "nobody says so, or to nobody"
        if trigger.needs_sayer and not match.actors:
            return None, "no armed group says so of a deed of its own"
        return match, ""

    def fill(self, match: Match, names: SentenceNames) -> None:
        """Find, in place, the parties and places of a match in the slots of its trigger."""
        lexicon, trigger, light = self._lexicon, match.trigger, match.light_verb
        actor_slot, recipient_slot = trigger.actor_slot, trigger.recipient_slot
        if light is not None:
            actor_slot = tuple(dict.fromkeys((*light.actor_slot, *trigger.actor_slot)))
            recipient_slot = tuple(dict.fromkeys((*light.recipient_slot, *trigger.recipient_slot)))
        actors = self._slots.first_filled(actor_slot, match, names)
        recipients = self._slots.first_filled(recipient_slot, match, names)
        match.places = self._slots.first_filled(trigger.place_slot, match, names)
        match.actors = self._slots.parties(actors, names)
        if not match.actors and trigger.pos == "noun" and _is_doer(names.classes(match.token)):
            match.actors = [match.token]  # "a bomber detonated himself": the word tells who did it
        suffered = self._slots.parties(recipients, names, trigger)
        if not suffered and trigger.event_type_code in lexicon.types_with("hits"):
            suffered = [t for t in recipients if names.classes(t) & _STRUCK and names.of(t) is None]
        match.recipients = [t for t in suffered if t not in match.actors]
        if not match.actors and trigger.event_type_code in lexicon.takes_casualties:
            culprit = blamed(match.token, names) or accused(match.token) or claimant(match.token, names)
            if trigger.pos == "noun" and match.token.dep_ in syntax.OBJECTS:
                # "blamed the bombing on the cartel": the parse hangs the cartel on the bombing
                match.recipients = [t for t in match.recipients if t != culprit]
            match.actors = [culprit] if culprit is not None and culprit not in match.recipients else []
            match.actors = match.actors or self._slots.parties(at_hands_of(match.token), names)
        match.actors = match.actors or who_acts_around(match, names, self._slots, lexicon)
        if not match.recipients and trigger.event_type_code in lexicon.is_elsewhere:
            match.recipients = self._slots.addressed(match, names)
        if not match.recipients and match.actors and trigger.event_type_code == "surrender":
            match.recipients = other_side(match, names)
        if not match.actors and trigger.event_type_code in lexicon.is_elsewhere and "subject" in actor_slot:
            # "Berlin rejected": a capital that speaks is its government
            subjects = self._slots.heads("subject", match, names)
            match.actors = capitals(subjects, names)
        if not match.recipients and trigger.event_type_code in lexicon.is_elsewhere:
            match.recipients = capitals([h for s in recipient_slot for h in self._slots.heads(s, match, names)], names)
        mutual = trigger.event_type_code in lexicon.is_mutual and "with" in trigger.recipient_slot
        if mutual and not match.recipients and len(match.actors) > 1:
            match.actors, match.recipients = match.actors[:1], match.actors[1:]
        if trigger.number_kind:
            match.counted = actors if trigger.number_slot == "actor" else recipients
            if trigger.number_kind == "troops":
                match.counted = self._slots.heads("object", match, names)
            people = [_counted(t, match.token) for t in match.counted]
            match.counted = [t for t in people if self._who.is_countable(t, names)]
            beside = _along_with(match.token) if match.counted else []
            match.counted += [t for t in beside if self._who.is_countable(t, names)]

    def _of_nature(self, match: Match, names: SentenceNames) -> Token | None:
        """The sickness, beast or want that does it, or to which alone it is done; None for happenings among people.

        Example: "cholera killed 30", "a shark attack", "the fight against malaria", "shot the gorilla".
        """
        if match.event_type_code in self._lexicon.types_with("of_nature"):
            return None
        slots = self._slots
        doers = [*slots.heads("subject", match, names), *slots.heads("by", match, names)]
        doers += syntax.children(match.token, "compound") if not syntax.is_verb(match.token) else []
        if match.trigger.is_outcome and (cause := _natural_cause(match.token)) is not None:
            return cause
        for side in (doers, match.recipients):
            # "a shark attack killed two"
            found = [
                next((t for t in (h, *syntax.children(h, "compound")) if _is_nature(t, names)), None) for h in side
            ]
            if found and all(found):
                return found[0]
        return None

    def _light_verb(self, token: Token) -> tuple[Token | None, LightVerb | None]:
        """The verb that carries an event noun ("launched an attack", "came under fire"), and its row."""
        top = token
        while top.dep_ == "conj" and syntax.is_noun(top.head):
            top = top.head
        if top.dep_ == "pobj" and top.head.lower_ == "of" and top.head.head.lemma_.lower() in words("partitive"):
            top = top.head.head  # "carried out a series of strikes"
        if top.dep_ not in _EVENT_CARRIERS:
            return None, None
        governor, preposition = top.head, None
        if governor.dep_ in syntax.PREPOSITIONS:
            governor, preposition = governor.head, governor
        if governor.lemma_ in words("copula"):
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
        """Whether a participle says who or whose somebody is, not what was said, given or taken today.

        Example: "rebels backed by Ankara", "a man accused of theft", "a town held by rebels".
        """
        says = trigger.event_type_code in self._lexicon.is_speech_act
        clause = syntax.clause(token)
        is_present = clause.tag_ in ("VBP", "VBZ") and clause.lemma_.lower() in words("holds_ground")
        if trigger.event_type_code == "territory_seized" and clause.dep_ == "relcl" and is_present:
            return True  # "a city that is under government control", "which Eritrean troops occupy"
        if trigger.pos == "verb" and token.lemma_.lower() in words("stands"):
            # "a town held by rebels": who holds it, not that it was taken
            return token.dep_ in ("acl", "amod", "relcl")
        return says and token.tag_ == "VBN" and token.dep_ in ("acl", "amod") and token.head.head != token.head


def _companion(trigger: Trigger, token: Token, names: SentenceNames) -> tuple[Token | None, str]:
    """The companion word that a row asks for, and why it does not fire, where it does not."""
    if not trigger.with_word:
        return None, ""
    near = _neighbours(token)
    if trigger.event_type_code in event_types.types_with("rally"):
        # "gathered in front of the town hall", "walked in silence"
        near += [o for p in syntax.children(token, "prep") if p.lower_ == "in" for o in syntax.children(p, "pobj")]
    beside = (t for t in near if t.lemma_.lower() in trigger.with_word)
    found = next((t for t in beside if not (t.lower_ in _OF_DAYS and syntax.is_of_time(t))), None)
    if found is None:
        return None, "none of its companion words stands by: " + ", ".join(sorted(trigger.with_word))
    if found.dep_ == "prep" and found.head.dep_ in syntax.OBJECTS and names.classes(found.head) & _PEOPLE:
        return None, f"{found.text!r} only says where {found.head.text!r} was"  # "shot a farmer at a market"
    suffering = syntax.children(token, *syntax.PASSIVE_SUBJECTS)
    is_spot = found.dep_ == "prep" and found.lower_ in ("on", "at", "in") and bool(under(found))
    if is_spot and token.lemma_.lower() in words("may_live") and any(names.classes(s) & _PEOPLE for s in suffering):
        return None, f"{found.text!r} only says where they were hit"  # "were shot on a court"
    if trigger.event_type_code == "strike" and trigger.pos == "noun" and found.dep_ == "prep" and found.head == token:
        return None, f"{found.text!r} says what was struck"  # "a strike on a workshop", not "teachers on strike"
    is_struck = found.head == token and found.dep_ in syntax.OBJECTS
    if is_struck and "object" in trigger.recipient_slot and "explosive" in names.classes(found):
        return None, f"{found.text!r} is what it strikes"  # "a jeep hit a landmine"
    return found, ""


def _natural_cause(verb: Token) -> Token | None:
    """Of what somebody died in bed; None where nothing says so: "died of a heart attack", "died of old age"."""
    causes = [o for p in ("of", "from", "after") for o in syntax.prepositional(verb, p)]
    around = [(c, *syntax.children(c, "compound", "amod")) for c in causes]
    return next((t for of in around for t in of if t.lemma_.lower() in words("natural_cause")), None)


def _is_nature(token: Token, names: SentenceNames) -> bool:
    return "nature" in names.classes(token)


def _is_modifier(token: Token, trigger: Trigger) -> bool:
    """Whether the word names a kind or a state, and nothing happens in this clause.

    Example: "attack helicopter", "the captured town".
    """
    if trigger.pos == "adjective":
        return False
    if token.ent_type_ == "DATE" and token.pos_ == "PROPN":
        return True
    if trigger.is_outcome and token.dep_ == "amod":
        return False
    if token.dep_ in ("compound", "amod", "nmod") and token.head.pos_ in ("NOUN", "PROPN") and token.i < token.head.i:
        return token.lower_ not in words("named_storm")  # "Typhoon Salome" is the typhoon
    modal = token.tag_ == "MD" and trigger.needs_parties
    return trigger.pos == "verb" and token.dep_ in ("aux", "auxpass") and not modal


_STAYS = ("be", "lie", "recover")


def _is_doer(classes: frozenset[str]) -> bool:
    """Whether a word that tells a deed is a word for who did it: "bomber"; a vigil is a crowd and an event."""
    return bool(classes & {"armed_group", "person"}) and "crowd" not in classes


def _neighbours(token: Token) -> list[Token]:
    """Words that a companion word may be: children, the preposition above, and the words right beside."""
    found = list(token.children)
    if token.dep_ in ("pobj", "pcomp") or (token.dep_ in ("dobj", "obj", "conj") and syntax.is_verb(token.head)):
        found.append(token.head)
    if token.dep_ in ("relcl", "acl") and syntax.is_passive(token):
        found.append(token.head)  # "an attack that was claimed by the group"
    if token.dep_ == "pobj" and token.head.lower_ == "of":
        found.append(token.head.head)  # "state of emergency"
        if token.head.head.lemma_.lower() in words("partitive"):
            found.append(token.head.head.head)  # "carried out a series of strikes"
    if token.dep_ == "pobj" and token.head.lower_ in ("in", "by") and syntax.is_verb(token.head.head):
        found.append(token.head.head)  # "killed in a strike"
    if token.dep_ in ("nsubj", "nsubjpass") and syntax.is_verb(token.head):
        found.append(token.head)  # "the strike hit a house"
    for offset in (-1, 1, -2):
        index = token.i + offset
        if 0 <= index < len(token.doc) and (offset != -2 or token.doc[index].dep_ in ("compound", "amod")):
            found.append(token.doc[index])
    found += [g for c in token.children if c.dep_ in ("compound", "amod") for g in c.children]
    # "put to death", "set a depot on fire", "taken into custody", "sprayed with bullets", "attacked by drone"
    near = [p for p in syntax.children(token, "prep", "agent") if p.lower_ in ("to", "on", "into", "with", "by")]
    if token.lemma_.lower() in _STAYS:  # "are in custody", "lie in hospital"
        near += [p for p in syntax.children(token, "prep") if p.lower_ in ("in", "under", "behind", "at")]
    found += [o for p in near for o in syntax.children(p, "pobj")]
    # "expelled two embassy officials"
    objects = syntax.children(token, "dobj", "obj", "nsubjpass") if syntax.is_verb(token) else []
    found += [c for o in objects for c in syntax.children(o, "compound", "amod")]
    found += [g for o in objects for p in syntax.children(o, "prep") if p.lower_ == "of" for g in p.children]
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
        if child.dep_ in ("ccomp", "xcomp"):
            # "asked whether", "asked why": the words that open what is asked
            found += [c for c in child.children if c.dep_ in ("mark", "advmod", "dobj", "nsubj", "attr")]
    if with_token is not None:
        found += list(with_token.children)
    return [t for t in found if t != token]


def _counted(head: Token, trigger: Token) -> Token:
    """The token of those whom the number counts.

    Example: "the bodies of 12 men", "one of five fishermen who had been abducted".
    """
    is_one_of_them = head.lower_ == "one" and trigger.dep_ == "relcl" and trigger.head == head
    return content(head) if is_one_of_them or head.lemma_.lower() in words("corpse") else head


def _along_with(verb: Token) -> list[Token]:
    """The heads of those who are counted too, as they met the same along with the others.

    Example: "The mayor was killed along with 13 others", "in an attack, together with his son".
    """
    around = [verb, *(o for p in syntax.children(verb, "prep") for o in syntax.children(p, "pobj"))]
    around += syntax.children(verb, *syntax.OBJECTS)
    inner = [c for t in around for c in t.children if c.lower_ in _TOGETHER]
    withs = [p for t in (*around, *inner) for p in syntax.children(t, "prep") if p.lower_ == "with" and p.i]
    joined = {p.i: p for p in withs if p.nbor(-1).lower_ in _TOGETHER and p.i > verb.i}
    return [o for p in joined.values() for child in syntax.children(p, "pobj") for o in syntax.with_conjuncts(child)]
