"""A document's mentions so far, among its sentences: what its next sentences may take up.

In come the mentions of a document in the order of its text, each at one place; out come those that a later one can lean
on. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.extract.lexicon import Lexicon
from tasks.extract.memory import Memory
from tasks.extract.model import Match, Mention
from tasks.extract.speakers import Speakers
from tasks.language import syntax
from tasks.language.quantities import Quantities
from tasks.language.sentences import Sentence

# words before a noun that is meant to be known
DEFINITE = ("the", "this", "that", "these", "those", "both")


@dataclass
class Story:
    """What one document holds so far: mentions, parties and speakers, in the order of its `sentences`."""

    sentences: list[Sentence]
    lexicon: Lexicon
    quantities: Quantities
    mentions: list[Mention] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    speakers: Speakers = field(default_factory=Speakers)

    def violent_types(self) -> frozenset[str]:
        """The event type codes of violence that "the attack" may mean: all but abductions."""
        return self.lexicon.takes_casualties - self.lexicon.types_with("never_the_attack")

    def violence(self) -> list[Mention]:
        """The mentions of violence that happened and that "the attack" may mean."""
        kinds = self.violent_types()
        return [m for m in self.mentions if m.event_type_code in kinds and m.status_code == "occurred"]

    def since(self, index: int, reach: int, among: Iterable[Mention] | None = None) -> list[Mention]:
        """Those of the mentions (default: all) that stand at most `reach` sentences before sentence `index`."""
        start = self.sentences[max(0, index - reach)].start
        return [m for m in (self.mentions if among is None else among) if m.parsed.sentence.start >= start]


def takes_up_victims(match: Match, before: Mention) -> bool:
    """Whether whom or what a match strikes was named in the sentence of a mention before, by the same noun.

    Example: "The bakery was hit on Friday" behind "a strike killed six in a bakery".
    """
    struck = [t for t in (*match.recipients, *match.places) if t.pos_ == "NOUN"]
    known = {t.lemma_.lower() for t in before.parsed.names.words if t.pos_ == "NOUN"}
    return bool(struck) and all(
        t.lemma_.lower() in known and any(c.lower_ in DEFINITE for c in syntax.children(t, "det")) for t in struck
    )
