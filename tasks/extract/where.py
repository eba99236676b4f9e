"""Attach places to matches: by a slot, by the parse, by the clause, by the sentence, else by the text before.

In come a match and the names of its sentence, out come the place texts in which the event happened, each with the
places around it and the rule that attached it. A dateline is never among them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Token

from tasks.extract.model import Match, PlaceText
from tasks.extract.names import Name, SentenceNames
from tasks.extract.place_parents import COUNTRY, PROVINCE, is_bearing, is_parent, owns, parents_of, width
from tasks.knowledge.places.offsets import offset_before, read_between
from tasks.language import syntax

_INSIDE = (
    "in",
    "at",
    "on",
    "near",
    "around",
    "outside",
    "inside",
    "across",
    "throughout",
    "within",
    "from",
    "of",
    "over",
)
_COUNTRY_INSIDE = ("in", "inside", "across", "throughout", "within", "from", "into", "of", "near", "to", None)
_ABOUT = ("about", "regarding", "concerning")
_TOWARDS = ("to", "for", "toward", "towards", "into")
_PLACE_WORDS = (
    "district",
    "province",
    "city",
    "town",
    "village",
    "region",
    "state",
    "capital",
    "county",
    "governorate",
)
# prepositions and nouns with "of" that put something into a place, and not somebody's origin or office
_LYING_IN = ("in", "at", "near", "around", "outside", "inside", "within", "on")
_HOLDING = ("in", "of", "inside", "within")
_PARTS = ("outskirt", "outskirts", "area", "vicinity", "suburb", "part", "centre", "center", "neighbourhood")
_SETTLED_WORDS = ("town", "city", "village", "hamlet", "suburb", "locality", "community")
_CAPITAL_OF = re.compile(r"(?:provincial |regional |state )?capital(?: city)? of (?:the )?$")
_OF_THE_SAME = re.compile(r",? (?:of|in) (?:the|this|that)(?: same)? (province|district|state|region|governorate)\b")
_BETWEEN = re.compile(r" (?:running |that runs |which runs |linking )?between ")
_LIST_GAP = re.compile(r",? (?:and|or|&) |, ")
_MODIFIER = 3


def places_of(match: Match, names: SentenceNames, party_heads: list[Token]) -> list[PlaceText]:
    """The places of a match that its own sentence gives, best attached first; empty where it gives none."""
    found = _attached(match, names, party_heads)
    if not found or found[0].start is None or found[0].end is None:
        return found
    if (stretch := _stretch_after(found[0], names)) is not None:
        return [stretch]
    # "between Gusau and Funtua", "the Kabul-Kandahar highway": one stretch, not two places
    text, ordered = names.text, sorted((p for p in found if p.start is not None), key=lambda p: p.start or 0)
    start, end = ordered[0].start or 0, ordered[-1].end or 0
    lead = text[:start].removesuffix("the ")
    if lead.endswith("between ") and len(ordered) == 2:
        start = len(lead) - len("between ")
    else:
        tied = [
            n for n in names.names if n.kind == "place" and "-" in text[n.start - 1 : n.start] + text[n.end : n.end + 1]
        ]
        start = next((n.start for n in tied if n.end == start - 1), start)
        end = next((n.end for n in tied if n.start == end + 1), end)
    if read_between(text[start:end]) is None:
        return found
    candidates = [n for n in names.names if n.kind in ("place", "country")]
    ends = [n for n in candidates if start <= n.start and n.end <= end]
    around = [p.text for n in ends for p in parents_of(n, candidates, names) if p not in ends]
    parents = tuple(dict.fromkeys((*ordered[0].parents, *around)))
    return [replace(ordered[0], text=text[start:end], start=start, end=end, kind_text=None, parents=parents)]


def _stretch_after(place: PlaceText, names: SentenceNames) -> PlaceText | None:
    """ "The road between Pama and Fada": the two ends say more than the road."""
    candidates = [n for n in names.names if n.kind in ("place", "country") and n.start > (place.end or 0)]
    text = names.text
    if len(candidates) < 2 or _BETWEEN.fullmatch(text[place.end : candidates[0].start]) is None:
        return None
    start, end = candidates[0].start - len("between "), candidates[1].end
    if text[candidates[0].end : candidates[1].start] != " and " or read_between(text[start:end]) is None:
        return None
    around = [p.text for n in candidates[:2] for p in parents_of(n, candidates, names) if p not in candidates[:2]]
    return PlaceText(text[start:end], start, end, None, tuple(dict.fromkeys(around)), place.rule_id.split("_")[0])


def _attached(match: Match, names: SentenceNames, party_heads: list[Token]) -> list[PlaceText]:
    """The places of a match, each for itself."""
    described: list[PlaceText] = []
    candidates = [n for n in names.names if n.kind in ("place", "country")]
    graded = _graded(match, party_heads, candidates, names)
    # "in Hama, where forces retook the town of Morek": what the clause names itself is nearer
    tells_own = any(_described_place(head, names) for head in match.places)
    if not tells_own and (where := _where_clause_head(match)) is not None:
        if (narrower := _narrower(names.of(where), match, party_heads, candidates, names)) is not None:
            return [_place_text(narrower, names, "attached")]
        if found := _described_place(where, names):
            return [replace(place, rule_id=place.rule_id.replace("slot", "attached")) for place in found]
    for head in match.places:
        narrower = _narrower(names.of(head), match, party_heads, candidates, names)
        if narrower is not None:
            return [_place_text(narrower, names, "slot")]
        if (wide := names.of(head)) is not None and (nearer := _nearer(wide, graded, match, names)) is not None:
            return [_place_text(nearer, names, "attached")]
        found = _described_place(head, names)
        if found and (found[0].rule_id == "slot" or "place" in names.classes(head)):
            return found
        described = described or found
    if not graded or min(g[0] for g in graded) == _MODIFIER:
        described = described or _nearby_description(match, names)
    if not graded or (described and min(g[0] for g in graded) == _MODIFIER):
        return described
    best = min(graded, key=lambda g: (g[0], g[1]))
    rule = ("attached", "clause", "sentence", "modifier")[best[0]]
    nearer = _nearer(best[2], graded, match, names)
    if nearer is not None:
        return [_place_text(nearer, names, rule)]
    chosen = sorted([best[2], *_coordinated(best[2], candidates, names)], key=lambda name: name.start)
    return [_place_text(name, names, rule) for name in chosen]


def _where_clause_head(match: Match) -> Token | None:
    """The place that a "where" takes up: "in Gorgadji, where four people were killed"."""
    clause = syntax.clause(match.token)
    takes_up = clause.dep_ == "relcl" and any(c.lower_ == "where" for c in syntax.children(clause, "advmod"))
    return clause.head if takes_up else None


def _narrower(
    name: Name | None, match: Match, party_heads: list[Token], candidates: list[Name], names: SentenceNames
) -> Name | None:
    """The nearer place where the slot's name only says in what it lies: "ambushed a convoy near Gao in Mali"."""
    for other in candidates:
        if name is not None and owns(name, other, names.text):
            return other
        if name is not None and other is not name and name in parents_of(other, candidates, names):
            grade = _grade(names.head(other), other, match, party_heads, names)
            if grade is not None and grade < _MODIFIER:
                return other
    return None


