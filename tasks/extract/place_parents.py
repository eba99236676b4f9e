"""Which of a sentence's places only says where another lies: "Doshi district in Baghlan province", "Mali's Gao".

In come the names of a parsed sentence, out come those that hold a given one, narrowest first. What stands between two
names is believed where it can mean nothing else, whatever the parse makes of it; elsewhere the parse decides.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from tasks.extract.names import Name, SentenceNames
from tasks.extract.word_groups import either, words
from tasks.language import syntax

# "the Malian capital, Bamako", "the Central African Republic capital Bangui"
_CAPITAL = re.compile(r" capital(?: city)?,? (?:of )?")
# "in Salaheddin province, north of Baghdad"
_BEARING = re.compile(
    r",? (?:(?:just|some|about|around|roughly|\d[\d,.]* ?(?:km|kms|kilomet(?:er|re)s|miles)|\([^)]*\)) )*(?:to the )?"
    r"(?:north|south|east|west)[a-z-]* (?:of|from) (?:the )?(?:capital,? |(?:city|town) of )?"
)
# "in Gao and in Mopti"
_AND_NEXT = re.compile(r",? (?:and|or|&) (?:in |the )?[A-Z]")

_DISTRICT, PROVINCE, COUNTRY = 2, 3, 4


def is_bearing(name: Name, candidates: list[Name], text: str) -> bool:
    """Whether a place only says on which side of it another one lies that is named right before."""
    before = [other for other in candidates if other.end <= name.start]
    return any(_BEARING.fullmatch(text[other.end : name.start]) for other in before)


def is_parent(name: Name, candidates: list[Name], names: SentenceNames) -> bool:
    """Whether a place only says where a nearer one lies.

    Example: "Doshi district in Baghlan province", "Goma, Congo".
    """
    key = tuple(candidates)
    if key not in names.held:
        names.held[key] = frozenset(parent for other in candidates for parent in parents_of(other, candidates, names))
    return name in names.held[key]


def parents_of(name: Name, candidates: list[Name], names: SentenceNames) -> list[Name]:
    """Places that the sentence puts this one in, narrowest first."""
    key = (name, tuple(candidates))
    if key not in names.parents:
        names.parents[key] = _parents_of(name, candidates, names)
    return names.parents[key]


def _parents_of(name: Name, candidates: list[Name], names: SentenceNames) -> list[Name]:
    chain = _chain_after(name, candidates, names.text)
    found = [other for other in candidates if other is not name and (other in chain or _holds(other, name, names))]
    owners = [other for other in found if other.start < name.start]
    found = [other for other in found if other not in owners] + owners[::-1]
    text = names.text
    found += [n for n in names.names if n.kind == "demonym" and n not in found and _is_of_people(n, name, text)]
    for parent in list(found):
        above = parents_of(parent, [c for c in candidates if c is not name], names)
        found += [p for p in above if p not in found]
    return found


def width(name: Name) -> int:
    """How wide the text says a place is: 0 a village or bare name, 1 town, 2 district, 3 province, 4 country."""
    word = (name.kind_word or "").casefold().removesuffix("s")
    if name.kind == "country":
        return COUNTRY
    if not word and name.text.casefold().split()[-1] in words("division_word"):
        return PROVINCE  # a name that the word belongs to: "Benue State"
    if not word or word in words("village_word"):
        return 0
    if word in words("town_word"):
        return 1
    return PROVINCE if word in words("division_word") else 2


def owns(other: Name, name: Name, text: str) -> bool:
    """Whether a place stands before another as its owner.

    Example: "Mogadishu's Wadajir district", "Mali's capital, Bamako".
    """
    if other.end > name.start or name.kind == "country":
        return False
    between = text[other.end : name.start]
    is_capital = other.kind == "country" and _CAPITAL.fullmatch(between) is not None
    return is_capital or _owned().fullmatch(between) is not None


def _is_wider(other: Name, name: Name, text: str) -> bool:
    """Whether the text says that one place is wider than another.

    Example: the district that an area is in, the area of a village.
    """
    is_area = bool(_area().match(text, other.end)) and not other.kind_word
    is_part = bool(_area().match(text, name.end))
    return (2 if is_area else width(other)) > (-1 if is_part else width(name))


def _holds(other: Name, name: Name, names: SentenceNames) -> bool:
    if (name, other) not in names.holding:
        names.holding[name, other] = _is_held(name, other, names)
    return names.holding[name, other]


def _is_held(name: Name, other: Name, names: SentenceNames) -> bool:
    text = names.text
    if other.end <= name.start:
        return owns(other, name, text)
    between = text[name.end : other.start]
    target, head = names.head(other), names.head(name)
    if between.strip() == "," and len(between) <= 2:
        joined = any(c.dep_ == "cc" for c in (*head.children, *target.children))
        holds = other.kind == "country" or width(other) > width(name)
        if not (target.dep_ == "conj" and (joined or not holds)):
            return True
    if _is_wider(other, name, text) and (_within().fullmatch(between) or _bracketed().fullmatch(between)):
        return True
    if name.kind_word and name.kind != "country" and _right_in().fullmatch(between):
        return True  # "raided Ajiri town in Borno", whatever the parse hangs it on
    chain = syntax.governors(target)
    if other.start > name.start and target.dep_ == "pobj" and head in chain:
        above = chain[: chain.index(head)]
        return not any(syntax.is_verb(t) for t in above) and all(
            t.lower_ in ("in", "of", "'s") or t.dep_ != "prep" for t in above
        )
    return False


def _chain_after(name: Name, candidates: list[Name], text: str) -> list[Name]:
    """The places that hold this one in a chain after commas, narrowest first.

    A kind word must stand with one of them, and no "and" may make a list of it.
    Example: "in Sitio Mahaba, Barangay Lupa, Datu Salibo town".
    """
    chain = [name]
    for other in sorted(candidates, key=lambda n: n.start):
        between = text[chain[-1].end : other.start] if other.start > chain[-1].end else ""
        if between.startswith(", ") and between.strip(", ") in ("", other.kind_word):
            chain.append(other)
    is_told = any(n.kind_word and not n.kind_word.endswith("s") for n in chain[:-1])
    narrows = all(width(n) <= _DISTRICT and (not width(o) or width(o) >= width(n)) for n, o in pairwise(chain))
    is_list = _AND_NEXT.match(text, chain[-1].end) is not None
    return chain[1:] if is_told and narrows and not is_list else []


def _is_of_people(people: Name, name: Name, text: str) -> bool:
    """Whether a people before a place's name says whose place it is.

    Example: "The Lebanese city of Tripoli", not "the Israeli settlement of Ariel", which lies abroad.
    """
    if people.end >= name.start:
        return False
    between = text[people.end : name.start]
    found = _peoples_place().fullmatch(between)
    return _CAPITAL.fullmatch(between) is not None or (
        found is not None and (name.kind_word or found["kind"]).casefold() == found["kind"].casefold()
    )


@cache
def _said_of_place() -> str:
    """An expression for words before a name that say something of it and join it to nothing else."""
    bearing = r"(?:(?:far[ -])?(?:north|south|east|west)[a-z-]*"
    return rf"{bearing}|{either('place_adjective')}|[a-z]+-{either('place_befallen')}|\[[a-z ]+\]),? "


@cache
def _within() -> re.Pattern[str]:
    """What stands between a place and the one that it lies in.

    Example: "Gao in northern Mali", "Chilapa, in the Mexican state of Guerrero", "Kamparak area of Gereshk District".
    """
    said = rf"(?:{_said_of_place()}){{0,3}}"
    return re.compile(
        r"(?:(?:, [A-Z][\w'’-]+){0,5},? and [A-Z][\w'’-]+(?: villages)?)?"
        rf"(?: (?i:{either('part_of_town')}))?,?"
        rf"(?: (?:near|on|along|close to) the (?:[A-Z]\w+[ -]){{0,2}}{either('border')}(?: with [A-Z]\w+)?,?)? "
        rf"(?:in|of|inside|within) (?:the )?{said}(?:[A-Z]\w+(?:['’]s)? )?{said}"
        rf"(?:(?:[a-z]+ )?{either('wide_place', 'held_place')} of (?:the )?)?"
    )


@cache
def _right_in() -> re.Pattern[str]:
    """What stands between a settlement and a bare name that it must lie in.

    Example: "Ajiri town in northern Borno".
    """
    return re.compile(rf",? (?:in|of) (?:the )?(?:{_said_of_place()}){{0,3}}")


@cache
def _area() -> re.Pattern[str]:
    """The word behind a name that makes it as wide as a district.

    Example: "in the Madagali area".
    """
    return re.compile(rf" {either('area_word')}\b")


@cache
def _bracketed() -> re.Pattern[str]:
    """What stands between a place and the one in brackets that it lies in.

    Example: "Charkh District [eastern Afghanistan]".
    """
    return re.compile(rf" [\[(](?:in )?(?:the )?(?:{_said_of_place()}){{0,3}}")


@cache
def _owned() -> re.Pattern[str]:
    """What stands between a place and one that it owns.

    Example: "Nigeria's northern city of Kano", "Iraq's Kirkuk", "Yemen's capital, Sanaa".
    """
    kind = rf"(?:(?:[a-z-]+ )?{either('wide_place', 'held_place')}(?: city)?,? (?:of (?:the )?)?)?"
    return re.compile(rf"['’]s? (?:{_said_of_place()}){{0,3}}{kind}(?:{_said_of_place()})?")


@cache
def _peoples_place() -> re.Pattern[str]:
    """What stands between a people and the name of its place.

    Example: "Lebanese city of Tripoli", "Nigerian border town of Banki".
    """
    return re.compile(rf" (?:[a-z-]+ ){{0,3}}?(?P<kind>{either('peoples_place')}) of (?:the )?", re.IGNORECASE)
