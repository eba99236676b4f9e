"""Who stands where in a parse: subjects, objects and prepositional phrases of verbs and nouns.

In come spaCy tokens, out come tokens that head noun phrases, across passives, coordination, control, participles and
relative clauses. Where the parse has no such phrase the answer is empty; nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import islice

from spacy.strings import get_string_id
from spacy.symbols import AUX, VERB
from spacy.tokens import Doc, Token

from tasks.language.verb_classes import verbs

SUBJECTS = ("nsubj", "csubj")
PASSIVE_SUBJECTS = ("nsubjpass", "csubjpass")
OBJECTS = ("dobj", "obj")
PREPOSITIONS = ("prep", "agent", "prt", "dative")
# Children that a noun phrase takes along when it is quoted; clauses, appositions and other phrases stay outside.
_PHRASE_DEPS = {"det", "amod", "compound", "nummod", "poss", "case", "quantmod", "nmod", "predet", "advmod", "neg"}
_SINGULAR = frozenset(["is", "was", "has"])
_MAX_CLIMB = 6
_MOST_GOVERNORS = 40
# a word has so many children in no sentence that anybody wrote
_MANY = 24
_MENDED, _CHILDREN, _TEXT = "sitrep_mended", "sitrep_children", "sitrep_text"
_VERBS = (VERB, AUX)


def is_verb(token: Token) -> bool:
    """Whether a token is a verb, auxiliaries among them."""
    return token.pos in _VERBS


def is_noun(token: Token) -> bool:
    """Whether a token can head a noun phrase: nouns, names, pronouns, numbers and determiners that stand alone."""
    return token.pos_ in ("NOUN", "PROPN", "PRON", "NUM") or token.tag_ == "DT"


def children(token: Token, *deps: str) -> list[Token]:
    """The tokens that hang on this one by one of the dependencies, in the order of the text."""
    count = token.n_lefts + token.n_rights
    if not count:
        return []  # most tokens have none, and asking for them is dear
    ids = _ids(deps)
    if count > _MANY and token.doc.user_data.get(_MENDED):
        by_dep, doc = _many_children(token), token.doc
        return [doc[i] for i in sorted(i for dep in ids for i in by_dep.get(dep, ()))]
    return [child for child in token.children if child.dep in ids]


def text_of(doc: Doc) -> str:
    """The text of a parse, which spaCy puts together of all its words whenever it is asked."""
    if _TEXT not in doc.user_data:
        keep_text(doc, doc.text)
    return str(doc.user_data[_TEXT])


def keep_text(doc: Doc, text: str) -> None:
    """Keep the text that a parse was made of."""
    doc.user_data[_TEXT] = text


def mended(doc: Doc) -> None:
    """Take down that no head or dependency of a parse will change any more."""
    doc.user_data[_MENDED] = True


def _many_children(token: Token) -> Mapping[int, list[int]]:
    """Indices of a token's children by dependency, looked up once: "killed killed killed ..." is asked for hundreds."""
    known: dict[int, dict[int, list[int]]] = token.doc.user_data.setdefault(_CHILDREN, {})
    if token.i not in known:
        found = known[token.i] = {}
        for child in token.children:
            found.setdefault(child.dep, []).append(child.i)
    return known[token.i]


@cache
def _ids(deps: tuple[str, ...]) -> frozenset[int]:
    """spaCy's numbers for the names of dependencies, which are cheaper to compare."""
    return frozenset(get_string_id(dep) for dep in deps)


def with_conjuncts(token: Token) -> list[Token]:
    """The token and what is coordinated with it to its right ("police and soldiers")."""
    found = [token]
    for child in token.children:
        if child.dep_ not in ("conj", "appos") or _is_tied_by_hyphen(child):
            continue
        if (
            child.dep_ == "conj"
            and (is_noun(child) or child.tag_.startswith(("NN", "CD")) or children(child, "nummod") or _is_some(child))
            and child.i > token.i
        ):
            # of one person of two offices, the second still leads on to others
            found += with_conjuncts(child)[_is_same_person(token, child) :]
        elif child.dep_ == "appos" and not is_plural(token):
            # "a commander, Mullah Khan, and two fighters": the parse joins the second to the name of the first
            owned = ("nummod", "poss", "det") if child.pos_ == "PROPN" else ("nummod",)
            found += [c for c in children(child, "conj") if is_noun(c) and children(c, *owned)]
    return found