def _graded(
    match: Match, party_heads: list[Token], candidates: list[Name], names: SentenceNames
) -> list[tuple[int, int, Name]]:
    """The places that can be the match's own: how far attached, how many words away, and which."""
    graded = []
    for name in candidates:
        head = names.head(name)
        grade = _grade(head, name, match, party_heads, names)
        if is_bearing(name, candidates, names.text):
            continue
        if grade is not None and not is_parent(name, candidates, names):
            graded.append((grade, abs(head.i - match.token.i), name))
    return graded


def _nearer(wide: Name, graded: list[tuple[int, int, Name]], match: Match, names: SentenceNames) -> Name | None:
    """The place inside a country or province that the sentence names for itself: "An attack in Pakistan killed four
    health workers on the outskirts of Quetta"."""
    if width(wide) < PROVINCE:
        return None
    reach = 2 if width(wide) == COUNTRY else 1
    inside = [
        (grade, away, other)
        for grade, away, other in graded
        if grade <= reach
        and width(other) < width(wide)
        and (not other.countries or not wide.country_code or wide.country_code in other.countries)
        and _lies_in(names.head(other))
        and not any(v in _saying(match) or _is_joined(v, match) for v in _own_verbs(names.head(other)))
    ]
    return min(inside, key=lambda found: (found[0], found[1]))[2] if inside else None


