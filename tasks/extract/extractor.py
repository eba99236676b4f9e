"""All that extraction reads, built once a run: vocabularies compiled, gazetteer, model.

In come the checked vocabularies, the gazetteer and the name of a spaCy model, out comes an Extractor. A model that is
not installed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from tasks.extract.counts import Tolls, UnknownCounts
from tasks.extract.judge import Judge
from tasks.extract.judge.outlook import Prospects
from tasks.extract.lexicon import Lexicon
from tasks.extract.match import Matcher
from tasks.extract.names import NameFinder
from tasks.extract.plain_counts import PlainCounts
from tasks.extract.search import TriggerSearch
from tasks.extract.who import Who
from tasks.knowledge.actors import register_of
from tasks.knowledge.places.countries import Countries
from tasks.knowledge.places.gazetteer import Gazetteer
from tasks.language.parse_repairs import ParseRepairs
from tasks.language.parsing import Parser
from tasks.language.quantities import Quantities
from tasks.language.sentences import SentenceSplitter
from tasks.language.word_forms import known_forms

# share of capitals among letters from which a sentence is wire copy in capitals
_CAPITALS_SHARE = 0.8
# letters below which capitals may be initials
_FEWEST_LETTERS = 12
_NO_ONE = re.compile(r"\b(no)[-‐‑](one)\b", re.IGNORECASE)


@dataclass
class Extractor:
    """Vocabularies, gazetteer and model as the passes of extraction ask for them; without a judge the rules stand
    alone."""

    vocabularies: Mapping[str, pd.DataFrame]
    gazetteer: Gazetteer
    model: str
    judge: Judge | None = None
    lexicon: Lexicon = field(init=False)

    def __post_init__(self) -> None:
        words = self.vocabularies
        self.lexicon = Lexicon(words)
        countries = Countries(words["countries"])
        self.head_types = dict(zip(words["actor_heads"]["lemma"], words["actor_heads"]["actor_type_code"], strict=True))
        self.names = NameFinder(self.lexicon, register_of(words), self.gazetteer, countries)
        self.splitter = SentenceSplitter(words["abbreviations"])
        self.quantities = Quantities(words["quantities"])
        self.tolls = Tolls(words["toll_words"])
        self.plain_counts = PlainCounts(words["toll_words"], Who(self.lexicon))
        self.unknown = UnknownCounts(words["unknown_counts"])
        self.parser = Parser(self.model)
        irregular = self.parser.irregular_forms()
        self.search = TriggerSearch(self.lexicon.rows(), irregular)
        self.prospects = None if self.judge is None else Prospects(self.judge, self.lexicon)
        lemmas = self.lexicon.lemmas() | set(self.lexicon.light_verbs) | set(self.lexicon.reporting_verbs)
        self.repairs = ParseRepairs(
            self.lexicon.classes,
            self.lexicon.reporting_verbs.keys(),
            lemmas,
            known_forms(lemmas, irregular),
            self.lexicon.states(),
            self.quantities.read,
        )
        self.matcher = Matcher(self.lexicon)

    def parse_text(self, text: str) -> str:
        """The sentence as it is parsed, letter by letter: hard wraps are spaces, "no-one" is two words, and wire text
        in capitals gets the case of running text."""
        text = _NO_ONE.sub(r"\1 \2", text.replace("\n", " ").replace("\t", " "))
        letters = [c for c in text if c.isalpha()]
        capitals = sum(c.isupper() for c in letters)
        if len(letters) < _FEWEST_LETTERS or capitals < _CAPITALS_SHARE * len(letters):
            return text
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        cased = list(lowered)
        first = next((i for i, c in enumerate(cased) if c.isalpha()), 0)
        starts = {first}
        for name in self.names.known(text):
            starts |= {name.start + m.start() for m in re.finditer(r"\b\w", text[name.start : name.end])}
        for index in starts:
            cased[index] = text[index]
        return "".join(cased)
