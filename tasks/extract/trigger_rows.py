"""Which rows of triggers a parsed word may fire, by its tag and form alone.

In come spaCy tokens, out come rows of the lexicon, looked up once for words that look alike. Nothing is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from spacy.tokens import Doc, Token

from tasks.extract.lexicon import Lexicon, Trigger
from tasks.language import syntax

# of words that may be a trigger's
_TAGS = ("VB", "MD", "NN", "JJ")


class TriggerRows:
    """The rows of a lexicon by the words of a parse."""

    def __init__(self, lexicon: Lexicon):
        self._lexicon = lexicon
        self._known = lru_cache(maxsize=50_000)(self._looked_up)

    def of(self, token: Token) -> Sequence[Trigger]:
        """The rows whose word this is, as it may be read."""
        tag = token.tag_
        if not tag.startswith(_TAGS):
            return ()
        is_owned = tag == "VBG" and bool(syntax.children(token, "det", "poss"))
        return self._known(tag, token.lower_, token.lemma_.lower(), is_owned)

    def may_fire(self, doc: Doc) -> bool:
        """Whether any word of a parse is a trigger's and has its companion in the sentence: without one none fires."""
        candidates = {trigger.trigger_id: trigger for token in doc for trigger in self.of(token)}
        if any(not trigger.with_word for trigger in candidates.values()):
            return True
        lemmas = {token.lemma_.lower() for token in doc} if candidates else frozenset()
        return any(not trigger.with_word.isdisjoint(lemmas) for trigger in candidates.values())

    def _looked_up(self, tag: str, lower: str, lemma: str, is_owned: bool) -> Sequence[Trigger]:
        # "a drive-by shooting" may be tagged as the verb, and is the noun of that form
        words = ((pos, lower if pos != "verb" and tag == "VBG" else lemma) for pos in _readings(tag, lower, is_owned))
        return [trigger for word in words for trigger in self._lexicon.triggers.get(word, ())]


def _readings(tag: str, lower: str, is_owned: bool) -> tuple[str, ...]:
    """The parts of speech that a word of a tag may be; `is_owned`: an article or owner hangs on it."""
    if tag == "VBG" and is_owned:
        return ("noun",)  # "Friday's bombing"
    if tag.startswith("VB") or tag == "MD":
        return ("verb", "adjective") if tag == "VBN" else ("verb", "noun", "adjective") if tag == "VBG" else ("verb",)
    if tag.startswith("NN"):
        return ("noun",)
    if tag.startswith("JJ"):
        return ("adjective", "verb") if lower.endswith("ed") else ("adjective",)
    return ()