def _lies_in(head: Token) -> bool:
    """Whether something is told to be in the place: "in Quetta", "on the outskirts of Quetta", not "from Quetta"."""
    preposition = _preposition(head)
    if preposition != "of":
        return preposition in _LYING_IN
    of = next(g for g in syntax.governors(head) if g.lower_ == "of")
    return of.head.lemma_.lower() in (*_PARTS, *_PLACE_WORDS) and _preposition(of.head) in _LYING_IN


def _is_bound_for(head: Token, names: SentenceNames) -> bool:
    """Whether a place is only where something goes: "a coach to Katsina", not "the road to Katsina"."""
    if head.dep_ != "pobj" or head.head.lower_ not in ("to", "for"):
        return False
    goes = head.head.head
    return "vehicle" in names.classes(goes) or goes.lemma_.lower() in ("coach", "flight", "journey", "trip")


def _own_verbs(head: Token) -> list[Token]:
    """The verb that a place hangs on."""
    return [g for g in syntax.governors(head) if syntax.is_verb(g)][:1]


def _is_joined(verb: Token, match: Match) -> bool:
    """Whether a verb with a subject of its own tells what happened besides: "one died in Camarines Norte province, and
    two were hurt by a bomb in Tubungan"."""
    return verb.dep_ == "conj" and verb.head == syntax.clause(match.token) and bool(syntax.subjects(verb))


def _nearby_description(match: Match, names: SentenceNames) -> list[PlaceText]:
    """ "in the district", "near the city": a definite place of the match's own clause that has no name here."""
    own = syntax.clause(match.token)
    for token in names.doc:
        definite = any(c.dep_ == "det" and c.lower_ == "the" for c in token.children)
        is_object = token.dep_ in syntax.OBJECTS and token.head == match.token  # "tried to defend the district"
        is_inside = is_object or _preposition(token) in _INSIDE
        is_place = definite and token.lemma_.lower() in _PLACE_WORDS and is_inside
        if is_place and (syntax.clause(token) == own or token in match.token.subtree):
            if (called := _unknown_name(token, names)) is not None:
                return [called]
            text, start, end = syntax.phrase_text(token, with_of=False)
            return [PlaceText(text, start, end, None, (), "description")]
    return []


def _described_place(head: Token, names: SentenceNames) -> list[PlaceText]:
    """The place in a trigger's place slot: a name, or a description with names in it ("a key district in Kunduz")."""
    inside = [n for n in names.names if n.kind in ("place", "country") and _is_within(names.head(n), head)]
    name = names.of(head)
    if name is not None and name.kind in ("place", "country"):
        others = [n for n in inside if n is not name and names.head(n).dep_ == "conj"]
        listed = _listed(name, [n for n in names.names if n.kind == "place" and n not in others], names.text)
        return [_place_text(n, names, "slot") for n in [*listed[::-1], name, *others]]
    if "place" not in names.classes(head) and "building" not in names.classes(head):
        return []
    unknown = _unknown_name(head, names)
    if unknown is not None:
        return [unknown]
    around = inside
    inside = [n for n in inside if not any(o is not n and n in parents_of(o, inside, names) for o in inside)]
    named_by = [n for n in inside if _is_called(head, n, names)]
    if named_by:
        return [_place_text(named_by[0], names, "slot")]
    text, start, end = syntax.phrase_text(head, with_of=False)
    definite = any(c.dep_ == "poss" or c.lower_ in ("the", "this", "that") for c in head.children)
    if inside and (not definite or syntax.is_plural(head)):
        spread = [inside[0], *_coordinated(inside[0], inside, names)]
        return [_place_text(n, names, "slot", _kind_above(n, names, head)) for n in spread]
    if not definite and head.pos_ != "PROPN":
        return []  # "seized territory": nothing was named before that it could mean
    if not inside and head.lemma_.lower() in _PARTS:
        return []  # "the area": wherever the text was before
    parents = tuple(n.text for n in (*inside, *(n for n in around if n not in inside)))
    return [PlaceText(text, start, end, None, parents, "slot_description")]