def _is_tied_by_hyphen(token: Token) -> bool:
    """Whether a token is the end of a word with a hyphen ("sub-commander")."""
    return token.i > 0 and token.nbor(-1).text in ("-", "–") and not token.nbor(-1).whitespace_


def _is_same_person(first: Token, second: Token) -> bool:
    """Whether two joined nouns are two offices of one person.

    Example: "A tribal elder and former fighter was killed", "killed an elder and member of the council".
    """
    own = children(second, "det", "poss", "nummod")
    is_told_of = bool(children(first, "det", "poss")) or any(c.lower_ == "of" for c in children(first, "prep"))
    # "a tribal elder" may pass for a comparative
    are_single = first.tag_ in ("NN", "JJ", "JJR") and second.tag_ == "NN"
    if not (are_single and is_told_of) or any(c.dep_ != "det" for c in own):
        return False
    is_former = any(c.lower_ == "former" for c in children(second, "amod"))
    holds_office = is_former or any(c.lower_ == "of" for c in children(second, "prep"))
    if first.dep_ not in (*SUBJECTS, *PASSIVE_SUBJECTS):
        return holds_office and not own
    verb = next((c.lower_ for c in first.head.children if c.dep_ in ("aux", "auxpass")), first.head.lower_)
    return verb in _SINGULAR and (holds_office or not own)


def is_part_of_them(head: Token) -> bool:
    """Whether a noun counts some of those named before it, not more ("four workers, three of them women")."""
    first = head
    while first.dep_ == "conj" and is_noun(first.head):
        first = first.head
    return any(_counts_them(c) for c in first.lefts)


def _counts_them(token: Token) -> bool:
    """Whether a number or a word like it is followed by "of them"."""
    inner = (o for p in children(token, "prep") if p.lower_ == "of" for o in children(p, "pobj"))
    return any(o.lower_ in ("them", "whom", "these", "those") for o in inner)


def meant(head: Token) -> list[Token]:
    """Whom "they" or "them" mean: those to whom the clause before did something; every other head means itself.

    Example: in "took two teachers out and killed them" the teachers.
    """
    if head.lower_ not in ("they", "them"):
        return [head]
    doers = {t.i for t in subjects(clause(head))}
    for token in reversed(head.doc[: head.i]):
        if token.dep_ not in ("dobj", "nsubjpass") or token.pos_ == "PRON" or token.i in doers or not is_noun(token):
            continue
        people = with_conjuncts(token)
        if is_plural(token) or len(people) > 1:
            return people
    return [head]


def _is_some(token: Token) -> bool:
    """Whether a word that counts stands for those whom it counts ("several of his associates")."""
    return token.pos_ in ("ADJ", "DET") and any(c.lower_ == "of" for c in children(token, "prep"))


def denies(determiner: Token) -> bool:
    """Whether a determiner is the "no" of "no shots", not that of "no fewer than 35"."""
    follows = determiner.nbor(1).lower_ if determiner.i + 1 < len(determiner.doc) else ""
    return determiner.lower_ == "no" and follows not in ("fewer", "less", "more")


def is_passive(verb: Token) -> bool:
    """Whether a verb's grammatical subject undergoes it: "was seized", "towns seized by", "Five killed in blast"."""
    if children(verb, "auxpass", "nsubjpass", "agent"):
        return True
    if verb.tag_ not in ("VBN", "VBD") or verb.lemma_.lower() in verbs("intransitive"):
        return False
    if verb.dep_ in ("acl", "amod") and verb.tag_ == "VBN":
        return True
    is_participle = verb.tag_ == "VBN" or verb.lemma_.lower() in verbs(
        "transitive"
    )  # "was chased by police and shot dead"
    if is_participle and verb.dep_ == "conj" and not children(verb, "aux", *SUBJECTS, *OBJECTS):
        return is_verb(verb.head) and is_passive(verb.head)
    return verb.tag_ == "VBN" and not children(verb, "aux", *OBJECTS)


def is_perfect(verb: Token) -> bool:
    """Whether a verb is in the perfect: "have captured", and the "killed" of "have captured or killed"."""
    if any(c.lower_ in ("have", "has", "'ve", "’ve") and c.dep_ == "aux" for c in verb.children):
        return True
    joined = verb.dep_ == "conj" and is_verb(verb.head) and verb.tag_ == "VBN" and not children(verb, "aux", *SUBJECTS)
    return joined and is_perfect(verb.head)


