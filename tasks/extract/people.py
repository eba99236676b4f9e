"""Persons that a document names in full: the Tamimi of "Ahed Tamimi, 16", who is no village in a later sentence.

In comes a document's text, out come the words of its persons' names. A run of capitalised words is a person's name
where an age, a title, an office or a word of saying stands beside it, or where it begins with a given name. Left out
are words that the text puts something in ("in Tyler"), and what the caller knows to be a land or its capital.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from tasks.extract.word_groups import words

# bounded, for a text may be one word of a hundred thousand capitals
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][^\W\d_]{1,40}(?:['’-][^\W\d_]{1,40}){0,6}"
_PARTICLE = r"(?:al|el|bin|ibn|abu|de|da|dos|van|von|der|del|la|[A-Z]\.)[ -]"
_RUN = re.compile(rf"{_CAPITALISED}(?: (?:{_PARTICLE}){{0,2}}{_CAPITALISED}){{1,3}}")
_AGE = re.compile(r", (?:aged )?\d\d?(?=[,.; ])| \(\d\d?\)")
_BEFORE = re.compile(r"([^\W\d_]+)\.? $")
_AFTER = re.compile(r",? ([a-z]+)\b")
_SHORTEST = 3
# characters before a name in which the stop stands that it follows
_REACH = 40
_PLACING = r"\b(?:in|at|near|outside|around|from|to)"
_PUT_IN = re.compile(rf"{_PLACING} ({_CAPITALISED})\b(?! [A-Z])")
_PUT = re.compile(rf"{_PLACING} $")
_BEGINS = re.compile(r"(?:^|[.!?:\n][\"'”’)]*\s*[\"'“‘(]*)$")

WordClass = Callable[[str], str | None]


def people(text: str, word_class: WordClass, offices: Collection[str]) -> frozenset[str]:
    """The capitalised words of persons' names; `offices`: words in lower case for who does what ("director")."""
    found: set[str] = set()
    for run in _RUN.finditer(text):
        parts = [
            word for word in re.findall(_CAPITALISED, run.group()) if len(word) >= _SHORTEST and not word.isupper()
        ]
        # a title belongs to no name, nor does the first word of a sentence
        whole = len(parts)
        while parts and word_class(parts[0].casefold()) == "title":
            parts.pop(0)
        has_title = len(parts) < whole
        if (
            parts
            and word_class(parts[0].casefold()) == "word"
            and _BEGINS.search(text, max(0, run.start() - _REACH), run.start())
        ):
            parts.pop(0)
        if _PUT.search(text, max(0, run.start() - 10), run.start()):
            continue
        if len(parts) > 1 and (has_title or _is_person(text, run, parts, word_class, offices)):
            found.update(parts)
    return frozenset(found.difference(_PUT_IN.findall(text)))


def _is_person(
    text: str, run: re.Match[str], parts: list[str], word_class: WordClass, offices: Collection[str]
) -> bool:
    is_common = any(word_class(word.casefold()) == "word" for word in parts[1:])
    if _AGE.match(text, run.end()):
        return True
    if is_common:
        return False
    before = _BEFORE.search(text, max(0, run.start() - 30), run.start())
    if before and (before[1] in offices or word_class(before[1].casefold()) == "title" or before[1] in words("said")):
        return True
    after = _AFTER.match(text, run.end())
    return bool(after and after[1] in words("said")) or word_class(parts[0].casefold()) == "name"