def _is_called(head: Token, name: Name, names: SentenceNames) -> bool:
    """Whether the name is that of the place which the head describes: "the town of Rubaya", "Tigray's capital,
    Mekelle", not the Tigray of "Tigray's capital"."""
    own = names.head(name)
    if own.head == head:
        return own.dep_ in ("compound", "appos", "nmod") or (own.dep_ == "poss" and head.lemma_.lower() != "capital")
    of_head = own.dep_ == "pobj" and own.head.lower_ == "of" and own.head.head == head and not syntax.is_plural(head)
    if not of_head or name.kind == "country":
        return False
    if name.kind_word is None or head.lemma_.lower() in _PARTS:
        return head.lemma_.lower() in (*_PARTS, *_SETTLED_WORDS)
    return name.kind_word.casefold() == head.lower_


def _unknown_name(head: Token, names: SentenceNames) -> PlaceText | None:
    """ "The village of Kautikari", "the Al-Shati camp": a name that stands with a word for a place is a place, known
    or not."""
    named = [t for t in syntax.prepositional(head, "of") if t.pos_ == "PROPN" and _is_unlisted(t, names)]
    named = named or [
        t for t in syntax.children(head, "compound") if t.pos_ == "PROPN" and names.of(t) is None and t.i == head.i - 1
    ]
    if not named:
        return None
    text, start, end = syntax.phrase_text(named[0], with_of=False)
    if not text:
        return None  # a sign that the parse takes for a name: "in Kabul, | said"
    kind = None if head.lemma_.lower() not in _PLACE_WORDS else head.lemma_.lower()
    others = [n for n in names.names if n.kind in ("place", "country", "demonym") and not start <= n.start < end]
    inside = [n.text for n in others if _is_within(names.head(n), head)]
    unlisted = Name(start, end, text, "place", frozenset({"place"}), kind_word=kind)
    around = [n.text for n in parents_of(unlisted, [n for n in others if n.kind != "demonym"], names)]
    return PlaceText(text, start, end, kind, tuple(dict.fromkeys((*around, *inside))), "slot")


def _is_unlisted(token: Token, names: SentenceNames) -> bool:
    """Whether no vocabulary knows the name, whatever the parser makes of it."""
    name = names.of(token)
    return name is None or name.kind == "entity" or (name.kind == "place" and not name.countries and not name.kind_word)


def _is_new(name: Name) -> bool:
    """Whether no vocabulary has the place."""
    return name.kind == "place" and not name.countries


def _kind_above(name: Name, names: SentenceNames, top: Token) -> str | None:
    """What kind of place a bare name must be: "provinces of Kunduz, Balkh", "several districts in Kunduz"."""
    head = names.head(name)
    while head.dep_ == "conj":
        head = head.head
    above = head.head.head if head.dep_ == "pobj" else head.head
    if any(word in name.text.lower() for word in _PLACE_WORDS):
        return None
    word = above.lemma_.lower()
    if word in ("province", "governorate", "state", "region"):
        return word
    return "province" if top.lemma_.lower() == "district" else None


def _grade(head: Token, name: Name, match: Match, party_heads: list[Token], names: SentenceNames) -> int | None:
    """0 attached to the trigger or its arguments, 1 same clause, 2 same sentence, 3 only a modifier; None: not a place
    of this event."""
    if match.event_type_code == "displacement" and _preposition(head) in _TOWARDS:
        return None
    if name.kind == "country" and head not in match.places and _preposition(head) not in _COUNTRY_INSIDE:
        return None  # "aid for Romania", "talks with France": a party, not a place
    if head not in match.places and _is_bound_for(head, names):
        return None  # "waiting for a coach to Katsina"
    if _preposition(head) in _ABOUT:
        return None  # "shouted slogans about Aleppo"
    is_sayer = head.dep_ in syntax.SUBJECTS and head not in match.places and names.is_saying(head.head)
    if is_sayer and (name.kind == "country" or name.is_capital):
        return None  # "Russia said that jets had hit a depot", "Washington condemned the attack"
    trigger_clause = syntax.clause(match.token)
    for party in party_heads:
        left, right = syntax.phrase(party)
        if left <= head.i < right and head != party:
            return None if name.kind == "country" else _MODIFIER
        if head == party:
            return 3 if name.kind == "country" else 2
    if head.dep_ in ("compound", "nmod", "poss") and head.head.lemma_.lower() in _PARTS:
        head = head.head  # "in the Alizai area"
    if head.dep_ in ("compound", "nmod") and _is_new(name) and head.head.lemma_.lower() in _SETTLED_WORDS:
        head = head.head  # "in Ashrakhi locality", which nothing knows, not the Amhara of "the Amhara town of Debre"
    if head.dep_ in ("compound", "amod", "poss", "nmod") and names.of(head.head) is not name:
        return 0 if head.head in match.places else 3
    if head.dep_ in ("nsubj", "nsubjpass", "dobj") and head not in match.places:
        return 2 if name.kind != "country" else 3
    current = head
    for governor in syntax.governors(head):
        if governor == match.token or governor == match.with_token or governor == match.carrier:
            return 0
        if governor in party_heads:
            # "the mission in Mali handed over a camp at Ansongo": where those are who did it
            return 1 if governor in match.actors else 0
        if syntax.is_verb(governor):
            if current.dep_ in syntax.SUBJECTS and governor != trigger_clause and governor in _saying(match):
                return 2  # "officials in Krasnodar said": where those are who say so
            if governor == trigger_clause:
                return 0 if _preposition(head) in _INSIDE else 1
            if trigger_clause in syntax.governors(governor)[:2] or governor in syntax.governors(trigger_clause)[:2]:
                return 1
            return 2
        current = governor
    return 2 if current is not None else None