def subjects(verb: Token, climb: int = 0) -> list[Token]:
    """Heads of the phrases that do what the verb says."""
    if is_passive(verb):
        found = [p for agent in _agents(verb) for p in _phrase_objects(agent)]
        return found
    return _grammatical_subjects(verb, climb)


def objects(verb: Token) -> list[Token]:
    """Heads of the phrases to which it is done."""
    if is_passive(verb):
        if verb.dep_ == "amod":
            return [verb.head]
        return _grammatical_subjects(verb, 0)
    found = [o for child in children(verb, *OBJECTS) for o in with_conjuncts(_antecedent(child))]
    if not found and verb.dep_ == "conj" and is_verb(verb.head) and not children(verb, *SUBJECTS):
        right = [c for c in children(verb.head, *OBJECTS) if c.i > verb.i]
        found = [o for child in right for o in with_conjuncts(child)]
    if found:
        # "killed a couple and their two sons": the parse joins the second to the verb
        last = found[-1].i
        joins = [c.i for c in children(verb, "cc") if c.i > last]
        found += [c for c in children(verb, "conj") if c.pos_ == "NOUN" and joins and last < joins[0] < c.i]
    if not found:
        # "shot and killed 12 people": the first verb's object stands behind the second
        joined = [c for c in children(verb, "conj") if is_verb(c) and c.i - verb.i <= 3]
        found = [o for c in joined for child in children(c, *OBJECTS) for o in with_conjuncts(child)]
    if not found:
        # "kidnapped up to 16 people": the parse takes the bound for a direction
        bounded = [p for p in children(verb, "prep") if p.lower_ == "to" and p.i and p.nbor(-1).lower_ == "up"]
        found = [o for p in bounded for o in _phrase_objects(p) if children(o, "nummod")]
    if not found and verb.dep_ == "relcl" and not _has_relative_subject(verb) and children(verb, *SUBJECTS):
        found = [verb.head]
    return found


def _agents(verb: Token) -> list[Token]:
    found = children(verb, "agent")
    if not found and verb.dep_ == "conj" and is_verb(verb.head) and is_passive(verb.head):
        return _agents(verb.head)
    return found or [p for p in children(verb, "prep") if p.lemma_ == "by" and not is_of_time(p)]


def is_of_time(preposition: Token) -> bool:
    """Whether a preposition only leads to a day or hour ("on Saturday")."""
    return any(o.ent_type_ in ("DATE", "TIME") for o in children(preposition, "pobj"))


def _grammatical_subjects(verb: Token, climb: int) -> list[Token]:
    if climb > _MAX_CLIMB:
        return []
    own = children(verb, *SUBJECTS, *PASSIVE_SUBJECTS)
    own = [s for s in own if s.dep_ not in ("csubj", "csubjpass")]
    # "also killed in the strike were two commanders"
    own = own or [s for aux in children(verb, "auxpass") for s in children(aux, "attr", *SUBJECTS)]
    if own:
        return [s for subject in own for s in with_conjuncts(_antecedent(subject))]
    head = verb.head
    if verb.dep_ == "conj" and is_verb(head):
        return _grammatical_subjects(head, climb + 1)
    if verb.dep_ in ("acl", "relcl"):
        if head.pos_ in ("NOUN", "PROPN", "PRON", "NUM") and not children(verb, "aux"):
            return with_conjuncts(head)[:1]
        governor = head.head
        if head.dep_ in OBJECTS and governor.lemma_.lower() in verbs("object_control"):
            return with_conjuncts(head)  # "forced 60 to leave", which the parse reads as 60 that will leave
        return _grammatical_subjects(governor, climb + 1) if is_verb(governor) else []
    if verb.dep_ in ("xcomp", "ccomp", "advcl", "dep", "parataxis") and is_verb(head):
        if verb.dep_ == "ccomp" and verb.tag_ in ("VBD", "VBZ", "VBP") and verb.i < head.i:
            return []  # "... stormed the jail, police said": who says so did it not
        if verb.dep_ in ("xcomp", "ccomp") and not is_passive(head):
            controller = children(head, *OBJECTS, "dative") if head.lemma_.lower() in verbs("object_control") else []
            if controller and controller[0].i < verb.i:
                return with_conjuncts(controller[0])
        if verb.dep_ == "advcl" and verb.tag_ == "VBG" and verb.lemma_.lower() in verbs("result") and is_passive(head):
            return subjects(head)  # "a school was hit in a raid, killing three": the school kills nobody
        return _grammatical_subjects(head, climb + 1)
    if verb.dep_ in ("xcomp", "advcl", "acomp") and head.pos_ == "ADJ":
        return _grammatical_subjects(head.head, climb + 1) if is_verb(head.head) else []
    if verb.dep_ == "pcomp":
        governor = head.head
        if head.lower_ == "by" and is_verb(governor) and is_passive(governor):
            return []  # "people were displaced by fighting": they do not fight
        if is_verb(governor):
            if head.lemma_ in ("of", "from", "into", "for") and not is_passive(governor):
                controller = children(governor, *OBJECTS)
                if controller:
                    return with_conjuncts(controller[0])
            return _grammatical_subjects(governor, climb + 1)
        return []
    return []


