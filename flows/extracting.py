"""What a process that extracts runs: it knows neither Prefect nor the writer, so that it begins quickly.

In come a data folder and where the run's parses lie; out comes the stage's step, which writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from flows import resources
from flows.one_by_one import Step
from tasks.storage.parses import ParseFile, own_parses

if TYPE_CHECKING:
    from tasks.storage.store import Store

Known = Callable[[list[str]], dict[str, bytes]]


def extracting(data: str, no_judge: bool, parses: str | None = None) -> Step:
    """The step of the stage: rows of documents to their mentions and to the parses that the data folder lacks.

    `parses`: the run's file of those that it has, which the committing process fills; without it the process sees to
    that itself.
    """
    from tasks.extract import Extractor, extract_documents
    from tasks.language.coded import coded
    from tasks.language.model_choice import model_name

    judge = None if no_judge else resources.open_judge()
    extractor = Extractor(resources.load_vocabularies(), resources.open_gazetteer(), model_name(), judge)
    model = extractor.parser.model
    known = partial(ParseFile.opened(parses).known, model) if parses else _asked_of_the_table(data, model)
    return lambda rows: extract_documents(coded(rows), extractor, known)


def _asked_of_the_table(data: str, model: str) -> Known:
    """Stored parses of this model by sentence hash: from the table at first, then from a file of all that it has.

    Who asks once, for some documents more, is answered soonest by the table.
    """
    from tasks.storage.store import Store

    store = Store(data)
    files: list[ParseFile | None] = []

    def known(hashes: list[str]) -> dict[str, bytes]:
        if not files:
            files.append(None)
            return _in_table(store, model, hashes)
        file = files[0] = files[0] or own_parses(store.root)
        return file.known(model, hashes)

    return known


def _in_table(store: Store, model: str, hashes: list[str]) -> dict[str, bytes]:
    # the hashes alone are cheap to read, and most sentences of a first run are new
    keys = store.read("parses", columns=["sentence_sha256", "model"], ids=hashes, by="sentence_sha256").to_pylist()
    wanted = [row["sentence_sha256"] for row in keys if row["model"] == model]
    rows = store.read("parses", ids=wanted, by="sentence_sha256").to_pylist()
    return {row["sentence_sha256"]: row["parse"] for row in rows if row["model"] == model}