def _saying(match: Match) -> list[Token]:
    """The verbs whose clause holds the match's own: mostly who says so."""
    return [
        g for g in syntax.governors(syntax.clause(match.token)) if syntax.is_verb(g) and syntax.children(g, "ccomp")
    ]


def _preposition(head: Token) -> str | None:
    while head.dep_ == "conj":
        head = head.head
    return head.head.lower_ if head.dep_ == "pobj" else None


def _coordinated(name: Name, candidates: list[Name], names: SentenceNames) -> list[Name]:
    heads = {t.i for t in syntax.with_conjuncts(names.head(name))}
    parents = parents_of(name, candidates, names)
    listed = _listed(name, candidates, names.text)
    joined = [n for n in candidates if n is not name and (names.head(n).i in heads or n in listed)]
    return [n for n in joined if n not in parents]


def _listed(name: Name, candidates: list[Name], text: str) -> list[Name]:
    """The names before one that share its kind word: the Kunar of "Kunar and Logar provinces"."""
    found: list[Name] = []
    last = name
    for other in sorted(candidates, key=lambda n: -n.start):
        if other.end <= last.start and other.kind_word and other.kind_word == name.kind_word:
            if not _LIST_GAP.fullmatch(text[other.end : last.start]):
                break
            found.append(other)
            last = other
    return found


def _place_text(name: Name, names: SentenceNames, rule: str, kind_text: str | None = None) -> PlaceText:
    candidates = [n for n in names.names if n.kind in ("place", "country")]
    parents = tuple(n.text for n in parents_of(name, candidates, names) or _around(name, candidates, names))
    if name.kind_word:
        kind_text = None if name.kind_word.casefold() in name.text.casefold() else name.kind_word
    text = names.text
    start = offset_before(text, name.start)
    holds_capital = name.kind == "country" or bool(name.kind_word)
    if holds_capital and (capital := _CAPITAL_OF.search(text, 0, name.start)) is not None:
        start, kind_text = capital.start(), None
    if (same := _OF_THE_SAME.match(text, name.end)) is not None:
        parents = (*parents, f"the {same[1]}")
    return PlaceText(text[start : name.end], start, name.end, kind_text, parents, rule)


def _around(name: Name, candidates: list[Name], names: SentenceNames) -> list[Name]:
    """What else of its sentence a name that nothing knows must lie in, as far as anything says: "The police chief of
    Mardian District said that a man was shot in Qoriqa Chakosh area"."""
    if not _is_new(name):
        return []
    wider = [n for n in candidates if width(n) > width(name) and _preposition(names.head(n)) in _HOLDING]
    return sorted(wider, key=lambda n: (n.start < name.start, abs(n.start - name.start)))[:1]


def _is_within(token: Token, head: Token) -> bool:
    """The token stands in the phrase under head, with no verb in between."""
    for governor in [token, *syntax.governors(token)]:
        if governor == head:
            return True
        if syntax.is_verb(governor):
            return False
    return False
