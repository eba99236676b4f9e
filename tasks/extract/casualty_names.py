"""Names of the dead, hurt and taken, where a sentence names them as such: "Ahmad Khan, 34, a farmer, was killed".

In come mentions with their counts, and the sentences of their document; out come the names of each, with ages where
these stand beside them. Somebody is named who is counted himself, stands in apposition to whom is counted, or in a list
of them ("including", "among the dead was", "identified as"). Names change no count. Nothing is refused: who speaks, is
a relative of the victim or not surely a person is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from tasks.extract.model import Count, Mention, VictimName
from tasks.extract.names import Name
from tasks.extract.people import NAME_RUN
from tasks.extract.word_groups import either
from tasks.knowledge.trace import Reading
from tasks.language import syntax
from tasks.language.dates import find_dates
from tasks.language.sentences import Sentence

_OF_PEOPLE = ("killed", "injured", "captured", "missing")
_HAPPENED = ("occurred", "ongoing")
_KINDS = {"killed": r"(?:dead|killed|victims|fatalities|deceased)", "injured": r"(?:wounded|injured)"}
# sentences behind the one that counts in which its dead are named
_SENTENCES_ON = 3
_MOST_NAMES, _MOST_WORDS, _SHORTEST = 20, 5, 3
_FARTHEST = 60
_AMONG = re.compile(r",?\s*\b(?:including|among(?:st)? (?:them|whom)(?: (?:were|are|was))?)\s+", re.IGNORECASE)
_IDENTIFIED = r"(?:identified|named)(?: (?:by|in) [^,;.]{1,40}?)?(?: as)?"
_NAMED = re.compile(rf",?\s+(?:who (?:was|were) )?(?:later |locally )?(?:{_IDENTIFIED}|known as|called):?\s+")
# of whom a list tells before it names him: "the mayor of the town, Ali Hassan", "her son Yusuf"
_LEAD = re.compile(
    r"(?:(?:(?:an?|the|his|her|their|local|another|one)\s+)(?:[a-z][\w-]*\s+){0,4}?[a-z][\w-]*,?\s+|(?:[a-z][\w-]*\s+){0,3})"
    r"(?=[A-ZÀ-ÖØ-Þ])"
)
_JOINS = re.compile(r"\s*(?:,\s*and|,|;|\band)\s+")
_TOLD_OF = re.compile(r", (?:an?|the) [^,;.]{1,50}(?=,? and |[,;])")
_WORD_BEFORE = re.compile(r"([a-z]+) $")
_ARTICLE = re.compile(r"\b(?:the|an?) $", re.IGNORECASE)
_NO_LEAD = re.compile(r"\b(?:in|at|near|on|by|from|was|were|is|are|who|when|while|after|as|to|said|police|army)\b")
_AGE_BEHIND = re.compile(
    r",? (?:who was )?(?:aged )?(\d{1,3})(?=[,.;:]|$| and | from | years? old)|,? \((?:aged )?(\d{1,3})\)"
)
_AGE_BEFORE = re.compile(r"\b(\d{1,3})-year-old(?: [\w-]+){0,4},? $")
_AGE_TOLD = re.compile(r", an? (\d{1,3})-year-old\b")
_OLDEST = 120
_TIES = re.compile(r"\b(?:of|from|in|at|for|by|with|to|and|or)\b|['’]s?\s", re.IGNORECASE)


@dataclass(frozen=True)
class KnownNames:
    """What is known of names: the words of the document's persons, the class of a word, words for who does what."""

    persons: Collection[str]
    word_class: Callable[[str], str | None]
    head_types: Collection[str]


def add_names(mentions: Sequence[Mention], sentences: Sequence[Sentence], known: KnownNames) -> None:
    """Set the names of those whom the mentions of a document count, from their own sentences and those behind."""
    reader = _Names(known)
    found: dict[int, list[VictimName]] = {}
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_sentence.setdefault(mention.parsed.index, []).append(mention)
        found[id(mention)] = list(reader.of_mention(mention)) if mention.status_code in _HAPPENED else []
    for kind, dead in _KINDS.items():
        cue, counting, last = _told_of(dead), list[Mention](), -_SENTENCES_ON
        for index, sentence in enumerate(sentences):
            own = [m for m in by_sentence.get(index, ()) if any(n.kind_code == kind for n in m.own_numbers)]
            counting, last = (own, index) if own else (counting, last)
            if index - last >= _SENTENCES_ON:
                continue
            for match in cue.finditer(sentence.text):
                told = [VictimName(kind, name, age) for name, age in reader.listed(sentence.text, match.end())]
                for mention in counting:
                    found[id(mention)] += told if mention.status_code in _HAPPENED else []
    for mention in mentions:
        names = tuple(dict.fromkeys(found[id(mention)]))
        mention.set("names", Reading(names, "count.named" if names else "count.nobody_named"))


