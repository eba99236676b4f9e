"""The noun phrase that an actor mention begins with: where it ends, its noun, the names and nations in it.

In come tokens with the names and nations that they hold, out comes a NounPhrase, which answers what its words are.
Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from text_to_num import text2num

from tasks.knowledge.actors.nouns import Head, Nouns
from tasks.knowledge.actors.tokens import Token

# closed classes of English function words; what names people lives in seeds/actor_heads.csv and seeds/roles.csv
_LEADING = frozenset(
    "a an the some any several many few about around at least most more than over up to nearly almost approximately "
    "all both each every other another these those this that their his its her our my your no only just dozens dozen "
    "scores hundreds thousands hundred thousand couple of as under between and roughly further additional".split()
)
_AFTER_NOUN = frozenset(
    "of from for with in at on near who which that by to against under including after before during when while where "
    "whose inside outside across around loyal belonging affiliated aligned allied linked based backed led".split()
)
_NAME_PARTICLES = frozenset("al el bin ibn abu ul ur de da del van von bint ben ould ag di la le dos".split())
# before a name these turn it round ("anti-Taliban")
_AGAINST = frozenset("anti pro non ex former".split())
# after a hyphen these make a name the qualifier of somebody else ("US-backed rebels")
_QUALIFYING = ("ed", "held", "born", "style", "era", "friendly")
# before a force of no named state these say that it is not the country's own
_NOT_ITS_OWN = frozenset(
    "foreign international coalition allied multinational western enemy former ex retired peacekeeping mercenary "
    "joint occupying occupation rival neighbouring neighboring arab european african".split()
)
_FORCES = ("force", "forces")


class Named(NamedTuple):
    """A registered name in tokens: indexes of its words and whom it means."""

    first: int
    last: int
    actor_id: str


class Nation(NamedTuple):
    """A country or people in tokens: indexes of its words, its alpha-3 code, and whether it is a people's word."""

    first: int
    last: int
    country_code: str
    is_adjective: bool


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """The noun phrase `tokens[first:end]` of a text, its names and nations, and its noun.

    `names` are those that mean somebody, wherever in the text; `nations` those within the phrase, both without those
    that only qualify others.
    """

    text: str
    tokens: Sequence[Token]
    first: int
    end: int
    head: Head | None
    names: tuple[Named, ...]
    nations: tuple[Nation, ...]

    @property
    def words(self) -> Sequence[Token]:
        """The words of the phrase."""
        return self.tokens[self.first : self.end]

    @property
    def folded(self) -> tuple[str, ...]:
        """The folded words of the phrase."""
        return tuple(token.folded for token in self.words)

    @property
    def written(self) -> str:
        """The phrase as it is written."""
        return self.text[self.tokens[self.first].start : self.tokens[self.end - 1].end]

    @property
    def label(self) -> str:
        """The phrase as it is written, on one line."""
        return " ".join(self.written.split())

    @property
    def name(self) -> Named | None:
        """The last name within the phrase."""
        return next((name for name in reversed(self.names) if name.last < self.end), None)

    @property
    def type_code(self) -> str | None:
        """The actor type of its noun, or None."""
        return self.head.type_code if self.head else None

    @property
    def is_own(self) -> bool:
        """Whether nothing in it says that the force is not its country's own: foreign, former, multinational."""
        return not any(token.folded in _NOT_ITS_OWN for token in self.words)

    @property
    def is_name(self) -> bool:
        """Whether it has no noun but a word with a capital: a name that nobody knows."""
        return self.head is None and any(token.is_capitalised for token in self.words)

    def rest_from(self, start: int) -> str:
        """The text from a token on."""
        return self.text[self.tokens[start].start :]

    def person_from(self, start: int) -> str | None:
        """The name of a person from a token to the end of the phrase: words with capitals, particles aside."""
        words = self.tokens[start : self.end]
        if not words or not words[0].is_capitalised or not words[-1].is_capitalised:
            return None
        if any(not word.is_capitalised and word.folded not in _NAME_PARTICLES for word in words):
            return None
        return self.text[words[0].start : words[-1].end]


@lru_cache(maxsize=4096)
def _is_number(word: str) -> bool:
    """Whether a word is a number, in digits or in letters."""
    if word[:1].isdigit():
        return word.isdigit()
    try:
        text2num(word, "en")
    except ValueError:
        return False
    return True


def past_leading(tokens: Sequence[Token]) -> int:
    """The index of the first word behind articles, counts and the like; the number of tokens where there is none."""
    others = (i for i, token in enumerate(tokens) if token.folded not in _LEADING and not _is_number(token.folded))
    return next(others, len(tokens))


def noun_phrase(
    text: str, tokens: Sequence[Token], first: int, names: Sequence[Named], nations: Sequence[Nation], nouns: Nouns
) -> NounPhrase:
    """The noun phrase of a text that begins at the token `first`."""
    names = [name for name in names if not _is_turned(tokens, name.first, name.last)]
    end = _end(tokens, first, [*names, *nations], nouns)
    held = {i for name in names for i in range(name.first, name.last + 1)}
    head = nouns.head(tokens, first, end, held) or _national_force(tokens, end, nations)
    own = [n for n in nations if n.last < end and not _is_turned(tokens, n.first, n.last)]
    return NounPhrase(text, tokens, first, end, head, tuple(names), tuple(own))


def _is_turned(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether a name only qualifies others: anti-X, former X, X-backed."""
    if first > 0 and tokens[first - 1].folded in _AGAINST:
        return True
    after = tokens[last + 1] if last + 1 < len(tokens) else None
    return after is not None and after.is_hyphenated and after.folded.endswith(_QUALIFYING)


def _end(tokens: Sequence[Token], first: int, spans: Sequence[Named | Nation], nouns: Nouns) -> int:
    """Where the noun phrase stops: at a comma, preposition or relative that no name and no role holds."""
    held = {i for span in spans for i in range(span.first + 1, span.last + 1)}
    index = first + 1
    while index < len(tokens):
        token = tokens[index]
        if index not in held and not token.is_hyphenated:
            length = nouns.length_at(tokens, index - 1)
            if length > 1:
                index += length - 1
                continue
            if token.is_broken or token.folded in _AFTER_NOUN:
                return index
        index += 1
    return len(tokens)


def _national_force(tokens: Sequence[Token], end: int, nations: Sequence[Nation]) -> Head | None:
    """The army of a country whose people stand right before a word for a force: "Syrian forces"."""
    last = end - 1
    if tokens[last].folded in _FORCES and any(nation.last == last - 1 for nation in nations):
        return Head(last, last, "military", "military")
    return None


def is_local(phrase: NounPhrase, head: Head, nouns: Nouns) -> bool:
    """Whether a noun without nationality may be taken for the country's own.

    Not the bare word "forces", which may be anybody's, and no soldiers with an unknown name before them ("Kurdish
    forces"); police and officials are named after towns and provinces.
    """
    if head.own_type != "military" or head.type_code != "military":
        return True
    before = phrase.tokens[phrase.first : head.first]
    is_bare_force = head.first == head.last and not before and phrase.tokens[head.last].folded in _FORCES
    return not is_bare_force and not any(
        token.is_capitalised and not nouns.length_at(phrase.tokens, phrase.first + i) for i, token in enumerate(before)
    )
