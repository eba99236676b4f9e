"""Attach places to matches: by a slot, by the parse, by the clause, by the sentence, else by the text before.

In come a match and the names of its sentence, out come the place texts in which the event happened, each with the
places around it and the rule that attached it. A dateline is never among them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spacy.tokens import Token

from tasks.extract.described_places import described_place, nearby_description, struck_place
from tasks.extract.model import Match, PlaceText
from tasks.extract.names import Name, SentenceNames
from tasks.extract.no_scene import is_no_scene, is_speakers, saying_verbs
from tasks.extract.place_parents import COUNTRY, PROVINCE, is_bearing, is_parent, owns, parents_of, width
from tasks.extract.place_texts import INSIDE, coordinated, is_new, place_text, preposition_over
from tasks.extract.word_groups import words
from tasks.knowledge.places.offsets import read_between
from tasks.language import syntax

_COUNTRY_INSIDE = ("in", "inside", "across", "throughout", "within", "from", "into", "of", "near", "to", None)
_TOWARDS = ("to", "for", "toward", "towards", "into")
# prepositions and nouns with "of" that put something into a place, and not somebody's origin or office
_LYING_IN = ("in", "at", "near", "around", "outside", "inside", "within", "on")
_BETWEEN = re.compile(r" (?:running |that runs |which runs |linking )?between ")
_MODIFIER, _SPEAKERS = 3, 4


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
    """The stretch between two places that stands right behind a place, and says more than it; None where there is none.

    Example: "The road between Pama and Fada".
    """
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
    tells_own = any(described_place(head, names) for head in match.places)
    if not tells_own and (where := _where_clause_head(match)) is not None:
        if (narrower := _narrower(names.of(where), match, party_heads, candidates, names)) is not None:
            return [place_text(narrower, names, "attached")]
        if found := described_place(where, names):
            return [replace(place, rule_id=place.rule_id.replace("slot", "attached")) for place in found]
    for head in match.places:
        narrower = _narrower(names.of(head), match, party_heads, candidates, names)
        if narrower is not None:
            return [place_text(narrower, names, "slot")]
        if (wide := names.of(head)) is not None and (nearer := _nearer(wide, graded, match, names)) is not None:
            return [place_text(nearer, names, "attached")]
        found = described_place(head, names)
        # "in Tripoli, Lebanon, the army": no list, whatever the parse makes of it
        found = [place for place in found if not any(place.text in other.parents for other in found)]
        if found and (found[0].rule_id == "slot" or "place" in names.classes(head)):
            return found
        described = described or found or struck_place(match, head, names)
    is_weak = not graded or min(g[0] for g in graded) == _MODIFIER
    if is_weak:
        described = described or nearby_description(match, names)
    if not graded or (described and is_weak):
        return described
    best = min(graded, key=lambda g: (g[0], g[1]))
    rule = ("attached", "clause", "sentence", "modifier", "speaker")[best[0]]
    nearer = _nearer(best[2], graded, match, names)
    if nearer is not None:
        return [place_text(nearer, names, rule)]
    chosen = sorted([best[2], *coordinated(best[2], candidates, names)], key=lambda name: name.start)
    return [place_text(name, names, rule) for name in chosen]


def _where_clause_head(match: Match) -> Token | None:
    """The head of the place that a "where" takes up, or None.

    Example: "in Gorgadji, where four people were killed".
    """
    clause = syntax.clause(match.token)
    takes_up = clause.dep_ == "relcl" and any(c.lower_ == "where" for c in syntax.children(clause, "advmod"))
    return clause.head if takes_up else None


def _narrower(
    name: Name | None, match: Match, party_heads: list[Token], candidates: list[Name], names: SentenceNames
) -> Name | None:
    """The nearer place where the slot's name only says in what it lies, or None.

    Example: "ambushed a convoy near Gao in Mali".
    """
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
    """The place inside a country or province that the sentence names for itself, or None.

    Example: "An attack in Pakistan killed four health workers on the outskirts of Quetta".
    """
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
        and not any(v in saying_verbs(match) or _is_joined(v, match) for v in _own_verbs(names.head(other)))
    ]
    return min(inside, key=lambda found: (found[0], found[1]))[2] if inside else None


def _lies_in(head: Token) -> bool:
    """Whether something is said to be in the place.

    Example: "in Quetta", "on the outskirts of Quetta", not "from Quetta".
    """
    preposition = preposition_over(head)
    if preposition != "of":
        return preposition in _LYING_IN
    of = next(g for g in syntax.governors(head) if g.lower_ == "of")
    is_part = of.head.lemma_.lower() in words("part_of_place") | words("place_word")
    return is_part and preposition_over(of.head) in _LYING_IN


def _own_verbs(head: Token) -> list[Token]:
    """The verb that a place hangs on."""
    return [g for g in syntax.governors(head) if syntax.is_verb(g)][:1]


def _is_joined(verb: Token, match: Match) -> bool:
    """Whether a verb with a subject of its own says what happened besides.

    Example: "one died in Camarines Norte province, and two were hurt by a bomb in Tubungan".
    """
    return verb.dep_ == "conj" and verb.head == syntax.clause(match.token) and bool(syntax.subjects(verb))


def _is_of_earlier(match: Match, head: Token) -> bool:
    """Whether a relative clause tells what had happened before, and the place stands outside of it.

    Example: "combed the port of Pemba for sailors who had joined the mutiny".
    """
    clause = syntax.clause(match.token)
    is_earlier = clause.dep_ == "relcl" and any(c.lower_ == "had" for c in syntax.children(clause, "aux"))
    return is_earlier and clause not in syntax.governors(head) and not _takes_up_place(clause)


def _takes_up_place(clause: Token) -> bool:
    return any(c.lower_ in ("where", "which") for c in clause.subtree if c.tag_ in ("WRB", "WDT"))


def _grade(head: Token, name: Name, match: Match, party_heads: list[Token], names: SentenceNames) -> int | None:
    """How far from the match a place is attached; None where it is no place of this event.

    0: to the trigger or its arguments, 1: in the same clause, 2: in the same sentence, 3: only a modifier, 4: only
    where those are who say so.
    """
    if match.event_type_code == "displacement" and preposition_over(head) in _TOWARDS:
        return None
    if name.kind == "country" and head not in match.places and preposition_over(head) not in _COUNTRY_INSIDE:
        return None  # "aid for Romania", "talks with France": a party, not a place
    if head not in match.places and is_no_scene(head, name, match, names):
        return None
    if head not in match.places and is_speakers(head, match):
        return _SPEAKERS
    if head not in match.places and _is_of_earlier(match, head):
        return None
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
    if head.dep_ in ("compound", "nmod", "poss") and head.head.lemma_.lower() in words("part_of_place"):
        head = head.head  # "in the Alizai area"
    if head.dep_ in ("compound", "nmod") and is_new(name) and head.head.lemma_.lower() in words("settled_place"):
        head = head.head  # "in Ashrakhi locality", which nothing knows, not the Amhara of "the Amhara town of Debre"
    if head.dep_ in ("compound", "nmod") and head.head == match.token and name.kind == "place" and not name.is_capital:
        return 0  # "a Lagos rally against strikes in Kano"; what bears a capital's name may be a government's
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
            if current.dep_ in syntax.SUBJECTS and governor != trigger_clause and governor in saying_verbs(match):
                return 2  # "officials in Krasnodar said": where those are who say so
            if governor == trigger_clause:
                return 0 if preposition_over(head) in INSIDE else 1
            if trigger_clause in syntax.governors(governor)[:2] or governor in syntax.governors(trigger_clause)[:2]:
                return 1
            return 2
        current = governor
    return 2 if current is not None else None
