"""What a process that extracts runs: it knows no Prefect, so that it begins quickly.

In comes a data folder; out comes the stage's step, which writes nothing.
"""

from __future__ import annotations

from functools import partial

from flows import resources
from flows.one_by_one import Step
from tasks.storage.store import Store


def extracting(data: str, no_judge: bool) -> Step:
    """The step of the stage: rows of documents to their mentions and to the parses that the data folder lacks."""
    from tasks.extract import Extractor, extract_documents
    from tasks.language.coded import coded
    from tasks.language.parsing import model_name

    judge = None if no_judge else resources.open_judge()
    extractor = Extractor(resources.load_vocabularies(), resources.open_gazetteer(), model_name(), judge)
    known = partial(_known_parses, Store(data), extractor.parser.model)
    return lambda rows: extract_documents(coded(rows), extractor, known)


def _known_parses(store: Store, model: str, hashes: list[str]) -> dict[str, bytes]:
    """Stored parses of this model by sentence hash."""
    # the hashes alone are cheap to read, and most sentences of a first run are new
    keys = store.read("parses", columns=["sentence_sha256", "model"], ids=hashes, by="sentence_sha256").to_pylist()
    wanted = [row["sentence_sha256"] for row in keys if row["model"] == model]
    rows = store.read("parses", ids=wanted, by="sentence_sha256").to_pylist()
    return {row["sentence_sha256"]: row["parse"] for row in rows if row["model"] == model}
