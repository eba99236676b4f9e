"""Put parses right where the small model goes wrong in ways that the grammar of news cannot mean.

In comes a parsed sentence, out comes the same Doc with lemmas and arcs put right: words that a trigger knows, words cut
at a hyphen, and verbs that the parse takes for participles ("a bomb killed 12"). What may be meant is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Token

from tasks.language import syntax
from tasks.language.comma_repairs import invert_saying, join_participles, part_from_object
from tasks.language.dates.words import words
from tasks.language.day_repairs import give_day_back, give_subject_from_day, take_object_from_day
from tasks.language.lists import Count, part_lists
from tasks.language.object_repairs import join_what_lies_around, take_second_subject
from tasks.language.rehang import hang, stand_for
from tasks.language.small_clauses import part_small_clauses
from tasks.language.verb_classes import verbs

# What stands before a hyphen and leaves a noun what it is: "sub-commander", "ex-soldiers".
_PREFIXES = frozenset("sub co ex non vice self anti pro para".split())
_FINITE = ("VBD", "VBP", "VBZ")
_BOUNDS = ("over", "around", "about", "under", "near")
_MAX_CLIMB = 8
_ADVERBS = ("alight", "ablaze", "afire", "aflame")


@dataclass(frozen=True)
class ParseRepairs:
    """All repairs of a parse, with the words that they ask for.

    `classes`: the word classes of a lemma ("force" of "troops"); `reporting`: the verbs that report; `lemmas`: those
    that triggers know; `forms`: their inflected forms, each with its lemma; `states`: adjectives that tell what became
    of people ("dead"); `count`: low and high of a number phrase.
    """

    classes: Mapping[str, Set[str]]
    reporting: Set[str]
    lemmas: Set[str]
    forms: Mapping[str, str]
    states: Set[str]
    count: Count

    def apply(self, doc: Doc) -> None:
        """Put right, in place, what is wrong for certain; once for each Doc, before anything reads it."""
        if "-" in syntax.text_of(doc):
            _join_hyphens(doc, self.lemmas)
        part_small_clauses(doc, self.states)
        part_lists(doc, self.count)
        for token in doc:
            _give_lemma(token, self)
        if not _peculiar().isdisjoint(token.lower_ for token in doc):
            self._put_all_right(doc)
        else:
            for token in doc:
                if token.tag_.startswith("VB"):
                    _give_sayers_back(token, self.reporting)
                    _make_noun(token, self.lemmas)
                    _lower_participle(token)
        for token in doc:
            if token.dep_ in ("acl", "conj"):
                _raise_participle(token, self.reporting)
                _give_subject(token)
                join_participles(token)
                join_what_lies_around(token)
            elif token.dep_ == "nsubj":
                take_second_subject(token)
            elif token.dep_ in ("aux", "auxpass"):
                _give_up_what_is_the_verbs(token)
            elif token.dep_ in ("compound", "amod", "advcl") and token.tag_.startswith("VB"):
                part_from_object(token)
                invert_saying(token, self.reporting)
                join_what_lies_around(token)
            if token.tag_ in ("VBN", "VBD"):
                _give_passive_subject(token)
                _give_counted_subject(token)
        syntax.mended(doc)

    def _put_all_right(self, doc: Doc) -> None:
        """What hangs on single words besides: on the words of `_peculiar`."""
        for token in doc:
            take_object_from_day(token)
            give_subject_from_day(token)
            _give_sayers_back(token, self.reporting)
            _part_at_semicolon(token)
            _make_passive(token)
            _make_noun(token, self.lemmas)
            _make_verb(token)
            _name_by_age(token)
            give_day_back(token)
            _lower_adverb(token)
            _give_load_its_noun(token)
            _lower_participle(token)


@cache
def _peculiar() -> frozenset[str]:
    """The words without which only verbs need a look."""
    return frozenset({";", "dead", "old", *_ADVERBS, *words().weekdays, *verbs("noun_like"), *verbs("laden")})


def _give_lemma(token: Token, known: ParseRepairs) -> None:
    """Give a word that a trigger knows the lemma that the model missed ("retook", "staged": "stag")."""
    lemma = known.forms.get(token.lower_)
    missed = token.pos_ == "VERB" or (token.pos_ in ("NOUN", "ADJ") and token.lemma_ == token.lower_)
    if lemma and missed and token.lemma_.lower() not in known.lemmas:
        token.lemma_ = lemma
    single = token.lower_.removesuffix("s")
    classes = known.classes.get(single, frozenset())
    if token.tag_ == "NNPS" and classes and (token.is_sent_start or classes & {"force", "weapon"}):
        token.lemma_ = single  # "Rockets" that opens a sentence is no name; "the Russian Armed Forces"
    if token.tag_ in ("NN", "NNS") and single.endswith("ing") and classes:
        token.lemma_ = single  # "a building" is not built


def _give_sayers_back(verb: Token, reporting: Set[str]) -> None:
    """Make the last of a list the subject of the verb that reports right behind it.

    Example: "Killing him and two guards, police and a doctor said": who says so is no third in the list before.
    """
    if verb.tag_ not in _FINITE or verb.lemma_.lower() not in reporting:
        return
    last = verb.nbor(-1) if verb.i else verb
    if last.dep_ != "conj":
        return
    first = last
    while first.dep_ == "conj" and not _follows_comma(first):
        first = first.head
    if first.dep_ == "conj" and syntax.is_noun(first) and _head_of_list(first).head != verb:
        hang(first, verb, "nsubj")


def _join_hyphens(doc: Doc, lemmas: Set[str]) -> None:
    """Make one word of those that the model cut at a hyphen ("sit-in", "counter-attack", "sub-commander")."""
    hyphenated = [
        doc[i : i + 3]
        for i in range(len(doc) - 2)
        if doc[i + 1].text == "-" and not doc[i].whitespace_ and not doc[i + 1].whitespace_
    ]
    with doc.retokenize() as retokenizer:
        for span in hyphenated:
            joined = span.text.lower().removesuffix("s")
            if joined in lemmas:
                retokenizer.merge(span, attrs={"LEMMA": joined, "POS": "NOUN", "TAG": "NN"})
            elif span[0].lower_ in _PREFIXES and span[2].pos_ == "NOUN":
                retokenizer.merge(span, attrs={"LEMMA": span[2].lemma_, "POS": "NOUN", "TAG": span[2].tag_})


def _raise_participle(verb: Token, reporting: Set[str]) -> None:
    """Make a verb that the parse hangs on a noun as a participle what the sentence says of its first noun.

    It has an object behind it, so it is no participle. Example: "A bomb outside a hospital killed 12", "gunmen believed
    to be thugs shot five".
    """
    if verb.dep_ != "acl" or verb.tag_ not in ("VBN", "VBD") or verb.i < verb.head.i or not _has_object(verb):
        return
    if verb.lemma_.lower() in verbs("two_objects") or syntax.children(verb, "aux", "auxpass", "mark", *syntax.SUBJECTS):
        return
    noun = _first_noun(verb.head)
    above = noun.head
    if noun.dep_ == "nsubj" and above.i < verb.i and syntax.children(above, "xcomp", "prep"):
        # "gunmen suspected to be thugs shot": the parse takes the true participle for the verb
        stand_for(verb, above)
        hang(above, noun, "acl")
    elif noun.dep_ == "nsubj" and above.i > verb.i and above.nbor(-1).dep_ == "cc" and above.tag_ == "VBD":
        stand_for(verb, above)  # "a bomb aimed at recruits killed eight and wounded 16"
        hang(above, verb, "conj")
    elif noun.dep_ == "nsubj" and above.i > verb.i and _is_said_by_another(above, noun, reporting):
        hang(verb, above, "ccomp")
    elif noun.dep_ == "ROOT":
        stand_for(verb, noun)
    elif noun.dep_ == "appos" and noun.head.dep_ == "ROOT":  # "Beni: a bomb killed ten"
        stand_for(verb, noun.head)
    else:
        return
    verb.tag_ = "VBD"
    hang(noun, verb, "nsubj")


def _has_object(verb: Token) -> bool:
    joined = [c for c in syntax.children(verb, "conj") if syntax.is_verb(c) and c.i - verb.i <= 3]
    return any(syntax.children(v, *syntax.OBJECTS) for v in (verb, *joined))


def _first_noun(noun: Token) -> Token:
    """The noun that a phrase is about, above the phrases and participles that describe it.

    Where a verb stands in the place of such a participle, the noun is its subject.
    """
    current = noun
    for _ in range(_MAX_CLIMB):
        above = current.head
        if above.i > current.i or current.dep_ not in (
            "pobj", "pcomp", "prep", "dobj", "obj", "attr", "xcomp", "acl", "conj"
        ):  # fmt: skip
            break
        if current.dep_ in ("dobj", "obj") and above.dep_ != "acl":
            break
        current = above
    subjects = syntax.children(current, "nsubj") if syntax.is_verb(current) else []
    return subjects[0] if subjects else current


def _is_said_by_another(verb: Token, noun: Token, reporting: Set[str]) -> bool:
    """Whether the verb reports, and has a second subject between it and the noun ("..., officials said")."""
    others = [s for s in syntax.children(verb, "nsubj") if s.i > noun.i]
    return verb.lemma_.lower() in reporting and bool(others)


def _give_subject(verb: Token) -> None:
    """Give a finite verb right behind a list that the parse joins to the clause before the list's new part as subject.

    Example: "Hit a house with a shell and one child and four women lost their lives".
    """
    if verb.dep_ != "conj" or verb.tag_ not in _FINITE or not verb.i or not syntax.is_verb(verb.head):
        return
    last = verb.nbor(-1)
    if syntax.children(verb, "aux", "auxpass", *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS) or last.dep_ != "conj":
        return
    top = _head_of_list(last)
    first = next((c for c in syntax.children(top, "conj") if c.i <= last.i), None)
    if first is not None and syntax.is_noun(last) and verb.head in syntax.governors(top):
        hang(first, verb, "nsubj")


def _give_up_what_is_the_verbs(auxiliary: Token) -> None:
    """Hang on a verb what the parse hangs on its auxiliary: "fighters had on Monday night fired rockets"."""
    verb = auxiliary.head
    for child in list(auxiliary.children):
        if child.dep_ in ("nsubj", "nsubjpass", "prep", "npadvmod") and auxiliary.i < verb.i:
            hang(child, verb, child.dep_)


def _give_passive_subject(verb: Token) -> None:
    """Give a passive verb the subject that the parse joins to what stands before the comma.

    Example: "Gangs attacked two suburbs, and a dozen bodies were found", "in the West Bank, a boy was shot".
    """
    auxiliary = next(iter(syntax.children(verb, "auxpass")), None)
    if auxiliary is None or syntax.children(verb, *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS):
        return
    beside = auxiliary.nbor(-1) if auxiliary.i else auxiliary
    if beside.dep_ == "appos" and syntax.is_noun(beside) and verb in syntax.governors(beside):
        hang(beside, verb, "nsubjpass")
        return
    if verb.dep_ != "conj" or not syntax.is_verb(verb.head):
        return
    nouns = [c for c in syntax.children(verb.head, "conj") if syntax.is_noun(c) and c.i < auxiliary.i]
    joined = [n for n in nouns if n.left_edge.i and n.doc[n.left_edge.i - 1].dep_ == "cc"]
    if joined:
        hang(joined[-1], verb, "nsubjpass")


def _give_counted_subject(verb: Token) -> None:
    """Give a finite verb those right before it, whom the parse makes the object of what only bounds their number.

    Example: "In a night operation over 200 men stormed the jail".
    """
    if verb.tag_ not in _FINITE or not verb.i or syntax.children(verb, "aux", "auxpass", *syntax.SUBJECTS):
        return
    noun = verb.nbor(-1)
    bound = noun.head
    is_bound = noun.dep_ == "pobj" and bound.lower_ in _BOUNDS and bound.i and bound.head.i == bound.i - 1
    if not is_bound or syntax.children(verb, *syntax.PASSIVE_SUBJECTS) or bound.head.dep_ != "pobj":
        return
    number = next(iter(syntax.children(noun, "nummod")), None)
    if number is not None and number.i == bound.i + 1:
        hang(noun, verb, "nsubj")
        hang(bound, number, "quantmod")


def _make_passive(word: Token) -> None:
    """Make a passive verb of a participle that the model takes for a noun ("the town was overrun on Monday")."""
    copula = word.head
    if word.tag_ != "NN" or word.dep_ not in ("attr", "acomp") or word.lower_ not in verbs("noun_like"):
        return
    if copula.lemma_ != "be" or syntax.children(word, "det", "amod", "compound", "poss"):
        return
    word.pos_, word.tag_, word.lemma_ = "VERB", "VBN", word.lower_
    stand_for(word, copula)
    for subject in syntax.children(copula, "nsubj"):
        hang(subject, word, "nsubjpass")
    hang(copula, word, "auxpass")


def _make_noun(word: Token, lemmas: Set[str]) -> None:
    """Make a noun of what the model takes for a clause behind the one who does it ("killed in rebel shelling of X")."""
    doer = word.nbor(-1) if word.i else word
    if word.tag_ != "VBG" or word.dep_ not in ("advcl", "acl") or word.lower_ not in lemmas:
        return
    is_doer = doer.tag_ in ("NN", "NNS", "JJ", "NNP") and doer.dep_ == "pobj"
    if not is_doer or syntax.children(word, "aux", *syntax.OBJECTS):
        return
    follower = word.nbor(1) if word.i + 1 < len(word.doc) else None
    if follower is not None and not follower.is_punct and follower.lower_ not in ("of", "in", "near", "on", "at"):
        return
    word.pos_, word.tag_, word.lemma_ = "NOUN", "NN", word.lower_
    hang(word, doer.head, "pobj")
    hang(doer, word, "compound")


def _make_verb(word: Token) -> None:
    """Make a verb of what the model takes for a noun before "dead" ("two men on a motorcycle shot dead a teacher")."""
    dead = word.nbor(1) if word.i + 1 < len(word.doc) else word
    subjects = syntax.children(dead, "nsubj")
    if dead.lower_ != "dead" or word.lower_ != "shot" or word.tag_ != "NN" or not subjects:
        return
    last = word.nbor(-1) if word.i else word
    if word.dep_ == "pobj" and last.head == word and last.dep_ == "compound":
        hang(last, word.head, "pobj")
        for child in [c for c in word.children if c.i < last.i]:
            child.head = last
    word.pos_, word.tag_, word.lemma_ = "VERB", "VBD", "shoot"
    stand_for(word, dead)
    for child in [c for c in dead.children if c.dep_ in (*syntax.SUBJECTS, *syntax.OBJECTS)]:
        child.head = word
    hang(dead, word, "advmod")


def _name_by_age(word: Token) -> None:
    """Make a noun, and no date, of the age that stands for a person ("by an 18-year-old of Chechen origin")."""
    is_party = word.dep_ in ("pobj", "appos", "conj", *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS, *syntax.OBJECTS)
    if word.lower_ == "old" and is_party and word.i and word.nbor(-1).text == "-":
        word.pos_, word.tag_, word.ent_type_ = "NOUN", "NN", ""


def _lower_adverb(word: Token) -> None:
    """Make an adverb of what the model takes for an object ("was stoned and set alight")."""
    if word.lower_ in _ADVERBS and word.dep_ in syntax.OBJECTS:
        word.pos_, word.tag_, word.dep_ = "ADV", "RB", "advmod"


def _give_load_its_noun(load: Token) -> None:
    """Part what is laden from its load, of whose name the parse makes it a part ("a taxi laden with explosives")."""
    if load.lower_ not in verbs("laden") or load.i + 1 == len(load.doc):
        return
    noun = load.nbor(-1) if load.i else load
    if noun.head != load or noun.dep_ != "compound":
        return
    if load.nbor(1).lower_ != "with" or load.dep_ not in (*syntax.OBJECTS, *syntax.SUBJECTS, "nsubjpass", "pobj"):
        return
    hang(noun, load.head, load.dep_)
    for child in [c for c in load.children if c.i < noun.i]:
        child.head = noun
    hang(load, noun, "acl")
    hang(load.nbor(1), load, "prep")


def _lower_participle(verb: Token) -> None:
    """Make the first of two finite verbs that nothing joins a participle ("bombs dropped from a plane killed 78")."""
    first = verb.head
    hung = verb.dep_ in ("advcl", "ccomp", "dep", "conj")
    if verb.tag_ != "VBD" or first.tag_ not in ("VBD", "VBN") or not hung or verb.i < first.i + 3:
        return
    alone = not syntax.children(verb, "mark", "aux", "auxpass", "advmod", *syntax.SUBJECTS, *syntax.PASSIVE_SUBJECTS)
    between = verb.doc[first.i + 1 : verb.i]
    subjects = syntax.children(first, "nsubj")
    # "fell upon a patrol": what stands right behind it may be a preposition too
    goes_on = _has_object(verb) or any(c.i == verb.i + 1 for c in syntax.children(verb, "prep"))
    if not alone or len(subjects) != 1 or between[0].dep_ not in ("prep", "agent") or not goes_on:
        return
    if any(t.is_punct or t.dep_ == "cc" or t.tag_ in ("WDT", "WP", "WRB", *_FINITE) for t in between):
        return
    stand_for(verb, first)
    hang(first, subjects[0], "acl")
    first.tag_ = "VBN"
    for child in [c for c in verb.children if first.i < c.i < verb.i]:
        child.head = first
    hang(subjects[0], verb, "nsubj")


def _part_at_semicolon(verb: Token) -> None:
    """Make two clauses of one that the parse makes the complement of the verb behind a semicolon.

    Example: "Mobs torched shops; unions called a strike".
    """
    later = verb.head
    if verb.dep_ == "ccomp" and verb.i < later.i and any(t.text == ";" for t in verb.doc[verb.i : later.i]):
        verb.dep_ = "conj"


def _head_of_list(noun: Token) -> Token:
    current = noun
    while current.dep_ == "conj" and syntax.is_noun(current.head):
        current = current.head
    return current


def _follows_comma(noun: Token) -> bool:
    left = noun.left_edge.i
    return left > 0 and noun.doc[left - 1].text == ","