def _antecedent(token: Token) -> Token:
    """The noun that a relative pronoun stands for, else the token itself."""
    if token.tag_ in ("WDT", "WP", "WP$") or (token.lower_ == "that" and token.tag_ == "IN"):
        verb = token.head
        while verb.dep_ in ("conj", "xcomp", "ccomp") and verb.head != verb:
            verb = verb.head
        if verb.dep_ == "relcl":
            return verb.head
    return token


def _has_relative_subject(verb: Token) -> bool:
    return any(s.tag_ in ("WDT", "WP") for s in children(verb, *SUBJECTS, *PASSIVE_SUBJECTS))


def prepositional(token: Token, preposition: str) -> list[Token]:
    """Heads of the phrases under a preposition of the token ("to": "fell to the Taliban", "gave the Taliban")."""
    found = [o for c in children(token, "dative") if preposition == "to" and is_noun(c) for o in with_conjuncts(c)]
    for child in token.children:
        if child.dep_ in PREPOSITIONS and child.lower_ == preposition:
            found += _phrase_objects(child)
        elif child.dep_ in PREPOSITIONS:  # "out of": nested prepositions
            found += [
                o for inner in children(child, "prep") if inner.lower_ == preposition for o in _phrase_objects(inner)
            ]
    return found


def _phrase_objects(preposition: Token) -> list[Token]:
    found = [o for child in children(preposition, "pobj") for o in with_conjuncts(_antecedent(child))]
    if not found:
        found = [preposition for preposition in children(preposition, "pcomp") if is_noun(preposition)]
    return found


def phrase(head: Token, with_of: bool = True) -> tuple[int, int]:
    """First and last token (half-open) of the noun phrase as it is quoted: determiner to head, with its "of" phrase."""
    left, right = head.i, head.i + 1
    for child in head.children:
        if child.dep_ in _PHRASE_DEPS and child.i < head.i:
            left = min(left, child.left_edge.i)
        elif with_of and child.dep_ == "prep" and child.lower_ == "of" and child.i == right:
            for target in children(child, "pobj"):
                right = max(right, phrase(target)[1])
        elif child.dep_ in ("nummod", "compound") and child.i == right:
            right = child.i + 1
    return left, right


def phrase_text(head: Token, with_of: bool = True) -> tuple[str, int, int]:
    """The phrase's words and their character offsets in the sentence."""
    left, right = phrase(head, with_of)
    span = head.doc[left:right]
    text = span.text
    start = span.start_char
    # an opening quote or bracket belongs to the clause around the phrase
    while text and not text[0].isalnum() and text[0] not in "#$'’":
        text, start = text[1:], start + 1
    return text, start, start + len(text)


def clause(token: Token) -> Token:
    """The verb whose clause the token stands in; the sentence's root where there is none."""
    current = token
    while not is_verb(current) and current.head != current:
        current = current.head
    return current


def first_of_verbs(verb: Token) -> Token:
    """The verb that others are joined to: "killed" of "killed seven, hurt 15 and burnt boats"."""
    current = verb
    while current.dep_ == "conj" and is_verb(current.head):
        current = current.head
    return current


def governors(token: Token) -> list[Token]:
    """The tokens above this one, nearest first."""
    return list(islice(token.ancestors, _MOST_GOVERNORS))


def is_plural(head: Token) -> bool:
    """Whether a noun, or a name that ends in s, is a plural by its tag."""
    return head.tag_ == "NNS" or (head.tag_ == "NNPS" and head.lower_.endswith("s"))
