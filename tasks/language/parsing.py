"""Parse sentences with spaCy and keep each parse for good.

In come distinct sentences, out come spaCy Docs and the bytes by which `parses` remembers them. A parse knows no
vocabulary: a changed name or trigger re-codes without parsing again. A model that is not installed is refused.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import spacy
from spacy.attrs import ORTH, intify_attr
from spacy.tokens import Doc
from spacy.vocab import Vocab
from srsly import msgpack
from srsly.msgpack._packer import Packer

from tasks.language import syntax
from tasks.language.embedding import embed_once
from tasks.language.entities import Entities
from tasks.language.word_marks import WordMarks
from tasks.tables import PARSES

_ATTRIBUTES = ["TAG", "POS", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE"]
_BATCH_SENTENCES = 512
# the model takes some 4 KB of memory for each
_BATCH_CHARACTERS = 100_000


class ModelError(RuntimeError):
    """The spaCy model that was asked for cannot be loaded."""


def sentence_sha256(text: str) -> str:
    """The hash by which `parses` knows a sentence: SHA-256 of its UTF-8 bytes, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Parser:
    """A spaCy pipeline and the bytes of what it parsed."""

    def __init__(self, model: str) -> None:
        """Load a model by its name. Raises ModelError where it is not installed."""
        try:
            self.nlp = spacy.load(model)
        except OSError as error:
            raise ModelError(f"spaCy model {model!r} is not installed; install it or mend SITREP_MODEL") from error
        self.model = f"{self.nlp.meta['name']}-{self.nlp.meta['version']}"
        embed_once(self.nlp)
        self._marks = WordMarks(self.nlp)
        self._entities = Entities(self.nlp)

    def irregular_forms(self) -> dict[str, set[str]]:
        """Lemma to its irregular forms, by the model's own exception table ("shoot": {"shot"})."""
        forms: dict[str, set[str]] = {}
        table = self.nlp.get_pipe("lemmatizer").lookups.get_table("lemma_exc")  # type: ignore[attr-defined]
        for pos in ("verb", "noun"):
            for form, lemmas in table[pos].items():
                for lemma in lemmas:
                    forms.setdefault(lemma, set()).add(form)
        return forms

    def parse(
        self, sentences: Iterable[str], known: Callable[[list[str]], dict[str, bytes]]
    ) -> tuple[dict[str, Doc], pa.Table]:
        """Docs by sentence text, and the rows of `parses` that are new. `known` gives stored bytes by sentence hash."""
        hashes = {text: sentence_sha256(text) for text in sorted(set(sentences))}
        stored = known(list(hashes.values()))
        docs: dict[str, Doc] = {}
        for text, digest in hashes.items():
            if digest in stored:
                docs[text] = _unpacked(stored[digest], self.nlp.vocab)
        fresh = [text for text in hashes if text not in docs]
        rows: list[dict[str, object]] = []
        for text, doc in zip(fresh, self._docs(fresh), strict=True):
            docs[text] = doc
            rows.append({"sentence_sha256": hashes[text], "model": self.model, "parse": _packed(doc)})
        for text, doc in docs.items():
            syntax.keep_text(doc, text)
        return docs, pa.Table.from_pylist(rows, schema=PARSES.schema)

    def _docs(self, texts: list[str]) -> Iterator[Doc]:
        """A Doc for each text; those at work at once are few where they are long."""
        unused = [*self._marks.instead_of, *self._entities.instead_of]
        at = 0
        while at < len(texts):
            end, characters = at, 0
            while end < min(at + _BATCH_SENTENCES, len(texts)) and characters < _BATCH_CHARACTERS:
                characters += len(texts[end])
                end += 1
            docs = list(self.nlp.pipe(texts[at:end], batch_size=_BATCH_SENTENCES, disable=unused))
            self._entities.give(docs)
            for doc in docs:
                self._marks.give(doc)
            yield from docs
            at = end


def _packed(doc: Doc) -> bytes:
    """A Doc as `_unpacked` reads it: its strings, its attributes token by token, and the spaces behind its tokens."""
    tokens = doc.to_array([ORTH, *_ATTRIBUTES])
    strings = {text for token in doc for text in (token.text, token.tag_, token.lemma_, token.dep_, token.ent_type_)}
    message = {
        "attrs": [ORTH, *map(intify_attr, _ATTRIBUTES)],
        "tokens": tokens.tobytes(),
        "spaces": np.array([bool(token.whitespace_) for token in doc], dtype=bool).tobytes(),
        "strings": sorted(strings),
    }
    return zlib.compress(Packer(use_bin_type=True).pack(message))


def _unpacked(packed: bytes, vocab: Vocab) -> Doc:
    """The one Doc that `_packed` made, or DocBin in earlier versions.

    DocBin and msgpack look through the metadata of all installed packages for coders each time, which takes three times
    as long as all the rest. These bytes need none.
    """
    message = msgpack.unpackb(zlib.decompress(packed), object_pairs_hook=dict, raw=False)
    for string in message["strings"]:
        vocab.strings.add(string)
    attributes = message["attrs"]
    tokens: Any = np.frombuffer(message["tokens"], dtype="uint64").reshape(-1, len(attributes))
    spaces: Any = np.frombuffer(message["spaces"], dtype=bool)
    return Doc(vocab, words=tokens[:, attributes.index(ORTH)], spaces=spaces).from_array(attributes, tokens)