class _Names:
    """Reads names of persons."""

    def __init__(self, known: KnownNames) -> None:
        self._known = known

    def of_mention(self, mention: Mention) -> Iterator[VictimName]:
        """Those whom the mention's own sentence counts and names."""
        for number in mention.own_numbers:
            if number.kind_code in _OF_PEOPLE:
                for name, age in self._of_count(mention, number):
                    yield VictimName(number.kind_code, name, age)

    def _of_count(self, mention: Mention, number: Count) -> Iterator[tuple[str, int | None]]:
        text, names = mention.parsed.text, mention.parsed.names
        tokens = names.between(number.start, number.end)
        inside = {token.i for token in tokens}
        heads = [token for token in tokens if token.head.i not in inside or token.head == token]
        if not heads:
            return
        head = heads[-1]
        if head.pos_ == "PROPN" and not _TIES.search(text, number.start, head.idx):
            yield from self._person(text, head.idx, names.of(head), number.is_plural)
        for child in syntax.children(head, "appos"):
            for token in syntax.with_conjuncts(child):
                if token.pos_ == "PROPN":
                    yield from self._person(text, token.idx, names.of(token))
        behind = text[number.end : number.end + _FARTHEST]
        if match := _NAMED.match(behind):
            yield from self.listed(text, number.end + match.end())
        if (match := _AMONG.search(behind)) and not re.search(r"[;.\d]", behind[: match.start()]):
            yield from self.listed(text, number.end + match.end())

    def listed(self, text: str, at: int) -> list[tuple[str, int | None]]:
        """The persons of a list: "Aisha Bello, 30, and her son Yusuf Bello, 6"; it ends where nobody is named."""
        found: list[tuple[str, int | None]] = []
        while len(found) < _MOST_NAMES:
            lead = _LEAD.match(text, at)
            at = lead.end() if lead and not _NO_LEAD.search(lead.group()) else at
            run = NAME_RUN.match(text, at)
            named = list(self._person(text, run.start(), None)) if run else []
            if run is None or not named:
                break
            found += named
            age = _AGE_BEHIND.match(text, run.end())
            told = _TOLD_OF.match(text, age.end() if age else run.end())
            join = _JOINS.match(text, told.end() if told else age.end() if age else run.end())
            if join is None:
                break
            at = join.end()
        return found

    def _person(
        self, text: str, at: int, name: Name | None, is_plural: bool = False
    ) -> Iterator[tuple[str, int | None]]:
        """The person in whose name a word stands, with the age; nobody where that is no person, or speaks.

        `name`: what the parser or a vocabulary takes the word for; of a plural an age or a title must show that it is
        one.
        """
        run = next((r for r in NAME_RUN.finditer(text) if r.start() <= at < r.end()), None)
        if run is None or _speaks().match(text, run.end()) or _is_no_person(name):
            return
        is_opened = (run.start() == 0 and name is None) or _ARTICLE.search(text, 0, run.start()) is not None
        parts, has_title = self._without_title(run.group().split(" "), is_opened)
        start = run.end() - len(" ".join(parts))
        age = self._age(text, start, run.end())
        before = _WORD_BEFORE.search(text, max(0, start - _FARTHEST), start)
        is_sure = has_title or age is not None or (before is not None and before[1] in self._known.head_types)
        if len(parts) > _MOST_WORDS or not (is_sure or (not is_plural and self._can_be_name(parts))):
            return
        # "killed Karim Jan Monday": whether more of its words are none of the name nobody knows
        if any(day.text.endswith("day") for day in find_dates(" ".join(parts))):
            return
        long = [word for word in parts if len(word) >= _SHORTEST]
        is_person = name is not None and name.kind != "place" and "person" in name.classes
        is_person = is_person or all(word in self._known.persons for word in long)
        if not any(map(str.isupper, long)) and (is_person or (is_sure and len(parts) > 1)):
            yield text[start : run.end()], age

    def _without_title(self, parts: list[str], is_opened: bool) -> tuple[list[str], bool]:
        """The words of a name without those for who somebody is, "Captain" or "Head Constable", and whether there were
        such; `is_opened`: an article or the beginning of the sentence stands before them."""
        has_title = False
        while len(parts) > 1 and (
            self._is_title(parts[0])
            or (
                len(parts) > 2
                and (parts[0].isupper() or (self._is_word(parts[0]) and (is_opened or self._is_title(parts[1]))))
            )
        ):
            has_title = has_title or self._is_title(parts[0])
            is_opened = is_opened and not has_title
            parts = parts[1:]
        return parts, has_title

    def _can_be_name(self, parts: list[str]) -> bool:
        """Whether nothing but a given name lets a common word be the last: "Michael Brown", not "Islamic Front"."""
        is_given = self._known.word_class(parts[0].casefold()) == "name"
        return is_given or not any(map(self._is_word, parts[1:]))

    def _is_title(self, part: str) -> bool:
        word = part.casefold().rstrip(".")
        return self._known.word_class(word) == "title" or word in self._known.head_types

    def _is_word(self, part: str) -> bool:
        return self._known.word_class(part.casefold()) == "word"

    def _age(self, text: str, start: int, end: int) -> int | None:
        before = _AGE_BEFORE.search(text, max(0, start - _FARTHEST), start)
        match = _AGE_BEHIND.match(text, end) or before or _AGE_TOLD.match(text, end)
        age = int(next(group for group in match.groups() if group)) if match else None
        return age if age is not None and age <= _OLDEST else None


def _is_no_person(name: Name | None) -> bool:
    """Whether a vocabulary knows the words of a name as those of an actor, a land or a people."""
    return name is not None and name.kind not in ("entity", "place") and "person" not in name.classes


def _speaks() -> re.Pattern[str]:
    """What stands behind the name of who speaks: "Karim Jan said", "Karim Jan, a doctor, told"."""
    return re.compile(rf"(?:,[^,;.]{{1,60}},)? {either('said')}\b|['’]s?\s")


def _told_of(dead: str) -> re.Pattern[str]:
    """What stands before the names of the dead, or the hurt, that were counted before."""
    among = rf"among(?:st)? (?:the|those) {dead} (?:were|was|are|is)"
    named = rf"the {dead} (?:were|was|have been|has been) {_IDENTIFIED}:?"
    return re.compile(rf"\b(?:the {dead}(?: also)? include[ds]?|{among}|{named})\s+", re.IGNORECASE)
