"""What the passes of the walk through a document look at besides a mention.

In come the story so far, the scene, the vocabularies, and what the judge says of the sentence; nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks.extract.counts import UnknownCounts
from tasks.extract.judge import Judgement
from tasks.extract.lexicon import Lexicon
from tasks.extract.model import Count
from tasks.extract.scene import Scene
from tasks.extract.story import Story
from tasks.language.quantities import QuantitySpan


@dataclass(frozen=True)
class Heard:
    """What the judge believes of a sentence: of the types that its words offer, of those that are left after
    consolidation; whether its document or its section is about another matter, and the document is a note of few
    sentences."""

    judgement: Judgement
    offered: frozenset[str]
    kept: frozenset[str]
    is_other_matter: bool
    is_note: bool


@dataclass(frozen=True)
class WalkContext:
    """What the passes of the walk look at besides the mention.

    `head_types`: actor type by the lemma of a party's head noun. `toll`: the count of the dead that the mention takes
    up, as its sentence has it. `plain`: counts that no parse gives. `heard`: what the judge says; None
    where there is no judge.
    """

    story: Story
    scene: Scene
    lexicon: Lexicon
    unknown: UnknownCounts
    head_types: Mapping[str, str]
    toll: QuantitySpan | None = None
    plain: tuple[Count, ...] = ()
    heard: Heard | None = None
