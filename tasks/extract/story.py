"""A document's mentions so far, among its sentences: what its next sentences may take up.

In come the mentions of a document in the order of its text, each at one place; out come those that a later one can lean
on. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tasks.extract.lexicon import Lexicon
from tasks.extract.memory import Memory
from tasks.extract.model import Mention
from tasks.extract.speakers import Speakers
from tasks.language.quantities import Quantities
from tasks.language.sentences import Sentence

# violence that is no "attack", and kills nobody by itself
BLOODLESS = frozenset(["abduction"])
# words before a noun that is meant to be known
DEFINITE = ("the", "this", "that", "these", "those", "both")


@dataclass
class Story:
    """What one document has told so far: mentions, parties and speakers, in the order of its `sentences`."""

    sentences: list[Sentence]
    lexicon: Lexicon
    quantities: Quantities
    mentions: list[Mention] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    speakers: Speakers = field(default_factory=Speakers)

    def violence(self) -> list[Mention]:
        """The mentions of violence that happened, abductions aside."""
        kinds = self.lexicon.takes_casualties - BLOODLESS
        return [m for m in self.mentions if m.event_type_code in kinds and m.status_code == "occurred"]

    def since(self, index: int, reach: int, among: Iterable[Mention] | None = None) -> list[Mention]:
        """Those of the mentions (default: all) that stand at most `reach` sentences before sentence `index`."""
        start = self.sentences[max(0, index - reach)].start
        return [m for m in (self.mentions if among is None else among) if m.parsed.sentence.start >= start]
