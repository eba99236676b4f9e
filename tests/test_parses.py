"""What is worked out beside spaCy is what spaCy itself would give."""

from __future__ import annotations

import json
from pathlib import Path

import spacy

from tasks.extract import Extractor
from tasks.language.model_choice import model_name

STORIES = Path(__file__).parent.parent / "seeds" / "stories"
ODD = [
    "",
    " ",
    "Kabul",
    "New York",
    "  \n\t Baghlan \n  province  ",
    "The United Nations",
    "He met President of the \n Republic of Kenya. Uhuru Kenyatta. New York. On Monday.",
    "U.S. Army Col. John Smith, 43, and 3 1/2 million people (10 %) left for $5 million on Monday morning. He did not",
]


def test_parses_are_those_of_the_model(extractor: Extractor) -> None:
    """Entities, parts of speech and lemmas that are worked out for many words at once are the model's."""
    rows = [
        json.loads(line) for path in sorted(STORIES.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    told = [sentence["text"] for row in rows[::6] for sentence in row["sentences"]]
    texts = sorted({*told, *ODD, " ".join(told[:5])})
    docs, _ = extractor.parser.parse(texts, lambda hashes: {})
    attributes = ["ORTH", "TAG", "POS", "LEMMA", "HEAD", "DEP", "ENT_IOB", "ENT_TYPE", "SENT_START"]
    for text, doc in zip(texts, spacy.load(model_name()).pipe(texts), strict=True):
        assert docs[text].to_array(attributes).tolist() == doc.to_array(attributes).tolist(), text
