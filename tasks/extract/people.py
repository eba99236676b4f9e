"""Persons that a document names: the Tamimi of "Ahed Tamimi, 16", who is no village in a later sentence.

In comes a document's text, out come the words of its persons' names. A run of capitalised words is a person's name
where an age, a title, an office or a word of saying stands beside it, or where it begins with a given name; a bare word
is one where an age follows, where it says, dies or is arrested, or where it owns what persons have ("Riva's lawyer").
Left out are words that the text puts something in ("in Tyler") more often, and what the caller knows to be a land or
its capital.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from functools import cache

from tasks.extract.word_groups import either, words

# bounded, for a text may be one word of a hundred thousand capitals
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][^\W\d_]{1,40}(?:-[^\W\d_]{1,40}|['’][^\W\d_]{2,40}){0,6}"
_PARTICLE = r"(?:al|el|bin|ibn|abu|de|da|dos|van|von|der|del|la|[A-Z]\.)[ -]"
NAME_RUN = re.compile(rf"{_CAPITALISED}(?: (?:{_PARTICLE}){{0,2}}{_CAPITALISED}){{1,3}}")
_AGE = re.compile(r", (?:aged )?\d\d?(?=[,.; ])| \(\d\d?\)")
# an age in brackets or between commas is a person's; "Kandahar, 12 miles" and "Baghdad, 20 May" are none
_BARE_AGE = re.compile(
    rf"(?:(?<![^\W\d_] )|(?<=\bof )|(?<=\band )|(?<=\bby ))\b({_CAPITALISED})(?:, (?:aged )?[1-9]\d,| \([1-9]\d\))"
)
_BEFORE = re.compile(r"([^\W\d_]+)[.,]? $")
_CAPITALISED_BEFORE = re.compile(r"\b([A-ZÀ-ÖØ-Þ][\w.]*) $")
# "identified as Adem Karadag", "named Ali Hassan"
_IDENTIFIED = re.compile(r"\b(?:(?:identified|known|introduced)(?: [a-z]+){0,2} as|named|called) $")
_AFTER = re.compile(r",? ([a-z]+)\b")
_SHORTEST = 3
# characters before a name in which the stop or the word stands that it follows
_REACH = 40
_PLACING = r"\b(?:in|near|outside|around|from|to|(?<!fired )(?<!shot )(?<!shots )(?<!aimed )at)"
_PUT_IN = re.compile(rf"{_PLACING} ({_CAPITALISED})\b(?! [A-Z]|['’]s? )")
_PUT = re.compile(rf"{_PLACING} $")
_BEGINS = re.compile(r"(?:^|[.!?:\n][\"'”’)]*\s*[\"'“‘(]*)$")

WordClass = Callable[[str], str | None]


def people(text: str, word_class: WordClass, offices: Collection[str]) -> frozenset[str]:
    """The capitalised words of persons' names; `offices`: words in lower case for who does what ("director")."""
    named: set[str] = set()
    for run in NAME_RUN.finditer(text):
        parts = [
            word for word in re.findall(_CAPITALISED, run.group()) if len(word) >= _SHORTEST and not word.isupper()
        ]
        has_age = bool(_AGE.match(text, run.end()))
        # a title belongs to no name, nor does the first word of a sentence
        whole = len(parts)
        while parts and word_class(parts[0].casefold()) == "title":
            parts.pop(0)
        has_title = len(parts) < whole
        begins = not has_age and _BEGINS.search(text, max(0, run.start() - _REACH), run.start())
        if begins and parts and word_class(parts[0].casefold()) == "word":
            parts.pop(0)
        if _PUT.search(text, max(0, run.start() - 10), run.start()):
            continue
        if len(parts) > 1 and (has_title or has_age or _is_person(text, run, parts, word_class, offices)):
            named.update(parts)
    placed = Counter(_PUT_IN.findall(text))
    bare = _bare(text, word_class)
    named.difference_update(placed)
    return frozenset(named | {word for word, times in bare.items() if times > placed[word]})


def _bare(text: str, word_class: WordClass) -> Counter[str]:
    """How often each capitalised word that stands alone is told as a person is."""
    found = _BARE_AGE.findall(text)
    for does in _does().finditer(text):
        before = _CAPITALISED_BEFORE.search(text, max(0, does.start() - _REACH), does.start())
        # "When Riva was arrested" opens a clause, "Idlib Front said" is a longer name
        if not before or (
            word_class(before[1].casefold()) == "word"
            and _BEGINS.search(text, max(0, before.start() - _REACH), before.start())
        ):
            found.append(does["name"])
    return Counter(
        word
        for word in found
        if len(word) >= _SHORTEST and not word.isupper() and word_class(word.casefold()) not in ("word", "title")
    )


@cache
def _does() -> re.Pattern[str]:
    """A capitalised word before what a person does, suffers or owns."""
    behind = (
        rf",? {either('person_does')}\b"
        rf"| (?:was|is|had been|has been) (?:[a-z]+ly )?{either('person_befallen')}\b"
        rf"|['’]s? {either('person_owns')}\b"
        rf"| (?:and {_CAPITALISED} )?{either('kin')}\b"
    )
    # "the governor of Khost said", "an officer in Klampok, who"
    placing = "".join(rf"(?<!\b{word} )" for word in ("of", "in", "at", "for", "from", "near", "to"))
    return re.compile(rf"{placing}\b(?P<name>{_CAPITALISED})(?={behind})")


def _is_person(
    text: str, run: re.Match[str], parts: list[str], word_class: WordClass, offices: Collection[str]
) -> bool:
    if any(word_class(word.casefold()) == "word" for word in parts[1:]):
        return False
    if _IDENTIFIED.search(text, max(0, run.start() - _REACH), run.start()):
        return True
    before = _BEFORE.search(text, max(0, run.start() - 30), run.start())
    if before and (before[1] in offices or word_class(before[1].casefold()) == "title" or before[1] in words("said")):
        return True
    after = _AFTER.match(text, run.end())
    return bool(after and after[1] in words("person_does")) or word_class(parts[0].casefold()) == "name"
