"""Where a mention lies whose own sentence does not say: a heading, the sentences around it, the document, its title.

In come a document's names of places and its story so far, out come the place that a mention inherits, with the rule,
and the other places that the document names. A dateline is never a mention's place.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from heapq import nsmallest
from typing import Any

from tasks.extract.items import Items
from tasks.extract.model import Mention, PlaceText
from tasks.extract.names import Name, NameFinder
from tasks.extract.no_scene import belongs_to_a_word, lies_behind_border
from tasks.extract.places_elsewhere import named_later, under_heading
from tasks.extract.story import Story
from tasks.extract.word_groups import either, words
from tasks.language.sentences import Sentence

# "six people died there", not "there were six dead"
_THERE = re.compile(r"\bthere\b(?! (?:is|are|was|were|has|have|had|will|may|could|would)\b)")
_IN = re.compile(r"\b(?:in|inside|across|throughout|within|of|over|into) (?:[a-z]+ ){0,2}(?:the )?$")
# an abbreviation behind a dateline's town: "CUBA, Mo. (AP) -"
_STATE = re.compile(r", (?P<state>[A-Z][A-Za-z.]*\.)(?= ?[(,–—-])")
# how many other places a mention keeps for resolve to lean on
_CONTEXT_PLACES = 12
_LONGEST_TITLE = 1_000
# Rules under which a mention's place is a name in its own sentence, which later sentences may mean.
_NAMED_RULES = ("slot", "attached", "clause", "sentence")


@cache
def _here() -> re.Pattern[str]:
    """Finds words that put something where the reporter sits: "outside this border town"."""
    inside = "in|of|at|near|outside|around|across|through|inside|into|on"
    return re.compile(rf"\b(?:{inside}) this (?:[\w-]+ ){{0,3}}?{either('settled_place', 'place_word')}\b")


@cache
def _way() -> re.Pattern[str]:
    """Finds words that end before a place where nothing is told to have happened: "had come from", "the road to"."""
    kind = rf"(?:{either('settled_place', 'place_word')} of )?"
    return re.compile(rf"\b(?:from|to|towards?|via) (?:(?:the|nearby|neighbou?ring) )*{kind}$")


def is_described(place: PlaceText) -> bool:
    """Whether words only say that it is the settlement told before: "the village", "the same camp"."""
    parts = place.text.split()
    is_kind = parts[-1].lower() in words("settled_place") | words("taken_up_place")
    is_bare = all(part.islower() for part in (parts[0].lower(), *parts[1:]))
    return is_kind and is_bare and place.rule_id.endswith("description") and not place.parents


def _where(named: list[tuple[int, str]]) -> dict[str, list[tuple[int, int]]]:
    """For each name the sentences that hold it, with its place among all, where it stands first in one."""
    found: dict[str, list[tuple[int, int]]] = {}
    for place, (index, name) in enumerate(named):
        where = found.setdefault(name, [])
        if not where or where[-1][0] != index:
            where.append((index, place))
    return found


def _nearest(names: Mapping[str, list[tuple[int, int]]], index: int) -> list[str]:
    """As many names as a mention keeps, nearest to a sentence first and the earlier of two."""
    nearest = []
    for name, where in names.items():
        behind = bisect_left(where, (index, 0))
        beside = where[max(0, behind - 1) : behind + 1]
        nearest.append((*min((abs(at - index), at, place) for at, place in beside), name))
    return [name for _, _, _, name in nsmallest(_CONTEXT_PLACES, nearest)]


@dataclass
class _Told:
    """The places that a document names, each with its sentence, those in which something may be set, those that are
    only on the way, its peoples, and what its datelines, headings and title name."""

    places: list[tuple[int, str]] = field(default_factory=list)
    scenes: list[tuple[int, str]] = field(default_factory=list)
    passed: list[tuple[int, str]] = field(default_factory=list)
    peoples: list[tuple[int, str]] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)


class Scene:
    """The places that one document names, by sentence, dateline, heading and title."""

    def __init__(self, document: Mapping[str, Any], sentences: list[Sentence], names: NameFinder):
        text = document["text"] or ""
        self._title = (document["title"] or "")[:_LONGEST_TITLE]
        self._text = text
        self._segments = document["segments"]
        self._sentences = sentences
        self._names = names
        self._numbers = {sentence.start: sentence.paragraph for sentence in sentences}
        self._known: dict[str, list[Name]] = {}
        self._around: dict[int, list[str]] = {}

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries that the document names, or whose people it names."""
        return self._names.country_codes(f"{self._title}\n{self._text}")

    @cached_property
    def placed(self) -> frozenset[str]:
        """The names that the document puts something in and no vocabulary has."""
        return frozenset(name for sentence in self._sentences for name in self._names.unlisted(sentence.text))

    @cached_property
    def people(self) -> frozenset[str]:
        """The words of the names of persons that the document names in full."""
        return self._names.people(f"{self._title}\n{self._text}")

    def known(self, text: str) -> list[Name]:
        """The names in a text that vocabularies know, or that the document has placed."""
        if text not in self._known:
            self._known[text] = self._names.known(text, self.countries, self.placed, self.people)
        return self._known[text]

    @cached_property
    def _told(self) -> _Told:
        """The places of the whole document, looked for when the first mention asks."""
        told = _Told()
        for index, sentence in enumerate(self._sentences):
            for name in self._placing_names(sentence.text):
                # "Canada" of "a tourist from Canada": a land is a scene where the text puts something in it
                told.places.append((index, name.text))
                if _way().search(sentence.text, 0, name.start):
                    told.passed.append((index, name.text))
                elif name.kind == "place" or _IN.search(sentence.text, 0, name.start):
                    told.scenes.append((index, name.text))
            told.peoples += [(index, people) for people in self._names.peoples(sentence.text)]
        for segment in self._segments:
            if segment["kind_code"] in ("dateline", "heading", "item_head"):
                told.asides += self._place_names(self._text[segment["start"] : segment["end"]])
        told.asides += self._place_names(self._title)
        return told

    def _placing_names(self, text: str) -> list[Name]:
        found = [name for name in self.known(text) if name.kind in ("place", "country")] if text else []
        return [n for n in found if not belongs_to_a_word(text, n.end) and not lies_behind_border(n, text)]

    def _place_names(self, text: str) -> list[str]:
        return [name.text for name in self._placing_names(text)]

    @cached_property
    def _placed_at(self) -> dict[str, list[tuple[int, int]]]:
        return _where(self._told.places)

    @cached_property
    def _peopled_at(self) -> dict[str, list[tuple[int, int]]]:
        return _where(self._told.peoples)

    @cached_property
    def items(self) -> Items:
        """The items of the document, where it is a list of reports."""
        return Items(self._sentences, self._segments, self._text, self.known)

    def around(self, index: int) -> list[str]:
        """The places that the document names: the one that opens the sentence's item, those nearest to a sentence, then
        peoples, datelines, the title."""
        if index not in self._around:
            item = self.items.place(index)
            near = [
                *((item.text, *item.parents) if item else ()),
                *_nearest(self._placed_at, index),
                *_nearest(self._peopled_at, index),
                *self._told.asides,
            ]
            self._around[index] = list(dict.fromkeys(near))[:_CONTEXT_PLACES]
        return self._around[index]

    def is_wide(self, places: tuple[PlaceText, ...]) -> bool:
        """Whether no more than countries are told."""
        return all(self._is_land(place.text) for place in places)

    def _is_land(self, text: str) -> bool:
        names = self.known(text)
        return bool(names) and all(name.kind == "country" for name in names)

    def is_weak(self, places: tuple[PlaceText, ...]) -> bool:
        """Whether a mention's own places leave open where it was: none, a country, a speaker's, "the village"."""
        return not places or places[0].rule_id == "speaker" or self.is_wide(places) or is_described(places[0])

    def here(self, mention: Mention) -> PlaceText | None:
        """The dateline's place, where the sentence speaks of it and puts its event nowhere else: "outside this
        town"."""
        is_open = self.is_weak(mention.places) or mention.places[0].rule_id == "modifier"
        if not is_open or self._dateline is None or not _here().search(mention.parsed.text):
            return None
        return replace(self._dateline, rule_id="here")

    def inherited(self, mention: Mention, story: Story) -> PlaceText | None:
        """Where the sentence names no place: the nearest one told in its paragraph, else the document's first; and
        where it names only a country, the place that the next sentences tell; "the village" is the one told last."""
        index = mention.parsed.index
        if (item := self.items.place(index)) is not None:
            return item
        later = named_later(self._sentences, index, self.items.end(index), self.known)
        if mention.places and mention.places[0].rule_id == "speaker":
            same, first = self._of_story(index, story)
            source = same or first
            return later or (source and replace(source, start=None, end=None, rule_id="document"))
        if mention.places and is_described(mention.places[0]):
            return self._taken_up(mention, story)
        if mention.places:
            return later and replace(later, parents=(*later.parents, mention.places[0].text))
        heading = self._heading(index, story)
        same, first = self._of_story(index, story)
        if same is None and (heading or later):
            return heading or later
        source, rule = (same, "paragraph") if same is not None else (first, "document")
        if source is not None:
            return PlaceText(source.text, None, None, source.kind_text, source.parents, rule)
        return (
            self._named_before(index, self._told.scenes)
            or self._described(story)
            or self._in_title()
            or self._dateline
            or self._named_before(index, self._told.passed)
        )

    def _heading(self, index: int, story: Story) -> PlaceText | None:
        """The place of the heading above a sentence, unless a nearer one was told below it since."""
        found = under_heading(self._segments, self._text, self._sentences[index].start, self.known)
        if found is None:
            return None
        below = (m.place for m in story.mentions if m.parsed.sentence.start >= found[1])
        return None if any(place and place.rule_id in _NAMED_RULES for place in below) else found[0]

    def _taken_up(self, mention: Mention, story: Story) -> PlaceText | None:
        """The place that the text told last, where the mention's own words only say what kind it is."""
        described = mention.places[0]
        before = [n for n in mention.parsed.names.names if n.kind == "place" and n.end <= (described.start or 0)]
        if before and not belongs_to_a_word(mention.parsed.text, before[-1].end):
            return PlaceText(before[-1].text, None, None, before[-1].kind_word, (), "taken_up")
        deeds = [m for m in story.mentions if m.event_type_code not in story.lexicon.is_elsewhere]
        told = [m.place for m in deeds if m.place and m.place.rule_id in _NAMED_RULES]
        told = [place for place in told if not self._is_land(place.text)]
        return replace(told[-1], start=None, end=None, rule_id="taken_up") if told else None

    def _of_story(self, index: int, story: Story) -> tuple[PlaceText | None, PlaceText | None]:
        """The last place that a mention of the paragraph has by name, and the first that any of the document has."""
        before = [m for m in story.mentions if m.place and m.place.start is not None]
        before = [m for m in before if m.place and m.place.rule_id in _NAMED_RULES]
        if _THERE.search(self._sentences[index].text):
            before = [m for m in story.mentions if m.place is not None][-1:] or before
        paragraph = self._sentences[index].paragraph
        same = [m for m in before if self._numbers[m.parsed.sentence.start] == paragraph]
        fine = [m for m in before if m.place and not self._is_land(m.place.text)]
        return same[-1].place if same else None, (fine or before)[0].place if before else None

    def _named_before(self, index: int, scenes: list[tuple[int, str]]) -> PlaceText | None:
        paragraph = self._sentences[index].paragraph
        # a country that its own sentence does not put it in is a party there: "US soldiers killed two men"
        told = scenes[: bisect_right(scenes, index, key=lambda scene: scene[0])]
        told = [scene for scene in told if self.items.of(scene[0]) in (0, self.items.of(index))]
        last = next(((at, text) for at, text in reversed(told) if at < index or not self._is_land(text)), None)
        if last is None:
            return None
        is_here = self._sentences[last[0]].paragraph == paragraph
        return PlaceText(last[1], None, None, None, (), "paragraph" if is_here else "document")

    def _described(self, story: Story) -> PlaceText | None:
        """A place of which only the kind was told: "a protest in the capital"."""
        described = [m.place.text for m in story.mentions if m.place and m.place.start is not None]
        return PlaceText(described[-1], None, None, None, (), "document") if described else None

    def _in_title(self) -> PlaceText | None:
        titled = self._place_names(self._title)
        return PlaceText(titled[0], None, None, None, tuple(titled[1:]), "title") if titled else None

    @cached_property
    def _dateline(self) -> PlaceText | None:
        """Where the reporter sat: a report that names no place at all is mostly one of his own town."""
        segment = next((s for s in self._segments if s["kind_code"] == "dateline"), None)
        line = self._text[segment["start"] : segment["end"]] if segment else ""
        named = self._placing_names(line)
        if not named:
            return None
        state = _STATE.match(line, named[0].end)  # "CUBA, Mo. (AP) -"
        parents = [name.text for name in named[1:]] or ([state["state"]] if state else [])
        return PlaceText(named[0].text, None, None, None, tuple(parents), "dateline")
